package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"reflect"
	"runtime"
	"sync"
	"time"

	"zombiezen.com/go/sqlite"

	"sidetrack/backend/event"
)

// Examination is a part of the checks that stored events go through again, as
// when the tracking plan has changed.
type Examination struct {
	Own     func(*event.Finding) bool           // whether a finding is of this part
	Examine func(*event.Record) []event.Finding // of a record with its message; many at a time
	Settle  func(*event.Record) (changed bool)  // marks what is muted and sets the verdict
	Rest    func(worked time.Duration)          // after each of the writer's turns; may be nil
	Page    int                                 // events looked at in a call, 512 by default
}

// Reexamined tells how far an examination has come.
type Reexamined struct {
	Next    int64 // go on before this Seq; 0 when the oldest event was seen
	Seen    int
	Changed []int64 // Seqs
}

// examinePage is how many events are examined between two looks at the writer.
const examinePage = 512

// examineRows is how many events are written in one of the writer's turns, in
// about a millisecond.
const examineRows = 12

// Reexamine puts the next events before a Seq through an examination, newest
// first; 0 begins with the newest of all. Only what came out differently is
// written, a little at a time, so that nobody who stores waits for long.
func (s *Store) Reexamine(ctx context.Context, before int64, x Examination) (Reexamined, error) {
	page := cmp.Or(x.Page, examinePage)
	list, err := s.page(ctx, s.where(Ask{Before: before}), "DESC", page)
	if err != nil {
		return Reexamined{Next: before}, err
	}
	out := Reexamined{Seen: len(list)}
	if len(list) == page {
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
		n, began := min(len(due), examineRows), time.Now()
		if err := s.w.do(ctx, &job{hot: true, change: func(*sql.Conn) error { return s.w.writeExamined(due[:n], x, &out) }}); err != nil {
			return Reexamined{Next: before, Changed: out.Changed}, err
		}
		if x.Rest != nil {
			x.Rest(time.Since(began))
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

// examiner holds the statements that change findings.
type examiner struct{ row, update, unlist *statement }

func (e *examiner) prepare(d *direct) (err error) {
	if e.row != nil {
		return nil
	}
	if e.update, err = d.prepare("UPDATE events SET verdict = ?, findings = ? WHERE seq = ?"); err != nil {
		return err
	}
	if e.unlist, err = d.prepare("DELETE FROM findings WHERE code = ? AND seq = ?"); err != nil {
		return err
	}
	e.row, err = d.prepare("SELECT seq, received_at, source_n, type, name, disposition, verdict, findings, deletion IS NULL FROM events WHERE seq = ?")
	return err
}

// writeExamined puts new findings beside those of other checks, as the row has
// them now: somebody may have muted one meanwhile. It is for the writer's
// goroutine only.
func (w *writer) writeExamined(due []examined, x Examination, out *Reexamined) error {
	if err := w.examiner.prepare(w.hot); err != nil {
		return err
	}
	sums := map[rollupKey]int64{}
	var changed []int64
	for _, e := range due {
		r, sourceN, summed, err := w.verdictRow(e.seq)
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
		if err := w.rewriteFindings(&r, old); err != nil {
			return err
		}
		if summed {
			if err := w.s.moveViolations(&r, old, sourceN); err != nil {
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
		changed = append(changed, e.seq)
	}
	for k, n := range sums {
		if n == 0 {
			continue
		}
		if err := w.insertRollup(k, n); err != nil {
			return err
		}
	}
	out.Changed = append(out.Changed, changed...)
	return nil
}

// verdictRow reads what the verdict of an event hangs on. An event that is
// being deleted is in no sum; an undo adds it as it is then.
func (w *writer) verdictRow(seq int64) (r event.Record, sourceN int64, summed bool, err error) {
	var findings string
	found, err := w.examiner.row.int(seq).row(func(row *sqlite.Stmt) {
		r.Seq, r.ReceivedAt, sourceN = row.ColumnInt64(0), time.UnixMicro(row.ColumnInt64(1)).UTC(), row.ColumnInt64(2)
		r.Type, r.Name = row.ColumnText(3), row.ColumnText(4)
		r.Disposition, r.Verdict = event.Disposition(row.ColumnText(5)), event.Verdict(row.ColumnText(6))
		findings, summed = row.ColumnText(7), row.ColumnInt64(8) != 0
	})
	if err == nil && !found {
		err = sql.ErrNoRows
	}
	if err == nil && findings != "" {
		err = json.Unmarshal([]byte(findings), &r.Findings)
	}
	r.Source = w.s.sources.Load().ref(sourceN)
	return r, sourceN, summed, err
}

// rewriteFindings changes the row of an event and the index of codes.
func (w *writer) rewriteFindings(r *event.Record, old []event.Finding) error {
	update := w.examiner.update.text(string(r.Verdict))
	if len(r.Findings) == 0 {
		update.null()
	} else {
		text, err := json.Marshal(r.Findings)
		if err != nil {
			update.again()
			return err
		}
		update.text(string(text))
	}
	if err := update.int(r.Seq).run(); err != nil {
		return err
	}
	has, had := codesOf(r.Findings), codesOf(old)
	for c := range had {
		if !has[c] {
			if err := w.examiner.unlist.text(c).int(r.Seq).run(); err != nil {
				return err
			}
		}
	}
	for c := range has {
		if !had[c] {
			if err := w.insert.finding.text(c).int(r.Seq).run(); err != nil {
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
