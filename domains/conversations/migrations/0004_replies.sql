-- When one of ours last answered in the newest conversation; none: the client waits for a first answer.
ALTER TABLE client_chats ADD COLUMN answered_at BIGINT;
-- Put away since then, until then (none: until the client writes), by whom.
ALTER TABLE client_chats ADD COLUMN snoozed_at BIGINT;
ALTER TABLE client_chats ADD COLUMN snoozed_until BIGINT;
ALTER TABLE client_chats ADD COLUMN snoozed_by UUID;
CREATE INDEX client_chats_snoozed ON client_chats (snoozed_until) WHERE snoozed_until IS NOT NULL;
-- Chats somebody held before this step were answered by them.
UPDATE client_chats SET answered_at = claimed_at WHERE state = 'work' AND given_at IS NULL;
-- What a queue says by itself: one row for each occasion of a conversation, whether it was said or not.
CREATE TABLE auto_texts (
  conversation_id UUID NOT NULL,
  occasion TEXT NOT NULL,
  chat_id UUID NOT NULL,
  due_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  message_id UUID,
  PRIMARY KEY (conversation_id, occasion)
);
CREATE INDEX auto_texts_due ON auto_texts (due_at) WHERE state = 'due';
-- Limits of response control that were passed: each once for each time a client waits.
CREATE TABLE late_answers (
  chat_id UUID NOT NULL,
  kind TEXT NOT NULL,
  since BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (chat_id, kind, since)
);
-- What comes after a closing, step by step.
CREATE TABLE closings (
  id UUID PRIMARY KEY,
  conversation_id UUID NOT NULL,
  chat_id UUID NOT NULL,
  closed_at BIGINT NOT NULL,
  closed_by UUID,
  from_seq BIGINT NOT NULL,
  to_seq BIGINT NOT NULL,
  step TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  analysed BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX closings_due ON closings (due_at) WHERE step <> 'done';
CREATE INDEX closings_of_chat ON closings (chat_id) WHERE step <> 'done';
CREATE INDEX closings_to_analyse ON closings (closed_at) WHERE NOT analysed;
