-- What happened to promises, site-days and the scenario, written in the transaction that did it.

CREATE TABLE event (
    -- In the order in which it was committed, without gaps but for what was erased.
    number BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- Who did it: `key NAME`, `citizen` or `service`.
    actor TEXT NOT NULL,
    reason TEXT,
    -- The promise that it is about, whose it is, and how it is after it.
    promise TEXT,
    client TEXT,
    status TEXT,
    reference TEXT,
    -- Of the promise, or of the scenario.
    version BIGINT NOT NULL,
    -- Where and when the promise is after it; of what a site-day is about the first two.
    site TEXT,
    date TEXT,
    minute BIGINT,
    minutes BIGINT,
    -- Where it was, where it was moved.
    from_site TEXT,
    from_date TEXT,
    from_minute BIGINT
);

CREATE INDEX event_by_promise ON event (promise, number) WHERE promise IS NOT NULL;
CREATE INDEX event_without_promise ON event (at) WHERE promise IS NULL;

-- The number of the last event. Whoever writes one takes the next in its transaction, so that they
-- are committed in their order: who has read one has read all before it.
CREATE TABLE event_number (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    last BIGINT NOT NULL,
    -- Up to here some may have been erased.
    erased BIGINT NOT NULL
);

INSERT INTO event_number (id, last, erased) VALUES (1, 0, 0);

-- For lists in order of time.
CREATE INDEX promise_by_time ON promise (date, minute, id);
CREATE INDEX promise_stranded ON promise (date, minute, id) WHERE status = 'stranded';

-- Secrets by which citizens get at one appointment each; as digests.
CREATE TABLE citizen_secret (
    promise TEXT PRIMARY KEY,
    digest TEXT NOT NULL
);
