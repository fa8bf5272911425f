-- Tables of contacts that were brought or are to be, and how far each came (U-37).
CREATE TABLE contact_imports (
  id UUID PRIMARY KEY,
  person_id UUID NOT NULL,
  file_id UUID NOT NULL,
  file_name TEXT NOT NULL,
  file_kept BOOLEAN NOT NULL DEFAULT TRUE,
  state TEXT NOT NULL,
  settings JSONB NOT NULL,
  report JSONB,
  made JSONB NOT NULL,
  undone JSONB NOT NULL,
  position BIGINT NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  undo_until BIGINT
);
-- What a run wrote of each row; kept as long as it can be taken back. `left_why` says why that could not be done.
CREATE TABLE contact_import_rows (
  import_id UUID NOT NULL,
  number BIGINT NOT NULL,
  contact_id UUID NOT NULL,
  before JSONB,
  after JSONB NOT NULL,
  left_why TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (import_id, number)
);
