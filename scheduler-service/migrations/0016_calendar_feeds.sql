-- Calendars of clerks and sites that calendar programs fetch. Whoever has the token reads one.
CREATE TABLE calendar_feed (
    id TEXT PRIMARY KEY,
    -- SHA-256 of the token.
    digest TEXT NOT NULL UNIQUE,
    -- staff or site, and its id in the scenario.
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- en or de.
    language TEXT NOT NULL,
    -- 1: each appointment is an event of its own.
    appointments BIGINT NOT NULL,
    -- Who made it.
    client TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- What was given out last, by which changed and cancelled events get their numbers, and how often
    -- that has changed.
    body TEXT NOT NULL,
    revision BIGINT NOT NULL
);
