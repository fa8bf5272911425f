CREATE TABLE notices (
  id UUID PRIMARY KEY,
  person_id UUID NOT NULL,
  kind TEXT NOT NULL,
  at BIGINT NOT NULL,
  thread_id UUID,
  thread_kind TEXT,
  message_id UUID,
  actor_id UUID,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  done BOOLEAN NOT NULL
);
CREATE INDEX notices_by_person ON notices (person_id, id);
CREATE INDEX notices_open ON notices (person_id, thread_id) WHERE NOT done;
CREATE TABLE push_subscriptions (
  endpoint TEXT PRIMARY KEY,
  person_id UUID NOT NULL,
  p256dh TEXT NOT NULL,
  auth TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX push_by_person ON push_subscriptions (person_id);
CREATE TABLE push_keys (
  id BIGINT PRIMARY KEY,
  private_key TEXT NOT NULL,
  public_key TEXT NOT NULL
);
