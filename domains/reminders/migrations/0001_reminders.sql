CREATE TABLE reminders (
  id UUID PRIMARY KEY,
  person_id UUID NOT NULL,
  message_id UUID NOT NULL,
  thread_id UUID NOT NULL,
  due_at BIGINT NOT NULL,
  set_at BIGINT NOT NULL,
  notice_id UUID,
  handled_at BIGINT,
  UNIQUE (person_id, message_id)
);
CREATE INDEX reminders_open ON reminders (person_id, due_at) WHERE handled_at IS NULL;
CREATE INDEX reminders_by_notice ON reminders (notice_id) WHERE notice_id IS NOT NULL;
