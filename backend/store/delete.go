package store

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
	"sidetrack/backend/source"
)

// undoFor is how long a deletion can be taken back.
const undoFor = 10 * time.Second

const chunk = 500 // rows changed in one commit, so that ingest never waits long

// unfinished stands for the time of a deletion that is being made or taken
// back. It has no end then, and Open takes it back when a crash cut it short.
const unfinished = math.MaxInt64

// Delete takes the matching events out of every read at once. For ten seconds
// Undo brings them back, then they are gone for good.
func (s *Store) Delete(ctx context.Context, a Ask) (id string, n int64, err error) {
	a.Message = false
	everything := a.everything()
	if head := s.Counters().Head; a.Before == 0 || a.Before > head {
		a.Before = head + 1
	}
	var seqs []int64
	if _, err := s.walk(ctx, a, "ASC", func(r *event.Record) bool { seqs = append(seqs, r.Seq); return true }, time.Time{}); err != nil {
		return "", 0, err
	}
	id = "del_" + source.NewID()[4:]
	err = s.change(ctx, func(c *sql.Conn) error {
		_, err := c.ExecContext(ctx, "INSERT INTO deletions (id, at, n, everything) VALUES (?,?,0,?)", id, int64(unfinished), everything)
		return err
	})
	if err != nil {
		return "", 0, err
	}
	for len(seqs) > 0 && err == nil {
		part := seqs[:min(chunk, len(seqs))]
		seqs = seqs[len(part):]
		var marked int64
		marked, err = s.mark(ctx, part, id)
		n += marked
	}
	if err == nil {
		err = s.change(ctx, func(c *sql.Conn) error {
			_, err := c.ExecContext(ctx, "UPDATE deletions SET at = ?, n = ? WHERE id = ?", s.o.Now().UnixMicro(), n, id)
			return err
		})
	}
	if err != nil {
		_, back := s.takeBack(context.WithoutCancel(ctx), id)
		return "", 0, errors.Join(err, back)
	}
	return id, n, nil
}

// mark hides events under a deletion. Those another deletion has are left to it.
func (s *Store) mark(ctx context.Context, seqs []int64, id string) (n int64, err error) {
	c := &conditions{}
	values := make([]any, len(seqs))
	for i, seq := range seqs {
		values[i] = seq
	}
	c.add("deletion IS NULL")
	c.in("seq", values)
	err = s.change(ctx, func(conn *sql.Conn) error {
		if err := errors.Join(addToRollups(ctx, conn, -1, c), s.addToViolations(ctx, conn, -1, c)); err != nil {
			return err
		}
		res, err := conn.ExecContext(ctx, "UPDATE events SET deletion = ? WHERE "+c.String(), append([]any{id}, c.args...)...)
		if err == nil {
			n, err = res.RowsAffected()
		}
		return err
	})
	return n, err
}

// addToRollups adds the events to the sums once more, or takes them off.
func addToRollups(ctx context.Context, conn *sql.Conn, sign int, c *conditions) error {
	for _, step := range rollupSteps {
		_, err := conn.ExecContext(ctx, `INSERT INTO rollups (step, slot, source_n, type, name, verdict, n)
			SELECT ?, received_at/1000000 - (received_at/1000000) % ?, source_n, type, name, verdict, ? * count(*) FROM events
			WHERE disposition <> 'rejected' AND `+c.String()+` GROUP BY 2, 3, 4, 5, 6
			ON CONFLICT DO UPDATE SET n = n + excluded.n`, append([]any{step, step, sign}, c.args...)...)
		if err != nil {
			return err
		}
	}
	return nil
}

// dropEmptyRollups removes sums of nothing: they would only keep names.
func dropEmptyRollups(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "DELETE FROM rollups WHERE n <= 0")
	return err
}

// Undo brings back what a deletion took, while that is still possible.
func (s *Store) Undo(ctx context.Context, id string) (int64, error) {
	err := s.change(ctx, func(conn *sql.Conn) error {
		res, err := conn.ExecContext(ctx, "UPDATE deletions SET at = ?1 WHERE id = ?2 AND at > ?3 AND at < ?1", int64(unfinished), id, s.o.Now().Add(-undoFor).UnixMicro())
		if err != nil {
			return err
		}
		if found, _ := res.RowsAffected(); found == 0 {
			return fault.New(fault.NotFound, "this deletion can no longer be undone; that is possible for 10 s")
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return s.takeBack(context.WithoutCancel(ctx), id)
}

// takeBack ends a deletion by showing its events again, some at a time.
func (s *Store) takeBack(ctx context.Context, id string) (total int64, err error) {
	c := &conditions{}
	c.add("seq IN (SELECT seq FROM events WHERE deletion = ? LIMIT ?)", id, chunk)
	for {
		var n int64
		err := s.change(ctx, func(conn *sql.Conn) error {
			if err := errors.Join(addToRollups(ctx, conn, 1, c), s.addToViolations(ctx, conn, 1, c)); err != nil {
				return err
			}
			res, err := conn.ExecContext(ctx, "UPDATE events SET deletion = NULL WHERE "+c.String(), c.args...)
			if err != nil {
				return err
			}
			if n, err = res.RowsAffected(); err == nil && n == 0 {
				_, err = conn.ExecContext(ctx, "DELETE FROM deletions WHERE id = ?", id)
			}
			return err
		})
		if total += n; err != nil || n == 0 {
			return total, err
		}
	}
}

// takeBackUnfinished undoes the deletions that a crash cut short.
func (s *Store) takeBackUnfinished(ctx context.Context) error {
	for {
		var id string
		err := s.read.QueryRowContext(ctx, "SELECT id FROM deletions WHERE at = ? LIMIT 1", int64(unfinished)).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err == nil {
			_, err = s.takeBack(ctx, id)
		}
		if err != nil {
			return err
		}
	}
}
