package app

import (
	"context"

	"sidetrack/backend/api"
	"sidetrack/backend/fault"
)

// Drafts implements api.PlanDrafter.
func (p *planning) Drafts() api.Drafts {
	return api.Drafts{Specs: []api.DraftSource{}, UseCases: []api.DraftSource{}}
}

// DraftPlan implements api.PlanDrafter.
func (p *planning) DraftPlan(context.Context, api.DraftAsk) (api.Drafted, error) {
	return api.Drafted{}, fault.New(fault.Unavailable, "plans cannot be drafted yet")
}
