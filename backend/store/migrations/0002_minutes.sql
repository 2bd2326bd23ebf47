-- Which events came in a minute. A stretch of time becomes a stretch of the log
-- by it, so that a question about the last minutes does not read the months before.
CREATE TABLE minutes (
    minute    INTEGER PRIMARY KEY, -- since 1970
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL
) STRICT;
INSERT INTO minutes SELECT received_at / 60000000, min(seq), max(seq) FROM events GROUP BY 1;
