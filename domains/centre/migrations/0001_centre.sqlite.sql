-- Who sits at a desk of ours in a messenger, or asked to (L-79).
CREATE TABLE centre_people (
  id UUID PRIMARY KEY,
  account_id UUID NOT NULL,
  ext_id TEXT NOT NULL,
  name TEXT NOT NULL,
  username TEXT NOT NULL,
  language TEXT NOT NULL,
  number BIGINT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  suggested_id UUID,
  person_id UUID,
  queue_chats BOOLEAN NOT NULL,
  awake BOOLEAN NOT NULL,
  chosen_id UUID,
  asked_at BIGINT NOT NULL,
  decided_at BIGINT,
  decided_by UUID,
  UNIQUE (account_id, ext_id)
);
CREATE INDEX centre_of_person ON centre_people (person_id) WHERE person_id IS NOT NULL;
-- A link that says who opens it. It only begins a request that a person decides on, and lives for an hour.
CREATE TABLE centre_links (
  token TEXT PRIMARY KEY,
  account_id UUID NOT NULL,
  person_id UUID NOT NULL,
  expires_at BIGINT NOT NULL
);
-- What came to a desk and is not dealt with yet, in order.
CREATE TABLE centre_acts (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id UUID NOT NULL UNIQUE,
  account_id UUID NOT NULL,
  ext_id TEXT NOT NULL,
  inbound JSONB NOT NULL
);
-- What happened to clients' messages and is not told at the desks yet, in order.
CREATE TABLE centre_news (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  thread_id UUID NOT NULL,
  message_id UUID NOT NULL,
  what TEXT NOT NULL,
  file_id UUID
);
CREATE INDEX centre_acts_of ON centre_acts (account_id, ext_id, n);
CREATE INDEX centre_news_of ON centre_news (thread_id, n);
-- What was told at a desk of which message, and what was answered there: by the messenger's ids.
CREATE TABLE centre_notes (
  id UUID PRIMARY KEY,
  who_id UUID NOT NULL,
  message_id UUID NOT NULL,
  thread_id UUID NOT NULL,
  file_id UUID,
  at BIGINT NOT NULL
);
CREATE INDEX centre_notes_of ON centre_notes (who_id, message_id);
CREATE TABLE centre_ids (
  who_id UUID NOT NULL,
  ext_id TEXT NOT NULL,
  note_id UUID,
  message_id UUID NOT NULL,
  thread_id UUID NOT NULL,
  PRIMARY KEY (who_id, ext_id)
);
CREATE INDEX centre_ids_of ON centre_ids (message_id);
