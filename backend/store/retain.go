package store

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"time"
)

// tend makes deletions final and keeps the log within its bounds, a little at
// a time between commits.
func (s *Store) tend(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for round := 0; ; round++ {
		if err := s.purge(ctx); err != nil && ctx.Err() == nil {
			s.o.Log.Warn("could not finish a deletion, trying again", "reason", err)
		}
		if err := s.emptyWAL(ctx); err != nil && ctx.Err() == nil {
			s.o.Log.Warn("could not empty the write-ahead log, trying again", "reason", err)
		}
		if s.Problem() != "" {
			s.oldBytes = true // a write-ahead log that was carried over leaves room
			_ = s.probe(ctx)  // says itself what is wrong
		}
		if round%30 == 0 {
			if err := s.noticed(s.prune(ctx)); err != nil && ctx.Err() == nil {
				s.o.Log.Warn("could not prune, trying again", "reason", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-s.tidy:
			round = -1
		case <-tick.C:
		}
	}
}

// probe tries to write, so that a problem that has gone is known to be gone
// though nobody sends.
func (s *Store) probe(ctx context.Context) error {
	return s.w.do(ctx, &job{probe: true, change: func(conn *sql.Conn) error {
		_, err := conn.ExecContext(ctx, "UPDATE counters SET last_received = last_received")
		return err
	}})
}

// prune removes the oldest events until the log is within its bounds.
func (s *Store) prune(ctx context.Context) error {
	r, total := s.Retention(), int64(0)
	over := int64(0) // events above the count
	if r.MaxEvents > 0 {
		kept, err := s.kept(ctx)
		if err != nil {
			return err
		}
		over = kept - r.MaxEvents
	}
	for ctx.Err() == nil {
		limit := int64(chunk)
		before := int64(math.MaxInt64) // microseconds
		switch used, err := s.used(ctx); {
		case err != nil:
			return err
		case r.MaxBytes > 0 && used > r.MaxBytes:
		case over > total:
			limit = min(limit, over-total)
		case r.MaxAge > 0:
			before = s.o.Now().Add(-r.MaxAge).UnixMicro()
		default:
			limit = 0
		}
		n, err := s.removeOldest(ctx, before, limit)
		if err != nil {
			return err
		}
		if total += n; n == 0 {
			break
		}
	}
	if total == 0 {
		return ctx.Err()
	}
	s.o.Log.Info("pruned the oldest events", "events", total)
	return s.change(ctx, func(conn *sql.Conn) error {
		return errors.Join(dropEmptyRollups(ctx, conn), s.dropEmptyViolations(ctx, conn))
	})
}

// used is the size of what the file holds, free pages left out.
func (s *Store) used(ctx context.Context) (n int64, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size").Scan(&n)
	return n, err
}

func (s *Store) kept(ctx context.Context) (n int64, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT count(*) FROM events").Scan(&n)
	return n, err
}

// removeOldest removes up to limit of the oldest events, as long as they came
// before a moment. It never looks further than these, and stops at the first
// that came later: an import may have put older ones behind it.
func (s *Store) removeOldest(ctx context.Context, before, limit int64) (gone int64, err error) {
	var last sql.NullInt64
	err = s.read.QueryRowContext(ctx, `WITH oldest AS (SELECT seq, received_at FROM events ORDER BY seq LIMIT ?1)
		SELECT max(seq) FROM oldest WHERE seq < coalesce((SELECT min(seq) FROM oldest WHERE received_at >= ?2), 9223372036854775807)`, limit, before).Scan(&last)
	if err != nil || !last.Valid {
		return 0, err
	}
	shown := &conditions{}
	shown.add("seq <= ?", last.Int64)
	shown.add("deletion IS NULL") // what a deletion has is off already
	err = s.change(ctx, func(conn *sql.Conn) error {
		if err := s.addToViolations(ctx, conn, -1, shown); err != nil {
			return err
		}
		gone, err = removeUpTo(ctx, conn, last.Int64)
		return err
	})
	if err != nil || gone == 0 {
		return 0, err
	}
	s.w.adjust(func(c *Counters) { c.Pruned += gone })
	return gone, s.giveBack(ctx)
}

// removeUpTo removes the events up to a Seq, and what other tables hold of them.
func removeUpTo(ctx context.Context, conn *sql.Conn, last int64) (int64, error) {
	c := &conditions{}
	c.add("seq <= ?", last)
	if err := removeCompanions(ctx, conn, c); err != nil {
		return 0, err
	}
	shown := &conditions{}
	shown.add("seq <= ?", last)
	shown.add("deletion IS NULL") // a deletion has taken its events off already
	if err := addToRollups(ctx, conn, -1, shown); err != nil {
		return 0, err
	}
	res, err := conn.ExecContext(ctx, "DELETE FROM events WHERE seq <= ?", last)
	if err != nil {
		return 0, err
	}
	gone, err := res.RowsAffected()
	if err != nil {
		return 0, err
	}
	for _, table := range []string{"blocks", "minutes"} {
		if _, err := conn.ExecContext(ctx, "DELETE FROM "+table+" WHERE last_seq <= ?", last); err != nil {
			return 0, err
		}
	}
	_, err = conn.ExecContext(ctx, "UPDATE counters SET pruned = pruned + ?", gone)
	return gone, err
}

// giveBack returns free pages to the disk. It cannot run inside a transaction
// that changes rows, and reads its rows to the end because it works by steps.
func (s *Store) giveBack(ctx context.Context) error {
	return s.change(ctx, func(conn *sql.Conn) error {
		rows, err := conn.QueryContext(ctx, "PRAGMA incremental_vacuum(2000)")
		if err != nil {
			return err
		}
		for rows.Next() {
		}
		return rows.Close()
	})
}
