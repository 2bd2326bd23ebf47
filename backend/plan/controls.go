package plan

import (
	"fmt"
	"slices"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/event"
)

// SettingsFormat is the format of a file that holds enforcement and
// transformations, and no plan.
const SettingsFormat = "Sidetrack enforcement"

// Reaction is what is done with an event that breaks the plan, or with the
// part of it that does.
type Reaction string

// The reactions. Segment calls them Allow, Block Event, Omit Properties.
const (
	Allow Reaction = "allow"
	Block Reaction = "block"
	Omit  Reaction = "omit"
)

// Control is one reaction, and where it is set.
type Control struct {
	Do Reaction       `json:"do" enum:"allow,block,omit"`
	At document.Place `json:"at" doc:"Where it is set; no line where nothing is and it is allow"`
}

// Controls are the reactions to one kind of call (protocols/enforce).
type Controls struct {
	UnplannedEvents Control `json:"unplannedEvents" doc:"track only: allow or block"`
	UnplannedFields Control `json:"unplannedFields" doc:"Properties or traits the plan does not name: allow or omit"`
	Violations      Control `json:"violations" doc:"Of the call's own rule: allow, omit, or for track block"`
	Common          Control `json:"common" doc:"Of the common rules, over what is left of the message: allow, omit or block"`
}

// Enforcement is what is done with the events of sources that break the plan.
type Enforcement struct {
	Sources             []string       `json:"sources" nullable:"false" doc:"Ids or names; none: every source without an entry of its own"`
	Track               Controls       `json:"track" doc:"Holds for page and screen calls too, which a plan takes for events"`
	Identify            Controls       `json:"identify"`
	Group               Controls       `json:"group"`
	ForwardViolationsTo string         `json:"forwardViolationsTo" doc:"Source that gets a Violation Generated event for each violation"`
	ForwardBlockedTo    string         `json:"forwardBlockedTo" doc:"Source that gets events that are blocked"`
	At                  document.Place `json:"at"`
}

// Of returns the controls of a call; nothing is done about an alias.
func (e *Enforcement) Of(call string) Controls {
	if e == nil {
		return Controls{}
	}
	switch Call(call) {
	case Track, Page, Screen:
		return e.Track
	case Identify:
		return e.Identify
	case Group:
		return e.Group
	}
	return Controls{}
}

// PathChange renames or moves a property or trait. Paths begin at the message.
type PathChange struct {
	From, To []string
	At       document.Place
}

// Cast makes values another type.
type Cast struct {
	Paths [][]string
	To    string // string, number, integer, boolean
	At    document.Place
}

// Value sets values that are always the same.
type Value struct {
	Paths [][]string
	Value *document.Node
	At    document.Place
}

// Transformation changes what is forwarded of one event of one source, to every
// destination or to one (protocols/transform).
type Transformation struct {
	Name        string
	Off         bool
	Source      string // id or name; empty for every source of the plan
	Destination string // empty: at the source, before every destination
	Call        Call   // track, identify or group
	Event       string // of track
	Drop        bool
	NewName     string // of the event
	Renames     []PathChange
	Casts       []Cast
	Values      []Value
	At          document.Place
}

// EnforcementOf returns what holds for a source: the entry that names it, else
// the one that names none; nil when there is neither.
func (p *Plan) EnforcementOf(source event.SourceRef) *Enforcement {
	var general *Enforcement
	for _, e := range p.Enforcement {
		if slices.ContainsFunc(e.Sources, func(name string) bool { return isSource(source, name) }) {
			return e
		}
		if len(e.Sources) == 0 && general == nil {
			general = e
		}
	}
	return general
}

// TransformationsOf lists what changes an event of a source on its way to a
// destination, empty for those at the source.
func (p *Plan) TransformationsOf(source event.SourceRef, destination string) []*Transformation {
	var list []*Transformation
	for _, t := range p.Transformations {
		if !t.Off && strings.EqualFold(t.Destination, destination) && t.For(source) {
			list = append(list, t)
		}
	}
	return list
}

// For reports whether a transformation is for the events of a source.
func (t *Transformation) For(source event.SourceRef) bool {
	return t.Source == "" || isSource(source, t.Source)
}

func isSource(source event.SourceRef, name string) bool {
	return strings.EqualFold(name, source.ID) || strings.EqualFold(name, source.Name)
}

// DropConflicts takes out entries and transformations that contradict one
// before them, and says why.
func (p *Plan) DropConflicts() []Problem {
	var problems []Problem
	drop := func(at document.Place, format string, args ...any) {
		problems = append(problems, Problem{at, fmt.Sprintf(format, args...) + " It is not in force.", "error"})
	}
	named := map[string]document.Place{}
	entries := p.Enforcement
	p.Enforcement = nil
	for _, e := range entries {
		clash := ""
		for _, s := range orAll(e.Sources) {
			if before, twice := named[strings.ToLower(s)]; twice {
				clash = fmt.Sprintf("Enforcement for %s is set at %s already.", orEvery(s), before)
			}
		}
		if clash != "" {
			drop(e.At, "%s", clash)
			continue
		}
		for _, s := range orAll(e.Sources) {
			named[strings.ToLower(s)] = e.At
		}
		p.Enforcement = append(p.Enforcement, e)
	}
	transformations := p.Transformations
	p.Transformations = nil
	for _, t := range transformations {
		if before := p.clash(t); before != nil {
			drop(t.At, "The transformation %q changes the same event for the same destination as the one at %s.", t.Name, before.At)
			continue
		}
		p.Transformations = append(p.Transformations, t)
	}
	return problems
}

// clash finds a transformation for the same source, call, event and
// destination: there may be one.
func (p *Plan) clash(t *Transformation) *Transformation {
	for _, o := range p.Transformations {
		same := o.Source == "" || t.Source == "" || strings.EqualFold(o.Source, t.Source)
		if same && o.Call == t.Call && o.Event == t.Event && strings.EqualFold(o.Destination, t.Destination) && !o.Off && !t.Off {
			return o
		}
	}
	return nil
}

func orAll(sources []string) []string {
	if len(sources) == 0 {
		return []string{""}
	}
	return sources
}

func orEvery(source string) string {
	if source == "" {
		return "every source"
	}
	return fmt.Sprintf("the source %q", source)
}
