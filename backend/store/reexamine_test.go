package store

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/query"
)

// examination finds test.odd in every message that says so, as long as on.
func examination(on func() bool) Examination {
	return Examination{
		Own: func(f *event.Finding) bool { return strings.HasPrefix(f.Code, "test.") },
		Examine: func(r *event.Record) []event.Finding {
			if on() && strings.Contains(string(r.Message), "odd") {
				return []event.Finding{{Code: "test.odd", Severity: event.Violation, Message: "odd"}}
			}
			return nil
		},
		Settle: func(r *event.Record) bool { r.Verdict = event.VerdictOf(r.Findings); return true },
	}
}

func (s *Store) reexamineAll(t testing.TB, x Examination) (seen int, changed []int64) {
	t.Helper()
	before := int64(0)
	for {
		r, err := s.Reexamine(context.Background(), before, x)
		if err != nil {
			t.Fatal(err)
		}
		seen, changed = seen+r.Seen, append(changed, r.Changed...)
		if before = r.Next; before == 0 {
			return seen, changed
		}
	}
}

// state is what hangs on the verdicts: lists, the index of codes and the sums.
func (s *Store) state(t testing.TB) (text string) {
	t.Helper()
	for _, q := range []string{"is:good", "has:violation", "is:would-drop", "code:test.odd", "code:segment.duplicate_id"} {
		parsed, err := query.Parse(q)
		if err != nil {
			t.Fatal(err)
		}
		n, err := s.Count(context.Background(), Ask{Query: parsed})
		if err != nil {
			t.Fatal(err)
		}
		text += fmt.Sprintf("%s %d, ", q, n)
	}
	volume, err := s.Volume(context.Background(), Ask{}, time.Now().Add(-time.Hour), time.Now().Add(time.Hour), 1)
	if err != nil {
		t.Fatal(err)
	}
	b := volume[0]
	return text + fmt.Sprintf("chart %d %d %d %d", b.Good, b.Warning, b.Violation, b.WouldDrop)
}

func TestReexamineChangesWhatComesOutDifferently(t *testing.T) {
	s := openLog(t, Options{SentDuplicate: firstOf})
	for i := range 1500 {
		text := `{"n":"even"}`
		if i%2 == 1 {
			text = `{"n":"odd"}`
		}
		id := fmt.Sprint(i)
		if i == 7 {
			id = "5" // a duplicate, found by another check
		}
		s.must(t, s.single(time.Now(), id, "u", text))
	}
	if got := s.state(t); got != "is:good 1499, has:violation 0, is:would-drop 1, code:test.odd 0, code:segment.duplicate_id 1, chart 1499 0 0 1" {
		t.Fatal(got)
	}
	on := true
	x := examination(func() bool { return on })
	seen, changed := s.reexamineAll(t, x)
	if seen != 1500 || len(changed) != 750 || changed[0] != 1500 {
		t.Error(seen, len(changed))
	}
	want := "is:good 750, has:violation 750, is:would-drop 1, code:test.odd 750, code:segment.duplicate_id 1, chart 750 0 749 1"
	if got := s.state(t); got != want {
		t.Error(got)
	}
	if _, changed = s.reexamineAll(t, x); changed != nil {
		t.Error("changed again:", len(changed))
	}
	on = false
	s.reexamineAll(t, x)
	if got := s.state(t); got != "is:good 1499, has:violation 0, is:would-drop 1, code:test.odd 0, code:segment.duplicate_id 1, chart 1499 0 0 1" {
		t.Error(got)
	}
}

// A mute that was made between reading and writing stays.
func TestReexamineLeavesOtherFindingsAsTheyAre(t *testing.T) {
	s := openLog(t, Options{SentDuplicate: firstOf})
	s.must(t, s.single(time.Now(), "a", "u", `{"n":"odd"}`))
	s.must(t, s.single(time.Now(), "a", "u", `{"n":"odd"}`))
	x := examination(func() bool { return true })
	examine := x.Examine
	x.Examine = func(r *event.Record) []event.Finding {
		err := s.change(context.Background(), func(c *sql.Conn) error {
			_, err := c.ExecContext(context.Background(), `UPDATE events SET findings = replace(findings, '"message"', '"muted":true,"message"') WHERE seq = 2`)
			return err
		})
		if err != nil {
			t.Error(err)
		}
		return examine(r)
	}
	s.reexamineAll(t, x)
	r, err := s.Event(context.Background(), 2)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range r.Findings {
		got = append(got, fmt.Sprint(f.Code, " ", f.Muted))
	}
	if want := []string{"segment.duplicate_id true", "test.odd false"}; !reflect.DeepEqual(got, want) || r.Verdict != event.HasViolation {
		t.Error(got, r.Verdict)
	}
}

// BenchmarkReexamine goes through stored events that come out as they were; an
// op is an event.
func BenchmarkReexamine(b *testing.B) {
	s := openLog(b, Options{})
	messages := make([]string, 100)
	for i := range messages {
		messages[i] = benchMessage
	}
	const stored = 20_000
	for range stored / 100 {
		s.must(b, s.batch(time.Now(), messages, nil))
	}
	x := examination(func() bool { return true })
	b.ReportAllocs()
	b.ResetTimer()
	before := int64(0)
	for n := 0; n < b.N; {
		r, err := s.Reexamine(context.Background(), before, x)
		if err != nil {
			b.Fatal(err)
		}
		before, n = r.Next, n+r.Seen
	}
}
