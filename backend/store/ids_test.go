package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"sidetrack/backend/event"
)

// many are events with ids of their own, from n on.
func (s *Store) many(t *testing.T, at time.Time, from, n int) {
	t.Helper()
	messages := make([]string, n)
	for i := range messages {
		messages[i] = `{}`
	}
	s.must(t, s.batch(at, messages, func(i int, r *event.Record) { r.MessageID = fmt.Sprint("id-", from+i) }))
}

func (s *Store) inTable(t *testing.T) (n int) {
	t.Helper()
	if err := s.read.QueryRow("SELECT count(*) FROM message_ids").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// wantFirst sends an id again and looks which event it is a duplicate of; 0
// when of none.
func (s *Store) wantFirst(t *testing.T, at time.Time, id string, want int64) {
	t.Helper()
	got := s.must(t, s.single(at, id, "u", `{}`)).Records[0].Findings
	if want == 0 && len(got) != 0 || want != 0 && (len(got) != 1 || got[0].Message != fmt.Sprint(want)) {
		t.Errorf("%s is a duplicate of %v, want %d", id, got, want)
	}
}

// An id is known for the same wherever it stands: held, in the table, and after
// a start.
func TestMessageIDsAreHeldAndWrittenTogether(t *testing.T) {
	dir, at := t.TempDir(), time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	o := Options{Dir: dir, SentDuplicate: firstOf, Now: func() time.Time { return at }}
	s := openLog(t, o)
	s.untended()
	s.many(t, at, 1, 10)
	s.wantFirst(t, at, "id-3", 3)
	if n := s.inTable(t); n != 0 {
		t.Errorf("%d ids were written at once", n)
	}
	s.many(t, at, 11, idsHeld)
	if n, want := s.inTable(t), 10+1+idsHeld; n != want || s.w.ids.through.Load() != int64(want) || len(s.w.ids.rows) != 0 {
		t.Errorf("%d of %d ids are written, %d are held", n, want, len(s.w.ids.rows))
	}
	s.wantFirst(t, at, "id-4", 4)
	s.wantFirst(t, at, "young", 0)
	s.wantFirst(t, at, "young", int64(idsHeld+13))
	for id, want := range map[string]int{"id-3": 2, "id-5": 1, "young": 2, "none": 0} {
		if got := s.seqs(t, ask(t, "id:"+id)); len(got) != want {
			t.Errorf("id:%s finds %v", id, got)
		}
	}
	if got := s.seqs(t, ask(t, "id:id-5,young")); len(got) != 3 {
		t.Errorf("two ids find %v", got)
	}
	s.Close()
	s = openLog(t, o)
	s.untended()
	if n := len(s.w.ids.rows); n != 3 {
		t.Errorf("%d ids are held after a start", n)
	}
	s.wantFirst(t, at, "id-6", 6)
	s.wantFirst(t, at, "young", int64(idsHeld+13))
}

// Whatever changes the log finds every id in the table, and leaves none of a
// deleted event.
func TestAChangeFindsEveryMessageID(t *testing.T) {
	at := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	s := openLog(t, Options{SentDuplicate: firstOf, Now: func() time.Time { return at }})
	s.untended()
	s.many(t, at, 1, 5)
	if _, n, err := s.Delete(context.Background(), ask(t, "id:id-2")); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if n := s.inTable(t); n != 5 {
		t.Errorf("%d ids are in the table", n)
	}
	s.wantFirst(t, at, "id-2", 0)
	s.wantFirst(t, at, "id-3", 3)
}

func TestImportedMessageIDsCountAsSent(t *testing.T) {
	at := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	s := openLog(t, Options{SentDuplicate: firstOf})
	s.untended()
	for i, ago := range []time.Duration{72 * time.Hour, time.Hour, time.Minute} {
		a := s.single(at.Add(-ago), "a", "u", `{}`)
		a.Imported = true
		if r := s.must(t, a).Records[0]; len(r.Findings) != 0 || r.Seq != int64(i+1) {
			t.Errorf("#%d: an imported event is marked: %v", r.Seq, r.Findings)
		}
	}
	s.wantFirst(t, at, "a", 2)
}

// A commit that fails holds no ids of it.
func TestAFailedCommitHoldsNoIDs(t *testing.T) {
	at := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	s := openLog(t, Options{SentDuplicate: firstOf})
	s.untended()
	s.many(t, at, 1, 3)
	before := s.w.insert.counters
	broken, err := s.w.hot.prepare("INSERT INTO counters VALUES (?,?,?,?,0,0,0)")
	if err != nil {
		t.Fatal(err)
	}
	s.w.insert.counters = broken
	if err := s.Append(context.Background(), s.single(at, "b", "u", `{}`)); err == nil {
		t.Fatal("stored")
	}
	s.w.insert.counters = before
	s.wantFirst(t, at, "b", 0)
	s.wantFirst(t, at, "id-1", 1)
	if n := len(s.w.ids.rows); n != 5 {
		t.Errorf("%d ids are held", n)
	}
}
