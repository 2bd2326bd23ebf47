-- The ways in which events depart from the plan. One with an empty call stands
-- for those beyond the number that are told apart, one with an empty code for
-- events that depart in any way.
CREATE TABLE violations (
    id      INTEGER PRIMARY KEY,
    code    TEXT    NOT NULL,
    call    TEXT    NOT NULL,
    event   TEXT    NOT NULL,
    version INTEGER NOT NULL,
    path    TEXT    NOT NULL,
    UNIQUE (code, call, event, version, path)
) STRICT;

-- How many events did, a row per source and day.
CREATE TABLE violation_days (
    violation_id INTEGER NOT NULL,
    source_n     INTEGER NOT NULL,
    day          INTEGER NOT NULL, -- of receipt, in UTC, since 1970
    n            INTEGER NOT NULL, -- events where it was not muted
    muted        INTEGER NOT NULL, -- events where it was
    first_at     INTEGER NOT NULL,
    last_at      INTEGER NOT NULL,
    seq_1        INTEGER NOT NULL, -- the newest events with different values, 0 for none
    seq_2        INTEGER NOT NULL,
    seq_3        INTEGER NOT NULL,
    value_1      INTEGER NOT NULL, -- hashes of those values
    value_2      INTEGER NOT NULL,
    value_3      INTEGER NOT NULL,
    PRIMARY KEY (violation_id, source_n, day)
) STRICT, WITHOUT ROWID;

-- Events from before_seq on are counted. Those of before are, newest first, in
-- the background.
CREATE TABLE violation_progress (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    version    INTEGER NOT NULL,
    before_seq INTEGER NOT NULL
) STRICT;
INSERT INTO violation_progress SELECT 1, 1, head + 1 FROM counters;
