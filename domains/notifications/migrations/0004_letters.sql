-- The server's own mail server; the password lies sealed.
CREATE TABLE mail_server (
  id BIGINT PRIMARY KEY,
  server JSONB NOT NULL,
  password BYTEA NOT NULL,
  error TEXT NOT NULL DEFAULT '',
  error_at BIGINT
);
-- Who wants any row of the matrix by e-mail.
ALTER TABLE notice_settings ADD COLUMN by_email BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX notice_settings_by_email ON notice_settings (person_id) WHERE by_email;
-- What goes into a person's next letter unless they read it before.
CREATE TABLE waiting_letters (
  person_id UUID NOT NULL,
  subject UUID NOT NULL,
  thread_id UUID,
  path TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (person_id, subject)
);
CREATE INDEX waiting_letters_by_thread ON waiting_letters (thread_id);
CREATE INDEX waiting_letters_by_subject ON waiting_letters (subject);
CREATE INDEX waiting_pushes_by_subject ON waiting_pushes (subject);
