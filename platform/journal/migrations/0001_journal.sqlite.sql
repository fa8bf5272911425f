CREATE TABLE journal (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at BIGINT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id UUID,
  kind TEXT NOT NULL,
  subject UUID NOT NULL,
  change JSONB
);
CREATE TABLE journal_audience (
  principal UUID NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (principal, seq)
) WITHOUT ROWID;
CREATE INDEX journal_by_time ON journal (at);
