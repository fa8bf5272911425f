-- Readers of an event are asked for by the event: by the principal first, each of them was a walk over the whole table.
ALTER TABLE journal_audience DROP CONSTRAINT journal_audience_pkey;
ALTER TABLE journal_audience ADD PRIMARY KEY (seq, principal);
