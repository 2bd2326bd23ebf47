package app

import (
	"context"
	"time"

	"sidetrack/backend/api"
	"sidetrack/backend/event"
	"sidetrack/backend/query"
	"sidetrack/backend/store"
)

// eventLog shows the store to the API and the stream in their own words.
type eventLog struct{ *store.Store }

func (l eventLog) Events(ctx context.Context, a api.Ask) ([]event.Record, int64, error) {
	return l.Store.Events(ctx, store.Ask(a))
}

func (l eventLog) Count(ctx context.Context, a api.Ask) (int64, error) {
	return l.Store.Count(ctx, store.Ask(a))
}

func (l eventLog) Delete(ctx context.Context, a api.Ask) (string, int64, error) {
	return l.Store.Delete(ctx, store.Ask(a))
}

func (l eventLog) Counters() api.Counters { return api.Counters(l.Store.Counters()) }

func (l eventLog) Seen() ([]api.Sighting, error) {
	list, err := l.Store.Seen()
	out := make([]api.Sighting, len(list))
	for i, s := range list {
		out[i] = api.Sighting(s)
	}
	return out, err
}

func (l eventLog) Volume(ctx context.Context, a api.Ask, since, until time.Time, buckets int) ([]api.Bucket, error) {
	list, err := l.Store.Volume(ctx, store.Ask(a), since, until, buckets)
	out := make([]api.Bucket, len(list))
	for i, b := range list {
		out[i] = api.Bucket(b)
	}
	return out, err
}

// Each gives every match with its message.
func (l eventLog) Each(ctx context.Context, a api.Ask, fn func(*event.Record) error) error {
	a.Message = true
	return l.Store.Each(ctx, store.Ask(a), fn)
}

// backlog reads the log for live readers that come from further back.
type backlog struct{ *store.Store }

func (b backlog) Each(ctx context.Context, after int64, q query.Query, limit int, fn func(*event.Record) error) error {
	return b.Store.Each(ctx, store.Ask{Query: q, After: after, Limit: limit}, fn)
}

// streamStatus is the body of the stream's status frame.
func streamStatus(c store.Counters) map[string]any {
	return map[string]any{
		"received": c.Received, "stored": c.Stored, "pending": c.Pending, "rejected": c.Rejected, "dropped": c.Dropped,
		"pruned": c.Pruned, "deleted": c.Deleted, "head": c.Head, "lastReceived": c.LastReceived,
	}
}

// committed hands a commit to the live readers.
func (a *App) committed(rs []event.Record) {
	if a.hub != nil {
		a.hub.Publish(rs)
	}
}
