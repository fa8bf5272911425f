CREATE TABLE messages (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id UUID NOT NULL UNIQUE,
  thread_id UUID NOT NULL,
  seq BIGINT NOT NULL,
  ordinal BIGINT NOT NULL,
  author_kind TEXT NOT NULL,
  author_id UUID,
  author_name TEXT NOT NULL,
  client_id UUID,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  placeholder TEXT NOT NULL,
  hidden BOOLEAN NOT NULL,
  text TEXT NOT NULL,
  tokens JSONB NOT NULL,
  reply_to UUID,
  files JSONB NOT NULL,
  mentions JSONB NOT NULL,
  event JSONB,
  edited_at BIGINT,
  deleted_at BIGINT,
  pinned BOOLEAN NOT NULL DEFAULT FALSE,
  delivery JSONB,
  UNIQUE (thread_id, seq)
);
CREATE UNIQUE INDEX messages_by_client ON messages (author_id, client_id) WHERE client_id IS NOT NULL;
CREATE INDEX messages_pinned ON messages (thread_id, seq) WHERE pinned;
-- No places within a message (nothing asks for phrases); beginnings of two to five letters for search while typing.
CREATE VIRTUAL TABLE message_words USING fts5 (words, content='', contentless_delete=1, detail='none', prefix='2 3 4 5',
  tokenize='unicode61 remove_diacritics 0');
