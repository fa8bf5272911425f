-- Two contacts that may be one person, until somebody decides (S3-09, P-35). `first_id` is the smaller of the two.
CREATE TABLE duplicates (
  first_id UUID NOT NULL REFERENCES contacts (id),
  second_id UUID NOT NULL REFERENCES contacts (id),
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (first_id, second_id)
);
CREATE INDEX duplicates_open ON duplicates (at) WHERE state = 'open';
