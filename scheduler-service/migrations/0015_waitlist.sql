-- Visits that somebody waits for. While one has an offer, hold_id is the hold that is offered; where
-- there is no such hold, the process ended before it was made.
CREATE TABLE wish (
    id TEXT PRIMARY KEY,
    client TEXT NOT NULL,
    channel TEXT,
    -- What is wished for, as JSON, and a fingerprint of the request for it.
    body TEXT NOT NULL,
    hash TEXT NOT NULL,
    reference TEXT,
    waits_until BIGINT NOT NULL,
    hold_id TEXT,
    -- Sites and instants that were declined or not answered, as JSON.
    refused TEXT NOT NULL,
    unanswered BIGINT NOT NULL,
    -- Why it waits no longer; NULL while it does.
    ended TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE INDEX wish_by_end ON wish (ended, created_at, id);
CREATE INDEX wish_by_client ON wish (client, created_at, id);
CREATE INDEX wish_by_reference ON wish (reference);
