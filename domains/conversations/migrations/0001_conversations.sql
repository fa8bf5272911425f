CREATE TABLE queues (
  id UUID PRIMARY KEY,
  name TEXT NOT NULL,
  policy TEXT NOT NULL,
  is_default BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE TABLE queue_people (
  queue_id UUID NOT NULL REFERENCES queues (id),
  person_id UUID NOT NULL,
  PRIMARY KEY (queue_id, person_id)
);
CREATE TABLE queue_departments (
  queue_id UUID NOT NULL REFERENCES queues (id),
  department_id UUID NOT NULL,
  PRIMARY KEY (queue_id, department_id)
);
CREATE TABLE client_chats (
  id UUID PRIMARY KEY,
  peer_id UUID NOT NULL UNIQUE,
  account_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  state TEXT NOT NULL,
  queue_id UUID NOT NULL REFERENCES queues (id),
  assignee_id UUID,
  claimed_at BIGINT,
  waiting_since BIGINT,
  blocked BOOLEAN NOT NULL DEFAULT FALSE,
  updated_at BIGINT NOT NULL
);
CREATE INDEX client_chats_by_state ON client_chats (state, updated_at, id);
CREATE INDEX client_chats_of_assignee ON client_chats (assignee_id, state, updated_at);
CREATE INDEX client_chats_of_contact ON client_chats (contact_id);
CREATE INDEX client_chats_waiting ON client_chats (waiting_since) WHERE waiting_since IS NOT NULL;
CREATE TABLE observers (
  chat_id UUID NOT NULL REFERENCES client_chats (id),
  person_id UUID NOT NULL,
  PRIMARY KEY (chat_id, person_id)
);
CREATE INDEX observed_by ON observers (person_id, chat_id);
CREATE TABLE conversations (
  id UUID PRIMARY KEY,
  chat_id UUID NOT NULL REFERENCES client_chats (id),
  number BIGINT UNIQUE,
  state TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  closed_at BIGINT,
  closed_by UUID,
  from_seq BIGINT NOT NULL,
  to_seq BIGINT
);
CREATE INDEX conversations_of_chat ON conversations (chat_id, opened_at);
CREATE TABLE counters (
  name TEXT PRIMARY KEY,
  value BIGINT NOT NULL
);
CREATE TABLE albums (
  chat_id UUID NOT NULL,
  album TEXT NOT NULL,
  message_id UUID NOT NULL,
  PRIMARY KEY (chat_id, album)
);
CREATE TABLE templates (
  id UUID PRIMARY KEY,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  scope TEXT NOT NULL,
  owner_id UUID NOT NULL
);
