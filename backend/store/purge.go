package store

import (
	"context"
	"database/sql"
	"errors"
)

// purge makes deletions final whose time is up.
func (s *Store) purge(ctx context.Context) error {
	for ctx.Err() == nil {
		var id string
		err := s.read.QueryRowContext(ctx, "SELECT id FROM deletions WHERE at <= ? LIMIT 1", s.o.Now().Add(-undoFor).UnixMicro()).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.purgeOne(ctx, id); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// purgeOne removes the rows of a deletion, block by block.
func (s *Store) purgeOne(ctx context.Context, id string) error {
	if err := s.forgetDeleted(ctx, id); err != nil {
		return err
	}
	for done := false; !done; {
		var gone int64
		err := s.change(ctx, func(conn *sql.Conn) (err error) {
			// What is freed is overwritten, not only given up.
			if _, err := conn.ExecContext(ctx, "PRAGMA secure_delete = ON"); err != nil {
				return err
			}
			defer func() {
				_, off := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA secure_delete = OFF")
				err = errors.Join(err, off)
			}()
			var block int64
			err = conn.QueryRowContext(ctx, "SELECT block_id FROM events WHERE deletion = ? LIMIT 1", id).Scan(&block)
			if errors.Is(err, sql.ErrNoRows) {
				done = true
				return errors.Join(endPurge(ctx, conn, id), s.dropEmptyViolations(ctx, conn))
			}
			if err == nil {
				gone, err = s.purgeBlock(ctx, conn, id, block)
			}
			return err
		})
		if err != nil {
			return err
		}
		s.w.adjust(func(c *Counters) { c.Deleted += gone })
		s.blocks.forget()
	}
	s.oldBytes = true
	return nil
}

func endPurge(ctx context.Context, conn *sql.Conn, id string) error {
	if err := dropEmptyRollups(ctx, conn); err != nil {
		return err
	}
	_, err := conn.ExecContext(ctx, "DELETE FROM deletions WHERE id = ?", id)
	return err
}

// emptyWAL makes the log that SQLite writes ahead forget what was deleted. A
// reader that is on its way keeps it from that; the next round tries again.
func (s *Store) emptyWAL(ctx context.Context) error {
	if !s.oldBytes {
		return nil
	}
	busy := 0
	err := s.w.do(ctx, &job{bare: true, change: func(conn *sql.Conn) error {
		if _, err := conn.ExecContext(ctx, "PRAGMA busy_timeout = 0"); err != nil { // ingest must not wait
			return err
		}
		var log, done int
		err := conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &done)
		_, back := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA busy_timeout = 10000")
		return errors.Join(err, back)
	}})
	if err == nil && busy == 0 {
		s.oldBytes = false
	}
	return err
}

func (s *Store) purgeBlock(ctx context.Context, conn *sql.Conn, id string, block int64) (int64, error) {
	c := &conditions{}
	c.add("deletion = ?", id)
	c.add("block_id = ?", block)
	if err := removeCompanions(ctx, conn, c); err != nil {
		return 0, err
	}
	// Requests of which something goes lose their body; see rewrite.
	touched, err := requestPlaces(ctx, conn, c)
	if err != nil {
		return 0, err
	}
	res, err := conn.ExecContext(ctx, "DELETE FROM events WHERE "+c.String(), c.args...)
	if err != nil {
		return 0, err
	}
	gone, err := res.RowsAffected()
	if err != nil {
		return 0, err
	}
	if _, err := conn.ExecContext(ctx, "UPDATE counters SET deleted = deleted + ?", gone); err != nil {
		return 0, err
	}
	return gone, s.rewrite(ctx, conn, block, touched)
}

// removeCompanions removes what other tables hold of the events.
func removeCompanions(ctx context.Context, conn *sql.Conn, c *conditions) error {
	list, err := companions(ctx, conn, c)
	if err != nil {
		return err
	}
	id, err := conn.PrepareContext(ctx, "DELETE FROM message_ids WHERE hash = ? AND seq = ?")
	if err != nil {
		return err
	}
	defer id.Close()
	for _, k := range list {
		if _, err := id.ExecContext(ctx, hashOf(k.id), k.seq); err != nil {
			return err
		}
		if k.findings.Valid {
			if err := removeFindings(ctx, conn, k.seq, k.findings.String); err != nil {
				return err
			}
		}
	}
	return nil
}

type companion struct {
	seq      int64
	id       string
	findings sql.NullString
}

func companions(ctx context.Context, conn *sql.Conn, c *conditions) ([]companion, error) {
	rows, err := conn.QueryContext(ctx, "SELECT seq, message_id, findings FROM events WHERE "+c.String(), c.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []companion
	for rows.Next() {
		var k companion
		if err := rows.Scan(&k.seq, &k.id, &k.findings); err != nil {
			return nil, err
		}
		list = append(list, k)
	}
	return list, rows.Err()
}
