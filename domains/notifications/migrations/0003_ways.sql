CREATE TABLE notice_settings (
  person_id UUID PRIMARY KEY,
  settings JSONB NOT NULL,
  group_push BOOLEAN NOT NULL
);
CREATE INDEX notice_settings_group_push ON notice_settings (person_id) WHERE group_push;
CREATE TABLE notice_chats (
  person_id UUID NOT NULL,
  thread_id UUID NOT NULL,
  sound BOOLEAN NOT NULL,
  muted_until BIGINT,
  PRIMARY KEY (person_id, thread_id)
);
CREATE TABLE waiting_pushes (
  person_id UUID NOT NULL,
  subject UUID NOT NULL,
  thread_id UUID,
  at BIGINT NOT NULL,
  PRIMARY KEY (person_id, subject)
);
CREATE INDEX waiting_pushes_by_thread ON waiting_pushes (thread_id);
