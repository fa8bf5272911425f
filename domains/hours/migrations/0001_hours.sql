-- When the company, or a queue of its own, works: spans of each weekday, and the days that are different.
CREATE TABLE calendars (
  id UUID PRIMARY KEY,
  name TEXT NOT NULL,
  zone TEXT NOT NULL,
  week JSONB NOT NULL,
  days JSONB NOT NULL,
  is_company BOOLEAN NOT NULL DEFAULT FALSE
);
