-- Who of us is responsible for a client, whoever holds their chats now (P-41).
ALTER TABLE contacts ADD COLUMN responsible_id UUID;
