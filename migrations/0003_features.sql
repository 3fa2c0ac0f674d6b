-- What a company owns. Every table here begins its primary key with company_id (tables of the store's second lock: row
-- level security on PostgreSQL). Directories, which only map an id or a hash to its company, are marked as such.

-- Directory: who belongs where. A user belongs to at most one company. Kept after removal, for the names in records.
CREATE TABLE users (
  user_id TEXT PRIMARY KEY,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  email TEXT NOT NULL,
  name TEXT,
  company_id TEXT,
  role TEXT,
  status TEXT NOT NULL,
  invited_by TEXT,
  invited_at BIGINT,
  joined_at BIGINT,
  last_active_at BIGINT,
  tokens_valid_after BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_subject ON users (issuer, subject);
CREATE INDEX users_company ON users (company_id, created_at);

-- Directory: companies themselves.
CREATE TABLE companies (
  company_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  plan TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- Directory: which company a project belongs to (public widget routes know only the project).
CREATE TABLE project_directory (
  project_id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (company_id)
);

-- Directory: API keys by the hash of their secret.
CREATE TABLE key_directory (
  secret_hash TEXT PRIMARY KEY,
  company_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  key_id TEXT NOT NULL,
  environment TEXT NOT NULL
);

CREATE TABLE company_settings (
  company_id TEXT PRIMARY KEY,
  allowed_origins TEXT NOT NULL,
  system_prompt TEXT NOT NULL,
  model TEXT,
  question_max_length BIGINT NOT NULL,
  retention_days BIGINT,
  updated_at BIGINT NOT NULL
);

CREATE TABLE projects (
  company_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  status TEXT NOT NULL,
  allowed_origins TEXT NOT NULL,
  system_prompt TEXT NOT NULL,
  model TEXT,
  question_max_length BIGINT NOT NULL,
  retrieval TEXT NOT NULL,
  indexing TEXT NOT NULL,
  widget TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deployed_at BIGINT,
  archived_at BIGINT,
  PRIMARY KEY (company_id, project_id)
);

CREATE TABLE documents (
  company_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  document_id TEXT NOT NULL,
  current_version BIGINT NOT NULL,
  pending_version BIGINT,
  deleted_at BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (company_id, project_id, document_id),
  FOREIGN KEY (company_id, project_id) REFERENCES projects (company_id, project_id)
);

-- One row per uploaded file. `status` is the contract's: pending_upload uploaded indexing indexed failed deleting replaced.
CREATE TABLE document_versions (
  company_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  document_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  filename TEXT NOT NULL,
  content_type TEXT NOT NULL,
  object_key TEXT NOT NULL,
  status TEXT NOT NULL,
  size_bytes BIGINT,
  sha256 TEXT,
  uploaded_by TEXT,
  created_at BIGINT NOT NULL,
  url_expires_at BIGINT NOT NULL,
  uploaded_at BIGINT,
  indexed_at BIGINT,
  page_count BIGINT,
  chunk_count BIGINT,
  title TEXT,
  language TEXT,
  pages_without_text TEXT NOT NULL,
  warnings TEXT,
  progress TEXT,
  error TEXT,
  text_object TEXT,
  text_sha256 TEXT,
  PRIMARY KEY (company_id, project_id, document_id, version),
  FOREIGN KEY (company_id, project_id, document_id) REFERENCES documents (company_id, project_id, document_id)
);
CREATE INDEX document_versions_status ON document_versions (company_id, project_id, status);

-- The generation that answers, and the one being built. `revision` counts every change that a query must see.
CREATE TABLE index_manifests (
  company_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  generation TEXT NOT NULL,
  building TEXT,
  revision BIGINT NOT NULL,
  PRIMARY KEY (company_id, project_id),
  FOREIGN KEY (company_id, project_id) REFERENCES projects (company_id, project_id)
);

-- One row per document version and generation: the immutable segment object that holds its passages.
CREATE TABLE index_segments (
  company_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  generation TEXT NOT NULL,
  document_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  object_key TEXT NOT NULL,
  passages BIGINT NOT NULL,
  added_revision BIGINT NOT NULL,
  removed_revision BIGINT,
  PRIMARY KEY (company_id, project_id, generation, document_id, version),
  FOREIGN KEY (company_id, project_id) REFERENCES projects (company_id, project_id)
);
CREATE INDEX index_segments_added ON index_segments (company_id, project_id, generation, added_revision);

CREATE TABLE api_keys (
  company_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  key_id TEXT NOT NULL,
  name TEXT NOT NULL,
  environment TEXT NOT NULL,
  prefix TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  status TEXT NOT NULL,
  created_by TEXT,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT,
  revoked_at BIGINT,
  PRIMARY KEY (company_id, project_id, key_id),
  FOREIGN KEY (company_id, project_id) REFERENCES projects (company_id, project_id)
);

CREATE TABLE deployments (
  company_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  deployment_id TEXT NOT NULL,
  key_id TEXT NOT NULL,
  key_prefix TEXT NOT NULL,
  document_count BIGINT NOT NULL,
  deployed_by TEXT,
  deployed_at BIGINT NOT NULL,
  PRIMARY KEY (company_id, project_id, deployment_id),
  FOREIGN KEY (company_id, project_id) REFERENCES projects (company_id, project_id)
);

CREATE TABLE conversations (
  company_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  environment TEXT,
  visitor_id TEXT,
  user_id TEXT,
  session_id TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  last_message_at BIGINT NOT NULL,
  message_count BIGINT NOT NULL,
  first_question TEXT NOT NULL,
  answered BIGINT,
  review_status TEXT NOT NULL,
  rating TEXT,
  notes TEXT,
  reviewed_by TEXT,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (company_id, project_id, conversation_id),
  FOREIGN KEY (company_id, project_id) REFERENCES projects (company_id, project_id)
);
CREATE INDEX conversations_recent ON conversations (company_id, last_message_at);
CREATE INDEX conversations_session ON conversations (company_id, project_id, session_id);

CREATE TABLE messages (
  company_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  ordinal BIGINT NOT NULL,
  role TEXT NOT NULL,
  content TEXT NOT NULL,
  answered BIGINT,
  reason TEXT,
  sources TEXT NOT NULL,
  citations TEXT NOT NULL,
  latency_ms BIGINT,
  visitor_rating TEXT,
  visitor_comment TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (company_id, project_id, conversation_id, ordinal),
  FOREIGN KEY (company_id, project_id, conversation_id)
    REFERENCES conversations (company_id, project_id, conversation_id)
);
CREATE UNIQUE INDEX messages_id ON messages (company_id, project_id, message_id);
CREATE INDEX messages_time ON messages (company_id, created_at);

-- Answers under an Idempotency-Key as the events that tell them, so that each is made once, and any request, node or process
-- goes on where one broke off: one row an event, sealed like idempotency answers, for ten minutes. `alive_at` is renewed by the
-- process that writes the stream; `began_at` tells a stream from one that took its place.
CREATE TABLE chat_streams (
  company_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  stream_id TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  ended BIGINT NOT NULL,
  began_at BIGINT NOT NULL,
  alive_at BIGINT NOT NULL,
  PRIMARY KEY (company_id, project_id, stream_id),
  FOREIGN KEY (company_id, project_id) REFERENCES projects (company_id, project_id)
);

CREATE TABLE chat_stream_events (
  company_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  stream_id TEXT NOT NULL,
  ordinal BIGINT NOT NULL,
  event TEXT NOT NULL,
  PRIMARY KEY (company_id, project_id, stream_id, ordinal),
  FOREIGN KEY (company_id, project_id, stream_id) REFERENCES chat_streams (company_id, project_id, stream_id)
);

CREATE TABLE test_prompts (
  company_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  prompt_id TEXT NOT NULL,
  prompt TEXT NOT NULL,
  expect TEXT,
  last_result TEXT,
  created_by TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (company_id, project_id, prompt_id),
  FOREIGN KEY (company_id, project_id) REFERENCES projects (company_id, project_id)
);

CREATE TABLE test_runs (
  company_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  status TEXT NOT NULL,
  started_by TEXT,
  started_at BIGINT NOT NULL,
  finished_at BIGINT,
  total BIGINT NOT NULL,
  PRIMARY KEY (company_id, project_id, run_id),
  FOREIGN KEY (company_id, project_id) REFERENCES projects (company_id, project_id)
);

CREATE TABLE test_results (
  company_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  ordinal BIGINT NOT NULL,
  prompt_id TEXT,
  prompt TEXT NOT NULL,
  expect TEXT,
  done BIGINT NOT NULL,
  answer TEXT,
  answered BIGINT,
  sources TEXT NOT NULL,
  citations TEXT NOT NULL,
  latency_ms BIGINT,
  passed BIGINT,
  failures TEXT NOT NULL,
  error TEXT,
  PRIMARY KEY (company_id, project_id, run_id, ordinal),
  FOREIGN KEY (company_id, project_id, run_id) REFERENCES test_runs (company_id, project_id, run_id)
);

CREATE TABLE activities (
  company_id TEXT NOT NULL,
  activity_id TEXT NOT NULL,
  type TEXT NOT NULL,
  actor TEXT,
  project_id TEXT,
  target_type TEXT,
  target_id TEXT,
  summary TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (company_id, activity_id)
);
CREATE INDEX activities_recent ON activities (company_id, created_at);
