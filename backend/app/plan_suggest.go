package app

import (
	"context"

	"sidetrack/backend/api"
	"sidetrack/backend/fault"
)

// SuggestEdits implements api.PlanEditor.
func (p *planning) SuggestEdits(context.Context, api.SuggestionAsk) (api.PlanSuggestions, error) {
	return api.PlanSuggestions{}, fault.New(fault.Unavailable, "nothing can be suggested yet")
}
