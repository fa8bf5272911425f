CREATE TABLE raw_events (
  n BIGSERIAL PRIMARY KEY,
  account_id UUID NOT NULL,
  dedup_key TEXT NOT NULL,
  lane TEXT NOT NULL,
  body BYTEA NOT NULL,
  received_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '',
  UNIQUE (account_id, dedup_key)
);
CREATE TABLE outbox_parts (
  n BIGSERIAL PRIMARY KEY,
  id UUID NOT NULL UNIQUE,
  account_id UUID NOT NULL,
  peer_id UUID NOT NULL,
  message_id UUID NOT NULL,
  part BIGINT NOT NULL,
  kind TEXT NOT NULL,
  payload JSONB NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  not_before BIGINT NOT NULL,
  ext_ids JSONB NOT NULL,
  error TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX raw_waiting ON raw_events (account_id, lane, n) WHERE state = 'new';
CREATE INDEX raw_by_time ON raw_events (received_at);
CREATE INDEX outbox_lane ON outbox_parts (account_id, peer_id, n) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_of_message ON outbox_parts (message_id);
