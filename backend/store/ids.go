package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"sidetrack/backend/event"
)

// idsHeld is how many message ids are held before they are written.
const idsHeld = 2_048

// heldIDs are the message ids of the newest events, which are not in the table
// message_ids yet. Ids are random: written one by one, each changes a page of
// its own, and that is most of what a commit of few events has to write. Sorted
// and many at a time they share pages. After a crash they are read from the
// events again.
type heldIDs struct {
	rows    []idRow
	first   map[idKey]heldID
	through atomic.Int64 // the table has the ids of events up to this Seq
}

type idRow struct{ hash, seq int64 }

type idKey struct {
	sourceN int64
	id      string
}

// heldID is the first event with an id that counts as sent before.
type heldID struct{ seq, at int64 }

// load reads the ids the table lacks.
func (h *heldIDs) load(ctx context.Context, conn *sql.Conn) error {
	var through int64
	if err := conn.QueryRowContext(ctx, "SELECT through FROM message_ids_progress").Scan(&through); err != nil {
		return fmt.Errorf("read how far message ids are written: %w", err)
	}
	h.through.Store(through)
	rows, err := conn.QueryContext(ctx, "SELECT seq, received_at, source_n, message_id, disposition, deletion IS NOT NULL FROM events WHERE seq > ? AND message_id <> '' ORDER BY seq", through)
	if err != nil {
		return fmt.Errorf("read the newest message ids: %w", err)
	}
	defer rows.Close()
	h.first = map[idKey]heldID{}
	for rows.Next() {
		var here heldID
		var key idKey
		var disposition event.Disposition
		var deleted bool
		if err := rows.Scan(&here.seq, &here.at, &key.sourceN, &key.id, &disposition, &deleted); err != nil {
			return fmt.Errorf("read the newest message ids: %w", err)
		}
		h.rows = append(h.rows, idRow{hashOf(key.id), here.seq})
		old, known := h.first[key]
		if (!known || old.at < here.at-duplicateWindow.Microseconds()) && !deleted && disposition != event.Rejected {
			h.first[key] = here
		}
	}
	return rows.Err()
}

// take holds the ids of a commit that came about.
func (h *heldIDs) take(g *group) {
	if g.idsWritten {
		h.written(g.records[len(g.records)-1].Seq)
		return
	}
	h.rows = append(h.rows, g.idRows...)
	for key, id := range g.ids {
		h.first[key] = id
	}
}

// written forgets what is in the table now.
func (h *heldIDs) written(through int64) {
	h.rows = h.rows[:0]
	clear(h.first)
	h.through.Store(through)
}

// writeIDs writes the ids that are held and those of a commit, when they are
// many.
func (w *writer) writeIDs(g *group) error {
	if len(w.ids.rows)+len(g.idRows) < idsHeld {
		return nil
	}
	g.idsWritten = true
	return w.insertIDs(slices.Concat(w.ids.rows, g.idRows), g.records[len(g.records)-1].Seq)
}

func (w *writer) insertIDs(rows []idRow, through int64) error {
	slices.SortFunc(rows, func(a, b idRow) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.seq, b.seq)) })
	for _, r := range rows {
		if err := w.insert.id.int(r.hash).int(r.seq).run(); err != nil {
			return err
		}
	}
	return w.insert.idsThrough.int(through).run()
}

// writeHeldIDs makes the table whole, for a change that may look into it.
func (w *writer) writeHeldIDs() error {
	if len(w.ids.rows) == 0 {
		return nil
	}
	err := w.insert.begin.run()
	if err == nil {
		err = w.insertIDs(w.ids.rows, w.head)
	}
	if err == nil {
		err = w.insert.commit.run()
	}
	if err != nil {
		_ = w.insert.rollback.run() // fails when SQLite has rolled back by itself
		return err
	}
	w.ids.written(w.head)
	return nil
}

// hold notes an event with its id, for a source that has none with it in the
// last 24 hours before.
func (w *writer) hold(g *group, key idKey, here heldID) {
	for _, held := range []map[idKey]heldID{g.ids, w.ids.first} {
		if id, known := held[key]; known && id.at >= here.at-duplicateWindow.Microseconds() {
			return
		}
	}
	g.ids[key] = here
}

// firstWithID is the event of the last 24 hours that brought a source this
// message id first, 0 when there is none.
func (w *writer) firstWithID(g *group, key idKey, at time.Time) (int64, error) {
	since := at.Add(-duplicateWindow).UnixMicro()
	for _, held := range []map[idKey]heldID{g.ids, w.ids.first} {
		if id, known := held[key]; known && id.at >= since {
			return id.seq, nil
		}
	}
	first, _, err := w.insert.seen.int(hashOf(key.id)).text(key.id).int(key.sourceN).int(since).find()
	return first, err
}
