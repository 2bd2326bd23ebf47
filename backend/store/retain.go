package store

import (
	"context"
	"time"
)

const (
	maintainEvery = time.Second
	vacuumPages   = 500
)

// maintain purges, prunes and gives space back, in chunks small enough for the
// writer not to notice.
func (s *Store) maintain(ctx context.Context) {
	tick := time.NewTicker(maintainEvery)
	defer tick.Stop()
	for {
		if err := s.tidy(ctx); err != nil && ctx.Err() == nil {
			s.opt.Log.Warn("the event log could not be tidied", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// tidy works until nothing is left to do.
func (s *Store) tidy(ctx context.Context) error {
	for _, step := range []func(context.Context) (bool, error){s.purge, s.prune, s.vacuum} {
		for more := true; more; {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			var err error
			if more, err = step(ctx); err != nil {
				return err
			}
		}
	}
	s.write.Lock()
	defer s.write.Unlock()
	n, err := s.usedBytes(ctx)
	if err == nil {
		s.tally.add(func(c *Counters) { c.Bytes = n })
	}
	return err
}

// prune removes a chunk of the oldest events that retention no longer keeps,
// and reports whether there may be more.
func (s *Store) prune(ctx context.Context) (bool, error) {
	r, c := s.opt.Retention, s.Counters()
	var seqs []int64
	var err error
	surplus := c.Stored + c.Rejected - c.Pruned - c.Deleted - r.MaxEvents
	if r.MaxEvents > 0 && surplus > 0 {
		seqs, err = s.seqs(ctx, "deleted = 0 ORDER BY seq LIMIT ?", min(surplus, pageRows))
	}
	if err == nil && len(seqs) == 0 && r.MaxAge > 0 {
		// Only from the old end: were one event in the middle old, no block would go.
		cutoff := s.opt.Now().Add(-r.MaxAge).UnixMicro()
		seqs, err = s.seqs(ctx, `seq IN (SELECT seq FROM events WHERE deleted = 0 ORDER BY seq LIMIT ?) AND received_at < ?`, pageRows, cutoff)
	}
	if err == nil && len(seqs) == 0 && r.MaxBytes > 0 {
		s.write.Lock()
		used, usedErr := s.usedBytes(ctx)
		s.write.Unlock()
		if err = usedErr; err == nil && used > r.MaxBytes {
			seqs, err = s.seqs(ctx, "deleted = 0 ORDER BY seq LIMIT ?", pageRows)
		}
	}
	if err != nil || len(seqs) == 0 {
		return false, err
	}
	return true, s.remove(seqs, true)
}

// remove takes events out for good, and the blocks nobody needs any more.
func (s *Store) remove(seqs []int64, pruned bool) error {
	s.write.Lock()
	defer s.write.Unlock()
	var n int64
	err := s.transaction(func(ctx context.Context) error {
		which := inNumbers("seq", seqs)
		if pruned { // a delete has already taken its events out of the minutes
			which += " AND deleted = 0"
			if err := s.shiftMinutes(ctx, which+" AND ?2 = 0", 0, -1); err != nil {
				return err
			}
		}
		for _, text := range []string{
			`WITH gone AS (SELECT block, count(*) n FROM events WHERE ` + which + ` GROUP BY block)
				UPDATE blocks SET live = live - gone.n FROM gone WHERE blocks.id = gone.block`,
			`DELETE FROM blocks WHERE live <= 0 AND id IN (SELECT block FROM events WHERE ` + which + `)`,
		} {
			if _, err := s.conn.ExecContext(ctx, text); err != nil {
				return err
			}
		}
		if err := s.removeFromIndexes(ctx, which); err != nil {
			return err
		}
		res, err := s.conn.ExecContext(ctx, "DELETE FROM events WHERE "+which)
		if err != nil {
			return err
		}
		if n, err = res.RowsAffected(); err != nil || !pruned {
			return err
		}
		return s.prunedTotals(ctx, n)
	})
	if err == nil && pruned {
		s.tally.add(func(c *Counters) { c.Pruned += n })
	}
	return err
}

func (s *Store) prunedTotals(ctx context.Context, n int64) error {
	for _, text := range []string{
		"DELETE FROM clock WHERE last < (SELECT min(seq) FROM events)",
		"DELETE FROM minutes WHERE minute < (SELECT min(minute) FROM clock) AND good + warning + violation + would_drop = 0",
	} {
		if _, err := s.conn.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	_, err := s.conn.ExecContext(ctx, "UPDATE counters SET pruned = pruned + ?", n)
	return err
}

// removeFromIndexes drops what the chosen events left in mid and findings.
func (s *Store) removeFromIndexes(ctx context.Context, which string) error {
	rows, err := s.conn.QueryContext(ctx, "SELECT seq, source, message_id, has, findings IS NOT NULL FROM events WHERE "+which)
	if err != nil {
		return err
	}
	defer rows.Close()
	set := s.sources.Load()
	var hashes [][2]int64
	var found []int64
	for rows.Next() {
		var seq, n, has int64
		var id string
		var findings bool
		if err := rows.Scan(&seq, &n, &id, &has, &findings); err != nil {
			return err
		}
		if id != "" {
			hashes = append(hashes, [2]int64{idHash(set.ref(n).ID, id), seq})
		}
		if findings {
			found = append(found, seq)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, h := range hashes {
		if _, err := s.conn.ExecContext(ctx, "DELETE FROM mid WHERE hash = ? AND seq = ?", h[0], h[1]); err != nil {
			return err
		}
	}
	for _, code := range *s.codes.Load() {
		if len(found) == 0 {
			break
		}
		if _, err := s.conn.ExecContext(ctx, "DELETE FROM findings WHERE code = ? AND "+inNumbers("seq", found), code); err != nil {
			return err
		}
	}
	return nil
}

// vacuum gives a few free pages back to the disk, and reports whether there are more.
func (s *Store) vacuum(ctx context.Context) (bool, error) {
	s.write.Lock()
	defer s.write.Unlock()
	var free int64
	if err := s.conn.QueryRowContext(ctx, "PRAGMA freelist_count").Scan(&free); err != nil || free < vacuumPages {
		return false, err // the writer will use so few again
	}
	rows, err := s.conn.QueryContext(ctx, "PRAGMA incremental_vacuum(500)")
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for rows.Next() { // each step frees one page
	}
	return free >= 2*vacuumPages, rows.Err()
}
