-- The archive of a run that is done may be removed before what it made.
ALTER TABLE imports ADD COLUMN archive_kept BOOLEAN NOT NULL DEFAULT TRUE;
