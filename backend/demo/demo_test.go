package demo_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sidetrack/backend/collector"
	"sidetrack/backend/demo"
	"sidetrack/backend/event"
	"sidetrack/backend/fault"
	"sidetrack/backend/source"
	"sidetrack/backend/spec"
	"sidetrack/backend/store"
)

var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func written(t *testing.T, seed uint64) string {
	t.Helper()
	var all bytes.Buffer
	for _, r := range demo.Script(seed, 9) {
		body, err := r.Body(noon)
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(r.Due.String() + " " + r.Path + " ")
		all.Write(body)
		all.WriteByte('\n')
	}
	return all.String()
}

func TestOneSeedIsOneScript(t *testing.T) {
	if once, again := written(t, 7), written(t, 7); once != again {
		t.Error("the same seed made two scripts")
	}
	if written(t, 7) == written(t, 8) {
		t.Error("two seeds made the same script")
	}
}

func TestScriptIsPacedLikePeople(t *testing.T) {
	for _, shoppers := range []int{1, 2, 3, demo.DefaultShoppers, demo.MaxShoppers} {
		script := demo.Script(3, shoppers)
		if script[0].Due > time.Second {
			t.Errorf("%d shoppers: the first request comes after %s", shoppers, script[0].Due)
		}
		last := time.Duration(0)
		for _, r := range script {
			if r.Due < last {
				t.Fatalf("%d shoppers: out of order at %s", shoppers, r.Due)
			}
			last = r.Due
		}
		if last < 20*time.Second || last > 200*time.Second {
			t.Errorf("%d shoppers: lasts %s", shoppers, last)
		}
	}
}

// The whole road: what the shoppers send is stored by the real collector, with
// every call there is and every kind of mistake the demo promises.
func TestShopFillsTheLog(t *testing.T) {
	log, err := store.Open(store.Options{Dir: t.TempDir(), SentDuplicate: spec.DuplicateID})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	server := httptest.NewServer(collector.New(collector.Options{Log: log, Sources: log}).Handler())
	defer server.Close()
	shop := demo.New(demo.Options{URL: server.URL, Sources: log})
	defer shop.Close()
	state, err := shop.Start(t.Context(), demo.Run{Speed: 100, Shoppers: 3, Seed: 1})
	if err != nil || !state.Running {
		t.Fatalf("started: %+v, %v", state, err)
	}
	for shop.State().Running {
		time.Sleep(10 * time.Millisecond)
	}
	items, _, err := log.Events(t.Context(), store.Ask{Limit: 1000, Message: true})
	if err != nil {
		t.Fatal(err)
	}
	if sent := shop.State().Sent; sent != len(items) || sent < 40 {
		t.Errorf("%d messages were sent, %d stored", sent, len(items))
	}
	seen := map[string]int{}
	for _, r := range items {
		seen[r.Type]++
		for _, f := range r.Findings {
			seen[f.Code]++
		}
		if r.Source.ID != state.SourceID || r.Source.Name != demo.SourceName || r.Source.Label == nil || *r.Source.Label != source.Dev {
			t.Fatalf("event %d is of source %+v", r.Seq, r.Source)
		}
	}
	for _, want := range []string{"page", "identify", "track", "screen", "group", "segment.no_user_or_anonymous_id", "segment.too_big",
		"segment.duplicate_id", "segment.reserved_type", "segment.event_missing", "lens.sent_twice"} {
		if seen[want] == 0 {
			t.Errorf("no %s among %v", want, seen)
		}
	}
	if good := countGood(items); good < len(items)/2 {
		t.Errorf("only %d of %d events are good: the mistakes should be the exception", good, len(items))
	}
	for _, s := range log.Sources() {
		if s.Name == demo.SourceName && !s.Demo {
			t.Error("the demo's source is not marked as demo")
		}
	}
}

func countGood(items []event.Record) (n int) {
	for _, r := range items {
		if r.Verdict == event.Good {
			n++
		}
	}
	return n
}

// street is a collector that only counts, and sources in memory.
type street struct {
	made, posts int
}

func (s *street) RoundTrip(r *http.Request) (*http.Response, error) {
	s.posts++
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader("{}"))}, nil
}

func (s *street) Sources() []source.Source {
	if s.made == 0 {
		return []source.Source{{ID: "mine", Name: demo.SourceName}} // a person's own, of the same name
	}
	return []source.Source{{ID: "demo", Name: demo.SourceName, Demo: true}}
}

func (s *street) CreateSource(_ context.Context, name string, _ *source.Label, isDemo bool) (source.Source, error) {
	s.made++
	return source.Source{ID: "demo", Name: name, Demo: isDemo}, nil
}

func TestShopStopsByItselfAndOnDemand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := &street{}
		changes := 0
		shop := demo.New(demo.Options{URL: "http://collector", Sources: st, Client: &http.Client{Transport: st}, Changed: func() { changes++ }})
		start := func() {
			if _, err := shop.Start(t.Context(), demo.Run{Seed: 5}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		start()
		time.Sleep(time.Second)
		synctest.Wait()
		if st.posts == 0 {
			t.Error("nothing was sent within a second")
		}
		before := shop.State()
		start()
		if shop.State() != before {
			t.Error("starting it again began it anew")
		}
		if state := shop.Stop(); state.Running || state.Sent == 0 {
			t.Errorf("after stop: %+v", state)
		}
		sent := st.posts
		time.Sleep(time.Minute)
		if st.posts != sent {
			t.Error("it went on sending after stop")
		}
		start()
		time.Sleep(4 * time.Minute)
		synctest.Wait()
		if shop.State().Running {
			t.Error("it still runs after four minutes")
		}
		if st.made != 1 || changes != 4 {
			t.Errorf("%d sources made, %d changes told; want 1 and 4", st.made, changes)
		}
		shop.Close()
		if _, err := shop.Start(t.Context(), demo.Run{}); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("after close: %v", err)
		}
	})
}

func TestShopRefusesWhatMakesNoSense(t *testing.T) {
	shop := demo.New(demo.Options{Sources: &street{}})
	for _, r := range []demo.Run{{Speed: -1}, {Speed: 1000}, {Shoppers: -1}, {Shoppers: 51}} {
		if _, err := shop.Start(t.Context(), r); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", r, err)
		}
	}
}
