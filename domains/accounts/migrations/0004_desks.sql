-- Who sits at a desk: a person with an open window on a node, and when it was touched last. Presence is what the hub of each
-- node knows; this is what transactions of all nodes can read (X-09). Rows fade by their moment, so a node that fell leaves no ghosts.
CREATE TABLE desks (
  person_id UUID NOT NULL REFERENCES people (id),
  node_id UUID NOT NULL,
  touched_at BIGINT NOT NULL,
  PRIMARY KEY (person_id, node_id)
);
