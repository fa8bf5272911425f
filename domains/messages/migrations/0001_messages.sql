CREATE TABLE threads (
  id UUID PRIMARY KEY,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  title_folded TEXT NOT NULL,
  last_seq BIGINT NOT NULL DEFAULT 0,
  last_ordinal BIGINT NOT NULL DEFAULT 0,
  last_message_id UUID,
  peer_read_seq BIGINT,
  created_at BIGINT NOT NULL
);
CREATE TABLE positions (
  thread_id UUID NOT NULL,
  person_id UUID NOT NULL,
  read_seq BIGINT NOT NULL DEFAULT 0,
  read_ordinal BIGINT NOT NULL DEFAULT 0,
  delivered_seq BIGINT NOT NULL DEFAULT 0,
  muted BOOLEAN NOT NULL DEFAULT FALSE,
  pinned BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (thread_id, person_id)
);
CREATE INDEX positions_by_person ON positions (person_id, thread_id);
CREATE TABLE message_versions (
  message_id UUID NOT NULL,
  at BIGINT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (message_id, at)
);
CREATE TABLE reactions (
  message_id UUID NOT NULL,
  emoji TEXT NOT NULL,
  author_kind TEXT NOT NULL,
  author_id UUID NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (message_id, emoji, author_id)
);
CREATE TABLE mentions (
  person_id UUID NOT NULL,
  thread_id UUID NOT NULL,
  seq BIGINT NOT NULL,
  message_id UUID NOT NULL,
  PRIMARY KEY (person_id, thread_id, seq)
);
CREATE TABLE drafts (
  person_id UUID NOT NULL,
  thread_id UUID NOT NULL,
  text TEXT NOT NULL,
  hidden BOOLEAN NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (person_id, thread_id)
);
