-- Whom the service tells of events by itself.

CREATE TABLE webhook (
    id TEXT PRIMARY KEY,
    client TEXT NOT NULL,
    url TEXT NOT NULL,
    -- Names of kinds of events, as JSON.
    kinds TEXT NOT NULL,
    -- What requests are signed with: it has to be kept as it is.
    secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- Up to here all was told, or waits below.
    position BIGINT NOT NULL,
    -- Attempts in vain since the last success, since when, and when the next may be.
    failures BIGINT NOT NULL,
    failing_since BIGINT,
    next_at BIGINT NOT NULL,
    last_failure TEXT,
    -- 1: it failed for so long that nobody tries any more.
    disabled BIGINT NOT NULL,
    -- Events that were given up.
    dropped BIGINT NOT NULL
);

CREATE INDEX webhook_by_client ON webhook (client, id);

-- Events that a receiver did not take, and those of the same appointment behind them.
CREATE TABLE webhook_waiting (
    webhook TEXT NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    promise TEXT,
    attempts BIGINT NOT NULL,
    -- When it was tried first, and when it may be tried again.
    first_at BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    PRIMARY KEY (webhook, number)
);

-- The process that tells all of them: its lease, and how often it was kept.
CREATE TABLE webhook_sender (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    lease TEXT,
    beat BIGINT NOT NULL
);

INSERT INTO webhook_sender (id, lease, beat) VALUES (1, NULL, 0);
