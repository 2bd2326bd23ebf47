package store_test

import (
	"encoding/json"
	"testing"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/store"
)

// An import puts old events behind newer ones. Pruning by age must not take
// the newer ones along.
func TestPruningSparesWhatStandsBeforeAnOldImport(t *testing.T) {
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	o := store.Options{Dir: t.TempDir(), Now: func() time.Time { return now }}
	log, err := store.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	received := []time.Time{now.AddDate(0, 0, -40), now, now.AddDate(0, 0, -40)}
	for _, at := range received {
		rec := event.Record{
			ReceivedAt: at, Timestamp: at, Type: "track", MessageID: "same", Disposition: event.Accepted, Verdict: event.Good,
			Source: event.SourceRef{ID: log.Sources()[0].ID}, Message: json.RawMessage(`{"event":"Sold"}`),
		}
		if err := log.Import(t.Context(), []event.Record{rec}); err != nil {
			t.Fatal(err)
		}
	}
	if last := log.Counters().LastReceived; !last.Equal(now) {
		t.Errorf("last received is %s: an import of older events moved it", last)
	}
	if seen, err := log.Seen(); err != nil || len(seen) != 0 {
		t.Errorf("an import counts as somebody sending: %v, %v", seen, err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	o.Retention.MaxAge = 30 * 24 * time.Hour
	if log, err = store.Open(o); err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	for log.Counters().Pruned == 0 {
		time.Sleep(5 * time.Millisecond)
	}
	items, _, err := log.Events(t.Context(), store.Ask{Limit: 10})
	if err != nil || len(items) != 2 || items[1].Seq != 2 {
		t.Errorf("left after pruning: %v, %v; want events 3 and 2", items, err)
	}
	if len(items[0].Findings) != 0 {
		t.Errorf("an imported event got a finding: %v", items[0].Findings)
	}
}
