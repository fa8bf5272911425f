CREATE TABLE workspace (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  passwordless BOOLEAN NOT NULL,
  passwordless_networks JSONB NOT NULL,
  setup_token_hash TEXT,
  ready BOOLEAN NOT NULL
);
CREATE TABLE departments (
  id UUID PRIMARY KEY,
  name TEXT NOT NULL,
  parent_id UUID REFERENCES departments (id)
);
CREATE TABLE people (
  id UUID PRIMARY KEY,
  name TEXT NOT NULL,
  login TEXT UNIQUE,
  password_hash TEXT,
  title TEXT NOT NULL,
  email TEXT NOT NULL,
  phones JSONB NOT NULL,
  extension TEXT NOT NULL,
  department_id UUID REFERENCES departments (id),
  photo_file_id UUID,
  active BOOLEAN NOT NULL,
  status_text TEXT NOT NULL,
  totp_secret TEXT,
  totp_confirmed BOOLEAN NOT NULL,
  totp_last_step BIGINT NOT NULL DEFAULT 0,
  preferences JSONB NOT NULL,
  last_seen BIGINT,
  created_at BIGINT NOT NULL
);
CREATE TABLE roles (
  id UUID PRIMARY KEY,
  name TEXT NOT NULL,
  builtin TEXT NOT NULL,
  rights JSONB NOT NULL
);
CREATE TABLE person_roles (
  person_id UUID NOT NULL REFERENCES people (id),
  role_id UUID NOT NULL REFERENCES roles (id),
  PRIMARY KEY (person_id, role_id)
);
CREATE TABLE sessions (
  id UUID PRIMARY KEY,
  person_id UUID NOT NULL REFERENCES people (id),
  token_hash TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  scopes JSONB NOT NULL,
  address TEXT NOT NULL,
  client TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_person ON sessions (person_id, kind);
CREATE TABLE invitations (
  id UUID PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  department_id UUID,
  role_ids JSONB NOT NULL,
  person_id UUID,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE TABLE memberships (
  principal UUID NOT NULL,
  person_id UUID NOT NULL,
  source TEXT NOT NULL,
  PRIMARY KEY (principal, person_id, source)
);
CREATE INDEX memberships_by_person ON memberships (person_id, principal);
CREATE TABLE grants (
  object UUID NOT NULL,
  principal UUID NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (object, principal, reason)
);
CREATE INDEX grants_by_principal ON grants (principal, object);
CREATE TABLE audit (
  id UUID PRIMARY KEY,
  at BIGINT NOT NULL,
  person_id UUID,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail JSONB NOT NULL,
  address TEXT NOT NULL
);
CREATE INDEX audit_by_time ON audit (at, id);
CREATE TABLE sign_in_failures (
  key TEXT PRIMARY KEY,
  failures BIGINT NOT NULL,
  last_at BIGINT NOT NULL
);
