package app

import (
	"context"
	"sync"
	"time"

	"sidetrack/backend/api"
	"sidetrack/backend/event"
	"sidetrack/backend/naming"
	"sidetrack/backend/plan"
	"sidetrack/backend/store"
)

// judgedBy is the stored setting that names the plan all stored events have
// been held against.
const judgedBy = "plan-judged"

// stragglers is how long after a plan came into force an event may still be
// committed that was held against the one before.
const stragglers = 5 * time.Second

// rejudge holds stored events against the plan in force, newest first, until
// ctx ends.
func (p *planning) rejudge(ctx context.Context) {
	p.mu.Lock()
	sum := p.read
	failed := p.view.Error != nil
	p.mu.Unlock()
	stored, err := p.store.Settings(ctx)
	if failed || err != nil || stored[judgedBy] == sum {
		return
	}
	if !p.note(ctx, "some by "+sum) {
		return
	}
	began, head := p.now(), p.store.Counters().Head
	p.progress(func(r *api.PlanRejudging) {
		*r = api.PlanRejudging{Running: true, Total: p.store.Counters().Stored}
	})
	defer p.progress(func(r *api.PlanRejudging) { r.Running = false })
	if !p.examine(ctx, 0, 0) || !pause(ctx, stragglers-p.now().Sub(began)) || !p.examine(ctx, 0, head) {
		return
	}
	p.note(ctx, sum)
}

// note remembers by which plan stored events are judged.
func (p *planning) note(ctx context.Context, by string) bool {
	err := p.store.SaveSettings(ctx, map[string]string{judgedBy: by})
	if err != nil && ctx.Err() == nil {
		p.log.Warn("could not note by which plan stored events are judged", "reason", err)
	}
	return err == nil
}

func (p *planning) progress(fn func(*api.PlanRejudging)) {
	p.mu.Lock()
	fn(&p.view.Rejudging)
	p.mu.Unlock()
	p.changed("plan")
}

// patience lets senders go first. While events arrive, one event is judged at a
// time and not one on every processor, and after a millisecond's work comes a
// rest: whoever sends meanwhile waits for a millisecond at most.
type patience struct {
	check    func(*event.Record) []event.Finding
	received func() int64

	mu     sync.Mutex
	last   int64
	looked time.Time
	came   time.Time // when the last events were seen to have come
	worked time.Duration
}

const (
	workFor   = time.Millisecond
	restFor   = 3 * time.Millisecond
	fewAtOnce = 64                     // events read at a time while others arrive
	lookEach  = 10 * time.Millisecond  // how often it looks whether events arrive
	calmAfter = 300 * time.Millisecond // without any
)

func (p *patience) examine(r *event.Record) []event.Finding {
	if !p.arriving() {
		return p.check(r)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	begin := time.Now()
	found := p.check(r)
	if p.worked += time.Since(begin); p.worked >= workFor {
		p.worked = 0
		time.Sleep(restFor)
	}
	return found
}

// rest leaves the writer to senders for some times as long as it was taken.
func (p *patience) rest(worked time.Duration) {
	if p.arriving() {
		time.Sleep(max(worked, workFor) * restFor / workFor)
	}
}

// arriving tells whether events came a moment ago. At first it takes that for
// granted: a start at full speed is what senders would wait for.
func (p *patience) arriving() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := time.Now(); now.Sub(p.looked) >= lookEach {
		if n := p.received(); n != p.last || p.looked.IsZero() {
			p.last, p.came = n, now
		}
		p.looked = now
	}
	return p.looked.Sub(p.came) < calmAfter
}

// examine goes through the events before a Seq down to another one. While
// events arrive it rests as long as it works; screens hear of it once a second.
func (p *planning) examine(ctx context.Context, before, down int64) bool {
	check := func(r *event.Record) []event.Finding { return append(p.keeper.Check(r), p.names.Again(r)...) }
	patient := &patience{check: check, received: func() int64 { return p.store.Counters().Received }}
	own := func(f *event.Finding) bool { return plan.Own(f) || naming.Own(f) }
	x := store.Examination{Own: own, Examine: patient.examine, Settle: p.settle, Rest: patient.rest}
	var told time.Time
	untold := false
	for {
		start := p.now()
		if x.Page = 0; patient.arriving() {
			x.Page = fewAtOnce
		}
		out, err := p.store.Reexamine(ctx, before, x)
		if ctx.Err() != nil {
			return false
		}
		took := p.now().Sub(start)
		if err != nil {
			p.log.Warn("could not hold stored events against the plan, trying again", "reason", err)
			took = 5 * time.Second
		}
		before = out.Next
		p.mu.Lock()
		p.view.Rejudging.Done += int64(out.Seen)
		p.view.Rejudging.Changed += int64(len(out.Changed))
		p.mu.Unlock()
		untold = untold || len(out.Changed) > 0
		over := err == nil && (before == 0 || before <= down)
		if over || p.now().Sub(told) > time.Second {
			if untold {
				p.changed("events")
			}
			p.changed("plan")
			untold, told = false, p.now()
		}
		if over {
			return true
		}
		if (err != nil || patient.arriving()) && !pause(ctx, took) {
			return false
		}
	}
}

// pause waits, and reports false when ctx ended.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
