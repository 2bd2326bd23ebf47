package plan_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sidetrack/backend/document"
	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
)

func read(t *testing.T, path string) *plan.Plan {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := planfile.Read([]planfile.File{{Name: filepath.Base(path), Data: data}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// flaws writes each as line, code and what it is about.
func flaws(list []plan.Flaw) string {
	var b strings.Builder
	for _, f := range list {
		about := ""
		if _, after, ok := strings.Cut(f.Message, "`"); ok {
			about, _, _ = strings.Cut(after, "`")
		}
		fmt.Fprintf(&b, "%d %s %s %s\n", f.At.Line, f.Severity, f.Code, about)
	}
	return b.String()
}

func TestLintFindsContradictions(t *testing.T) {
	want := `4 error lint.not_in_force 
5 error lint.impossible_property total
9 error lint.value_of_other_type currency
10 warning lint.value_twice size
11 warning lint.value_does_not_match state
12 error lint.value_never_matches grade
13 error lint.no_value none
14 warning lint.default_not_allowed plan
15 error lint.empty_range discount
16 error lint.empty_range count
17 error lint.value_of_other_type fixed
18 warning lint.no_effect note
19 error lint.not_in_force (?!
20 error lint.not_in_force 
23 warning lint.required_not_planned cart_id
25 warning naming.property_casing cartTotal
26 warning lint.near_duplicate cart_total
27 warning naming.property_casing SKU
`
	if got := flaws(plan.Lint(read(t, "testdata/lint/contradictions.json"))); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestLintFindsNames(t *testing.T) {
	want := `0 warning lint.unknown_rule no_such_rule
11 warning lint.near_duplicate Completed Orders
14 warning naming.event_casing signupStarted
17 warning lint.empty_event 
18 warning lint.deprecated_without_successor 
28 warning naming.value_in_event Step 2 Completed
30 warning naming.property_casing orderId
`
	if got := flaws(plan.Lint(read(t, "testdata/lint/names.plan.yaml"))); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// A plan in every format that is read has no error, and Lint changes nothing.
func TestLintLeavesGoodPlansAlone(t *testing.T) {
	for _, path := range []string{"sidetrack/shop.plan.yaml", "segment-public/plan.json", "avo/export.json", "typewriter/plan.json"} {
		p := read(t, "../planfile/testdata/"+path)
		before := len(p.Problems)
		for _, f := range plan.Lint(p) {
			if f.Severity == "error" {
				t.Errorf("%s: %s %s", f.At, f.Code, f.Message)
			}
		}
		if len(p.Problems) != before {
			t.Error(path, "has more problems than before")
		}
	}
}

func TestLintFindsRulesThereTwice(t *testing.T) {
	root, err := document.JSON("f", []byte(`{"properties":{"properties":{"properties":{"x":{}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	r := plan.Rule{Call: plan.Track, Name: "Order Completed", Version: 1, Schema: root, At: root.At}
	same := r
	if got := flaws(plan.Lint(&plan.Plan{Rules: []*plan.Rule{&r, &same}})); got != "1 error lint.duplicate_rule \n" {
		t.Error(got)
	}
}

// Whatever is found has a row in the table, whose severity it has.
func TestEveryFlawIsInTheTable(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range plan.LintCodes() {
		if seen[c.Code] || c.Explanation == "" || c.Severity != "error" && c.Severity != "warning" {
			t.Errorf("%+v", c)
		}
		seen[c.Code] = true
	}
	for _, path := range []string{"testdata/lint/contradictions.json", "testdata/lint/names.plan.yaml"} {
		for _, f := range plan.Lint(read(t, path)) {
			if !seen[f.Code] && !strings.HasPrefix(f.Code, "naming.") || f.Severity == "" || !strings.HasSuffix(f.Message, ".") && !strings.HasSuffix(f.Message, "?") {
				t.Errorf("%+v", f)
			}
		}
	}
}
