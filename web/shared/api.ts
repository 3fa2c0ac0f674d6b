// The records of the API as its clients see them. `shared/api.test.ts` holds them against docs/openapi.json.

export interface Person {
  userId: string;
  email: string;
  name: string | null;
}
export type By = Person | null;
export type Role = 'member' | 'admin' | 'owner';

export interface Page {
  nextCursor: string | null;
}

export interface Company {
  companyId: string;
  name: string;
  plan: string;
  createdAt: string;
  updatedAt: string;
  userId: string;
  email: string;
  role: Role;
}

export interface User extends Person {
  role: Role;
  status: 'invited' | 'active' | 'disabled' | 'removed';
  invitedBy: By;
  invitedAt: string | null;
  joinedAt: string | null;
  lastActiveAt: string | null;
}
export interface Invited extends User {
  delivery: 'email' | 'link';
  inviteUrl?: string | null;
}

export interface CompanySettings {
  allowedOrigins: string[];
  systemPrompt: string | null;
  model: string | null;
  questionMaxLength: number;
  retentionDays: number | null;
}

export type ProjectStatus = 'draft' | 'indexing' | 'live' | 'archived';
export interface Retrieval {
  topK: number;
  minScore: number;
  searchType: 'hybrid' | 'semantic' | 'keyword';
  rerank: boolean;
}
export interface Indexing {
  chunkTokens: number;
  chunkOverlap: number;
  ocr: 'auto' | 'off';
  language: string | null;
}
export interface Project {
  projectId: string;
  companyId: string;
  name: string;
  description: string | null;
  status: ProjectStatus;
  allowedOrigins: string[];
  systemPrompt: string | null;
  model: string | null;
  questionMaxLength: number;
  retrieval: Retrieval;
  indexing: Indexing;
  documentCount: number;
  createdAt: string;
  updatedAt: string;
  deployedAt: string | null;
}

export interface Unanswered {
  question: string;
  count: number;
  lastAskedAt: string;
}
export interface Overview {
  project: Project;
  documents: { total: number; pendingUpload: number; uploaded: number; indexing: number; indexed: number; failed: number };
  setup: { completed: number; total: number; percent: number; steps: { id: string; label: string; done: boolean }[] };
  usage: { questions7d: number; conversations7d: number; answerRate7d: number | null };
  lastDeployment: { deploymentId: string; deployedAt: string; deployedBy: By; keyPrefix: string } | null;
  unanswered: Unanswered[];
}

export interface Readiness {
  ready: boolean;
  checks: { id: string; label: string; status: 'pass' | 'warn' | 'fail'; detail: string }[];
  blockers: { code: string; message: string }[];
  warnings: { code: string; message: string }[];
  changes: {
    keysToRevoke: { keyId: string; prefix: string; environment: Environment; lastUsedAt: string | null }[];
    documentsToConfirm: number;
    documentsToIndex: number;
  };
}

export interface WidgetTheme {
  primaryColor: string;
  mode: 'light' | 'dark' | 'auto';
  position: 'left' | 'right';
}
export interface WidgetConfig {
  enabled: boolean;
  displayName: string;
  welcomeMessage: string;
  theme: WidgetTheme;
  suggestedQuestions: string[];
  showSources: boolean;
  contactText: string | null;
  embedCode: string;
}

// GET /v1/widget/{id}/config: public, with a token for the visitor when the page's origin is listed.
export interface PublicWidgetConfig extends Omit<WidgetConfig, 'enabled' | 'embedCode'> {
  projectId: string;
  questionMaxLength: number;
  visitorToken: string | null;
  visitorTokenExpiresAt: string | null;
  visitorId: string | null;
}

export type DocumentStatus = 'pending_upload' | 'uploaded' | 'indexing' | 'indexed' | 'failed' | 'deleting';
export interface Progress {
  stage: string;
  pagesDone: number | null;
  pagesTotal: number | null;
  etaSeconds: number | null;
}
export interface DocumentError {
  code: string;
  message: string;
}
export interface Document {
  documentId: string;
  projectId: string;
  filename: string;
  contentType: string;
  sizeBytes: number | null;
  sha256: string | null;
  status: DocumentStatus;
  version: number;
  pageCount: number | null;
  chunkCount: number | null;
  title: string | null;
  language: string | null;
  error: DocumentError | null;
  progress: Progress | null;
  pagesWithoutText: number[][];
  pendingVersion: {
    version: number;
    status: DocumentStatus;
    filename: string;
    error: DocumentError | null;
    progress: Progress | null;
  } | null;
  key: string;
  uploadedBy: By;
  createdAt: string;
  uploadedAt: string | null;
  indexedAt: string | null;
}
export interface DocumentVersion {
  version: number;
  filename: string;
  sizeBytes: number | null;
  sha256: string | null;
  contentType: string;
  status: DocumentStatus;
  uploadedBy: By;
  createdAt: string;
  indexedAt: string | null;
  current: boolean;
}
export interface UploadUrl {
  documentId: string;
  uploadUrl: string;
  metadataUploadUrl: string;
  metadataBody: string;
  key: string;
  metadataKey: string;
  bucket: string;
  expiresInSeconds: number;
  instructions: string;
  version: number;
}
export interface PreviewUrl {
  url: string;
  expiresInSeconds: number;
  filename: string;
  contentType: string;
  version: number;
}
export interface Rect {
  pageNumber: number;
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface TextPage {
  pageNumber: number | null;
  start: number;
  end: number;
  text: string;
  headings: string[];
  hasText: boolean;
}
export interface DocumentText extends Page {
  documentId: string;
  version: number;
  totalPages: number | null;
  pages: TextPage[];
  rects?: Rect[] | null;
}

// `start` and `end` count Unicode code points of the document version's extracted text.
export interface Source {
  title: string;
  excerpt: string;
  pageNumber?: number | null;
  documentId: string;
  version: number;
  filename: string;
  textSha256: string;
  start: number;
  end: number;
  score: number;
}
export interface Citation {
  answerStart: number;
  answerEnd: number;
  source: number;
  support: 'verbatim' | 'supported' | 'unverified';
}
export type RefusalReason = 'no_documents' | 'no_match' | 'low_confidence' | 'unverified';
export interface SearchResult extends Source {
  text: string;
  textStart: number;
  textEnd: number;
  headings: string[];
  scores: { keyword: number | null; semantic: number | null; fused: number | null; rerank: number | null };
}
export interface Explain {
  resolvedQuestion: string;
  threshold: number;
  bestScore: number | null;
  nearest: SearchResult[];
}
export interface ChatAnswer {
  answer: string;
  sessionId: string;
  conversationId?: string;
  visitorId?: string;
  sources?: Source[];
  answered: boolean;
  reason?: RefusalReason | null;
  citations?: Citation[];
  messageId?: string;
  degraded?: boolean;
  explain?: Explain;
}

export type ReviewStatus = 'unreviewed' | 'needs_attention' | 'reviewed';
export type Rating = 'good' | 'bad';
export type Channel = 'api' | 'widget' | 'dashboard' | 'mcp';
export type Environment = 'live' | 'test';
export interface Conversation {
  conversationId: string;
  projectId: string;
  projectName: string;
  channel: Channel;
  environment: Environment | null;
  visitorId: string | null;
  sessionId: string;
  startedAt: string;
  lastMessageAt: string;
  messageCount: number;
  firstQuestion: string;
  answered: boolean | null;
  reviewStatus: ReviewStatus;
  rating: Rating | null;
  notes: string | null;
  reviewedBy: By;
}
export interface Message {
  messageId: string;
  role: 'user' | 'assistant';
  content: string;
  answered: boolean | null;
  reason: RefusalReason | null;
  sources: Source[];
  citations: Citation[];
  latencyMs: number | null;
  createdAt: string;
  visitorRating: Rating | null;
  visitorComment: string | null;
}
export interface ConversationDetail extends Conversation {
  messages: Message[];
}

export interface Expect {
  answered?: boolean | null;
  contains?: string[] | null;
  notContains?: string[] | null;
  sources?: { filename: string; pageNumber?: number | null }[] | null;
}
export interface TestPrompt {
  promptId: string;
  prompt: string;
  expect: Expect | null;
  createdBy: By;
  createdAt: string;
  lastResult: 'pass' | 'fail' | null;
}
export interface TestPrompts {
  suggested: { prompt: string; documentId: string }[];
  saved: TestPrompt[];
}
export interface TestResult {
  promptId: string | null;
  prompt: string;
  answer: string | null;
  answered: boolean | null;
  sources: Source[];
  citations: Citation[];
  latencyMs: number | null;
  passed: boolean | null;
  failures: { expectation: string; expected: string; got: string }[];
  error: string | null;
}
export interface TestRun {
  runId: string;
  status: 'running' | 'finished';
  startedAt: string;
  finishedAt: string | null;
  durationMs: number | null;
  summary: { total: number; done: number; passed: number; failed: number; ungraded: number };
  results?: TestResult[];
}

export interface Key {
  keyId: string;
  projectId: string;
  projectName: string;
  name: string | null;
  environment: Environment;
  prefix: string;
  status: 'active' | 'revoked';
  createdBy: By;
  createdAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
}
export interface CreatedKey extends Key {
  apiKey: string;
  revokedKeyIds?: string[];
}
export interface Deployment {
  deploymentId: string;
  projectId: string;
  status: 'indexing' | 'live';
  apiKey: string;
  keyId: string;
  keyPrefix: string;
  revokedKeyIds: string[];
  documentCount: number;
  endpoint: string;
  curl: string;
  message: string;
}
export interface Integration {
  projectId: string;
  status: ProjectStatus;
  endpoint: string;
  method: string;
  curl: string;
  examples: { curl: string; javascript: string; python: string };
  keyPrefix: string | null;
  widget: { scriptUrl: string; embedCode: string };
  allowedOrigins: string[];
}

export interface Period {
  questions: number;
  conversations: number;
  visitors: number;
  answerRate: number | null;
}
export interface Activity {
  activityId: string;
  type: string;
  actor: By;
  projectId: string | null;
  targetType: string;
  targetId: string;
  summary: string;
  createdAt: string;
}
export type AttentionKind = 'failed_documents' | 'unanswered_questions' | 'failing_tests' | 'needs_attention' | 'over_limit';
export interface DashboardSummary {
  totals: {
    projects: number;
    liveProjects: number;
    documents: number;
    indexedDocuments: number;
    failedDocuments: number;
    conversations: number;
    questions: number;
    activeKeys: number;
    members: number;
  };
  last7Days: Period;
  previous7Days: Period;
  series: { date: string; questions: number; conversations: number; visitors: number; answered: number }[];
  attention: { kind: AttentionKind; projectId: string | null; count: number }[];
  projects: {
    projectId: string;
    name: string;
    status: ProjectStatus;
    documentCount: number;
    questions7d: number;
    answerRate7d: number | null;
    lastActivityAt: string | null;
  }[];
  recentActivity: Activity[];
}
export interface Analytics {
  range: { from: string; to: string };
  totals: {
    questions: number;
    conversations: number;
    visitors: number;
    answered: number;
    unanswered: number;
    answerRate: number | null;
    p50LatencyMs: number | null;
    p95LatencyMs: number | null;
    good: number;
    bad: number;
  };
  series: {
    date: string;
    questions: number;
    conversations: number;
    visitors: number;
    answered: number;
    unanswered: number;
  }[];
  topQuestions: { question: string; count: number }[];
  topSources: { documentId: string; title: string; count: number }[];
  unansweredQuestions: Unanswered[];
}
export type Limited = 'projects' | 'documents' | 'storageBytes' | 'questionsPerMonth' | 'members';
export interface Billing {
  plan: { id: string; name: string };
  period: { from: string; to: string };
  limits: Record<Limited, number | null>;
  usage: Record<Limited, number>;
  overLimit: Limited[];
}
export interface Config {
  apiUrl: string;
  environment: string;
  version: string;
  region: string;
  userPoolId: string;
  userPoolClientId: string;
  issuer: string;
  cognitoEndpoint: string;
  ragEnabled: boolean;
  features: { ocr: boolean; rerank: boolean; model: boolean; mail: boolean; signup: 'open' | 'invite' | 'closed' };
}
export interface Model {
  model: string;
  label: string;
  leavesMachine: boolean;
}
export interface Found {
  kind: 'project' | 'document' | 'conversation';
  id: string;
  projectId: string;
  title: string;
}
