-- Topics: the talk under a message of a group; its members are those who follow it.
ALTER TABLE chats ADD COLUMN parent_id UUID;
ALTER TABLE chats ADD COLUMN root_id UUID;
ALTER TABLE chats ADD COLUMN who_adds TEXT NOT NULL DEFAULT 'members';
CREATE UNIQUE INDEX chats_by_root ON chats (root_id) WHERE root_id IS NOT NULL;
CREATE INDEX chats_by_parent ON chats (parent_id) WHERE parent_id IS NOT NULL;
ALTER TABLE chat_members ADD COLUMN role TEXT NOT NULL DEFAULT 'member';
-- Who opens a group's link joins it; one link a group, a new one ends the old.
CREATE TABLE chat_links (
  chat_id UUID PRIMARY KEY,
  token TEXT NOT NULL UNIQUE,
  made_by UUID NOT NULL,
  made_at BIGINT NOT NULL
);
