-- L-73: whether people may write to who has not written to us, off until an administrator says so.
ALTER TABLE channel_accounts ADD COLUMN may_write_first BOOLEAN NOT NULL DEFAULT FALSE;
-- Copies of the texts the messenger approved, asked for by a job and whenever it judges one.
CREATE TABLE approved_templates (
  id UUID PRIMARY KEY,
  account_id UUID NOT NULL REFERENCES channel_accounts (id),
  ext_id TEXT NOT NULL,
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  category TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  words JSONB NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (account_id, ext_id)
);
