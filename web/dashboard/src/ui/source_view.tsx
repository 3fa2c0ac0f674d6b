// The source of a sentence: the page it stands on with the excerpt marked, or the text with the same offsets marked.
// Rectangles and offsets come from the server, never from a search for the words.
import { Suspense, lazy, useEffect, useRef, useState } from 'react';
import type { Source, TextAnswer, TextPage } from '../../../shared/api.ts';
import { api, type ApiError } from '../api/client.ts';
import { useGet } from '../api/queries.ts';
import { whereIs } from './answer.tsx';
import { sliceAt } from './slices.ts';
import { Button, Loaded, Problem, Skeleton, Status } from './basic.tsx';
import { useQuery } from '@tanstack/react-query';

const PdfPage = lazy(() => import('./pdf_page.tsx'));

export interface Place {
  documentId: string;
  version: number;
  filename: string;
  pageNumber?: number | null;
  start: number;
  end: number;
}

const previewMs = 4 * 60_000; // a preview address lives for five minutes

export function SourceView({ projectId, place, excerpt, onClose }: { projectId: string; place: Place; excerpt?: string; onClose?: () => void }) {
  const base = `/v1/projects/${projectId}/documents/${place.documentId}` as const;
  const preview = useGet(`${base}/preview-url`, { version: place.version }, { staleMs: previewMs });
  const isPdf = preview.data?.contentType === 'application/pdf';
  const [asText, setAsText] = useState(false);
  const [page, setPage] = useState(place.pageNumber ?? 1);
  useEffect(() => setPage(place.pageNumber ?? 1), [place]);
  const marked = useQuery<TextAnswer, ApiError>({
    queryKey: [`${base}/text`, place.version, place.start, place.end],
    queryFn: ({ signal }) => textAround(base, place, signal),
    staleTime: Infinity,
  });
  const total = marked.data?.totalPages ?? null;
  return (
    <section className="source-view" aria-label="Source">
      <header className="source-head">
        <div className="grow">
          <h2>{place.filename}</h2>
          <p className="small muted">
            {isPdf && !asText ? `Page ${page}${total ? ` of ${total}` : ''}` : whereIs({ ...place } as Source)} · version {place.version}
          </p>
        </div>
        {isPdf && !asText && (
          <div className="row tight">
            <Button kind="quiet" icon="back" aria-label="Previous page" disabled={page <= 1} onClick={() => setPage(page - 1)} />
            <Button kind="quiet" icon="next" aria-label="Next page" disabled={!!total && page >= total} onClick={() => setPage(page + 1)} />
            {page !== place.pageNumber && place.pageNumber && (
              <Button small onClick={() => setPage(place.pageNumber!)}>Page {place.pageNumber}</Button>
            )}
          </div>
        )}
        {isPdf && (
          <Button small onClick={() => setAsText(!asText)}>{asText ? 'Page' : 'Text'}</Button>
        )}
        {preview.data && (
          <a className="button quiet small" href={preview.data.url} target="_blank" rel="noopener noreferrer">
            Original
          </a>
        )}
        {onClose && <Button kind="quiet" icon="cross" aria-label="Close source" onClick={onClose} />}
      </header>
      {excerpt && (
        <blockquote className="excerpt" dir="auto">{excerpt}</blockquote>
      )}
      <div className="source-body" tabIndex={0} role="group" aria-label="Document">
        {preview.error && !marked.data ? (
          <Problem error={preview.error} retry={() => preview.refetch()} />
        ) : isPdf && !asText && preview.data ? (
          <Suspense fallback={<Skeleton lines={12} />}>
            <PdfPage
              url={preview.data.url}
              pageNumber={page}
              rects={(marked.data?.rects ?? []).filter((rect) => rect.pageNumber === page)}
              label={`${place.filename}, page ${page}`}
              fallback={(words) => (
                <>
                  <Status tone="bad">{words}</Status>
                  <Loaded of={marked}>{(text) => <MarkedText text={text} place={place} />}</Loaded>
                </>
              )}
            />
          </Suspense>
        ) : (
          <Loaded of={marked} lines={10}>{(text) => <MarkedText text={text} place={place} />}</Loaded>
        )}
      </div>
    </section>
  );
}

// The answer that holds the place: asked for by offsets, and walked to where a document has no pages to ask for.
async function textAround(base: `/v1/projects/${string}/documents/${string}`, place: Place, signal: AbortSignal): Promise<TextAnswer> {
  const query = { version: place.version, page: place.pageNumber, start: place.start, end: place.end };
  let cursor: string | null = null;
  for (;;) {
    const part: TextAnswer = await api.get(`${base}/text`, { ...query, cursor }, signal);
    if (part.pages.some((page) => page.start <= place.start && place.start < page.end) || !part.nextCursor) return part;
    cursor = part.nextCursor;
  }
}

function MarkedText({ text, place }: { text: TextAnswer; place: Place }) {
  const mark = useRef<HTMLElement>(null);
  useEffect(() => {
    mark.current?.scrollIntoView({ block: 'center' }); // newer browsers return a promise, which is no clean-up
  }, [text, place]);
  return (
    <div className="text-view" tabIndex={0} role="region" aria-label={`Text of ${place.filename}`}>
      {text.pages.map((page) => (
        <section key={page.start}>
          {page.pageNumber && <p className="page-label">Page {page.pageNumber}</p>}
          {page.hasText ? <Slices page={page} place={place} markRef={mark} /> : <p className="muted">No text on this page.</p>}
        </section>
      ))}
    </div>
  );
}

function Slices({ page, place, markRef }: { page: TextPage; place: Place; markRef: React.RefObject<HTMLElement | null> }) {
  const [before, inside, after] = sliceAt(page, place.start, place.end);
  return (
    <p className="document-text" dir="auto">
      {before}
      {inside && <mark ref={markRef}>{inside}</mark>}
      {after}
    </p>
  );
}
