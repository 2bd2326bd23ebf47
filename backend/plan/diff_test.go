package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
)

// changes writes each as breaking or not, kind, event and property.
func changes(list []plan.Change) string {
	var b strings.Builder
	for _, c := range list {
		mark := "  "
		if c.Breaking {
			mark = "! "
		}
		fmt.Fprintln(&b, strings.TrimRight(mark+c.Kind+" "+c.Event+" "+c.Property, " "))
	}
	return b.String()
}

func TestDiffTellsBreakingChangesApart(t *testing.T) {
	got := plan.Diff(read(t, "testdata/diff/before.plan.yaml"), read(t, "testdata/diff/after.plan.yaml"))
	want := `! event_removed Cart Viewed
! type_narrowed Order Completed revenue
! values_narrowed Order Completed currency
! property_removed Order Completed coupon
! limit_narrowed Order Completed quantity
! limit_narrowed Order Completed note
! limit_narrowed Order Completed note
! property_required Order Completed products.$.price
! type_narrowed Order Completed tags.$
! property_required Order Completed total
  type_widened  age
  event_deprecated Coupon Entered
  property_optional Order Completed order_id
  values_widened Order Completed currency
  limit_widened Order Completed quantity
  property_added Order Completed products.$.colour
  property_added Order Completed gift
  event_added Order Refunded
`
	if changes(got) != want {
		t.Errorf("%s\nwant\n%s", changes(got), want)
	}
	for _, c := range got {
		if c.Kind == "values_narrowed" && (c.Before.String() != "before.plan.yaml:9:17" || c.After.String() != "after.plan.yaml:9:17" || c.Message != "`currency` does not take `\"GBP\"` any more.") {
			t.Errorf("%+v", c)
		}
	}
}

// A plan written in another format says the same.
func TestDiffFindsNothingBetweenFormats(t *testing.T) {
	for _, path := range []string{"../planfile/testdata/sidetrack/shop.plan.yaml", "testdata/diff/before.plan.yaml", "testdata/lint/contradictions.json"} {
		before := read(t, path)
		text, err := planfile.SegmentJSON(before)
		if err != nil {
			t.Fatal(err)
		}
		after, err := planfile.Read([]planfile.File{{Name: "plan.json", Data: text}})
		if err != nil {
			t.Fatal(err)
		}
		if got := plan.Diff(before, after); len(got) > 0 {
			t.Errorf("%s:\n%s", path, changes(got))
		}
	}
}

func schemaPlan(t *testing.T, rules string) *plan.Plan {
	t.Helper()
	p, err := planfile.Read([]planfile.File{{Name: "plan.json", Data: []byte(`{"rules":[` + rules + `]}`)}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestDiffOfOneProperty(t *testing.T) {
	rule := func(version int, inner string) string {
		return fmt.Sprintf(`{"type":"TRACK","key":"A","version":%d,"jsonSchema":{"type":"object","properties":{"properties":{"type":"object",%s}}}}`, version, inner)
	}
	p := func(inner string) string { return rule(1, `"properties":{"p":`+inner+`}`) }
	for _, c := range []struct{ before, after, want string }{
		{p(`{"type":"string"}`), p(`{"type":["string"]}`), ""},
		{p(`{"type":"string"}`), p(`{"type":["string","null"]}`), "  type_widened A p\n"},
		{p(`{}`), p(`{"type":"string"}`), "! type_narrowed A p\n"},
		{p(`{"type":"string"}`), p(`{}`), "  type_widened A p\n"},
		{p(`{"type":"string"}`), p(`{"type":"number"}`), "! type_narrowed A p\n"},
		{p(`{"enum":["a"]}`), p(`{"const":"a"}`), ""},
		{p(`{}`), p(`{"const":"a"}`), "! values_narrowed A p\n"},
		{p(`{"enum":["a"]}`), p(`{}`), "  values_widened A p\n"},
		{p(`{"pattern":"a"}`), p(`{"pattern":"b"}`), "! limit_narrowed A p\n"},
		{p(`{"format":"date"}`), p(`{}`), "  limit_widened A p\n"},
		{p(`{"maximum":5}`), p(`{"maximum":5.0}`), ""},
		{p(`{"uniqueItems":false}`), p(`{}`), ""},
		{p(`{"description":"a"}`), p(`{"description":"b"}`), "  description_changed A p\n"},
		{p(`{"anyOf":[{"type":"string"}]}`), p(`{}`), "! condition_changed A p\n"},
		{rule(1, `"additionalProperties":true`), rule(1, `"additionalProperties":false`), "! names_closed A\n"},
		{rule(1, `"additionalProperties":false`), rule(1, `"additionalProperties":true`), "  names_opened A\n"},
		{rule(1, `"properties":{"p":{}}`), rule(2, `"properties":{"p":{}}`), ""},
		{rule(1, `"properties":{"p":{}}`), rule(1, `"properties":{"p":{}}`) + "," + rule(2, `"properties":{"p":{}}`), "  version_added A\n"},
		{rule(1, `"properties":{"p":{}}`) + "," + rule(2, `"properties":{"p":{}}`), rule(2, `"properties":{"p":{}}`), "! version_removed A\n"},
	} {
		if got := changes(plan.Diff(schemaPlan(t, c.before), schemaPlan(t, c.after))); got != c.want {
			t.Errorf("%s\n%s\n%s\nwant\n%s", c.before, c.after, got, c.want)
		}
	}
}

func TestEveryChangeIsInTheTable(t *testing.T) {
	kinds := map[string]bool{}
	for _, k := range plan.ChangeKinds() {
		kinds[k.Kind] = true
	}
	for _, c := range plan.Diff(read(t, "testdata/diff/before.plan.yaml"), read(t, "testdata/diff/after.plan.yaml")) {
		if !kinds[c.Kind] || c.Message == "" {
			t.Errorf("%+v", c)
		}
	}
}
