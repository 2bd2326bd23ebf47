package api

import (
	"context"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/fault"
	"sidetrack/backend/planfile"
)

// planner is a fake that keeps what it was asked.
type planner struct {
	violations ViolationAsk
	edits      []PlanEdits
	suggestion SuggestionAsk
	draft      DraftAsk
}

func (p *planner) Violations(_ context.Context, a ViolationAsk) (ViolationList, error) {
	p.violations = a
	return ViolationList{Items: []Violation{}}, nil
}

func (p *planner) EditPlan(_ context.Context, e PlanEdits) (PlanEdited, error) {
	if p.edits = append(p.edits, e); e.Expect == "old" {
		return PlanEdited{}, fault.New(fault.Conflict, "it has changed since")
	}
	return PlanEdited{Hunks: []planfile.Hunk{}}, nil
}

func (p *planner) SuggestEdits(_ context.Context, a SuggestionAsk) (PlanSuggestions, error) {
	p.suggestion = a
	return PlanSuggestions{Items: []PlanSuggestion{}}, nil
}

func (p *planner) Drafts() (Drafts, error) { return Drafts{}, nil }

func (p *planner) DraftPlan(_ context.Context, a DraftAsk) (Drafted, error) {
	p.draft = a
	return Drafted{Notes: []string{}}, nil
}

func openPlanner(t *testing.T) (*door, *planner) {
	d, p := open(t), &planner{}
	d.Schema, d.Options.Violations, d.PlanEditor, d.PlanDrafter = &fakeSchema{}, p, p, p
	return d, p
}

func TestViolationsAreAskedForAsSaid(t *testing.T) {
	d, p := openPlanner(t)
	d.ok(d.ask("GET", "/api/violations?q=order&source=Dev&label=dev&since=2h&limit=7", ""), nil)
	if want := (ViolationAsk{"order", "Dev", "dev", noon.Add(-2 * time.Hour), 7}); p.violations != want {
		t.Errorf("%+v", p.violations)
	}
	d.ok(d.ask("GET", "/api/violations", ""), nil)
	if p.violations != (ViolationAsk{Limit: 100}) {
		t.Errorf("%+v", p.violations)
	}
	d.refused(d.ask("GET", "/api/violations?since=soon", ""), 422, "since is a time")
	d.refused(d.ask("GET", "/api/violations?limit=1001", ""), 422, "limit is a whole number from 1")
	d.refused(d.ask("GET", "/api/violations?code=plan.pattern", ""), 422, `no parameter "code"`)
	if w := d.ask("GET", "/api/violations?label=live", ""); w.Code != 422 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// Nobody changes a file by leaving something out.
func TestEditsAreOnlyMadeWhenSaid(t *testing.T) {
	d, p := openPlanner(t)
	const edit = `"edits":[{"action":"change","event":"Paid","property":"a","types":[],"enum":[1.50,"x"],"required":false}]`
	for body, dry := range map[string]bool{`{` + edit + `}`: true, `{"dryRun":true,` + edit + `}`: true, `{"dryRun":null,` + edit + `}`: true, `{"dryRun":false,"expect":"sum","plan":"1",` + edit + `}`: false} {
		p.edits = nil
		w := d.ask("POST", "/api/plan/edits", body)
		if strings.Contains(body, "null") && w.Code == 422 {
			continue // not taken for false either
		}
		d.ok(w, nil)
		e := p.edits[0]
		if e.DryRun != dry || len(e.Edits) != 1 || e.Edits[0].Types == nil || len(e.Edits[0].Types) != 0 || string(e.Edits[0].Enum[0]) != "1.50" || *e.Edits[0].Required {
			t.Errorf("%s: %+v", body, e)
		}
		if !dry && (e.Expect != "sum" || e.Plan != "1") {
			t.Errorf("%+v", e)
		}
	}
	p.edits = nil
	for _, body := range []string{`{}`, `{"edits":[]}`, `{"edits":[{"action":"guess"}]}`, `{"edits":[{"event":"x"}]}`, `{"edits":[{"action":"remove","file":"/etc/passwd"}]}`} {
		if w := d.ask("POST", "/api/plan/edits", body); w.Code != 422 {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
	d.refused(d.ask("POST", "/api/plan/edits", `{"edits":[{"action":"remove"}]}`, "Origin: https://shop.example", "Authorization: Bearer "+token), 403, "")
	d.refused(d.ask("POST", "/api/plan/edits", `{"edits":[{"action":"remove"}]}`, "X-None: 1"), 401, "")
	d.refused(d.ask("POST", "/api/plan/draft", `{"from":"events"}`, "X-None: 1"), 401, "")
	if len(p.edits) != 0 {
		t.Errorf("%+v", p.edits)
	}
	d.refused(d.ask("POST", "/api/plan/edits", `{"dryRun":false,"expect":"old","edits":[{"action":"remove"}]}`), 409, "it has changed since")
	for _, path := range []string{"/api/plan/edits", "/api/plan/draft"} {
		if w := d.ask("GET", path, ""); w.Code != 405 {
			t.Errorf("GET %s: %d", path, w.Code)
		}
	}
}

func TestSuggestionsAndDraftsAreAskedForAsSaid(t *testing.T) {
	d, p := openPlanner(t)
	d.ok(d.ask("GET", "/api/plan/suggestions?code=plan.pattern&event=Paid&path=/properties/a&version=2&source=Dev", ""), nil)
	if p.suggestion != (SuggestionAsk{"plan.pattern", "track", "Paid", "/properties/a", "Dev", 2}) {
		t.Errorf("%+v", p.suggestion)
	}
	if w := d.ask("GET", "/api/plan/suggestions", ""); w.Code != 422 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	d.ok(d.ask("POST", "/api/plan/draft", `{"from":"events","name":"Shop","q":"order","source":"Dev","label":"dev","since":"1h","path":"/a.yaml","use":true}`), nil)
	if p.draft != (DraftAsk{"events", "Shop", "", "", "order", "Dev", "dev", noon.Add(-time.Hour), "/a.yaml", true}) {
		t.Errorf("%+v", p.draft)
	}
	d.refused(d.ask("POST", "/api/plan/draft", `{"from":"events","since":"soon"}`), 422, "since is a time")
}
