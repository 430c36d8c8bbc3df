-- How many promises of a past site-day ended how, once the promises themselves are erased.
CREATE TABLE past_count (
    site TEXT NOT NULL,
    date TEXT NOT NULL,
    status TEXT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (site, date, status)
);

CREATE INDEX promise_by_reference ON promise (reference);
