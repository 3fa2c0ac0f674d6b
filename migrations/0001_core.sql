-- What the program itself needs, before any company: the job queue, idempotency records and shared counters. All of these
-- are directories: ids, states and times, no tenant content (an idempotency answer is sealed with its caller's key).

CREATE TABLE jobs (
  job_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  company_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  size BIGINT NOT NULL,
  step BIGINT NOT NULL,
  status TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  fence BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  run_at BIGINT NOT NULL,
  position TEXT NOT NULL,
  deaths_here BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX jobs_subject ON jobs (kind, company_id, project_id, subject);
CREATE INDEX jobs_due ON jobs (status, run_at);

-- When each company and project was last served, so that the queue is fair between them.
CREATE TABLE job_turns (
  company_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  served_at BIGINT NOT NULL,
  PRIMARY KEY (project_id)
);

CREATE TABLE idempotency_records (
  record_id TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  answer TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX idempotency_records_end ON idempotency_records (expires_at);

CREATE TABLE counters (
  bucket TEXT PRIMARY KEY,
  used BIGINT NOT NULL,
  window_end BIGINT NOT NULL
);
