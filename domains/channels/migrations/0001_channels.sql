CREATE TABLE channel_accounts (
  id UUID PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  enabled BOOLEAN NOT NULL,
  settings BYTEA NOT NULL,
  queue_id UUID NOT NULL,
  reopen JSONB NOT NULL,
  secret TEXT NOT NULL,
  public_key TEXT NOT NULL UNIQUE,
  cursor TEXT,
  health JSONB NOT NULL,
  abilities JSONB NOT NULL,
  deleted BOOLEAN NOT NULL DEFAULT FALSE,
  created_at BIGINT NOT NULL
);
CREATE TABLE peers (
  id UUID PRIMARY KEY,
  account_id UUID NOT NULL REFERENCES channel_accounts (id),
  ext_id TEXT NOT NULL,
  blocked BOOLEAN NOT NULL DEFAULT FALSE,
  created_at BIGINT NOT NULL,
  UNIQUE (account_id, ext_id)
);
CREATE TABLE external_messages (
  account_id UUID NOT NULL,
  ext_id TEXT NOT NULL,
  message_id UUID NOT NULL,
  part BIGINT NOT NULL,
  PRIMARY KEY (account_id, ext_id)
);
CREATE INDEX external_of_message ON external_messages (message_id);
CREATE TABLE delivery_hops (
  part_id UUID NOT NULL,
  at BIGINT NOT NULL,
  n BIGINT NOT NULL,
  state TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (part_id, n)
);
CREATE TABLE leases (
  name TEXT PRIMARY KEY,
  holder UUID NOT NULL,
  until BIGINT NOT NULL
);
