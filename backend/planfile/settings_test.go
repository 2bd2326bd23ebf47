package planfile

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"sidetrack/backend/document"
	"sidetrack/backend/event"
	"sidetrack/backend/plan"
)

const withSettings = `sidetrack-plan: 1
events:
  Order Completed: {properties: {total: number}}
enforcement:
  - sources: [Website, src_2]
    track: {unplanned_events: block, unplanned_properties: omit, violations: block, common_violations: omit}
    identify: {unplanned_traits: omit, violations: omit, common_violations: block}
    group: {violations: allow}
    forward_violations_to: Violations
    forward_blocked_to: Blocked
  - track: {unplanned_events: allow}
transformations:
  - name: Old names
    source: Website
    event: Order Completed
    rename_event: Order Paid
    rename: {'properties.a\.b': properties.c.d}
    cast: [{paths: [properties.total, properties.n], to: number}]
    set: [{paths: [context.app.name, userId], value: {k: 1.50, t: 'a"'}}]
  - {name: Gone, enabled: false, destination: Braze, event: Test, drop: true}
  - {name: Mail, type: identify, rename: {traits.mail: traits.email}}
`

// forget takes the places out of settings, which another file has elsewhere.
func forget(p *plan.Plan) ([]*plan.Enforcement, []*plan.Transformation) {
	var none document.Place
	for _, e := range p.Enforcement {
		e.At = none
		for _, c := range []*plan.Controls{&e.Track, &e.Identify, &e.Group} {
			c.UnplannedEvents.At, c.UnplannedFields.At, c.Violations.At, c.Common.At = none, none, none, none
		}
	}
	for _, t := range p.Transformations {
		t.At = none
		for i := range t.Renames {
			t.Renames[i].At = none
		}
		for i := range t.Casts {
			t.Casts[i].At = none
		}
		for i := range t.Values {
			t.Values[i].At = none
			t.Values[i].Value.Move(func(document.Place) document.Place { return none })
		}
	}
	return p.Enforcement, p.Transformations
}

func readOne(t testing.TB, text string) *plan.Plan {
	t.Helper()
	p, err := Read([]File{{Name: "plan.yaml", Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSettingsAreReadAndWritten(t *testing.T) {
	p := readOne(t, withSettings)
	if len(p.Enforcement) != 2 || len(p.Transformations) != 3 || len(p.Problems) != 0 {
		t.Fatalf("%+v", p)
	}
	website := p.EnforcementOf(event.SourceRef{ID: "x", Name: "website"})
	if website != p.Enforcement[0] || website.Of("page").UnplannedEvents.Do != plan.Block || website.Of("identify").Common.Do != plan.Block || website.Of("alias").Violations.Do != "" {
		t.Errorf("%+v", website)
	}
	if at := website.Track.Violations.At; at.Line != 6 || at.Column < 50 {
		t.Errorf("violations stands at %v", at)
	}
	if p.EnforcementOf(event.SourceRef{ID: "src_2"}) != p.Enforcement[0] || p.EnforcementOf(event.SourceRef{Name: "App"}) != p.Enforcement[1] {
		t.Error("another entry was chosen")
	}
	first := p.Transformations[0]
	if !reflect.DeepEqual(first.Renames[0].From, []string{"properties", "a.b"}) || first.NewName != "Order Paid" || string(first.Values[0].Value.AppendJSON(nil)) != `{"k":1.50,"t":"a\""}` {
		t.Errorf("%+v", first)
	}
	written, err := YAML(p)
	if err != nil {
		t.Fatal(err)
	}
	again := readOne(t, string(written))
	e1, t1 := forget(p)
	e2, t2 := forget(again)
	if !reflect.DeepEqual(e1, e2) || !reflect.DeepEqual(t1, t2) {
		t.Errorf("came back otherwise:\n%s", written)
	}
}

func TestSettingsStandBesideOtherFormats(t *testing.T) {
	files := []File{
		{Name: "plan.json", Data: []byte(`{"rules":[{"type":"TRACK","key":"A","version":1,"jsonSchema":{"type":"object"}}]}`)},
		{Name: "enforcement.yaml", Data: []byte("sidetrack-enforcement: 1\nenforcement:\n  track: {unplanned_events: block}\n")},
	}
	p, err := Read(files)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Rules) != 1 || len(p.Enforcement) != 1 || len(p.Problems) != 0 || p.Enforcement[0].Track.UnplannedEvents.At.File != "enforcement.yaml" {
		t.Errorf("%+v", p)
	}
	alone, err := Read(files[1:])
	if err != nil || alone.Format != plan.SettingsFormat || len(alone.Problems) != 0 {
		t.Errorf("%+v %v", alone, err)
	}
	var keeper plan.Keeper
	bound := readOne(t, "sidetrack-plan: 1\nevents: {A: {}}\nsources: [Website]\n")
	keeper.Replace([]*plan.Plan{bound, alone})
	if judges := keeper.Judges(); len(judges) != 1 || len(judges[0].Plan().Enforcement) != 1 || len(bound.Enforcement) != 0 {
		t.Errorf("settings of a file of its own do not hold for a plan that is bound to a source: %+v", judges)
	}
}

func TestTwoFilesContradictingEachOtherIsAProblem(t *testing.T) {
	var keeper plan.Keeper
	keeper.Replace([]*plan.Plan{
		readOne(t, "sidetrack-plan: 1\nevents: {A: {}}\nenforcement: {track: {unplanned_events: block}}\n"),
		readOne(t, "sidetrack-enforcement: 1\nenforcement: {track: {unplanned_events: allow}}\n"),
	})
	p := keeper.Judges()[0].Plan()
	if len(p.Enforcement) != 1 || p.Enforcement[0].Track.UnplannedEvents.Do != plan.Block || len(p.Problems) != 1 || !strings.Contains(p.Problems[0].Message, "every source is set at plan.yaml:3:") {
		t.Errorf("%+v", p.Problems)
	}
}

func TestMistakesInSettingsAreRefused(t *testing.T) {
	for _, c := range []struct{ text, at, reason, expected string }{
		{"enforcement: {track: {unplanned_event: block}}", "2:", `"unplanned_event" is not known here`, "unplanned_events"},
		{"enforcement: {track: {unplanned_events: omit}}", "2:", `unplanned_events cannot be "omit"`, "allow or block"},
		{"enforcement: {identify: {violations: block}}", "2:", `violations cannot be "block"`, "allow or omit"},
		{"enforcement: {identify: {unplanned_properties: omit}}", "2:", "not known", "unplanned_traits"},
		{"enforcement: {track: block}", "2:", "track is text", ""},
		{"enforcement: {sources: Website}", "2:", "sources is text", "a list"},
		{"enforcement: 7", "2:14", "an entry of enforcement is a number", ""},
		{"enforcement: [{}, {track: {}}]", "2:19", "Enforcement for every source is set at plan.yaml:2:15 already", ""},
		{"enforcement: [{sources: [A]}, {sources: [b, a]}]", "2:31", `the source "a" is set`, ""},
		{"transformations: {event: A}", "2:", "changes nothing", ""},
		{"transformations: {rename: {properties.a: properties.b}}", "2:", "for what it is nowhere", ""},
		{"transformations: {event: A, type: identify, drop: true}", "2:", "both event and type", ""},
		{"transformations: {type: track, drop: true}", "2:", `type cannot be "track"`, ""},
		{"transformations: {type: identify, rename_event: B}", "2:", "no name that could be changed", ""},
		{"transformations: {event: A, drop: true, rename_event: B}", "2:", "drops the event and changes it", ""},
		{"transformations: {event: A, drop: yes please}", "2:", "drop is text", "true or false"},
		{"transformations: {event: A, rename: {userId: properties.b}}", "2:", "a field of the message itself", ""},
		{"transformations: {event: A, rename: {traits.a: traits.b}}", "2:", "only what is in properties", ""},
		{"transformations: {event: A, rename: {properties.a: context.b}}", "2:", "only what is in properties", ""},
		{"transformations: {event: A, rename: {properties.a.b.c.d.e: properties.b}}", "2:", "5 levels deep", "at most 4"},
		{"transformations: {event: A, rename: {'properties.a.$.b': properties.b}}", "2:", "chooses an item of a list", ""},
		{"transformations: {event: A, set: [{paths: [properties.a..b], value: 1}]}", "2:", "is no path", ""},
		{"transformations: {event: A, set: [{paths: [properties], value: 1}]}", "2:", "all of properties", ""},
		{"transformations: {event: A, set: [{paths: [integrations.All], value: 1}]}", "2:", "leads into integrations", ""},
		{"transformations: {event: A, set: [{paths: [properties.a]}]}", "2:", "has no value", ""},
		{"transformations: {event: A, set: [{paths: [], value: 1}]}", "2:", "names no paths", ""},
		{"transformations: {event: A, set: [{paths: [properties.a], value: 1, to: x}]}", "2:", `"to" is not known`, ""},
		{"transformations: {event: A, cast: [{paths: [properties.a], to: money}]}", "2:", `cast to "money"`, "string, number, integer or boolean"},
		{"transformations: {event: A, set: [" + strings.Repeat("{paths: [properties.a], value: 1},", 11) + "]}", "2:", "set has 11 entries", "at most 10"},
		{"transformations: {event: A, set: [{paths: [" + strings.Repeat("properties.a,", 11) + "], value: 1}]}", "2:", "names 11 paths", "at most 10"},
		{"transformations: {event: A, rename: {properties.a: properties.c, properties.b: properties.c}}", "2:", "is the new name of two properties", ""},
		{"transformations: {event: A, rename: {properties.a: properties.b, properties.b: properties.a}}", "2:", "is renamed, and is the new name", ""},
		{"transformations: {event: A, rename: {properties.a: properties.b}, set: [{paths: [properties.a], value: 1}]}", "2:", "is renamed and set", ""},
		{"transformations: {event: A, rename: {properties.a: properties.b}, set: [{paths: [properties.b], value: 1}]}", "2:", "is the new name of a property and set", ""},
		{"transformations: {event: A, cast: [{paths: [properties.a], to: number}], set: [{paths: [properties.a], value: 1}]}", "2:", "is cast and set", ""},
		{"transformations: [{event: A, drop: true}, {event: A, rename_event: B}]", "2:43", "changes the same event for the same destination", ""},
		{"transformations: {event: A, fql: x}", "2:", `"fql" is not known here`, ""},
	} {
		_, err := Read([]File{{Name: "plan.yaml", Data: []byte("sidetrack-plan: 1\n" + c.text + "\nevents: {A: {}}\n")}})
		bad, ok := err.(*document.Error)
		if !ok {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if !strings.HasPrefix(bad.At.String(), "plan.yaml:"+c.at) || !strings.Contains(bad.Reason, c.reason) || !strings.Contains(bad.Expected, c.expected) {
			t.Errorf("%s\n got %v\nwant %s %s; %s", c.text, bad, c.at, c.reason, c.expected)
		}
	}
	for _, text := range []string{"sidetrack-enforcement: 2", "sidetrack-enforcement: 1\nevents: {}"} {
		if _, err := Read([]File{{Name: "e.yaml", Data: []byte(text)}}); err == nil {
			t.Errorf("%s was read", text)
		}
	}
	// Two destinations, two sources, one switched off: no contradiction.
	readOne(t, "sidetrack-plan: 1\nevents: {A: {}}\ntransformations: [{event: A, drop: true}, {event: A, destination: B, drop: true}, {event: A, enabled: false, drop: true}]\n")
	readOne(t, "sidetrack-plan: 1\nevents: {A: {}}\ntransformations: [{source: X, event: A, drop: true}, {source: Y, event: A, drop: true}]\n")
}

// The page shows a file that is read as it stands there.
func TestTheDocumentedSettingsAreRead(t *testing.T) {
	page, err := os.ReadFile("../../docs/enforcement.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(page), "```yaml\n")
	text, _, closed := strings.Cut(text, "```")
	if !found || !closed {
		t.Fatal("the page shows no YAML")
	}
	p := readOne(t, text)
	if len(p.Enforcement) != 2 || len(p.Transformations) != 2 || len(p.Problems) != 0 {
		t.Errorf("%+v", p)
	}
}
