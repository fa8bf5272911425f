-- M-01: who asked for a hop again, what an event made and when it was taken, and what a comparison with a messenger found.
ALTER TABLE delivery_hops ADD COLUMN person_id UUID;
ALTER TABLE raw_events ADD COLUMN message_id UUID;
ALTER TABLE raw_events ADD COLUMN worked_at BIGINT;
CREATE INDEX raw_of_message ON raw_events (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX raw_parked ON raw_events (n) WHERE state = 'parked';
CREATE INDEX outbox_undelivered ON outbox_parts (n) WHERE state IN ('failed', 'unknown');
CREATE TABLE comparisons (
  id UUID PRIMARY KEY,
  account_id UUID NOT NULL,
  since BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
  seen BIGINT NOT NULL,
  recovered BIGINT NOT NULL,
  confirmed BIGINT NOT NULL,
  missing JSONB NOT NULL,
  error TEXT NOT NULL
);
CREATE INDEX comparisons_of_account ON comparisons (account_id, started_at);
