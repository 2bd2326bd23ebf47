package enforce

import (
	"encoding/json"
	"fmt"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/rawjson"
)

// violated notes violations as Segment tells them.
func (f *flow) violated(list []event.Finding) {
	for i := range list {
		if list[i].Severity == event.Violation {
			f.out.Annotations.Violations = append(f.out.Annotations.Violations, ViolationOf(f.settings.Judge, f.record, &list[i]))
		}
	}
}

// annotate writes context.protocols, as Segment does on events it lets through.
// What the sender wrote there, such as event_version, stays. A context that is
// no object is left alone.
func (f *flow) annotate() {
	a := &f.out.Annotations
	for _, m := range []struct {
		name  string
		value any
		there bool
	}{
		{"sourceId", a.SourceID, len(a.Violations)+len(a.Omitted)+len(a.OmittedOnViolation) > 0},
		{"violations", a.Violations, len(a.Violations) > 0},
		{"omitted", a.Omitted, len(a.Omitted) > 0},
		{"omitted_on_violation", a.OmittedOnViolation, len(a.OmittedOnViolation) > 0},
	} {
		if !m.there {
			continue
		}
		text, err := json.Marshal(m.value)
		if err != nil {
			continue // texts always encode
		}
		if out, ok := put(f.message, []string{"context", "protocols", m.name}, text); ok {
			f.message = out
		}
	}
}

// ViolationOf tells a finding of the plan in Segment's words: the type and
// wording of gojsonschema, which Protocols' own samples match. Wordings beyond
// Required and Invalid Type are inferred.
func ViolationOf(j *plan.Judge, r *event.Record, f *event.Finding) ViolationNote {
	steps := rawjson.Steps(f.Path)
	v := ViolationNote{Type: violationType(f.Code), Field: strings.Join(steps, ".")}
	if v.Field == "" {
		v.Field = "(root)"
	}
	v.Description = f.Message
	if f.Code == "plan.missing_property" && len(steps) > 0 {
		v.Description = steps[len(steps)-1] + " is required"
		return v
	}
	if f.Code == "plan.property_not_allowed" && len(steps) > 0 {
		v.Description = "Additional property " + steps[len(steps)-1] + " is not allowed"
		return v
	}
	value := rawjson.At(r.Message, steps)
	for _, schema := range j.SchemasAt(r, r.Message, steps) {
		if name, words := described(f, schema, value, v.Field); words != "" {
			v.Type, v.Description = name, words
			return v
		}
	}
	return v
}

func violationType(code string) string {
	for i := range plan.Codes {
		if plan.Codes[i].Code == code {
			return plan.Codes[i].Violation
		}
	}
	return ""
}

// described names and words a finding as gojsonschema does; empty where a schema
// is not the one that failed.
func described(f *event.Finding, schema *document.Node, value []byte, field string) (name, words string) {
	switch f.Code {
	case "plan.wrong_type":
		if types := plan.TypesOf(schema); len(types) > 0 {
			return "Invalid Type", fmt.Sprintf("Invalid type. Expected: %s, given: %s", strings.Join(types, "/"), given(value))
		}
	case "plan.value_not_allowed":
		if enum := schema.Get("enum"); enum != nil {
			var list []string
			for _, n := range enum.Items {
				list = append(list, string(n.AppendJSON(nil)))
			}
			return "Enum", fmt.Sprintf("%s must be one of the following: %s", field, strings.Join(list, ", "))
		}
		if one := schema.Get("const"); one != nil {
			return "Const", fmt.Sprintf("%s does not match: %s", field, one.AppendJSON(nil))
		}
	case "plan.pattern":
		if p := schema.Get("pattern").String(); p != "" {
			return "Pattern", "Does not match pattern '" + p + "'"
		}
	case "plan.format":
		if name := schema.Get("format").String(); name != "" {
			return "Format", "Does not match format '" + name + "'"
		}
	case "plan.out_of_range", "plan.wrong_length":
		return bounded(f, schema, value)
	}
	return "", ""
}

// bounds are gojsonschema's keys and words for what is too small or too large,
// by what the finding says the plan wants.
var bounds = []struct {
	wants   string
	kind    rawjson.Kind
	keyword string
	name    string
	words   string
}{
	{"at least ", rawjson.Number, "minimum", "Number Gte", "Must be greater than or equal to %s"},
	{"at most ", rawjson.Number, "maximum", "Number Lte", "Must be less than or equal to %s"},
	{"more than ", rawjson.Number, "exclusiveMinimum", "Number Gt", "Must be greater than %s"},
	{"less than ", rawjson.Number, "exclusiveMaximum", "Number Lt", "Must be less than %s"},
	{"a multiple of ", rawjson.Number, "multipleOf", "Multiple Of", "Must be a multiple of %s"},
	{"at least ", rawjson.Text, "minLength", "String Gte", "String length must be greater than or equal to %s"},
	{"at most ", rawjson.Text, "maxLength", "String Lte", "String length must be less than or equal to %s"},
	{"at least ", rawjson.Array, "minItems", "Array Min Items", "Array must have at least %s items"},
	{"at most ", rawjson.Array, "maxItems", "Array Max Items", "Array must have at most %s items"},
	{"at least ", rawjson.Object, "minProperties", "Array Min Properties", "Must have at least %s properties"},
	{"at most ", rawjson.Object, "maxProperties", "Array Max Properties", "Must have at most %s properties"},
}

func bounded(f *event.Finding, schema *document.Node, value []byte) (name, words string) {
	for _, b := range bounds {
		bound := schema.Get(b.keyword)
		if bound != nil && b.kind == rawjson.KindOf(value) && strings.HasPrefix(f.Wants, b.wants) {
			return b.name, fmt.Sprintf(b.words, bound.AppendJSON(nil))
		}
	}
	return "", ""
}

func given(value []byte) string {
	switch rawjson.KindOf(value) {
	case rawjson.Null:
		return "null"
	case rawjson.Bool:
		return "boolean"
	case rawjson.Text:
		return "string"
	case rawjson.Array:
		return "array"
	case rawjson.Object:
		return "object"
	}
	if _, whole := toInteger(strings.TrimSpace(string(value))); whole {
		return "integer"
	}
	return "number"
}
