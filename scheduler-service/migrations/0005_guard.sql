-- What the service notes of itself: `heartbeat`, by writing which it learns that the database takes
-- writes; `keys_since`, when the first key was made, after which nobody gets in without one.
CREATE TABLE note (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);

INSERT INTO note (name, value) VALUES ('heartbeat', 0);
INSERT INTO note (name, value) SELECT 'keys_since', MIN(created_at) FROM api_key HAVING COUNT(*) > 0;

-- A client may have two keys at a time, so that it can change over, and keys may end by themselves.
-- Neither database can take a constraint without a name off a table.
CREATE TABLE client_key (
    hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    channel TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);

INSERT INTO client_key (hash, name, scopes, channel, created_at)
    SELECT hash, name, scopes, channel, created_at FROM api_key;
DROP TABLE api_key;
ALTER TABLE client_key RENAME TO api_key;
CREATE INDEX api_key_by_name ON api_key (name);
