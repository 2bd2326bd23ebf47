package planfile

import (
	"path"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/plan"
)

// A folder of JSON Schemas, an event each. Reflekt and Snowplow say within the
// schema what it is of ("self"); otherwise the title, $id or file name does.

func isSelfDescribed(u *unit) bool {
	return u.node.In("self", "name").Is(document.Text) && !u.node.Get("self").Is(document.Null)
}

func readSelfDescribed(r *reader, units []*unit) error {
	for _, u := range units {
		self := u.node.Get("self")
		call := plan.Track
		if c, ok := callOf(u.node.In("metadata", "event_type").String()); ok {
			call = c
		}
		schema, err := r.resolved(u, without(u.node, "self", "metadata", "$id"))
		if err != nil {
			return err
		}
		about := with(u.node, document.Member{Key: "version", Value: firstOf(self, "version")})
		if self.Get("version") == nil {
			about = u.node
		}
		name := self.Get("name").Text
		if call == plan.Identify || call == plan.Group {
			name = ""
		}
		if err := r.schemaRule(draft{call: call, name: name, of: about, schema: dropDraft(schema), higher: true}); err != nil {
			return err
		}
	}
	return nil
}

// dropDraft leaves out a "$schema" that names no draft of JSON Schema, such as
// Snowplow's own: there is nothing to fetch.
func dropDraft(schema *document.Node) *document.Node {
	if draft := schema.Get("$schema").String(); draft != "" && !strings.Contains(draft, "//json-schema.org/") {
		return without(schema, "$schema")
	}
	return schema
}

func isPlainSchema(u *unit) bool {
	if !u.node.Is(document.Object) {
		return false
	}
	if strings.Contains(u.node.Get("$schema").String(), "json-schema.org") {
		return true
	}
	return u.node.Get("properties").Is(document.Object) && firstOf(u.node, "type", "title", "$id").Is(document.Text)
}

func readPlainSchema(r *reader, units []*unit) error {
	parts := r.referred()
	for _, u := range units {
		if parts[path.Clean(u.file.Name)] && len(units) > 1 {
			continue // others are made with it
		}
		schema, err := r.resolved(u, u.node)
		if err != nil {
			return err
		}
		call, ok := callOf(constantOf(schema, "type"))
		if !ok {
			call = plan.Track
		}
		name := plainName(u, schema)
		if call == plan.Identify || call == plan.Group || call == plan.Common {
			name = ""
		}
		if err := r.schemaRule(draft{call: call, name: name, of: u.node, schema: dropDraft(without(schema, "$id", "id")), higher: true}); err != nil {
			return err
		}
	}
	return nil
}

// constantOf is the one value a schema of a message allows for a member.
func constantOf(schema *document.Node, key string) string {
	if layersOf(schema, plan.Track) != layered {
		return ""
	}
	m := schema.In("properties", key)
	if values := m.Get("enum"); values.Is(document.Array) && len(values.Items) == 1 {
		return values.Items[0].String()
	}
	return m.Get("const").String()
}

// plainName is what a schema's event is called.
func plainName(u *unit, schema *document.Node) string {
	if name := constantOf(schema, "event"); name != "" {
		return name
	}
	if title := u.node.Get("title").String(); title != "" {
		return title
	}
	name := firstOf(u.node, "$id", "id").String()
	if name == "" || strings.HasPrefix(name, "#") {
		name = u.file.Name
	}
	name = path.Base(strings.TrimRight(strings.ReplaceAll(name, `\`, "/"), "/#"))
	for _, end := range []string{".json", ".yaml", ".yml", ".schema"} {
		name = strings.TrimSuffix(name, end)
	}
	return name
}

// resolver puts what other files hold into a schema.
type resolver struct {
	reader *reader
	depth  int
	left   int // nodes that may still be put in
}

const maxResolved = 200_000

// resolved is a schema with the references to other files filled in. Those to
// its own parts stay.
func (r *reader) resolved(u *unit, n *document.Node) (*document.Node, error) {
	return (&resolver{reader: r, left: maxResolved}).node(u, n, false)
}

// node fills in one node of a file. In what was put in from another file,
// references to that file's own parts are filled in as well.
func (v *resolver) node(u *unit, n *document.Node, foreign bool) (*document.Node, error) {
	if !hasRefs(n) {
		return n, nil
	}
	if ref := n.Get("$ref"); ref.Is(document.Text) && (foreign || !strings.HasPrefix(ref.Text, "#")) {
		return v.target(u, ref)
	}
	c := *n
	c.Members = append([]document.Member(nil), n.Members...)
	c.Items = append([]*document.Node(nil), n.Items...)
	var err error
	for i := range c.Members {
		if c.Members[i].Value, err = v.node(u, c.Members[i].Value, foreign); err != nil {
			return nil, err
		}
	}
	for i := range c.Items {
		if c.Items[i], err = v.node(u, c.Items[i], foreign); err != nil {
			return nil, err
		}
	}
	return &c, nil
}

func (v *resolver) target(u *unit, ref *document.Node) (*document.Node, error) {
	name, pointer, _ := strings.Cut(ref.Text, "#")
	from := u
	if name != "" {
		if from = v.reader.unit(u.beside(name)); from == nil || from.node == nil {
			if strings.Contains(name, ":") {
				return nil, &document.Error{At: ref.At, Reason: "this refers to " + ref.Text + ", and nothing is fetched", Expected: "a file of the plan"}
			}
			return nil, &document.Error{At: ref.At, Reason: "this refers to " + u.beside(name) + ", which is not there", Expected: "a file of the plan"}
		}
	}
	found := from.node.Pointer(pointer)
	if found == nil || pointer != "" && pointer[0] != '/' {
		return nil, &document.Error{At: ref.At, Reason: "this refers to " + ref.Text + ", which is not there", Expected: "a part of that file, as in file.json#/definitions/name"}
	}
	v.depth++
	defer func() { v.depth-- }()
	if v.left -= size(found); v.depth > 32 || v.left < 0 {
		return nil, &document.Error{At: ref.At, Reason: "this refers to itself, or to too much", Expected: "references that end"}
	}
	return v.node(from, without(found, "$id", "$schema"), true)
}

func size(n *document.Node) int {
	count := 1
	for _, m := range n.Members {
		count += size(m.Value)
	}
	for _, item := range n.Items {
		count += size(item)
	}
	return count
}
