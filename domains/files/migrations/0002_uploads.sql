-- How loud a voice message is along its length, for the picture of it.
ALTER TABLE files ADD COLUMN peaks JSONB;
-- Uploads that come in pieces; the bytes received so far lie in the folder of files, under this id.
CREATE TABLE uploads (
  id UUID PRIMARY KEY,
  owner_id UUID NOT NULL,
  name TEXT NOT NULL,
  length BIGINT NOT NULL,
  received BIGINT NOT NULL,
  said JSONB NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX uploads_by_owner ON uploads (owner_id);
