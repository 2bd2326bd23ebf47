package repair

import (
	"fmt"
	"strconv"
	"strings"

	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/rawjson"
)

// candidates lists what may mend a finding, the best first.
func (f *fixing) candidates(found *event.Finding) []candidate {
	switch found.Code {
	case "plan.unplanned_event":
		return f.eventName(found, found.Nearest, plan.Distance(f.eventSent(), found.Nearest, 1) <= 1)
	case "naming.event_casing", "naming.near_duplicate_event":
		return f.eventName(found, found.Nearest, true)
	case "naming.event_structure", "naming.dynamic_event", "naming.value_in_event":
		return f.eventName(found, found.Nearest, false)
	case "plan.missing_property":
		return f.missing(found)
	case "plan.unplanned_property", "plan.property_not_allowed":
		return f.renames(found, found.Nearest, near(lastStep(found.Path), found.Nearest))
	case "naming.property_casing":
		return f.renames(found, found.Nearest, true)
	case "naming.dynamic_property":
		return f.renames(found, found.Nearest, false)
	case "naming.text_boolean":
		return f.converted(found, []string{"boolean"})
	case "plan.wrong_type":
		return f.converted(found, f.typesAt(found.Path))
	case "plan.value_not_allowed":
		return f.allowed(found)
	case "plan.format", "plan.pattern":
		return f.formatted(found)
	}
	if strings.HasPrefix(found.Code, "segment.") {
		return f.segment(found)
	}
	return nil
}

// undecided says what a person has to decide.
func undecided(found *event.Finding) string {
	switch found.Code {
	case "plan.unplanned_event":
		return "No planned event has a name near this one. Add it to the plan, or stop sending it."
	case "plan.unplanned_property":
		if found.Nearest != "" {
			return "`" + found.Nearest + "` is there as well. Decide which of the two holds the value."
		}
		return "No planned name is near this one. Add it to the plan, or stop sending it."
	case "plan.property_not_allowed":
		return "The plan forbids the name here. Stop sending it, or allow it in the plan."
	case "plan.missing_property":
		return "Nothing in the message can stand for it. Send it."
	case "plan.wrong_type":
		return "The value cannot be read as what the plan wants without losing something. Send " + orValue(found.Wants) + "."
	case "plan.value_not_allowed":
		return "None of the planned values is near what was sent. Send one of them, or add this one to the plan."
	case "plan.pattern", "plan.format", "plan.out_of_range", "plan.wrong_length", "plan.condition":
		return "Only the place that sends it knows the right value. The plan wants " + orValue(found.Wants) + "."
	case "plan.oldest_version":
		return "Only the place that sends it knows for which version of the rule the call was written."
	case "naming.numbered_properties":
		return "Decide whether they become a list, and in which order."
	case "naming.near_duplicate_property":
		return "Two spellings hold a value each. Decide which one counts; nothing is taken away on its own."
	case "naming.unclear_event", "naming.value_in_event", "naming.dynamic_event", "naming.event_structure":
		return "Nobody can tell from the name what happened. Name the object and the action."
	case "naming.page_view_as_event":
		return "Make it a page or screen call in the code; the message cannot show how."
	}
	return "Nothing in the message says what would be right. " + found.Message
}

func orValue(wants string) string {
	if wants == "" {
		return "what the plan wants"
	}
	return wants
}

func (f *fixing) eventSent() string {
	s, _ := rawjson.String(rawjson.Get(f.message, "event"))
	return s
}

// eventName renames the event. The plan's own nearest name goes before one that
// habits suggest.
func (f *fixing) eventName(found *event.Finding, name string, certain bool) []candidate {
	sent := f.eventSent()
	if planned := plan.Nearest(sent, f.rules.Plan.EventNames()); planned != "" && found.Code != "plan.unplanned_event" {
		name, certain = planned, plan.Distance(sent, planned, 1) <= 1
	}
	if name == "" && f.rules.Names != nil {
		if better, bad := f.rules.Names.Event(sent); bad {
			name, certain = better.Nearest, false
		}
	}
	if name == "" || name == sent || sent == "" {
		return nil
	}
	after, ok := rawjson.Replace(f.message, []string{"event"}, rawjson.Quote(name))
	if !ok {
		return nil
	}
	words := fmt.Sprintf("Rename the event from `%s` to `%s`.", sent, name)
	if !certain {
		words += lost(sent, name, "event")
	}
	return []candidate{{Change{Action: RenameEvent, At: "/event", From: sent, To: name, Certain: certain, Words: words}, after, nil}}
}

// lost says what a new name leaves out.
func lost(from, to, what string) string {
	if len(to) < len(from) && strings.ContainsAny(from, "0123456789@([{:|") {
		return " What else stood in the name of the " + what + " is not in the new one; send it as a property."
	}
	return " It is the nearest name, not the same one; look at it."
}

// near reports whether a name is certainly meant by another: the same letters,
// or one letter apart where there are enough to tell.
func near(sent, name string) bool {
	if name == "" {
		return false
	}
	return plan.Distance(sent, name, 1) == 0 || len(sent) >= 4 && plan.Distance(sent, name, 1) == 1
}

// renames gives a member another name, in every item where it is inside a list:
// a finding tells only of the first.
func (f *fixing) renames(found *event.Finding, name string, certain bool) []candidate {
	steps := rawjson.Steps(found.Path)
	if name == "" || len(steps) < 2 {
		return nil
	}
	try := candidate{Change: Change{Action: Rename, At: found.Path, From: steps[len(steps)-1], To: name, Certain: certain}, after: f.message}
	for _, place := range f.alike(steps) {
		in := place[:len(place)-1]
		if rawjson.Get(rawjson.At(try.after, in), name) != nil {
			if rawjson.Pointer(place...) == found.Path {
				return nil
			}
			continue
		}
		after, ok := rawjson.Rename(try.after, place, name)
		if ok {
			try.after = after
			try.moves = append(try.moves, move{rawjson.Pointer(place...), rawjson.Pointer(append(in[:len(in):len(in)], name)...)})
		}
	}
	if len(try.moves) == 0 {
		return nil
	}
	try.Words = fmt.Sprintf("Rename `%s` to `%s`.", try.From, name)
	if len(try.moves) > 1 {
		try.Words = fmt.Sprintf("Rename `%s` to `%s`, in %d items of the list.", try.From, name, len(try.moves))
	}
	if !certain {
		try.Words += lost(try.From, name, "property")
	}
	return []candidate{try}
}

// alike lists the places a pointer stands for: each item of the lists it goes
// through.
func (f *fixing) alike(steps []string) [][]string {
	places := [][]string{{}}
	for _, step := range steps {
		var next [][]string
		for _, place := range places {
			here := rawjson.At(f.message, place)
			if rawjson.KindOf(here) != rawjson.Array {
				next = append(next, append(place[:len(place):len(place)], step))
				continue
			}
			for i := range rawjson.Count(here) {
				if len(next) < maxAlike {
					next = append(next, append(place[:len(place):len(place)], strconv.Itoa(i)))
				}
			}
		}
		places = next
	}
	return places
}

// maxAlike bounds in how many items of lists one change is made.
const maxAlike = 1000

func lastStep(pointer string) string {
	steps := rawjson.Steps(pointer)
	if len(steps) == 0 {
		return ""
	}
	return steps[len(steps)-1]
}
