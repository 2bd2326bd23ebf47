package app

import (
	"context"
	"strconv"

	"sidetrack/backend/api"
	"sidetrack/backend/draft"
	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/schema"
	"sidetrack/backend/store"
)

// SuggestEdits implements api.PlanEditor.
func (p *planning) SuggestEdits(ctx context.Context, a api.SuggestionAsk) (api.PlanSuggestions, error) {
	out := api.PlanSuggestions{Items: []api.PlanSuggestion{}}
	key := plan.ViolationKey{Code: a.Code, Call: a.Call, Event: a.Event, Version: max(a.Version, 1), Path: plan.AnyItem(a.Path)}
	if a.Code == "plan.unplanned_event" {
		key.Version = 0
	}
	known, err := p.store.Violation(ctx, key)
	if err != nil {
		return out, err
	}
	judge, place := p.judgeOf(a.Source, known.Sources)
	if judge == nil {
		out.Why = "No plan is in force for it. Name one, or draft one from what was seen."
		return out, nil
	}
	out.Plan = strconv.Itoa(place)
	d := draft.Departure{Judge: judge, Key: key, Finding: known.Finding, Sent: known.Sent}
	if d.Seen, err = p.seenOf(ctx, judge, a.Call, a.Event); err != nil {
		return out, err
	}
	list, why := draft.Suggest(d)
	out.Why = why
	for _, s := range list {
		item := api.PlanSuggestion{Title: s.Title, Words: s.Words}
		for _, e := range s.Edits {
			item.Edits = append(item.Edits, api.PlanEdit(e))
		}
		edited, err := p.EditPlan(ctx, api.PlanEdits{Edits: item.Edits, Plan: out.Plan, DryRun: true})
		if err != nil {
			if out.Why == "" {
				out.Why = err.Error()
			}
			continue
		}
		if out.File == "" {
			out.File = edited.File
		}
		out.Items = append(out.Items, item)
	}
	if len(out.Items) > 0 {
		out.Why = ""
	}
	return out, nil
}

// judgeOf finds the plan of a source, named or the one that sent most, and its
// place among the plans in force.
func (p *planning) judgeOf(source string, sent []store.ViolationSource) (*plan.Judge, int) {
	judges := p.keeper.Judges()
	if len(judges) == 1 {
		return judges[0], 0
	}
	var ref event.SourceRef
	for _, s := range p.store.Sources() {
		if source != "" && (s.ID == source || s.Name == source) {
			ref = event.SourceRef{ID: s.ID, Name: s.Name}
		}
	}
	if ref.ID == "" && len(sent) > 0 {
		ref = sent[0].Source
	}
	judge := p.keeper.JudgeOf(ref)
	for i, j := range judges {
		if j == judge {
			return judge, i
		}
	}
	return nil, 0
}

// seenOf is what the sources of a plan sent of an event.
func (p *planning) seenOf(ctx context.Context, judge *plan.Judge, call, name string) (*schema.Tally, error) {
	list, _, err := p.store.Schema(ctx, store.SchemaAsk{Call: call, Event: name})
	if err != nil {
		return nil, err
	}
	t := &schema.Tally{}
	for i := range list {
		if list[i].Call == call && p.keeper.JudgeOf(list[i].Source) == judge {
			t.Merge(&list[i].Tally)
		}
	}
	return t, nil
}
