-- The node that has a job in hand: after a fall it takes its own up again at once.
ALTER TABLE jobs ADD COLUMN holder UUID;
