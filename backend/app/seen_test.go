package app

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/api"
)

// schemaCounted waits until the schema has what was stored.
func (r *running) schemaCounted() {
	r.Helper()
	for end := time.Now().Add(10 * time.Second); r.store.SchemaThrough() < r.store.Counters().Head; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			r.Fatal("nobody counts")
		}
	}
}

// What was stored is in the schema when it is asked for, also after a restart.
func TestTheSchemaHasWhatWasJustSent(t *testing.T) {
	dir := t.TempDir()
	for n := range 2 {
		r := start(t, dir, "127.0.0.1:0")
		for range 3 {
			r.track("Order Completed")
		}
		_, body := r.ask("GET", r.address()+"/api/schema")
		var out struct {
			Items   []api.SeenEvent
			Through int64
		}
		if err := json.Unmarshal([]byte(body), &out); err != nil {
			t.Fatal(err)
		}
		want := int64(3 * (n + 1))
		if len(out.Items) != 1 || out.Items[0].Events != want || out.Through != want {
			t.Errorf("start %d: %s", n+1, body)
		}
		if resp, body := r.ask("GET", r.address()+"/api/plan/coverage"); resp.StatusCode != 200 || !strings.HasPrefix(body, `{"plans":[],"unbound":`) {
			t.Errorf("coverage without a plan: %d %s", resp.StatusCode, body)
		}
		r.stop()
	}
}
