package app

import (
	"context"
	"log/slog"
	"time"

	"sidetrack/backend/api"
	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/schema"
	"sidetrack/backend/store"
)

// seen counts what sources really send, behind the log.
type seen struct {
	*store.Store
	plans *planning
	log   *slog.Logger
}

const (
	lookForEvents = 250 * time.Millisecond
	busyQueue     = 16 // waiting events that make counting step back
)

// run counts until ctx ends. It rests twice as long as it worked, and nine
// times as long while senders wait: they come first.
func (s *seen) run(ctx context.Context) error {
	for {
		began := time.Now()
		counted, err := s.CountSchema(ctx)
		rest := 2 * time.Since(began)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			s.log.Warn("could not count what was sent, trying again", "reason", err)
			rest = 5 * time.Second
		case !counted.More:
			rest = lookForEvents
		case s.Counters().Pending > busyQueue:
			rest = 9 * time.Since(began)
		}
		if !pause(ctx, rest) {
			return nil
		}
	}
}

// CatchUp implements api.Schema. It waits two seconds at most; rows are
// written once a second.
func (s *seen) CatchUp(ctx context.Context) {
	head, until := s.Counters().Head, time.Now().Add(2*time.Second)
	for s.SchemaThrough() < head && time.Now().Before(until) && pause(ctx, 5*time.Millisecond) {
	}
}

// Schema implements api.Schema.
func (s *seen) Schema(ctx context.Context, a api.SchemaAsk) ([]schema.Event, int64, error) {
	return s.Store.Schema(ctx, store.SchemaAsk(a))
}

// JudgeOf implements api.Schema.
func (s *seen) JudgeOf(source event.SourceRef) *plan.Judge { return s.plans.keeper.JudgeOf(source) }
