-- L-78: short links that are given to anybody, on a site, a leaflet, a door: they belong to no message and no client.
CREATE TABLE public_links (
  code TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  name TEXT NOT NULL,
  account_id UUID NOT NULL,
  created_at BIGINT NOT NULL,
  removed BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE TABLE public_clicks (
  id UUID PRIMARY KEY,
  code TEXT NOT NULL REFERENCES public_links (code),
  at BIGINT NOT NULL,
  robot BOOLEAN NOT NULL
);
CREATE INDEX public_clicks_of_link ON public_clicks (code, at);
