package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/source"
)

// firstOf marks duplicates in the way the app does.
func firstOf(r *event.Record, first int64) {
	r.Findings = append(r.Findings, event.Finding{Code: "segment.duplicate_id", Severity: event.Drop, Message: fmt.Sprint(first)})
}

func TestDuplicatesAreFound(t *testing.T) {
	s := openLog(t, Options{SentDuplicate: firstOf})
	at := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	id := func(string) func(int, *event.Record) {
		return func(_ int, r *event.Record) { r.MessageID = "same" }
	}("")
	one := s.must(t, s.batch(at, []string{`{}`, `{}`, `{}`}, id)).Records
	two := s.must(t, s.single(at.Add(time.Hour), "same", "u", `{}`)).Records
	for i, r := range append(one, two...) {
		got, err := s.Event(context.Background(), r.Seq)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if len(got.Findings) != 0 || got.Verdict != event.Good {
				t.Errorf("the first: %v", got.Findings)
			}
			continue
		}
		if len(got.Findings) != 1 || got.Findings[0].Message != "1" || got.Verdict != event.WouldDrop || r.Verdict != event.WouldDrop {
			t.Errorf("#%d: %v %s", r.Seq, got.Findings, got.Verdict)
		}
	}
	if n := s.seqs(t, ask(t, "has:duplicate")); len(n) != 3 {
		t.Errorf("has:duplicate finds %v", n)
	}
}

func TestOthersAreNoDuplicates(t *testing.T) {
	s := openLog(t, Options{SentDuplicate: firstOf})
	dev := source.Dev
	other, err := s.CreateSource(context.Background(), "Other", &dev, false)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	s.must(t, s.single(at, "same", "u", `{}`))
	for name, a := range map[string]*event.Arrival{
		"another source":  s.batch(at, []string{`{}`}, func(_ int, r *event.Record) { r.MessageID, r.Source.ID = "same", other.ID }),
		"a day later":     s.single(at.Add(duplicateWindow+time.Second), "same", "u", `{}`),
		"another id":      s.single(at, "sam", "u", `{}`),
		"without an id":   s.batch(at, []string{`{}`, `{}`}, func(_ int, r *event.Record) { r.MessageID = "" }),
		"nobody can read": s.batch(at, []string{`1`}, func(_ int, r *event.Record) { r.MessageID, r.Disposition = "same", event.Rejected }),
	} {
		for _, r := range s.must(t, a).Records {
			if len(r.Findings) != 0 {
				t.Errorf("%s: %v", name, r.Findings)
			}
		}
	}
}
