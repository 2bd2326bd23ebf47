package app

import (
	"context"
	"log/slog"

	"sidetrack/backend/event"
	"sidetrack/backend/naming"
	"sidetrack/backend/plan"
	"sidetrack/backend/spec"
	"sidetrack/backend/store"
)

// names holds the names of arriving events against conventions, but for those
// a plan agreed on, and the rules a plan switched off.
type names struct {
	checker *naming.Checker
	again   *naming.Checker // of stored events
	seen    *naming.Seen
	store   *store.Store
	plan    func(event.SourceRef) *plan.Judge
	log     *slog.Logger
}

func newNames(s *store.Store, planOf func(event.SourceRef) *plan.Judge, log *slog.Logger) *names {
	n := &names{seen: naming.NewSeen(naming.MaxSeen), store: s, plan: planOf, log: log}
	n.checker, n.again = naming.New(n), naming.New(spelledBefore{})
	return n
}

// spelledBefore finds the spelling that was the usual one when an event came.
// What has become usual since does not count.
type spelledBefore struct{}

func (spelledBefore) Usual(r *event.Record) string {
	for i := range r.Findings {
		if r.Findings[i].Code == "naming.near_duplicate_event" {
			return r.Findings[i].Nearest
		}
	}
	return ""
}

// Check implements collector.Names.
func (n *names) Check(r *event.Record, f *spec.Fields) []event.Finding {
	return n.disputed(r, n.checker.Check(r, f))
}

// Again holds the names of a stored event against the rules as the plan has
// them now.
func (n *names) Again(r *event.Record) []event.Finding {
	if r.Disposition == event.Rejected {
		return nil
	}
	f := spec.ReadFields(r.Message)
	return n.disputed(r, n.again.Check(r, &f))
}

// disputed leaves out what a plan agreed on.
func (n *names) disputed(r *event.Record, found []event.Finding) []event.Finding {
	if len(found) == 0 {
		return nil
	}
	j := n.plan(r.Source)
	if j == nil {
		return found
	}
	kept := found[:0]
	for _, f := range found {
		if naming.On(j.Plan().Lint, f.Code) && !j.Agreed(r, f.Path) {
			kept = append(kept, f)
		}
	}
	return kept
}

// Usual implements naming.Spellings. What the demo sends is no habit of
// anybody.
func (n *names) Usual(r *event.Record) string {
	if n.isDemo(r.Source.ID) {
		return ""
	}
	return n.seen.Usual(r)
}

func (n *names) isDemo(id string) bool {
	for _, s := range n.store.Sources() {
		if s.ID == id {
			return s.Demo
		}
	}
	return false
}

// remember counts the names that are in the log.
func (n *names) remember(ctx context.Context) {
	list, _, err := n.store.Schema(ctx, store.SchemaAsk{Call: "track"})
	if err != nil {
		if ctx.Err() == nil {
			n.log.Warn("spellings of names are only compared with those that arrive from now on", "reason", err)
		}
		return
	}
	for i := range list {
		if !n.isDemo(list[i].Source.ID) {
			n.seen.Add(list[i].Name, list[i].Events)
		}
	}
}
