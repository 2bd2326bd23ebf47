package api

import (
	"context"
	"testing"

	"sidetrack/backend/plan"
)

// A list of a large plan is asked for without what only one event needs.
func TestCoverageWithoutPropertiesAndOfOneEvent(t *testing.T) {
	d, _ := seenDoor(t)
	ask := func(query string) PlanCoverage {
		var out struct{ Plans []PlanCoverage }
		d.ok(d.ask("GET", "/api/plan/coverage"+query, ""), &out)
		return out.Plans[0]
	}
	whole, list := ask(""), ask("?properties=false")
	if list.Events != whole.Events || list.Properties != whole.Properties || len(list.Items) != len(whole.Items) {
		t.Errorf("without properties the counts are %+v", list)
	}
	for i, e := range list.Items {
		if e.Properties == nil || len(e.Properties) != 0 || e.Name != whole.Items[i].Name || e.State != whole.Items[i].State || e.Events != whole.Items[i].Events {
			t.Errorf("got %+v", e)
		}
	}
	one := ask("?call=track&event=Order")
	if len(one.Items) != 1 || one.Items[0].Name != "Order" || len(one.Items[0].Properties) != 3 || one.Events != whole.Events {
		t.Errorf("one event: %+v", one)
	}
	if none := ask("?call=identify"); len(none.Items) != 0 {
		t.Errorf("a call that never came: %+v", none)
	}
	d.refused(d.ask("GET", "/api/plan/coverage?call=Track", ""), 422, "")
}

// shownPlans shows a plan of two rules.
type shownPlans struct{ fakePlans }

func (shownPlans) Plan(context.Context) (PlanView, error) { return shownView, nil }

// shownView is shared by every answer, as the view in the app is.
var shownView = PlanView{State: "in_force", Plans: []PlanInForce{{Name: "Shop", Rules: []PlanRule{{Call: plan.Track, Name: "Order"}, {Call: plan.Identify}}}}}

func TestThePlanWithoutRulesAndOfOneEvent(t *testing.T) {
	d := open(t)
	d.API.Plans = shownPlans{}
	for query, want := range map[string]int{"": 2, "?rules=false": 0, "?call=track&event=Order": 1, "?call=identify": 1, "?call=group": 0} {
		var out PlanView
		d.ok(d.ask("GET", "/api/plan"+query, ""), &out)
		if rules := out.Plans[0].Rules; rules == nil || len(rules) != want || out.Plans[0].Name != "Shop" {
			t.Errorf("%s: %+v", query, out)
		}
	}
	if len(shownView.Plans[0].Rules) != 2 {
		t.Error("what was asked for changed the plan that is kept")
	}
}
