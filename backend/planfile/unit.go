package planfile

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"sidetrack/backend/document"
)

// unit is one document of a file, parsed. One of node, table and body is set.
type unit struct {
	file  File
	json  bool // node knows its bytes
	node  *document.Node
	table *table
	body  *hclsyntax.Body
	refs  map[string]bool // files it points to; made once by references
}

var terraformBlock = regexp.MustCompile(`(?m)^[ \t]*(resource|data|locals|variable|module|provider|terraform|import|output)\b[ \t]*("[^"\n]*"[ \t]*)*\{`)

// parse reads a file by what is in it.
func parse(f File) ([]*unit, error) {
	text := bytes.TrimSpace(bytes.TrimPrefix(f.Data, []byte("\ufeff")))
	if len(text) == 0 {
		return nil, &document.Error{At: document.Place{File: f.Name, Line: 1, Column: 1}, Reason: "the file is empty", Expected: lookedFor}
	}
	if len(f.Data) > maxSize {
		return nil, &document.Error{At: document.Place{File: f.Name, Line: 1, Column: 1}, Reason: "the file is larger than 32 MB", Expected: "a tracking plan"}
	}
	switch {
	case text[0] == '{' || text[0] == '[':
		node, err := document.JSON(f.Name, f.Data)
		if err == nil {
			return []*unit{{file: f, json: true, node: node}}, nil
		}
		if ext := strings.ToLower(path.Ext(f.Name)); ext != ".yaml" && ext != ".yml" {
			return nil, expecting(err, "JSON")
		}
	case terraformBlock.Match(text):
		body, err := parseHCL(f)
		if err != nil {
			return nil, err
		}
		return []*unit{{file: f, body: body}}, nil
	case looksLikeCSV(text):
		t, err := parseTable(f)
		if err != nil {
			return nil, err
		}
		return []*unit{{file: f, table: t}}, nil
	}
	nodes, err := document.YAMLs(f.Name, f.Data)
	if err != nil {
		return nil, err
	}
	var units []*unit
	for _, n := range nodes {
		units = append(units, &unit{file: f, node: n})
	}
	return units, nil
}

// maxSize bounds a file. Segment takes CSV up to 15 MB (protocols/tracking-plan/create).
const maxSize = 32 << 20

// expecting says what was expected where the error does not.
func expecting(err error, what string) error {
	if bad, ok := err.(*document.Error); ok && bad.Expected == "" {
		bad.Expected = what
	}
	return err
}

func parseHCL(f File) (*hclsyntax.Body, error) {
	if err := bounded(f); err != nil {
		return nil, err
	}
	parsed, diags := hclsyntax.ParseConfig(f.Data, f.Name, hcl.InitialPos)
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			at := document.Place{File: f.Name, Line: 1, Column: 1}
			if d.Subject != nil {
				at = document.Place{File: f.Name, Line: d.Subject.Start.Line, Column: d.Subject.Start.Column}
			}
			return nil, &document.Error{At: at, Reason: lowerFirst(d.Summary), Expected: "Terraform: " + lowerFirst(strings.TrimSuffix(firstSentence(d.Detail), "."))}
		}
	}
	return parsed.Body.(*hclsyntax.Body), nil
}

// bounded refuses what nests so deeply that a recursive parser may exhaust the
// stack. Brackets in texts and comments count too; no plan has so many.
func bounded(f File) error {
	depth, line, start := 0, 1, 0
	for i, c := range f.Data {
		switch c {
		case '\n':
			line, start = line+1, i+1
		case '{', '[', '(':
			depth++
		case '}', ']', ')':
			depth = max(depth-1, 0)
		}
		if depth > document.MaxDepth {
			return &document.Error{At: document.Place{File: f.Name, Line: line, Column: i - start + 1}, Reason: "the file nests too deeply", Expected: "at most 200 levels"}
		}
	}
	return nil
}

func firstSentence(s string) string {
	s, _, _ = strings.Cut(strings.ReplaceAll(s, "\n", " "), ". ")
	return s
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// referred lists the files the units point to.
func (r *reader) referred() map[string]bool {
	all := map[string]bool{}
	for _, u := range r.units {
		for name := range u.references() {
			all[name] = true
		}
	}
	return all
}

func (u *unit) references() map[string]bool {
	if u.refs != nil {
		return u.refs
	}
	u.refs = map[string]bool{}
	switch {
	case u.body != nil:
		for _, name := range loadedByTerraform(u.body) {
			u.refer(name)
		}
	case u.node != nil && isPointer(u):
		for _, p := range u.node.Get("trackingPlans").Items {
			if name := p.Get("path"); name.String() != "" {
				u.refer(pointedTo(name.Text))
			}
		}
	case u.node != nil && !isRudderYAML(u):
		u.refNodes(u.node)
	}
	return u.refs
}

// refNodes finds "$ref" to another file.
func (u *unit) refNodes(n *document.Node) {
	for _, m := range n.Members {
		if name, _, _ := strings.Cut(m.Value.String(), "#"); m.Key == "$ref" && name != "" && !strings.Contains(name, ":") {
			u.refer(name)
		}
		u.refNodes(m.Value)
	}
	for _, item := range n.Items {
		u.refNodes(item)
	}
}

func (u *unit) refer(name string) { u.refs[u.beside(name)] = true }

// beside is the name of a file given from this one.
func (u *unit) beside(name string) string {
	return path.Join(path.Dir(strings.ReplaceAll(u.file.Name, `\`, "/")), strings.ReplaceAll(name, `\`, "/"))
}

// unit returns the unit of a file.
func (r *reader) unit(name string) *unit {
	for _, u := range r.units {
		if path.Clean(u.file.Name) == name {
			return u
		}
	}
	return nil
}
