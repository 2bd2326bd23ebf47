package store

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
)

const undoTime = 10 * time.Second

// deletes are the deletes that can still be undone. Rows that carry the number
// of any other are purged, which is also what happens after a restart.
type deletes struct {
	sync.Mutex
	last int64
	open map[string]*deletion
}

type deletion struct {
	n, rows int64
	until   time.Time // zero while it is still marking
}

func (s *Store) loadDeletes(ctx context.Context) error {
	s.deletes.open = map[string]*deletion{}
	return s.conn.QueryRowContext(ctx, "SELECT coalesce(max(deleted), 0) FROM events WHERE deleted <> 0").Scan(&s.deletes.last)
}

// Delete hides the events that a selects at once. They are gone for good ten
// seconds later, unless Undo is called with the id.
func (s *Store) Delete(ctx context.Context, a Ask) (id string, n int64, err error) {
	id = "del_" + rand.Text()
	s.deletes.Lock()
	s.deletes.last++
	d := &deletion{n: s.deletes.last}
	s.deletes.open[id] = d
	s.deletes.Unlock()
	head := s.Counters().Head // what comes in meanwhile was not meant
	if a.Before == 0 || a.Before > head+1 {
		a.Before = head + 1
	}
	a.Message, a.Limit = false, 0
	var chunk []int64
	flush := func() error {
		moved, err := s.mark(chunk, 0, d.n)
		d.rows += moved
		chunk = chunk[:0]
		return err
	}
	err = s.scan(ctx, a, false, func(r *event.Record) (bool, error) {
		chunk = append(chunk, r.Seq)
		if len(chunk) < pageRows {
			return true, nil
		}
		return true, flush()
	}, nil)
	if err == nil {
		err = flush()
	}
	s.deletes.Lock()
	d.until = s.opt.Now().Add(undoTime)
	s.deletes.Unlock()
	if err != nil { // all or nothing
		if _, undoErr := s.Undo(context.WithoutCancel(ctx), id); undoErr != nil {
			s.opt.Log.Error("a delete that failed could not be taken back", "err", undoErr)
		}
		return "", 0, err
	}
	return id, d.rows, nil
}

// Undo brings back what a delete hid, and returns how many events that was.
func (s *Store) Undo(ctx context.Context, id string) (int64, error) {
	s.deletes.Lock()
	d := s.deletes.open[id]
	if d == nil || d.until.IsZero() || s.opt.Now().After(d.until) {
		s.deletes.Unlock()
		return 0, fault.New(fault.NotFound, "This delete can no longer be undone: its events are gone.")
	}
	d.until = time.Time{} // not to be purged while at it
	s.deletes.Unlock()
	total := int64(0)
	for {
		if err := ctx.Err(); err != nil {
			s.reopen(d)
			return total, err
		}
		seqs, err := s.seqs(ctx, "deleted = ? ORDER BY seq LIMIT ?", d.n, pageRows)
		if err != nil {
			s.reopen(d)
			return total, err
		}
		if len(seqs) == 0 {
			break
		}
		n, err := s.mark(seqs, d.n, 0)
		if err != nil {
			s.reopen(d)
			return total, err
		}
		total += n
	}
	s.deletes.Lock()
	delete(s.deletes.open, id)
	s.deletes.Unlock()
	return total, nil
}

func (s *Store) reopen(d *deletion) {
	s.deletes.Lock()
	d.until = s.opt.Now().Add(undoTime)
	s.deletes.Unlock()
}

// mark moves events from one delete number to another, 0 being in the log, and
// keeps the counts in step.
func (s *Store) mark(seqs []int64, from, to int64) (int64, error) {
	if len(seqs) == 0 {
		return 0, nil
	}
	s.write.Lock()
	defer s.write.Unlock()
	n := int64(0)
	sign := int64(1)
	if to != 0 {
		sign = -1
	}
	err := s.transaction(func(ctx context.Context) error {
		which := inNumbers("seq", seqs) + " AND deleted = ?"
		if err := s.shiftMinutes(ctx, which, from, sign); err != nil {
			return err
		}
		res, err := s.conn.ExecContext(ctx, "UPDATE events SET deleted = ? WHERE "+which, to, from)
		if err != nil {
			return err
		}
		if n, err = res.RowsAffected(); err != nil {
			return err
		}
		_, err = s.conn.ExecContext(ctx, "UPDATE counters SET deleted = deleted - ?", sign*n)
		return err
	})
	if err != nil {
		return 0, s.failed(err)
	}
	s.tally.add(func(c *Counters) { c.Deleted -= sign * n })
	return n, nil
}

// shiftMinutes adds the chosen events to the minute counts, or takes them away.
func (s *Store) shiftMinutes(ctx context.Context, which string, arg, sign int64) error {
	_, err := s.conn.ExecContext(ctx, `INSERT INTO minutes
		SELECT received_at / 60000000, source, type, name,
			?1 * sum(verdict = 0), ?1 * sum(verdict = 1), ?1 * sum(verdict = 2), ?1 * sum(verdict = 3)
		FROM events WHERE `+which+` GROUP BY 1, 2, 3, 4
		ON CONFLICT DO UPDATE SET good = good + excluded.good, warning = warning + excluded.warning,
			violation = violation + excluded.violation, would_drop = would_drop + excluded.would_drop`, sign, arg)
	return err
}

func (s *Store) seqs(ctx context.Context, cond string, args ...any) ([]int64, error) {
	rows, err := s.readers.QueryContext(ctx, "SELECT seq FROM events WHERE "+cond, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var seq int64
		if err := rows.Scan(&seq); err != nil {
			return nil, err
		}
		out = append(out, seq)
	}
	return out, rows.Err()
}

// purge removes a chunk of what can no longer be undone, and reports whether
// there was any.
func (s *Store) purge(ctx context.Context) (bool, error) {
	now := s.opt.Now()
	var keep []int64
	s.deletes.Lock()
	for id, d := range s.deletes.open {
		if d.until.IsZero() || !now.After(d.until) {
			keep = append(keep, d.n)
		} else {
			delete(s.deletes.open, id)
		}
	}
	s.deletes.Unlock()
	seqs, err := s.seqs(ctx, "deleted <> 0 AND NOT "+inNumbers("deleted", slices.Clip(keep))+" ORDER BY deleted, seq LIMIT ?", pageRows)
	if err != nil || len(seqs) == 0 {
		return false, err
	}
	return true, s.remove(seqs, false)
}
