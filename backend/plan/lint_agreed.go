package plan

import (
	"strings"

	"sidetrack/backend/event"
)

// Agreed reports whether the plan itself names what a finding's path points to:
// the event, or a property of it. A habit such a name breaks is told once, by
// Lint, and not at every event.
func (j *Judge) Agreed(r *event.Record, path string) bool {
	if j == nil {
		return false
	}
	rules := j.rulesOf(r)
	if path == "/event" || len(rules) == 0 {
		return len(rules) > 0
	}
	steps := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for _, rule := range rules {
		if steps[0] == rule.Call.Section() && rule.fields.leadsTo(steps[1:]) {
			return true
		}
	}
	return false
}

// rulesOf returns every version of the rule for an event.
func (j *Judge) rulesOf(r *event.Record) []*judged {
	call := Call(r.Type)
	switch call {
	case Track:
		return j.events[key{Track, r.Name}]
	case Identify, Group:
		return j.events[key{call, ""}]
	}
	for _, k := range []key{{call, r.Name}, {call, ""}, {Track, map[Call]string{Page: "Page Viewed", Screen: "Screen Viewed"}[call]}} {
		if rules := j.events[k]; rules != nil {
			return rules
		}
	}
	return nil
}

// leadsTo follows the steps of a pointer through planned names.
func (s *fieldSet) leadsTo(steps []string) bool {
	for _, step := range steps {
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		switch {
		case s == nil:
			return false
		case s.items != nil:
			s = s.items
		default:
			s = s.members[step]
		}
	}
	return s != nil
}
