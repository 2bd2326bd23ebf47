package planfile

import (
	"fmt"
	"strconv"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/plan"
)

// Sidetrack's own YAML, made to be read and written by people. It is described
// in docs/plan-formats.md.

func isSidetrack(u *unit) bool { return u.node.Get("sidetrack-plan") != nil }

// own reads one file of our own format.
type own struct{ reader *reader }

func readSidetrack(r *reader, units []*unit) error {
	for _, u := range units {
		if err := (own{r}).file(u.node); err != nil {
			return err
		}
	}
	return nil
}

func (o own) file(root *document.Node) error {
	if v, ok := root.Get("sidetrack-plan").Int(); !ok || v != 1 {
		return &document.Error{At: root.Get("sidetrack-plan").At, Reason: "this version of the format is not known", Expected: "sidetrack-plan: 1"}
	}
	o.reader.named(root.Get("name"), root.Get("description"))
	for _, m := range root.Members {
		var err error
		switch m.Key {
		case "sidetrack-plan", "name", "description":
		case "events":
			err = o.each(m, plan.Track)
		case "pages":
			err = o.each(m, plan.Page)
		case "screens":
			err = o.each(m, plan.Screen)
		case "identify", "group", "page", "screen":
			err = o.rules(plan.Call(m.Key), "", m)
		case "common":
			err = o.common(m)
		case "lint":
			err = o.lint(m.Value)
		case "sources":
			err = o.sources(m.Value)
		case "enforcement", "transformations":
			err = o.reader.settings(m)
		default:
			o.reader.warn(m.KeyAt, unknownKey(m.Key, []string{"name", "description", "events", "pages", "screens", "identify", "group", "page", "screen", "common", "lint", "sources", "enforcement", "transformations"}))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func unknownKey(key string, known []string) string {
	message := fmt.Sprintf("%q is not known here and is left out.", key)
	if near := plan.Nearest(key, known); near != "" {
		message += fmt.Sprintf(" Did you mean %q?", near)
	}
	return message
}

// mapping is an object, or nothing at all.
func mapping(n *document.Node, what, expected string) error {
	if n.Is(document.Object) || n.Is(document.Null) {
		return nil
	}
	return &document.Error{At: n.At, Reason: what + " is " + n.Kind.String(), Expected: expected}
}

func (o own) each(events document.Member, call plan.Call) error {
	if err := mapping(events.Value, events.Key, "a name and what belongs to it on each line"); err != nil {
		return err
	}
	for _, e := range events.Value.Members {
		if err := o.rules(call, e.Key, e); err != nil {
			return err
		}
	}
	return nil
}

// rules reads what is said about one call: a rule, or one for each version.
func (o own) rules(call plan.Call, name string, m document.Member) error {
	if err := mapping(m.Value, m.Key, "description, properties and so on, indented beneath it"); err != nil {
		return err
	}
	versions := m.Value.Get("versions")
	if versions == nil {
		return o.rule(call, name, m.KeyAt, m.Value, 0)
	}
	if err := mapping(versions, "versions", "a number and the event on each line"); err != nil {
		return err
	}
	for _, v := range versions.Members {
		number, err := strconv.Atoi(v.Key)
		if err != nil || number < 1 {
			return &document.Error{At: v.KeyAt, Reason: fmt.Sprintf("%q is no version", v.Key), Expected: "1, 2, 3 and so on"}
		}
		if err := mapping(v.Value, "a version", "description, properties and so on"); err != nil {
			return err
		}
		if err := o.rule(call, name, v.KeyAt, v.Value, number); err != nil {
			return err
		}
	}
	return nil
}

func (o own) rule(call plan.Call, name string, at document.Place, n *document.Node, version int) error {
	rule := &plan.Rule{Call: call, Name: name, Version: version, At: at, Description: n.Get("description").String(), Labels: labelsOf(n.Get("labels"))}
	if version == 0 {
		rule.Version = versionOf(n.Get("version"))
	}
	if d := n.Get("deprecated"); d.Is(document.Bool) {
		rule.Deprecated = d.Text == "true"
	}
	if whole := n.Get("schema"); whole != nil {
		if !whole.Is(document.Object) {
			return &document.Error{At: whole.At, Reason: "schema is " + whole.Kind.String(), Expected: "a JSON Schema of the whole message"}
		}
		rule.Schema = whole
		o.reader.add(rule)
		return nil
	}
	fields, context, err := o.fields(call, at, n)
	if err != nil {
		return err
	}
	rule.Schema = message(call, fields, at)
	if context != nil {
		properties := rule.Schema.Get("properties")
		properties.Members = append(properties.Members, member("context", context))
	}
	o.reader.add(rule)
	return nil
}

// fields is the schema of a call's own fields, and that of its context where
// the rule speaks of it.
func (o own) fields(call plan.Call, at document.Place, n *document.Node) (fields, context *document.Node, err error) {
	fields = object(at, member("type", text("object", at)))
	for _, m := range n.Members {
		switch m.Key {
		case "description", "labels", "deprecated", "version":
		case "context":
			if context, err = o.field(m.Value); err != nil {
				return nil, nil, err
			}
		case call.Section():
			if err := mapping(m.Value, m.Key, "a name and its type on each line"); err != nil {
				return nil, nil, err
			}
			properties, required, err := o.members(m.Value)
			if err != nil {
				return nil, nil, err
			}
			fields.Members = append(fields.Members, document.Member{Key: "properties", KeyAt: m.KeyAt, Value: properties})
			fields = require(fields, required)
		case "required":
			fields = require(fields, m.Value.Items)
		default:
			if !schemaKeywords[m.Key] {
				o.reader.warn(m.KeyAt, unknownKey(m.Key, []string{"description", "labels", "deprecated", "version", "versions", "context", "schema", "required", call.Section(), "additionalProperties"}))
				continue
			}
			fields.Members = append(fields.Members, m)
		}
	}
	return fields, context, nil
}

// schemaKeywords are those that may stand beside the properties of a call.
var schemaKeywords = map[string]bool{
	"additionalProperties": true, "patternProperties": true, "propertyNames": true, "minProperties": true, "maxProperties": true, "dependencies": true,
	"allOf": true, "anyOf": true, "oneOf": true, "not": true, "if": true, "then": true, "else": true, "definitions": true, "$defs": true, "$schema": true, "title": true, "$comment": true,
}

// require adds names to an object's required list.
func require(schema *document.Node, names []*document.Node) *document.Node {
	if len(names) == 0 {
		return schema
	}
	all := append(append([]*document.Node{}, itemsOf(schema.Get("required"))...), names...)
	return with(schema, member("required", list(names[0].At, all...)))
}

func (o own) members(n *document.Node) (properties *document.Node, required []*document.Node, err error) {
	properties = object(n.At)
	for _, m := range n.Members {
		schema, needed, err := o.property(m.Value)
		if err != nil {
			return nil, nil, err
		}
		properties.Members = append(properties.Members, document.Member{Key: m.Key, KeyAt: m.KeyAt, Value: schema})
		if needed != nil {
			required = append(required, text(m.Key, needed.At))
		}
	}
	return properties, required, nil
}

func (o own) field(n *document.Node) (*document.Node, error) {
	schema, _, err := o.property(n)
	return schema, err
}

// property reads a property in any of its forms: `number`, `string?`,
// `string!`, a list of values, or an object of keywords. needed is what says
// that it is required.
func (o own) property(n *document.Node) (schema, needed *document.Node, err error) {
	switch n.Kind {
	case document.Null:
		return object(n.At), nil, nil
	case document.Bool:
		return n, nil, nil
	case document.Array:
		return object(n.At, member("enum", n)), nil, nil
	case document.Text:
		return o.short(n)
	case document.Object:
		return o.long(n)
	}
	return nil, nil, &document.Error{At: n.At, Reason: "a property is " + n.Kind.String(), Expected: "a type such as string, a list of values, or {type: …}"}
}

const typesExpected = "string, number, integer, boolean, object, array, null, any, date-time or date; ? after it allows null, ! makes it required"

// short reads `string`, `string?`, `string!`, `string | number` and `string[]`.
func (o own) short(n *document.Node) (schema, needed *document.Node, err error) {
	word := strings.TrimSpace(n.Text)
	null := false
	for strings.HasSuffix(word, "?") || strings.HasSuffix(word, "!") {
		if word[len(word)-1] == '?' {
			null = true
		} else {
			needed = n
		}
		word = strings.TrimSpace(word[:len(word)-1])
	}
	schema = object(n.At)
	if items, ok := strings.CutSuffix(word, "[]"); ok && strings.Count(word, "[]") <= maxSteps {
		inner, _, err := o.short(text(items, n.At))
		if err != nil {
			return nil, nil, err
		}
		schema.Members = append(schema.Members, member("items", inner))
		word = "array"
	}
	types := list(n.At)
	for _, name := range strings.Split(word, "|") {
		names, format, err := dataType(cell{strings.TrimSpace(name), n.At})
		if err != nil || strings.TrimSpace(name) == "" || squeeze(name) == "enum" {
			return nil, nil, &document.Error{At: n.At, Reason: fmt.Sprintf("%q is no type", n.Text), Expected: typesExpected}
		}
		if names == nil {
			return schema, needed, nil // any
		}
		types.Items = append(types.Items, text(names[0], n.At))
		if format != "" {
			schema = with(schema, member("format", text(format, n.At)))
		}
	}
	if null {
		types.Items = append(types.Items, text("null", n.At))
	}
	schema.Members = append(schema.Members, member("type", types))
	return schema, needed, nil
}

// long reads an object of keywords; short forms may stand inside.
func (o own) long(n *document.Node) (schema, needed *document.Node, err error) {
	schema = object(n.At)
	for _, m := range n.Members {
		switch {
		case m.Key == "type" && m.Value.Is(document.Text):
			inner, required, err := o.short(m.Value)
			if err != nil {
				return nil, nil, err
			}
			if required != nil {
				needed = required
			}
			for _, part := range inner.Members {
				part.KeyAt = m.KeyAt
				schema = with(schema, part)
			}
		case m.Key == "required" && m.Value.Is(document.Bool):
			if m.Value.Text == "true" {
				needed = m.Value
			}
		case m.Key == "required":
			schema = require(schema, m.Value.Items)
		case m.Key == "properties" && m.Value.Is(document.Object):
			properties, required, err := o.members(m.Value)
			if err != nil {
				return nil, nil, err
			}
			schema = require(with(schema, document.Member{Key: "properties", KeyAt: m.KeyAt, Value: properties}), required)
		case m.Key == "items" && !m.Value.Is(document.Array):
			items, err := o.field(m.Value)
			if err != nil {
				return nil, nil, err
			}
			schema = with(schema, document.Member{Key: "items", KeyAt: m.KeyAt, Value: items})
		default:
			schema = with(schema, m)
		}
	}
	return schema, needed, nil
}

func (o own) common(m document.Member) error {
	if err := mapping(m.Value, "common", "a JSON Schema that every message has to fit"); err != nil {
		return err
	}
	schema, err := o.field(m.Value)
	if err != nil {
		return err
	}
	o.reader.add(&plan.Rule{Call: plan.Common, At: m.KeyAt, Description: schema.Get("description").String(), Schema: schema})
	return nil
}

func (o own) lint(n *document.Node) error {
	if err := mapping(n, "lint", "a rule and on or off on each line"); err != nil {
		return err
	}
	for _, m := range n.Members {
		switch strings.ToLower(m.Value.Text) {
		case "on", "true", "yes":
			o.lintRule(m.Key, true)
		case "off", "false", "no":
			o.lintRule(m.Key, false)
		default:
			return &document.Error{At: m.Value.At, Reason: m.Key + " is neither on nor off", Expected: "on or off"}
		}
	}
	return nil
}

func (o own) lintRule(rule string, on bool) {
	if o.reader.plan.Lint == nil {
		o.reader.plan.Lint = map[string]bool{}
	}
	o.reader.plan.Lint[rule] = on
}

func (o own) sources(n *document.Node) error {
	if !n.Is(document.Array) {
		return &document.Error{At: n.At, Reason: "sources is " + n.Kind.String(), Expected: "a list of names or ids of sources"}
	}
	for _, s := range n.Items {
		if s.String() == "" {
			return &document.Error{At: s.At, Reason: "a source is " + s.Kind.String(), Expected: "the name or id of a source"}
		}
		o.reader.plan.Sources = append(o.reader.plan.Sources, s.Text)
	}
	return nil
}
