// Never run: what the compiler must see in the types of paths.
import type { Answer, ConversationList, Path, Project, Query, Rect } from './api.ts';

declare function get<P extends Path<'GET'>>(path: P, query?: Query<P>): Answer<'GET', P>;
declare const id: string;
const base = `/v1/projects/${id}` as const;

export const project: Project = get(base);
export const conversations: ConversationList = get(`${base}/conversations`, { answered: '', limit: 10 });
export const rects: Rect[] | undefined = get(`${base}/documents/${id}/text`, { start: 1, end: 2 }).rects;
// @ts-expect-error: the longer path has another answer
export const other: Project = get(`${base}/overview`);
// @ts-expect-error: no such status
get(`${base}/documents`, { status: 'gone' });
// @ts-expect-error: no such route
get('/v1/companies/mine');
// @ts-expect-error: no such route below a project, so nothing to read from its answer
get(`${base}/owner`).name;
