package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
	"sidetrack/backend/mute"
)

// settleFor is how long after a change of the mutes an event may still be
// committed that was judged before it: the longest wait for the queue, and a
// commit.
const settleFor = queueWait + 3*time.Second

// Mutes returns the mutes, oldest first.
func (s *Store) Mutes(ctx context.Context) ([]mute.Mute, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT id, code, event, path, source_id, reason, by_name, created_at FROM mutes ORDER BY created_at, id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []mute.Mute{}
	for rows.Next() {
		var m mute.Mute
		var at int64
		if err := rows.Scan(&m.ID, &m.Code, &m.Event, &m.Path, &m.SourceID, &m.Reason, &m.By, &at); err != nil {
			return nil, err
		}
		m.CreatedAt = time.UnixMicro(at).UTC()
		list = append(list, m)
	}
	return list, rows.Err()
}

// AddMute keeps a mute, and notes that events with its code are to be judged
// again. One that covers the same place is a fault.Conflict.
func (s *Store) AddMute(ctx context.Context, m mute.Mute) error {
	return s.change(ctx, func(conn *sql.Conn) error {
		_, err := conn.ExecContext(ctx, "INSERT INTO mutes (id, code, event, path, source_id, reason, by_name, created_at) VALUES (?,?,?,?,?,?,?,?)",
			m.ID, m.Code, m.Event, m.Path, m.SourceID, m.Reason, m.By, m.CreatedAt.UnixMicro())
		if err != nil && strings.Contains(err.Error(), "UNIQUE") {
			return fault.New(fault.Conflict, "these findings are muted already")
		}
		if err != nil {
			return err
		}
		return s.judgeAgain(ctx, conn, m.Code)
	})
}

// RemoveMute takes a mute away, and notes that events with its code are to be
// judged again.
func (s *Store) RemoveMute(ctx context.Context, id string) error {
	return s.change(ctx, func(conn *sql.Conn) error {
		var code string
		err := conn.QueryRowContext(ctx, "DELETE FROM mutes WHERE id = ? RETURNING code", id).Scan(&code)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.NotFound, "no mute has the id %s; it may have been taken away already", id)
		}
		if err != nil {
			return err
		}
		return s.judgeAgain(ctx, conn, code)
	})
}

func (s *Store) judgeAgain(ctx context.Context, conn *sql.Conn, code string) error {
	_, err := conn.ExecContext(ctx, "INSERT OR REPLACE INTO rejudging (code, after_seq, changed_at) VALUES (?, 0, ?)", code, s.o.Now().UnixMicro())
	return err
}

// Covered counts the stored findings a mute covers.
func (s *Store) Covered(ctx context.Context, m mute.Mute) (int64, error) {
	c := &conditions{}
	c.add("f.code = ?", m.Code)
	c.add("e.deletion IS NULL")
	if m.Event != "" {
		c.add("e.name = ?", m.Event)
	}
	if m.SourceID != "" {
		c.add("e.source_n = ?", s.sources.Load().number(m.SourceID))
	}
	const from = " FROM findings f JOIN events e ON e.seq = f.seq WHERE "
	var n int64
	if m.Path == "" {
		// Inside a text its quotes would be escaped, so this finds codes only.
		code := `"code":"` + m.Code + `"`
		err := s.read.QueryRowContext(ctx, "SELECT coalesce(sum((length(e.findings) - length(replace(e.findings, ?, ''))) / ?), 0)"+from+c.String(),
			append([]any{code, len(code)}, c.args...)...).Scan(&n)
		return n, err
	}
	rows, err := s.read.QueryContext(ctx, "SELECT e.source_n, e.name, e.findings"+from+c.String(), c.args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var r event.Record
		var sourceN int64
		var findings string
		if err := rows.Scan(&sourceN, &r.Name, &findings); err != nil {
			return n, err
		}
		if err := json.Unmarshal([]byte(findings), &r.Findings); err != nil {
			return n, err
		}
		r.Source = s.sources.Load().ref(sourceN)
		for i := range r.Findings {
			if m.Covers(&r, &r.Findings[i]) {
				n++
			}
		}
	}
	return n, rows.Err()
}

// Rejudged tells how far judging again has come.
type Rejudged struct {
	Changed int  // events that were changed
	More    bool // more is to be done at once
	Done    bool // nothing is left; otherwise ask again a little later
}

// fewRows is how many events are judged again in one commit. Each takes a row
// and its indexes to write, and who sends an event meanwhile waits for them all.
const fewRows = 100

// Rejudge judges some stored events again whose findings were muted or
// unmuted: judge gets a record without its message and says whether it changed
// it. It does a little at a time, so that nobody who stores waits for long, and
// goes on after a restart where it was.
func (s *Store) Rejudge(ctx context.Context, judge func(*event.Record) bool) (Rejudged, error) {
	work, err := s.rejudging(ctx)
	out := Rejudged{Done: len(work) == 0}
	for _, w := range work {
		if err != nil {
			break
		}
		err = s.change(ctx, func(conn *sql.Conn) error { return s.rejudgeCode(ctx, conn, w, judge, &out) })
	}
	return out, err
}

// rejudgeWork is a row of the table rejudging.
type rejudgeWork struct {
	code         string
	after, since int64
}

func (s *Store) rejudging(ctx context.Context) ([]rejudgeWork, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT code, after_seq, changed_at FROM rejudging ORDER BY code")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []rejudgeWork
	for rows.Next() {
		var w rejudgeWork
		if err := rows.Scan(&w.code, &w.after, &w.since); err != nil {
			return nil, err
		}
		list = append(list, w)
	}
	return list, rows.Err()
}

// rejudgeCode takes the next step with one code. The code is done when its
// events are, and none can follow that was judged before the change. Whoever
// changes the mutes meanwhile begins anew, which changed_at tells.
func (s *Store) rejudgeCode(ctx context.Context, conn *sql.Conn, w rejudgeWork, judge func(*event.Record) bool, out *Rejudged) error {
	settled := s.o.Now().Sub(time.UnixMicro(w.since)) > settleFor
	seen, last, changed, err := s.rejudgeChunk(ctx, conn, w.code, w.after, judge)
	if err != nil {
		return err
	}
	out.Changed += changed
	out.More = out.More || seen == fewRows || settled
	if seen < fewRows && settled {
		_, err = conn.ExecContext(ctx, "DELETE FROM rejudging WHERE code = ? AND changed_at = ?", w.code, w.since)
		return err
	}
	_, err = conn.ExecContext(ctx, "UPDATE rejudging SET after_seq = ? WHERE code = ? AND changed_at = ?", last, w.code, w.since)
	return err
}

// rejudgeChunk judges the next events with a finding of this code.
func (s *Store) rejudgeChunk(ctx context.Context, conn *sql.Conn, code string, after int64, judge func(*event.Record) bool) (seen int, last int64, changed int, err error) {
	rows, err := conn.QueryContext(ctx, `SELECT e.seq, e.received_at, e.source_n, e.type, e.name, e.disposition, e.verdict, e.findings, e.deletion IS NULL
		FROM findings f JOIN events e ON e.seq = f.seq WHERE f.code = ? AND f.seq > ? ORDER BY f.seq LIMIT ?`, code, after, fewRows)
	if err != nil {
		return 0, after, 0, err
	}
	list, moved, sums, last, seen, err := s.judged(rows, judge)
	if err != nil || seen == 0 {
		return 0, after, 0, err
	}
	for _, r := range list {
		text, err := json.Marshal(r.Findings)
		if err != nil {
			return 0, after, 0, err
		}
		if _, err := conn.ExecContext(ctx, "UPDATE events SET verdict = ?, findings = ? WHERE seq = ?", string(r.Verdict), string(text), r.Seq); err != nil {
			return 0, after, 0, err
		}
	}
	if err := addSums(ctx, conn, sums); err != nil {
		return 0, after, 0, err
	}
	for i := range moved {
		if err := s.moveViolations(&moved[i].now, moved[i].before, moved[i].sourceN); err != nil {
			return 0, after, 0, err
		}
	}
	return seen, last, len(list), nil
}

// movedVerdict is an event whose findings were muted or unmuted.
type movedVerdict struct {
	now     event.Record
	before  []event.Finding
	sourceN int64
}

// judged reads rows and returns the records that changed, those of them that
// are in sums, and what that adds to the sums. An event being deleted is in no sum; an undo adds it as it is then.
func (s *Store) judged(rows *sql.Rows, judge func(*event.Record) bool) (list []event.Record, moved []movedVerdict, sums map[rollupKey]int64, last int64, seen int, err error) {
	defer rows.Close()
	sums = map[rollupKey]int64{}
	set := s.sources.Load()
	for rows.Next() {
		var r event.Record
		var received, sourceN int64
		var findings string
		var summed bool
		if err := rows.Scan(&r.Seq, &received, &sourceN, &r.Type, &r.Name, &r.Disposition, &r.Verdict, &findings, &summed); err != nil {
			return nil, nil, nil, 0, 0, err
		}
		if err := json.Unmarshal([]byte(findings), &r.Findings); err != nil {
			return nil, nil, nil, 0, 0, err
		}
		r.ReceivedAt, r.Source = time.UnixMicro(received).UTC(), set.ref(sourceN)
		last, seen = r.Seq, seen+1
		before, old := r.Verdict, slices.Clone(r.Findings)
		if !judge(&r) {
			continue
		}
		list = append(list, r)
		if summed {
			moved = append(moved, movedVerdict{r, old, sourceN})
		}
		if !summed || r.Disposition == event.Rejected || before == r.Verdict {
			continue
		}
		for _, step := range rollupSteps {
			k := rollupKey{step, slotOf(r.ReceivedAt, step), sourceN, r.Type, r.Name, string(before)}
			sums[k]--
			k.verdict = string(r.Verdict)
			sums[k]++
		}
	}
	return list, moved, sums, last, seen, rows.Err()
}
