-- For which time of an appointment a reminder was told, so that it is told once.
CREATE TABLE reminder (
    promise TEXT PRIMARY KEY,
    instant BIGINT NOT NULL
);
