-- One row a conversation, in the order they were opened.
CREATE INDEX conversations_by_opening ON conversations (opened_at, id);
