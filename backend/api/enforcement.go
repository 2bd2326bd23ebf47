package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"sidetrack/backend/document"
	"sidetrack/backend/enforce"
	"sidetrack/backend/event"
	"sidetrack/backend/plan"
)

// EnforcementPreview is what would be left of an event on its way out.
type EnforcementPreview struct {
	Seq         int64               `json:"seq"`
	Blocked     bool                `json:"blocked"`
	Reason      enforce.Reason      `json:"reason" enum:",unplanned,schema_violation,unplanned_and_schema_violation,common_schema_violation,dropped_by_transformation" doc:"Empty unless blocked"`
	Before      string              `json:"before" doc:"The message as it is stored, as JSON text"`
	After       string              `json:"after" doc:"The message as it would be forwarded, as JSON text; empty when it is blocked"`
	Steps       []enforce.Step      `json:"steps" nullable:"false" doc:"What is done, in order"`
	Annotations enforce.Annotations `json:"annotations" doc:"What is noted in context.protocols"`
}

// SourceEnforcement is what holds for the events of one source, and what it
// would have done to the newest of them.
type SourceEnforcement struct {
	Source          event.SourceRef      `json:"source"`
	Plan            string               `json:"plan" doc:"Name of the plan the source is held against"`
	Set             bool                 `json:"set" doc:"False: no entry is for the source, and everything is allowed"`
	Enforcement     plan.Enforcement     `json:"enforcement"`
	Transformations []TransformationView `json:"transformations" nullable:"false"`
	Counts          EnforcementCounts    `json:"counts"`
}

// TransformationView is one transformation in words.
type TransformationView struct {
	Name        string         `json:"name"`
	Enabled     bool           `json:"enabled"`
	Destination string         `json:"destination" doc:"Empty: at the source, before every destination"`
	Call        plan.Call      `json:"call" enum:"track,identify,group"`
	Event       string         `json:"event"`
	Changes     []string       `json:"changes" nullable:"false" doc:"What it does, a sentence each"`
	At          document.Place `json:"at"`
}

// EnforcementCounts are events of a source among those looked at.
type EnforcementCounts struct {
	Events             int            `json:"events"`
	Blocked            int            `json:"blocked" doc:"Would have been blocked"`
	Reasons            map[string]int `json:"reasons" doc:"Of those blocked, by reason"`
	Omitted            int            `json:"omitted" doc:"Would have lost a property or trait that is not planned"`
	OmittedOnViolation int            `json:"omittedOnViolation" doc:"Would have lost a property or trait that breaks the plan"`
	Transformed        int            `json:"transformed" doc:"Would have been changed by a transformation at the source"`
}

type previewInput struct {
	Seq         int64  `path:"seq" doc:"The event's place in the log"`
	Destination string `query:"destination" doc:"With the transformations for this destination; empty: as it leaves the source"`
}

type previewOutput struct{ Body EnforcementPreview }

type enforcementInput struct {
	Last int `query:"last" minimum:"0" maximum:"10000" default:"1000" doc:"Count over this many of the newest events; 0 for no counts"`
}

type enforcementOutput struct {
	Body struct {
		Examined int                 `json:"examined" doc:"How many of the newest events the counts are over"`
		Oldest   int64               `json:"oldest" doc:"Seq of the oldest of them; 0 when there is none"`
		Items    []SourceEnforcement `json:"items" nullable:"false" doc:"One for each source that has a plan"`
	}
}

func (a *API) registerEnforcement(h huma.API) {
	huma.Get(h, "/api/events/{seq}/enforcement", a.previewEnforcement,
		op("preview-enforcement", "What would be left of an event on its way out; nothing is changed or sent"))
	huma.Get(h, "/api/plan/enforcement", a.getEnforcement,
		op("get-plan-enforcement", "Enforcement and transformations in force for each source, and what they would have done to the newest events"))
}

func (a *API) previewEnforcement(ctx context.Context, in *previewInput) (*previewOutput, error) {
	r, err := a.Log.Event(ctx, in.Seq)
	if err != nil {
		return nil, problem(err)
	}
	return &previewOutput{PreviewOf(&r, a.Schema.JudgeOf(r.Source), in.Destination)}, nil
}

// PreviewOf puts a record through what a plan sets for its source.
func PreviewOf(r *event.Record, j *plan.Judge, destination string) EnforcementPreview {
	out, steps := enforce.Apply(r, enforce.Settings{Judge: j, Source: r.Source}, destination)
	p := EnforcementPreview{Seq: r.Seq, Blocked: out.Blocked, Reason: out.Reason, Before: string(r.Message), Steps: steps, Annotations: out.Annotations}
	if !out.Blocked {
		p.After = string(out.Message)
	}
	return p
}

func (a *API) getEnforcement(ctx context.Context, in *enforcementInput) (*enforcementOutput, error) {
	out := &enforcementOutput{}
	out.Body.Items = []SourceEnforcement{}
	counts := map[string]*EnforcementCounts{}
	for _, s := range a.Sources.Sources() {
		ref := event.SourceRef{ID: s.ID, Name: s.Name}
		if s.Label != nil {
			label := string(*s.Label)
			ref.Label = &label
		}
		if j := a.Schema.JudgeOf(ref); j != nil {
			out.Body.Items = append(out.Body.Items, enforcementOf(ref, j.Plan()))
			counts[s.ID] = &EnforcementCounts{Reasons: map[string]int{}}
		}
	}
	if err := a.eachNewest(ctx, in.Last, func(r *event.Record) {
		out.Body.Examined++
		out.Body.Oldest = r.Seq
		if c := counts[r.Source.ID]; c != nil {
			c.add(r, a.Schema.JudgeOf(r.Source))
		}
	}); err != nil {
		return nil, problem(err)
	}
	for i := range out.Body.Items {
		out.Body.Items[i].Counts = *counts[out.Body.Items[i].Source.ID]
	}
	return out, nil
}

// perPage is how many events are read at a time: a message may be large.
const perPage = 500

func (a *API) eachNewest(ctx context.Context, n int, fn func(*event.Record)) error {
	before := int64(0)
	for n > 0 {
		items, next, err := a.Log.Events(ctx, Ask{Before: before, Limit: min(n, perPage), Message: true})
		if err != nil {
			return err
		}
		for i := range items {
			fn(&items[i])
		}
		if n -= len(items); next == 0 {
			return nil
		}
		before = next
	}
	return nil
}

func (c *EnforcementCounts) add(r *event.Record, j *plan.Judge) {
	out, steps := enforce.Apply(r, enforce.Settings{Judge: j, Source: r.Source}, "")
	c.Events++
	if out.Blocked {
		c.Blocked++
		c.Reasons[string(out.Reason)]++
		return
	}
	c.Omitted += b2i(len(out.Annotations.Omitted) > 0)
	c.OmittedOnViolation += b2i(len(out.Annotations.OmittedOnViolation) > 0)
	for _, s := range steps {
		if s.Transformed {
			c.Transformed++
			return
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func enforcementOf(source event.SourceRef, p *plan.Plan) SourceEnforcement {
	entry := p.EnforcementOf(source)
	out := SourceEnforcement{Source: source, Plan: p.Name, Set: entry != nil, Enforcement: entry.Whole(), Transformations: []TransformationView{}}
	for _, t := range p.Transformations {
		if t.For(source) {
			out.Transformations = append(out.Transformations, TransformationView{t.Name, !t.Off, t.Destination, t.Call, t.Event, t.Words(), t.At})
		}
	}
	return out
}
