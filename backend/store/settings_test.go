package store_test

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/store"
)

func TestSettingsAreKept(t *testing.T) {
	dir := t.TempDir()
	if stored, err := store.StoredSettings(t.Context(), dir); err != nil || len(stored) != 0 {
		t.Errorf("of an empty folder: %v, %v", stored, err)
	}
	log, err := store.Open(store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []map[string]string{{"keep": "1", "keep-for": "2d"}, {"keep": "3"}} {
		if err := log.SaveSettings(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{"keep": "3", "keep-for": "2d"}
	if stored, err := log.Settings(t.Context()); err != nil || !maps.Equal(stored, want) {
		t.Errorf("%v, %v", stored, err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if stored, err := store.StoredSettings(t.Context(), dir); err != nil || !maps.Equal(stored, want) {
		t.Errorf("of a closed log: %v, %v", stored, err)
	}
	if stored, err := store.StoredSettings(t.Context(), t.TempDir()+"/?a#b"); err != nil || len(stored) != 0 {
		t.Errorf("of a folder that is not there: %v, %v", stored, err)
	}
}

// What was stored decides before the first pruning: a log that is kept for
// ever must not lose events to the default at a start.
func TestStoredRetentionDecidesBeforeTheFirstPruning(t *testing.T) {
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	o := store.Options{Dir: t.TempDir(), Now: func() time.Time { return now }}
	o.Retention.MaxAge = 24 * time.Hour
	forEver := func(map[string]string) (store.Retention, error) { return store.Retention{}, nil }
	o.Bounds = forEver
	log, err := store.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		old := event.Record{
			ReceivedAt: now.AddDate(-1, 0, 0), Disposition: event.Accepted, Verdict: event.Good,
			Source: event.SourceRef{ID: log.Sources()[0].ID}, Message: json.RawMessage("{}"),
		}
		if err := log.Import(t.Context(), []event.Record{old}); err != nil {
			t.Fatal(err)
		}
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if log, err = store.Open(o); err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	// A pruning that takes one shows that the first, at the start, took none.
	log.SetRetention(store.Retention{MaxEvents: 2})
	for log.Counters().Pruned == 0 {
		time.Sleep(5 * time.Millisecond)
	}
	if c := log.Counters(); c.Pruned != 1 || log.Retention().MaxEvents != 2 {
		t.Errorf("pruned %d, want 1 at once; retention %+v", c.Pruned, log.Retention())
	}
}
