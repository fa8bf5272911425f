-- Labels on contacts (ADR 0024): ids alone. What a label is called, and whether it is still offered, `conversations` knows.
CREATE TABLE contact_labels (
  label_id UUID NOT NULL,
  contact_id UUID NOT NULL REFERENCES contacts (id),
  PRIMARY KEY (label_id, contact_id)
);
CREATE INDEX labels_of_contact ON contact_labels (contact_id);
