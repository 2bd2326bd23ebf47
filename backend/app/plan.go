package app

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"sidetrack/backend/api"
	"sidetrack/backend/config"
	"sidetrack/backend/document"
	"sidetrack/backend/event"
	"sidetrack/backend/fault"
	"sidetrack/backend/plan"
	"sidetrack/backend/store"
	"sidetrack/backend/watch"
)

// planning keeps the tracking plan in force as its files say, at once for
// events that arrive, in the background for those in the log.
type planning struct {
	keeper  plan.Keeper
	store   *store.Store
	values  func(context.Context) (config.Values, error)
	names   *names                   // judged again with the plan
	settle  func(*event.Record) bool // marks what is muted, sets the verdict
	changed func(topic string)       // tells the screens
	log     *slog.Logger
	now     func() time.Time
	kick    chan struct{} // other paths were named

	editing sync.Mutex // one change of a file at a time

	mu    sync.Mutex
	view  api.PlanView // all but Setting
	read  string       // sum of what was read last
	files []string     // to watch
}

func newPlanning(log *slog.Logger) *planning {
	return &planning{log: log, now: time.Now, kick: make(chan struct{}, 1), view: api.PlanView{State: "none", Plans: []api.PlanInForce{}}}
}

// setting is where the paths of the plan were set.
func (p *planning) setting(ctx context.Context) (config.Value, error) {
	values, err := p.values(ctx)
	return values.Of(config.Plan), err
}

// load reads the files and puts what they say in force, unless they are as they
// were. A plan that cannot be read leaves the last good one in force.
func (p *planning) load(ctx context.Context) (different bool, err error) {
	v, err := p.setting(ctx)
	if err != nil {
		return false, err
	}
	paths := config.Paths(v.Value)
	plans, files, sum, failed := readPlans(paths)
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(paths) == 0 {
		files, sum = nil, ""
	}
	p.view.Paths, p.files = paths, append(append([]string{}, paths...), files...)
	if sum == p.read && failed == nil && p.view.Error == nil {
		return false, nil
	}
	if failed != nil {
		p.fail(failed)
		p.read = sum
		return true, nil
	}
	p.read, p.view.Error, p.view.State, p.view.Since = sum, nil, "in_force", nil
	if len(paths) == 0 {
		p.view.State = "none"
	}
	p.keeper.Replace(plans)
	p.view.Plans = []api.PlanInForce{}
	for _, j := range p.keeper.Judges() {
		p.view.Plans = append(p.view.Plans, api.ViewOfPlan(j.Plan()))
	}
	if len(plans) > 0 {
		now := p.now().UTC()
		p.view.Since = &now
	}
	return true, nil
}

// fail says why a plan cannot be used. The caller holds mu.
func (p *planning) fail(err error) {
	e := &api.PlanError{Message: err.Error()}
	var bad *document.Error
	if errors.As(err, &bad) {
		e.At, e.Message, e.Expected = bad.At, bad.Reason, bad.Expected
	}
	if p.view.Error == nil || *p.view.Error != *e {
		p.log.Warn("the tracking plan cannot be used; the last good one stays in force", "reason", err)
	}
	p.view.State, p.view.Error = "error", e
}

// Plan implements api.Plans.
func (p *planning) Plan(ctx context.Context) (api.PlanView, error) {
	v, err := p.setting(ctx)
	if err != nil {
		return api.PlanView{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	view := p.view
	view.Paths = append([]string{}, view.Paths...)
	view.Setting = api.Setting{Name: v.Name, Value: v.Value, Layer: string(v.Layer), From: v.From, Editable: free(v)}
	return view, nil
}

// Judges implements api.Plans.
func (p *planning) Judges() []*plan.Judge { return p.keeper.Judges() }

// Check holds an arriving event against its plan.
func (p *planning) Check(r *event.Record) []event.Finding { return p.keeper.Check(r) }

// SetPlan implements api.Plans.
func (p *planning) SetPlan(ctx context.Context, paths []string) error {
	v, err := p.setting(ctx)
	if err != nil {
		return err
	}
	if !free(v) {
		return fault.New(fault.Conflict, "the plan is set by the %s and cannot be changed here", v.Explain())
	}
	for _, path := range paths {
		if !filepath.IsAbs(path) || strings.Contains(path, ",") {
			return fault.New(fault.Invalid, "%q cannot be named here; a path is absolute and has no comma in it", path)
		}
	}
	if _, _, _, err := readPlans(paths); err != nil {
		return fault.New(fault.Invalid, "this plan cannot be used: %w", err)
	}
	if err := p.store.SaveSettings(ctx, map[string]string{config.Plan: strings.Join(paths, ",")}); err != nil {
		return err
	}
	if _, err := p.load(ctx); err != nil {
		return err
	}
	select {
	case p.kick <- struct{}{}:
	default:
	}
	return nil
}

// run follows the files until ctx ends, and holds stored events against every
// plan that comes into force.
func (p *planning) run(ctx context.Context) error {
	for ctx.Err() == nil {
		round, stop := context.WithCancel(ctx)
		var working sync.WaitGroup
		p.mu.Lock()
		files := append([]string{}, p.files...)
		p.mu.Unlock()
		again := make(chan struct{}, 1)
		working.Go(func() {
			watch.Run(round, files, p.log, func() {
				select {
				case again <- struct{}{}:
				default:
				}
			})
		})
		working.Go(func() { p.rejudge(round) })
		p.wait(ctx, again)
		stop()
		working.Wait()
	}
	return nil
}

// lookAgain is when the files are read once more after watching them began, for
// what changed in between.
const lookAgain = 300 * time.Millisecond

// wait returns when the plan in force has changed, or other files are to be
// watched.
func (p *planning) wait(ctx context.Context, again <-chan struct{}) {
	soon := time.After(lookAgain)
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.kick:
			p.changed("plan")
			return
		case <-again:
		case <-soon:
		}
		different, err := p.load(ctx)
		if err != nil {
			p.log.Warn("could not read where the tracking plan is", "reason", err)
		}
		if different {
			p.changed("plan")
			return
		}
	}
}

func free(v config.Value) bool { return v.Layer == config.Default || v.Layer == config.Stored }
