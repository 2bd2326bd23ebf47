package planfile

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"sidetrack/backend/document"
	"sidetrack/backend/fault"
)

func (d *yamlFile) set(path []string, value *document.Node) error {
	return d.put(path, yamlOf(value))
}

func (d *yamlFile) append(path []string, value *document.Node) error {
	e, found := d.find(path)
	if !found || e.value.Kind != yaml.SequenceNode {
		return d.put(path, yamlList([]*document.Node{value}))
	}
	text, err := fitting(yamlOf(value), e.value)
	if err != nil {
		return err
	}
	if end, flow := d.end(e.value, false); flow {
		return d.intoBrackets(e.value, end, text)
	}
	if len(e.value.Content) == 0 || e.key == nil {
		return d.byHand(e.value)
	}
	last := d.lastLine(e)
	return d.addLines(last, strings.Repeat(" ", e.value.Column-1)+"- "+text)
}

// put sets a value where a path leads; what lacks on the way is part of it.
func (d *yamlFile) put(path []string, value *yaml.Node) error {
	if e, found := d.find(path); found {
		return d.replace(e, value)
	}
	for i := len(path) - 1; i >= 0; i-- {
		if owner, found := d.find(path[:i]); found {
			return d.insert(owner, path[i], value)
		}
		value = yamlMap(path[i], value)
	}
	return fault.New(fault.Internal, "the path leads nowhere")
}

// replace writes a value where another is.
func (d *yamlFile) replace(e entry, value *yaml.Node) error {
	text, err := fitting(value, e.owner)
	if err != nil {
		return err
	}
	if e.key != nil && e.value.Kind == yaml.ScalarNode && e.value.Value == "" && e.value.Tag == "!!null" {
		colon, ok := d.colon(e.key)
		if !ok {
			return d.byHand(e.key)
		}
		return d.splice(colon+1, colon+1, " "+text)
	}
	end, ok := d.end(e.value, e.owner != nil && e.owner.Style&yaml.FlowStyle != 0)
	if !ok {
		return d.byHand(e.value)
	}
	return d.splice(d.offset(e.value), end, text)
}

// colon is where the colon after a key is.
func (d *yamlFile) colon(key *yaml.Node) (int, bool) {
	end, ok := d.end(key, true)
	for ok && end < len(d.file.Data) && d.file.Data[end] == ' ' {
		end++
	}
	return end, ok && end < len(d.file.Data) && d.file.Data[end] == ':'
}

// insert adds a member to a mapping, after the others.
func (d *yamlFile) insert(owner entry, key string, value *yaml.Node) error {
	n := owner.value
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return d.fill(owner, key, value)
	}
	if n.Kind != yaml.MappingNode {
		return d.byHand(n)
	}
	if end, flow := d.end(n, false); flow {
		text, err := inline(yamlMap(key, value))
		if err != nil {
			return err
		}
		return d.intoBrackets(n, end, strings.TrimSuffix(strings.TrimPrefix(text, "{"), "}"))
	}
	if n.Style&yaml.FlowStyle != 0 || len(n.Content) == 0 || n.Content[len(n.Content)-2].Tag == "!!merge" && len(n.Content) == 2 {
		return d.byHand(n)
	}
	lastKey := n.Content[len(n.Content)-2]
	last := d.lastLine(entry{owner: n, key: lastKey, value: n.Content[len(n.Content)-1]})
	text, err := d.block(key, value, lastKey.Column-1)
	if err != nil {
		return err
	}
	return d.addLines(last, text)
}

// fill gives a key that has nothing its first member.
func (d *yamlFile) fill(owner entry, key string, value *yaml.Node) error {
	if owner.key == nil {
		return d.byHand(owner.value)
	}
	inFlow := owner.owner.Style&yaml.FlowStyle != 0
	if inFlow || owner.value.Value != "" {
		return d.replace(owner, yamlMap(key, value))
	}
	text, err := d.block(key, value, owner.key.Column-1+d.unit())
	if err != nil {
		return err
	}
	return d.addLines(owner.key.Line, text)
}

// intoBrackets adds a part before the bracket that closes a list or mapping.
func (d *yamlFile) intoBrackets(n *yaml.Node, end int, text string) error {
	if len(n.Content) == 0 {
		return d.splice(d.offset(n)+1, end-1, text)
	}
	last := n.Content[len(n.Content)-1]
	at, ok := d.end(last, true)
	if last.Kind == yaml.ScalarNode && last.Value == "" && last.Tag == "!!null" && n.Kind == yaml.MappingNode {
		at, ok = d.colon(n.Content[len(n.Content)-2])
		at++
	}
	if !ok {
		return d.byHand(last)
	}
	return d.splice(at, at, ", "+text)
}

// addLines puts text below a line.
func (d *yamlFile) addLines(line int, text string) error {
	at := d.lineStart(line + 1)
	text = strings.TrimRight(text, "\n") + "\n"
	if at > 0 && d.file.Data[at-1] != '\n' {
		text = "\n" + strings.TrimSuffix(text, "\n") // the file ends without one
	}
	return d.splice(at, at, text)
}

func (d *yamlFile) remove(path []string) error {
	e, found := d.find(path)
	if !found || e.owner == nil {
		return fault.New(fault.NotFound, "%s is not there", strings.Join(path, "."))
	}
	if _, flow := d.end(e.owner, false); flow {
		return d.outOfBrackets(e)
	}
	if e.key == nil || strings.TrimLeft(d.line(e.key.Line)[:min(e.key.Column-1, len(d.line(e.key.Line)))], " ") != "" {
		if e.key == nil && e.value.Kind == yaml.ScalarNode && strings.HasPrefix(strings.TrimLeft(d.line(e.value.Line), " "), "- ") {
			return d.splice(d.lineStart(e.value.Line), d.lineStart(e.value.Line+1), "")
		}
		return d.byHand(e.value)
	}
	return d.splice(d.lineStart(e.key.Line), d.lineStart(d.lastLine(e)+1), "")
}

// outOfBrackets takes a part and its comma away.
func (d *yamlFile) outOfBrackets(e entry) error {
	step := 1
	if e.key != nil {
		step = 2
	}
	first := e.index - step + 1 // of the part: its key, or the item
	start, content := d.offset(e.owner.Content[first]), e.owner.Content
	end, ok := d.partEnd(e.owner, e.index)
	if !ok {
		return d.byHand(e.value)
	}
	switch {
	case first > 0:
		if start, ok = d.partEnd(e.owner, first-1); !ok {
			return d.byHand(content[first-1])
		}
	case e.index+1 < len(content):
		end = d.offset(content[e.index+1])
	}
	return d.splice(start, end, "")
}

// partEnd is where the value at an index of a mapping or list in brackets ends.
func (d *yamlFile) partEnd(owner *yaml.Node, index int) (int, bool) {
	v := owner.Content[index]
	if v.Kind == yaml.ScalarNode && v.Value == "" && v.Tag == "!!null" && owner.Kind == yaml.MappingNode {
		at, ok := d.colon(owner.Content[index-1])
		if !ok { // {a, b}: a key alone
			return d.end(owner.Content[index-1], true)
		}
		return at + 1, true
	}
	return d.end(v, true)
}

func (d *yamlFile) rename(path []string, key string) error {
	e, found := d.find(path)
	if !found || e.key == nil {
		return fault.New(fault.NotFound, "%s is not there", strings.Join(path, "."))
	}
	end, ok := d.end(e.key, true)
	if !ok {
		return d.byHand(e.key)
	}
	text, err := fitting(yamlText(key), e.owner)
	if err != nil {
		return err
	}
	return d.splice(d.offset(e.key), end, text)
}

// unit is by how many spaces the file indents a level.
func (d *yamlFile) unit() int {
	for i := 0; i+1 < len(d.top.Content); i += 2 {
		if v := d.top.Content[i+1]; v.Kind == yaml.MappingNode && v.Style&yaml.FlowStyle == 0 && v.Column > d.top.Column {
			return v.Column - d.top.Column
		}
	}
	return 2
}

// block writes a member on lines of its own. A short property stays on one.
func (d *yamlFile) block(key string, value *yaml.Node, indent int) (string, error) {
	const width = 100
	if value.Kind == yaml.MappingNode && !containers[key] && simple(value) {
		text, err := inline(yamlMap(key, value))
		if err != nil {
			return "", err
		}
		if text = strings.TrimSuffix(strings.TrimPrefix(text, "{"), "}"); len(text)+indent < width {
			return strings.Repeat(" ", indent) + text, nil
		}
	}
	var out strings.Builder
	e := yaml.NewEncoder(&out)
	e.SetIndent(max(d.unit(), 2))
	if err := e.Encode(yamlMap(key, value)); err != nil {
		return "", fault.New(fault.Invalid, "this cannot be written as YAML: %w", err)
	}
	lines := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = strings.Repeat(" ", indent) + line
		}
	}
	return strings.Join(lines, "\n"), nil
}

// containers hold names that deserve a line each.
var containers = map[string]bool{"properties": true, "traits": true, "events": true, "pages": true, "screens": true}

// simple reports whether a mapping holds only plain values and lists of them.
func simple(n *yaml.Node) bool {
	for _, c := range n.Content {
		if c.Kind == yaml.MappingNode || c.Kind == yaml.SequenceNode && !simple(c) {
			return false
		}
	}
	return len(n.Content) <= 8
}

// inline writes a value on one line.
func inline(n *yaml.Node) (string, error) {
	c := flowing(n)
	data, err := yaml.Marshal(c)
	if err != nil {
		return "", fault.New(fault.Invalid, "this cannot be written as YAML: %w", err)
	}
	return strings.TrimRight(string(data), "\n"), nil
}

// fitting writes a value on one line, to stand in a mapping or list: within
// brackets, more has to be quoted.
func fitting(n, owner *yaml.Node) (string, error) {
	if owner == nil || owner.Style&yaml.FlowStyle == 0 {
		return inline(n)
	}
	text, err := inline(&yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{n}})
	return strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"), err
}

// flowing is a copy that is written in brackets, its texts on one line.
func flowing(n *yaml.Node) *yaml.Node {
	c := *n
	c.Content = make([]*yaml.Node, len(n.Content))
	for i, inner := range n.Content {
		c.Content[i] = flowing(inner)
	}
	switch {
	case c.Kind != yaml.ScalarNode:
		c.Style = yaml.FlowStyle
	case strings.ContainsAny(c.Value, "\n\r"):
		c.Style = yaml.DoubleQuotedStyle
	}
	return &c
}
