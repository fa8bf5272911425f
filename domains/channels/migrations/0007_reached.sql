-- A part that the provider carries as several messages is delivered when each of them is.
ALTER TABLE external_messages ADD COLUMN reached TEXT NOT NULL DEFAULT '';
