package app

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"

	"sidetrack/backend/api"
)

const enforcing = `sidetrack-plan: 1
name: Shop
events:
  Order Completed:
    properties: {total: number}
enforcement:
  track: {unplanned_events: block, unplanned_properties: omit, violations: block}
transformations:
  - {name: Paid, event: Order Completed, rename_event: Order Paid}
  - {name: Braze, destination: Braze, event: Order Paid, rename: {properties.total: properties.revenue}}
`

func (r *running) json(path string, into any) {
	r.Helper()
	if _, body := r.ask("GET", r.Endpoint().URL+path); json.Unmarshal([]byte(body), into) != nil {
		r.Fatal(body)
	}
}

// What is stored of an event is the same with enforcement and without, and the
// same after it was previewed, byte by byte.
func TestEnforcementNeverTouchesTheLog(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "plan.yaml")
	writePlan(t, file, enforcing)
	strict := withPlan(t, filepath.Join(dir, "strict"), file)
	lax := withPlan(t, filepath.Join(dir, "lax"), "")
	totals := []string{`281.90`, `"281.90"`, `1.50,"extra":{"b":1e2,"a":"\ud800"}`}
	stored := func(r *running, seq int) (message, raw, record string) {
		t.Helper()
		var e struct{ Message json.RawMessage }
		_, record = r.ask("GET", fmt.Sprintf("%s/api/events/%d", r.Endpoint().URL, seq))
		if err := json.Unmarshal([]byte(record), &e); err != nil {
			t.Fatal(err)
		}
		_, raw = r.ask("GET", fmt.Sprintf("%s/api/events/%d/raw", r.Endpoint().URL, seq))
		return string(e.Message), raw, record
	}
	for i, total := range totals {
		strict.order(total)
		lax.order(total)
		_, raw, record := stored(strict, i+1)
		var preview api.EnforcementPreview
		strict.json(fmt.Sprintf("/api/events/%d/enforcement?destination=Braze", i+1), &preview)
		message, rawAfter, recordAfter := stored(strict, i+1)
		if raw != rawAfter || record != recordAfter {
			t.Errorf("a preview changed event %d:\n%s\n%s", i+1, record, recordAfter)
		}
		if preview.Before != message || preview.Blocked != (i == 1) || preview.After == preview.Before {
			t.Errorf("%+v", preview)
		}
		_, rawLax, _ := stored(lax, i+1)
		if keyless(raw, strict) != keyless(rawLax, lax) {
			t.Errorf("enforcement changed what is stored:\n%s\n%s", raw, rawLax)
		}
	}
}

// keyless takes the write key out, which two programs do not share.
func keyless(body string, r *running) string {
	var m map[string]json.RawMessage
	if json.Unmarshal([]byte(body), &m) != nil || string(m["writeKey"]) != `"`+r.Endpoint().Sources[0].WriteKey+`"` {
		r.Fatal(body)
	}
	delete(m, "writeKey")
	text, _ := json.Marshal(m)
	return string(text)
}

func TestEnforcementInForceIsCounted(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "plan.yaml")
	writePlan(t, file, enforcing)
	a := withPlan(t, filepath.Join(dir, "data"), file)
	for _, total := range []string{`1`, `"1"`, `1,"extra":1`} {
		a.order(total)
	}
	a.track("Cart Viewed")
	var out struct {
		Examined int
		Oldest   int64
		Items    []api.SourceEnforcement
	}
	a.json("/api/plan/enforcement", &out)
	if out.Examined != 4 || out.Oldest != 1 || len(out.Items) == 0 {
		t.Fatalf("%+v", out)
	}
	dev := out.Items[0]
	if !dev.Set || dev.Enforcement.Track.Violations.Do != "block" || dev.Enforcement.Group.Violations.Do != "allow" || dev.Enforcement.Track.Violations.At.Line != 7 {
		t.Errorf("%+v", dev.Enforcement)
	}
	if len(dev.Transformations) != 2 || dev.Transformations[1].Destination != "Braze" || len(dev.Transformations[1].Changes) != 1 {
		t.Errorf("%+v", dev.Transformations)
	}
	if c := dev.Counts; c.Events != 4 || c.Blocked != 2 || c.Reasons["unplanned"] != 1 || c.Reasons["schema_violation"] != 1 || c.Omitted != 1 || c.Transformed != 2 {
		t.Errorf("%+v", c)
	}
	a.json("/api/plan/enforcement?last=2", &out)
	if out.Examined != 2 || out.Oldest != 3 {
		t.Errorf("%+v", out)
	}
}
