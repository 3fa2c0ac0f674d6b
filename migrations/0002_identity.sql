-- The built-in identity provider. Directories: sign-ins are no company's.

CREATE TABLE identity_users (
  subject TEXT PRIMARY KEY,
  username TEXT NOT NULL,
  email_verified BIGINT NOT NULL,
  name TEXT,
  tenant_id TEXT,
  status TEXT NOT NULL,
  enabled BIGINT NOT NULL,
  password_hash TEXT,
  srp_salt TEXT,
  srp_verifier TEXT,
  password_expires_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX identity_users_name ON identity_users (username);

-- One row a sign-in. Its tokens are good while it is there.
CREATE TABLE identity_sessions (
  session_id TEXT PRIMARY KEY,
  subject TEXT NOT NULL,
  client_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  auth_time BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX identity_sessions_subject ON identity_sessions (subject);
CREATE INDEX identity_sessions_expiry ON identity_sessions (expires_at);

-- Of a session's refresh tokens one is good; the others were replaced, and coming back with one ends the session.
CREATE TABLE identity_refresh_tokens (
  token_hash TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  replaced_at BIGINT
);
CREATE INDEX identity_refresh_tokens_session ON identity_refresh_tokens (session_id);

-- Authorization codes, each used once: by the session that it opened, or by nobody ("") when it came with a wrong claim.
CREATE TABLE identity_grants (
  code_hash TEXT PRIMARY KEY,
  subject TEXT NOT NULL,
  client_id TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  challenge TEXT NOT NULL,
  scope TEXT NOT NULL,
  nonce TEXT,
  auth_time BIGINT NOT NULL,
  session_id TEXT,
  expires_at BIGINT NOT NULL
);
CREATE INDEX identity_grants_expiry ON identity_grants (expires_at);

CREATE TABLE identity_codes (
  subject TEXT NOT NULL,
  purpose TEXT NOT NULL,
  code_hash TEXT NOT NULL,
  tries BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (subject, purpose)
);

-- Failed guesses by user name and by address: back-off, never a lock for good.
CREATE TABLE identity_guesses (
  bucket TEXT PRIMARY KEY,
  failures BIGINT NOT NULL,
  blocked_until BIGINT NOT NULL
);

-- Each challenge is answered once.
CREATE TABLE identity_used_challenges (
  challenge_hash TEXT PRIMARY KEY,
  expires_at BIGINT NOT NULL
);
