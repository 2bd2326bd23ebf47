package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"reflect"
	"runtime"
	"sync"
	"time"

	"sidetrack/backend/event"
)

// Examination is a part of the checks that stored events go through again, as
// when the tracking plan has changed.
type Examination struct {
	Own     func(*event.Finding) bool           // whether a finding is of this part
	Examine func(*event.Record) []event.Finding // of a record with its message; many at a time
	Settle  func(*event.Record) (changed bool)  // marks what is muted and sets the verdict
}

// Reexamined tells how far an examination has come.
type Reexamined struct {
	Next    int64 // go on before this Seq; 0 when the oldest event was seen
	Seen    int
	Changed []int64 // Seqs
}

// examinePage is how many events are examined between two looks at the writer.
const examinePage = 512

// Reexamine puts the next events before a Seq through an examination, newest
// first; 0 begins with the newest of all. Only what came out differently is
// written, a little at a time, so that nobody who stores waits for long.
func (s *Store) Reexamine(ctx context.Context, before int64, x Examination) (Reexamined, error) {
	list, err := s.page(ctx, s.where(Ask{Before: before}), "DESC", examinePage)
	if err != nil {
		return Reexamined{Next: before}, err
	}
	out := Reexamined{Seen: len(list)}
	if len(list) == examinePage {
		out.Next = list[len(list)-1].Seq
	}
	var b openBlock
	here := list[:0]
	for i := range list {
		ok, err := s.fill(ctx, &list[i], &b)
		if errors.Is(err, errBlock) {
			continue // its bytes are damaged: what was found of it stays
		}
		if err != nil {
			return Reexamined{Next: before}, err
		}
		if ok {
			here = append(here, list[i])
		}
	}
	due := examine(here, x)
	for len(due) > 0 {
		n := min(len(due), fewRows)
		if err := s.change(ctx, func(conn *sql.Conn) error { return s.writeExamined(ctx, conn, due[:n], x, &out) }); err != nil {
			return Reexamined{Next: before, Changed: out.Changed}, err
		}
		due = due[n:]
	}
	return out, nil
}

// examined is an event whose findings came out differently.
type examined struct {
	seq   int64
	found []event.Finding
}

// examine works on every processor and keeps the order.
func examine(list []rowAt, x Examination) []examined {
	found := make([]*examined, len(list))
	workers := runtime.GOMAXPROCS(0)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := w; i < len(list); i += workers {
				r := &list[i].Record
				fresh := x.Examine(r)
				if !sameFindings(owned(r.Findings, x.Own), fresh) {
					found[i] = &examined{r.Seq, fresh}
				}
				r.Message = nil
			}
		})
	}
	all.Wait()
	var due []examined
	for _, e := range found {
		if e != nil {
			due = append(due, *e)
		}
	}
	return due
}

func owned(list []event.Finding, own func(*event.Finding) bool) (mine []event.Finding) {
	for i := range list {
		if own(&list[i]) {
			mine = append(mine, list[i])
		}
	}
	return mine
}

// sameFindings compares but for what is muted.
func sameFindings(a, b []event.Finding) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, y := a[i], b[i]
		x.Muted, y.Muted = false, false
		if !reflect.DeepEqual(x, y) {
			return false
		}
	}
	return true
}

// writeExamined puts new findings beside those of other checks, as the row has
// them now: somebody may have muted one meanwhile.
func (s *Store) writeExamined(ctx context.Context, conn *sql.Conn, due []examined, x Examination, out *Reexamined) error {
	sums := map[rollupKey]int64{}
	for _, e := range due {
		r, sourceN, summed, err := s.verdictRow(ctx, conn, e.seq)
		if errors.Is(err, sql.ErrNoRows) {
			continue // pruned meanwhile
		}
		if err != nil {
			return err
		}
		before, old := r.Verdict, r.Findings
		r.Findings = nil
		for i := range old {
			if !x.Own(&old[i]) {
				r.Findings = append(r.Findings, old[i])
			}
		}
		r.Findings = append(r.Findings, e.found...)
		x.Settle(&r)
		if err := rewriteFindings(ctx, conn, &r, old); err != nil {
			return err
		}
		if summed {
			if err := s.moveViolations(&r, old, sourceN); err != nil {
				return err
			}
		}
		if summed && r.Disposition != event.Rejected && before != r.Verdict {
			for _, step := range rollupSteps {
				k := rollupKey{step, slotOf(r.ReceivedAt, step), sourceN, r.Type, r.Name, string(before)}
				sums[k]--
				k.verdict = string(r.Verdict)
				sums[k]++
			}
		}
		out.Changed = append(out.Changed, e.seq)
	}
	return addSums(ctx, conn, sums)
}

// verdictRow reads what the verdict of an event hangs on. An event that is
// being deleted is in no sum; an undo adds it as it is then.
func (s *Store) verdictRow(ctx context.Context, conn *sql.Conn, seq int64) (r event.Record, sourceN int64, summed bool, err error) {
	var received int64
	var findings sql.NullString
	err = conn.QueryRowContext(ctx, "SELECT seq, received_at, source_n, type, name, disposition, verdict, findings, deletion IS NULL FROM events WHERE seq = ?", seq).
		Scan(&r.Seq, &received, &sourceN, &r.Type, &r.Name, &r.Disposition, &r.Verdict, &findings, &summed)
	if err == nil && findings.Valid {
		err = json.Unmarshal([]byte(findings.String), &r.Findings)
	}
	r.ReceivedAt, r.Source = time.UnixMicro(received).UTC(), s.sources.Load().ref(sourceN)
	return r, sourceN, summed, err
}

// rewriteFindings changes the row of an event and the index of codes.
func rewriteFindings(ctx context.Context, conn *sql.Conn, r *event.Record, old []event.Finding) error {
	var text any
	if len(r.Findings) > 0 {
		b, err := json.Marshal(r.Findings)
		if err != nil {
			return err
		}
		text = string(b)
	}
	if _, err := conn.ExecContext(ctx, "UPDATE events SET verdict = ?, findings = ? WHERE seq = ?", string(r.Verdict), text, r.Seq); err != nil {
		return err
	}
	has, had := codesOf(r.Findings), codesOf(old)
	for c := range had {
		if !has[c] {
			if _, err := conn.ExecContext(ctx, "DELETE FROM findings WHERE code = ? AND seq = ?", c, r.Seq); err != nil {
				return err
			}
		}
	}
	for c := range has {
		if !had[c] {
			if _, err := conn.ExecContext(ctx, "INSERT OR IGNORE INTO findings (code, seq) VALUES (?,?)", c, r.Seq); err != nil {
				return err
			}
		}
	}
	return nil
}

func codesOf(list []event.Finding) map[string]bool {
	codes := make(map[string]bool, len(list))
	for i := range list {
		codes[list[i].Code] = true
	}
	return codes
}

// addSums adds to the sums of the volume chart.
func addSums(ctx context.Context, conn *sql.Conn, sums map[rollupKey]int64) error {
	for k, n := range sums {
		if n == 0 {
			continue
		}
		if _, err := conn.ExecContext(ctx, upsertRollup, k.step, k.slot, k.sourceN, k.kind, k.name, k.verdict, n); err != nil {
			return err
		}
	}
	return nil
}
