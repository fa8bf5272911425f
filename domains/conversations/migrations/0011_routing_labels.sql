-- Labels a row of the routing table puts on the chats it fits (L-72, U-14).
ALTER TABLE routing_rules ADD COLUMN put_labels JSONB NOT NULL DEFAULT '[]';
