// Documents of a project: the whole page takes dropped files; the table shows what became of each.
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import type { Document, DocumentStatus } from '../../../shared/api.ts';
import { api } from '../api/client.ts';
import { touch, useAction, useList } from '../api/queries.ts';
import { dismiss, uploadFiles, useUploads, type Upload } from '../api/uploads.ts';
import { Bar, Button, Empty, More, Page, Problem, Skeleton, Status, Table, Time, personName } from '../ui/basic.tsx';
import { Filter } from '../ui/form.tsx';
import { bytes, count, plural, ranges } from '../ui/format.ts';
import { notify, undoable } from '../ui/notice.tsx';
import { DocumentStatusWord, documentWords } from '../ui/project_status.tsx';
import { DocumentSheet } from './document_sheet.tsx';

const busy = (document: Document) =>
  ['indexing', 'deleting'].includes(document.status) || document.pendingVersion?.status === 'indexing';

export function Documents({ params }: { params: Record<string, string> }) {
  const projectId = params.projectId!;
  const base = `/v1/projects/${projectId}/documents` as const;
  const [search, setSearch] = useSearchParams();
  const [, go] = useLocation();
  const status = (search.get('status') ?? '') as DocumentStatus | '';
  const q = search.get('q') ?? '';
  const list = useList(base, 'documents', { status, q }, (rows) => (rows.some(busy) ? 1000 : 15_000));
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const rows = list.rows.filter(({ documentId }) => !gone.has(documentId));
  const uploads = useUploads(projectId);
  const picker = useRef<HTMLInputElement>(null);
  const filter = (name: string, value: string) =>
    setSearch((old) => {
      const next = new URLSearchParams(old);
      if (value) next.set(name, value);
      else next.delete(name);
      return next;
    }, { replace: true });
  const sync = useAction((documentIds?: string[]) => api.post(`${base}/sync`, documentIds ? { documentIds } : {}), {
    touches: [`/v1/projects/${projectId}`],
    then: () => setChosen(new Set()),
  });
  const remove = (documents: Document[]) => {
    const ids = documents.map(({ documentId }) => documentId);
    setGone((old) => new Set([...old, ...ids]));
    setChosen(new Set());
    const back = () => setGone((old) => new Set([...old].filter((id) => !ids.includes(id))));
    const what = documents.length === 1 ? documents[0]!.filename : plural(documents.length, 'document');
    undoable(`Deleted ${what}`, () => void deleteAll(base, ids).catch(() => { back(); notify(`${what} could not be deleted.`); }), back);
  };
  const waiting = rows.filter((row) => row.status === 'uploaded');
  const unfiltered = !status && !q;
  const choose = () => picker.current?.click();
  const open = params.documentId;
  return (
    <DropZone onFiles={(files) => void uploadFiles(projectId, files)}>
      <Page
        title="Documents"
        actions={
          <>
            {waiting.length > 0 && <Button busy={sync.isPending} onClick={() => sync.mutate(undefined)}>Index {count(waiting.length)} waiting</Button>}
            <Button kind="primary" icon="upload" onClick={choose}>Upload</Button>
          </>
        }
      >
        <input ref={picker} type="file" multiple hidden aria-label="Files to upload" onChange={(event) => {
          void uploadFiles(projectId, [...(event.target.files ?? [])]);
          event.target.value = '';
        }} />
        <Uploads uploads={uploads} />
        {sync.error && <Problem error={sync.error} />}
        {(rows.length > 0 || !unfiltered) && (
          <div className="row filters">
            <input type="search" aria-label="Search documents" placeholder="Search documents" defaultValue={q} onChange={(e) => filter('q', e.target.value)} />
            <Filter label="Status" value={status} onChange={(v) => filter('status', v)} choices={[['', 'Every status'], ...Object.entries(documentWords).map(([key, [, word]]) => [key, word] as const)]} />
            {chosen.size > 0 && (
              <span className="row" role="group" aria-label="Chosen documents">
                <span className="muted">{plural(chosen.size, 'document')} chosen</span>
                <Button small onClick={() => sync.mutate([...chosen])}>Index again</Button>
                <Button small icon="trash" onClick={() => remove(rows.filter(({ documentId }) => chosen.has(documentId)))}>Delete</Button>
              </span>
            )}
          </div>
        )}
        {list.error && !list.data ? (
          <Problem error={list.error} retry={() => list.refetch()} />
        ) : list.isPending ? (
          <Skeleton lines={8} />
        ) : rows.length ? (
          <DocumentTable rows={rows} chosen={chosen} setChosen={setChosen} onOpen={(id) => go(`/projects/${projectId}/documents/${id}${location.search}`)} />
        ) : unfiltered ? (
          <Empty title="Drop documents here" action={<Button kind="primary" icon="upload" onClick={choose}>Choose files</Button>}>
            <p>PDF, Word, PowerPoint, Excel, HTML, Markdown, e-mail or text, up to 100 MB each.</p>
          </Empty>
        ) : (
          <Empty title="No document matches" action={<Button onClick={() => setSearch({})}>Show all documents</Button>} />
        )}
        <More list={list} />
        {open && <DocumentSheet projectId={projectId} documentId={open} loaded={rows} onDelete={remove} onClose={() => go(`/projects/${projectId}/documents${location.search}`)} />}
      </Page>
    </DropZone>
  );
}

async function deleteAll(base: `/v1/projects/${string}/documents`, ids: string[]) {
  await Promise.all(ids.map((id) => api.delete(`${base}/${id}`)));
  await touch(base.replace('/documents', ''), '/v1/dashboard');
}

function DropZone({ onFiles, children }: { onFiles: (files: File[]) => void; children: ReactNode }) {
  const [over, setOver] = useState(false);
  const handler = useRef(onFiles);
  handler.current = onFiles;
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const onOver = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent) => !event.relatedTarget && setOver(false);
    const onDrop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      const files = [...event.dataTransfer!.files];
      if (files.length) handler.current(files);
    };
    addEventListener('dragover', onOver);
    addEventListener('dragleave', onLeave);
    addEventListener('drop', onDrop);
    return () => {
      removeEventListener('dragover', onOver);
      removeEventListener('dragleave', onLeave);
      removeEventListener('drop', onDrop);
    };
  }, []);
  return (
    <>
      {children}
      {over && <div className="drop-here"><p>Drop to upload</p></div>}
    </>
  );
}

const uploadWords: Record<Upload['state'], string> = {
  waiting: 'Waiting',
  sending: 'Uploading',
  checking: 'Checking',
  done: 'Uploaded',
  failed: 'Failed',
};

function Uploads({ uploads }: { uploads: Upload[] }) {
  if (!uploads.length) return null;
  const done = uploads.filter(({ state }) => state === 'done').length;
  return (
    <section className="card uploads" aria-label="Uploads">
      <p className="sr" role="status">{done} of {plural(uploads.length, 'file')} uploaded</p>
      <ul className="plain-list">
        {uploads.map((upload) => (
          <li key={upload.id} className="upload">
            <span className="clip grow">{upload.file.name}</span>
            {upload.state === 'failed' ? (
              <Status tone="bad">{upload.error}</Status>
            ) : (
              <>
                <span className="muted small">{uploadWords[upload.state]} · {bytes(upload.sent)} of {bytes(upload.file.size)}</span>
                <Bar value={upload.sent} max={upload.file.size} label={`Upload of ${upload.file.name}`} />
              </>
            )}
            <Button kind="quiet" icon="cross" aria-label={`${upload.state === 'failed' ? 'Dismiss' : 'Cancel'} ${upload.file.name}`} onClick={() => dismiss(upload.id)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface TableProps {
  rows: Document[];
  chosen: ReadonlySet<string>;
  setChosen: (ids: ReadonlySet<string>) => void;
  onOpen: (documentId: string) => void;
}

function DocumentTable({ rows, chosen, setChosen, onOpen }: TableProps) {
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const all = rows.every(({ documentId }) => chosen.has(documentId));
  return (
    <Table label="Documents" className="documents">
        <thead>
          <tr>
            <th><input type="checkbox" aria-label="Choose all documents" checked={all} onChange={() => setChosen(new Set(all ? [] : rows.map((row) => row.documentId)))} /></th>
            <th>Name</th><th>Status</th><th className="number">Pages</th><th className="number">Size</th><th className="number">Version</th><th>Added</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.documentId} className={chosen.has(row.documentId) ? 'chosen' : ''}>
              <td><input type="checkbox" aria-label={`Choose ${row.filename}`} checked={chosen.has(row.documentId)} onChange={() => toggle(row.documentId)} /></td>
              <td><button type="button" className="link name" onClick={() => onOpen(row.documentId)}>{row.filename}</button></td>
              <td><DocumentState document={row} /></td>
              <td className="number">{row.pageCount ?? '—'}</td>
              <td className="number">{bytes(row.sizeBytes)}</td>
              <td className="number">{row.version}</td>
              <td><Time at={row.createdAt} /> <span className="muted">by {personName(row.uploadedBy)}</span></td>
            </tr>
          ))}
        </tbody>
      </Table>
  );
}

// Stage, pages and time left while indexing; the reason and the way out when it failed.
export function DocumentState({ document }: { document: Document }) {
  const now = document.pendingVersion ?? document;
  const { progress } = now;
  return (
    <div className="document-state">
      <DocumentStatusWord status={document.status} />
      {document.pendingVersion && <span className="small muted">version {document.pendingVersion.version}: {documentWords[document.pendingVersion.status][1].toLowerCase()}</span>}
      {now.status === 'indexing' && progress && (
        <span className="small muted" role="status">
          {progress.stage === 'embedding' && !document.pendingVersion ? 'already found by its words · embedding' : progress.stage}
          {progress.pagesTotal && progress.pagesTotal > 1 ? ` · page ${progress.pagesDone ?? 0} of ${progress.pagesTotal}` : ''}
          {progress.etaSeconds ? ` · ${progress.etaSeconds < 60 ? `${Math.ceil(progress.etaSeconds)} s` : `${Math.ceil(progress.etaSeconds / 60)} min`} left` : ''}
        </span>
      )}
      {now.error && <span className="small bad-text">{now.error.message}</span>}
      {document.status === 'indexed' && document.pagesWithoutText.length > 0 && (
        <span className="small warn-text">No text on page {ranges(document.pagesWithoutText)}: upload a searchable PDF</span>
      )}
      {document.status === 'indexed' && document.warnings.length > 0 && (
        <span className="small warn-text">{document.warnings[0]!.message}: look at it under the document’s name</span>
      )}
    </div>
  );
}
