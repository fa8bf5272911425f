CREATE TABLE record_counters (
  name TEXT PRIMARY KEY,
  value BIGINT NOT NULL
);
CREATE TABLE tasks (
  id UUID PRIMARY KEY,
  number BIGINT NOT NULL UNIQUE,
  version BIGINT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  tokens JSONB NOT NULL,
  author_id UUID NOT NULL,
  assignee_id UUID,
  coworker_ids JSONB NOT NULL,
  deadline BIGINT,
  state TEXT NOT NULL,
  finished BOOLEAN NOT NULL,
  everyone BOOLEAN NOT NULL,
  department_ids JSONB NOT NULL,
  files JSONB NOT NULL,
  comments BIGINT NOT NULL,
  place DOUBLE PRECISION NOT NULL,
  sort_key BIGINT NOT NULL,
  words TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  finished_at BIGINT
);
CREATE INDEX tasks_by_author ON tasks (author_id, finished, sort_key);
CREATE INDEX tasks_by_order ON tasks (finished, sort_key, number);
CREATE INDEX tasks_by_state ON tasks (state, place);
CREATE TABLE record_tables (
  id UUID PRIMARY KEY,
  version BIGINT NOT NULL,
  name TEXT NOT NULL,
  fields JSONB NOT NULL,
  readers JSONB NOT NULL,
  writers JSONB NOT NULL,
  keepers JSONB NOT NULL,
  author_id UUID NOT NULL,
  last_number BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE TABLE record_rows (
  id UUID PRIMARY KEY,
  table_id UUID NOT NULL REFERENCES record_tables (id),
  number BIGINT NOT NULL,
  version BIGINT NOT NULL,
  cells JSONB NOT NULL,
  title TEXT NOT NULL,
  words TEXT NOT NULL,
  author_id UUID NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  deleted_at BIGINT,
  UNIQUE (table_id, number)
);
CREATE INDEX record_rows_there ON record_rows (table_id, number) WHERE deleted_at IS NULL;
CREATE INDEX record_rows_by_change ON record_rows (table_id, changed_at);
-- One row for each value that a table can be sorted by; its key is made to be compared byte by byte.
CREATE TABLE record_cells (
  row_id UUID NOT NULL REFERENCES record_rows (id),
  field_id UUID NOT NULL,
  key BYTEA NOT NULL,
  PRIMARY KEY (row_id, field_id)
);
CREATE INDEX record_cells_by_key ON record_cells (field_id, key, row_id);
CREATE TABLE record_entries (
  id UUID PRIMARY KEY,
  object_id UUID NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  person_id UUID,
  person_name TEXT NOT NULL,
  version BIGINT NOT NULL,
  text TEXT NOT NULL,
  tokens JSONB NOT NULL,
  files JSONB NOT NULL,
  changes JSONB NOT NULL,
  message JSONB,
  message_id UUID,
  client_id UUID,
  UNIQUE (object_id, message_id),
  UNIQUE (object_id, person_id, client_id)
);
CREATE INDEX record_entries_of_object ON record_entries (object_id, id);
