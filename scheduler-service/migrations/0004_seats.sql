-- Days that are seated by hand or in the evening before.

-- 1: a planner has pinned the promise to its clerk and room as they are.
ALTER TABLE promise ADD COLUMN seat_pinned BIGINT NOT NULL DEFAULT 0;

-- When the service has seated the day, if it has.
ALTER TABLE site_day ADD COLUMN seated_at BIGINT;
