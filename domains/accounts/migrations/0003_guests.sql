-- Guests (X-13): accounts from outside the company, and the switch that shuts their door.
ALTER TABLE people ADD COLUMN guest BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE workspace ADD COLUMN guests BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE invitations ADD COLUMN guest BOOLEAN NOT NULL DEFAULT FALSE;
-- The chats a guest is let into when they join.
ALTER TABLE invitations ADD COLUMN chat_ids JSONB NOT NULL DEFAULT '[]';
