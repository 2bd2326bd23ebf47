package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/plan"
)

// addToViolations counts events once more, or takes them off.
func (s *Store) addToViolations(ctx context.Context, conn *sql.Conn, sign int64, c *conditions) error {
	list, err := s.departed(ctx, conn, c.String(), c.args...)
	for i := range list {
		if err == nil {
			err = s.w.violations.add(&list[i].Record, list[i].sourceN, sign)
		}
	}
	return err
}

// moveViolations counts an event by what is found of it now instead of before.
func (s *Store) moveViolations(r *event.Record, before []event.Finding, sourceN int64) error {
	old := *r
	old.Findings = before
	if err := s.w.violations.add(&old, sourceN, -1); err != nil {
		return err
	}
	return s.w.violations.add(r, sourceN, 1)
}

// departure is what counting needs of an event.
type departure struct {
	event.Record
	sourceN int64
}

// departed reads events of which anything was found.
func (s *Store) departed(ctx context.Context, conn *sql.Conn, where string, args ...any) ([]departure, error) {
	rows, err := conn.QueryContext(ctx, "SELECT seq, received_at, source_n, type, name, findings FROM events WHERE findings IS NOT NULL AND "+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []departure
	for rows.Next() {
		var d departure
		var received int64
		var findings string
		if err := rows.Scan(&d.Seq, &received, &d.sourceN, &d.Type, &d.Name, &findings); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(findings), &d.Findings); err != nil {
			return nil, err
		}
		d.ReceivedAt = time.UnixMicro(received).UTC()
		list = append(list, d)
	}
	return list, rows.Err()
}

const (
	recountEvents = 2_000 // looked at in one turn of the writer
	recountFound  = 200   // counted in one turn
)

// countViolations counts the events that were there before this was kept, or
// that were counted under other keys, until ctx ends. It rests twice as long as
// it works.
func (s *Store) countViolations(ctx context.Context) {
	for ctx.Err() == nil {
		began := time.Now()
		done, err := s.countMoreViolations(ctx)
		if done {
			return
		}
		rest := 2 * time.Since(began)
		if err != nil {
			if ctx.Err() == nil {
				s.o.Log.Warn("could not sum up violations, trying again", "reason", err)
			}
			rest = 5 * time.Second
		}
		select {
		case <-ctx.Done():
		case <-time.After(rest):
		}
	}
}

// countMoreViolations takes the next step back, and reports whether all is
// counted.
func (s *Store) countMoreViolations(ctx context.Context) (done bool, err error) {
	var version int
	if err := s.read.QueryRowContext(ctx, "SELECT version, before_seq <= 1 FROM violation_progress").Scan(&version, &done); err != nil {
		return false, err
	}
	if version != plan.ViolationKeyVersion {
		return false, s.change(ctx, func(conn *sql.Conn) error { return s.startViolations(ctx, conn) })
	}
	if done {
		return true, nil
	}
	return false, s.change(ctx, func(conn *sql.Conn) error {
		b := &s.w.violations
		if err := b.load(); err != nil {
			return err
		}
		down := max(b.before-recountEvents, 1)
		list, err := s.departed(ctx, conn, "deletion IS NULL AND seq >= ? AND seq < ? ORDER BY seq DESC LIMIT ?", down, b.before, recountFound)
		if err != nil {
			return err
		}
		if len(list) == recountFound {
			down = list[len(list)-1].Seq
		}
		b.before = down
		for i := range list {
			if err := b.add(&list[i].Record, list[i].sourceN, 1); err != nil {
				return err
			}
		}
		_, err = conn.ExecContext(ctx, "UPDATE violation_progress SET before_seq = ?", down)
		return err
	})
}

// startViolations throws all sums away; the log is counted anew, backwards.
func (s *Store) startViolations(ctx context.Context, conn *sql.Conn) error {
	for _, text := range []string{"DELETE FROM violation_days", "DELETE FROM violations"} {
		if _, err := conn.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	_, err := conn.ExecContext(ctx, "UPDATE violation_progress SET version = ?, before_seq = ?", plan.ViolationKeyVersion, s.Counters().Head+1)
	s.w.violations.forget()
	return err
}

// dropEmptyViolations removes kinds without events: they would only keep names.
func (s *Store) dropEmptyViolations(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "DELETE FROM violations WHERE id NOT IN (SELECT violation_id FROM violation_days)")
	s.w.violations.forget()
	return err
}
