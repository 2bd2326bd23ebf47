package plan

import (
	"strings"

	"sidetrack/backend/document"
)

// annotations are keywords that constrain nothing.
var annotations = []string{"title", "description", "$schema", "$id", "id", "labels", "$comment", "default", "examples", "eventMetadata", "definitions", "$defs"}

// schema compares two schemas of one property; "" is all of them.
func (d *differ) schema(before, after *document.Node, path string, depth int) {
	if depth > maxNesting {
		return
	}
	if path != "" && before.Get("description").String() != after.Get("description").String() {
		d.add("description_changed", path, before, after, "%s is described otherwise.", property(path))
	}
	d.types(before, after, path)
	d.listed(before, after, path)
	d.limits(before, after, path)
	d.names(before, after, path)
	d.members(before, after, path, depth)
	d.items(before, after, path, depth)
	d.conditions(before, after, path)
}

// accepts reports whether a list of types takes one.
func accepts(types []string, t string) bool {
	return len(types) == 0 || contains(types, t) || t == "integer" && contains(types, "number")
}

func (d *differ) types(before, after *document.Node, path string) {
	a, b := TypesOf(before), TypesOf(after)
	takes := func(of, all []string) bool {
		if len(all) == 0 {
			return len(of) == 0
		}
		for _, t := range all {
			if !accepts(of, t) {
				return false
			}
		}
		return true
	}
	narrower, wider := !takes(b, a), !takes(a, b)
	switch {
	case narrower:
		d.add("type_narrowed", path, before.Get("type"), after.Get("type"), "%s took %s and takes %s now.", property(path), anyOr(a), anyOr(b))
	case wider:
		d.add("type_widened", path, before.Get("type"), after.Get("type"), "%s took %s and takes %s now.", property(path), anyOr(a), anyOr(b))
	}
}

func anyOr(types []string) string {
	if len(types) == 0 {
		return "anything"
	}
	return oneOf(types)
}

// listed compares the values that are taken; const is a list of one.
func (d *differ) listed(before, after *document.Node, path string) {
	list := func(n *document.Node) (*document.Node, []*document.Node) {
		if fixed := n.Get("const"); fixed != nil {
			return fixed, []*document.Node{fixed}
		}
		if enum := n.Get("enum"); enum.Is(document.Array) {
			return enum, enum.Items
		}
		return nil, nil
	}
	whereA, a := list(before)
	whereB, b := list(after)
	switch {
	case whereA == nil && whereB == nil:
	case whereA == nil:
		d.add("values_narrowed", path, nil, whereB, "%s took any value and takes only %s now.", property(path), shown(b))
	case whereB == nil:
		d.add("values_widened", path, whereA, after, "%s takes any value now.", property(path))
	default:
		if gone := missingFrom(a, b); len(gone) > 0 {
			d.add("values_narrowed", path, whereA, whereB, "%s does not take %s any more.", property(path), shown(gone))
		}
		if fresh := missingFrom(b, a); len(fresh) > 0 {
			d.add("values_widened", path, whereA, whereB, "%s takes %s, too.", property(path), shown(fresh))
		}
	}
}

func missingFrom(list, others []*document.Node) (missing []*document.Node) {
	for _, n := range list {
		if !among(n, others) {
			missing = append(missing, n)
		}
	}
	return missing
}

func shown(list []*document.Node) string {
	const most = 8
	var texts []string
	for i, n := range list {
		if i == most {
			texts = append(texts, "others")
			break
		}
		texts = append(texts, show(n))
	}
	return strings.Join(texts, ", ")
}

// limits compares bounds, and expressions, of which only that they differ is
// known.
func (d *differ) limits(before, after *document.Node, path string) {
	for _, limit := range [...]struct {
		keyword string
		least   bool
	}{
		{"minimum", true}, {"exclusiveMinimum", true}, {"minLength", true}, {"minItems", true}, {"minProperties", true},
		{"maximum", false}, {"exclusiveMaximum", false}, {"maxLength", false}, {"maxItems", false}, {"maxProperties", false},
	} {
		a, hadA := rational(before.Get(limit.keyword))
		b, hasB := rational(after.Get(limit.keyword))
		if !hadA && !hasB || hadA && hasB && a.Cmp(b) == 0 {
			continue
		}
		wider := !hasB || hadA && (b.Cmp(a) < 0) == limit.least
		d.limit(wider, before, after, path, limit.keyword)
	}
	for _, keyword := range [...]string{"pattern", "format", "multipleOf", "uniqueItems"} {
		a, b := before.Get(keyword), after.Get(keyword)
		if a.Is(document.Bool) && a.Text == "false" {
			a = nil
		}
		if b.Is(document.Bool) && b.Text == "false" {
			b = nil
		}
		if a == nil && b == nil || a != nil && b != nil && among(a, []*document.Node{b}) {
			continue
		}
		d.limit(b == nil, before, after, path, keyword)
	}
}

func (d *differ) limit(wider bool, before, after *document.Node, path, keyword string) {
	a, b := before.Get(keyword), after.Get(keyword)
	text := func(n *document.Node) string {
		if n == nil {
			return "not there"
		}
		return show(n)
	}
	kind := "limit_narrowed"
	if wider {
		kind = "limit_widened"
	}
	d.add(kind, path, a, b, "%s of %s was %s and is %s now.", keyword, property(path), text(a), text(b))
}

// names compares whether names that are not planned may be sent.
func (d *differ) names(before, after *document.Node, path string) {
	closed := func(n *document.Node) bool {
		a := n.Get("additionalProperties")
		return a.Is(document.Bool) && a.Text == "false"
	}
	switch {
	case !closed(before) && closed(after):
		d.add("names_closed", path, before, after, "%s may only have names that are planned now.", property(path))
	case closed(before) && !closed(after):
		d.add("names_opened", path, before, after, "%s may have other names now.", property(path))
	}
}

func requiredIn(n *document.Node, name string) bool {
	if list := n.Get("required"); list.Is(document.Array) {
		for _, item := range list.Items {
			if item.String() == name {
				return true
			}
		}
	}
	return false
}

// members compares what is planned inside an object.
func (d *differ) members(before, after *document.Node, path string, depth int) {
	a, b := before.Get("properties"), after.Get("properties")
	under := func(name string) string {
		if path == "" {
			return name
		}
		return path + "." + name
	}
	if a != nil {
		for _, m := range a.Members {
			at, now := under(m.Key), b.Get(m.Key)
			if now == nil {
				d.add("property_removed", at, m.Value, nil, "%s is gone. Sent all the same, it is not planned.", property(at))
				continue
			}
			d.needed(requiredIn(before, m.Key), requiredIn(after, m.Key), at, m.Value, now)
			d.schema(m.Value, now, at, depth+1)
		}
	}
	if b != nil {
		for _, m := range b.Members {
			at := under(m.Key)
			switch {
			case a.Get(m.Key) != nil:
			case requiredIn(after, m.Key) && !requiredIn(before, m.Key):
				d.add("property_required", at, nil, m.Value, "%s is new and has to be sent.", property(at))
			default:
				d.add("property_added", at, nil, m.Value, "%s is new.", property(at))
			}
		}
	}
}

func (d *differ) needed(before, after bool, at string, old, now *document.Node) {
	switch {
	case after && !before:
		d.add("property_required", at, old, now, "%s has to be sent now.", property(at))
	case before && !after:
		d.add("property_optional", at, old, now, "%s need not be sent any more.", property(at))
	}
}

// items compares what a list may hold.
func (d *differ) items(before, after *document.Node, path string, depth int) {
	a, b := before.Get("items"), after.Get("items")
	if path == "" || !a.Is(document.Object) && !b.Is(document.Object) {
		return
	}
	if a == nil {
		a = &document.Node{Kind: document.Object, At: before.At}
	}
	if b == nil {
		b = &document.Node{Kind: document.Object, At: after.At}
	}
	d.schema(a, b, path+".$", depth+1)
}

// conditions compares every other keyword, of which only that it differs is
// known.
func (d *differ) conditions(before, after *document.Node, path string) {
	told := map[string]bool{"type": true, "enum": true, "const": true, "pattern": true, "format": true, "multipleOf": true, "uniqueItems": true,
		"minimum": true, "exclusiveMinimum": true, "minLength": true, "minItems": true, "minProperties": true, "properties": true, "items": true,
		"maximum": true, "exclusiveMaximum": true, "maxLength": true, "maxItems": true, "maxProperties": true, "required": true}
	for _, quiet := range annotations {
		told[quiet] = true
	}
	for _, n := range []*document.Node{before, after} {
		if n == nil {
			continue
		}
		for _, m := range n.Members {
			a, b := before.Get(m.Key), after.Get(m.Key)
			if told[m.Key] || m.Key == "additionalProperties" && (a == nil || a.Is(document.Bool)) && (b == nil || b.Is(document.Bool)) {
				continue
			}
			told[m.Key] = true
			if a == nil || b == nil || !among(a, []*document.Node{b}) {
				d.add("condition_changed", path, a, b, "%s of %s is not the same. Whether it takes less is not known.", m.Key, property(path))
			}
		}
	}
}
