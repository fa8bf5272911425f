CREATE TABLE contacts (
  id UUID PRIMARY KEY,
  name TEXT NOT NULL,
  name_folded TEXT NOT NULL,
  company TEXT NOT NULL,
  email TEXT NOT NULL,
  phones JSONB NOT NULL,
  phones_text TEXT NOT NULL,
  note TEXT NOT NULL,
  facts JSONB NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE TABLE identities (
  id UUID PRIMARY KEY,
  contact_id UUID NOT NULL REFERENCES contacts (id),
  scope TEXT NOT NULL,
  channel_id UUID,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  title TEXT NOT NULL,
  verified BOOLEAN NOT NULL,
  UNIQUE (scope, value)
);
CREATE INDEX identities_of_contact ON identities (contact_id);
