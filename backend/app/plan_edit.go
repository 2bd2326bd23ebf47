package app

import (
	"context"

	"sidetrack/backend/api"
	"sidetrack/backend/fault"
)

// EditPlan implements api.PlanEditor.
func (p *planning) EditPlan(context.Context, api.PlanEdits) (api.PlanEdited, error) {
	return api.PlanEdited{}, fault.New(fault.Unavailable, "plans cannot be changed yet")
}

// SuggestEdits implements api.PlanEditor.
func (p *planning) SuggestEdits(context.Context, api.SuggestionAsk) (api.PlanSuggestions, error) {
	return api.PlanSuggestions{}, fault.New(fault.Unavailable, "nothing can be suggested yet")
}
