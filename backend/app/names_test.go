package app

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/demo"
	"sidetrack/backend/event"
	"sidetrack/backend/store"
)

// named sends a track call and returns the naming findings of the newest event.
func (r *running) named(event, properties string) string {
	r.Helper()
	body := `{"writeKey":"` + r.Endpoint().Sources[0].WriteKey + `","userId":"u1","event":"` + event + `","properties":` + properties + `}`
	resp, err := http.Post(r.Endpoint().URL+"/v1/track", "application/json", strings.NewReader(body))
	if err != nil || resp.StatusCode != http.StatusOK {
		r.Fatal(resp, err)
	}
	resp.Body.Close()
	return strings.Join(r.namings("limit=1"), "; ")
}

func (r *running) namings(ask string) (list []string) {
	r.Helper()
	_, body := r.ask("GET", r.Endpoint().URL+"/api/events?"+ask)
	var page struct{ Items []event.Record }
	if err := json.Unmarshal([]byte(body), &page); err != nil || len(page.Items) == 0 {
		r.Fatal(err, body)
	}
	for _, e := range page.Items {
		for _, f := range e.Findings {
			if strings.HasPrefix(f.Code, "naming.") {
				list = append(list, f.Code+" "+f.Path+" "+f.Nearest)
			}
		}
	}
	return list
}

func TestNamesAreHeldAgainstHabits(t *testing.T) {
	dir := t.TempDir()
	r := start(t, dir, "127.0.0.1:0")
	if got := r.named("orderCompleted", `{"orderId":1}`); got != "naming.event_casing /event Order Completed; naming.property_casing /properties/orderId order_id" {
		t.Error(got)
	}
	for range 2 {
		if got := r.named("Cart Viewed", `{"cart_id":"1"}`); got != "" {
			t.Error(got)
		}
	}
	if got := r.named("cart viewed", `{}`); got != "naming.near_duplicate_event /event Cart Viewed" {
		t.Error(got)
	}
	r.counted("Cart Viewed", 2)
	r.stop()
	r = start(t, dir, "127.0.0.1:0") // the log remembers which spelling is usual
	deadline := time.Now().Add(10 * time.Second)
	for spelling, got := "Cart", ""; got != "naming.near_duplicate_event /event Cart Viewed"; time.Sleep(10 * time.Millisecond) {
		spelling += "_" // another one each time: what comes often becomes usual
		if got = r.named(spelling+"Viewed", `{}`); time.Now().After(deadline) {
			t.Fatal(got)
		}
	}
}

// Naming rules are listed and muted as every other finding.
func TestNamesCanBeMuted(t *testing.T) {
	r := start(t, t.TempDir(), "127.0.0.1:0")
	var known struct {
		Items []struct{ Code, Page, Explanation string }
	}
	r.post("GET", "/api/findings", "", &known)
	listed := map[string]bool{}
	for _, k := range known.Items {
		listed[k.Code] = k.Page != "" && k.Explanation != ""
	}
	if !listed["naming.text_boolean"] || !listed["plan.wrong_type"] || !listed["segment.too_big"] {
		t.Errorf("%v", known.Items)
	}
	r.named("Order Completed", `{"gift":"true"}`)
	if got := r.verdict(1); got != event.HasWarning {
		t.Error(got)
	}
	if code := r.post("POST", "/api/mutes", `{"code":"naming.text_boolean","path":"/properties/gift","reason":"the old app does","by":"Ada"}`, nil); code >= 300 {
		t.Fatal(code)
	}
	r.becomes(1, event.Good)
	r.named("Order Completed", `{"gift":"true","order_id":"2"}`)
	if got := r.verdict(2); got != event.Good {
		t.Error(got)
	}
}

// counted waits until the schema of what was sent has an event so many times.
func (r *running) counted(name string, times int64) {
	r.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		list, _, err := r.store.Schema(r.Context(), store.SchemaAsk{Call: "track"})
		if err != nil || time.Now().After(deadline) {
			r.Fatal("it was not counted", err)
		}
		for i := range list {
			if list[i].Name == name && list[i].Events == times {
				return
			}
		}
	}
}

func TestAPlanDecidesAboutNames(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "plan.yaml")
	writePlan(t, file, "sidetrack-plan: 1\nlint:\n  property_casing: off\nevents:\n  orderCompleted:\n    properties:\n      order_2024_01_31: string\n")
	r := withPlan(t, t.TempDir(), file)
	if got := r.named("orderCompleted", `{"orderId":1,"order_2024_01_31":"x"}`); got != "" {
		t.Error("the plan names these, or switched the rule off:", got)
	}
	if got := r.named("cartViewed", `{"cartId":1,"a_2024_01_31":"true"}`); got != "naming.event_casing /event Cart Viewed; naming.dynamic_property /properties/a_2024_01_31 a; naming.text_boolean /properties/a_2024_01_31 " {
		t.Error(got)
	}
}

// What a plan switches on or off, or agrees on, counts for stored events too.
func TestAChangedPlanDecidesAboutStoredNames(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plan.yaml")
	writePlan(t, file, "sidetrack-plan: 1\nevents:\n  Order Completed: {}\n")
	r := withPlan(t, t.TempDir(), file)
	r.named("Cart Viewed", `{}`)
	r.named("Cart Viewed", `{}`)
	before := r.named("cart viewed", `{"cartId":1}`)
	if before != "naming.near_duplicate_event /event Cart Viewed; naming.property_casing /properties/cartId cart_id" {
		t.Fatal(before)
	}
	becomes := func(want string) {
		t.Helper()
		got := ""
		for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			if got = strings.Join(r.namings("limit=1"), "; "); got == want {
				return
			}
		}
		t.Fatalf("%q, want %q", got, want)
	}
	writePlan(t, file, "sidetrack-plan: 1\nlint:\n  property_casing: off\nevents:\n  Order Completed: {}\n")
	becomes("naming.near_duplicate_event /event Cart Viewed")
	writePlan(t, file, "sidetrack-plan: 1\nevents:\n  Order Completed: {}\n")
	becomes(before)
	writePlan(t, file, "sidetrack-plan: 1\nevents:\n  cart viewed: {properties: {cartId: integer}}\n")
	becomes("")
}

// The shop makes mistakes for people to see, and none of them is a name.
func TestTheDemoShopNamesThingsWell(t *testing.T) {
	r := start(t, t.TempDir(), "127.0.0.1:0")
	for seed := range uint64(3) {
		script := demo.Script(seed+1, 9)
		for i := range script {
			body, err := script[i].Body(time.Now())
			if err != nil {
				t.Fatal(err)
			}
			req, err := http.NewRequest("POST", r.Endpoint().URL+script[i].Path, bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range script[i].Headers {
				req.Header.Set(name, value)
			}
			req.SetBasicAuth(r.Endpoint().Sources[0].WriteKey, "")
			resp, err := http.DefaultClient.Do(req)
			if err != nil || resp.StatusCode != http.StatusOK {
				t.Fatal(resp, err)
			}
			resp.Body.Close()
		}
	}
	if list := r.namings("limit=1000"); len(list) > 0 {
		t.Error(list)
	}
}

func TestWhatTheDemoSpellsIsNobodysHabit(t *testing.T) {
	r := start(t, t.TempDir(), "127.0.0.1:0")
	src, err := r.store.CreateSource(t.Context(), demo.SourceName, nil, true)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		resp, err := http.Post(r.Endpoint().URL+"/v1/track", "application/json", strings.NewReader(`{"writeKey":"`+string(src.WriteKey)+`","userId":"u","event":"Order Completed"}`))
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatal(resp, err)
		}
		resp.Body.Close()
	}
	if got := r.named("Order completed", `{}`); got != "naming.event_casing /event Order Completed" {
		t.Error(got)
	}
}
