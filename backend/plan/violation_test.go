package plan_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
)

func TestViolationsOfARecordAreToldOnceEach(t *testing.T) {
	at := func(code, path string, muted bool, version int) event.Finding {
		return event.Finding{Code: code, Severity: plan.SeverityOf(code), Path: path, Muted: muted, Version: version}
	}
	r := event.Record{Type: "track", Name: "Order", Findings: []event.Finding{
		at("plan.wrong_type", "/properties/products/0/price", true, 0),
		at("plan.wrong_type", "/properties/products/1/price", false, 0),
		at("plan.wrong_type", "/properties/2024", false, 0),
		at("plan.missing_property", "/properties/total", false, 3),
		at("plan.unplanned_event", "/event", false, 0),
		at("plan.oldest_version", "/context/protocols/event_version", false, 0),
		{Code: "segment.too_big", Severity: event.Drop},
	}}
	var got []string
	plan.EachViolation(&r, func(k plan.ViolationKey, f *event.Finding) {
		got = append(got, fmt.Sprintf("%s %s v%d muted=%v", k.Code, k.Path, k.Version, f.Muted))
	})
	want := []string{"plan.wrong_type /properties/products/*/price v1 muted=false", "plan.wrong_type /properties/2024 v1 muted=false",
		"plan.missing_property /properties/total v3 muted=false", "plan.unplanned_event /event v0 muted=false"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q", got)
	}
}

// The page for people tells every code.
func TestThePageTellsEveryCode(t *testing.T) {
	page, err := os.ReadFile("../../docs/plan.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range plan.Codes {
		row := regexp.MustCompile("(?m)^\\|.*`" + regexp.QuoteMeta(c.Code) + "`.*\\| " + string(c.Severity) + " \\|")
		if !row.Match(page) {
			t.Errorf("docs/plan.md does not say that %s is a %s", c.Code, c.Severity)
		}
	}
}

func TestPointersOfViolationsBecomeProperties(t *testing.T) {
	for pointer, want := range map[string]string{
		"/properties/total": "total", "/traits/address/city": "address.city", "/properties/products/*/sku": "products.$.sku",
		"/properties/a~1b/c~0d": "a/b.c~d", "/event": "", "": "", "/properties": "", "/context/ip": "",
	} {
		if got := plan.PropertyOf(pointer); got != want {
			t.Errorf("%s: %q, want %q", pointer, got, want)
		}
	}
}

func TestFindingsTellTheVersionTheyAreBy(t *testing.T) {
	p, err := planfile.Read([]planfile.File{{Name: "plan.yaml", Data: []byte("sidetrack-plan: 1\nevents:\n  Order:\n    versions:\n      1:\n        properties: {total: number!}\n      2:\n        properties: {sum: number!}\n")}})
	if err != nil {
		t.Fatal(err)
	}
	for message, want := range map[string]int{
		`{"properties":{},"context":{"protocols":{"event_version":2}}}`: 2,
		`{"properties":{},"context":{"protocols":{"event_version":1}}}`: 0,
	} {
		r := event.Record{Type: "track", Name: "Order"}
		found := plan.NewJudge(p).Check(&r, []byte(message))
		if len(found) != 1 || found[0].Code != "plan.missing_property" || found[0].Version != want {
			t.Errorf("%s: %+v", message, found)
		}
	}
}
