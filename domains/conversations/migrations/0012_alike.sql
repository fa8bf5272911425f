-- Chats alike in all that decides who may see them stand together: how many there are is counted without looking at each.
CREATE INDEX client_chats_alike ON client_chats (queue_id, state, assignee_id, (waiting_since IS NOT NULL), (snoozed_at IS NOT NULL));
