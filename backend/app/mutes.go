package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/mute"
	"sidetrack/backend/spec"
	"sidetrack/backend/store"
)

// muting keeps the mutes in force: at once for events that arrive, in the
// background for those in the log.
type muting struct {
	*store.Store
	set     mute.Set
	changed func() // tells the screens that stored events changed
	log     *slog.Logger
	kick    chan struct{}
	loading sync.Mutex
}

func newMuting(log *slog.Logger) *muting {
	return &muting{log: log, kick: make(chan struct{}, 1)}
}

// load puts the stored mutes in force.
func (m *muting) load(ctx context.Context) error {
	m.loading.Lock()
	defer m.loading.Unlock()
	list, err := m.Mutes(ctx)
	if err == nil {
		m.set.Replace(list)
	}
	return err
}

// sentDuplicate is for the store, which finds duplicates after the collector
// has judged.
func (m *muting) sentDuplicate(rec *event.Record, firstSeq int64) {
	spec.DuplicateID(rec, firstSeq)
	m.set.Apply(rec)
}

func (m *muting) AddMute(ctx context.Context, add mute.Mute) error {
	return m.change(ctx, m.Store.AddMute(ctx, add))
}

func (m *muting) RemoveMute(ctx context.Context, id string) error {
	return m.change(ctx, m.Store.RemoveMute(ctx, id))
}

func (m *muting) change(ctx context.Context, err error) error {
	if err == nil {
		err = m.load(context.WithoutCancel(ctx))
	}
	select {
	case m.kick <- struct{}{}:
	default:
	}
	return err
}

// run judges stored events again until ctx ends. It rests as long as it
// worked, so that at most half of the writer's time goes there.
func (m *muting) run(ctx context.Context) error {
	var told time.Time
	untold := false
	for {
		began := time.Now()
		r, err := m.Rejudge(ctx, m.set.Apply)
		rest := time.After(time.Since(began))
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			m.log.Warn("could not judge stored events again, trying again", "reason", err)
			rest = time.After(5 * time.Second)
		case r.Done:
			rest = nil
		case !r.More:
			rest = time.After(time.Second)
		}
		untold = untold || r.Changed > 0
		if untold && (!r.More || time.Since(told) > time.Second) {
			m.changed()
			untold, told = false, time.Now()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-m.kick:
		case <-rest:
		}
	}
}
