-- message_ids holds the ids of events up to this Seq. Those of the few younger
-- ones stand in events alone, and are written many at a time.
CREATE TABLE message_ids_progress (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    through INTEGER NOT NULL
) STRICT;
INSERT INTO message_ids_progress SELECT 1, head FROM counters;
