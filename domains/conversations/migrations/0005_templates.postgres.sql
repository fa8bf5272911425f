-- What a prepared answer has beside its words (U-31): files, fields that are asked for, words by channel, whom it is for.
ALTER TABLE templates ADD COLUMN more JSONB NOT NULL DEFAULT '{}';
-- A deleted one can be brought back for a day.
ALTER TABLE templates ADD COLUMN deleted_at BIGINT;
-- Who sees a template is said by grants, as for everything else.
INSERT INTO grants (object, principal, reason)
  SELECT id, CAST('0b5eda00-0000-7000-8000-000000000001' AS UUID), 'reader' FROM templates WHERE scope = 'all';
INSERT INTO grants (object, principal, reason) SELECT id, owner_id, 'author' FROM templates WHERE scope <> 'all';
