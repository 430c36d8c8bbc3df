-- What was changed by hand: who, when, what and why. Written in the transaction of the change.
CREATE TABLE audit (
    -- In order of time.
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    client TEXT NOT NULL,
    -- Which of its keys, by its id; nothing where none was asked for.
    key TEXT,
    action TEXT NOT NULL,
    -- What it was done to.
    subject TEXT,
    reason TEXT,
    -- What it came to, as JSON.
    detail TEXT NOT NULL
);

CREATE INDEX audit_by_age ON audit (at);
CREATE INDEX audit_by_subject ON audit (subject, id);

-- Whoever imports appointments raises it first, so that one import waits for the other and knows all
-- of its references.
INSERT INTO note (name, value) VALUES ('imports', 0);
