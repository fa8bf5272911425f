-- The next waiting event is looked for among those that wait, not among all that are kept for replay.
CREATE INDEX raw_new ON raw_events (n) WHERE state = 'new';
