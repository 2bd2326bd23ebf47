package planfile

import (
	"fmt"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/plan"
)

// RudderStack's YAML (rudderlabs/rudder-iac): plans refer to events, events'
// properties to properties, and those to custom types, each in files of their
// own.

func isRudderYAML(u *unit) bool {
	return strings.HasPrefix(u.node.Get("version").String(), "rudder/") && u.node.Get("kind").Is(document.Text)
}

// rudderFolder finds what the references of a folder lead to.
type rudderFolder struct {
	reader *reader
	things map[string]*document.Node // by "properties/group/id" and "properties//id"
	left   int
}

// rudderKinds are the words for kinds in references, old and new.
var rudderKinds = map[string]string{
	"property": "properties", "properties": "properties", "event": "events", "events": "events",
	"custom-type": "custom-types", "custom-types": "custom-types", "custom_types": "custom-types",
	"tp": "tp", "tracking-plan": "tp", "tracking-plans": "tp",
}

func readRudderYAML(r *reader, units []*unit) error {
	f := &rudderFolder{reader: r, things: map[string]*document.Node{}, left: maxResolved}
	var plans []*unit
	for _, u := range units {
		kind, group, spec := rudderKinds[u.node.Get("kind").Text], u.node.In("metadata", "name").String(), u.node.Get("spec")
		if kind == "tp" {
			plans = append(plans, u)
			continue
		}
		things := firstOf(spec, "events", "properties", "types")
		if things == nil {
			continue
		}
		for _, thing := range things.Items {
			id := thing.Get("id").String()
			f.things[kind+"/"+group+"/"+id] = thing
			if f.things[kind+"//"+id] == nil {
				f.things[kind+"//"+id] = thing
			}
		}
	}
	if len(plans) == 0 {
		return &document.Error{At: units[0].node.At, Reason: "these files have no plan among them", Expected: "a file with kind: tp"}
	}
	for _, u := range plans {
		spec := u.node.Get("spec")
		r.named(firstOf(spec, "display_name", "name", "id"), spec.Get("description"))
		rules := spec.Get("rules")
		if !rules.Is(document.Array) {
			return &document.Error{At: u.node.At, Reason: "the plan has no list of rules", Expected: "spec.rules, a list with type: event_rule"}
		}
		for _, rule := range rules.Items {
			if err := f.rule(rule); err != nil {
				return err
			}
		}
	}
	return nil
}

// find follows "#/properties/group/id" or "#property:id".
func (f *rudderFolder) find(ref *document.Node) (*document.Node, error) {
	name := strings.TrimPrefix(strings.TrimPrefix(ref.String(), "#"), "/")
	kind, id, short := strings.Cut(name, ":")
	key := rudderKinds[kind] + "//" + id
	if !short {
		steps := strings.SplitN(name, "/", 3)
		if len(steps) == 3 {
			key = rudderKinds[steps[0]] + "/" + steps[1] + "/" + steps[2]
		}
	}
	if thing := f.things[key]; thing != nil {
		return thing, nil
	}
	return nil, &document.Error{At: ref.At, Reason: fmt.Sprintf("%q leads to nothing in these files", ref.String()), Expected: "a reference such as #/properties/<metadata.name>/<id>, and the file it is in"}
}

func (f *rudderFolder) rule(rule *document.Node) error {
	if kind := rule.Get("type").String(); kind == "include_rules" {
		return nil // the plan it includes is read too
	} else if kind != "event_rule" {
		f.reader.fail(rule.At, fmt.Sprintf("A rule of type %q is not in force: event_rule is known.", kind))
		return nil
	}
	ref := rule.Get("event")
	if ref.Is(document.Object) {
		ref = ref.Get("$ref")
	}
	if !ref.Is(document.Text) {
		return &document.Error{At: rule.At, Reason: "this rule has no event", Expected: "event with a $ref"}
	}
	e, err := f.find(ref)
	if err != nil {
		return err
	}
	call := plan.Track
	if kind := firstOf(e, "event_type", "type"); kind.Is(document.Text) {
		known := false
		if call, known = callOf(kind.Text); !known {
			return &document.Error{At: kind.At, Reason: fmt.Sprintf("%q is no type of event", kind.Text), Expected: "track, identify, group, page or screen"}
		}
	}
	fields, err := f.fields(rule, rule.Get("properties"))
	if err != nil {
		return err
	}
	for _, closed := range []*document.Node{rule.In("event", "allow_unplanned"), rule.Get("allow_unplanned"), rule.Get("additional_properties")} {
		if closed.Is(document.Bool) {
			fields = with(fields, document.Member{Key: "additionalProperties", KeyAt: closed.At, Value: closed})
		}
	}
	name := e.Get("name").String()
	if call == plan.Identify || call == plan.Group {
		name = ""
	}
	f.reader.add(&plan.Rule{Call: call, Name: name, Description: e.Get("description").String(), At: rule.At, Schema: message(call, fields, rule.At)})
	return nil
}

// fields is the schema of an object whose properties are references, those of
// a rule or of a custom type.
func (f *rudderFolder) fields(owner, refs *document.Node) (*document.Node, error) {
	at := owner.At
	properties, required := object(at), list(at)
	out := object(at, member("type", text("object", at)))
	if err := f.members(refs, properties, required); err != nil {
		return nil, err
	}
	if variants := owner.Get("variants"); variants.Is(document.Array) {
		f.reader.warn(variants.At, "Variants are not in force: their properties are taken as planned and optional.")
		for _, v := range variants.Items {
			cases := append(append([]*document.Node{}, itemsOf(v.Get("cases"))...), object(v.At, member("properties", list(v.At, itemsOf(v.Get("default"))...))))
			for _, c := range cases {
				more := object(at)
				if err := f.members(c.Get("properties"), more, list(at)); err != nil {
					return nil, err
				}
				for _, m := range more.Members {
					if properties.Get(m.Key) == nil {
						properties.Members = append(properties.Members, m)
					}
				}
			}
		}
	}
	if len(properties.Members) > 0 || owner.Get("type").String() == "event_rule" {
		out.Members = append(out.Members, member("properties", properties))
	}
	if len(required.Items) > 0 {
		out.Members = append(out.Members, member("required", required))
	}
	return out, nil
}

func itemsOf(n *document.Node) []*document.Node {
	if n == nil {
		return nil
	}
	return n.Items
}

func (f *rudderFolder) members(refs, properties, required *document.Node) error {
	for _, use := range itemsOf(refs) {
		ref := firstOf(use, "$ref", "property")
		if !ref.Is(document.Text) {
			return &document.Error{At: use.At, Reason: "this property refers to nothing", Expected: `$ref: "#/properties/<metadata.name>/<id>"`}
		}
		p, err := f.find(ref)
		if err != nil {
			return err
		}
		name := firstOf(p, "name", "display_name").String()
		schema, err := f.property(p, use, 0)
		if err != nil {
			return err
		}
		properties.Members = append(properties.Members, document.Member{Key: name, KeyAt: use.At, Value: schema})
		if needed := use.Get("required"); needed.Is(document.Bool) && needed.Text == "true" {
			required.Items = append(required.Items, text(name, needed.At))
		}
	}
	return nil
}

// property is the schema of a property or custom type, and what a rule nests in it.
func (f *rudderFolder) property(p, use *document.Node, depth int) (*document.Node, error) {
	if f.left--; depth > maxSteps || f.left < 0 {
		return nil, &document.Error{At: p.At, Reason: "this refers to itself, or to too much", Expected: "references that end"}
	}
	out := object(p.At)
	if err := f.typed(out, firstOf(p, "type", "types"), depth); err != nil {
		return nil, err
	}
	for _, config := range []*document.Node{p.Get("propConfig"), p.Get("config"), p} {
		if err := f.config(out, config, config == p, depth); err != nil {
			return nil, err
		}
	}
	if d := p.Get("description"); d.Is(document.Text) && d.Text != "" {
		out = with(out, member("description", d))
	}
	inner := use.Get("properties")
	if inner == nil && p.Get("properties").Is(document.Array) {
		use, inner = p, p.Get("properties")
	}
	if inner.Is(document.Array) {
		nested, err := f.nested(use, inner, depth)
		if err != nil {
			return nil, err
		}
		if types := out.Get("type"); types != nil && !allowsObject(types) {
			return with(out, document.Member{Key: "items", KeyAt: inner.At, Value: nested}), nil
		}
		for _, m := range nested.Members {
			out = with(out, m)
		}
	}
	return out, nil
}

func (f *rudderFolder) nested(use, inner *document.Node, depth int) (*document.Node, error) {
	if f.left -= depth; f.left < 0 {
		return nil, &document.Error{At: inner.At, Reason: "this refers to itself, or to too much", Expected: "references that end"}
	}
	if f.reader.depth++; f.reader.depth > maxSteps {
		return nil, &document.Error{At: inner.At, Reason: "this refers to itself, or nests too deeply", Expected: "references that end"}
	}
	defer func() { f.reader.depth-- }()
	return f.fields(use, inner)
}

// typed reads a type: a name, several with commas between, or a custom type.
func (f *rudderFolder) typed(out, types *document.Node, depth int) error {
	names := list(out.At)
	for _, t := range append(itemsOf(types), types) {
		if !t.Is(document.Text) {
			continue
		}
		if strings.HasPrefix(t.Text, "#") {
			custom, err := f.find(t)
			if err != nil {
				return err
			}
			schema, err := f.property(custom, object(t.At), depth+1)
			if err != nil {
				return err
			}
			out.Members = append(out.Members, schema.Members...)
			return nil
		}
		for _, name := range strings.Split(t.Text, ",") {
			if name = strings.TrimSpace(name); name != "" {
				names.Items = append(names.Items, text(name, t.At))
			}
		}
	}
	if len(names.Items) > 0 {
		names.At = names.Items[0].At
		out.Members = append(out.Members, member("type", names))
	}
	return nil
}

// rudderKeywords are the settings of a property that are keywords of JSON Schema.
var rudderKeywords = map[string]string{
	"enum": "enum", "minLength": "minLength", "maxLength": "maxLength", "pattern": "pattern", "format": "format", "minimum": "minimum", "maximum": "maximum",
	"exclusiveMinimum": "exclusiveMinimum", "exclusiveMaximum": "exclusiveMaximum", "multipleOf": "multipleOf", "minItems": "minItems", "maxItems": "maxItems",
	"uniqueItems": "uniqueItems", "min_length": "minLength", "max_length": "maxLength", "exclusive_minimum": "exclusiveMinimum", "exclusive_maximum": "exclusiveMaximum",
	"multiple_of": "multipleOf", "min_items": "minItems", "max_items": "maxItems", "unique_items": "uniqueItems", "additionalProperties": "additionalProperties", "additional_properties": "additionalProperties",
}

func (f *rudderFolder) config(out, config *document.Node, itemsOnly bool, depth int) error {
	if config == nil {
		return nil
	}
	for _, m := range config.Members {
		switch {
		case m.Key == "itemTypes" || m.Key == "item_types" || m.Key == "item_type":
			items := object(m.Value.At)
			if err := f.typed(items, m.Value, depth); err != nil {
				return err
			}
			out.Members = append(out.Members, document.Member{Key: "items", KeyAt: m.KeyAt, Value: items})
		case itemsOnly:
		case m.Key == "enum" && m.Value.Is(document.Text):
			// "['US', 'UK']" is met as well as a list
			if n, err := document.YAML(m.Value.At.File, []byte(m.Value.Text)); err == nil && n.Is(document.Array) {
				n.Move(func(document.Place) document.Place { return m.Value.At })
				out.Members = append(out.Members, document.Member{Key: "enum", KeyAt: m.KeyAt, Value: n})
			}
		case rudderKeywords[m.Key] != "":
			out.Members = append(out.Members, document.Member{Key: rudderKeywords[m.Key], KeyAt: m.KeyAt, Value: m.Value})
		}
	}
	return nil
}
