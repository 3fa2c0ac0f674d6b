// The records and routes of the API as TypeScript: openapi.ts from docs/openapi.json.
//   node shared/openapi.mjs [--check]    --check: fails when openapi.ts is not what the document says
import { readFileSync, writeFileSync } from 'node:fs';

const { components, paths } = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'));
const file = new URL('openapi.ts', import.meta.url);

const words = (values) => values.map((one) => (one === null ? 'null' : `'${one}'`)).join(' | ');

function typeOf(schema) {
  if (schema.$ref) return schema.$ref.split('/').pop();
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ');
  if (schema.enum) return words(schema.enum);
  return [schema.type].flat().map((type) => ofType(type, schema)).join(' | ');
}

function ofType(type, { items, properties }) {
  switch (type) {
    case 'array': {
      const item = typeOf(items);
      return item.includes(' ') ? `(${item})[]` : `${item}[]`;
    }
    case 'object':
      return properties ? 'object' : 'Record<string, unknown>';
    case 'integer':
      return 'number';
    case 'string': case 'number': case 'boolean': case 'null':
      return type;
    default:
      throw new Error(`no TypeScript for the schema type ${type}`);
  }
}

function record(name, { properties = {}, required = [] }) {
  const members = Object.entries(properties).map(([member, schema]) => `  ${member}${required.includes(member) ? '' : '?'}: ${typeOf(schema)};\n`);
  return members.length ? `export interface ${name} {\n${members.join('')}}\n` : `export type ${name} = Record<string, never>;\n`;
}

const jsonOf = (part) => part?.content?.['application/json']?.schema;

function route(method, path, operation) {
  const queries = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const query = queries.length ? `{ ${queries.map(({ name, required, schema }) => `${name}${required ? '' : '?'}: ${typeOf(schema)}`).join('; ')} }` : 'None';
  const body = jsonOf(operation.requestBody);
  const answer = jsonOf(Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1]);
  return `  '${method.toUpperCase()} ${path}': { query: ${query}; body: ${body ? typeOf(body) : 'undefined'}; answer: ${answer ? typeOf(answer) : 'string'} };\n`;
}

const records = Object.entries(components.schemas).map(([name, schema]) => record(name, schema));
const routes = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => route(method, path, operation)));
const text = `// Made from docs/openapi.json by shared/openapi.mjs.\n\ntype None = Record<never, never>;\n\n${records.join('')}\nexport interface Routes {\n${routes.join('')}}\n`;

if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (readFileSync(file, 'utf8') !== text) {
  console.error('web/shared/openapi.ts is out of date: npm --prefix web run types');
  process.exit(1);
}
