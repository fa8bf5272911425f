-- P-35, U-10, U-11: a contact that was merged stays as it was and points to the one that stands for both. `merged_into` is
-- always the contact at the end of the way; how it came there is told by `merges`.
ALTER TABLE contacts ADD COLUMN merged_into UUID;
CREATE INDEX contacts_merged ON contacts (merged_into) WHERE merged_into IS NOT NULL;
-- U-34: a group in a messenger, which is nobody, and is never merged with anybody.
ALTER TABLE contacts ADD COLUMN is_group BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX contacts_by_email ON contacts (LOWER(email)) WHERE email <> '';
CREATE INDEX contacts_by_name ON contacts (name_folded);
-- Who noted a pair: a person, or nobody when a rule did.
ALTER TABLE duplicates ADD COLUMN by_id UUID;
ALTER TABLE duplicates ADD COLUMN decided_by UUID;
ALTER TABLE duplicates ADD COLUMN decided_at BIGINT;
CREATE INDEX duplicates_of_second ON duplicates (second_id);
-- What was merged, and what the one that stands was like before and after: all that is needed to split them again.
CREATE TABLE merges (
  id UUID PRIMARY KEY,
  kept_id UUID NOT NULL REFERENCES contacts (id),
  merged_id UUID NOT NULL REFERENCES contacts (id),
  how TEXT NOT NULL,
  before JSONB NOT NULL,
  after JSONB NOT NULL,
  by_id UUID,
  at BIGINT NOT NULL,
  undone_by UUID,
  undone_at BIGINT
);
CREATE INDEX merges_of_kept ON merges (kept_id) WHERE undone_at IS NULL;
CREATE UNIQUE INDEX merges_open ON merges (merged_id) WHERE undone_at IS NULL;
