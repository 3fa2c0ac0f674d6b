import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { reference } from './reference.mjs';
import { slug } from './text.mjs';

const document = JSON.parse(readFileSync(process.env.OPRAG_OPENAPI!, 'utf8'));
const page: string = reference(document);
const plain = (html: string) => html.replace(/<[^>]+>/g, '').replace(/&(lt|gt|quot|amp);/g, (_, name: string) => ({ lt: '<', gt: '>', quot: '"', amp: '&' })[name]!);
const examples = (language: string) => [...page.matchAll(new RegExp(`<summary>${language}</summary><pre[^>]*><code>(.*?)</code>`, 'gs'))].map(([, code]) => plain(code!));
const routes = Object.entries<Record<string, unknown>>(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));

test('every route has its section and its calls, and every link of the page leads somewhere', () => {
  for (const route of routes) assert.ok(page.includes(`<section class="operation" id="${slug(route)}">`), route);
  for (const language of ['curl', 'JavaScript', 'Python']) assert.equal(examples(language).length, routes.length, language);
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length, 'no id twice');
  for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.includes(id), id);
});

test('every code of an error is in the table', () => {
  for (const code of document.components.schemas.Error.properties.code.enum) assert.ok(page.includes(`<td><code>${code}</code></td>`), code);
});

test('the calls are well-formed in each language', () => {
  const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;
  for (const code of examples('JavaScript')) new AsyncFunction(code);
  const check = 'import ast, json, sys\nfor code in json.load(sys.stdin): ast.parse(code)';
  const python = spawnSync('python3', ['-c', check], { input: JSON.stringify(examples('Python')), encoding: 'utf8' });
  assert.equal(python.status, 0, python.stderr);
  for (const code of examples('curl')) {
    const words = spawnSync('bash', ['-c', `curl() { printf '%s\\0' "$@"; }\n${code}`], { encoding: 'utf8' }).stdout.split('\0');
    const body = words[words.indexOf('-d') + 1]!;
    if (words.includes('-d')) assert.doesNotThrow(() => JSON.parse(body), code);
  }
});
