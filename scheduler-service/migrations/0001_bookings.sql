-- One schema for SQLite and PostgreSQL. Instants are milliseconds since the Unix epoch, dates
-- are ISO 8601, lists are JSON.

CREATE TABLE scenario (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- What planning the dates from first_date to last_date came to.
CREATE TABLE plan (
    scenario_version BIGINT NOT NULL,
    first_date TEXT NOT NULL,
    last_date TEXT NOT NULL,
    objective DOUBLE PRECISION NOT NULL,
    upper_bound DOUBLE PRECISION NOT NULL,
    seconds DOUBLE PRECISION NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (scenario_version, first_date)
);

-- Every change of a promise raises the version of its site-day in the same transaction.
CREATE TABLE site_day (
    site TEXT NOT NULL,
    date TEXT NOT NULL,
    version BIGINT NOT NULL,
    -- Where walk-in blocks and breaks are, for now.
    witness TEXT NOT NULL,
    -- What the plan's shadow prices are.
    prices TEXT NOT NULL,
    PRIMARY KEY (site, date)
);

CREATE TABLE promise (
    id TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    date TEXT NOT NULL,
    -- Wall-clock start and length in minutes, and the instant that this was when it was promised.
    minute BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    instant BIGINT NOT NULL,
    status TEXT NOT NULL,
    basket TEXT NOT NULL,
    skills TEXT NOT NULL,
    pinned_staff TEXT,
    pinned_room TEXT,
    -- Who keeps it where, for now.
    staff TEXT,
    room TEXT,
    reference TEXT,
    channel TEXT,
    client TEXT NOT NULL,
    expires_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    FOREIGN KEY (site, date) REFERENCES site_day (site, date)
);

CREATE INDEX promise_by_day ON promise (date, site);
CREATE INDEX promise_by_client ON promise (client, status, expires_at);

CREATE TABLE idempotency (
    client TEXT NOT NULL,
    key TEXT NOT NULL,
    hash TEXT NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (client, key)
);

CREATE INDEX idempotency_by_age ON idempotency (created_at);

CREATE TABLE api_key (
    hash TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    channel TEXT,
    created_at BIGINT NOT NULL
);
