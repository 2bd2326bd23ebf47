package planfile

import (
	"strconv"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/plan"
)

// object makes a node that stands in no file; it has the place of what it is
// made for.
func object(at document.Place, members ...document.Member) *document.Node {
	return &document.Node{Kind: document.Object, At: at, Members: members}
}

func member(key string, value *document.Node) document.Member {
	return document.Member{Key: key, KeyAt: value.At, Value: value}
}

func text(s string, at document.Place) *document.Node {
	return &document.Node{Kind: document.Text, Text: s, At: at}
}

func list(at document.Place, items ...*document.Node) *document.Node {
	return &document.Node{Kind: document.Array, Items: items, At: at}
}

// with returns a copy of an object with a member set.
func with(n *document.Node, m document.Member) *document.Node {
	c := without(n, m.Key)
	c.Members = append(c.Members, m)
	return c
}

// without returns a copy of an object without some members. The nodes inside
// are shared.
func without(n *document.Node, keys ...string) *document.Node {
	c := *n
	c.Members = make([]document.Member, 0, len(n.Members)+1)
next:
	for _, m := range n.Members {
		for _, k := range keys {
			if m.Key == k {
				continue next
			}
		}
		c.Members = append(c.Members, m)
	}
	return &c
}

// messageMembers are what a message has at its top. A schema whose properties
// are only such names is one of the message, not of its properties.
var messageMembers = map[string]bool{
	"context": true, "traits": true, "properties": true, "integrations": true, "event": true, "name": true, "type": true,
	"userId": true, "anonymousId": true, "messageId": true, "timestamp": true, "groupId": true, "previousId": true,
}

type layering int

const (
	unclear layering = iota
	layered          // a schema of the message
	bare             // a schema of its properties or traits
)

// layersOf tells whether a schema is one of the message or of its fields.
func layersOf(schema *document.Node, call plan.Call) layering {
	if call == plan.Common {
		return layered
	}
	properties := schema.Get("properties")
	if properties == nil || len(properties.Members) == 0 {
		return unclear
	}
	section := false
	for _, m := range properties.Members {
		if !messageMembers[m.Key] {
			return bare
		}
		switch m.Key {
		case "properties", "traits", "context":
			// a property may be called context: it would be no schema of an object then
			if t := m.Value.Get("type"); t == nil || allowsObject(t) {
				section = true
			}
		}
	}
	if section {
		return layered
	}
	return bare
}

func allowsObject(t *document.Node) bool {
	for _, item := range t.Items {
		if item.String() == "object" {
			return true
		}
	}
	return t.String() == "object"
}

// message lays a schema of a call's fields into one of the message.
func message(call plan.Call, fields *document.Node, at document.Place) *document.Node {
	if call == plan.Common {
		return fields
	}
	prefix := "#/properties/" + call.Section()
	inner := moveRefs(without(fields, "$schema"), prefix)
	root := object(at, member("type", text("object", at)))
	if draft := fields.Get("$schema"); draft != nil {
		root.Members = append(root.Members, member("$schema", draft))
	}
	root.Members = append(root.Members, member("properties", object(at, document.Member{Key: call.Section(), KeyAt: at, Value: inner})))
	return root
}

// moveRefs makes references to a schema's own parts lead to the place it is
// moved to.
func moveRefs(n *document.Node, prefix string) *document.Node {
	if !hasRefs(n) {
		return n
	}
	c := *n
	c.Members = make([]document.Member, len(n.Members))
	for i, m := range n.Members {
		if m.Key == "$ref" && strings.HasPrefix(m.Value.String(), "#") {
			m.Value = text(prefix+strings.TrimPrefix(m.Value.Text, "#"), m.Value.At)
		} else {
			m.Value = moveRefs(m.Value, prefix)
		}
		c.Members[i] = m
	}
	c.Items = make([]*document.Node, len(n.Items))
	for i, item := range n.Items {
		c.Items[i] = moveRefs(item, prefix)
	}
	return &c
}

func hasRefs(n *document.Node) bool {
	for _, m := range n.Members {
		if m.Key == "$ref" || hasRefs(m.Value) {
			return true
		}
	}
	for _, item := range n.Items {
		if hasRefs(item) {
			return true
		}
	}
	return false
}

// quietKeywords constrain nothing.
var quietKeywords = map[string]bool{
	"$schema": true, "$id": true, "id": true, "type": true, "title": true, "description": true, "labels": true, "eventMetadata": true, "$comment": true,
}

// saysNothing reports whether a rule plans no field and constrains nothing.
func saysNothing(r *plan.Rule) bool { return r.Schema == nil || empty(r.Schema, 0) }

func empty(schema *document.Node, depth int) bool {
	if schema.Is(document.Null) {
		return true
	}
	if !schema.Is(document.Object) || depth > 2 {
		return false
	}
	for _, m := range schema.Members {
		switch {
		case quietKeywords[m.Key]:
		case m.Key == "required" && len(m.Value.Items) == 0 && m.Value.Is(document.Array):
		case m.Key == "properties" && m.Value.Is(document.Object):
			for _, section := range m.Value.Members {
				if depth > 0 || !messageMembers[section.Key] || !empty(section.Value, depth+1) {
					return false
				}
			}
		default:
			return false
		}
	}
	return true
}

// versionOf reads 2, 2.0, "2" and "2-0-0"; 1 when there is none.
func versionOf(n *document.Node) int {
	if v, ok := n.Int(); ok {
		return v
	}
	first, _, _ := strings.Cut(strings.ReplaceAll(n.String(), ".", "-"), "-")
	if v, err := strconv.Atoi(strings.TrimSpace(first)); err == nil && v > 0 {
		return v
	}
	return 1
}

// labelsOf reads {"team": "web"} and ["team:web"].
func labelsOf(n *document.Node) map[string]string {
	labels := map[string]string{}
	if n != nil {
		for _, m := range n.Members {
			if m.Value.Is(document.Text) {
				labels[m.Key] = m.Value.Text
			}
		}
		for _, item := range n.Items {
			if key, value, ok := strings.Cut(item.String(), ":"); ok {
				labels[strings.TrimSpace(key)] = strings.TrimSpace(value)
			}
		}
	}
	if len(labels) == 0 {
		return nil
	}
	return labels
}

// callOf reads a rule's type in any case: TRACK, track.
func callOf(s string) (plan.Call, bool) {
	switch call := plan.Call(strings.ToLower(strings.TrimSpace(s))); call {
	case plan.Track, plan.Identify, plan.Group, plan.Page, plan.Screen, plan.Common:
		return call, true
	case "global":
		return plan.Common, true
	}
	return "", false
}
