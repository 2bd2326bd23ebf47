package repair

import (
	"strings"

	"sidetrack/backend/event"
	"sidetrack/backend/naming"
	"sidetrack/backend/plan"
	"sidetrack/backend/rawjson"
	"sidetrack/backend/spec"
)

// set is what rules say of a message.
type set = map[Ref]bool

// again reports whether findings of a code can be found again from the message
// alone. The others depend on its request or on other events.
func again(code string) bool {
	switch code {
	case "naming.near_duplicate_event", "segment.type_differs_from_path", "segment.write_key_not_string":
		return false
	}
	return strings.HasPrefix(code, "plan.") || strings.HasPrefix(code, "naming.") || strings.HasPrefix(code, "segment.") && !ofRequest[code]
}

// ofRequest are Segment's rules that are about the request, or about other
// events.
var ofRequest = map[string]bool{
	"segment.batch_too_big": true, "segment.batch_too_long": true, "segment.empty_batch": true, "segment.duplicate_id": true,
	"segment.write_key_conflict": true, "segment.write_key_too_long": true,
}

func (f *fixing) judge(message []byte) set {
	s := set{}
	for _, found := range f.findings(message) {
		s[Ref{found.Code, found.Path}] = true
	}
	return s
}

// findings holds a message against the rules, as it would be on arrival.
func (f *fixing) findings(message []byte) []event.Finding {
	r := recordOf(f.record, message)
	list := spec.Check(r, spec.Context{})
	list = append(list, f.rules.Plan.Check(r, message)...)
	if f.rules.Names == nil {
		return list
	}
	fields := spec.ReadFields(message)
	var lint map[string]bool
	if f.rules.Plan != nil {
		lint = f.rules.Plan.Plan().Lint
	}
	for _, found := range f.rules.Names.Check(r, &fields) {
		if naming.On(lint, found.Code) && !f.rules.Plan.Agreed(r, found.Path) {
			list = append(list, found)
		}
	}
	return list
}

// recordOf is the record a message would make that came as r did.
func recordOf(r *event.Record, message []byte) *event.Record {
	out := *r
	out.Message, out.Size = message, len(message)
	if !spec.KnownType(out.Type) {
		out.Type, _ = rawjson.String(rawjson.Get(message, "type"))
	}
	out.Name = ""
	switch plan.Call(out.Type) {
	case plan.Track:
		out.Name, _ = rawjson.String(rawjson.Get(message, "event"))
	case plan.Page, plan.Screen:
		out.Name, _ = rawjson.String(rawjson.Get(message, "name"))
	}
	return &out
}
