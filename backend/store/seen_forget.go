package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
)

// everything reports whether the selection leaves nothing out.
func (a *Ask) everything() bool {
	return len(a.Query.Terms) == 0 && a.After == 0 && a.Before == 0 && a.Since.IsZero() && a.Until.IsZero() && a.Source == "" && a.Run == ""
}

// forgetDeleted takes the values that stood in deleted events out of the
// schema, before the events go for good. Counts stay: events are counted as
// they arrived. A deletion of the whole log takes the counts too, and what came
// since is counted again.
func (s *Store) forgetDeleted(ctx context.Context, id string) error {
	f := &s.seen
	f.mu.Lock()
	defer f.mu.Unlock()
	s.forgetSeen()
	var everything bool
	err := s.read.QueryRowContext(ctx, "SELECT everything FROM deletions WHERE id = ?", id).Scan(&everything)
	if err != nil || everything {
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err == nil {
			err = s.change(ctx, func(conn *sql.Conn) error {
				return overwriting(ctx, conn, func() error { return clearSeen(ctx, conn) })
			})
		}
		return err
	}
	touched, err := s.deletedDays(ctx, id)
	for _, row := range touched {
		if err == nil {
			err = s.change(ctx, func(conn *sql.Conn) error {
				return overwriting(ctx, conn, func() error { return s.forgetValues(ctx, conn, row) })
			})
		}
	}
	return err
}

// deletedDays lists the rows of the schema in which a deletion's events are
// counted. An event whose name has no row is in none.
func (s *Store) deletedDays(ctx context.Context, id string) ([]int64, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT DISTINCT d.id FROM events e JOIN schema_days d
		ON d.source_n = e.source_n AND d.call = e.type AND d.name = e.name AND d.day = (e.received_at - e.received_at % 86400000000) / 86400000000
		WHERE e.deletion = ?`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, rows.Err()
}

func (s *Store) forgetValues(ctx context.Context, conn *sql.Conn, row int64) error {
	var packed []byte
	if err := conn.QueryRowContext(ctx, "SELECT tally FROM schema_days WHERE id = ?", row).Scan(&packed); err != nil {
		return err
	}
	t, err := s.blocks.tally(packed)
	if err != nil {
		return err
	}
	t.Forget()
	text, err := json.Marshal(t)
	if err == nil {
		_, err = conn.ExecContext(ctx, "UPDATE schema_days SET tally = ? WHERE id = ?", s.blocks.enc.EncodeAll(text, nil), row)
	}
	return err
}

// overwriting runs fn while what is freed is overwritten, not only given up.
func overwriting(ctx context.Context, conn *sql.Conn, fn func() error) error {
	if _, err := conn.ExecContext(ctx, "PRAGMA secure_delete = ON"); err != nil {
		return err
	}
	err := fn()
	_, off := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA secure_delete = OFF")
	return errors.Join(err, off)
}
