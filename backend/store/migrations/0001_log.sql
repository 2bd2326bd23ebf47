CREATE TABLE sources (
    n          INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    name       TEXT    NOT NULL,
    label      TEXT CHECK (label IN ('dev', 'staging', 'prod')), -- NULL while unclaimed
    write_key  TEXT    NOT NULL, -- empty for requests without a key
    demo       INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL, -- microseconds since 1970, as every time here
    deleted_at INTEGER           -- events of a deleted source stay and still name it
) STRICT;

CREATE TABLE retired_keys (
    write_key TEXT PRIMARY KEY,
    source_n  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The bytes of requests, several of one commit compressed together.
CREATE TABLE blocks (
    id        INTEGER PRIMARY KEY,
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL,
    data      BLOB    NOT NULL
) STRICT;
CREATE INDEX blocks_last ON blocks (last_seq);

CREATE TABLE events (
    seq          INTEGER PRIMARY KEY,
    received_at  INTEGER NOT NULL,
    source_n     INTEGER NOT NULL,
    type         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    user_id      TEXT    NOT NULL,
    anonymous_id TEXT    NOT NULL,
    message_id   TEXT    NOT NULL,
    happened_at  INTEGER NOT NULL,
    disposition  TEXT    NOT NULL,
    verdict      TEXT    NOT NULL,
    findings     TEXT, -- JSON, NULL when there are none
    added        TEXT, -- JSON, NULL when nothing was added
    masked       TEXT, -- JSON, NULL when nothing was masked
    summary      TEXT    NOT NULL,
    size         INTEGER NOT NULL,
    run_id       TEXT    NOT NULL,
    block_id     INTEGER NOT NULL,
    request_at   INTEGER NOT NULL, -- place of the request in the block
    message_at   INTEGER NOT NULL, -- place of the message's difference, -1: none to add, -2: no message
    span_offset  INTEGER NOT NULL,
    span_length  INTEGER NOT NULL,
    item         INTEGER NOT NULL, -- place in the batch
    deletion     TEXT -- set while a deletion can still be undone
) STRICT;
CREATE INDEX events_source ON events (source_n, seq);
CREATE INDEX events_user ON events (user_id, seq) WHERE user_id <> '';
CREATE INDEX events_run ON events (run_id, seq) WHERE run_id <> '';
CREATE INDEX events_deletion ON events (deletion) WHERE deletion IS NOT NULL;

-- A stable 64-bit hash of the message id; the whole id is compared on a hit.
CREATE TABLE message_ids (
    hash INTEGER NOT NULL,
    seq  INTEGER NOT NULL,
    PRIMARY KEY (hash, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE findings (
    code TEXT    NOT NULL,
    seq  INTEGER NOT NULL,
    PRIMARY KEY (code, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollups (
    step     INTEGER NOT NULL, -- seconds: 10 or 600
    slot     INTEGER NOT NULL, -- start, seconds since 1970
    source_n INTEGER NOT NULL,
    type     TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    verdict  TEXT    NOT NULL,
    n        INTEGER NOT NULL,
    PRIMARY KEY (step, slot, source_n, type, name, verdict)
) STRICT, WITHOUT ROWID;

CREATE TABLE sightings (
    source_n  INTEGER NOT NULL,
    library   TEXT    NOT NULL,
    version   TEXT    NOT NULL,
    origin    TEXT    NOT NULL,
    n         INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (source_n, library, version, origin)
) STRICT, WITHOUT ROWID;

CREATE TABLE deletions (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    n  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE counters (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    stored        INTEGER NOT NULL,
    rejected      INTEGER NOT NULL,
    pruned        INTEGER NOT NULL,
    deleted       INTEGER NOT NULL,
    head          INTEGER NOT NULL,
    last_received INTEGER NOT NULL
) STRICT;
INSERT INTO counters VALUES (1, 0, 0, 0, 0, 0, 0);
