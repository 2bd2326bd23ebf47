package app

import (
	"context"

	"sidetrack/backend/api"
	"sidetrack/backend/document"
	"sidetrack/backend/plan"
	"sidetrack/backend/query"
	"sidetrack/backend/store"
)

// Violations implements api.Violations.
func (s *seen) Violations(ctx context.Context, a api.ViolationAsk) (api.ViolationList, error) {
	out := api.ViolationList{Items: []api.Violation{}}
	found, err := s.Store.Violations(ctx, store.ViolationAsk(a))
	if err != nil {
		return out, err
	}
	t := &out.Totals
	t.Events, t.Muted, t.Uncounted, t.Counting = found.Events, found.Muted, found.Rest, found.Counting
	for code, n := range found.Kinds {
		switch code {
		case "plan.unplanned_event":
			t.UnplannedEvents += n
		case "plan.unplanned_property":
			t.UnplannedProperties += n
		default:
			t.Violations += n
		}
	}
	for i := range found.Violations {
		out.Items = append(out.Items, violation(&found.Violations[i]))
	}
	return out, nil
}

func violation(v *store.Violation) api.Violation {
	out := api.Violation{
		Code: v.Code, Severity: plan.SeverityOf(v.Code), Call: v.Call, Event: v.Event, Version: v.Version, Path: v.Path, Property: plan.PropertyOf(v.Path),
		Count: v.Events, Muted: v.Muted, FirstSeen: v.First, LastSeen: v.Last, LatestSeq: v.Latest, Sources: []api.ViolationSource{},
		Message: v.Finding.Message, Sent: append([]string{}, v.Sent...), Wants: v.Finding.Wants, Nearest: v.Finding.Nearest, Query: listing(v.ViolationKey),
	}
	if at, ok := document.ParsePlace(v.Finding.Rule); ok {
		out.At = &at
	}
	for _, s := range v.Sources {
		out.Sources = append(out.Sources, api.ViolationSource{ID: s.Source.ID, Name: s.Source.Name, Count: s.Events})
	}
	return out
}

// listing is the query that lists the events of a kind.
func listing(k plan.ViolationKey) string {
	terms := []query.Term{{Key: "type", Op: ":", Values: []string{k.Call}}}
	if k.Event != "" {
		terms = append(terms, query.Term{Key: "name", Op: ":", Values: []string{k.Event}})
	}
	terms = append(terms, query.Term{Key: "code", Op: ":", Values: []string{k.Code + "@" + k.Path}})
	return query.Query{Terms: terms}.String()
}
