-- A sign about a message that has not come yet waits for it by the messenger's id.
ALTER TABLE raw_events ADD COLUMN waits_for TEXT;
CREATE INDEX raw_early ON raw_events (account_id, waits_for) WHERE state = 'early';
-- By the messenger's clock, the newest word on what can change more than once: a text, a reaction, being blocked.
CREATE TABLE newest_signs (
  account_id UUID NOT NULL,
  subject TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (account_id, subject)
);
