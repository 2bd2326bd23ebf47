package repair

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"sidetrack/backend/document"
	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/rawjson"
	"sidetrack/backend/spec"
)

// schemas returns what the plan says of the value at a pointer.
func (f *fixing) schemas(pointer string) []*document.Node {
	return f.rules.Plan.SchemasAt(recordOf(f.record, f.message), f.message, rawjson.Steps(pointer))
}

// typesAt lists the types the plan allows at a pointer, in its order.
func (f *fixing) typesAt(pointer string) []string {
	var list []string
	for _, schema := range f.schemas(pointer) {
		list = append(list, plan.TypesOf(schema)...)
	}
	return list
}

// converted reads a value as one of some types, without losing a digit.
func (f *fixing) converted(found *event.Finding, types []string) []candidate {
	steps := rawjson.Steps(found.Path)
	value := rawjson.At(f.message, steps)
	var sure, guessed []candidate
	for _, t := range types {
		to, certain := convert(value, t)
		if to == nil {
			continue
		}
		try, ok := f.replaced(found, to)
		if !ok {
			continue
		}
		try.Action, try.Certain = ChangeType, certain
		try.Words = fmt.Sprintf("Send `%s` as %s: %s.", lastStep(found.Path), typeWords[t], short(to))
		if certain {
			sure = append(sure, try)
		} else {
			guessed = append(guessed, try)
		}
	}
	return append(sure, guessed...)
}

var typeWords = map[string]string{
	"string": "text", "number": "a number", "integer": "a whole number", "boolean": "true or false",
	"array": "a list", "object": "an object", "null": "null",
}

// replaced is a change of the value a finding points to.
func (f *fixing) replaced(found *event.Finding, to []byte) (candidate, bool) {
	steps := rawjson.Steps(found.Path)
	from := rawjson.At(f.message, steps)
	after, ok := rawjson.Replace(f.message, steps, to)
	if !ok || bytes.Equal(from, to) {
		return candidate{}, false
	}
	c := Change{Action: Set, At: found.Path, From: string(from), To: string(to)}
	c.Words = fmt.Sprintf("Send %s instead of %s in `%s`.", short(to), short(from), lastStep(found.Path))
	return candidate{c, after, nil}, true
}

// convert writes a value as a type of JSON Schema; nil where that would lose or
// invent something. Digits stay as they were written.
func convert(value []byte, to string) (out []byte, certain bool) {
	text, isText := rawjson.String(value)
	kind := rawjson.KindOf(value)
	switch to {
	case "number", "integer":
		if n := strings.TrimSpace(text); isText && isNumber(n) {
			return []byte(n), true
		}
		if kind == rawjson.Bool {
			return map[bool][]byte{true: []byte("1"), false: []byte("0")}[value[0] == 't'], false
		}
	case "boolean":
		return toBool(value, text)
	case "string":
		if kind == rawjson.Number || kind == rawjson.Bool {
			return rawjson.Quote(string(bytes.TrimSpace(value))), true
		}
	case "array", "object":
		want := map[string]rawjson.Kind{"array": rawjson.Array, "object": rawjson.Object}[to]
		if isText && rawjson.Check([]byte(text), 64) == nil && rawjson.KindOf([]byte(text)) == want {
			return []byte(strings.TrimSpace(text)), true
		}
		if to == "array" && (isText || kind == rawjson.Number || kind == rawjson.Bool || kind == rawjson.Object) {
			return append(append([]byte{'['}, value...), ']'), false
		}
	}
	return nil, false
}

func toBool(value []byte, text string) ([]byte, bool) {
	if rawjson.KindOf(value) == rawjson.Number {
		text = string(value)
	}
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true":
		return []byte("true"), true
	case "false":
		return []byte("false"), true
	case "yes", "1":
		return []byte("true"), false
	case "no", "0":
		return []byte("false"), false
	}
	return nil, false
}

// isNumber reports whether a text is a number as JSON writes it.
func isNumber(s string) bool {
	return rawjson.Check([]byte(s), 1) == nil && rawjson.KindOf([]byte(s)) == rawjson.Number
}

// allowed sets a value to the planned one it is certainly meant for, or else to
// the nearest.
func (f *fixing) allowed(found *event.Finding) []candidate {
	value := rawjson.At(f.message, rawjson.Steps(found.Path))
	sent, isText := rawjson.String(value)
	if !isText {
		sent = string(bytes.TrimSpace(value))
	}
	var texts []string
	var list []candidate
	for _, schema := range f.schemas(found.Path) {
		for _, n := range choices(schema) {
			plain := n.Text
			if n.Kind == document.Text {
				texts = append(texts, n.Text)
			} else if sent != plain {
				continue
			}
			if !sameValue(sent, plain) {
				continue
			}
			if try, ok := f.replaced(found, n.AppendJSON(nil)); ok {
				try.Certain = true
				list = append(list, try)
			}
		}
	}
	if nearest := plan.Nearest(sent, texts); len(list) == 0 && isText && nearest != "" {
		if try, ok := f.replaced(found, rawjson.Quote(nearest)); ok {
			try.Certain = near(sent, nearest)
			list = append(list, try)
		}
	}
	return list
}

// sameValue reports whether two values are the same but for case and
// separators.
func sameValue(a, b string) bool {
	return a != "" && b != "" && plan.Distance(a, b, 0) == 0
}

// choices are the values a schema allows, when it names them.
func choices(schema *document.Node) []*document.Node {
	if list := schema.Get("enum"); list.Is(document.Array) {
		return list.Items
	}
	if one := schema.Get("const"); one != nil {
		return []*document.Node{one}
	}
	return nil
}

// formatted writes a time as the format date-time has it, and takes away spaces
// around a text. Neither is certain: a time without a zone is read as UTC.
func (f *fixing) formatted(found *event.Finding) []candidate {
	value := rawjson.At(f.message, rawjson.Steps(found.Path))
	text, isText := rawjson.String(value)
	if !isText {
		return nil
	}
	var list []candidate
	if trimmed := strings.TrimSpace(text); trimmed != text {
		if try, ok := f.replaced(found, rawjson.Quote(trimmed)); ok {
			try.Certain = true
			list = append(list, try)
		}
	}
	for _, schema := range f.schemas(found.Path) {
		when, ok := spec.ParseTime(value)
		if !ok || schema.Get("format").String() != "date-time" {
			continue
		}
		if try, ok := f.replaced(found, rawjson.Quote(when.Format(time.RFC3339Nano))); ok {
			try.Words += " A time without a zone was read as UTC."
			list = append(list, try)
		}
	}
	return list
}

// short shows a value in a sentence.
func short(value []byte) string {
	const most = 60
	r := []rune(string(value))
	if len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return string(r)
}
