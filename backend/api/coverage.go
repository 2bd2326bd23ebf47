package api

import (
	"context"

	"sidetrack/backend/document"
	"sidetrack/backend/plan"
)

// CoverageState says how what is planned and what was seen agree.
type CoverageState = plan.State

// PlanCoverage is one plan beside what its sources sent.
type PlanCoverage struct {
	Name       string         `json:"name"`
	Sources    []string       `json:"sources" nullable:"false" doc:"Ids or names of the sources it is for; none: all others"`
	Events     CoverageCounts `json:"events"`
	Properties CoverageCounts `json:"properties" doc:"Of the events that are planned"`
	Items      []EventCovered `json:"items" nullable:"false" doc:"The plan's events in its order, then the others, most frequent first; with call or event only these"`
}

// CoverageCounts sums a coverage up.
type CoverageCounts struct {
	Planned   int     `json:"planned"`
	Seen      int     `json:"seen" doc:"Planned, and seen"`
	NeverSeen int     `json:"neverSeen" doc:"Planned, and never seen"`
	Unplanned int     `json:"unplanned" doc:"Seen, and not in the plan"`
	Rate      float64 `json:"rate" doc:"Share of what is planned that was seen, 0 to 1"`
}

func (c *CoverageCounts) add(s plan.State) {
	switch s {
	case plan.Seen:
		c.Seen++
	case plan.NeverSeen:
		c.NeverSeen++
	case plan.Unplanned:
		c.Unplanned++
	}
	c.Planned = c.Seen + c.NeverSeen
	c.Rate = share(int64(c.Seen), int64(c.Planned))
}

// EventCovered is one event of a plan, of what was seen, or of both.
type EventCovered struct {
	Call           plan.Call         `json:"call" enum:"track,identify,group,page,screen,alias"`
	Name           string            `json:"name"`
	State          CoverageState     `json:"state" enum:"seen,never_seen,unplanned,allowed" doc:"seen: planned, and it came. never_seen: planned, and never came. unplanned: came, and the plan does not have it. allowed: came, and the plan neither names nor excludes it"`
	At             *document.Place   `json:"at,omitempty" doc:"Where the rule stands; absent when it is not planned"`
	Deprecated     bool              `json:"deprecated"`
	Events         int64             `json:"events"`
	Blocked        int64             `json:"blocked"`
	FirstSeen      *SeenAt           `json:"firstSeen,omitempty"`
	LastSeen       *SeenAt           `json:"lastSeen,omitempty"`
	Properties     []PropertyCovered `json:"properties" nullable:"false" doc:"The plan's properties in its order, then the others by name; none with properties=false"`
	MoreProperties bool              `json:"moreProperties" doc:"There are more names than are counted"`
}

// PropertyCovered is one property or trait of a plan, of what was seen, or of
// both.
type PropertyCovered struct {
	Name     string        `json:"name" doc:"A dotted path; .$ stands for the items of a list"`
	State    CoverageState `json:"state" enum:"seen,never_seen,unplanned,allowed"`
	Required bool          `json:"required"`
	Planned  []string      `json:"planned" nullable:"false" doc:"Types the plan allows; none: any, or not planned"`
	Events   int64         `json:"events"`
	Seen     *SeenProperty `json:"seen,omitempty" doc:"Absent when it never came"`
}

// EventParams choose one event of a plan. Both empty: every event.
type EventParams struct {
	Call  plan.Call `query:"call" enum:"track,identify,group,page,screen,alias,common" doc:"Only this call"`
	Event string    `query:"event" doc:"Only the event, page or screen of exactly this name; empty with a call that has none"`
}

// wants reports whether the event is one of those chosen. A call chosen alone
// has no name: identify, group.
func (p EventParams) wants(call plan.Call, name string) bool {
	return p == EventParams{} || (p.Call == "" || p.Call == call) && p.Event == name
}

type coverageInput struct {
	SchemaParams
	EventParams
	Properties bool `query:"properties" default:"true" doc:"False: events without their properties, for a list of a large plan"`
}

type coverageOutput struct {
	Body struct {
		Plans     []PlanCoverage `json:"plans" nullable:"false" doc:"One for each plan in force; none without a plan"`
		Unbound   int64          `json:"unbound" doc:"Events of sources that no plan is for"`
		Uncounted int64          `json:"uncounted" doc:"Events of names beyond the 2,000 of a source that are counted"`
		Through   int64          `json:"through" doc:"Counted up to this Seq, at most seconds behind"`
	}
}

func (a *API) getCoverage(ctx context.Context, in *coverageInput) (*coverageOutput, error) {
	ask, err := in.ask(a.Now())
	if err != nil {
		return nil, problem(err)
	}
	out := &coverageOutput{}
	a.Schema.CatchUp(ctx)
	out.Body.Plans, out.Body.Through = []PlanCoverage{}, a.Schema.SchemaThrough()
	list, uncounted, err := a.Schema.Schema(ctx, ask)
	if err != nil {
		return nil, problem(err)
	}
	out.Body.Uncounted = uncounted
	seen := a.sourcesOf(list)
	for _, judge := range a.Plans.Judges() {
		out.Body.Plans = append(out.Body.Plans, in.planCoverage(judge.Plan(), plan.Coverage(judge, seen[judge])))
	}
	for _, e := range seen[nil] {
		out.Body.Unbound += e.Events
	}
	return out, nil
}

func (in *coverageInput) planCoverage(p *plan.Plan, covered []plan.Covered) PlanCoverage {
	out := PlanCoverage{Name: p.Name, Sources: append([]string{}, p.Sources...), Items: make([]EventCovered, 0, len(covered))}
	for i := range covered {
		c := &covered[i]
		out.Events.add(c.State)
		if in.wants(c.Call, c.Name) {
			out.Items = append(out.Items, eventCovered(c, in.Properties))
		}
		if c.Rule == nil {
			continue
		}
		for _, property := range c.Properties {
			out.Properties.add(property.State)
		}
	}
	return out
}

func eventCovered(c *plan.Covered, properties bool) EventCovered {
	out := EventCovered{Call: c.Call, Name: c.Name, State: c.State, Events: c.Tally.Events, Blocked: c.Tally.Blocked, MoreProperties: c.Tally.More, Properties: []PropertyCovered{}}
	if c.Rule != nil {
		out.At, out.Deprecated = &c.Rule.At, c.Rule.Deprecated
	}
	if c.Tally.Events > 0 {
		first, last := seenAt(c.Tally.First), seenAt(c.Tally.Last)
		out.FirstSeen, out.LastSeen = &first, &last
	}
	if !properties {
		return out
	}
	out.Properties = make([]PropertyCovered, len(c.Properties))
	for i, p := range c.Properties {
		out.Properties[i] = PropertyCovered{Name: p.Path, State: p.State, Required: p.Required, Planned: append([]string{}, p.Planned...)}
		if p.Seen != nil {
			seen := seenProperty(p.Path, p.Seen, c.Tally.Events)
			out.Properties[i].Events, out.Properties[i].Seen = p.Seen.Events, &seen
		}
	}
	return out
}
