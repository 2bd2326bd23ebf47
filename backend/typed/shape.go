package typed

import (
	"strings"

	"sidetrack/backend/document"
)

const maxNesting = 32

// shape is what a JSON Schema says that a type can say.
type shape struct {
	types    []string // string, number, integer, boolean, object, array; none for any
	nullable bool
	values   []*document.Node // the only ones, without null; none for any
	format   string
	fields   []field
	open     bool
	item     *shape // of an array; nil for any
}

type field struct {
	key      string
	doc      string
	required bool
	shape
}

// fieldsOf reads what an object may hold. Nothing said about names means that
// those listed are meant; an object without any list may hold anything.
func fieldsOf(schema *document.Node, depth int) (list []field, open bool) {
	properties := schema.Get("properties")
	more := schema.Get("additionalProperties")
	open = more.Is(document.Bool) && more.Text == "true" || more.Is(document.Object) || schema.Get("patternProperties") != nil ||
		properties == nil && !more.Is(document.Bool) && depth > 0
	for _, keyword := range []string{"$ref", "allOf", "anyOf", "oneOf"} {
		open = open || schema.Get(keyword) != nil
	}
	if properties == nil {
		return nil, open
	}
	required := map[string]bool{}
	if names := schema.Get("required"); names.Is(document.Array) {
		for _, n := range names.Items {
			required[n.String()] = true
		}
	}
	seen := map[string]bool{}
	for _, m := range properties.Members {
		if !seen[m.Key] {
			seen[m.Key] = true
			value := properties.Get(m.Key)
			list = append(list, field{m.Key, value.Get("description").String(), required[m.Key], shapeOf(value, depth+1)})
		}
	}
	return list, open
}

func shapeOf(schema *document.Node, depth int) shape {
	s := shape{}
	if depth > maxNesting {
		return s
	}
	types := []*document.Node{schema.Get("type")}
	if types[0].Is(document.Array) {
		types = types[0].Items
	}
	unknown := false
	for _, t := range types {
		switch name := t.String(); name {
		case "null":
			s.nullable = true
		case "string", "number", "integer", "boolean", "object", "array":
			if !has(s.types, name) {
				s.types = append(s.types, name)
			}
		default:
			unknown = true
		}
	}
	if unknown {
		s.types = nil
	}
	s.format = schema.Get("format").String()
	s.listed(schema)
	if has(s.types, "object") {
		s.fields, s.open = fieldsOf(schema, depth)
	}
	if items := schema.Get("items"); items.Is(document.Object) {
		item := shapeOf(items, depth+1)
		s.item = &item
	}
	return s
}

// listed reads enum and const. Values that are no scalars make any of it.
func (s *shape) listed(schema *document.Node) {
	list := schema.Get("enum")
	if fixed := schema.Get("const"); fixed != nil {
		list = &document.Node{Kind: document.Array, Items: []*document.Node{fixed}}
	}
	if !list.Is(document.Array) {
		return
	}
	nullable := false
	for _, v := range list.Items {
		switch v.Kind {
		case document.Null:
			nullable = true
		case document.Array, document.Object:
			s.values = nil
			return
		default:
			s.values = append(s.values, v)
		}
	}
	s.nullable = nullable && (s.nullable || len(s.types) == 0)
}

// only reports whether a value is of one type and no other, null aside.
func (s *shape) only(t string) bool { return len(s.types) == 1 && s.types[0] == t }

// texts reports whether the values are texts, of which Go makes constants.
func (s *shape) texts() bool {
	for _, v := range s.values {
		if !v.Is(document.Text) {
			return false
		}
	}
	return len(s.values) > 0 && (len(s.types) == 0 || s.only("string"))
}

func has(list []string, s string) bool {
	for _, other := range list {
		if other == s {
			return true
		}
	}
	return false
}

func isIdentifier(key string) bool {
	for i, r := range key {
		if !(r == '_' || r == '$' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || i > 0 && '0' <= r && r <= '9') {
			return false
		}
	}
	return key != "" && !strings.HasPrefix(key, "__proto__")
}
