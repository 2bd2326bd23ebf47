package document

import (
	"bytes"
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// YAML reads the first document of a YAML text. Of YAML's own types only those
// that JSON has are kept: a date is text. The error is an *Error.
func YAML(file string, data []byte) (*Node, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, yamlError(file, err)
	}
	if len(root.Content) == 0 {
		return nil, &Error{At: Place{File: file, Line: 1}, Reason: "the file is empty"}
	}
	r := yamlReader{file: file, left: maxNodes}
	return r.node(root.Content[0], 0)
}

// YAMLs reads every document of a YAML text. Documents that hold nothing are
// left out; at least one holds something.
func YAMLs(file string, data []byte) ([]*Node, error) {
	var nodes []*Node
	left := maxNodes
	for d := yaml.NewDecoder(bytes.NewReader(data)); ; {
		var root yaml.Node
		err := d.Decode(&root)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, yamlError(file, err)
		}
		if len(root.Content) == 0 || root.Content[0].Tag == "!!null" {
			continue
		}
		r := yamlReader{file: file, left: left}
		n, err := r.node(root.Content[0], 0)
		if err != nil {
			return nil, err
		}
		left = r.left
		nodes = append(nodes, n)
	}
	if len(nodes) == 0 {
		return nil, &Error{At: Place{File: file, Line: 1, Column: 1}, Reason: "the file is empty"}
	}
	return nodes, nil
}

// maxNodes bounds what aliases can unfold to.
const maxNodes = 2_000_000

var yamlLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)$`)

func yamlError(file string, err error) error {
	text := err.Error()
	var types *yaml.TypeError
	if errors.As(err, &types) && len(types.Errors) > 0 {
		text = types.Errors[0]
	}
	m := yamlLine.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return &Error{At: Place{File: file}, Reason: text}
	}
	line, _ := strconv.Atoi(m[1]) // 0 when the parser does not say
	return &Error{At: Place{File: file, Line: line}, Reason: m[2], Expected: "YAML"}
}

type yamlReader struct {
	file string
	left int
}

func (r *yamlReader) node(y *yaml.Node, depth int) (*Node, error) {
	n := &Node{At: Place{r.file, y.Line, y.Column}}
	if r.left--; r.left < 0 || depth > MaxDepth {
		return nil, &Error{At: n.At, Reason: "the document is too large or too deep", Expected: "fewer aliases and levels"}
	}
	switch y.Kind {
	case yaml.AliasNode:
		return r.node(y.Alias, depth+1)
	case yaml.SequenceNode:
		n.Kind, n.Items = Array, make([]*Node, len(y.Content))
		for i, c := range y.Content {
			item, err := r.node(c, depth+1)
			if err != nil {
				return nil, err
			}
			n.Items[i] = item
		}
		return n, nil
	case yaml.MappingNode:
		n.Kind = Object
		return n, r.members(n, y, depth)
	}
	scalar(n, y)
	return n, nil
}

func (r *yamlReader) members(n *Node, y *yaml.Node, depth int) error {
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := y.Content[i]
		value, err := r.node(y.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		at := Place{r.file, key.Line, key.Column}
		if key.Tag == "!!merge" {
			n.Members = append(append([]Member{}, value.Members...), n.Members...)
			continue
		}
		if key.Kind != yaml.ScalarNode {
			return &Error{At: at, Reason: "a key is no text", Expected: "text before the colon"}
		}
		n.Members = append(n.Members, Member{Key: key.Value, KeyAt: at, Value: value})
	}
	return nil
}

func scalar(n *Node, y *yaml.Node) {
	n.Kind, n.Text = Text, y.Value
	switch y.Tag {
	case "!!null":
		n.Kind, n.Text = Null, ""
	case "!!bool":
		var v bool
		if y.Decode(&v) == nil {
			n.Kind, n.Text = Bool, strconv.FormatBool(v)
		}
	case "!!int", "!!float":
		n.number(y)
	}
}

var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// number keeps the digits where they are JSON's already. Infinity and not a
// number stay text.
func (n *Node) number(y *yaml.Node) {
	if jsonNumber.MatchString(y.Value) {
		n.Kind = Number
		return
	}
	var whole int64
	var v float64
	switch {
	case y.Tag == "!!int" && y.Decode(&whole) == nil:
		n.Kind, n.Text = Number, strconv.FormatInt(whole, 10)
	case y.Decode(&v) == nil && !math.IsInf(v, 0) && !math.IsNaN(v):
		n.Kind, n.Text = Number, strconv.FormatFloat(v, 'g', -1, 64)
	}
}
