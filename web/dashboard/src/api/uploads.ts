// Files on their way: from the browser straight to the object store, with progress per file. Lives outside the screens, so
// an upload goes on while its user looks elsewhere.
import { useSyncExternalStore } from 'react';
import type { UploadTicket } from '../../../shared/api.ts';
import { ApiError, api } from './client.ts';
import { touch } from './queries.ts';

export interface Upload {
  id: number;
  projectId: string;
  file: File;
  // The document that gets a new version; none for a new document.
  replaces: string | null;
  documentId: string | null;
  state: 'waiting' | 'sending' | 'checking' | 'done' | 'failed';
  sent: number; // bytes
  error: string | null;
  cancel: (() => void) | null;
}

const atOnce = 3;
const perRequest = 100;

let uploads: Upload[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function change(id: number, changes: Partial<Upload>) {
  uploads = uploads.map((upload) => (upload.id === id ? { ...upload, ...changes } : upload));
  listeners.forEach((listener) => listener());
}

export function useUploads(projectId: string): Upload[] {
  const all = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => uploads,
  );
  return all.filter((upload) => upload.projectId === projectId);
}

export function dismiss(id: number) {
  uploads.find((upload) => upload.id === id)?.cancel?.();
  uploads = uploads.filter((upload) => upload.id !== id);
  listeners.forEach((listener) => listener());
}

addEventListener('beforeunload', (event) => {
  if (uploads.some(({ state }) => state === 'waiting' || state === 'sending' || state === 'checking')) event.preventDefault();
});

// Uploads the files, confirms each, and starts indexing those that arrived.
export async function uploadFiles(projectId: string, files: File[], replaces: string | null = null): Promise<void> {
  const batch = files.map((file): Upload => ({
    id: nextId++, projectId, file, replaces, documentId: null, state: 'waiting', sent: 0, error: null, cancel: null,
  }));
  uploads = [...uploads.filter((upload) => upload.state !== 'done'), ...batch];
  listeners.forEach((listener) => listener());
  const arrived: string[] = [];
  for (let at = 0; at < batch.length; at += perRequest) {
    arrived.push(...(await uploadBatch(projectId, batch.slice(at, at + perRequest))));
  }
  const base = `/v1/projects/${projectId}` as const;
  if (arrived.length) {
    await api.post(`${base}/documents/sync`, { documentIds: arrived }).catch((error: unknown) => {
      for (const { id, documentId } of uploads) {
        if (documentId && arrived.includes(documentId)) change(id, { state: 'failed', error: wordsOf(error) });
      }
    });
  }
  uploads = uploads.filter((upload) => upload.state !== 'done' || !batch.some(({ id }) => id === upload.id));
  listeners.forEach((listener) => listener());
  await touch(base, '/v1/dashboard');
}

const isHere = (id: number) => uploads.some((upload) => upload.id === id);

async function uploadBatch(projectId: string, batch: Upload[]): Promise<string[]> {
  let urls: UploadTicket[];
  try {
    urls = await addresses(projectId, batch);
  } catch (error) {
    batch.forEach(({ id }) => change(id, { state: 'failed', error: wordsOf(error) }));
    return [];
  }
  const arrived: string[] = [];
  const queue = batch.map((upload, i) => ({ upload, url: urls[i]! }));
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { upload, url } = next;
      if (!isHere(upload.id)) continue;
      try {
        await uploadOne(projectId, upload, url);
        arrived.push(url.documentId);
      } catch (error) {
        change(upload.id, { state: 'failed', error: wordsOf(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return arrived;
}

function describe(file: File) {
  return file.type ? { filename: file.name, contentType: file.type } : { filename: file.name };
}

async function addresses(projectId: string, batch: Upload[]): Promise<UploadTicket[]> {
  const base = `/v1/projects/${projectId}/documents` as const;
  const replaced = batch[0]!.replaces;
  if (replaced) return [await api.post(`${base}/${replaced}/replace-url`, describe(batch[0]!.file))];
  const answer = await api.post(`${base}/bulk-upload-url`, {
    files: batch.map(({ file }) => describe(file)),
  });
  return answer.uploads;
}

async function uploadOne(projectId: string, { id, file }: Upload, url: UploadTicket): Promise<void> {
  change(id, { state: 'sending', documentId: url.documentId });
  await put(url.uploadUrl, file, file.type || 'application/octet-stream', (sent) => change(id, { sent }), (cancel) => change(id, { cancel }));
  change(id, { state: 'checking', sent: file.size, cancel: null });
  await put(url.metadataUploadUrl, url.metadataBody, 'application/json');
  await api.post(`/v1/projects/${projectId}/documents/${url.documentId}/confirm`);
  change(id, { state: 'done' });
  void touch(`/v1/projects/${projectId}/documents`);
}

// fetch cannot tell how much of a body has left, XMLHttpRequest can.
function put(
  url: string,
  body: XMLHttpRequestBodyInit,
  contentType: string,
  onProgress?: (sent: number) => void,
  onCancellable?: (cancel: () => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    request.setRequestHeader('Content-Type', contentType);
    if (onProgress) request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error(refusal(request))));
    request.onerror = () => reject(new Error('The line to the file store broke. Upload the file again.'));
    request.onabort = () => reject(new Error('Cancelled.'));
    onCancellable?.(() => request.abort());
    request.send(body);
  });
}

function refusal(request: XMLHttpRequest): string {
  const code = /<Code>(\w+)<\/Code>/.exec(request.responseText)?.[1] ?? '';
  if (code === 'EntityTooLarge' || request.status === 413) return 'The file is larger than this server takes.';
  if (request.status === 403) return 'The upload took longer than its permission. Upload the file again.';
  return `The file store refused the upload (${code || request.status}).`;
}

const wordsOf = (error: unknown): string =>
  error instanceof ApiError || error instanceof Error ? error.message : 'The upload failed.';
