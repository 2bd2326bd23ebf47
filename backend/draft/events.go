package draft

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/fault"
	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
	"sidetrack/backend/schema"
)

// Events drafts a plan of what was seen. Of several sources an event is one;
// pages and screens of all names are one rule each, as Segment holds them
// against "Page Viewed" and "Screen Viewed".
func Events(seen []schema.Event, name string) (Draft, error) {
	p := &plan.Plan{Name: cmp.Or(name, "Draft")}
	notes := &notes{}
	total := int64(0)
	for _, e := range together(seen) {
		total += e.Events
		if e.Events < requiredEvents && e.Call != "identify" && e.Call != "group" {
			notes.few++
		}
		if e.More {
			notes.add("%s has more names than are counted; those that are not here are told as unplanned.", label(e))
		}
		fields := (&drafter{call: e.Call, event: label(e), events: e.Events, notes: notes}).fields(&e.Tally)
		section := plan.Call(e.Call).Section()
		p.Rules = append(p.Rules, &plan.Rule{Call: plan.Call(e.Call), Name: e.Name, Version: 1,
			Schema: object(member("type", text("object")), member("properties", object(member(section, fields))))})
	}
	if len(p.Rules) == 0 {
		return Draft{}, fault.New(fault.Invalid, "nothing was seen that fits; send some events first, or choose others")
	}
	out, err := planfile.YAML(p)
	if err != nil {
		return Draft{}, err
	}
	head := fmt.Sprintf("# Drafted from %d events that were seen. Look through it: it says what is sent, not what should be.\n", total)
	return Draft{Name: p.Name, Text: head + string(out), Rules: len(p.Rules), Notes: notes.list()}, nil
}

// together joins what several sources sent, by call and name.
func together(seen []schema.Event) []schema.Event {
	type key struct{ call, name string }
	at := map[key]int{}
	var list []schema.Event
	for i := range seen {
		e := seen[i]
		switch {
		case e.Call == "alias" || e.Call == "track" && e.Name == "":
			continue
		case e.Call != "track":
			e.Name = ""
		}
		k := key{e.Call, e.Name}
		n, known := at[k]
		if !known {
			n = len(list)
			at[k] = n
			list = append(list, schema.Event{Call: e.Call, Name: e.Name})
		}
		list[n].Merge(&e.Tally)
	}
	calls := []string{"track", "identify", "group", "page", "screen"}
	slices.SortFunc(list, func(a, b schema.Event) int {
		return cmp.Or(cmp.Compare(slices.Index(calls, a.Call), slices.Index(calls, b.Call)), cmp.Compare(a.Name, b.Name))
	})
	return list
}

func label(e schema.Event) string {
	if e.Name == "" {
		return e.Call
	}
	return e.Name
}

// notes gathers what a person should look at.
type notes struct {
	few                  int // events too rare to say what is required
	listed, times, opens []string
	more                 []string
}

func (n *notes) add(format string, args ...any) {
	n.more = append(n.more, fmt.Sprintf(format, args...))
}

func (n *notes) list() []string {
	list := []string{}
	if n.few > 0 {
		list = append(list, fmt.Sprintf("%s came fewer than %d times, so nothing in them is required.", count(n.few, "event"), requiredEvents))
	}
	if len(n.listed) > 0 {
		list = append(list, "Lists of values hold what was seen. Add what else is allowed: "+some(n.listed)+".")
	}
	if len(n.times) > 0 {
		list = append(list, "Taken for times, by their names and the first values: "+some(n.times)+".")
	}
	if len(n.opens) > 0 {
		list = append(list, fmt.Sprintf("More than %d names were seen inside, so anything is allowed there: %s.", maxNames, some(n.opens)))
	}
	return append(list, n.more...)
}

// some lists the first few.
func some(list []string) string {
	const most = 8
	if len(list) > most {
		return strings.Join(list[:most], ", ") + fmt.Sprintf(" and %d more", len(list)-most)
	}
	return strings.Join(list, ", ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func object(members ...document.Member) *document.Node {
	return &document.Node{Kind: document.Object, Members: members}
}

func member(key string, value *document.Node) document.Member {
	return document.Member{Key: key, Value: value}
}

func text(s string) *document.Node { return &document.Node{Kind: document.Text, Text: s} }

func texts(list []string) *document.Node {
	n := &document.Node{Kind: document.Array}
	for _, s := range list {
		n.Items = append(n.Items, text(s))
	}
	return n
}
