package store

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/mute"
	"sidetrack/backend/plan"
)

// finding is one of the plan's, at a property.
func finding(code, path, sent string) event.Finding {
	return event.Finding{Code: code, Severity: plan.SeverityOf(code), Path: path, Sent: sent, Message: code + " at " + path, Rule: "plan.yaml:3:5"}
}

// found stores an event with these findings.
func (s *Store) found(t testing.TB, at time.Time, name string, list ...event.Finding) int64 {
	t.Helper()
	a := s.batch(at, []string{`{"n":1}`}, func(_ int, r *event.Record) {
		r.Name, r.Findings, r.MessageID = name, list, ""
		r.Verdict = event.VerdictOf(list)
	})
	return s.must(t, a).Records[0].Seq
}

func (s *Store) violated(t testing.TB, a ViolationAsk) Violated {
	t.Helper()
	v, err := s.Violations(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// counts puts what was summed up into lines.
func counts(v Violated) string {
	var lines []string
	for _, x := range v.Violations {
		line := fmt.Sprintf("%s %s %s v%d: %d", x.Code, x.Event, x.Path, x.Version, x.Events)
		if x.Muted > 0 {
			line += fmt.Sprintf(" and %d muted", x.Muted)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ") + fmt.Sprintf(". %d events, %d muted", v.Events, v.Muted)
}

func (s *Store) wantViolations(t *testing.T, what, want string) {
	t.Helper()
	if got := counts(s.violated(t, ViolationAsk{})); got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

func TestViolationsAreSummedByKind(t *testing.T) {
	s := openLog(t, Options{})
	now := time.Now()
	s.found(t, now, "Order", finding("plan.wrong_type", "/properties/products/0/price", `"1"`), finding("plan.wrong_type", "/properties/products/7/price", `"2"`))
	s.found(t, now, "Order", finding("plan.wrong_type", "/properties/products/3/price", `"3"`), finding("plan.unplanned_property", "/properties/x", ""))
	s.found(t, now, "Click", finding("plan.unplanned_event", "/event", `"Click"`))
	later := finding("plan.missing_property", "/properties/total", "")
	later.Version = 2
	s.found(t, now, "Order", later, finding("plan.oldest_version", "/context/protocols/event_version", ""))
	s.found(t, now, "Order", event.Finding{Code: "segment.too_big", Severity: event.Drop})
	s.wantViolations(t, "as they arrived", "plan.wrong_type Order /properties/products/*/price v1: 2; plan.missing_property Order /properties/total v2: 1; "+
		"plan.unplanned_event Click /event v0: 1; plan.unplanned_property Order /properties/x v1: 1. 4 events, 0 muted")
	v := s.violated(t, ViolationAsk{}).Violations[0]
	if !reflect.DeepEqual(v.Sent, []string{`"3"`, `"1"`}) || v.Latest != 2 || v.Finding.Rule != "plan.yaml:3:5" || len(v.Sources) != 1 || v.Sources[0].Events != 2 {
		t.Errorf("%+v", v)
	}
	if got := s.violated(t, ViolationAsk{Words: "PRICE"}); len(got.Violations) != 1 || got.Kinds["plan.wrong_type"] != 1 || got.Kinds["plan.unplanned_event"] != 0 {
		t.Errorf("asked for words: %s", counts(got))
	}
	if got := s.violated(t, ViolationAsk{Source: "no such"}); len(got.Violations) != 0 || got.Events != 0 {
		t.Errorf("asked for another source: %s", counts(got))
	}
	if got := s.violated(t, ViolationAsk{Limit: 1}); len(got.Violations) != 1 || len(got.Kinds) != 4 {
		t.Errorf("limited: %s", counts(got))
	}
}

func TestViolationsOfDaysBeforeAreLeftOut(t *testing.T) {
	s := openLog(t, Options{})
	now := time.Now()
	s.found(t, now.Add(-72*time.Hour), "Order", finding("plan.missing_property", "/properties/total", ""))
	s.found(t, now, "Order", finding("plan.missing_property", "/properties/total", ""))
	if got := s.violated(t, ViolationAsk{}).Violations[0]; got.Events != 2 || now.Sub(got.First) < 71*time.Hour || now.Sub(got.Last) > time.Hour {
		t.Errorf("%+v", got)
	}
	if got := s.violated(t, ViolationAsk{Since: now.Add(-time.Hour)}).Violations[0]; got.Events != 1 || now.Sub(got.First) > time.Hour {
		t.Errorf("%+v", got)
	}
}

func TestViolationsFollowWhatHappensToEvents(t *testing.T) {
	c := newClock()
	s := openLog(t, Options{Now: c.now})
	s.untended()
	ctx := context.Background()
	missing := finding("plan.missing_property", "/properties/total", "")
	var seqs []int64
	for range 4 {
		seqs = append(seqs, s.found(t, c.now(), "Order", missing))
	}
	s.wantViolations(t, "stored", "plan.missing_property Order /properties/total v1: 4. 4 events, 0 muted")
	id, _, err := s.Delete(ctx, ask(t, fmt.Sprintf("seq:%d", seqs[3])))
	if err != nil {
		t.Fatal(err)
	}
	s.wantViolations(t, "deleted", "plan.missing_property Order /properties/total v1: 3. 3 events, 0 muted")
	if v := s.violated(t, ViolationAsk{}).Violations[0]; v.Latest != seqs[2] { // its own examples are gone, so another was looked for
		t.Errorf("shows event %d", v.Latest)
	}
	if _, err := s.Undo(ctx, id); err != nil {
		t.Fatal(err)
	}
	s.wantViolations(t, "taken back", "plan.missing_property Order /properties/total v1: 4. 4 events, 0 muted")
	m := mute.Mute{ID: "m", Code: missing.Code, Reason: "r", By: "b", CreatedAt: c.now()}
	if err := s.AddMute(ctx, m); err != nil {
		t.Fatal(err)
	}
	var set mute.Set
	set.Replace([]mute.Mute{m})
	if _, err := s.Rejudge(ctx, set.Apply); err != nil {
		t.Fatal(err)
	}
	s.wantViolations(t, "muted", ". 0 events, 4 muted")
	s.reexamineAll(t, Examination{Own: plan.Own, Examine: func(r *event.Record) []event.Finding {
		return []event.Finding{finding("plan.unplanned_property", "/properties/n", "1")}
	}, Settle: set.Apply})
	s.wantViolations(t, "judged by another plan", "plan.unplanned_property Order /properties/n v1: 4. 4 events, 0 muted")
	if _, _, err := s.Delete(ctx, Ask{}); err != nil {
		t.Fatal(err)
	}
	c.pass(time.Minute)
	if err := s.purge(ctx); err != nil {
		t.Fatal(err)
	}
	var names int
	if err := s.read.QueryRow("SELECT count(*) FROM violations").Scan(&names); err != nil || names != 0 {
		t.Errorf("%d kinds are kept of nothing, %v", names, err)
	}
}

// untended leaves purging and pruning to the test.
func (s *Store) untended() {
	s.stop()
	s.tending.Wait()
}

// However the log came to be what it is, the sums are those of counting it anew.
func TestViolationsAreThoseOfCountingAnew(t *testing.T) {
	for seed := range uint64(5) {
		random := rand.New(rand.NewPCG(seed, 1))
		c := newClock()
		s := openLog(t, Options{Now: c.now, Retention: Retention{MaxEvents: 60}})
		s.untended()
		ctx := context.Background()
		var set mute.Set
		some := func() (list []event.Finding) {
			for range random.IntN(4) {
				f := finding([]string{"plan.missing_property", "plan.unplanned_property", "plan.wrong_type"}[random.IntN(3)], fmt.Sprintf("/properties/p/%d", random.IntN(3)), fmt.Sprint(random.IntN(5)))
				f.Version = random.IntN(2) * 2
				list = append(list, f)
			}
			return list
		}
		var undo []string
		for range 80 {
			c.pass(time.Duration(random.IntN(3)) * time.Hour)
			var err error
			switch random.IntN(9) {
			case 0:
				var id string
				id, _, err = s.Delete(ctx, ask(t, fmt.Sprintf("seq>%d -seq>%d", random.IntN(200), random.IntN(200))))
				undo = append(undo, id)
			case 1:
				if len(undo) > 0 {
					_, _ = s.Undo(ctx, undo[random.IntN(len(undo))]) // too late for most
				}
			case 2:
				err = s.purge(ctx)
			case 3:
				err = s.prune(ctx)
			case 4:
				s.reexamineAll(t, Examination{Own: plan.Own, Examine: func(r *event.Record) []event.Finding {
					if r.Seq%3 == 0 {
						return []event.Finding{finding("plan.wrong_type", fmt.Sprintf("/properties/q/%d", r.Seq%2), "1")}
					}
					return owned(r.Findings, plan.Own)
				}, Settle: set.Apply})
			case 5:
				m := mute.Mute{ID: fmt.Sprint(random.Uint64()), Code: "plan.wrong_type", Path: fmt.Sprintf("/properties/p/%d", random.IntN(3)), Reason: "r", By: "b", CreatedAt: c.now()}
				if err = s.AddMute(ctx, m); err == nil {
					set.Replace([]mute.Mute{m})
					_, err = s.Rejudge(ctx, set.Apply)
				} else {
					err = nil // muted already
				}
			default:
				for range random.IntN(8) {
					s.found(t, c.now(), []string{"A", "B"}[random.IntN(2)], some()...)
				}
			}
			if err != nil {
				t.Fatal(seed, err)
			}
		}
		got := counts(s.violated(t, ViolationAsk{}))
		if err := s.change(ctx, func(conn *sql.Conn) error { return s.startViolations(ctx, conn) }); err != nil {
			t.Fatal(err)
		}
		if v := s.violated(t, ViolationAsk{}); v.Counting != (s.Counters().Head > 0) || v.Events != 0 {
			t.Errorf("seed %d: nothing is counted yet, and it says %+v", seed, v)
		}
		s.countViolations(ctx)
		if s.violated(t, ViolationAsk{}).Counting {
			t.Errorf("seed %d: still counting", seed)
		}
		if want := counts(s.violated(t, ViolationAsk{})); got != want {
			t.Errorf("seed %d:\n got %s\nwant %s", seed, got, want)
		}
		s.Close()
	}
}

func TestViolationsBeyondThoseToldApartAreSaid(t *testing.T) {
	s := openLog(t, Options{})
	now := time.Now()
	kinds := maxViolations + 50
	for n := 0; n < kinds; n += 500 {
		s.must(t, s.batch(now, make([]string, min(500, kinds-n)), func(i int, r *event.Record) {
			r.MessageID, r.Name = "", fmt.Sprint("made up ", n+i)
			r.Findings = []event.Finding{finding("plan.unplanned_event", "/event", "")}
		}))
	}
	s.found(t, now, strings.Repeat("x", maxViolationText+1), finding("plan.unplanned_event", "/event", ""))
	got := s.violated(t, ViolationAsk{Limit: 10})
	if got.Events != int64(kinds+1) || got.Rest < 50 || int64(got.Kinds["plan.unplanned_event"])+got.Rest != got.Events {
		t.Errorf("%d events, %d kinds, %d in the rest", got.Events, got.Kinds["plan.unplanned_event"], got.Rest)
	}
}

// BenchmarkViolations asks a log in which every event departs from the plan in
// three ways, of 300; an op is an answer.
func BenchmarkViolations(b *testing.B) {
	s := openLog(b, Options{})
	const stored = 100_000
	now := time.Now()
	for n := 0; n < stored; n += 500 {
		at := now.Add(-time.Duration(n*10/stored) * 24 * time.Hour)
		s.must(b, s.batch(at, make([]string, 500), func(i int, r *event.Record) {
			r.MessageID, r.Name = "", fmt.Sprint("Event ", (n+i)%100)
			for p := range 3 {
				r.Findings = append(r.Findings, finding("plan.wrong_type", fmt.Sprint("/properties/p", p), fmt.Sprint(i)))
			}
		}))
	}
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		s.violated(b, ViolationAsk{Limit: 100})
	}
}

// BenchmarkAppendViolating is BenchmarkAppend where every event departs from
// the plan in three ways.
func BenchmarkAppendViolating(b *testing.B) {
	s := openLog(b, Options{})
	messages := make([]string, 20)
	for i := range messages {
		messages[i] = benchMessage
	}
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; n += len(messages) {
		s.must(b, s.batch(time.Now(), messages, func(i int, r *event.Record) {
			r.MessageID = ""
			for p := range 3 {
				r.Findings = append(r.Findings, finding("plan.wrong_type", fmt.Sprint("/properties/p", p), fmt.Sprint(i)))
			}
		}))
	}
}

// A log of a version that did not sum up yet is counted in the background, and
// what happens to its events meanwhile counts once.
func TestViolationsOfAnOlderLogAreCounted(t *testing.T) {
	dir := t.TempDir()
	s := openLog(t, Options{Dir: dir})
	now := time.Now()
	for n := range 450 {
		s.found(t, now, "Order", finding("plan.wrong_type", "/properties/total", fmt.Sprint(n)))
	}
	want := counts(s.violated(t, ViolationAsk{}))
	upgrade, err := migrations.ReadFile("migrations/0006_violations.sql")
	if err != nil {
		t.Fatal(err)
	}
	err = s.change(context.Background(), func(conn *sql.Conn) error {
		_, err := conn.ExecContext(context.Background(), "DROP TABLE violations; DROP TABLE violation_days; DROP TABLE violation_progress;"+string(upgrade))
		s.w.violations.forget()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	s = openLog(t, Options{Dir: dir})
	id, _, err := s.Delete(context.Background(), ask(t, "seq<100"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Undo(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	eventually(t, "all counted", func() bool { return !s.violated(t, ViolationAsk{}).Counting })
	if got := counts(s.violated(t, ViolationAsk{})); got != want || !strings.Contains(got, "v1: 450.") {
		t.Errorf("%s, before %s", got, want)
	}
	s.found(t, now, "Order", finding("plan.wrong_type", "/properties/total", "1"))
	s.wantViolations(t, "and one more", "plan.wrong_type Order /properties/total v1: 451. 451 events, 0 muted")
}
