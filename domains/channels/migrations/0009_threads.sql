-- P-21: what a connector remembers of a client's newest message for the next answer: a letter's subject and thread.
ALTER TABLE peers ADD COLUMN thread TEXT NOT NULL DEFAULT '';
