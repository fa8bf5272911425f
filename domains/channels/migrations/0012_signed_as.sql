-- L-71: whether an employee's name stands above what they write, and in which form: nobody, first or full.
ALTER TABLE channel_accounts ADD COLUMN signed_as TEXT NOT NULL DEFAULT 'nobody';
