-- The event log. auto_vacuum is set when the file is made, before any table.
CREATE TABLE counters (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    head          INTEGER NOT NULL DEFAULT 0, -- newest seq ever given out; never goes back
    stored        INTEGER NOT NULL DEFAULT 0,
    rejected      INTEGER NOT NULL DEFAULT 0,
    pruned        INTEGER NOT NULL DEFAULT 0,
    deleted       INTEGER NOT NULL DEFAULT 0,
    last_received INTEGER NOT NULL DEFAULT 0  -- unix microseconds
) STRICT;
INSERT INTO counters (id) VALUES (1);

CREATE TABLE sources (
    n          INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    name       TEXT    NOT NULL,
    label      TEXT    CHECK (label IN ('dev', 'staging', 'prod')),
    write_key  TEXT    NOT NULL,
    demo       INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX sources_key ON sources (write_key) WHERE deleted_at = 0;

-- Keys that were replaced, so that what still sends with one can be named.
CREATE TABLE old_keys (
    write_key TEXT    PRIMARY KEY,
    source    INTEGER NOT NULL REFERENCES sources (n)
) STRICT;

CREATE TABLE events (
    seq          INTEGER PRIMARY KEY,
    received_at  INTEGER NOT NULL, -- unix microseconds
    source       INTEGER NOT NULL, -- sources.n, 0 for none
    type         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    user_id      TEXT    NOT NULL,
    anonymous_id TEXT    NOT NULL,
    message_id   TEXT    NOT NULL,
    timestamp    INTEGER NOT NULL, -- unix microseconds
    disposition  TEXT    NOT NULL,
    verdict      INTEGER NOT NULL, -- 0 good, 1 warning, 2 violation, 3 would_drop
    has          INTEGER NOT NULL, -- bits, see where.go
    findings     TEXT, -- JSON, NULL when none
    added        TEXT, -- JSON, NULL when none
    masked       TEXT, -- JSON, NULL when none
    summary      TEXT    NOT NULL,
    size         INTEGER NOT NULL,
    run          TEXT    NOT NULL,
    block        INTEGER NOT NULL,
    place        INTEGER NOT NULL, -- where the event stands in its block
    deleted      INTEGER NOT NULL DEFAULT 0 -- number of the delete that hides it
) STRICT;
CREATE INDEX events_source ON events (source, seq);
CREATE INDEX events_user ON events (user_id, seq) WHERE user_id <> '';
CREATE INDEX events_deleted ON events (deleted, seq) WHERE deleted <> 0;

CREATE TABLE blocks (
    id   INTEGER PRIMARY KEY,
    live INTEGER NOT NULL, -- events that still need it
    data BLOB    NOT NULL  -- zstd
) STRICT;

CREATE TABLE mid (
    hash INTEGER NOT NULL,
    seq  INTEGER NOT NULL,
    PRIMARY KEY (hash, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE codes (
    n    INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE findings (
    code INTEGER NOT NULL,
    seq  INTEGER NOT NULL,
    PRIMARY KEY (code, seq)
) STRICT, WITHOUT ROWID;

-- Counts per minute, for the chart.
CREATE TABLE minutes (
    minute     INTEGER NOT NULL,
    source     INTEGER NOT NULL,
    type       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    good       INTEGER NOT NULL,
    warning    INTEGER NOT NULL,
    violation  INTEGER NOT NULL,
    would_drop INTEGER NOT NULL,
    PRIMARY KEY (minute, source, type, name)
) STRICT, WITHOUT ROWID;

-- Which seqs a minute of receipt spans, so that a question about time becomes one about seq.
CREATE TABLE clock (
    minute INTEGER PRIMARY KEY,
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL
) STRICT;

CREATE TABLE sightings (
    source     INTEGER NOT NULL,
    library    TEXT    NOT NULL,
    version    TEXT    NOT NULL,
    origin     TEXT    NOT NULL,
    count      INTEGER NOT NULL,
    last       INTEGER NOT NULL,
    good       INTEGER NOT NULL,
    warning    INTEGER NOT NULL,
    violation  INTEGER NOT NULL,
    would_drop INTEGER NOT NULL,
    PRIMARY KEY (source, library, version, origin)
) STRICT, WITHOUT ROWID;
