// The built dashboard over a made-up API: for looking at every state of every screen, and for feeding it hostile answers.
// What the product itself does is tested on the built program (journeys.test.mjs).
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import * as data from './data.mjs';
import { lineRect, makePdf } from './pdf.mjs';

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json', '.wasm': 'application/wasm' };

export const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; " +
  "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const text = data.pages.map((lines) => lines.join('\n'));
const starts = text.map((_, i) => text.slice(0, i).reduce((sum, page) => sum + page.length + 1, 0));
const wanted = data.source.excerpt;
const source = { ...data.source, start: starts[1] + text[1].indexOf(wanted), end: starts[1] + text[1].indexOf(wanted) + wanted.length };
const second = 'You can cancel any time from Account, then Billing.';
const sources = [source, { ...source, excerpt: second, start: starts[1] + text[1].indexOf(second), end: starts[1] + text[1].indexOf(second) + second.length, score: 0.71 }];
const citations = [
  { answerStart: 0, answerEnd: wanted.length, source: 0, support: 'verbatim' },
  { answerStart: wanted.length + 1, answerEnd: data.answerText.length, source: 1, support: 'supported' },
];

const period = (questions, answerRate) => ({ questions, conversations: Math.round(questions * 0.6), visitors: Math.round(questions * 0.5), answerRate });
const list = (name, rows) => ({ [name]: rows, nextCursor: null });
const missing = Symbol('missing');

// state: { role, answer, empty }, set by tests through POST /mock.
function routes(state) {
  const empty = (rows) => (state.empty ? [] : rows);
  const project = (id) => ({ ...(data.projects.find(({ projectId }) => projectId === id) ?? missing), documentCount: 6 });
  const chat = ({ question }) => {
    if (state.answer !== undefined) return { answer: state.answer, sessionId: 'sess_1', conversationId: 'conv_9', messageId: 'msg_9', answered: true, sources, citations: citations.slice(0, 1), explain: data.explain(question) };
    if (/iceland/i.test(question)) return { answer: 'The documents don’t say whether you ship to Iceland.', sessionId: 'sess_1', conversationId: 'conv_9', answered: false, reason: 'low_confidence', explain: data.explain(question) };
    return { answer: data.answerText, sessionId: 'sess_1', conversationId: 'conv_9', messageId: 'msg_9', answered: true, sources, citations, explain: data.explain(question) };
  };
  const conversation = (id) => {
    const one = data.conversations.find(({ conversationId }) => conversationId === id) ?? data.conversations[0];
    const at = one.startedAt;
    return {
      ...one,
      messages: [
        { messageId: 'msg_1', role: 'user', content: one.firstQuestion, answered: null, reason: null, sources: [], citations: [], latencyMs: null, createdAt: at },
        one.answered
          ? { messageId: 'msg_2', role: 'assistant', content: state.answer ?? data.answerText, answered: true, reason: null, sources, citations, latencyMs: 31, createdAt: at, visitorRating: 'good', visitorComment: 'Clear.' }
          : { messageId: 'msg_2', role: 'assistant', content: 'The documents don’t say.', answered: false, reason: 'no_match', sources: [], citations: [], latencyMs: 18, createdAt: at },
      ],
    };
  };
  return [
    ['GET /config', () => ({ apiUrl: '', environment: 'test', version: '0.1.0', region: 'local', userPoolId: 'local_mock', userPoolClientId: 'mock', issuer: '', cognitoEndpoint: '/', ragEnabled: true, features: { ocr: false, rerank: false, model: false, mail: false, signup: 'open' } })],
    ['GET /v1/companies/me', () => ({ ...data.company, role: state.role })],
    ['GET /v1/companies/users', () => list('users', data.users)],
    ['GET /v1/companies/settings', () => ({ allowedOrigins: [], systemPrompt: null, model: null, questionMaxLength: 1000, retentionDays: null })],
    ['GET /v1/models', () => ({ models: [{ model: 'extractive', label: 'Sentences of the documents, word for word', leavesMachine: false }] })],
    ['GET /v1/projects', () => list('projects', empty(data.projects))],
    ['GET /v1/projects/:p', ({ p }) => project(p)],
    ['GET /v1/projects/:p/overview', ({ p }) => ({
      project: project(p),
      documents: { total: 6, pendingUpload: 0, uploaded: 1, indexing: 1, indexed: 3, failed: 1 },
      setup: { completed: 4, total: 6, percent: 67, steps: [['create_project', 'Create the project', true], ['upload_documents', 'Upload documents', true], ['index_documents', 'Index the documents', true], ['test_answer', 'Ask a question', true], ['set_origins', 'Allow your site’s origin', false], ['deploy', 'Deploy', false]].map(([id, label, done]) => ({ id, label, done })) },
      usage: { questions7d: 412, conversations7d: 260, answerRate7d: 0.91 },
      lastDeployment: { deploymentId: 'dep_1', deployedAt: data.ago(50), deployedBy: data.mira, keyPrefix: 'sk_live_8fK2' },
      unanswered: [{ question: 'Do you ship to Iceland?', count: 4, lastAskedAt: data.ago(8) }, { question: 'Is there a student discount?', count: 2, lastAskedAt: data.ago(40) }],
    })],
    ['GET /v1/projects/:p/documents', () => list('documents', empty(data.documents))],
    ['GET /v1/projects/:p/documents/:d/versions', () => ({ versions: [3, 2, 1].map((version) => ({ version, filename: 'billing-faq.pdf', sizeBytes: 482113 - version, sha256: null, contentType: 'application/pdf', status: 'indexed', uploadedBy: data.mira, createdAt: data.ago(400 - version * 100), indexedAt: null, current: version === 3 })) })],
    ['GET /v1/projects/:p/documents/:d/preview-url', ({ d }) => ({ url: '/mock-store/billing-faq.pdf?X-Amz-Signature=1', expiresInSeconds: 300, filename: 'billing-faq.pdf', contentType: d === 'doc_plans' ? 'text/markdown' : 'application/pdf', version: 3 })],
    ['GET /v1/projects/:p/documents/:d/text', (_, __, query) => {
      const page = Number(query.get('page') ?? 1);
      const start = Number(query.get('start'));
      const line = data.pages[page - 1].findIndex((one) => starts[page - 1] + text[page - 1].indexOf(one) === start && one);
      return { documentId: 'doc_faq', version: 3, totalPages: 3, pages: [{ pageNumber: page, start: starts[page - 1], end: starts[page - 1] + text[page - 1].length, text: text[page - 1], headings: [], hasText: true }], rects: line >= 0 && Number(query.get('end')) > start ? [lineRect(page, line, data.pages[page - 1][line])] : [], nextCursor: null };
    }],
    ['POST /v1/projects/:p/chat', (_, body) => chat(body)],
    ['GET /v1/projects/:p/test-prompts', () => (state.empty ? { suggested: [], saved: [] } : data.prompts)],
    ['POST /v1/projects/:p/test-prompts', () => data.prompts.saved[0]],
    ['GET /v1/projects/:p/test-runs', () => list('runs', empty(data.runs))],
    ['POST /v1/projects/:p/test-runs', () => data.runs[0]],
    ['GET /v1/projects/:p/test-runs/:r', ({ r }) => data.runs.find(({ runId }) => runId === r) ?? missing],
    ['GET /v1/projects/:p/widget-config', ({ p }) => ({ enabled: true, displayName: 'Billing help', welcomeMessage: 'Ask about invoices, refunds and plans.', theme: { primaryColor: '#2f5bea', mode: 'light', position: 'right' }, suggestedQuestions: ['What is your refund policy?', 'When are invoices issued?'], showSources: true, contactText: 'Write to billing@acme.example.', embedCode: `<script src="https://chat.acme.example/widget.js" data-project="${p}" async></script>` })],
    ['GET /v1/projects/:p/deploy-readiness', () => ({
      ready: true,
      checks: [['documents', 'Documents are uploaded', 'pass', '6 documents, 3 indexed'], ['failed', 'No document failed', 'warn', 'price-list.pdf is protected by a password'], ['origins', 'Origins for the widget', 'pass', 'https://www.acme.example'], ['tests', 'Saved tests pass', 'warn', '1 of 2 failed in the last run']].map(([id, label, status, detail]) => ({ id, label, status, detail })),
      blockers: [], warnings: [], changes: { keysToRevoke: [{ keyId: 'key_1', prefix: 'sk_live_8fK2', environment: 'live', lastUsedAt: data.ago(0.2) }], documentsToConfirm: 0, documentsToIndex: 1 },
    })],
    ['POST /v1/projects/:p/deploy', ({ p }) => ({ deploymentId: 'dep_2', projectId: p, status: 'live', apiKey: 'sk_live_4bT9xWq2mVcR7nKd0sLpZ8yHfJ3gA6eUuQ1oXiPtB', keyId: 'key_4', keyPrefix: 'sk_live_4bT9', revokedKeyIds: ['key_1'], documentCount: 6, endpoint: '/v1/chat', curl: 'curl', message: 'Live now. 1 document is still being indexed.' })],
    ['GET /v1/projects/:p/integration', ({ p }) => ({ projectId: p, status: 'live', endpoint: 'https://chat.acme.example/v1/chat', method: 'POST', curl: '', examples: { curl: "curl -X POST 'https://chat.acme.example/v1/chat' \\\n  -H 'X-Oprag-Key: sk_live_...' \\\n  -H 'Content-Type: application/json' \\\n  -d '{\"question\":\"What is your refund policy?\"}'", javascript: 'const answer = await fetch(…)', python: 'requests.post(…)' }, keyPrefix: 'sk_live_8fK2', widget: { scriptUrl: '', embedCode: `<script src="https://chat.acme.example/widget.js" data-project="${p}" async></script>` }, allowedOrigins: [] })],
    ['GET /v1/conversations', () => list('conversations', empty(data.conversations))],
    ['GET /v1/projects/:p/conversations', () => list('conversations', empty(data.conversations))],
    ['GET /v1/conversations/:c', ({ c }) => conversation(c)],
    ['PATCH /v1/conversations/:c', ({ c }, body) => Object.assign(data.conversations.find(({ conversationId }) => conversationId === c), body)],
    ['GET /v1/keys', () => list('keys', empty(data.keys))],
    ['GET /v1/activity', () => list('activities', empty(data.activities))],
    ['GET /v1/dashboard/summary', () => ({
      totals: { projects: 3, liveProjects: 1, documents: 20, indexedDocuments: 17, failedDocuments: 1, conversations: 900, questions: 1400, activeKeys: 2, members: 3 },
      last7Days: period(412, 0.91), previous7Days: period(371, 0.88), series: data.days(7),
      attention: [{ kind: 'failed_documents', projectId: 'proj_billing', count: 1 }, { kind: 'unanswered_questions', projectId: 'proj_billing', count: 6 }, { kind: 'failing_tests', projectId: 'proj_billing', count: 1 }],
      projects: empty(data.projects).map(({ projectId, name, status, documentCount }, i) => ({ projectId, name, status, documentCount, questions7d: [390, 22, 0][i], answerRate7d: [0.92, 0.77, null][i], lastActivityAt: data.ago(1 + i * 20) })),
      recentActivity: data.activities,
    })],
    ['GET /v1/analytics/summary', () => {
      const series = data.days(30);
      const sum = (name) => (state.empty ? 0 : series.reduce((total, day) => total + day[name], 0));
      return {
        range: { from: series[0].date, to: series.at(-1).date },
        totals: { questions: sum('questions'), conversations: sum('conversations'), visitors: sum('visitors'), answered: sum('answered'), unanswered: sum('unanswered'), answerRate: 0.9, p50LatencyMs: 24, p95LatencyMs: 71, good: 118, bad: 9 },
        series, topQuestions: [{ question: 'What is your refund policy?', count: 211 }, { question: 'When are invoices issued?', count: 96 }, { question: 'How do I cancel?', count: 71 }],
        topSources: [{ documentId: 'doc_faq', title: 'billing-faq.pdf', count: 402 }, { documentId: 'doc_plans', title: 'plans-and-limits.md', count: 133 }],
        unansweredQuestions: [{ question: 'Do you ship to Iceland?', count: 4, lastAskedAt: data.ago(8) }, { question: 'Is there a student discount?', count: 2, lastAskedAt: data.ago(40) }],
      };
    }],
    ['GET /v1/billing/summary', () => ({ plan: { id: 'team', name: 'Team' }, period: { from: data.ago(480), to: data.ago(-240) }, limits: { projects: 3, documents: 200, storageBytes: null, questionsPerMonth: 5000, members: 10 }, usage: { projects: 3, documents: 20, storageBytes: 184_113_020, questionsPerMonth: 1400, members: 3 }, overLimit: ['projects'] })],
    ['GET /v1/find', () => ({ results: [{ kind: 'project', id: 'proj_billing', projectId: 'proj_billing', title: 'Billing help' }, { kind: 'document', id: 'doc_faq', projectId: 'proj_billing', title: 'billing-faq.pdf' }] })],
  ].map(([name, handle]) => {
    const [method, path] = name.split(' ');
    return { method, pattern: new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`), handle };
  });
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return parts.length ? JSON.parse(Buffer.concat(parts).toString()) : {};
}

// Serves `web` (build/web) on a free port of 127.0.0.1, or on `port`.
export async function startMock(web, port = 0) {
  const state = { role: 'owner', empty: false };
  const table = routes(state);
  const pages = JSON.parse(readFileSync(join(web, 'routes.json'), 'utf8')).map((path) => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`));
  const pdf = makePdf(data.pages);
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://mock');
    const send = (status, type, body) => response.writeHead(status, { 'Content-Type': type, 'Content-Security-Policy': contentSecurityPolicy, 'X-Content-Type-Options': 'nosniff' }).end(body);
    const route = table.find(({ method, pattern }) => method === request.method && pattern.test(url.pathname));
    if (route) {
      const answer = route.handle({ ...route.pattern.exec(url.pathname).groups }, await bodyOf(request), url.searchParams);
      return answer === missing ? send(404, types['.json'], '{"error":"Not found","code":"not_found"}') : send(200, types['.json'], JSON.stringify(answer));
    }
    if (url.pathname.startsWith('/mock-store/')) return send(200, 'application/pdf', pdf);
    if (pages.some((pattern) => pattern.test(url.pathname))) return send(200, types['.html'], readFileSync(join(web, 'index.html')));
    const file = join(web, url.pathname.endsWith('/') ? `${url.pathname}index.html` : url.pathname);
    if (!file.startsWith(web) || !existsSync(file)) return send(404, types['.json'], `{"error":"No route for ${request.method} ${url.pathname}"}`);
    response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream', 'Content-Security-Policy': contentSecurityPolicy });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${server.address().port}`, state, stop: () => new Promise((resolve) => server.close(resolve)) };
}

// What a signed-in browser keeps; the mock checks no token.
export const session = () => ({ idToken: 'mock', accessToken: 'mock', refreshToken: 'mock', expiresAt: Date.now() + 3_600_000 });
