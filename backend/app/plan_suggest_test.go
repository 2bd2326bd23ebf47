package app

import (
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/api"
	"sidetrack/backend/planfile"
)

func (r *running) suggestions(v api.Violation) (out api.PlanSuggestions) {
	r.Helper()
	q := url.Values{"code": {v.Code}, "call": {v.Call}, "event": {v.Event}, "path": {v.Path}, "version": {strconv.Itoa(v.Version)}}
	if status, detail := r.call("GET", "/api/plan/suggestions?"+q.Encode(), nil, &out); status != 200 {
		r.Fatal(status, detail)
	}
	return out
}

// accept writes a suggestion into the plan, as the screen does.
func (r *running) accept(plan string, list []api.PlanEdit) {
	r.Helper()
	dry := r.edit(map[string]any{"edits": list, "plan": plan})
	if len(dry.Hunks) == 0 {
		r.Error("a suggestion that changes nothing:", list)
	}
	r.edit(map[string]any{"edits": list, "plan": plan, "dryRun": false, "expect": dry.BeforeSum})
}

// departures sends one event for each way to depart from shopPlan that a plan
// can be edited for.
func (r *running) departures() {
	r.send("Order Completed", `{"total":"1","items":[{"sku":"a"}]}`)
	r.send("Order Completed", `{"totel":1}`)
	r.send("Order Completed", `{"total":1,"items":[{"sky":"b","sku":"s","gift":{"wrapped":true}}]}`)
	r.send("Order Completed", `{"total":1,"coupon":5}`)
	r.send("Order Shipped", `{"carrier":"dhl","parcels":2}`)
	r.send("Signed In", `{"method":"saml"}`)
	r.send("Signed In", `{"method":"google","at":"2026-03-01T10:00:00Z"}`)
	r.schemaCounted()
}

// What is accepted into the plan is no violation any more, one after another
// until nothing is left.
func TestEverySuggestionMakesItRight(t *testing.T) {
	p, err := planfile.Read([]planfile.File{{Name: "p", Data: []byte(shopPlan)}})
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := planfile.SegmentJSON(p)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"shop.plan.yaml": shopPlan, "shop.plan.json": string(asJSON)} {
		t.Run(name, func(t *testing.T) { acceptAll(t, name, text) })
	}
}

func acceptAll(t *testing.T, name, text string) {
	file := filepath.Join(t.TempDir(), name)
	writePlan(t, file, text)
	r := withPlan(t, t.TempDir(), file)
	r.departures()
	before := r.violations("")
	if before.Totals.Violations != 4 || before.Totals.UnplannedEvents != 1 || before.Totals.UnplannedProperties != 4 {
		t.Fatalf("%+v", before.Totals)
	}
	for n := 0; ; n++ {
		list := r.violations("").Items
		if len(list) == 0 {
			break
		}
		if n > 12 {
			t.Fatalf("still there: %+v", list)
		}
		v := list[0]
		s := r.suggestions(v)
		if len(s.Items) == 0 || s.File != file || s.Why != "" {
			t.Fatalf("%s %s: %+v", v.Code, v.Property, s)
		}
		choice := s.Items[0]
		for _, item := range s.Items { // sent as planned later, so not by another name
			if !strings.HasPrefix(item.Title, "Rename") {
				choice = item
				break
			}
		}
		r.accept(s.Plan, choice.Edits)
		within(t, 10*time.Second, v.Code+" "+v.Property+" to be gone by "+choice.Words, func() bool {
			for _, now := range r.violations("").Items {
				if now.Code == v.Code && now.Path == v.Path && now.Event == v.Event {
					return false
				}
			}
			return true
		})
	}
	got := contentOf(t, file)
	for _, kept := range []string{"# with tax", "Order Shipped", "saml"} {
		if !strings.Contains(got, kept) && (kept[0] != '#' || strings.Contains(text, kept)) {
			t.Errorf("%s is not in\n%s", kept, got)
		}
	}
}

func TestSuggestionsSayWhatTheyDo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shop.plan.yaml")
	writePlan(t, file, shopPlan)
	r := withPlan(t, t.TempDir(), file)
	r.departures()
	got := map[string]string{}
	for _, v := range r.violations("").Items {
		s := r.suggestions(v)
		var titles []string
		for _, item := range s.Items {
			titles = append(titles, item.Title+": "+item.Words)
		}
		got[v.Code+" "+v.Event+" "+v.Property] = strings.Join(titles, " | ")
	}
	for what, want := range map[string]string{
		"plan.missing_property Order Completed total": "Rename in plan: Calls `total` `totel` instead, for an app that sends it by this name everywhere. | Make it optional: Does not require `total` any more.",
		"plan.wrong_type Order Completed total":       "Allow string: Takes number or string for `total`. Reports have to cope with both.",
		"plan.value_not_allowed Signed In method":     "Allow value: Allows \"saml\" for `method`, beside what the plan lists.",
		"plan.unplanned_event Order Shipped ":         "Add to plan: Adds \"Order Shipped\" as it was sent, with 2 properties of 1 event.",
		"plan.unplanned_property Signed In at":        "Add to plan: Adds `at` as string, which is how it was sent. It need not be sent.",
	} {
		if got[what] != want {
			t.Errorf("%s:\n got %s\nwant %s", what, got[what], want)
		}
	}
}

// Where nothing can be suggested it says why.
func TestNoSuggestionSaysWhy(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "plan.yaml")
	writePlan(t, file, "sidetrack-plan: 1\nevents:\n  Paid:\n    properties:\n      amount: {type: number, minimum: 0}\ncommon:\n  required: [userId]\n  properties:\n    properties: {type: object, required: [app]}\n")
	r := withPlan(t, t.TempDir(), file)
	r.send("Paid", `{"amount":-1}`)
	if n := len(r.violations("").Items); n != 2 {
		t.Errorf("%d violations", n)
	}
	for _, v := range r.violations("").Items {
		want := map[string]string{"plan.out_of_range": "at least 0. Change it by hand, at plan.yaml:5:", "plan.missing_property": "common rule"}[v.Code]
		if s := r.suggestions(v); len(s.Items) != 0 || want == "" || !strings.Contains(s.Why, want) {
			t.Errorf("%s: %+v", v.Code, s)
		}
	}
	table := filepath.Join(dir, "plan.csv")
	writePlan(t, table, "Event Name,Property Name,Status,Data Type\nPaid,amount,required,string\n")
	r = withPlan(t, t.TempDir(), table)
	r.send("Paid", `{"amount":-1}`)
	r.send("Refunded", `{}`)
	if n := len(r.violations("").Items); n != 2 {
		t.Errorf("%d violations", n)
	}
	for _, v := range r.violations("").Items {
		if s := r.suggestions(v); len(s.Items) != 0 || !strings.Contains(s.Why, "does not change plans in the format Segment CSV") {
			t.Errorf("%s: %+v", v.Code, s)
		}
	}
	if s := withPlan(t, t.TempDir(), "").suggestions(api.Violation{Code: "plan.unplanned_event", Call: "track", Event: "x"}); !strings.Contains(s.Why, "No plan") {
		t.Errorf("%+v", s)
	}
}
