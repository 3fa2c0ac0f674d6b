// One way to call the API: with the user's token, once more after a refresh, and with its errors as one type.
import type { Answer, Body, Path, Query } from '../../../shared/api.ts';
import { base } from '../base.ts';
import { idToken } from '../session/session.ts';

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string | null,
    readonly body: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

export function withQuery(path: string, query: object = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

export interface Options {
  body?: unknown;
  signal?: AbortSignal;
  accept?: string;
  // The same key makes a repeated creation one creation.
  idempotencyKey?: string;
}

export async function send(method: string, path: string, options: Options = {}): Promise<Response> {
  const token = await idToken();
  let answer = await attempt(method, path, options, token);
  if (answer.status === 401 && token) {
    const renewed = await idToken(token);
    if (renewed) answer = await attempt(method, path, options, renewed);
  }
  if (!answer.ok) throw await errorOf(answer);
  return answer;
}

function attempt(method: string, path: string, options: Options, token: string | null): Promise<Response> {
  const headers: Record<string, string> = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  if (options.accept) headers.Accept = options.accept;
  if (options.idempotencyKey) headers['Idempotency-Key'] = options.idempotencyKey;
  return fetch(base + path, {
    method,
    headers,
    body: options.body === undefined ? null : JSON.stringify(options.body),
    keepalive: method === 'DELETE', // also when the page is being left
    signal: options.signal ?? null,
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'unreachable', 'The server is not reachable.', null);
  });
}

async function errorOf(answer: Response): Promise<ApiError> {
  const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  const message = typeof body.error === 'string' ? body.error : `The server answered ${answer.status}.`;
  const requestId = (body.requestId as string) ?? answer.headers.get('X-Request-Id');
  return new ApiError(answer.status, String(body.code ?? answer.status), message, requestId, body);
}

async function json<T>(method: string, path: string, options?: Options): Promise<T> {
  return (await send(method, path, options)).json() as Promise<T>;
}

// Paths are written out (`/v1/projects/${id}/keys`): their type says what goes in and what comes back.
export const api = {
  get: <P extends Path<'GET'>>(path: P, query?: Query<P>, signal?: AbortSignal) => json<Answer<'GET', P>>('GET', withQuery(path, query), { signal }),
  post: <P extends Path<'POST'>>(path: P, body?: Body<'POST', P>, options?: Options) => json<Answer<'POST', P>>('POST', path, { ...options, body }),
  patch: <P extends Path<'PATCH'>>(path: P, body: Body<'PATCH', P>) => json<Answer<'PATCH', P>>('PATCH', path, { body }),
  delete: <P extends Path<'DELETE'>>(path: P) => json<Answer<'DELETE', P>>('DELETE', path),
};

export const isApiError = (error: unknown, ...codes: string[]): error is ApiError =>
  error instanceof ApiError && codes.includes(error.code);
