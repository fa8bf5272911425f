-- Archives that were read or are to be, and how far each came.
CREATE TABLE imports (
  id UUID PRIMARY KEY,
  person_id UUID NOT NULL,
  file_id UUID NOT NULL,
  file_name TEXT NOT NULL,
  format TEXT NOT NULL,
  state TEXT NOT NULL,
  report JSONB,
  mapping JSONB,
  result JSONB NOT NULL,
  position BIGINT NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '',
  place TEXT NOT NULL DEFAULT '',
  tries BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
-- What came from elsewhere: the key is made of the source, the kind and the id there, so nothing comes twice.
CREATE TABLE imported (
  key UUID PRIMARY KEY,
  format TEXT NOT NULL,
  kind TEXT NOT NULL,
  external_id TEXT NOT NULL,
  our_id UUID NOT NULL,
  thread_id UUID,
  run_id UUID NOT NULL
);
CREATE INDEX imported_by_run ON imported (run_id, kind);
CREATE INDEX imported_by_kind ON imported (format, kind);
CREATE TABLE exports (
  id UUID PRIMARY KEY,
  person_id UUID NOT NULL,
  thread_id UUID,
  title TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  done BIGINT NOT NULL DEFAULT 0,
  total BIGINT NOT NULL DEFAULT 0,
  file_id UUID,
  error TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX exports_by_person ON exports (person_id, created_at);
