-- By which numbers a contact is found: each of `contacts.phones` by itself, so that finding one among many is not reading all.
CREATE TABLE contact_phones (
  phone TEXT NOT NULL,
  contact_id UUID NOT NULL,
  PRIMARY KEY (phone, contact_id)
);
CREATE INDEX phones_of_contact ON contact_phones (contact_id);
INSERT INTO contact_phones (phone, contact_id)
  SELECT DISTINCT p.value, c.id FROM contacts c, json_each(c.phones) p;
