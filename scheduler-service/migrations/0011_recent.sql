-- What the last changes of the site-day were, a line each with the version that it made: so that other
-- processes need not read all of it again. Only written while processes are in each other's way; who
-- finds no line for each version that it lacks reads the promises.
ALTER TABLE site_day ADD COLUMN recent TEXT;
