// Package typed writes clients with types from a tracking plan: a function for
// each event, which a compiler holds against the plan. It writes TypeScript for
// @segment/analytics-next and @segment/analytics-node, and Go for analytics-go.
//
// Of each event the newest version is taken, as Typewriter does. What a type
// cannot say (a pattern, a range, a condition) is left to the plan's own check
// when the event arrives. See docs/typed-clients.md.
package typed

import (
	"sort"
	"strings"

	"sidetrack/backend/fault"
	"sidetrack/backend/naming"
	"sidetrack/backend/plan"
)

// The libraries clients are written for.
const (
	Next = "analytics-next"
	Node = "analytics-node"
	Go   = "analytics-go"
)

// Client returns a client for a library. pkg names the package of Go, and is
// tracking when empty.
func Client(p *plan.Plan, library, pkg string) ([]byte, error) {
	calls := callsOf(p)
	if len(calls) == 0 {
		return nil, fault.New(fault.Invalid, "the plan has no event to write a function for")
	}
	switch library {
	case Next, Node:
		return typeScript(p, calls, library), nil
	case Go:
		if pkg == "" {
			pkg = "tracking"
		}
		if lowerCamel(pkg) != pkg || goWords[pkg] {
			return nil, fault.New(fault.Invalid, "%q is no name for a Go package; take one word in lower case", pkg)
		}
		return golang(p, calls, pkg)
	}
	return nil, fault.New(fault.Invalid, "there is no client for %q; take %s, %s or %s", library, Next, Node, Go)
}

// call is one rule on its way to a function.
type call struct {
	*plan.Rule
	words     []string
	fields    []field
	open      bool // names that are not planned may be sent
	versioned bool // the event has to say which version it is
	viewed    bool // a page or screen call, planned as an event Page Viewed
}

// bare reports whether nothing can be sent with the call.
func (c *call) bare() bool { return len(c.fields) == 0 && !c.open }

// optional reports whether the call may be made without properties.
func (c *call) optional() bool {
	for _, f := range c.fields {
		if f.required {
			return false
		}
	}
	return true
}

// section names what the fields of a call are.
func (c *call) section() string { return c.kind().Section() }

// kind is the call that is made.
func (c *call) kind() plan.Call {
	if c.viewed {
		return map[string]plan.Call{"Page Viewed": plan.Page, "Screen Viewed": plan.Screen}[c.Name]
	}
	return c.Call
}

// callsOf takes the newest version of each event, in the plan's order. Common
// rules are about all of them and have no function.
func callsOf(p *plan.Plan) []*call {
	type identity struct {
		call plan.Call
		name string
	}
	newest, first := map[identity]*call{}, map[identity]int{}
	var list []*call
	for i, r := range p.Rules {
		if r.Call == plan.Common {
			continue
		}
		id := identity{r.Call, r.Name}
		c := newest[id]
		if c == nil {
			c = &call{}
			newest[id], first[id] = c, i
			list = append(list, c)
		}
		c.versioned = c.Rule != nil || r.Version > 1
		if c.Rule == nil || r.Version > c.Version {
			c.Rule = r
		}
	}
	sort.SliceStable(list, func(a, b int) bool { return order(list[a].Call) < order(list[b].Call) })
	for _, c := range list {
		c.viewed = c.Call == plan.Track && c.Pages && (c.Name == "Page Viewed" || c.Name == "Screen Viewed")
		c.words = wordsOf(c)
		c.fields, c.open = fieldsOf(c.Fields(), 0)
		if c.viewed { // the name of the call stands for this property
			c.fields = without(c.fields, string(c.kind())+"_name")
		}
	}
	return list
}

func without(list []field, key string) []field {
	kept := list[:0:0]
	for _, f := range list {
		if f.key != key {
			kept = append(kept, f)
		}
	}
	return kept
}

// order puts users and groups before events, and pages behind them.
func order(c plan.Call) int {
	for i, other := range []plan.Call{plan.Identify, plan.Group, plan.Track, plan.Page, plan.Screen} {
		if c == other {
			return i
		}
	}
	return -1
}

// wordsOf names the function of a call.
func wordsOf(c *call) []string {
	switch kind := c.kind(); {
	case c.viewed, c.Name == "" && kind != plan.Track:
		return []string{string(kind)}
	case kind == plan.Track:
		return naming.Words(c.Name)
	default:
		return append(naming.Words(c.Name), string(kind))
	}
}

// lines splits a description for a comment.
func lines(text string) []string {
	var list []string
	for line := range strings.Lines(strings.TrimSpace(text)) {
		list = append(list, strings.TrimRight(line, " \t\r\n"))
	}
	return list
}
