package plan

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"sidetrack/backend/schema"
)

// State says how what is planned and what was seen agree.
type State string

// The states of an event or a property.
const (
	Seen      State = "seen"       // planned, and it came
	NeverSeen State = "never_seen" // planned, and never came
	Unplanned State = "unplanned"  // came, and the plan does not have it
	Allowed   State = "allowed"    // came; the plan neither names nor excludes it
)

// Covered is one event of the plan, of the log, or of both.
type Covered struct {
	Call       Call
	Name       string
	State      State
	Rule       *Rule // the oldest version; nil when it is not planned
	Tally      schema.Tally
	Properties []CoveredProperty
}

// CoveredProperty is one property or trait of an event.
type CoveredProperty struct {
	Path     string
	State    State
	Required bool             // in every version of the rule
	Planned  []string         // types the plan allows; none: any, or not planned
	Seen     *schema.Property // nil when it never came
}

// Coverage lays what sources sent beside the plan they are held against: what
// is planned and came, what is planned and never came, what came unplanned. The
// plan's events stand first, in its order; of an event with several versions
// all are one.
func Coverage(j *Judge, seen []schema.Event) []Covered {
	var list []*covering
	byRule := map[key]*covering{}
	for _, r := range j.plan.Rules {
		k := key{r.Call, r.Name}
		if versions := j.events[k]; byRule[k] == nil && len(versions) > 0 {
			c := &covering{Covered: Covered{Call: r.Call, Name: r.Name, State: NeverSeen, Rule: versions[0].Rule}, versions: versions}
			byRule[k] = c
			list = append(list, c)
		}
	}
	var besides []*covering
	byName := map[key]*covering{}
	for i := range seen {
		e := &seen[i]
		k, asEvent := j.ruleFor(Call(e.Call), e.Name)
		c := byRule[k]
		if c == nil {
			k = key{Call(e.Call), e.Name}
			if c = byName[k]; c == nil {
				c = &covering{Covered: Covered{Call: k.call, Name: k.name, State: Allowed}}
				if k.call == Track {
					c.State = Unplanned
				}
				byName[k] = c
				besides = append(besides, c)
			}
		} else {
			c.State = Seen
		}
		c.add(e, asEvent)
	}
	slices.SortFunc(besides, func(a, b *covering) int {
		return cmp.Or(cmp.Compare(b.Tally.Events, a.Tally.Events), cmp.Compare(a.Call, b.Call), cmp.Compare(a.Name, b.Name))
	})
	out := make([]Covered, 0, len(list)+len(besides))
	for _, c := range append(list, besides...) {
		c.cover()
		out = append(out, c.Covered)
	}
	return out
}

// covering is an event while it is laid beside the plan.
type covering struct {
	Covered
	versions []*judged
}

// ruleFor chooses the rule of an event as Check does. asEvent is the property
// that stands for the name where a page call is taken for an event.
func (j *Judge) ruleFor(call Call, name string) (k key, asEvent string) {
	switch call {
	case Page, Screen:
		for _, k := range []key{{call, name}, {call, ""}} {
			if j.events[k] != nil {
				return k, ""
			}
		}
		if call == Screen {
			return key{Track, "Screen Viewed"}, "screen_name"
		}
		return key{Track, "Page Viewed"}, "page_name"
	case Identify, Group:
		return key{call, ""}, ""
	}
	return key{call, name}, ""
}

func (c *covering) add(e *schema.Event, asEvent string) {
	c.Tally.Merge(&e.Tally)
	if asEvent == "" || e.Name == "" || c.Rule == nil {
		return
	}
	p := &schema.Property{Events: e.Events, Blocked: e.Blocked, Span: e.Span}
	p.Types[schema.String] = e.Events
	if name, err := json.Marshal(e.Name); err == nil {
		p.Values = []schema.Value{{JSON: string(name), Events: e.Events}}
	}
	c.Tally.MergeProperties(&schema.Tally{Properties: map[string]*schema.Property{asEvent: p}})
}

// cover lays the properties beside the plan: those of the plan in its order,
// then the others by name.
func (c *covering) cover() {
	fields := 0
	for _, version := range c.versions {
		fields = max(fields, len(version.planned))
	}
	at := make(map[string]int, fields)
	c.Properties = make([]CoveredProperty, 0, max(fields, len(c.Tally.Properties)))
	for n, version := range c.versions {
		named := map[string]bool{} // with one version all are
		for _, f := range version.planned {
			if len(c.versions) > 1 {
				named[f.Name] = true
			}
			i, known := at[f.Name]
			if !known {
				i = len(c.Properties)
				at[f.Name] = i
				c.Properties = append(c.Properties, CoveredProperty{Path: f.Name, State: NeverSeen, Required: f.Required && n == 0, Planned: slices.Clip(f.Types)})
				continue
			}
			p := &c.Properties[i]
			p.Required = p.Required && f.Required
			p.Planned = eitherType(p.Planned, f.Types)
		}
		if len(c.versions) == 1 {
			break
		}
		for i := range c.Properties {
			p := &c.Properties[i]
			p.Required = p.Required && named[p.Path]
		}
	}
	for path, i := range at {
		if p := c.Tally.Properties[path]; p != nil {
			c.Properties[i].State, c.Properties[i].Seen = Seen, p
		}
	}
	planned := len(c.Properties)
	for path, p := range c.Tally.Properties {
		if _, named := at[path]; !named {
			c.Properties = append(c.Properties, CoveredProperty{Path: path, State: c.besides(path), Seen: p})
		}
	}
	slices.SortFunc(c.Properties[planned:], func(a, b CoveredProperty) int { return cmp.Compare(a.Path, b.Path) })
}

// eitherType joins what two versions allow; none is any.
func eitherType(a, b []string) []string {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	for _, t := range b {
		if !slices.Contains(a, t) {
			a = append(a, t)
		}
	}
	return a
}

// besides tells whether a property that no version names is fine with one of
// them.
func (c *covering) besides(path string) State {
	if c.Rule == nil {
		return c.State
	}
	for _, version := range c.versions {
		if version.fields.allows(path, 0, c.Tally.Properties) {
			return Allowed
		}
	}
	return Unplanned
}

// allows reports whether the plan has nothing against a path that was seen;
// what stands before at is known to be planned. A name may have dots in it, so
// every way to read the path is tried whose objects were seen too.
func (s *fieldSet) allows(path string, at int, seen map[string]*schema.Property) bool {
	if s == nil || at >= len(path) {
		return true
	}
	if rest := path[at:]; rest == "$" || strings.HasPrefix(rest, "$.") {
		return s.items.allows(path, at+2, seen)
	}
	nested := false
	for end := at; end <= len(path); end++ {
		if end < len(path) && path[end] != '.' {
			continue
		}
		name := path[at:end]
		if deeper := s.members[name]; deeper != nil {
			if end < len(path) && seen[path[:end]] == nil {
				continue
			}
			if nested = true; deeper.allows(path, end+1, seen) {
				return true
			}
		} else if s.open && !nested || s.has(name) {
			return true
		}
	}
	return false
}
