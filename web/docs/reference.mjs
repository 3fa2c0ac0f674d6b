// The API reference from the OpenAPI document, in the order in which the API is described to its users: each route with
// who may, what goes in, what comes out, and the call in three languages.
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

export function reference(document) {
  const routes = new Map();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) routes.set(`${method.toUpperCase()} ${path}`, operation);
  }
  const named = new Set(sections.flatMap(([, names]) => names));
  const rest = [...routes.keys()].filter((name) => !named.has(name));
  const all = rest.length ? [...sections, ['Beside these', rest]] : sections;
  const schemas = document.components?.schemas ?? {};
  return [
    '<h1>API reference</h1>',
    '<p>JSON over HTTPS. Dashboard routes take a signed-in user’s ID token as <code>Authorization: Bearer</code>; <code>POST /v1/chat</code> takes a project’s key as <code>X-Oprag-Key</code>. Errors are <code>{"error": "…", "code": "…", "requestId": "…"}</code>. The same as a file: <a href="/openapi.json">openapi.json</a>.</p>',
    ...all.map(([title, names]) => {
      const known = names.filter((name) => routes.has(name));
      return known.length ? `<h2 id="${slug(title)}">${title}</h2>${known.map((name) => operationOf(name, routes.get(name), schemas)).join('')}` : '';
    }),
    errorsOf(document),
  ].join('\n');
}

const resolve = (schema, schemas) => (schema?.$ref ? (schemas[schema.$ref.split('/').pop()] ?? {}) : (schema ?? {}));

function typeOf(schema, schemas, depth = 0) {
  if (!schema) return 'any';
  if (schema.$ref) return depth > 0 ? schema.$ref.split('/').pop() : typeOf(resolve(schema, schemas), schemas, depth + 1);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map((one) => typeOf(one, schemas, 1)).join(' or ');
  if (schema.enum) return schema.enum.map((one) => `"${one}"`).join(' | ');
  const types = [schema.type ?? 'any'].flat();
  return types.map((type) => (type === 'array' ? `${typeOf(schema.items, schemas, 1)}[]` : type)).join(' or ');
}

function bounds(schema) {
  const range = (low, high, unit) => (low !== undefined && high !== undefined ? `${low}–${high}${unit}` : high !== undefined ? `at most ${high}${unit}` : low !== undefined ? `at least ${low}${unit}` : '');
  return range(schema.minLength, schema.maxLength, ' characters') || range(schema.minimum, schema.maximum, '') || range(schema.minItems, schema.maxItems, ' entries');
}

function members(schema, schemas) {
  const { properties = {}, required = [] } = resolve(schema, schemas);
  return Object.entries(properties).map(([name, member]) => [name, member, required.includes(name)]);
}

function memberTable(rows, schemas, withRequired) {
  if (!rows.length) return '';
  const body = rows.map(([name, schema, required, note = '']) =>
    `<tr><td><code>${escape(name)}</code></td><td>${escape(typeOf(schema, schemas))}</td>${withRequired ? `<td>${required ? 'yes' : 'no'}</td>` : ''}<td>${escape([schema.description ?? '', bounds(resolve(schema, schemas)), note].filter(Boolean).join(' · '))}</td></tr>`);
  return `<div class="scroll" tabindex="0"><table><thead><tr><th>Name</th><th>Type</th>${withRequired ? '<th>Required</th>' : ''}<th>Notes</th></tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

function operationOf(name, operation, schemas) {
  const [method, path] = name.split(' ');
  const parameters = (operation.parameters ?? []).map((p) => [p.name, { description: p.description, ...p.schema }, p.required, p.in]);
  const request = operation.requestBody?.content?.['application/json'];
  const [status, success] = Object.entries(operation.responses ?? {}).find(([code]) => code.startsWith('2')) ?? [];
  const answer = success?.content?.['application/json'];
  const part = (title, body) => (body ? `<h4>${title}</h4>${body}` : '');
  return `<section class="operation" id="${slug(name)}">
<h3><span class="method">${method}</span> <code>${escape(path)}</code></h3>
<p>${escape(operation.summary ?? '')}. ${escape(operation.description ?? '')}</p>
${part('Parameters', memberTable(parameters, schemas, true))}
${part('Body', request && memberTable(members(request.schema, schemas), schemas, true))}
${part(`Answer ${status ?? ''}`, answer && memberTable(members(answer.schema, schemas), schemas, false))}
${answer?.example !== undefined ? `<pre tabindex="0"><code>${escape(JSON.stringify(answer.example, null, 2))}</code></pre>` : ''}
${calls(method, path, operation, request, schemas)}
</section>`;
}

// A body to try: the example of the document, or the required members with a value of their type.
function bodyToTry(request, schemas) {
  if (!request) return undefined;
  if (request.example !== undefined) return request.example;
  const sample = (schema) => {
    const one = resolve(schema, schemas);
    if (one.enum) return one.enum[0];
    const type = [one.type].flat()[0];
    return { string: '…', integer: one.minimum ?? 1, number: one.minimum ?? 0, boolean: true, array: [], object: {} }[type] ?? null;
  };
  return Object.fromEntries(members(request.schema, schemas).filter(([, , required]) => required).map(([name, schema]) => [name, sample(schema)]));
}

function calls(method, path, operation, request, schemas) {
  const url = `https://chat.example.com${path}`;
  const scheme = Object.keys(operation.security?.[0] ?? {})[0];
  const header = scheme === 'jwt' ? ['Authorization', 'Bearer $ID_TOKEN'] : scheme ? ['X-Oprag-Key', 'sk_live_...'] : null;
  const body = bodyToTry(request, schemas);
  const text = body === undefined ? null : JSON.stringify(body);
  const headers = [header, text && ['Content-Type', 'application/json']].filter(Boolean);
  const curl = [`curl -X ${method} '${url}'`, ...headers.map(([n, v]) => `  -H "${n}: ${v}"`), ...(text ? [`  -d '${text.replace(/'/g, "'\\''")}'`] : [])].join(' \\\n');
  const js = `const answer = await fetch('${url}', {\n  method: '${method}',\n${headers.length ? `  headers: ${JSON.stringify(Object.fromEntries(headers))},\n` : ''}${text ? `  body: JSON.stringify(${text}),\n` : ''}});\nconsole.log(await answer.json());`;
  const python = `import requests\n\nanswer = requests.request(\n    "${method}", "${url}",\n${header ? `    headers={"${header[0]}": "${header[1]}"},\n` : ''}${text ? `    json=${text.replace(/\btrue\b/g, 'True').replace(/\bfalse\b/g, 'False').replace(/\bnull\b/g, 'None')},\n` : ''})\nprint(answer.json())`;
  const tab = (label, code) => `<details name="${slug(`${method} ${path}`)}-call"><summary>${label}</summary><pre tabindex="0"><code>${escape(code)}</code></pre></details>`;
  return `<div class="calls">${tab('curl', curl)}${tab('JavaScript', js)}${tab('Python', python)}</div>`;
}

function errorsOf(document) {
  const responses = Object.entries(document.components?.responses ?? {});
  const rows = responses.flatMap(([status, response]) =>
    Object.entries(response.content?.['application/json']?.examples ?? {}).map(([code, { summary }]) => `<tr><td>${status}</td><td><code>${escape(code)}</code></td><td>${escape(summary ?? '')}</td></tr>`));
  return rows.length ? `<h2 id="errors">Errors</h2><div class="scroll" tabindex="0"><table><thead><tr><th>Status</th><th>Code</th><th>Meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>` : '';
}
