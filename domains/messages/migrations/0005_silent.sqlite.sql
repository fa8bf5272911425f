-- Threads in which nothing was said yet are read by everybody: whoever counts the unread looks for them.
CREATE INDEX threads_silent ON threads (id) WHERE last_ordinal = 0;
