CREATE TABLE journal (
  seq BIGSERIAL PRIMARY KEY,
  xid BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
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
);
CREATE INDEX journal_by_commit ON journal (xid, seq);
CREATE INDEX journal_by_time ON journal (at);
