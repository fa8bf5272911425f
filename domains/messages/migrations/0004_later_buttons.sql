-- Buttons under a message to a client that waits to be sent.
ALTER TABLE later_messages ADD COLUMN buttons JSONB NOT NULL DEFAULT '[]';
