CREATE TABLE files (
  id UUID PRIMARY KEY,
  name TEXT NOT NULL,
  size BIGINT NOT NULL,
  mime TEXT NOT NULL,
  kind TEXT NOT NULL,
  width BIGINT,
  height BIGINT,
  duration_ms BIGINT,
  sha256 TEXT,
  preview_sha256 TEXT,
  state TEXT NOT NULL,
  owner_id UUID,
  thread_id UUID,
  photo BOOLEAN NOT NULL DEFAULT FALSE,
  source JSONB,
  created_at BIGINT NOT NULL
);
CREATE INDEX files_by_thread ON files (thread_id);
CREATE INDEX files_by_owner ON files (owner_id);
