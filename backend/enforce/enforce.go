// Package enforce works out what would be left of an event on its way to a
// destination: what Segment's schema controls block or omit (protocols/enforce),
// and what transformations change (protocols/transform).
//
// It is a preview and a step of the road out. Nothing of it touches what is
// stored: a message goes in, another one comes out. The package is pure.
package enforce

import (
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/rawjson"
)

// Reason says why an event goes nowhere, in Segment's words for discarded
// events (connections/delivery-overview).
type Reason string

// The reasons.
const (
	Unplanned             Reason = "unplanned"
	SchemaViolation       Reason = "schema_violation"
	UnplannedAndViolation Reason = "unplanned_and_schema_violation"
	CommonSchemaViolation Reason = "common_schema_violation"
	DroppedByTransform    Reason = "dropped_by_transformation" // ours: Segment has no word for it
)

// maxStepValue is how many bytes of a value a step tells.
const maxStepValue = 2000

// Settings are what holds for the events of a source. Its zero value lets
// everything pass.
type Settings struct {
	Judge  *plan.Judge // nil: no plan
	Source event.SourceRef
}

// Step is one thing that was done to an event, or could not be.
type Step struct {
	Rule   string         `json:"rule" doc:"The setting, such as track.unplanned_properties, or the name of the transformation"`
	At     document.Place `json:"at" doc:"Where it is set"`
	Path   string         `json:"path" doc:"JSON pointer to what it was about; empty for the whole event"`
	Words  string         `json:"words" doc:"What happened, in a sentence"`
	Before string         `json:"before" doc:"The value before, as JSON; empty where there was none"`
	After  string         `json:"after" doc:"The value after, as JSON; empty where it is gone"`

	Transformed bool `json:"transformed" doc:"A transformation changed the event; false for what it could not do, and for enforcement"`
}

// ViolationNote is a violation as Segment notes it on an event.
type ViolationNote struct {
	Type        string `json:"type"`
	Field       string `json:"field" doc:"Dotted, from the message's root"`
	Description string `json:"description"`
}

// Annotations are what Segment writes to context.protocols of an event
// (protocols/enforce/schema-configuration).
type Annotations struct {
	SourceID           string          `json:"sourceId"`
	Violations         []ViolationNote `json:"violations" nullable:"false"`
	Omitted            []string        `json:"omitted" nullable:"false" doc:"Taken out because they are not planned"`
	OmittedOnViolation []string        `json:"omittedOnViolation" nullable:"false" doc:"Taken out because they break the plan; omitted_on_violation in the message"`
}

// Result is what would be forwarded.
type Result struct {
	Blocked     bool
	Reason      Reason // empty unless blocked
	Message     []byte // what is left; the message as it came when it was blocked
	Annotations Annotations
}

// Apply puts an event through what is set for its source: what the plan blocks
// and omits, then transformations at the source, then those for one
// destination. An empty destination ends at the source. Neither r nor its
// message is changed.
func Apply(r *event.Record, s Settings, destination string) (Result, []Step) {
	f := flow{record: r, settings: s, message: r.Message}
	f.out.Annotations = Annotations{SourceID: s.Source.ID, Violations: []ViolationNote{}, Omitted: []string{}, OmittedOnViolation: []string{}}
	if s.Judge == nil || r.Disposition == event.Rejected || rawjson.KindOf(r.Message) != rawjson.Object {
		f.out.Message = r.Message
		return f.out, []Step{}
	}
	f.steps = []Step{}
	f.controls = s.Judge.Plan().EnforcementOf(s.Source).Of(r.Type)
	f.standard()
	if !f.out.Blocked {
		f.common()
	}
	if !f.out.Blocked {
		f.annotate()
		f.transform("")
	}
	if destination != "" && !f.out.Blocked {
		f.transform(destination)
	}
	f.out.Message = f.message
	if f.out.Blocked {
		f.out.Message = r.Message
	}
	return f.out, f.steps
}

// flow is one event on its way.
type flow struct {
	record   *event.Record
	settings Settings
	controls plan.Controls
	message  []byte
	out      Result
	steps    []Step
}

// standard applies the rule of the call: event planned, properties planned,
// values right.
func (f *flow) standard() {
	own, _ := f.settings.Judge.Parts(f.record, f.message)
	var violations, fields []event.Finding
	unplanned := false
	for _, found := range own {
		switch {
		case found.Code == "plan.unplanned_event":
			unplanned = true
		case found.Code == "plan.unplanned_property":
			fields = append(fields, found)
		case found.Severity == event.Violation:
			violations = append(violations, found)
		}
	}
	f.violated(violations)
	blockUnplanned := unplanned && f.controls.UnplannedEvents.Do == plan.Block
	blockViolation := len(violations) > 0 && f.controls.Violations.Do == plan.Block
	switch {
	case blockUnplanned && blockViolation:
		f.block(UnplannedAndViolation, "unplanned_events", f.controls.UnplannedEvents, "The event is not in the plan, and breaks it.")
		return
	case blockUnplanned:
		f.block(Unplanned, "unplanned_events", f.controls.UnplannedEvents, "The event is not in the plan.")
		return
	case blockViolation:
		f.block(SchemaViolation, "violations", f.controls.Violations, violations[0].Message)
		return
	}
	if f.controls.UnplannedFields.Do == plan.Omit {
		for _, found := range fields {
			for _, steps := range f.everyItem(rawjson.Steps(found.Path)) {
				f.omit("unplanned_"+f.section(), f.controls.UnplannedFields, steps, "It is not in the plan.", &f.out.Annotations.Omitted)
			}
		}
	}
	if f.controls.Violations.Do == plan.Omit {
		f.omitAll("violations", f.controls.Violations, violations)
	}
}

// common holds what is left against the rules for every message.
func (f *flow) common() {
	_, violations := f.settings.Judge.Parts(f.record, f.message)
	f.violated(violations)
	switch {
	case len(violations) == 0:
	case f.controls.Common.Do == plan.Block:
		f.block(CommonSchemaViolation, "common_violations", f.controls.Common, violations[0].Message)
	case f.controls.Common.Do == plan.Omit:
		f.omitAll("common_violations", f.controls.Common, violations)
	}
}

func (f *flow) section() string { return plan.Call(f.record.Type).Section() }

// row names a setting: track.violations.
func (f *flow) row(setting string) string {
	call := plan.Call(f.record.Type)
	if call == plan.Page || call == plan.Screen {
		call = plan.Track
	}
	return string(call) + "." + setting
}

func (f *flow) block(why Reason, setting string, c plan.Control, words string) {
	f.out.Blocked, f.out.Reason = true, why
	f.steps = append(f.steps, Step{Rule: f.row(setting), At: c.At, Words: words + " It would be blocked."})
}

// omitAll takes out what breaks a rule. What is missing, or lies outside
// properties and traits, cannot be taken out.
func (f *flow) omitAll(setting string, c plan.Control, violations []event.Finding) {
	for _, found := range violations {
		steps := f.named(rawjson.Steps(found.Path))
		if len(steps) < 2 || steps[0] != f.section() {
			f.steps = append(f.steps, Step{Rule: f.row(setting), At: c.At, Path: found.Path, Words: "Nothing in " + f.section() + " can be taken out for this: " + found.Message})
			continue
		}
		f.omit(setting, c, steps, found.Message, &f.out.Annotations.OmittedOnViolation)
	}
}

func (f *flow) omit(setting string, c plan.Control, steps []string, why string, noted *[]string) {
	value := rawjson.At(f.message, steps)
	if value == nil {
		if _, missing := rawjson.Find(f.record.Message, steps); !missing {
			f.steps = append(f.steps, Step{Rule: f.row(setting), At: c.At, Path: rawjson.Pointer(steps...), Words: why + " There is nothing to take out."})
		}
		return // taken out already, or with what it was in
	}
	f.message, _ = rawjson.Remove(f.message, steps)
	*noted = append(*noted, strings.Join(steps[1:], "."))
	f.steps = append(f.steps, Step{Rule: f.row(setting), At: c.At, Path: rawjson.Pointer(steps...), Words: why + " `" + steps[len(steps)-1] + "` would be taken out.", Before: shown(value)})
}

// named cuts steps to the last named one: of a list whose item breaks a rule the
// list is taken out, since the places of its other items would change.
func (f *flow) named(steps []string) []string {
	for len(steps) > 1 && rawjson.KindOf(rawjson.At(f.record.Message, steps[:len(steps)-1])) == rawjson.Array {
		steps = steps[:len(steps)-1]
	}
	return steps
}

// everyItem lists the places a path stands for: each item of the lists it goes
// through. The plan tells a name once, at its first place.
func (f *flow) everyItem(steps []string) [][]string {
	places := [][]string{{}}
	for _, step := range steps {
		var next [][]string
		for _, place := range places {
			for _, s := range rawjson.Items(rawjson.At(f.message, place), step) {
				next = append(next, append(place[:len(place):len(place)], s))
			}
		}
		places = next
	}
	var there [][]string
	for _, place := range places {
		if _, ok := rawjson.Find(f.message, place); ok {
			there = append(there, place)
		}
	}
	return there
}

func shown(value []byte) string {
	if len(value) <= maxStepValue {
		return string(value)
	}
	return strings.ToValidUTF8(string(value[:maxStepValue]), "") + "…"
}
