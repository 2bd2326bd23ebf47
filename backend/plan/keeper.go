package plan

import (
	"strings"
	"sync/atomic"

	"sidetrack/backend/event"
)

// Keeper holds the plans in force and swaps them whole, so that an event is
// never held against half of one. Its zero value holds none.
type Keeper struct{ held atomic.Pointer[inForce] }

// inForce finds the plan of a source: the one that is bound to it, else the one
// bound to nobody. A source has one plan, as in Segment.
type inForce struct {
	all      []*Judge
	general  *Judge            // nil when every plan is bound
	bySource map[string]*Judge // by id, and by name in lower case
}

// Replace puts other plans in force. Those that are bound to no source are one
// plan together: what one of them names is planned.
func (k *Keeper) Replace(plans []*Plan) {
	f := &inForce{bySource: map[string]*Judge{}}
	plans = share(plans)
	var together []*Plan
	for _, p := range plans {
		if len(p.Sources) == 0 {
			together = append(together, p)
			continue
		}
		j := NewJudge(p)
		f.all = append(f.all, j)
		for _, name := range p.Sources {
			f.bySource[strings.ToLower(name)] = j
		}
	}
	if len(together) > 0 {
		f.general = NewJudge(merge(together))
		f.all = append(f.all, f.general)
	}
	k.held.Store(f)
}

func merge(plans []*Plan) *Plan {
	if len(plans) == 1 {
		return plans[0]
	}
	out := &Plan{Format: "several", Lint: map[string]bool{}}
	var names []string
	for _, p := range plans {
		if p.Name != "" {
			names = append(names, p.Name)
		}
		out.Rules = append(out.Rules, p.Rules...)
		out.Problems = append(out.Problems, p.Problems...)
		out.settings(p)
		for rule, on := range p.Lint {
			out.Lint[rule] = on
		}
	}
	out.Name = strings.Join(names, ", ")
	return out
}

// share gives every plan the settings of files that hold nothing else.
func share(plans []*Plan) []*Plan {
	var whole, settings []*Plan
	for _, p := range plans {
		if p.Format == SettingsFormat {
			settings = append(settings, p)
		} else {
			whole = append(whole, p)
		}
	}
	if len(settings) == 0 || len(whole) == 0 {
		return plans
	}
	for i, p := range whole {
		both := *p
		both.Problems = append([]Problem{}, p.Problems...)
		for _, s := range settings {
			both.Problems = append(both.Problems, s.Problems...)
			both.settings(s)
		}
		whole[i] = &both
	}
	return whole
}

// settings takes over what another plan does on the way to destinations; what
// contradicts this one's is a problem.
func (p *Plan) settings(of *Plan) {
	p.Enforcement = append(p.Enforcement[:len(p.Enforcement):len(p.Enforcement)], of.Enforcement...)
	p.Transformations = append(p.Transformations[:len(p.Transformations):len(p.Transformations)], of.Transformations...)
	p.Problems = append(p.Problems, p.DropConflicts()...)
}

// Judges returns the plans in force.
func (k *Keeper) Judges() []*Judge {
	if f := k.held.Load(); f != nil {
		return f.all
	}
	return nil
}

// JudgeOf returns the plan a source is held against, nil when there is none.
func (k *Keeper) JudgeOf(source event.SourceRef) *Judge {
	f := k.held.Load()
	if f == nil {
		return nil
	}
	for _, name := range []string{source.ID, source.Name} {
		if j := f.bySource[strings.ToLower(name)]; j != nil {
			return j
		}
	}
	return f.general
}

// Check holds a record against the plan of its source.
func (k *Keeper) Check(r *event.Record) []event.Finding {
	return k.JudgeOf(r.Source).Check(r, r.Message)
}

// Own reports whether a finding is the plan's.
func Own(f *event.Finding) bool { return strings.HasPrefix(f.Code, "plan.") }
