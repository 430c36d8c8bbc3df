-- Sessions of browsers. Whoever shows the id in a cookie may do what the key may do, or what the groups of a
-- single sign-on allow.
CREATE TABLE session (
    -- SHA-256 of the id.
    digest TEXT PRIMARY KEY,
    -- The key that it was exchanged for, and with which it ends; NULL after a single sign-on.
    key_hash TEXT,
    -- Who it is, and after a single sign-on what they may do.
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_by_owner ON session (name, created_at);
CREATE INDEX session_by_end ON session (expires_at);
