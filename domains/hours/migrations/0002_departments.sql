-- Which calendar a department works by; one that stands here nowhere works as the department above it, else as the company.
CREATE TABLE calendar_departments (
  department_id UUID PRIMARY KEY,
  calendar_id UUID NOT NULL
);
CREATE INDEX calendar_departments_of ON calendar_departments (calendar_id);
