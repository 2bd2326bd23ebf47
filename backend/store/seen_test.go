package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/schema"
)

// counted counts what the log has to its end.
func (s *Store) counted(t testing.TB) {
	t.Helper()
	for {
		s.seen.mu.Lock()
		s.seen.wrote = time.Time{} // as if a second had passed
		s.seen.mu.Unlock()
		c, err := s.CountSchema(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if !c.More {
			break
		}
	}
	if got, want := s.SchemaThrough(), s.Counters().Head; got != want {
		t.Fatalf("counted to %d of %d", got, want)
	}
}

func (s *Store) schemaOf(t testing.TB, a SchemaAsk) []schema.Event {
	t.Helper()
	list, _, err := s.Schema(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// said puts a schema into lines: call, name, events, and the properties with
// how many events had them.
func said(list []schema.Event) string {
	var lines []string
	for _, e := range list {
		text, _ := json.Marshal(e.Tally)
		var t struct {
			P map[string]struct{ N int }
		}
		_ = json.Unmarshal(text, &t)
		line := fmt.Sprintf("%s %s/%s %d", e.Source.Name, e.Call, e.Name, e.Events)
		for _, path := range []string{"a", "b", "list", "list.$", "list.$.c", "plan"} {
			if p, ok := t.P[path]; ok {
				line += fmt.Sprintf(" %s:%d", path, p.N)
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

func (s *Store) wantSchema(t *testing.T, what string, a SchemaAsk, want string) {
	t.Helper()
	if got := said(s.schemaOf(t, a)); got != want {
		t.Errorf("%s: %s, want %s", what, got, want)
	}
}

// some events of one day, of two sources.
func (s *Store) sendSome(t *testing.T, at time.Time) {
	s.must(t, s.batch(at, []string{`{"properties":{"a":1,"list":[{"c":1},{"c":2}]}}`, `{"properties":{"b":true}}`, `{"traits":{"plan":"pro"}}`}, func(i int, r *event.Record) {
		if i == 2 {
			r.Type, r.Name = "identify", ""
		}
	}))
	s.must(t, s.batch(at.Add(time.Second), []string{`{"properties":{"a":"x"}}`, `nothing`}, func(i int, r *event.Record) {
		prod := s.Sources()[1]
		r.Source = event.SourceRef{ID: prod.ID, Name: prod.Name, Label: prod.Label}
		if i == 1 {
			r.Disposition, r.Message = event.Rejected, nil
		}
	}))
}

func TestSchemaIsCountedBySourceCallNameAndTime(t *testing.T) {
	s, day := openLog(t, Options{}), time.Now().UTC().Truncate(24*time.Hour)
	s.sendSome(t, day.Add(-time.Hour)) // yesterday
	s.sendSome(t, day.Add(time.Hour))
	s.counted(t)
	const one = "Dev identify/ 2 plan:2; Dev track/Order Completed 4 a:2 b:2 list:2 list.$:2 list.$.c:2"
	s.wantSchema(t, "all", SchemaAsk{}, one+"; Prod track/Order Completed 2 a:2")
	s.wantSchema(t, "one source", SchemaAsk{Source: "Dev"}, one)
	s.wantSchema(t, "one label", SchemaAsk{Label: "prod"}, "Prod track/Order Completed 2 a:2")
	s.wantSchema(t, "unclaimed", SchemaAsk{Label: "none"}, "")
	s.wantSchema(t, "one call", SchemaAsk{Call: "identify"}, "Dev identify/ 2 plan:2")
	s.wantSchema(t, "one event", SchemaAsk{Event: "Order Completed", Source: s.Sources()[0].ID}, "Dev track/Order Completed 4 a:2 b:2 list:2 list.$:2 list.$.c:2")
	s.wantSchema(t, "today", SchemaAsk{Since: day, Source: "Prod"}, "Prod track/Order Completed 1 a:1")
	s.wantSchema(t, "yesterday", SchemaAsk{Until: day, Source: "Prod"}, "Prod track/Order Completed 1 a:1")
	s.wantSchema(t, "after all", SchemaAsk{Since: day.Add(2 * time.Hour)}, "")
	s.wantSchema(t, "before all", SchemaAsk{Until: day.Add(-time.Hour)}, "")
	p := s.schemaOf(t, SchemaAsk{Source: "Dev", Call: "track"})[0].Properties["a"]
	if p.First.Time() != day.Add(-time.Hour) || p.Last.Time() != day.Add(time.Hour) || p.First.Seq != 1 || p.Last.Seq != 6 || p.Types[schema.Integer] != 2 {
		t.Errorf("the property is %+v", p)
	}
}

func TestAPropertyThatStoppedIsLeftOut(t *testing.T) {
	s, day := openLog(t, Options{}), time.Now().UTC().Truncate(24*time.Hour)
	s.must(t, s.single(day.Add(time.Hour), "m1", "u", `{"properties":{"a":1}}`))
	s.must(t, s.single(day.Add(3*time.Hour), "m2", "u", `{"properties":{"b":1}}`))
	s.counted(t)
	s.wantSchema(t, "late", SchemaAsk{Since: day.Add(2 * time.Hour)}, "Dev track/Order Completed 2 b:1")
	s.wantSchema(t, "early", SchemaAsk{Until: day.Add(2 * time.Hour)}, "Dev track/Order Completed 2 a:1")
}

func TestCountingGoesOnAfterARestart(t *testing.T) {
	dir, at := t.TempDir(), time.Now()
	s := openLog(t, Options{Dir: dir})
	for i := range 600 {
		s.must(t, s.single(at, fmt.Sprint("m", i), "u", `{"properties":{"a":1}}`))
	}
	if c, err := s.CountSchema(context.Background()); err != nil || !c.More { // some is written, some is not
		t.Fatal(c, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openLog(t, Options{Dir: dir})
	s.counted(t)
	s.wantSchema(t, "after a restart", SchemaAsk{}, "Dev track/Order Completed 600 a:600")

	// The place was lost after the rows had been written: nothing counts twice.
	s.set(t, "UPDATE schema_progress SET after_seq = 150")
	s.counted(t)
	s.wantSchema(t, "over again", SchemaAsk{}, "Dev track/Order Completed 600 a:600")
}

// set changes the database under a follower that begins anew.
func (s *Store) set(t *testing.T, text string) {
	t.Helper()
	if err := s.change(t.Context(), func(c *sql.Conn) error { _, err := c.ExecContext(t.Context(), text); return err }); err != nil {
		t.Fatal(err)
	}
	s.seen.mu.Lock()
	defer s.seen.mu.Unlock()
	s.forgetSeen()
}

func TestOtherRulesCountTheLogAnew(t *testing.T) {
	s := openLog(t, Options{})
	s.sendSome(t, time.Now())
	s.counted(t)
	want := said(s.schemaOf(t, SchemaAsk{}))
	s.set(t, "UPDATE schema_progress SET version = version + 1")
	s.set(t, "UPDATE schema_days SET tally = x'00'")
	s.counted(t)
	s.wantSchema(t, "by other rules", SchemaAsk{}, want)

	s.set(t, "UPDATE schema_days SET tally = x'00'") // and a row that cannot be read
	s.sendSome(t, time.Now())
	if _, err := s.CountSchema(t.Context()); err == nil {
		t.Error("nobody hears of the row")
	}
	s.counted(t)
	s.wantSchema(t, "with a damaged row", SchemaAsk{Source: "Prod"}, "Prod track/Order Completed 2 a:2")
}

func TestNamesBeyondTheCapAreSaidNotCounted(t *testing.T) {
	s, at := openLog(t, Options{}), time.Now()
	messages := make([]string, 500)
	for i := range messages {
		messages[i] = `{"properties":{"a":1}}`
	}
	for part := range 5 {
		s.must(t, s.batch(at, messages, func(i int, r *event.Record) { r.Name = fmt.Sprint("Event ", part*500+i) }))
	}
	s.must(t, s.batch(at, messages[:1], func(_ int, r *event.Record) { r.Name = strings.Repeat("long", 1000) }))
	s.must(t, s.batch(at, messages[:1], func(_ int, r *event.Record) { r.Name = "Event 1" }))
	s.counted(t)
	list, uncounted, err := s.Schema(t.Context(), SchemaAsk{})
	if err != nil || len(list) != schema.MaxEvents || uncounted != 501 {
		t.Fatalf("lists %d names, %d events besides, %v", len(list), uncounted, err)
	}
	s.wantSchema(t, "a name that is counted", SchemaAsk{Event: "Event 1"}, "Dev track/Event 1 2 a:2")
	s.set(t, "UPDATE schema_progress SET after_seq = after_seq") // begins anew, and knows the names again
	s.must(t, s.batch(at, messages[:1], func(_ int, r *event.Record) { r.Name = "one more" }))
	s.counted(t)
	if _, uncounted, _ := s.Schema(t.Context(), SchemaAsk{}); uncounted != 502 {
		t.Errorf("%d events besides", uncounted)
	}
}

func TestDeletedValuesAreNoExamples(t *testing.T) {
	c := newClock()
	s := openLog(t, Options{Now: c.now})
	s.must(t, s.single(c.now(), "m1", "u1", `{"properties":{"a":"secret"}}`))
	s.must(t, s.single(c.now(), "m2", "u2", `{"properties":{"a":"fine"}}`))
	s.must(t, s.batch(c.now(), []string{`{"properties":{"a":"other event"}}`}, func(_ int, r *event.Record) { r.Name = "Other" }))
	s.counted(t)
	if _, _, err := s.Delete(t.Context(), ask(t, "user:u1")); err != nil {
		t.Fatal(err)
	}
	values := func() string {
		text := ""
		for _, e := range s.schemaOf(t, SchemaAsk{}) {
			text += fmt.Sprintf("%s%d%v", e.Name, e.Events, e.Properties["a"].Examples())
		}
		return text
	}
	if got := values(); got != `Order Completed2["secret" "fine"]Other1["other event"]` {
		t.Errorf("while it can be undone: %s", got)
	}
	c.pass(11 * time.Second)
	eventually(t, "values are forgotten", func() bool { return values() == `Order Completed2[]Other1["other event"]` })
	s.must(t, s.single(c.now(), "m3", "u2", `{"properties":{"a":"new"}}`))
	s.counted(t)
	if got := values(); got != `Order Completed3["new"]Other1["other event"]` {
		t.Errorf("afterwards: %s", got)
	}
}

func TestDeletingEverythingClearsTheSchema(t *testing.T) {
	c := newClock()
	s := openLog(t, Options{Now: c.now})
	s.sendSome(t, c.now())
	s.counted(t)
	id, _, err := s.Delete(t.Context(), Ask{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Undo(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	s.counted(t)
	s.wantSchema(t, "undone", SchemaAsk{Source: "Prod"}, "Prod track/Order Completed 1 a:1")
	if _, _, err := s.Delete(t.Context(), Ask{}); err != nil {
		t.Fatal(err)
	}
	s.must(t, s.single(c.now(), "m9", "u", `{"properties":{"b":1}}`)) // came since
	c.pass(11 * time.Second)
	eventually(t, "counts are gone", func() bool {
		s.counted(t)
		return said(s.schemaOf(t, SchemaAsk{})) == "Dev track/Order Completed 1 b:1"
	})
}

func TestOldDaysAreDropped(t *testing.T) {
	c := newClock()
	s := openLog(t, Options{Now: c.now})
	s.sendSome(t, c.now())
	s.counted(t)
	c.pass((seenDays + 1) * 24 * time.Hour)
	s.counted(t)
	s.wantSchema(t, "after more than a year", SchemaAsk{}, "")
}

// Whatever the steps are, who sends meanwhile and how often counting begins
// anew, every event counts once.
func TestCountingWhileEventsArrive(t *testing.T) {
	s := openLog(t, Options{})
	var sending sync.WaitGroup
	for w := range 4 {
		sending.Go(func() {
			for i := range 100 {
				s.must(t, s.batch(time.Now(), []string{`{"properties":{"a":1}}`, `{"properties":{"b":[1]}}`, `{"properties":{"a":2,"b":3}}`}, func(j int, r *event.Record) {
					r.MessageID = fmt.Sprint(w, i, j)
				}))
			}
		})
	}
	done := make(chan struct{})
	go func() { sending.Wait(); close(done) }()
	for n := 0; ; n++ {
		if _, err := s.CountSchema(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n%5 == 0 {
			s.seen.mu.Lock()
			s.forgetSeen()
			s.seen.mu.Unlock()
		}
		select {
		case <-done:
			s.counted(t)
			s.wantSchema(t, "at the end", SchemaAsk{}, "Dev track/Order Completed 1200 a:800 b:800")
			return
		default:
		}
	}
}

// BenchmarkCountSchema counts stored events of 1 KB; an op is an event.
func BenchmarkCountSchema(b *testing.B) {
	s := openLog(b, Options{})
	messages := make([]string, 1000)
	for i := range messages {
		messages[i] = fmt.Sprintf(`{"properties":{"order_id":"o-%d","total":%d.5,"currency":"EUR","products":[{"sku":"a","price":1},{"sku":"b","price":2.5}],"note":"%s"}}`, i, i, strings.Repeat("lorem ipsum ", 65))
	}
	for n := 0; n < b.N; n += len(messages) {
		s.must(b, s.batch(time.Now(), messages, func(i int, r *event.Record) { r.Name = fmt.Sprint("Event ", i%20) }))
	}
	b.ReportAllocs()
	b.ResetTimer()
	for more := true; more; {
		c, err := s.CountSchema(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		more = c.More
	}
}
