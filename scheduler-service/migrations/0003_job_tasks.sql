-- Jobs whose work several processes share, and leases that need no clock.

-- Counts how often the process that has the job said that it is alive. Who sees the same number for
-- long enough, by a clock of its own that only goes forward, may take the job.
ALTER TABLE job ADD COLUMN beat BIGINT NOT NULL DEFAULT 0;
ALTER TABLE job DROP COLUMN lease_until;

-- A part of the work of a job. Gone with the end of the job.
CREATE TABLE job_task (
    job TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    -- The same in each attempt at the job: what was done need not be done again.
    name TEXT NOT NULL,
    -- Its place in the queue.
    number BIGINT NOT NULL,
    request TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    lease TEXT,
    beat BIGINT NOT NULL,
    outcome TEXT,
    PRIMARY KEY (job, name)
);

CREATE INDEX job_task_unfinished ON job_task (status, job, number)
    WHERE status IN ('queued', 'running');
