CREATE TABLE mutes (
    id         TEXT PRIMARY KEY,
    code       TEXT    NOT NULL,
    event      TEXT    NOT NULL, -- empty for any, as path and source_id
    path       TEXT    NOT NULL,
    source_id  TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    by_name    TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (code, event, path, source_id)
) STRICT, WITHOUT ROWID;

-- The codes whose stored events are being judged again, and how far that is.
CREATE TABLE rejudging (
    code       TEXT PRIMARY KEY,
    after_seq  INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
