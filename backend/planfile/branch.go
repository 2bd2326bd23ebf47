package planfile

import (
	"sidetrack/backend/document"
)

// branch grows a schema from dotted paths.
type branch struct {
	own      *document.Node // what is said about the value itself
	at       document.Place
	names    []string
	members  map[string]*branch
	required []*document.Node
	items    *branch
}

// maxSteps bounds a dotted path.
const maxSteps = 32

// put adds a schema at a path; "$" stands for the items of a list.
func (b *branch) put(steps []string, schema *document.Node, required bool, at document.Place) {
	if len(steps) == 0 || len(steps) > maxSteps {
		if b.own = schema; len(steps) == 0 {
			b.at = at
		}
		return
	}
	step := steps[0]
	if step == "$" {
		if b.items == nil {
			b.items = &branch{at: at}
		}
		b.items.put(steps[1:], schema, required, at)
		return
	}
	if b.members == nil {
		b.members = map[string]*branch{}
	}
	child := b.members[step]
	if child == nil {
		child = &branch{at: at}
		b.members[step] = child
		b.names = append(b.names, step)
	}
	if len(steps) == 1 && required {
		b.required = append(b.required, text(step, at))
	}
	child.put(steps[1:], schema, required, at)
}

// schema is what has grown. Where nothing was said about a value that has
// members or items, that is its type.
func (b *branch) schema(at document.Place) *document.Node {
	out := object(at)
	if b.own != nil {
		out = without(b.own) // a copy
	}
	implied := ""
	if b.items != nil {
		implied = "array"
		out.Members = append(out.Members, document.Member{Key: "items", KeyAt: b.items.at, Value: b.items.schema(b.items.at)})
	}
	if len(b.names) > 0 {
		implied = "object"
		properties := object(at)
		for _, name := range b.names {
			child := b.members[name]
			properties.Members = append(properties.Members, document.Member{Key: name, KeyAt: child.at, Value: child.schema(child.at)})
		}
		out.Members = append(out.Members, member("properties", properties))
	}
	if len(b.required) > 0 {
		out.Members = append(out.Members, member("required", list(b.required[0].At, b.required...)))
	}
	if implied != "" && b.own == nil && (b.items == nil || len(b.names) == 0) {
		out = with(out, member("type", text(implied, at)))
	}
	return out
}
