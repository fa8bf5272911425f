-- U-34: chats in which several people outside write, and who they are.
ALTER TABLE client_chats ADD COLUMN is_group BOOLEAN NOT NULL DEFAULT FALSE;
CREATE TABLE group_members (
  chat_id UUID NOT NULL REFERENCES client_chats (id),
  contact_id UUID NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (chat_id, contact_id)
);
CREATE INDEX groups_of_contact ON group_members (contact_id);
