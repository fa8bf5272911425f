-- What a person chose to be: '' (as the devices say), 'busy', 'dnd', 'offline' (L-16, L-17).
ALTER TABLE people ADD COLUMN availability TEXT NOT NULL DEFAULT '';
-- From which program, of which version, and when they last wrote (S2-17).
ALTER TABLE people ADD COLUMN wrote_with TEXT NOT NULL DEFAULT '';
ALTER TABLE people ADD COLUMN wrote_at BIGINT;
-- The group My friends (S2-01, S2-06): colleagues one keeps at hand.
CREATE TABLE friends (
  person_id UUID NOT NULL REFERENCES people (id),
  friend_id UUID NOT NULL REFERENCES people (id),
  PRIMARY KEY (person_id, friend_id)
);
