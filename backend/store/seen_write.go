package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"sidetrack/backend/schema"
)

// seenChange is a row that is ready to be written.
type seenChange struct {
	key     schema.Key
	sourceN int64
	span    schema.Span
	packed  []byte
}

// writeSeen writes the rows that changed, some in each of the writer's turns,
// and the place up to which the log is counted with the last of them.
func (s *Store) writeSeen(ctx context.Context) error {
	f := &s.seen
	set := s.sources.Load()
	var list []seenChange
	for key, row := range f.rows {
		if !row.dirty {
			continue
		}
		text, err := json.Marshal(row.tally)
		if err != nil {
			return err
		}
		list = append(list, seenChange{key, set.number(key.Source), row.tally.Span, s.blocks.enc.EncodeAll(text, nil)})
		row.dirty = false
	}
	for last := false; !last; {
		part := list[:min(seenRows, len(list))]
		list = list[len(part):]
		last = len(list) == 0
		if err := s.w.do(ctx, &job{hot: true, change: func(*sql.Conn) error { return s.w.writeSeen(part, last) }}); err != nil {
			return err
		}
	}
	f.through.Store(f.after)
	f.fresh, f.wrote = 0, time.Now()
	if f.held > seenHeld {
		clear(f.rows)
		f.held = 0
	}
	return nil
}

// writeSeen is for the writer's goroutine only.
func (w *writer) writeSeen(part []seenChange, last bool) (err error) {
	f := &w.s.seen
	if f.upsert == nil {
		if f.move, err = w.hot.prepare("UPDATE schema_progress SET after_seq = ?"); err != nil {
			return err
		}
		f.upsert, err = w.hot.prepare(`INSERT INTO schema_days (source_n, call, name, day, first_at, last_at, tally) VALUES (?,?,?,?,?,?,?)
			ON CONFLICT (source_n, call, name, day) DO UPDATE SET first_at = excluded.first_at, last_at = excluded.last_at, tally = excluded.tally`)
		if err != nil {
			return err
		}
	}
	for i := range part {
		c := &part[i]
		err = f.upsert.int(c.sourceN).text(c.key.Call).text(c.key.Name).int(c.key.Day).int(c.span.First.At).int(c.span.Last.At).blob(c.packed).run()
		if err != nil {
			return err
		}
	}
	if last {
		return f.move.int(f.after).run()
	}
	return nil
}
