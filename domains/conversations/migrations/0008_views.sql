-- Filters of the client list kept under a name; who sees one are its grants.
CREATE TABLE chat_views (
  id UUID PRIMARY KEY,
  owner_id UUID NOT NULL,
  shared BOOLEAN NOT NULL,
  name TEXT NOT NULL,
  filter JSONB NOT NULL
);
CREATE INDEX chat_views_of ON chat_views (owner_id);
