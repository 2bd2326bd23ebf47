package plan

import (
	"strconv"
	"strings"

	"sidetrack/backend/event"
)

// ViolationKey names one way in which events depart from the plan: a violation
// or something unplanned, of one event, at one place. Segment's list of
// violations groups alike (protocols/validate/review-violations).
type ViolationKey struct {
	Code    string
	Call    string // track, page, …
	Event   string // name of the event, page or screen
	Version int    // of the rule; 0 where there is none
	Path    string // JSON pointer, * for any item of a list
}

// ViolationKeyVersion changes whenever EachViolation would give other keys.
const ViolationKeyVersion = 1

// EachViolation calls fn for every way in which a record departs from the plan,
// once each, however many items of a list do. Of several findings under a key
// it gives the first that is not muted. A notice is none.
func EachViolation(r *event.Record, fn func(k ViolationKey, f *event.Finding)) {
	var told []ViolationKey
next:
	for i := range r.Findings {
		f := &r.Findings[i]
		if !Own(f) || f.Severity == event.Notice {
			continue
		}
		k := KeyOf(r, f)
		for _, t := range told {
			if t == k {
				continue next
			}
		}
		told = append(told, k)
		fn(k, openOf(r, i, k))
	}
}

// KeyOf is the key of a finding of the plan.
func KeyOf(r *event.Record, f *event.Finding) ViolationKey {
	k := ViolationKey{f.Code, r.Type, r.Name, max(f.Version, 1), AnyItem(f.Path)}
	if f.Code == "plan.unplanned_event" {
		k.Version = 0
	}
	return k
}

// openOf returns the first finding with this key from i on that is not muted,
// else the one at i.
func openOf(r *event.Record, i int, k ViolationKey) *event.Finding {
	for j := i; j < len(r.Findings); j++ {
		if f := &r.Findings[j]; f.Code == k.Code && !f.Muted && KeyOf(r, f) == k {
			return f
		}
	}
	return &r.Findings[i]
}

// AnyItem makes the steps of a pointer that may be places in a list into *, as
// a mute has it. The section and the names directly in it stay.
func AnyItem(pointer string) string {
	if !strings.ContainsAny(pointer, "0123456789") {
		return pointer
	}
	steps := strings.Split(pointer, "/")
	for i := 3; i < len(steps); i++ {
		if _, err := strconv.ParseUint(steps[i], 10, 32); err == nil {
			steps[i] = "*"
		}
	}
	return strings.Join(steps, "/")
}

// PropertyOf writes the pointer of a key as the dotted path of a property or
// trait, ".$" for the items of a list; empty when it leads to none.
func PropertyOf(pointer string) string {
	steps := strings.Split(pointer, "/")
	if len(steps) < 3 || steps[1] != "properties" && steps[1] != "traits" {
		return ""
	}
	for i, step := range steps {
		if step == "*" {
			step = "$"
		}
		steps[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
	}
	return strings.Join(steps[2:], ".")
}

// RuleOf returns the rule an event of this call and name is held against, and
// of several versions the one that is meant, else the oldest; nil when there is
// none.
func (j *Judge) RuleOf(call, name string, version int) *Rule {
	k, _ := j.ruleFor(Call(call), name)
	versions := j.events[k]
	for _, v := range versions {
		if v.Version == version {
			return v.Rule
		}
	}
	if len(versions) == 0 {
		return nil
	}
	return versions[0].Rule
}
