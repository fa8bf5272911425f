-- Counts of views ask for the account too, and for the age. Plain columns: PostgreSQL leaves the table alone for these only.
DROP INDEX client_chats_alike;
CREATE INDEX client_chats_alike ON client_chats (queue_id, state, assignee_id, account_id, waiting_since, snoozed_at, updated_at);
-- Chats of a queue are found by the one above; nothing asks for them in the order of their last change.
DROP INDEX client_chats_of_queue;
-- And of an account by this one.
CREATE INDEX client_chats_of_account ON client_chats (account_id);
