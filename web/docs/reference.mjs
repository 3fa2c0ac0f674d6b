// The API reference from the OpenAPI document, in the order in which the API is described to its users: each route with
// who may, what goes in, what comes out, and the call in three languages.
import { calls } from './calls.mjs';
import { boundsOf, exampleOf, membersOf, typeOf } from './schema.mjs';
import { escape, slug } from './text.mjs';

const sections = [
  ['Public', ['GET /health', 'GET /config', 'GET /widget.js', 'GET /v1/widget/{id}/config', 'POST /v1/chat', 'POST /v1/chat/feedback']],
  ['Workspace', ['GET /v1/dashboard/summary', 'GET /v1/activity', 'GET /v1/analytics/summary', 'GET /v1/billing/summary', 'GET /v1/conversations', 'GET /v1/conversations/{conversationId}', 'PATCH /v1/conversations/{conversationId}', 'GET /v1/keys', 'GET /v1/find', 'GET /v1/models']],
  ['Company and team', ['POST /v1/companies', 'GET /v1/companies/me', 'PATCH /v1/companies/me', 'GET /v1/companies/users', 'POST /v1/companies/users/invite', 'POST /v1/companies/users/{userId}/resend-invite', 'PATCH /v1/companies/users/{userId}', 'DELETE /v1/companies/users/{userId}', 'POST /v1/invitations/accept', 'GET /v1/companies/settings', 'PATCH /v1/companies/settings']],
  ['Projects', ['POST /v1/projects', 'GET /v1/projects', 'GET /v1/projects/{id}', 'PATCH /v1/projects/{id}', 'DELETE /v1/projects/{id}', 'GET /v1/projects/{id}/overview', 'GET /v1/projects/{id}/deploy-readiness', 'GET /v1/projects/{id}/widget-config', 'PATCH /v1/projects/{id}/widget-config']],
  ['Tests', ['GET /v1/projects/{id}/test-prompts', 'POST /v1/projects/{id}/test-prompts', 'PATCH /v1/projects/{id}/test-prompts/{promptId}', 'DELETE /v1/projects/{id}/test-prompts/{promptId}', 'POST /v1/projects/{id}/test-runs', 'GET /v1/projects/{id}/test-runs', 'GET /v1/projects/{id}/test-runs/{runId}']],
  ['Documents', ['POST /v1/projects/{id}/documents/upload-url', 'POST /v1/projects/{id}/documents/bulk-upload-url', 'POST /v1/projects/{id}/documents/{docId}/confirm', 'POST /v1/projects/{id}/documents/{docId}/replace-url', 'GET /v1/projects/{id}/documents/{docId}/versions', 'GET /v1/projects/{id}/documents/{docId}/preview-url', 'GET /v1/projects/{id}/documents/{docId}/text', 'GET /v1/projects/{id}/documents', 'DELETE /v1/projects/{id}/documents/{docId}', 'POST /v1/projects/{id}/documents/sync']],
  ['Asking', ['POST /v1/projects/{id}/chat', 'POST /v1/projects/{id}/search', 'GET /v1/projects/{id}/conversations', 'GET /v1/projects/{id}/conversations/{conversationId}']],
  ['Deploying', ['POST /v1/projects/{id}/deploy', 'GET /v1/projects/{id}/integration', 'GET /v1/projects/{id}/keys', 'POST /v1/projects/{id}/keys', 'POST /v1/projects/{id}/keys/rotate', 'DELETE /v1/projects/{id}/keys/{keyId}']],
];

const intro = `<p>JSON over HTTPS. Dashboard routes take a signed-in user’s ID token as <code>Authorization: Bearer</code>;
<code>POST /v1/chat</code> takes a project’s key as <code>X-Oprag-Key</code>. Lists answer <code>{"…": […], "nextCursor"}</code> and take
<code>limit</code> and <code>cursor</code>. Every answer carries <code>X-Request-Id</code>; errors are
<code>{"error", "code", "requestId"}</code>, see <a href="#errors">Errors</a>. The same as a file: <a href="/openapi.json">openapi.json</a>.</p>`;

export function reference(document) {
  const routes = new Map();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) routes.set(`${method.toUpperCase()} ${path}`, operation);
  }
  const named = sections.flatMap(([, names]) => names);
  const gone = named.filter((name) => !routes.has(name));
  if (gone.length) throw new Error(`docs/openapi.json has no ${gone.join(', ')}`);
  const rest = [...routes.keys()].filter((name) => !named.includes(name));
  const all = rest.length ? [...sections, ['Beside these', rest]] : sections;
  const schemas = document.components?.schemas ?? {};
  return [
    '<h1>API reference</h1>',
    intro,
    '<h2 id="routes">Routes</h2>',
    overview(all, routes),
    ...all.map(([title, names]) => `<h2 id="${slug(title)}">${title}</h2>${names.map((name) => operationOf(name, routes.get(name), schemas)).join('')}`),
    records(schemas),
    errorsOf(document),
  ].join('\n');
}

const table = (head, rows) =>
  `<div class="scroll" tabindex="0"><table><thead><tr>${head.map((word) => `<th>${word}</th>`).join('')}</tr></thead><tbody>${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('')}</tbody></table></div>`;
const code = (text) => `<code>${escape(text)}</code>`;

function overview(all, routes) {
  const rows = all.flatMap(([, names]) => names).map((name) => {
    const [method, path] = name.split(' ');
    const { summary, description } = routes.get(name);
    const who = description.replace(/^Role: |\.$/g, '').replace(/^Any signed-in user.*/, 'signed in').replace(/^API key.*/, 'API key');
    return [`<span class="method">${method}</span>`, `<a href="#${slug(name)}">${code(path)}</a>`, escape(who.toLowerCase() === 'api key' ? who : who.toLowerCase()), escape(summary)];
  });
  return table(['Method', 'Path', 'Who may', 'What'], rows);
}

// A type, its records as links to where they are described.
const linked = (type, schemas) => escape(type).replace(/\b[A-Z]\w+/g, (name) => (schemas[name] ? `<a href="#${slug(`record ${name}`)}">${name}</a>` : name));

function memberTable(rows, schemas, withRequired) {
  if (!rows.length) return '';
  const notes = rows.map(([, schema, , place]) => [schema.description, boundsOf(schema, schemas), place].filter(Boolean).join(' · '));
  const noted = notes.some(Boolean);
  return table(
    ['Name', 'Type', ...(withRequired ? ['Required'] : []), ...(noted ? ['Notes'] : [])],
    rows.map(([name, schema, required], i) => [
      code(name), linked(typeOf(schema), schemas), ...(withRequired ? [required ? 'yes' : 'no'] : []), ...(noted ? [escape(notes[i])] : []),
    ]),
  );
}

// What an answer has only at times.
const leftOut = { 'POST /v1/chat': ['explain', 'visitorId', 'degraded', 'reason'], 'POST /v1/projects/{id}/chat': ['visitorId', 'degraded', 'reason'] };

function operationOf(name, operation, schemas) {
  const [method, path] = name.split(' ');
  const parameters = (operation.parameters ?? []).map((p) => [p.name, { description: p.description, ...p.schema }, p.required, p.in]);
  const request = operation.requestBody?.content?.['application/json'];
  const [status, success] = Object.entries(operation.responses ?? {}).find(([code]) => code.startsWith('2')) ?? [];
  const answer = success?.content?.['application/json'];
  const part = (title, body) => (body ? `<h4>${title}</h4>${body}` : '');
  const isRequired = ([, , required]) => required;
  const body = request && membersOf(request.schema, schemas).length ? bodyToTry(request, schemas, isRequired) : undefined;
  const example = answer && (answer.example ?? exampleOf(answer.schema, schemas, ([member]) => !(leftOut[name] ?? []).includes(member)));
  return `<section class="operation" id="${slug(name)}">
<h3><span class="method">${method}</span> ${code(path)}</h3>
<p>${escape(operation.summary ?? '')}. <span class="who">${escape(operation.description ?? '')}</span></p>
${part('Parameters', memberTable(parameters, schemas, true))}
${part('Body', request && memberTable(membersOf(request.schema, schemas), schemas, true))}
${part('Call', calls(method, path, operation, body))}
${part(`Answer ${status ?? ''}`, answer && memberTable(membersOf(answer.schema, schemas), schemas, false))}
${example === undefined ? '' : `<details><summary>Example answer</summary><pre tabindex="0"><code>${escape(JSON.stringify(example, null, 2))}</code></pre></details>`}
</section>`;
}

// The required members; of a body without any, all of them.
function bodyToTry(request, schemas, isRequired) {
  if (request.example !== undefined) return request.example;
  const some = exampleOf(request.schema, schemas, isRequired);
  return Object.keys(some).length ? some : exampleOf(request.schema, schemas);
}

// The records that are members of others, and so stand in no table of a route.
function records(schemas) {
  const inside = new Set(Object.values(schemas).flatMap((schema) => membersOf(schema, schemas).flatMap(([, member]) => typeOf(member).match(/\b[A-Z]\w+/g) ?? [])));
  const known = [...inside].filter((name) => schemas[name]).sort();
  return `<h2 id="records">Records</h2>${known.map((name) => `<h3 id="${slug(`record ${name}`)}">${name}</h3>${memberTable(membersOf(schemas[name], schemas), schemas, false)}`).join('')}`;
}

function errorsOf(document) {
  const rows = Object.entries(document.components?.responses ?? {}).flatMap(([status, response]) =>
    Object.entries(response.content?.['application/json']?.examples ?? {}).map(([word, { summary }]) => [status, code(word), escape(summary ?? '')]));
  if (!rows.length) throw new Error('docs/openapi.json describes no errors');
  return `<h2 id="errors">Errors</h2>
<p>The <code>code</code> is stable, the words of <code>error</code> may change. With <code>Accept: application/problem+json</code> they come as RFC 9457 says.</p>
${table(['Status', 'Code', 'Meaning'], rows)}`;
}
