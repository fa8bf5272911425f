-- L-67: whether an observer hears of every message of this client; none: as they do elsewhere.
ALTER TABLE observers ADD COLUMN all_messages BOOLEAN;
