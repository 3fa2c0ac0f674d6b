// A workspace with something in every state, so that each screen can be looked at.
const hour = 3_600_000;
const now = Date.now();
export const ago = (hours) => new Date(now - hours * hour).toISOString();
export const mira = { userId: 'user_mira', email: 'mira@acme.example', name: 'Mira Okafor' };
export const jon = { userId: 'user_jon', email: 'jon@acme.example', name: 'Jon Bell' };

export const company = { companyId: 'co_1f9Kq2mVbT7cXzW4aPd0sR', name: 'Acme Billing', plan: 'self-hosted', createdAt: ago(2400), updatedAt: ago(30), userId: mira.userId, email: mira.email, role: 'owner' };

export const pages = [
  ['Billing FAQ', '', 'This document answers what customers ask about invoices and refunds.', 'It applies to every plan that is paid by card or by invoice.'],
  ['Refunds', '', 'Refunds are available within 30 days of purchase.', 'You can cancel any time from Account, then Billing.', 'A refund is paid to the card that was charged, within 5 working days.', '', 'Yearly plans are refunded in proportion after the first 30 days.'],
  ['Invoices', '', 'Invoices are issued on the first day of each month.', 'A copy is sent to the billing contact.'],
];

const project = (projectId, name, status, more = {}) => ({
  projectId, companyId: company.companyId, name, description: 'Answers what customers ask about invoices, refunds and plans.', status,
  allowedOrigins: status === 'live' ? ['https://www.acme.example'] : [], systemPrompt: null, model: null, questionMaxLength: 1000,
  retrieval: { topK: 8, minScore: 0.35, searchType: 'hybrid', rerank: false },
  indexing: { chunkTokens: 200, chunkOverlap: 40, ocr: 'off', language: null },
  documentCount: 6, createdAt: ago(900), updatedAt: ago(20), deployedAt: status === 'live' ? ago(50) : null, ...more,
});
export const projects = [project('proj_billing', 'Billing help', 'live'), project('proj_handbook', 'Staff handbook', 'indexing', { documentCount: 14 }), project('proj_returns', 'Returns desk', 'draft', { documentCount: 0 })];

const document = (id, filename, status, more = {}) => ({
  documentId: `doc_${id}`, projectId: 'proj_billing', filename, contentType: 'application/pdf', sizeBytes: 482_113, sha256: '9f2c41d07a6be0c35d1f', status, version: 1,
  pageCount: 3, chunkCount: 9, title: null, language: 'en', error: null, progress: null, pagesWithoutText: [], pendingVersion: null, warnings: [],
  key: `documents/co/proj/uuid-${filename}`, uploadedBy: mira, createdAt: ago(300), uploadedAt: ago(300), indexedAt: ago(299), ...more,
});
export const documents = [
  document('faq', 'billing-faq.pdf', 'indexed', { version: 3 }),
  document('terms', 'terms-of-service-2026.pdf', 'indexing', { pageCount: 212, progress: { stage: 'reading', pagesDone: 96, pagesTotal: 212, etaSeconds: 41 }, createdAt: ago(0.1) }),
  document('scan', 'signed-contracts-scan.pdf', 'indexed', { pageCount: 12, pagesWithoutText: [[3, 9]], createdAt: ago(70) }),
  document('locked', 'price-list.pdf', 'failed', { pageCount: null, error: { code: 'password_protected', message: 'The file is protected by a password. Remove the password and upload it again.' }, createdAt: ago(26) }),
  document('plans', 'plans-and-limits.md', 'indexed', { contentType: 'text/markdown', pageCount: null, sizeBytes: 9_120 }),
  document('new', 'refund-policy-draft.docx', 'uploaded', { pageCount: null, chunkCount: null, uploadedBy: jon, createdAt: ago(2) }),
];

export const source = {
  title: 'a1b2c3d4-billing-faq.pdf', excerpt: 'Refunds are available within 30 days of purchase.', pageNumber: 2, documentId: 'doc_faq', version: 3,
  filename: 'billing-faq.pdf', textSha256: 'c0ffee', start: 0, end: 0, score: 0.86,
};
export const answerText = 'Refunds are available within 30 days of purchase. You can cancel any time from Account, then Billing.';

export const explain = (question) => ({
  resolvedQuestion: question, threshold: 0.35, bestScore: 0.22,
  nearest: [{ ...source, score: 0.22, text: source.excerpt, textStart: 0, textEnd: 0, headings: ['Refunds'], scores: { keyword: 0.11, semantic: 0.28, fused: 0.22, rerank: null } }],
});

const conversation = (id, firstQuestion, more = {}) => ({
  conversationId: `conv_${id}`, projectId: 'proj_billing', projectName: 'Billing help', channel: 'widget', environment: 'live', visitorId: 'visitor_8dK2', sessionId: 'sess_1',
  startedAt: ago(3), lastMessageAt: ago(2.9), messageCount: 2, firstQuestion, answered: true, reviewStatus: 'unreviewed', rating: null, notes: null, reviewedBy: null, ...more,
});
export const conversations = [
  conversation('1', 'What is your refund policy?'),
  conversation('2', 'Do you ship to Iceland?', { answered: false, reviewStatus: 'needs_attention', lastMessageAt: ago(8) }),
  conversation('3', 'When are invoices issued?', { channel: 'api', visitorId: null, reviewStatus: 'reviewed', rating: 'good', reviewedBy: jon, notes: 'Good answer, page is right.', lastMessageAt: ago(30) }),
  conversation('4', 'Can I change the billing contact of a plan that was bought through a reseller in another country?', { lastMessageAt: ago(49) }),
];

export const prompts = {
  suggested: [{ prompt: 'When are invoices issued?', documentId: 'doc_faq' }, { prompt: 'How long does a refund take?', documentId: 'doc_faq' }, { prompt: 'Which plans have a storage limit?', documentId: 'doc_plans' }],
  saved: [
    { promptId: 'prompt_1', prompt: 'What is your refund policy?', expect: { answered: true, contains: ['30 days'], notContains: [], sources: [{ filename: 'billing-faq.pdf', pageNumber: 2 }] }, createdBy: mira, createdAt: ago(200), lastResult: 'pass' },
    { promptId: 'prompt_2', prompt: 'Do you ship to Iceland?', expect: { answered: false }, createdBy: jon, createdAt: ago(90), lastResult: 'fail' },
  ],
};

const citation = { answerStart: 0, answerEnd: 49, source: 0, support: 'verbatim' };
const run = (runId, hours, answer, passed) => ({
  runId, status: 'finished', startedAt: ago(hours), finishedAt: ago(hours), durationMs: 412, summary: { total: 2, done: 2, passed: passed ? 2 : 1, failed: passed ? 0 : 1, ungraded: 0 },
  results: [
    { promptId: 'prompt_1', prompt: 'What is your refund policy?', answer, answered: true, sources: [source], citations: [citation], latencyMs: 31, passed: true, failures: [], error: null },
    { promptId: 'prompt_2', prompt: 'Do you ship to Iceland?', answer: 'We ship to every country of the EEA.', answered: true, sources: [], citations: [], latencyMs: 28, passed, failures: passed ? [] : [{ expectation: 'answered', expected: 'no answer', got: 'an answer' }], error: null },
  ],
});
export const runs = [run('run_2', 1, answerText, false), run('run_1', 30, 'Refunds are available within 14 days of purchase.', true)];

export const keys = [
  { keyId: 'key_1', projectId: 'proj_billing', projectName: 'Billing help', name: null, environment: 'live', prefix: 'sk_live_8fK2', status: 'active', createdBy: mira, createdAt: ago(50), lastUsedAt: ago(0.2), revokedAt: null },
  { keyId: 'key_2', projectId: 'proj_billing', projectName: 'Billing help', name: 'Staging', environment: 'test', prefix: 'sk_test_Qm41', status: 'active', createdBy: jon, createdAt: ago(90), lastUsedAt: null, revokedAt: null },
  { keyId: 'key_3', projectId: 'proj_billing', projectName: 'Billing help', name: null, environment: 'live', prefix: 'sk_live_00pL', status: 'revoked', createdBy: mira, createdAt: ago(500), lastUsedAt: ago(51), revokedAt: ago(50) },
];

export const users = [
  { ...mira, role: 'owner', status: 'active', invitedBy: null, invitedAt: null, joinedAt: ago(2400), lastActiveAt: ago(0.01) },
  { ...jon, role: 'admin', status: 'active', invitedBy: mira, invitedAt: ago(800), joinedAt: ago(799), lastActiveAt: ago(20) },
  { userId: 'user_new', email: 'sam@acme.example', name: null, role: 'member', status: 'invited', invitedBy: mira, invitedAt: ago(30), joinedAt: null, lastActiveAt: null },
];

export const activities = [
  ['project.deployed', mira, 'deployed Billing help', 'project', 'proj_billing', 50],
  ['document.failed', null, 'price-list.pdf could not be read', 'document', 'doc_locked', 26],
  ['document.replaced', mira, 'uploaded version 3 of billing-faq.pdf', 'document', 'doc_faq', 52],
  ['conversation.reviewed', jon, 'reviewed “When are invoices issued?”', 'conversation', 'conv_3', 29],
  ['user.invited', mira, 'invited sam@acme.example', 'user', 'user_new', 30],
  ['run.finished', mira, 'ran 2 tests of Billing help: 1 failed', 'run', 'run_2', 1],
].map(([type, actor, summary, targetType, targetId, hours], i) => ({ activityId: `act_${i}`, type, actor, projectId: targetType === 'user' ? null : 'proj_billing', targetType, targetId, summary, createdAt: ago(hours) }));

const dayAt = (i) => new Date(Math.floor(now / 86_400_000) * 86_400_000 - i * 86_400_000).toISOString().slice(0, 10);
export const days = (n) =>
  Array.from({ length: n }, (_, i) => {
    const weekday = new Date(dayAt(n - 1 - i)).getUTCDay();
    const questions = weekday % 6 ? 60 + ((i * 37) % 41) : 14 + (i % 9);
    const unanswered = Math.round(questions * (0.08 + ((i * 13) % 7) / 100));
    return { date: dayAt(n - 1 - i), questions, conversations: Math.round(questions * 0.6), visitors: Math.round(questions * 0.5), answered: questions - unanswered, unanswered };
  });
