package planfile

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"sidetrack/backend/document"
	"sidetrack/backend/plan"
)

// YAML writes a plan in our own format. What the short forms cannot say stands
// beside them as JSON Schema, so nothing is lost but notes of other tools (id,
// key) inside schemas.
func YAML(p *plan.Plan) ([]byte, error) {
	root := yamlMap("sidetrack-plan", yamlScalar("1", "!!int"))
	if p.Name != "" {
		put(root, "name", yamlText(p.Name))
	}
	if p.Description != "" {
		put(root, "description", yamlText(p.Description))
	}
	for _, group := range []struct {
		key  string
		call plan.Call
	}{{"events", plan.Track}, {"pages", plan.Page}, {"screens", plan.Screen}} {
		if names := yamlNamed(p, group.call); len(names.Content) > 0 {
			put(root, group.key, names)
		}
	}
	for _, call := range []plan.Call{plan.Identify, plan.Group, plan.Page, plan.Screen} {
		if rules := rulesFor(p, call, ""); len(rules) > 0 {
			put(root, string(call), yamlRules(rules))
		}
	}
	if common := rulesFor(p, plan.Common, ""); len(common) == 1 {
		put(root, "common", yamlLong(common[0].Schema, false))
	} else if len(common) > 1 {
		all := &yaml.Node{Kind: yaml.SequenceNode}
		for _, r := range common {
			all.Content = append(all.Content, yamlOf(r.Schema))
		}
		put(root, "common", yamlMap("allOf", all))
	}
	if len(p.Lint) > 0 {
		lint := yamlMap()
		for _, rule := range sortedKeys(p.Lint) {
			put(lint, rule, yamlText(map[bool]string{true: "on", false: "off"}[p.Lint[rule]]))
		}
		put(root, "lint", lint)
	}
	if len(p.Sources) > 0 {
		sources := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, s := range p.Sources {
			sources.Content = append(sources.Content, yamlText(s))
		}
		put(root, "sources", sources)
	}
	putSettings(root, p)
	return yamlBytes(root)
}

func yamlBytes(n *yaml.Node) ([]byte, error) {
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := e.Encode(n); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func rulesFor(p *plan.Plan, call plan.Call, name string) []*plan.Rule {
	var list []*plan.Rule
	for _, r := range p.Rules {
		if r.Call == call && r.Name == name {
			list = append(list, r)
		}
	}
	return list
}

// yamlNamed writes the named rules of a call, each name once.
func yamlNamed(p *plan.Plan, call plan.Call) *yaml.Node {
	names, byName := []string{}, map[string][]*plan.Rule{}
	for _, r := range p.Rules {
		if r.Call != call || r.Name == "" {
			continue
		}
		if byName[r.Name] == nil {
			names = append(names, r.Name)
		}
		byName[r.Name] = append(byName[r.Name], r)
	}
	out := yamlMap()
	for _, name := range names {
		put(out, name, yamlRules(byName[name]))
	}
	return out
}

func yamlRules(rules []*plan.Rule) *yaml.Node {
	if len(rules) == 1 {
		n := yamlRule(rules[0])
		if rules[0].Version > 1 {
			put(n, "version", yamlScalar(strconv.Itoa(rules[0].Version), "!!int"))
		}
		if len(n.Content) == 0 {
			return yamlScalar("", "!!null")
		}
		return n
	}
	versions := yamlMap()
	for _, r := range rules {
		versions.Content = append(versions.Content, yamlScalar(strconv.Itoa(r.Version), "!!int"), yamlRule(r))
	}
	return yamlMap("versions", versions)
}

func yamlRule(r *plan.Rule) *yaml.Node {
	out := yamlMap()
	if r.Description != "" {
		put(out, "description", yamlText(r.Description))
	}
	if len(r.Labels) > 0 {
		labels := yamlMap()
		labels.Style = yaml.FlowStyle
		for _, key := range sortedKeys(r.Labels) {
			put(labels, key, yamlText(r.Labels[key]))
		}
		put(out, "labels", labels)
	}
	if r.Deprecated {
		put(out, "deprecated", yamlScalar("true", "!!bool"))
	}
	if !plainRule(r) {
		put(out, "schema", yamlOf(segmentSchema(r)))
		return out
	}
	fields := r.Fields()
	properties := fields.Get("properties")
	required, rest := requiredNames(fields)
	if properties != nil && len(properties.Members) > 0 {
		put(out, r.Call.Section(), yamlProperties(properties, required))
	}
	if len(rest) > 0 {
		put(out, "required", yamlList(rest))
	}
	for _, m := range membersOf(fields) {
		if schemaKeywords[m.Key] {
			put(out, m.Key, yamlOf(m.Value))
		}
	}
	if context := r.Schema.In("properties", "context"); context != nil && !empty(context, 1) {
		put(out, "context", yamlLong(context, false))
	}
	return out
}

// plainRule reports whether a rule can be written by its properties: it says
// nothing else about the message but about its context.
func plainRule(r *plan.Rule) bool {
	if !r.Schema.Is(document.Object) || hasRefs(r.Schema) {
		return false
	}
	for _, m := range r.Schema.Members {
		if m.Key != "properties" && m.Key != "required" && !quietKeywords[m.Key] {
			return false
		}
		if m.Key == "type" && !allowsObject(m.Value) {
			return false
		}
	}
	for _, name := range itemsOf(r.Schema.Get("required")) {
		if name.String() != r.Call.Section() { // which is always taken to be there
			return false
		}
	}
	for _, section := range membersOf(r.Schema.Get("properties")) {
		if section.Key != r.Call.Section() && section.Key != "context" && !empty(section.Value, 1) {
			return false
		}
	}
	for _, m := range membersOf(r.Fields()) {
		if !schemaKeywords[m.Key] && !quietKeywords[m.Key] && m.Key != "properties" && m.Key != "required" {
			return false
		}
	}
	return r.Fields() == nil || r.Fields().Is(document.Object)
}

// requiredNames splits the names an object requires: those it plans, and others.
func requiredNames(schema *document.Node) (planned map[string]bool, rest []*document.Node) {
	planned = map[string]bool{}
	have := map[string]bool{}
	for _, m := range membersOf(schema.Get("properties")) {
		have[m.Key] = true
	}
	for _, name := range itemsOf(schema.Get("required")) {
		if have[name.String()] {
			planned[name.Text] = true
		} else {
			rest = append(rest, name)
		}
	}
	return planned, rest
}

func yamlProperties(properties *document.Node, required map[string]bool) *yaml.Node {
	out := yamlMap()
	for _, m := range properties.Members {
		put(out, m.Key, yamlProperty(m.Value, required[m.Key]))
	}
	return out
}

// yamlProperty writes a property in the shortest form that says all of it.
func yamlProperty(schema *document.Node, required bool) *yaml.Node {
	if !schema.Is(document.Object) {
		if required {
			return yamlMap("allOf", &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{yamlOf(schema)}}, "required", yamlScalar("true", "!!bool"))
		}
		return yamlOf(schema)
	}
	kind, rest := shortType(schema)
	switch {
	case len(rest) == 0 && kind != "" && required:
		return yamlText(kind + "!")
	case len(rest) == 0 && kind != "":
		return yamlText(kind)
	case len(rest) == 0 && required:
		return yamlText("any!")
	case len(rest) == 0:
		return yamlText("any")
	case len(rest) == 1 && rest[0].Key == "enum" && kind == "" && !required && rest[0].Value.Is(document.Array):
		return yamlOf(rest[0].Value)
	}
	return yamlLong(schema, required)
}

// shortType is the short form of a schema's type, "" for any, and the keywords
// it does not cover.
func shortType(schema *document.Node) (kind string, rest []document.Member) {
	names, null := []string{}, false
	for _, t := range typeNames(schema.Get("type")) {
		known, _, err := dataType(cell{t, schema.At})
		if t == "any" {
			names, null = nil, false
			break
		}
		if err != nil || len(known) != 1 || known[0] != t {
			return "", without(schema, "id", "key").Members // not a type we know: kept as a list
		}
		if t == "null" {
			null = true
			continue
		}
		names = append(names, t)
	}
	kind = strings.Join(names, " | ")
	covered := []string{"type", "id", "key"}
	if format := schema.Get("format").String(); kind == "string" && (format == "date-time" || format == "date") {
		kind = format
		covered = append(covered, "format")
	}
	switch {
	case null && kind == "":
		kind = "null"
	case null:
		kind += "?"
	}
	return kind, without(schema, covered...).Members
}

// yamlLong writes a property as keywords.
func yamlLong(schema *document.Node, required bool) *yaml.Node {
	if !schema.Is(document.Object) {
		return yamlOf(schema)
	}
	out := yamlMap()
	kind, rest := shortType(schema)
	planned, others := requiredNames(schema)
	// The word required is taken by the list then, and ! says it of the property.
	marked := required && len(others) > 0 && !hasMember(rest, "type")
	if marked {
		kind = cmp.Or(kind, "any") + "!"
	}
	if kind != "" {
		put(out, "type", yamlText(kind))
	}
	if required && !marked {
		put(out, "required", yamlScalar("true", "!!bool"))
	}
	for _, m := range rest {
		switch {
		case m.Key == "required": // below, or ! at the names
		case m.Key == "properties" && m.Value.Is(document.Object):
			put(out, "properties", yamlProperties(m.Value, planned))
		case m.Key == "items" && m.Value.Is(document.Object):
			put(out, "items", yamlProperty(m.Value, false))
		case m.Key == "type" && m.Value.Is(document.Text):
			put(out, "type", yamlList([]*document.Node{m.Value}))
		default:
			put(out, m.Key, yamlOf(m.Value))
		}
	}
	switch {
	case len(others) > 0 && required && !marked:
		put(out, "allOf", &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{yamlMap("required", yamlList(others))}})
	case len(others) > 0:
		put(out, "required", yamlList(others))
	}
	return out
}

func hasMember(members []document.Member, key string) bool {
	return slices.ContainsFunc(members, func(m document.Member) bool { return m.Key == key })
}

// yamlOf writes a node as it is; lists of plain values on one line.
func yamlOf(n *document.Node) *yaml.Node {
	if n == nil {
		return yamlScalar("", "!!null")
	}
	switch n.Kind {
	case document.Text:
		return yamlText(n.Text)
	case document.Bool:
		return yamlScalar(n.Text, "!!bool")
	case document.Number:
		if strings.ContainsAny(n.Text, ".eE") {
			return yamlScalar(n.Text, "!!float")
		}
		return yamlScalar(n.Text, "!!int")
	case document.Array:
		return yamlList(n.Items)
	case document.Object:
		out := yamlMap()
		for _, m := range n.Members {
			put(out, m.Key, yamlOf(m.Value))
		}
		return out
	}
	return yamlScalar("null", "!!null")
}

func yamlList(items []*document.Node) *yaml.Node {
	out := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, item := range items {
		if item.Is(document.Object) || item.Is(document.Array) {
			out.Style = 0
		}
		out.Content = append(out.Content, yamlOf(item))
	}
	return out
}

func yamlText(s string) *yaml.Node {
	n := yamlScalar(s, "!!str")
	if s == "<<" { // would be a merge
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

func yamlScalar(s, tag string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: s}
}

// yamlMap makes a mapping of keys and values in turn.
func yamlMap(pairs ...any) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}
	for i := 0; i+1 < len(pairs); i += 2 {
		put(out, pairs[i].(string), pairs[i+1].(*yaml.Node))
	}
	return out
}

func put(n *yaml.Node, key string, value *yaml.Node) {
	n.Content = append(n.Content, yamlText(key), value)
}
