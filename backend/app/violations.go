package app

import (
	"context"

	"sidetrack/backend/api"
	"sidetrack/backend/fault"
)

// Violations implements api.Violations.
func (s *seen) Violations(context.Context, api.ViolationAsk) (api.ViolationList, error) {
	return api.ViolationList{}, fault.New(fault.Unavailable, "violations are not summed up yet")
}
