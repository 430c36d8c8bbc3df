-- Long work that any process on this database may do.

CREATE TABLE job (
    id TEXT PRIMARY KEY,
    -- Its place in the queue.
    number BIGINT NOT NULL UNIQUE,
    client TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- What to do; empty once it has ended.
    request TEXT NOT NULL,
    idempotency_key TEXT,
    idempotency_hash TEXT,
    status TEXT NOT NULL,
    -- How often a process has begun it.
    attempts BIGINT NOT NULL,
    -- Who is at it: a new name for each attempt; and until when nobody else may be.
    lease TEXT,
    lease_until BIGINT,
    -- 1: its client has asked to stop it.
    cancel BIGINT NOT NULL,
    progress TEXT,
    -- The result, or the problem.
    outcome TEXT,
    -- Grows with each change that its client can see.
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    UNIQUE (client, idempotency_key)
);

CREATE INDEX job_unfinished ON job (number) WHERE ended_at IS NULL;
CREATE INDEX job_ended ON job (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX job_by_client ON job (client, ended_at);

-- The number of the last job. Whoever adds one takes the next, so that jobs are added one after the
-- other and limits count all of them.
CREATE TABLE job_number (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    last BIGINT NOT NULL
);

INSERT INTO job_number (id, last) VALUES (1, 0);
