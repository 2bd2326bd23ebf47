package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/schema"
)

// counted counts messages of a source as the log does.
func counted(t *testing.T, messages ...string) []schema.Event {
	t.Helper()
	var list []schema.Event
	for i, m := range messages {
		r := record(t, m)
		r.Seq, r.ReceivedAt = int64(i+1), time.Unix(int64(i), 0)
		at := slices.IndexFunc(list, func(e schema.Event) bool { return e.Call == r.Type && e.Name == r.Name })
		if at < 0 {
			at = len(list)
			list = append(list, schema.Event{Source: event.SourceRef{ID: "src_1"}, Call: r.Type, Name: r.Name})
		}
		list[at].Fold(r)
	}
	return list
}

// lines puts a coverage into lines: call/name state events, and its properties.
func lines(list []Covered) []string {
	var out []string
	for _, c := range list {
		line := fmt.Sprintf("%s/%s %s %d:", c.Call, c.Name, c.State, c.Tally.Events)
		for _, p := range c.Properties {
			line += " " + p.Path + " " + string(p.State)
			if p.Required {
				line += "!"
			}
			if p.Seen != nil {
				line += fmt.Sprintf(" %d", p.Seen.Events)
			}
			line += ","
		}
		out = append(out, line)
	}
	return out
}

func wantCoverage(t *testing.T, got []Covered, want ...string) {
	t.Helper()
	if have := lines(got); !slices.Equal(have, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(have, "\n"), strings.Join(want, "\n"))
	}
}

func TestCoverageLaysTheLogBesideThePlan(t *testing.T) {
	j := judge(t,
		rule(t, Track, "Order", `{"type":"object","required":["id"],"properties":{"id":{"type":"string"},"meta":{"type":"object"},"items":{"type":"array","items":{"type":"object","required":["sku"],"properties":{"sku":{},"qty":{}}}}}}`),
		rule(t, Track, "Refund", `{"properties":{"id":{}}}`),
		rule(t, Identify, "", `{"properties":{"plan":{"type":"string"}},"additionalProperties":true}`),
		rule(t, Common, "", `{}`),
	)
	got := Coverage(j, counted(t,
		`{"type":"track","event":"Order","properties":{"id":"o","meta":{"any":{"deep":1}},"items":[{"sku":"a","size":"L"}],"extra":{"in":1}}}`,
		`{"type":"track","event":"Order","properties":{"id":"o"}}`,
		`{"type":"track","event":"Oops","properties":{"a":1}}`,
		`{"type":"track","event":"Oops"}`,
		`{"type":"track","event":"Also","properties":{}}`,
		`{"type":"identify","traits":{"plan":"pro","seats":3}}`,
		`{"type":"page","name":"Home","properties":{"url":"/"}}`,
		`{"type":"group","traits":{"a":1}}`,
	))
	wantCoverage(t, got,
		"track/Order seen 2: id seen! 2, meta seen 1, items seen 1, items.$.sku seen! 1, items.$.qty never_seen, extra unplanned 1, extra.in unplanned 1, items.$ allowed 1, items.$.size unplanned 1, meta.any allowed 1, meta.any.deep allowed 1,",
		"track/Refund never_seen 0: id never_seen,",
		"identify/ seen 1: plan seen 1, seats allowed 1,",
		"track/Oops unplanned 2: a unplanned 1,",
		"group/ allowed 1: a allowed 1,",
		"page/Home allowed 1: url allowed 1,",
		"track/Also unplanned 1:",
	)
	if got[0].Rule == nil || got[3].Rule != nil || !slices.Equal(got[0].Properties[0].Planned, []string{"string"}) || got[0].Tally.Last.Seq != 2 {
		t.Errorf("rules or tallies: %+v", got[0])
	}
}

func TestCoverageTakesVersionsForOne(t *testing.T) {
	old, newer := rule(t, Track, "Order", `{"required":["a","b"],"properties":{"a":{"type":"string"},"b":{"type":"string"}}}`),
		rule(t, Track, "Order", `{"required":["a","c"],"properties":{"a":{"type":["number","string"]},"c":{}}}`)
	newer.Version = 2
	got := Coverage(judge(t, newer, old), counted(t, `{"type":"track","event":"Order","properties":{"a":"x","d":1}}`))
	wantCoverage(t, got, "track/Order seen 1: a seen! 1, b never_seen, c never_seen, d unplanned 1,")
	if !slices.Equal(got[0].Properties[0].Planned, []string{"string", "number"}) || got[0].Rule.Version != 1 {
		t.Errorf("got %+v", got[0].Properties[0])
	}
}

func TestCoverageOfPagesAndScreens(t *testing.T) {
	messages := []string{
		`{"type":"page","name":"Home","properties":{"url":"/"}}`, `{"type":"page","name":"Cart","properties":{"url":"/c"}}`,
		`{"type":"page"}`, `{"type":"screen","name":"Home"}`,
	}
	wantCoverage(t, Coverage(judge(t, rule(t, Page, "Home", `{"properties":{"url":{}}}`), rule(t, Page, "", `{}`)), counted(t, messages...)),
		"page/Home seen 1: url seen 1,", "page/ seen 2: url unplanned 1,", "screen/Home allowed 1:")
	wantCoverage(t, Coverage(judge(t, rule(t, Track, "Page Viewed", `{"required":["page_name"],"properties":{"page_name":{},"url":{}}}`)), counted(t, messages...)),
		"track/Page Viewed seen 3: page_name seen! 2, url seen 2,", "screen/Home allowed 1:")
}

// What Check calls unplanned and what Coverage calls unplanned is the same.
func TestCoverageAgreesWithCheck(t *testing.T) {
	rules := []string{
		`{}`, `{"properties":{}}`, `{"properties":{"a":{}}}`, `{"properties":{"a":{"properties":{"b":{}}}}}`,
		`{"properties":{"a":{"properties":{"b":{}},"additionalProperties":{"type":"number"}}}}`,
		`{"properties":{"a":{"items":{"properties":{"b":{}}}}}}`, `{"properties":{"a.b":{}}}`, `{"patternProperties":{"^a":{}}}`,
		`{"properties":{"a":{"items":{"items":{"properties":{"b":{}}}}}}}`, `{"properties":{"a":{}},"additionalProperties":false}`,
	}
	fields := []string{
		`{"a":1}`, `{"b":1}`, `{"a":{"b":1}}`, `{"a":{"c":1}}`, `{"a":[{"b":1},{"c":1}]}`, `{"a.b":1}`, `{"a":[[{"b":1,"c":2}]]}`, `{"a":{"b":{"c":[1]}}}`, `{"ab":{"c":1}}`,
	}
	for _, r := range rules {
		for _, f := range fields {
			if f == `{"a.b":1}` && strings.Contains(r, `{"a":{"properties":{"b"`) {
				continue // a path cannot tell this name from a planned b in a
			}
			message := `{"type":"track","event":"A","properties":` + f + `}`
			j := judge(t, rule(t, Track, "A", r))
			var told, covered []string
			for _, f := range j.Check(record(t, message), []byte(message)) {
				if f.Code == "plan.unplanned_property" {
					told = append(told, itemSteps(f.Path))
				}
			}
			for _, p := range Coverage(j, counted(t, message))[0].Properties {
				inside := func(other string) bool { return strings.HasPrefix(p.Path, other+".") }
				if p.State == Unplanned && !slices.ContainsFunc(covered, inside) { // Check tells the outermost only
					covered = append(covered, p.Path)
				}
			}
			slices.Sort(told)
			if !slices.Equal(told, covered) {
				t.Errorf("rule %s, sent %s: Check tells %q, Coverage %q", r, f, told, covered)
			}
		}
	}
}

// itemSteps turns the pointer of a finding into a path.
func itemSteps(pointer string) string {
	steps := strings.Split(strings.TrimPrefix(pointer, "/properties/"), "/")
	for i, s := range steps {
		if s >= "0" && s <= "9" {
			steps[i] = "$"
		}
	}
	return strings.Join(steps, ".")
}
