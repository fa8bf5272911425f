-- P-84: the secret with which a site signs who its visitor is, sealed; made and renewed by an administrator.
CREATE TABLE site_secrets (
  account_id UUID PRIMARY KEY REFERENCES channel_accounts (id),
  secret BYTEA NOT NULL,
  made_at BIGINT NOT NULL
);
-- The clients a site vouches for: its own id of them and what it said last; `noted` once that stands on their card.
CREATE TABLE vouched_peers (
  peer_id UUID PRIMARY KEY REFERENCES peers (id),
  known_as TEXT NOT NULL,
  said JSONB NOT NULL,
  noted BOOLEAN NOT NULL
);
-- Browsers in which such a client is signed in, by the hash of the browser's secret; `until` in the past is signed out.
CREATE TABLE signed_browsers (
  account_id UUID NOT NULL,
  ext_id TEXT NOT NULL,
  peer_id UUID NOT NULL REFERENCES peers (id),
  until BIGINT NOT NULL,
  PRIMARY KEY (account_id, ext_id)
);
CREATE INDEX signed_browsers_by_time ON signed_browsers (until);
-- Signatures that were used, and by which browser: another one cannot use them again.
CREATE TABLE used_signatures (
  account_id UUID NOT NULL,
  digest TEXT NOT NULL,
  ext_id TEXT NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (account_id, digest)
);
CREATE INDEX used_signatures_by_time ON used_signatures (until);
-- P-13: what a visitor answered before they wrote; `told` once it stands in the chat.
CREATE TABLE visitor_answers (
  peer_id UUID PRIMARY KEY REFERENCES peers (id),
  answers JSONB NOT NULL,
  agreed_to TEXT NOT NULL,
  at BIGINT NOT NULL,
  told BOOLEAN NOT NULL
);
-- Where a widget was last seen at work: a page's address without what follows its path.
CREATE TABLE site_pages (
  account_id UUID PRIMARY KEY REFERENCES channel_accounts (id),
  page TEXT NOT NULL,
  at BIGINT NOT NULL
);
