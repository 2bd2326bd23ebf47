-- What sources really send, counted: a row per source, call, name and day.
CREATE TABLE schema_days (
    id       INTEGER PRIMARY KEY,
    source_n INTEGER NOT NULL,
    call     TEXT    NOT NULL, -- empty with an empty name: events whose name is not counted
    name     TEXT    NOT NULL,
    day      INTEGER NOT NULL, -- of receipt, in UTC, since 1970
    first_at INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    tally    BLOB    NOT NULL, -- JSON, compressed with zstd
    UNIQUE (source_n, call, name, day)
) STRICT;
CREATE INDEX schema_days_day ON schema_days (day);

-- How far the log was counted, and by which rules.
CREATE TABLE schema_progress (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    version   INTEGER NOT NULL,
    after_seq INTEGER NOT NULL
) STRICT;
INSERT INTO schema_progress VALUES (1, 0, 0);

-- A deletion of the whole log takes the counts with it.
ALTER TABLE deletions ADD COLUMN everything INTEGER NOT NULL DEFAULT 0;
