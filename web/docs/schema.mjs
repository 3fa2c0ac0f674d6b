// What a JSON Schema of the API's document says, in words and as an example.
const resolve = (schema, schemas) => (schema?.$ref ? (schemas[schema.$ref.split('/').pop()] ?? {}) : (schema ?? {}));

export function typeOf(schema) {
  if (!schema) return 'any';
  if (schema.$ref) return schema.$ref.split('/').pop();
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.enum) return schema.enum.map((one) => (one === null ? 'null' : `"${one}"`)).join(' | ');
  return [schema.type ?? 'any'].flat().map((type) => (type === 'array' ? `${typeOf(schema.items)}[]` : type)).join(' or ');
}

export function boundsOf(schema, schemas) {
  const { minLength, maxLength, minimum, maximum, minItems, maxItems } = resolve(schema, schemas);
  const range = (low, high, unit) => {
    if (low !== undefined && high !== undefined) return `${low}–${high}${unit}`;
    if (high !== undefined) return `at most ${high}${unit}`;
    return low !== undefined ? `at least ${low}${unit}` : '';
  };
  return range(minLength, maxLength, ' characters') || range(minimum, maximum, '') || range(minItems, maxItems, ' entries');
}

// [name, schema, whether it is required] of each member.
export function membersOf(schema, schemas) {
  const { properties = {}, required = [] } = resolve(schema, schemas);
  return Object.entries(properties).map(([name, member]) => [name, member, required.includes(name)]);
}

const excerpt = 'Refunds are available within 30 days of purchase.';
// What a member of this name holds in examples: one small made-up company throughout.
const values = {
  answer: excerpt, answerEnd: 49, answerStart: 0, apiKey: 'sk_live_8fK2Qm7sRz1XcVd0N4kT9wYb2L', apiUrl: 'https://chat.example.com', allowedOrigins: ['https://www.example.com'], answerRate: 0.93,
  answerRate7d: 0.93, bestScore: 0.71, bucket: 'oprag', comment: 'Clear.', contactText: 'Write to help@example.com.', contains: ['30 days'], content: 'What is your refund policy?', contentType: 'application/pdf',
  count: 4, date: '2026-06-09', detail: '3 documents are indexed', displayName: 'Billing help', embedCode: '<script src="https://chat.example.com/widget.js" data-project="proj_4kT9wYb2LmQ7sRz1XcVd0N" async></script>',
  email: 'mira@example.com', end: 1265, endpoint: 'https://chat.example.com/v1/chat', error: null, etaSeconds: 12, excerpt, expiresInSeconds: 900, filename: 'billing-faq.pdf', fused: 0.71, firstQuestion: 'What is your refund policy?', from: '2026-06-01',
  headings: ['Billing', 'Refunds'], keyword: 0.62, keyPrefix: 'sk_live_8fK2Qm', label: 'Upload documents', language: 'en', latencyMs: 31, message: '2 documents are being indexed', method: 'POST', minScore: null, model: null, name: 'Billing help',
  notContains: [], notes: 'Answer checked.', pageCount: 12, pageNumber: 2, pagesDone: 4, pagesTotal: 12, pagesWithoutText: [[3, 4]], plan: 'self-hosted', price: '49 EUR a month', prefix: 'sk_live_8fK2Qm', primaryColor: '#2f5bea', prompt: 'What is your refund policy?',
  q: 'refund', question: 'What is your refund policy?', questionMaxLength: 1000, reason: null, region: 'local', rerank: null, resolvedQuestion: 'What is your refund policy?', score: 0.71, sha256: null, semantic: 0.74, sizeBytes: 482113, source: 0, start: 1216,
  statuses: ['STARTING'], suggestedQuestions: ['What is your refund policy?'], summary: 'Mira Olsen deployed Billing help', systemPrompt: 'Answer briefly.', targetType: 'project', text: excerpt, textEnd: 1265, textSha256: '9f2c…', textStart: 1100, threshold: 0.42, title: 'a1b2c3d4-billing-faq.pdf', to: '2026-07-01',
  token: 'inv_4kT9wYb2LmQ7sRz1XcVd0N', topK: 8, type: 'project.deployed', url: 'https://chat.example.com/objects/…?X-Amz-Signature=…', version: 1, visitorId: 'visitor_4kT9wYb2LmQ7sRz1XcVd0N', welcomeMessage: 'Ask about invoices and plans.',
};
const idPrefixes = { company: 'co', user: 'user', project: 'proj', document: 'doc', key: 'key', conversation: 'conv', message: 'msg', session: 'sess', visitor: 'visitor', prompt: 'prompt', run: 'run', deployment: 'dep', activity: 'act' };

// An example of a schema; `wanted` says which members to show.
export function exampleOf(schema, schemas, wanted = () => true, name = '', depth = 0) {
  if (schema.anyOf) return depth > 3 ? null : exampleOf(schema.anyOf[0], schemas, wanted, name, depth);
  const one = resolve(schema, schemas);
  const type = [one.type].flat()[0];
  if (name in values && type !== 'object' && (type !== 'array' || Array.isArray(values[name]))) return values[name];
  if (one.enum) return one.enum[0];
  if (one.examples) return one.examples[0];
  const id = /^(\w+?)Ids?$/.exec(name)?.[1];
  const made = () => `${idPrefixes[id] ?? 'id'}_4kT9wYb2LmQ7sRz1XcVd0N`;
  switch (type) {
    case 'object':
      return Object.fromEntries(membersOf(schema, schemas).filter(wanted).map(([member, inner]) => [member, exampleOf(inner, schemas, wanted, member, depth + 1)]));
    case 'array':
      return one.items.type === 'object' || one.items.$ref || one.items.type === 'string' ? [exampleOf(one.items, schemas, wanted, name, depth + 1)] : [];
    case 'string':
      return one.format === 'date-time' ? '2026-06-09T12:00:00.000Z' : id ? made() : 'text';
    case 'integer':
      return one.minimum ?? 1;
    case 'number':
      return one.minimum ?? 0.5;
    default:
      return type === 'boolean' ? true : null;
  }
}
