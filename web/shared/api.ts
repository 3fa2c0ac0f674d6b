// The API as its clients see it: what a call of a path takes and answers, read off the path's own type.
import type { ApiKey, Attention, Company, Conversation, Document, Message, Person, Project, Routes, Usage } from './openapi.ts';

export type * from './openapi.ts';

export type By = Person | null;
export type Role = Company['role'];
export type ProjectStatus = Project['status'];
export type DocumentStatus = Document['status'];
export type Environment = ApiKey['environment'];
export type ReviewStatus = Conversation['reviewStatus'];
export type Rating = NonNullable<Conversation['rating']>;
export type RefusalReason = NonNullable<Message['reason']>;
export type AttentionKind = Attention['kind'];
export type Limited = keyof Usage;

// `/v1/projects/${string}/keys` and `/v1/projects/{id}/keys` alike are "/v1/projects/*/keys".
type Part<S extends string> = string extends S ? '*' : S extends `{${string}}` ? '*' : S;
type Shape<S extends string> = S extends `${infer Head}/${infer Tail}` ? `${Part<Head>}/${Shape<Tail>}` : Part<S>;
type ByShape = { [R in keyof Routes as R extends `${infer Method} ${infer Path}` ? `${Method} ${Shape<Path>}` : never]: Routes[R] };

// What no route answers is a word on which nothing can be done.
type Called<Method extends string, P extends string> = `${Method} ${Shape<P>}` extends infer Key extends keyof ByShape ? ByShape[Key] : { query: never; body: never; answer: 'no such route' };
type Open<S extends string> = S extends `${infer Head}{${string}}${infer Tail}` ? `${Head}${string}${Open<Tail>}` : S;
export type Path<Method extends string> = { [R in keyof Routes]: R extends `${Method} ${infer Path}` ? Open<Path> : never }[keyof Routes];
export type Answer<Method extends string, P extends string> = Called<Method, P>['answer'];
export type Body<Method extends string, P extends string> = Called<Method, P>['body'];
// A query may say '' for "any".
export type Query<P extends string> = { [K in keyof Called<'GET', P>['query']]: Called<'GET', P>['query'][K] | '' };
