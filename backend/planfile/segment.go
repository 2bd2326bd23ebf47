package planfile

import (
	"fmt"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/plan"
)

// Segment's Public API (docs.segmentapis.com, Tracking Plans): a plan with a
// list of rules, {type, key, version, jsonSchema}. Typewriter from version 8 on
// saves the same with the properties one layer higher.

// publicPlan finds the plan and its rules: a file of only rules, a plan with
// rules, an answer of the API with either, or a single rule.
func publicPlan(n *document.Node) (about *document.Node, rules []*document.Node, found bool) {
	for _, about := range []*document.Node{n, n.Get("data"), n.In("data", "trackingPlan"), n.Get("trackingPlan"), n.Get("tracking_plan")} {
		if list := about.Get("rules"); list.Is(document.Array) && looksPublic(list.Items) {
			return about, list.Items, true
		}
	}
	if about := n.In("data", "trackingPlan"); about.Is(document.Object) {
		return about, nil, true
	}
	if isPublicRule(n) {
		return object(n.At), []*document.Node{n}, true
	}
	if n.Is(document.Array) && len(n.Items) > 0 && isPublicRule(n.Items[0]) {
		return object(n.At), n.Items, true
	}
	return nil, nil, false
}

// looksPublic reports whether a list called rules is of a tracking plan; other
// programs have such lists too.
func looksPublic(rules []*document.Node) bool {
	for _, rule := range rules {
		if firstOf(rule, "jsonSchema", "json_schema", "key") != nil {
			return true
		}
	}
	return len(rules) == 0
}

func isPublicRule(n *document.Node) bool {
	return n.Get("jsonSchema") != nil && (n.Get("key") != nil || n.Get("type") != nil)
}

func isPublic(u *unit) bool {
	if u.node == nil {
		return false
	}
	_, _, found := publicPlan(u.node)
	return found
}

// isTypewriter tells Typewriter's files by what it adds and what it takes away.
func isTypewriter(u *unit) bool {
	if u.node == nil {
		return false
	}
	_, rules, _ := publicPlan(u.node)
	return unwrapped(rules)
}

func unwrapped(rules []*document.Node) bool {
	some := false
	for _, rule := range rules {
		schema := rule.Get("jsonSchema")
		if schema.Get("eventMetadata") != nil {
			return true
		}
		switch layersOf(schema, publicCall(rule)) {
		case layered:
			return false
		case bare:
			some = true
		}
	}
	return some
}

// publicCall is the call of a rule; track where none is named.
func publicCall(rule *document.Node) plan.Call {
	for _, t := range []*document.Node{rule.Get("type"), rule.In("jsonSchema", "eventMetadata", "type")} {
		if call, ok := callOf(t.String()); ok {
			return call
		}
	}
	return plan.Track
}

func readPublic(r *reader, units []*unit) error {
	for _, u := range units {
		about, rules, _ := publicPlan(u.node)
		r.named(about.Get("name"), about.Get("description"))
		higher := unwrapped(rules)
		for _, rule := range rules {
			if !rule.Is(document.Object) {
				return &document.Error{At: rule.At, Reason: "a rule is " + rule.Kind.String(), Expected: "an object with type, key, version and jsonSchema"}
			}
			if err := r.publicRule(rule, higher); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *reader) publicRule(rule *document.Node, higher bool) error {
	if t := rule.Get("type"); t.Is(document.Text) {
		if _, known := callOf(t.Text); !known {
			r.fail(t.At, fmt.Sprintf("A rule of type %q is not in force: TRACK, IDENTIFY, GROUP, PAGE, SCREEN and COMMON are known.", t.Text))
			return nil
		}
	}
	key := rule.Get("key")
	if key != nil && !key.Is(document.Text) && !key.Is(document.Null) {
		return &document.Error{At: key.At, Reason: "the key of a rule is " + key.Kind.String(), Expected: "the name of the event, as text"}
	}
	schema := firstOf(rule, "jsonSchema", "json_schema")
	name := key.String()
	if name == "" {
		name = schema.In("eventMetadata", "name").String()
	}
	call := publicCall(rule)
	if call != plan.Track && call != plan.Page && call != plan.Screen {
		name = ""
	}
	return r.schemaRule(draft{call: call, name: name, of: rule, schema: schema, higher: higher})
}

func firstOf(n *document.Node, keys ...string) *document.Node {
	for _, k := range keys {
		if v := n.Get(k); v != nil {
			return v
		}
	}
	return nil
}

// draft is a rule of a format that has JSON Schemas, before its layers are
// put right.
type draft struct {
	call   plan.Call
	name   string
	of     *document.Node // what has version, description and so on
	schema *document.Node
	higher bool // the file has the properties one layer higher
}

// schemaRule adds a rule that is written as a JSON Schema.
func (r *reader) schemaRule(d draft) error {
	rule := &plan.Rule{Call: d.call, Name: d.name, At: d.of.At, Version: versionOf(d.of.Get("version")), Labels: labelsOf(d.of.Get("labels"))}
	schema, err := r.embedded(d.schema)
	if err != nil {
		return err
	}
	switch {
	case (schema == nil || schema.Is(document.Null)) && d.call != plan.Track:
		return nil
	case schema == nil || schema.Is(document.Null):
		r.fail(rule.At, "The rule for "+rule.Label()+" has no schema. Any properties are taken as planned.")
		rule.Schema = message(d.call, open(rule.At), rule.At)
		rule.Description = d.of.Get("description").String()
		r.add(rule)
		return nil
	case schema.Is(document.Bool): // true and false are schemas
	case !schema.Is(document.Object):
		return &document.Error{At: schema.At, Reason: "the schema of " + rule.Label() + " is " + schema.Kind.String(), Expected: "a JSON Schema, an object"}
	}
	rule.Description = d.of.Get("description").String()
	if rule.Description == "" {
		rule.Description = schema.Get("description").String()
	}
	if rule.Labels == nil {
		rule.Labels = labelsOf(schema.Get("labels"))
	}
	if when := d.of.Get("deprecatedAt").String(); when != "" && !strings.HasPrefix(when, "0001-01-01") {
		rule.Deprecated = true
	}
	rule.Schema = schema
	if layers := layersOf(schema, d.call); schema.Is(document.Object) && d.call != plan.Common && (layers == bare || d.higher && layers == unclear || d.schema.Get("eventMetadata") != nil) {
		rule.Schema = message(d.call, without(schema, "eventMetadata", "labels"), rule.At)
	}
	r.add(rule)
	return nil
}

// embedded reads a schema that is written as text within the file. Its places
// are those of the text.
func (r *reader) embedded(n *document.Node) (*document.Node, error) {
	if !n.Is(document.Text) {
		return n, nil
	}
	inner, err := document.JSON(n.At.File, []byte(n.Text))
	if err != nil {
		bad := err.(*document.Error)
		bad.At = n.At
		return nil, expecting(bad, "a JSON Schema as text")
	}
	inner.Move(func(document.Place) document.Place { return n.At })
	return inner, nil
}

// open is a schema that plans any name.
func open(at document.Place) *document.Node {
	return object(at, member("type", text("object", at)), member("additionalProperties", &document.Node{Kind: document.Bool, Text: "true", At: at}))
}
