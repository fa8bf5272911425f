-- Lists of clients' chats in their order: a first page must not sort everything there is.
CREATE INDEX client_chats_by_wait ON client_chats (state, (COALESCE(waiting_since, updated_at)), id);
CREATE INDEX client_chats_open ON client_chats (updated_at, id) WHERE state <> 'closed';
CREATE INDEX client_chats_by_change ON client_chats (updated_at, id);
