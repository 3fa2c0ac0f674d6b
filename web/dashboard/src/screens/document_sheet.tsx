// One document: what it is, its versions, and how it reads.
import { Fragment, useRef, useState } from 'react';
import type { Document } from '../../../shared/api.ts';
import { api } from '../api/client.ts';
import { useGet, useAction, useList } from '../api/queries.ts';
import { uploadFiles } from '../api/uploads.ts';
import { Button, CopyId, Loaded, Problem, Skeleton, Status, Table, Time, personName } from '../ui/basic.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { bytes, count, ranges } from '../ui/format.ts';
import { SourceView } from '../ui/source_view.tsx';
import { DocumentState } from './documents.tsx';

interface Props {
  projectId: string;
  documentId: string;
  loaded: Document[];
  onDelete: (documents: Document[]) => void;
  onClose: () => void;
}

export function DocumentSheet({ projectId, documentId, loaded, onDelete, onClose }: Props) {
  const here = loaded.find((row) => row.documentId === documentId);
  // A deep link may lead to a document beyond the first page of the list.
  const all = useList(`/v1/projects/${projectId}/documents`, 'documents', { limit: 100 });
  const document = here ?? all.rows.find((row) => row.documentId === documentId);
  if (!document && all.hasNextPage && !all.isFetchingNextPage) void all.fetchNextPage();
  return (
    <Dialog title={document?.filename ?? 'Document'} onClose={onClose} side wide>
      {document ? (
        <Details projectId={projectId} document={document} onDelete={() => { onClose(); onDelete([document]); }} />
      ) : all.isFetching ? (
        <Skeleton lines={6} />
      ) : (
        <p className="muted">This document was deleted, or the link is incomplete.</p>
      )}
    </Dialog>
  );
}

function Details({ projectId, document, onDelete }: { projectId: string; document: Document; onDelete: () => void }) {
  const base = `/v1/projects/${projectId}/documents/${document.documentId}` as const;
  const versions = useGet(`${base}/versions`, {}, {
    pollMs: (data) => (data?.versions.some(({ status }) => status === 'uploaded' || status === 'indexing') ? 1000 : false),
  });
  const picker = useRef<HTMLInputElement>(null);
  const [reading, setReading] = useState(false);
  const sync = useAction(() => api.post(`/v1/projects/${projectId}/documents/sync`, { documentIds: [document.documentId] }), {
    touches: [`/v1/projects/${projectId}`],
  });
  return (
    <div className="stack">
      <DocumentState document={document} />
      <div className="row">
        {document.status === 'indexed' && <Button onClick={() => setReading(!reading)}>{reading ? 'Close preview' : 'Preview'}</Button>}
        <Button icon="upload" onClick={() => picker.current?.click()}>Upload a new version</Button>
        {['failed', 'indexed', 'uploaded'].includes(document.status) && (
          <Button busy={sync.isPending} onClick={() => sync.mutate()}>{document.status === 'uploaded' ? 'Index' : 'Index again'}</Button>
        )}
        <Button icon="trash" onClick={onDelete}>Delete</Button>
        <input ref={picker} type="file" hidden aria-label="New version" onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) void uploadFiles(projectId, [file], document.documentId);
        }} />
      </div>
      {sync.error && <Problem error={sync.error} />}
      {reading && <SourceView projectId={projectId} place={{ ...document, pageNumber: document.pageCount ? 1 : null, start: 0, end: 0 }} />}
      <dl className="facts">
        <dt>Document</dt><dd><CopyId id={document.documentId} /></dd>
        <dt>Type</dt><dd>{document.contentType}</dd>
        <dt>Size</dt><dd>{bytes(document.sizeBytes)}</dd>
        {document.title && <><dt>Title</dt><dd>{document.title}</dd></>}
        {document.language && <><dt>Language</dt><dd>{document.language}</dd></>}
        {document.pageCount !== null && <><dt>Pages</dt><dd>{count(document.pageCount)}</dd></>}
        {document.chunkCount !== null && <><dt>Passages</dt><dd>{count(document.chunkCount)}</dd></>}
        {document.pagesWithoutText.length > 0 && <><dt>Pages without text</dt><dd>{ranges(document.pagesWithoutText)}</dd></>}
        {document.warnings.map((one, i) => (
          <Fragment key={i}>
            <dt>Look at this</dt>
            <dd><span className="warn-text">{one.message}{one.pageNumber !== null && `, page ${one.pageNumber}`}:</span> “{one.excerpt}”</dd>
          </Fragment>
        ))}
        <dt>Added</dt><dd><Time at={document.createdAt} /> by {personName(document.uploadedBy)}</dd>
        {document.sha256 && <><dt>SHA-256</dt><dd><CopyId id={document.sha256} /></dd></>}
      </dl>
      <h3>Versions</h3>
      <Loaded of={versions} lines={3}>
        {(data) => (
          <Table label="Versions">
              <thead><tr><th className="number">Version</th><th>File</th><th className="number">Size</th><th>By</th><th>State</th></tr></thead>
              <tbody>
                {data.versions.map((one) => (
                  <tr key={one.version}>
                    <td className="number">{one.version}</td>
                    <td>{one.filename}</td>
                    <td className="number">{bytes(one.sizeBytes)}</td>
                    <td>{personName(one.uploadedBy)}, <Time at={one.createdAt} /></td>
                    <td>{one.current ? <Status tone="good">Answers now</Status> : one.status === 'indexing' ? <Status tone="warn">Indexing</Status> : one.status === 'failed' && <Status tone="bad">Failed</Status>}</td>
                  </tr>
                ))}
              </tbody>
            </Table>
        )}
      </Loaded>
    </div>
  );
}
