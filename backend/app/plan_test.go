package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/api"
	"sidetrack/backend/config"
)

// segmentPlan is a plan with one event whose total is of a type.
func segmentPlan(total string) string {
	return fmt.Sprintf(`{"name":"Shop","rules":[{"type":"TRACK","key":"Order Completed","version":1,"jsonSchema":{
	"$schema":"http://json-schema.org/draft-07/schema#","type":"object",
	"properties":{"context":{},"traits":{},"properties":{"type":"object","properties":{
		"total":{"type":[%q]}
	}}}}}]}`, total)
}

func writePlan(t testing.TB, file, text string) {
	t.Helper()
	if err := os.WriteFile(file+".new", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil { // as editors do
		t.Fatal(err)
	}
}

// withPlan is an app whose plan a setting names, if any.
func withPlan(t testing.TB, dir, plan string) *running {
	t.Helper()
	flags := map[string]string{}
	if plan != "" {
		flags[config.Plan] = plan
	}
	values, err := config.Resolve(flags, config.Surroundings{Lookup: func(string) (string, bool) { return "", false }})
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(config.Config{Version: "1", Data: dir, Listen: "127.0.0.1:0", Values: values}, screen)
	if err != nil {
		t.Fatal(err)
	}
	return run(t, a, dir)
}

func (r *running) order(total string) {
	r.Helper()
	body := fmt.Sprintf(`{"writeKey":%q,"userId":"u1","event":"Order Completed","type":"track","properties":{"total":%s}}`, r.Endpoint().Sources[0].WriteKey, total)
	resp, err := http.Post(r.Endpoint().URL+"/v1/track", "application/json", strings.NewReader(body))
	if err != nil || resp.StatusCode != 200 {
		r.Fatal(resp, err)
	}
	resp.Body.Close()
}

func (r *running) plan() (view api.PlanView) {
	r.Helper()
	_, body := r.ask("GET", r.Endpoint().URL+"/api/plan")
	if err := json.Unmarshal([]byte(body), &view); err != nil {
		r.Fatal(err, body)
	}
	return view
}

// codes lists the findings of an event: "plan.wrong_type plan.json:4:19".
func (r *running) codes(seq int) string {
	r.Helper()
	_, body := r.ask("GET", fmt.Sprintf("%s/api/events/%d", r.Endpoint().URL, seq))
	var e struct {
		Verdict  string
		Findings []struct{ Code, Rule string }
	}
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		r.Fatal(err, body)
	}
	text := e.Verdict
	for _, f := range e.Findings {
		text += " " + f.Code + " " + f.Rule
	}
	return text
}

// within waits for something to hold.
func within(t testing.TB, d time.Duration, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(d); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %v", what, d)
		}
	}
}

func TestThePlanFileJudgesWhatArrivesAndWhatIsStored(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plan.json")
	writePlan(t, file, segmentPlan("number"))
	r := withPlan(t, t.TempDir(), file)
	r.order(`"25"`)
	r.order("25")
	if got := r.codes(1); got != "violation plan.wrong_type plan.json:4:19" {
		t.Error(got)
	}
	if got := r.codes(2); got != "good" {
		t.Error(got)
	}
	if v := r.plan(); v.State != "in_force" || len(v.Plans) != 1 || v.Plans[0].Name != "Shop" || v.Plans[0].Rules[0].Fields[0].Name != "total" || v.Setting.Editable {
		t.Errorf("%+v", v)
	}

	writePlan(t, file, segmentPlan("string"))
	within(t, 5*time.Second, "verdicts by the new plan", func() bool { return r.codes(1) == "good" && strings.HasPrefix(r.codes(2), "violation plan.wrong_type") })

	writePlan(t, file, "{\n  \"name\": \"Shop\",\n  \"rules\" []\n}")
	within(t, 5*time.Second, "the error", func() bool { return r.plan().State == "error" })
	if e := r.plan().Error; e.At.Line != 3 || e.At.File != "plan.json" {
		t.Errorf("%+v", e)
	}
	r.order("25")
	if got := r.codes(3); !strings.HasPrefix(got, "violation") {
		t.Error("the last good plan is not in force:", got)
	}
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Remove(file))
	within(t, 5*time.Second, "the file that went", func() bool { e := r.plan().Error; return e != nil && strings.Contains(e.Message, "no such file") })
	writePlan(t, file, segmentPlan("number"))
	within(t, 5*time.Second, "the file that came back", func() bool { return r.plan().State == "in_force" && r.codes(3) == "good" })
}

func TestAPlanChosenOnTheScreenIsKept(t *testing.T) {
	dir, plans := t.TempDir(), t.TempDir()
	file := filepath.Join(plans, "plan.json")
	writePlan(t, file, segmentPlan("number"))
	r := withPlan(t, dir, "")
	r.order(`"25"`)
	if got := r.codes(1); got != "good" || r.plan().State != "none" {
		t.Error(got)
	}
	put := func(paths ...string) (int, string) {
		b, _ := json.Marshal(map[string]any{"paths": paths})
		req, err := http.NewRequest("PUT", r.Endpoint().URL+"/api/plan", strings.NewReader(string(b)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+r.token)
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var problem struct{ Detail string }
		_ = json.NewDecoder(resp.Body).Decode(&problem)
		return resp.StatusCode, problem.Detail
	}
	for _, bad := range []string{"plan.json", filepath.Join(plans, "none.json")} {
		if status, detail := put(bad); status < 400 || status >= 500 || detail == "" {
			t.Error(bad, status, detail)
		}
	}
	if status, detail := put(file); status != 200 {
		t.Fatal(status, detail)
	}
	within(t, 5*time.Second, "the stored event", func() bool { return strings.HasPrefix(r.codes(1), "violation") })
	r.stop()

	r = withPlan(t, dir, "")
	if v := r.plan(); v.State != "in_force" || v.Setting.Layer != "stored setting" || !v.Setting.Editable {
		t.Errorf("%+v", v.Setting)
	}
	if status, _ := put(); status != 200 {
		t.Fatal(status)
	}
	within(t, 5*time.Second, "no plan", func() bool { return r.codes(1) == "good" && r.plan().State == "none" })
}
