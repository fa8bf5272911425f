-- Names are looked for in their order, a part of a name in all of them: here, and not in what else a thread has.
CREATE INDEX threads_by_title ON threads (kind, title_folded, id);
