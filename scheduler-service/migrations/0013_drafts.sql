-- Scenarios that planners work on beside the one that is booked from.

CREATE TABLE draft (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    note TEXT,
    -- The scenario that was booked from when it was made or last applied, and its version: what it is
    -- compared with, and what its changes are changes of.
    base TEXT NOT NULL,
    base_version BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- Grows with each change.
    version BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    -- By whom and when it was last applied, and the version of the scenario that came of it.
    applied_by TEXT,
    applied_at BIGINT,
    applied_version BIGINT
);

-- Its scenario as it was in its last versions. Changes of one client within a while are one.
CREATE TABLE draft_version (
    draft TEXT NOT NULL,
    version BIGINT NOT NULL,
    client TEXT NOT NULL,
    -- When the first and the last of these changes were made.
    begun_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (draft, version)
);
