-- Labels put on chats: a name, a colour of the palette, a place in their list. An archived one stays where it was put and is
-- offered no more.
CREATE TABLE labels (
  id UUID PRIMARY KEY,
  name TEXT NOT NULL,
  folded TEXT NOT NULL UNIQUE,
  color TEXT NOT NULL,
  position BIGINT NOT NULL,
  archived BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE TABLE chat_labels (
  chat_id UUID NOT NULL REFERENCES client_chats (id),
  label_id UUID NOT NULL REFERENCES labels (id),
  PRIMARY KEY (chat_id, label_id)
);
CREATE INDEX chats_of_label ON chat_labels (label_id, chat_id);
