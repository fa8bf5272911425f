-- What few messages have beside their words: cards, links, where it was forwarded from, the talk under it.
ALTER TABLE messages ADD COLUMN extras JSONB;
-- Periods and jumps to a date; grey lines and what was deleted are not counted.
CREATE INDEX messages_by_time ON messages (thread_id, at, seq) WHERE kind <> 'event' AND deleted_at IS NULL;
ALTER TABLE positions ADD COLUMN archived BOOLEAN NOT NULL DEFAULT FALSE;
-- Deleted for oneself only.
CREATE TABLE hidden_messages (
  person_id UUID NOT NULL,
  message_id UUID NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (person_id, message_id)
);
CREATE TABLE saved_messages (
  person_id UUID NOT NULL,
  message_id UUID NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (person_id, message_id)
);
CREATE INDEX saved_by_time ON saved_messages (person_id, at, message_id);
-- What a deleted message was, for the minutes in which its deletion can be taken back.
CREATE TABLE deleted_messages (
  message_id UUID PRIMARY KEY,
  by_person UUID NOT NULL,
  at BIGINT NOT NULL,
  was JSONB NOT NULL
);
CREATE TABLE message_reports (
  id UUID PRIMARY KEY,
  message_id UUID NOT NULL,
  thread_id UUID NOT NULL,
  person_id UUID NOT NULL,
  at BIGINT NOT NULL,
  reason TEXT NOT NULL,
  text TEXT NOT NULL,
  done BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX message_reports_open ON message_reports (at) WHERE NOT done;
-- Written now, sent at a moment or when somebody is back (P-06, U-40). Its id is the client id of the message to be.
CREATE TABLE later_messages (
  id UUID PRIMARY KEY,
  person_id UUID NOT NULL,
  thread_id UUID NOT NULL,
  at BIGINT,
  back_of UUID,
  text TEXT NOT NULL,
  files JSONB NOT NULL,
  cards JSONB NOT NULL,
  reply_to UUID,
  hidden BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  error TEXT NOT NULL
);
CREATE INDEX later_by_person ON later_messages (person_id, created_at);
CREATE INDEX later_by_back ON later_messages (back_of) WHERE back_of IS NOT NULL;
