CREATE TABLE chats (
  id UUID PRIMARY KEY,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  pair TEXT UNIQUE,
  owner_id UUID,
  created_at BIGINT NOT NULL
);
CREATE TABLE chat_members (
  chat_id UUID NOT NULL REFERENCES chats (id),
  person_id UUID NOT NULL,
  PRIMARY KEY (chat_id, person_id)
);
CREATE INDEX chats_of_person ON chat_members (person_id, chat_id);
