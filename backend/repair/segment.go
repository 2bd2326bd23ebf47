package repair

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/rawjson"
)

// segment lists what may mend a finding of Segment's own rules.
func (f *fixing) segment(found *event.Finding) []candidate {
	switch found.Code {
	case "segment.id_not_string", "segment.event_not_string", "segment.name_not_string", "segment.category_not_string", "segment.advertising_id_not_string":
		return f.converted(found, []string{"string"})
	case "segment.properties_not_object", "segment.traits_not_object", "segment.context_not_object", "segment.integrations_not_object", "segment.consent_preferences_not_object":
		return f.converted(found, []string{"object"})
	case "segment.consent_category_not_boolean":
		return f.converted(found, []string{"boolean"})
	case "segment.consent_version_not_number":
		return f.converted(found, []string{"number"})
	case "segment.reserved_type":
		return f.reserved(found)
	case "segment.timestamp_unreadable":
		return f.moment(found)
	case "segment.event_missing":
		return f.eventMissing()
	case "segment.missing_type", "segment.unknown_type", "segment.type_differs_from_path":
		return f.callType(found)
	case "segment.no_user_or_anonymous_id":
		return f.idMissing("anonymousId")
	case "segment.group_id_missing", "segment.alias_user_id_missing", "segment.previous_id_missing":
		return f.idMissing(lastStep(found.Path))
	}
	return nil
}

// reserved reads a value as what Segment reads a reserved name as. The rule says
// it in words; whichever conversion it accepts is right.
func (f *fixing) reserved(found *event.Finding) []candidate {
	list := f.converted(found, []string{"number", "string", "object"})
	return append(f.moment(found), list...)
}

// moment writes the seconds or milliseconds since 1970 as ISO 8601.
func (f *fixing) moment(found *event.Finding) []candidate {
	value := rawjson.At(f.message, rawjson.Steps(found.Path))
	digits := strings.Trim(string(value), `"`)
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return nil
	}
	var when time.Time
	switch len(digits) {
	case 10:
		when = time.Unix(n, 0)
	case 13:
		when = time.UnixMilli(n)
	default:
		return nil
	}
	try, ok := f.replaced(found, rawjson.Quote(when.UTC().Format("2006-01-02T15:04:05.000Z")))
	if !ok {
		return nil
	}
	if rawjson.KindOf(value) != rawjson.Text {
		try.Action = ChangeType
	}
	try.Words += " The number was read as the time since 1970."
	return []candidate{try}
}

// eventMissing takes name for the event, which is where page calls have it. It
// is certain when the plan knows an event of this name.
func (f *fixing) eventMissing() []candidate {
	name, ok := rawjson.String(rawjson.Get(f.message, "name"))
	if !ok || name == "" || rawjson.Get(f.message, "event") != nil {
		return nil
	}
	after, ok := rawjson.Rename(f.message, []string{"name"}, "event")
	if !ok {
		return nil
	}
	planned := f.rules.Plan.Covers(&event.Record{Type: string(plan.Track), Name: name})
	c := Change{Action: Rename, At: "/name", From: "name", To: "event", Certain: planned, Words: fmt.Sprintf("Send `%s` as `event`: a track call has its name there.", name)}
	return []candidate{{c, after, nil}}
}

// callType gives a message the type of its call.
func (f *fixing) callType(found *event.Finding) []candidate {
	calls := []string{"identify", "track", "page", "screen", "group", "alias"}
	sent, isText := rawjson.String(rawjson.Get(f.message, "type"))
	to, certain := "", false
	switch {
	case found.Code == "segment.type_differs_from_path":
		to, certain = f.record.Type, true
	case isText && sent != "":
		to = plan.Nearest(sent, calls)
		certain = near(sent, to)
	default:
		to, certain = f.callMeant()
	}
	if to == "" {
		return nil
	}
	value := rawjson.Quote(to)
	if rawjson.Get(f.message, "type") != nil {
		try, ok := f.replaced(found, value)
		try.Certain = certain
		if !ok {
			return nil
		}
		return []candidate{try}
	}
	after, ok := rawjson.Insert(f.message, nil, "type", value)
	if !ok {
		return nil
	}
	c := Change{Action: Add, At: "/type", To: string(value), Certain: certain, Words: fmt.Sprintf("Add the type %s, which its other members speak of.", to)}
	return []candidate{{c, after, nil}}
}

// callMeant tells the call by a member only one call has.
func (f *fixing) callMeant() (call string, certain bool) {
	has := func(name string) bool { return rawjson.Get(f.message, name) != nil }
	switch {
	case has("event"):
		return "track", true
	case has("previousId"):
		return "alias", true
	case has("groupId"):
		return "group", true
	case has("traits"):
		return "identify", false
	}
	return "", false
}

// idMissing puts a placeholder where an id is missing.
func (f *fixing) idMissing(name string) []candidate {
	value := rawjson.Quote("<" + name + ">")
	if rawjson.KindOf(rawjson.Get(f.message, name)) == rawjson.Null {
		try, ok := f.replaced(&event.Finding{Path: "/" + name}, value)
		try.Action, try.Placeholder = ChangeType, true
		try.Words = fmt.Sprintf("Send `%s`. Its value %s stands in for one only you know.", name, value)
		if !ok {
			return nil
		}
		return []candidate{try}
	}
	return f.added(nil, name, value, false)
}
