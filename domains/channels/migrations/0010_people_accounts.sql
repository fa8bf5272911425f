-- P-17, L-74: accounts that are people's own. Who is on duty with an account's phone; which of its chats are the
-- company's business; what its connector keeps between runs, sealed.
ALTER TABLE channel_accounts ADD COLUMN duty_id UUID;

CREATE TABLE chat_marks (
    account_id UUID NOT NULL REFERENCES channel_accounts (id),
    ext_id TEXT NOT NULL,
    work BOOLEAN NOT NULL,
    changed_by UUID,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, ext_id)
);

CREATE TABLE connector_memory (
    account_id UUID NOT NULL REFERENCES channel_accounts (id),
    name TEXT NOT NULL,
    value BYTEA NOT NULL,
    PRIMARY KEY (account_id, name)
);
