-- Where short links lead from: the house's own public address, written at each start.
CREATE TABLE link_address (
  id BIGINT PRIMARY KEY,
  base TEXT NOT NULL
);
-- S3-08: the channels in which links are shortened.
CREATE TABLE link_channels (
  account_id UUID PRIMARY KEY
);
CREATE TABLE short_links (
  code TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  account_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  chat_id UUID NOT NULL,
  message_key UUID NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (message_key, url)
);
CREATE INDEX short_links_of_contact ON short_links (contact_id, created_at);
CREATE TABLE link_clicks (
  id UUID PRIMARY KEY,
  code TEXT NOT NULL REFERENCES short_links (code),
  at BIGINT NOT NULL,
  robot BOOLEAN NOT NULL,
  agent TEXT NOT NULL,
  visitor TEXT
);
CREATE INDEX link_clicks_of_link ON link_clicks (code, at);
-- S3-09: the sites that carry the pixel, who was seen there, and which contacts they turned out to be.
CREATE TABLE pixel_sites (
  host TEXT PRIMARY KEY
);
CREATE TABLE pixel_visits (
  id UUID PRIMARY KEY,
  visitor TEXT NOT NULL,
  at BIGINT NOT NULL,
  page TEXT NOT NULL,
  referrer TEXT NOT NULL
);
CREATE INDEX pixel_visits_of_visitor ON pixel_visits (visitor, at);
CREATE INDEX pixel_visits_by_time ON pixel_visits (at);
CREATE TABLE pixel_people (
  visitor TEXT NOT NULL,
  contact_id UUID NOT NULL,
  how TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (visitor, contact_id)
);
CREATE INDEX pixel_people_of_contact ON pixel_people (contact_id);
