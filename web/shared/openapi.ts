// Made from docs/openapi.json by shared/openapi.mjs.

type None = Record<never, never>;

export interface AcceptRequest {
  token: string;
}
export interface Activity {
  activityId: string;
  type: string;
  actor: Person | null;
  projectId: string | null;
  targetType: string | null;
  targetId: string | null;
  summary: string;
  createdAt: string;
}
export interface ActivityList {
  activities: Activity[];
  nextCursor: string | null;
}
export interface AnalyticsDay {
  date: string;
  questions: number;
  conversations: number;
  visitors: number;
  answered: number;
  unanswered: number;
}
export interface AnalyticsRange {
  from: string;
  to: string;
}
export interface AnalyticsSummary {
  range: AnalyticsRange;
  totals: AnalyticsTotals;
  series: AnalyticsDay[];
  topQuestions: AskedQuestion[];
  topSources: CitedSource[];
  unansweredQuestions: UnansweredQuestion[];
}
export interface AnalyticsTotals {
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
  visitorGood: number;
  visitorBad: number;
}
export interface ApiKey {
  keyId: string;
  projectId: string;
  projectName: string;
  name: string;
  environment: 'live' | 'test';
  prefix: string;
  status: 'active' | 'revoked';
  createdBy: Person | null;
  createdAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
}
export interface AskedQuestion {
  question: string;
  count: number;
}
export interface Attention {
  kind: 'failed_documents' | 'unanswered_questions' | 'failing_tests' | 'needs_attention' | 'over_limit';
  projectId: string | null;
  count: number;
}
export interface BillingSummary {
  plan: PlanName;
  period: Period;
  limits: Limits;
  usage: Usage;
  overLimit: string[];
}
export interface BulkTickets {
  uploads: UploadTicket[];
  expiresInSeconds: number;
}
export interface BulkUpload {
  files: UploadRequest[];
}
export interface ChatAnswer {
  answer: string;
  sessionId: string;
  conversationId?: string;
  visitorId?: string;
  sources?: Source[];
  answered: boolean;
  reason?: 'no_documents' | 'no_match' | 'low_confidence' | 'unverified';
  citations?: Citation[];
  messageId?: string;
  degraded?: boolean;
  explain?: Explanation;
}
export interface ChatRequest {
  question: string;
  sessionId?: string | null;
  conversationId?: string | null;
  visitorId?: string | null;
  stream?: boolean | null;
}
export interface Citation {
  answerStart: number;
  answerEnd: number;
  source: number;
  support: 'verbatim' | 'supported' | 'unverified';
}
export interface CitedSource {
  documentId: string;
  title: string;
  count: number;
}
export interface Company {
  companyId: string;
  name: string;
  plan: string;
  createdAt: string;
  updatedAt: string;
  userId: string;
  email: string;
  role: 'member' | 'admin' | 'owner';
}
export interface CompanyCreate {
  name: string;
}
export interface CompanyPatch {
  name?: string | null;
}
export interface Conversation {
  conversationId: string;
  projectId: string;
  projectName: string;
  channel: 'api' | 'widget' | 'dashboard' | 'mcp';
  environment: 'live' | 'test' | null;
  visitorId: string | null;
  sessionId: string;
  startedAt: string;
  lastMessageAt: string;
  messageCount: number;
  firstQuestion: string;
  answered: boolean | null;
  reviewStatus: 'unreviewed' | 'needs_attention' | 'reviewed';
  rating: 'good' | 'bad' | null;
  notes: string | null;
  reviewedBy: Person | null;
}
export interface ConversationDetail {
  conversationId: string;
  projectId: string;
  projectName: string;
  channel: 'api' | 'widget' | 'dashboard' | 'mcp';
  environment: 'live' | 'test' | null;
  visitorId: string | null;
  sessionId: string;
  startedAt: string;
  lastMessageAt: string;
  messageCount: number;
  firstQuestion: string;
  answered: boolean | null;
  reviewStatus: 'unreviewed' | 'needs_attention' | 'reviewed';
  rating: 'good' | 'bad' | null;
  notes: string | null;
  reviewedBy: Person | null;
  messages: Message[];
}
export interface ConversationList {
  conversations: Conversation[];
  nextCursor: string | null;
}
export interface CreatedKey {
  keyId: string;
  projectId: string;
  projectName: string;
  name: string;
  environment: 'live' | 'test';
  prefix: string;
  status: 'active' | 'revoked';
  createdBy: Person | null;
  createdAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
  apiKey: string;
}
export interface DashboardDay {
  date: string;
  questions: number;
  conversations: number;
  visitors: number;
  answered: number;
}
export interface DashboardSummary {
  totals: DashboardTotals;
  last7Days: WeekTraffic;
  previous7Days: WeekTraffic;
  series: DashboardDay[];
  attention: Attention[];
  projects: ProjectRollup[];
  recentActivity: Activity[];
}
export interface DashboardTotals {
  projects: number;
  liveProjects: number;
  documents: number;
  indexedDocuments: number;
  failedDocuments: number;
  conversations: number;
  questions: number;
  activeKeys: number;
  members: number;
}
export interface DeployChanges {
  keysToRevoke: KeyToRevoke[];
  documentsToConfirm: number;
  documentsToIndex: number;
}
export type DeployRequest = Record<string, never>;
export interface Deployment {
  deploymentId: string;
  projectId: string;
  status: 'draft' | 'indexing' | 'live' | 'archived';
  apiKey: string;
  keyId: string;
  keyPrefix: string;
  revokedKeyIds: string[];
  documentCount: number;
  endpoint: string;
  curl: string;
  message: string;
}
export interface Document {
  documentId: string;
  projectId: string;
  filename: string;
  contentType: string;
  sizeBytes: number | null;
  sha256: string | null;
  status: 'pending_upload' | 'uploaded' | 'indexing' | 'indexed' | 'failed' | 'deleting';
  version: number;
  pageCount: number | null;
  chunkCount: number | null;
  title: string | null;
  language: string | null;
  error: Failure | null;
  progress: Progress | null;
  pagesWithoutText: number[][];
  pendingVersion: PendingVersion | null;
  key: string;
  uploadedBy: Person | null;
  createdAt: string;
  uploadedAt: string | null;
  indexedAt: string | null;
  warnings: Warning[];
}
export interface DocumentCounts {
  total: number;
  pendingUpload: number;
  uploaded: number;
  indexing: number;
  indexed: number;
  failed: number;
}
export interface DocumentList {
  documents: Document[];
  nextCursor: string | null;
}
export interface DocumentVersion {
  version: number;
  filename: string;
  sizeBytes: number | null;
  sha256: string | null;
  contentType: string;
  status: 'pending_upload' | 'uploaded' | 'indexing' | 'indexed' | 'failed' | 'deleting';
  uploadedBy: Person | null;
  createdAt: string;
  indexedAt: string | null;
  current: boolean;
}
export interface Error {
  error: string;
  code: 'invalid_json' | 'invalid_request' | 'unsupported_media_type' | 'body_too_large' | 'uri_too_long' | 'headers_too_large' | 'unauthenticated' | 'forbidden' | 'no_company' | 'insufficient_role' | 'origin_not_allowed' | 'plan_limit' | 'last_owner' | 'not_found' | 'no_route' | 'conflict' | 'in_progress' | 'idempotency_mismatch' | 'precondition_failed' | 'rate_limited' | 'not_deployed' | 'deploy_blocked' | 'nothing_to_sync' | 'upload_incomplete' | 'unsupported_document' | 'ocr_unavailable' | 'rerank_unavailable' | 'rag_disabled' | 'upstream_failed' | 'overloaded' | 'internal';
  requestId: string;
}
export interface Examples {
  curl: string;
  javascript: string;
  python: string;
}
export interface Expectation {
  answered: boolean | null;
  contains: string[];
  notContains: string[];
  sources: ExpectedSource[];
}
export interface ExpectationRequest {
  answered?: boolean | null;
  contains?: string[] | null;
  notContains?: string[] | null;
  sources?: ExpectedSourceRequest[] | null;
}
export interface ExpectedSource {
  filename: string;
  pageNumber?: number;
}
export interface ExpectedSourceRequest {
  filename: string;
  pageNumber?: number | null;
}
export interface Explanation {
  resolvedQuestion: string;
  threshold: number;
  bestScore: number;
  nearest: SearchResult[];
}
export interface FailedExpectation {
  expectation: string;
  expected: string;
  got: string;
}
export interface Failure {
  code: string;
  message: string;
}
export interface Features {
  ocr: boolean;
  rerank: boolean;
  model: boolean;
  mail: boolean;
  signup: string;
}
export interface FeedbackAnswer {
  messageId: string;
  rating: 'good' | 'bad';
  comment: string | null;
}
export interface FeedbackRequest {
  messageId: string;
  rating: 'good' | 'bad';
  comment?: string | null;
}
export interface FindResults {
  results: Found[];
}
export interface Finding {
  code: string;
  message: string;
}
export interface Found {
  kind: 'project' | 'document' | 'conversation';
  id: string;
  projectId: string;
  title: string;
}
export interface Health {
  status: string;
  service: string;
  timestamp: string;
}
export interface Indexing {
  chunkTokens: number;
  chunkOverlap: number;
  ocr: 'auto' | 'off';
  language: string;
}
export interface IndexingPatch {
  chunkTokens?: number | null;
  chunkOverlap?: number | null;
  ocr?: 'auto' | 'off' | null;
  language?: string | null;
}
export interface Integration {
  projectId: string;
  status: 'draft' | 'indexing' | 'live' | 'archived';
  endpoint: string;
  method: string;
  headers: Record<string, unknown>;
  curl: string;
  examples: Examples;
  keyPrefix: string | null;
  widget: WidgetEmbed;
  allowedOrigins: string[];
}
export interface InviteRequest {
  email: string;
  role?: 'member' | 'admin' | 'owner' | null;
  name?: string | null;
}
export interface InvitedMember {
  userId: string;
  email: string;
  name: string | null;
  role: 'member' | 'admin' | 'owner';
  status: 'invited' | 'active' | 'disabled' | 'removed';
  invitedBy: Person | null;
  invitedAt: string | null;
  joinedAt: string | null;
  lastActiveAt: string | null;
  delivery: 'email' | 'link';
  inviteUrl?: string;
}
export interface KeyCreate {
  environment?: 'live' | 'test' | null;
  name?: string | null;
}
export interface KeyList {
  keys: ApiKey[];
  nextCursor: string | null;
}
export interface KeyRotate {
  name?: string | null;
}
export interface KeyToRevoke {
  keyId: string;
  prefix: string;
  environment: 'live' | 'test';
  lastUsedAt: string | null;
}
export interface LastDeployment {
  deploymentId: string;
  deployedAt: string;
  deployedBy: Person | null;
  keyPrefix: string;
}
export interface Limits {
  projects: number | null;
  documents: number | null;
  storageBytes: number | null;
  questionsPerMonth: number | null;
  members: number | null;
}
export interface McpInfo {
  endpoint: string;
  transport: string;
  protocolVersions: string[];
  tools: string[];
}
export interface Member {
  userId: string;
  email: string;
  name: string | null;
  role: 'member' | 'admin' | 'owner';
  status: 'invited' | 'active' | 'disabled' | 'removed';
  invitedBy: Person | null;
  invitedAt: string | null;
  joinedAt: string | null;
  lastActiveAt: string | null;
}
export interface MemberList {
  users: Member[];
  nextCursor: string | null;
}
export interface MemberPatch {
  role?: 'member' | 'admin' | 'owner' | null;
}
export interface Message {
  messageId: string;
  role: 'user' | 'assistant';
  content: string;
  answered: boolean | null;
  reason: 'no_documents' | 'no_match' | 'low_confidence' | 'unverified' | null;
  sources: Source[];
  citations: Citation[];
  latencyMs: number | null;
  createdAt: string;
  visitorRating: 'good' | 'bad' | null;
  visitorComment: string | null;
}
export type Nothing = Record<string, never>;
export interface OfferedModel {
  model: string;
  label: string;
  leavesMachine: boolean;
}
export interface OfferedModels {
  models: OfferedModel[];
}
export interface PendingVersion {
  version: number;
  status: 'pending_upload' | 'uploaded' | 'indexing' | 'indexed' | 'failed' | 'deleting';
  filename: string;
  error: Failure | null;
  progress: Progress | null;
}
export interface Period {
  from: string;
  to: string;
}
export interface Person {
  userId: string;
  email: string;
  name: string | null;
}
export interface PlanName {
  id: string;
  name: string;
  price: string | null;
}
export interface Preview {
  url: string;
  expiresInSeconds: number;
  filename: string;
  contentType: string;
  version: number;
}
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance?: string;
  code?: string;
  requestId?: string;
}
export interface Progress {
  stage: string;
  pagesDone: number;
  pagesTotal: number | null;
  etaSeconds: number | null;
}
export interface Project {
  projectId: string;
  companyId: string;
  name: string;
  description: string;
  status: 'draft' | 'indexing' | 'live' | 'archived';
  allowedOrigins: string[];
  systemPrompt: string;
  model: string | null;
  questionMaxLength: number;
  retrieval: Retrieval;
  indexing: Indexing;
  documentCount: number;
  createdAt: string;
  updatedAt: string;
  deployedAt: string | null;
}
export interface ProjectCreate {
  description?: string | null;
  allowedOrigins?: string[] | null;
  systemPrompt?: string | null;
  model?: string | null;
  questionMaxLength?: number | null;
  retrieval?: RetrievalPatch | null;
  indexing?: IndexingPatch | null;
  name: string;
}
export interface ProjectList {
  projects: Project[];
  nextCursor: string | null;
}
export interface ProjectOverview {
  project: Project;
  documents: DocumentCounts;
  setup: Setup;
  usage: WeekUsage;
  lastDeployment: LastDeployment | null;
  unanswered: UnansweredQuestion[];
}
export interface ProjectPatch {
  description?: string | null;
  allowedOrigins?: string[] | null;
  systemPrompt?: string | null;
  model?: string | null;
  questionMaxLength?: number | null;
  retrieval?: RetrievalPatch | null;
  indexing?: IndexingPatch | null;
  name?: string | null;
}
export interface ProjectRollup {
  projectId: string;
  name: string;
  status: 'draft' | 'indexing' | 'live' | 'archived';
  documentCount: number;
  questions7d: number;
  answerRate7d: number | null;
  lastActivityAt: string | null;
}
export interface PublicConfig {
  apiUrl: string;
  environment: string;
  version: string;
  region: string;
  userPoolId: string;
  userPoolClientId: string;
  issuer: string;
  jwksUri: string;
  cognitoEndpoint: string;
  ragEnabled: boolean;
  features: Features;
  mcp: McpInfo | null;
}
export interface PublicWidgetConfig {
  projectId: string;
  displayName: string;
  welcomeMessage: string;
  theme: Theme;
  suggestedQuestions: string[];
  showSources: boolean;
  contactText: string | null;
  questionMaxLength: number;
  visitorToken: string | null;
  visitorTokenExpiresAt: string | null;
  visitorId: string | null;
}
export interface Readiness {
  ready: boolean;
  checks: ReadinessCheck[];
  blockers: Finding[];
  warnings: Finding[];
  changes: DeployChanges;
}
export interface ReadinessCheck {
  id: string;
  label: string;
  status: 'pass' | 'warn' | 'fail';
  detail: string;
}
export interface Ready {
  status: string;
  components: ReadyComponents;
}
export interface ReadyComponents {
  store: string;
  objects: string;
  index: string;
  models: string;
}
export interface Rect {
  pageNumber: number;
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface ReplaceRequest {
  filename?: string | null;
  contentType?: string | null;
}
export type ResendRequest = Record<string, never>;
export interface Retrieval {
  topK: number;
  minScore: number | null;
  searchType: 'hybrid' | 'semantic' | 'keyword';
  rerank: boolean;
}
export interface RetrievalPatch {
  topK?: number | null;
  minScore?: number | null;
  searchType?: 'hybrid' | 'semantic' | 'keyword' | null;
  rerank?: boolean | null;
}
export interface ReviewPatch {
  reviewStatus?: 'unreviewed' | 'needs_attention' | 'reviewed' | null;
  rating?: 'good' | 'bad' | null;
  notes?: string | null;
}
export interface RotatedKey {
  keyId: string;
  projectId: string;
  projectName: string;
  name: string;
  environment: 'live' | 'test';
  prefix: string;
  status: 'active' | 'revoked';
  createdBy: Person | null;
  createdAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
  apiKey: string;
  revokedKeyIds: string[];
}
export interface Run {
  runId: string;
  status: 'running' | 'finished';
  startedAt: string;
  finishedAt: string | null;
  durationMs: number | null;
  summary: RunSummary;
}
export interface RunDetail {
  runId: string;
  status: 'running' | 'finished';
  startedAt: string;
  finishedAt: string | null;
  durationMs: number | null;
  summary: RunSummary;
  results: RunResult[];
}
export interface RunList {
  runs: Run[];
  nextCursor: string | null;
}
export interface RunRequest {
  promptIds?: string[] | null;
  prompts?: string[] | null;
}
export interface RunResult {
  promptId: string | null;
  prompt: string;
  answer: string | null;
  answered: boolean | null;
  sources: Source[];
  citations: Citation[];
  latencyMs: number | null;
  passed: boolean | null;
  failures: FailedExpectation[];
  error: string | null;
}
export interface RunSummary {
  total: number;
  done: number;
  passed: number;
  failed: number;
  ungraded: number;
}
export interface Scores {
  keyword: number | null;
  semantic: number | null;
  fused: number | null;
  rerank: number | null;
}
export interface SearchAnswer {
  results: SearchResult[];
}
export interface SearchRequest {
  question: string;
  topK?: number | null;
}
export interface SearchResult {
  title: string;
  excerpt: string;
  pageNumber?: number;
  documentId: string;
  version: number;
  filename: string;
  textSha256: string;
  start: number;
  end: number;
  score: number;
  text: string;
  textStart: number;
  textEnd: number;
  headings: string[];
  scores: Scores;
}
export interface Setup {
  completed: number;
  total: number;
  percent: number;
  steps: SetupStep[];
}
export interface SetupStep {
  id: string;
  label: string;
  done: boolean;
}
export interface Source {
  title: string;
  excerpt: string;
  pageNumber?: number;
  documentId: string;
  version: number;
  filename: string;
  textSha256: string;
  start: number;
  end: number;
  score: number;
}
export interface Suggestion {
  prompt: string;
  documentId: string;
}
export interface SyncAnswer {
  documentCount: number;
  statuses: string[];
  companyId: string;
  projectId: string;
  message: string;
}
export interface SyncRequest {
  documentIds?: string[] | null;
}
export interface TestPrompt {
  promptId: string;
  prompt: string;
  expect: Expectation | null;
  createdBy: Person | null;
  createdAt: string;
  lastResult: 'pass' | 'fail' | null;
}
export interface TestPromptCreate {
  prompt: string;
  expect?: ExpectationRequest | null;
}
export interface TestPromptList {
  suggested: Suggestion[];
  saved: TestPrompt[];
  nextCursor: string | null;
}
export interface TestPromptPatch {
  prompt?: string | null;
  expect?: ExpectationRequest | null;
}
export interface TextAnswer {
  documentId: string;
  version: number;
  totalPages: number;
  pages: TextPage[];
  rects?: Rect[];
  nextCursor: string | null;
}
export interface TextPage {
  pageNumber: number | null;
  start: number;
  end: number;
  text: string;
  headings: string[];
  hasText: boolean;
}
export interface Theme {
  primaryColor: string;
  mode: 'light' | 'dark' | 'auto';
  position: 'left' | 'right';
}
export interface ThemePatch {
  primaryColor?: string | null;
  mode?: 'light' | 'dark' | 'auto' | null;
  position?: 'left' | 'right' | null;
}
export interface UnansweredQuestion {
  question: string;
  count: number;
  lastAskedAt: string;
}
export interface UploadRequest {
  filename: string;
  contentType?: string | null;
}
export interface UploadTicket {
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
export interface Usage {
  projects: number;
  documents: number;
  storageBytes: number;
  questionsPerMonth: number;
  members: number;
}
export interface VersionList {
  versions: DocumentVersion[];
  nextCursor: string | null;
}
export interface Warning {
  code: string;
  message: string;
  pageNumber: number | null;
  excerpt: string;
}
export interface WeekTraffic {
  questions: number;
  conversations: number;
  visitors: number;
  answerRate: number | null;
}
export interface WeekUsage {
  questions7d: number;
  conversations7d: number;
  answerRate7d: number | null;
}
export interface WidgetConfig {
  enabled: boolean;
  displayName: string;
  welcomeMessage: string;
  theme: Theme;
  suggestedQuestions: string[];
  showSources: boolean;
  contactText: string | null;
  embedCode: string;
}
export interface WidgetEmbed {
  scriptUrl: string;
  embedCode: string;
}
export interface WidgetPatch {
  enabled?: boolean | null;
  displayName?: string | null;
  welcomeMessage?: string | null;
  theme?: ThemePatch | null;
  suggestedQuestions?: string[] | null;
  showSources?: boolean | null;
  contactText?: string | null;
}
export interface WorkspaceSettings {
  allowedOrigins: string[];
  systemPrompt: string;
  model: string | null;
  questionMaxLength: number;
  retentionDays: number | null;
}
export interface WorkspaceSettingsPatch {
  allowedOrigins?: string[] | null;
  systemPrompt?: string | null;
  model?: string | null;
  questionMaxLength?: number | null;
  retentionDays?: number | null;
}

export interface Routes {
  'GET /health': { query: None; body: undefined; answer: Health };
  'GET /ready': { query: None; body: undefined; answer: Ready };
  'GET /config': { query: None; body: undefined; answer: PublicConfig };
  'GET /metrics': { query: None; body: undefined; answer: string };
  'GET /openapi.json': { query: None; body: undefined; answer: string };
  'POST /v1/chat': { query: None; body: ChatRequest; answer: ChatAnswer };
  'POST /v1/projects/{id}/chat': { query: None; body: ChatRequest; answer: ChatAnswer };
  'POST /v1/projects/{id}/search': { query: None; body: SearchRequest; answer: SearchAnswer };
  'GET /v1/dashboard/summary': { query: None; body: undefined; answer: DashboardSummary };
  'GET /v1/activity': { query: { limit?: number | null; cursor?: string | null; projectId?: string | null; type?: string | null }; body: undefined; answer: ActivityList };
  'GET /v1/analytics/summary': { query: { projectId?: string | null; from?: string | null; to?: string | null }; body: undefined; answer: AnalyticsSummary };
  'GET /v1/billing/summary': { query: None; body: undefined; answer: BillingSummary };
  'GET /v1/conversations': { query: { limit?: number | null; cursor?: string | null; projectId?: string | null; reviewStatus?: 'unreviewed' | 'needs_attention' | 'reviewed' | null; rating?: 'good' | 'bad' | null; answered?: boolean | null; channel?: 'api' | 'widget' | 'dashboard' | 'mcp' | null; environment?: 'live' | 'test' | null; visitorId?: string | null; q?: string | null; from?: string | null; to?: string | null }; body: undefined; answer: ConversationList };
  'GET /v1/projects/{id}/conversations': { query: { limit?: number | null; cursor?: string | null; projectId?: string | null; reviewStatus?: 'unreviewed' | 'needs_attention' | 'reviewed' | null; rating?: 'good' | 'bad' | null; answered?: boolean | null; channel?: 'api' | 'widget' | 'dashboard' | 'mcp' | null; environment?: 'live' | 'test' | null; visitorId?: string | null; q?: string | null; from?: string | null; to?: string | null }; body: undefined; answer: ConversationList };
  'GET /v1/conversations/{conversationId}': { query: None; body: undefined; answer: ConversationDetail };
  'PATCH /v1/conversations/{conversationId}': { query: None; body: ReviewPatch; answer: ConversationDetail };
  'GET /v1/projects/{id}/conversations/{conversationId}': { query: None; body: undefined; answer: ConversationDetail };
  'POST /v1/chat/feedback': { query: None; body: FeedbackRequest; answer: FeedbackAnswer };
  'POST /v1/companies': { query: None; body: CompanyCreate; answer: Company };
  'GET /v1/companies/me': { query: None; body: undefined; answer: Company };
  'PATCH /v1/companies/me': { query: None; body: CompanyPatch; answer: Company };
  'GET /v1/companies/users': { query: { limit?: number | null; cursor?: string | null }; body: undefined; answer: MemberList };
  'POST /v1/companies/users/invite': { query: None; body: InviteRequest; answer: InvitedMember };
  'POST /v1/companies/users/{userId}/resend-invite': { query: None; body: ResendRequest; answer: InvitedMember };
  'PATCH /v1/companies/users/{userId}': { query: None; body: MemberPatch; answer: Member };
  'DELETE /v1/companies/users/{userId}': { query: None; body: undefined; answer: Member };
  'POST /v1/invitations/accept': { query: None; body: AcceptRequest; answer: Company };
  'GET /v1/companies/settings': { query: None; body: undefined; answer: WorkspaceSettings };
  'PATCH /v1/companies/settings': { query: None; body: WorkspaceSettingsPatch; answer: WorkspaceSettings };
  'POST /v1/projects': { query: None; body: ProjectCreate; answer: Project };
  'GET /v1/projects': { query: { limit?: number | null; cursor?: string | null; status?: 'draft' | 'indexing' | 'live' | 'archived' | null }; body: undefined; answer: ProjectList };
  'GET /v1/projects/{id}': { query: None; body: undefined; answer: Project };
  'PATCH /v1/projects/{id}': { query: None; body: ProjectPatch; answer: Project };
  'DELETE /v1/projects/{id}': { query: None; body: undefined; answer: Project };
  'GET /v1/projects/{id}/overview': { query: None; body: undefined; answer: ProjectOverview };
  'GET /v1/projects/{id}/deploy-readiness': { query: None; body: undefined; answer: Readiness };
  'GET /v1/projects/{id}/widget-config': { query: None; body: undefined; answer: WidgetConfig };
  'PATCH /v1/projects/{id}/widget-config': { query: None; body: WidgetPatch; answer: WidgetConfig };
  'GET /v1/widget/{id}/config': { query: None; body: undefined; answer: PublicWidgetConfig };
  'GET /widget.js': { query: None; body: undefined; answer: string };
  'GET /v1/projects/{id}/test-prompts': { query: { limit?: number | null; cursor?: string | null }; body: undefined; answer: TestPromptList };
  'POST /v1/projects/{id}/test-prompts': { query: None; body: TestPromptCreate; answer: TestPrompt };
  'PATCH /v1/projects/{id}/test-prompts/{promptId}': { query: None; body: TestPromptPatch; answer: TestPrompt };
  'DELETE /v1/projects/{id}/test-prompts/{promptId}': { query: None; body: undefined; answer: TestPrompt };
  'POST /v1/projects/{id}/test-runs': { query: None; body: RunRequest; answer: RunDetail };
  'GET /v1/projects/{id}/test-runs': { query: { limit?: number | null; cursor?: string | null }; body: undefined; answer: RunList };
  'GET /v1/projects/{id}/test-runs/{runId}': { query: None; body: undefined; answer: RunDetail };
  'POST /v1/projects/{id}/documents/upload-url': { query: None; body: UploadRequest; answer: UploadTicket };
  'POST /v1/projects/{id}/documents/bulk-upload-url': { query: None; body: BulkUpload; answer: BulkTickets };
  'POST /v1/projects/{id}/documents/{docId}/confirm': { query: None; body: Nothing; answer: Document };
  'POST /v1/projects/{id}/documents/{docId}/replace-url': { query: None; body: ReplaceRequest; answer: UploadTicket };
  'POST /v1/projects/{id}/documents/sync': { query: None; body: SyncRequest; answer: SyncAnswer };
  'GET /v1/projects/{id}/documents': { query: { limit?: number | null; cursor?: string | null; status?: 'pending_upload' | 'uploaded' | 'indexing' | 'indexed' | 'failed' | 'deleting' | null; q?: string | null }; body: undefined; answer: DocumentList };
  'GET /v1/projects/{id}/documents/{docId}/versions': { query: None; body: undefined; answer: VersionList };
  'GET /v1/projects/{id}/documents/{docId}/preview-url': { query: { version?: number | null }; body: undefined; answer: Preview };
  'GET /v1/projects/{id}/documents/{docId}/text': { query: { version?: number | null; page?: number | null; start?: number | null; end?: number | null; cursor?: string | null }; body: undefined; answer: TextAnswer };
  'DELETE /v1/projects/{id}/documents/{docId}': { query: None; body: Nothing; answer: Document };
  'POST /v1/projects/{id}/deploy': { query: None; body: DeployRequest; answer: Deployment };
  'GET /v1/projects/{id}/integration': { query: None; body: undefined; answer: Integration };
  'GET /v1/projects/{id}/keys': { query: { limit?: number | null; cursor?: string | null }; body: undefined; answer: KeyList };
  'POST /v1/projects/{id}/keys': { query: None; body: KeyCreate; answer: CreatedKey };
  'POST /v1/projects/{id}/keys/rotate': { query: None; body: KeyRotate; answer: RotatedKey };
  'DELETE /v1/projects/{id}/keys/{keyId}': { query: None; body: undefined; answer: ApiKey };
  'GET /v1/keys': { query: { limit?: number | null; cursor?: string | null }; body: undefined; answer: KeyList };
  'GET /v1/find': { query: { q: string }; body: undefined; answer: FindResults };
  'GET /v1/models': { query: None; body: undefined; answer: OfferedModels };
}
