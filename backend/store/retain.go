package store

import (
	"context"
	"database/sql"
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
		if round%30 == 0 {
			if err := s.prune(ctx); err != nil && ctx.Err() == nil {
				s.o.Log.Warn("could not prune, trying again", "reason", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// prune removes the oldest events until the log is within its bounds.
func (s *Store) prune(ctx context.Context) error {
	total := int64(0)
	for ctx.Err() == nil {
		n, err := s.pruneChunk(ctx)
		if err != nil {
			return err
		}
		if total += n; n == 0 {
			break
		}
	}
	if total > 0 {
		s.o.Log.Info("pruned the oldest events", "events", total)
	}
	return ctx.Err()
}

// pruneChunk removes up to chunk of the oldest events that are over a bound.
func (s *Store) pruneChunk(ctx context.Context) (int64, error) {
	r := s.o.Retention
	bounds := []struct {
		over  bool
		where string
		arg   any
	}{
		{r.MaxAge > 0, "received_at < ?", s.o.Now().Add(-r.MaxAge).UnixMicro()},
		{r.MaxBytes > 0 && s.used(ctx) > r.MaxBytes, "seq <= ?", int64(1) << 62},
		{r.MaxEvents > 0 && s.kept(ctx) > r.MaxEvents, "seq <= ?", int64(1) << 62},
	}
	for _, b := range bounds {
		if !b.over {
			continue
		}
		if n, err := s.removeOldest(ctx, b.where, b.arg); n > 0 || err != nil {
			return n, err
		}
	}
	return 0, nil
}

// used is the size of what the file holds, free pages left out.
func (s *Store) used(ctx context.Context) (n int64) {
	_ = s.read.QueryRowContext(ctx, "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size").Scan(&n)
	return n
}

func (s *Store) kept(ctx context.Context) (n int64) {
	_ = s.read.QueryRowContext(ctx, "SELECT count(*) FROM events").Scan(&n)
	return n
}

func (s *Store) removeOldest(ctx context.Context, where string, arg any) (int64, error) {
	var gone int64
	err := s.change(ctx, func(conn *sql.Conn) error {
		var last sql.NullInt64
		err := conn.QueryRowContext(ctx, "SELECT max(seq) FROM (SELECT seq FROM events WHERE "+where+" ORDER BY seq LIMIT ?)", arg, chunk).Scan(&last)
		if err != nil || !last.Valid {
			return err
		}
		c := &conditions{}
		c.add("seq <= ?", last.Int64)
		if err := removeCompanions(ctx, conn, c); err != nil {
			return err
		}
		res, err := conn.ExecContext(ctx, "DELETE FROM events WHERE seq <= ?", last.Int64)
		if err != nil {
			return err
		}
		if gone, err = res.RowsAffected(); err != nil {
			return err
		}
		if _, err := conn.ExecContext(ctx, "DELETE FROM blocks WHERE last_seq <= ?", last.Int64); err != nil {
			return err
		}
		_, err = conn.ExecContext(ctx, "UPDATE counters SET pruned = pruned + ?", gone)
		return err
	})
	if err != nil || gone == 0 {
		return gone, err
	}
	s.w.adjust(func(c *Counters) { c.Pruned += gone })
	return gone, s.giveBack(ctx)
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
