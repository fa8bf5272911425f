-- How a queue gives its chats out: what has structure and is never searched (capacity, head, timers, overflow).
ALTER TABLE queues ADD COLUMN rules JSONB NOT NULL DEFAULT '{}';
-- Where a member stands in the queue's list, for "in order".
ALTER TABLE queue_people ADD COLUMN position BIGINT NOT NULL DEFAULT 0;
-- When a rule, not a person, made somebody responsible, until they answer; since when it waits in this queue; whether its
-- members were told of it; which rules ran in which order.
ALTER TABLE client_chats ADD COLUMN given_at BIGINT;
ALTER TABLE client_chats ADD COLUMN queued_at BIGINT;
ALTER TABLE client_chats ADD COLUMN announced BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE client_chats ADD COLUMN route JSONB NOT NULL DEFAULT '{}';
CREATE INDEX client_chats_of_queue ON client_chats (queue_id, state, updated_at);
CREATE INDEX client_chats_given ON client_chats (given_at) WHERE given_at IS NOT NULL;
-- What waited before this step was told already.
UPDATE client_chats SET announced = TRUE, queued_at = updated_at WHERE state = 'queue';
-- Who is passed over for a chat: declined it, did not answer in time, or gave it back.
CREATE TABLE passes (
  chat_id UUID NOT NULL REFERENCES client_chats (id),
  person_id UUID NOT NULL,
  at BIGINT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (chat_id, person_id)
);
-- Whose turn it is: the number of the last chat the queue gave a person.
CREATE TABLE turns (
  queue_id UUID NOT NULL,
  person_id UUID NOT NULL,
  turn BIGINT NOT NULL,
  PRIMARY KEY (queue_id, person_id)
);
-- Limits of a queue its head was told about; gone when the queue is below them again.
CREATE TABLE alarms (
  queue_id UUID NOT NULL,
  kind TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (queue_id, kind)
);
CREATE TABLE routing_rules (
  id UUID PRIMARY KEY,
  position BIGINT NOT NULL,
  name TEXT NOT NULL,
  enabled BOOLEAN NOT NULL,
  conditions JSONB NOT NULL,
  queue_id UUID,
  person_id UUID
);
-- Held while chats are given out, so that two nodes never give the same place twice.
INSERT INTO counters (name, value) VALUES ('dealing', 0) ON CONFLICT (name) DO NOTHING;
