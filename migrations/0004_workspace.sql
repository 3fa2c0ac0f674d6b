-- The workspace: invitations, what a plan counts, and the look-ups that the inbox needs.

-- Directory: invitations that wait. `user_id` is the invitation's own until somebody joins with it. `account` is the sign-in
-- ("issuer subject") that was made for it, whose temporary password is the token. No token_hash: it died, resend makes one.
CREATE TABLE invitations (
  user_id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (company_id),
  email TEXT NOT NULL,
  name TEXT,
  role TEXT NOT NULL,
  token_hash TEXT,
  account TEXT,
  invited_by TEXT,
  invited_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX invitations_email ON invitations (company_id, email);
CREATE UNIQUE INDEX invitations_token ON invitations (token_hash);
CREATE INDEX invitations_account ON invitations (account);

CREATE INDEX users_email ON users (lower(email));

-- Directory: billed questions by month. Conversations may be kept for less long, or not at all; and every question comes
-- by here, so it is counted like the limits are.
CREATE TABLE question_usage (
  month_start BIGINT NOT NULL,
  company_id TEXT NOT NULL,
  questions BIGINT NOT NULL,
  PRIMARY KEY (month_start, company_id)
);
CREATE INDEX question_usage_company ON question_usage (company_id);

CREATE INDEX conversations_id ON conversations (company_id, conversation_id);
CREATE INDEX test_runs_recent ON test_runs (company_id, project_id, started_at);
