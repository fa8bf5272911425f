-- What one person said at tasks (L-89).
CREATE INDEX record_entries_by_person ON record_entries (person_id, id);
