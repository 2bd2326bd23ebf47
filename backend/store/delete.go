package store

import (
	"context"
	"database/sql"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
	"sidetrack/backend/source"
)

// undoFor is how long a deletion can be taken back.
const undoFor = 10 * time.Second

const chunk = 500 // rows changed in one commit, so that ingest never waits long

// Delete takes the matching events out of every read at once. For ten seconds
// Undo brings them back, then they are gone for good.
func (s *Store) Delete(ctx context.Context, a Ask) (id string, n int64, err error) {
	a.Message = false
	if head := s.Counters().Head; a.Before == 0 || a.Before > head {
		a.Before = head + 1
	}
	var seqs []int64
	if _, err := s.walk(ctx, a, "ASC", func(r *event.Record) bool { seqs = append(seqs, r.Seq); return true }, time.Time{}); err != nil {
		return "", 0, err
	}
	id = "del_" + source.NewID()[4:]
	err = s.change(ctx, func(c *sql.Conn) error {
		_, err := c.ExecContext(ctx, "INSERT INTO deletions (id, at, n) VALUES (?,?,?)", id, s.o.Now().UnixMicro(), len(seqs))
		return err
	})
	if err == nil {
		err = s.mark(ctx, seqs, id)
	}
	return id, int64(len(seqs)), err
}

func (s *Store) mark(ctx context.Context, seqs []int64, id string) error {
	for len(seqs) > 0 {
		n := min(chunk, len(seqs))
		c := &conditions{}
		values := make([]any, n)
		for i, seq := range seqs[:n] {
			values[i] = seq
		}
		c.in("seq", values)
		err := s.change(ctx, func(conn *sql.Conn) error {
			if _, err := conn.ExecContext(ctx, "UPDATE events SET deletion = ? WHERE deletion IS NULL AND "+c.String(), append([]any{id}, values...)...); err != nil {
				return err
			}
			return addToRollups(ctx, conn, -1, c)
		})
		if err != nil {
			return err
		}
		seqs = seqs[n:]
	}
	return nil
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

// Undo brings back what a deletion took, while that is still possible.
func (s *Store) Undo(ctx context.Context, id string) (int64, error) {
	var n int64
	err := s.change(ctx, func(conn *sql.Conn) error {
		res, err := conn.ExecContext(ctx, "DELETE FROM deletions WHERE id = ? AND at > ?", id, s.o.Now().Add(-undoFor).UnixMicro())
		if err != nil {
			return err
		}
		if found, _ := res.RowsAffected(); found == 0 {
			return fault.New(fault.NotFound, "this deletion can no longer be undone; that is possible for 10 s")
		}
		c := &conditions{}
		c.add("deletion = ?", id)
		if err := addToRollups(ctx, conn, 1, c); err != nil {
			return err
		}
		if res, err = conn.ExecContext(ctx, "UPDATE events SET deletion = NULL WHERE deletion = ?", id); err == nil {
			n, err = res.RowsAffected()
		}
		return err
	})
	return n, err
}

// purge makes deletions final whose time is up.
func (s *Store) purge(ctx context.Context) error {
	for ctx.Err() == nil {
		var id string
		err := s.read.QueryRowContext(ctx, "SELECT id FROM deletions WHERE at <= ? LIMIT 1", s.o.Now().Add(-undoFor).UnixMicro()).Scan(&id)
		if err == sql.ErrNoRows {
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
	for {
		done := false
		var gone int64
		err := s.change(ctx, func(conn *sql.Conn) error {
			var block int64
			err := conn.QueryRowContext(ctx, "SELECT block_id FROM events WHERE deletion = ? LIMIT 1", id).Scan(&block)
			if err == sql.ErrNoRows {
				done = true
				_, err = conn.ExecContext(ctx, "DELETE FROM deletions WHERE id = ?", id)
				return err
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
		if done {
			return nil
		}
	}
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
	rows, err := conn.QueryContext(ctx, "SELECT seq, message_id, findings FROM events WHERE "+c.String(), c.args...)
	if err != nil {
		return err
	}
	type companion struct {
		seq      int64
		id       string
		findings sql.NullString
	}
	var list []companion
	for rows.Next() {
		var k companion
		if err := rows.Scan(&k.seq, &k.id, &k.findings); err != nil {
			rows.Close()
			return err
		}
		list = append(list, k)
	}
	if err := rows.Close(); err != nil {
		return err
	}
	for _, k := range list {
		if _, err := conn.ExecContext(ctx, "DELETE FROM message_ids WHERE hash = ? AND seq = ?", hashOf(k.id), k.seq); err != nil {
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
