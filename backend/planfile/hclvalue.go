package planfile

import (
	"fmt"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"sidetrack/backend/document"
)

type hclDiagnostics = hcl.Diagnostics

type local struct {
	unit *unit
	expr hclsyntax.Expression
}

// hclReader turns Terraform's expressions into nodes, as far as they stand in
// the file.
type hclReader struct {
	reader *reader
	unit   *unit
	locals map[string]local
	left   int // not used up by locals within locals
}

func (h *hclReader) place(p hcl.Pos) document.Place {
	return document.Place{File: h.unit.file.Name, Line: p.Line, Column: p.Column}
}

// computed tells of what only Terraform could work out. The value is null.
func (h *hclReader) computed(at document.Place, what string) *document.Node {
	h.reader.fail(at, "Terraform has to compute "+what+", and it is not in force here. Write it out, or use the plan saved from Segment.")
	return &document.Node{Kind: document.Null, At: at}
}

const maxExpression = 100

func (h *hclReader) expression(e hclsyntax.Expression, depth int) *document.Node {
	at := h.place(e.StartRange().Start)
	if depth > maxExpression {
		return h.computed(at, "this value, which nests too deeply")
	}
	switch v := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return scalar(v.Val, at)
	case *hclsyntax.TemplateExpr:
		return h.template(v, at)
	case *hclsyntax.TemplateWrapExpr:
		return h.expression(v.Wrapped, depth+1)
	case *hclsyntax.ParenthesesExpr:
		return h.expression(v.Expression, depth+1)
	case *hclsyntax.UnaryOpExpr:
		if n := h.expression(v.Val, depth+1); n.Is(document.Number) && v.Op == hclsyntax.OpNegate {
			n.Text = strings.TrimPrefix("-"+n.Text, "--")
			n.At = at
			return n
		}
	case *hclsyntax.TupleConsExpr:
		n := list(at)
		for _, item := range v.Exprs {
			n.Items = append(n.Items, h.expression(item, depth+1))
		}
		return n
	case *hclsyntax.ObjectConsExpr:
		n := object(at)
		for _, item := range v.Items {
			key, ok := keyOf(item.KeyExpr)
			if !ok {
				return h.computed(h.place(item.KeyExpr.StartRange().Start), "a name")
			}
			n.Members = append(n.Members, document.Member{Key: key, KeyAt: h.place(item.KeyExpr.StartRange().Start), Value: h.expression(item.ValueExpr, depth+1)})
		}
		return n
	case *hclsyntax.FunctionCallExpr:
		return h.call(v, at, depth)
	case *hclsyntax.ScopeTraversalExpr:
		return h.traversal(v.Traversal, at, depth)
	}
	return h.computed(at, "this value")
}

func (h *hclReader) call(v *hclsyntax.FunctionCallExpr, at document.Place, depth int) *document.Node {
	if len(v.Args) > 0 {
		switch v.Name {
		case "jsonencode", "tolist", "toset", "tomap", "yamlencode":
			return h.expression(v.Args[0], depth+1)
		case "jsondecode", "yamldecode":
			n := h.expression(v.Args[0], depth+1)
			if inner, err := h.reader.embedded(n); err == nil {
				return inner
			}
			return n
		case "file":
			return h.load(v)
		case "concat":
			n := list(at)
			for _, a := range v.Args {
				n.Items = append(n.Items, h.expression(a, depth+1).Items...)
			}
			return n
		case "merge":
			n := object(at)
			for _, a := range v.Args {
				for _, m := range h.expression(a, depth+1).Members {
					n = with(n, m)
				}
			}
			return n
		}
	}
	return h.computed(at, v.Name+"(…)")
}

// traversal follows local.name.member.
func (h *hclReader) traversal(t hcl.Traversal, at document.Place, depth int) *document.Node {
	name := traversalName(t)
	steps := strings.Split(name, ".")
	if steps[0] != "local" || len(steps) < 2 {
		return h.computed(at, name)
	}
	l, ok := h.locals[steps[1]]
	if !ok {
		return h.computed(at, name)
	}
	if h.left++; h.left > 10_000 {
		return h.computed(at, name+", which refers to itself")
	}
	inner := hclReader{reader: h.reader, unit: l.unit, locals: h.locals, left: h.left}
	n := inner.expression(l.expr, depth+1)
	h.left = inner.left
	if n = n.In(steps[2:]...); n == nil {
		return h.computed(at, name)
	}
	return n
}

func traversalName(t hcl.Traversal) string {
	var steps []string
	for _, step := range t {
		switch s := step.(type) {
		case hcl.TraverseRoot:
			steps = append(steps, s.Name)
		case hcl.TraverseAttr:
			steps = append(steps, s.Name)
		case hcl.TraverseIndex:
			if s.Key.Type() == cty.String && s.Key.IsKnown() && !s.Key.IsNull() {
				steps = append(steps, s.Key.AsString())
			}
		}
	}
	return strings.Join(steps, ".")
}

// keyOf is the name of a member: bare, quoted, or in parentheses.
func keyOf(e hclsyntax.Expression) (string, bool) {
	if key, ok := e.(*hclsyntax.ObjectConsKeyExpr); ok {
		if name := hcl.ExprAsKeyword(key.Wrapped); name != "" && !key.ForceNonLiteral {
			return name, true
		}
		e = key.Wrapped
	}
	switch v := e.(type) {
	case *hclsyntax.ParenthesesExpr:
		return keyOf(v.Expression)
	case *hclsyntax.TemplateExpr:
		return templateText(v)
	case *hclsyntax.LiteralValueExpr:
		if n := scalar(v.Val, document.Place{}); !n.Is(document.Null) {
			return n.Text, true
		}
	}
	return "", false
}

func scalar(v cty.Value, at document.Place) *document.Node {
	n := &document.Node{Kind: document.Null, At: at}
	if v.IsNull() || !v.IsKnown() {
		return n
	}
	switch v.Type() {
	case cty.Bool:
		n.Kind, n.Text = document.Bool, fmt.Sprint(v.True())
	case cty.String:
		n.Kind, n.Text = document.Text, v.AsString()
	case cty.Number:
		n.Kind, n.Text = document.Number, v.AsBigFloat().Text('g', -1)
		if at := strings.IndexByte(n.Text, 'e'); at > 0 && strings.HasPrefix(n.Text[at+1:], "+") {
			n.Text = n.Text[:at+1] + n.Text[at+2:]
		}
	}
	return n
}

func literalText(v *hclsyntax.LiteralValueExpr) string { return scalar(v.Val, document.Place{}).Text }

// templateText is a template that is only text.
func templateText(t *hclsyntax.TemplateExpr) (string, bool) {
	var b strings.Builder
	for _, part := range t.Parts {
		literal, ok := part.(*hclsyntax.LiteralValueExpr)
		if !ok {
			return "", false
		}
		b.WriteString(literalText(literal))
	}
	return b.String(), true
}

// template reads a text. One that is JSON becomes what it says, with places in
// this file: json_schema may be written so.
func (h *hclReader) template(t *hclsyntax.TemplateExpr, at document.Place) *document.Node {
	whole, ok := templateText(t)
	if !ok {
		return h.computed(at, "a text with ${…} in it")
	}
	if trimmed := strings.TrimSpace(whole); strings.HasPrefix(trimmed, "{") {
		inner, err := document.JSON(h.unit.file.Name, []byte(whole))
		if err != nil {
			bad := err.(*document.Error)
			h.reader.fail(h.inside(t, whole, bad.At), "This text is not JSON: "+bad.Reason+".")
			return text(whole, at)
		}
		inner.Move(func(p document.Place) document.Place { return h.inside(t, whole, p) })
		return inner
	}
	return text(whole, at)
}

// inside finds the place in the file of a place in a text. A heredoc has its
// lines in the file; in a quoted text all is on one.
func (h *hclReader) inside(t *hclsyntax.TemplateExpr, whole string, p document.Place) document.Place {
	start := t.SrcRange.Start
	source := h.unit.file.Data
	if t.SrcRange.Start.Byte >= len(source) || source[start.Byte] == '"' {
		return document.Place{File: h.unit.file.Name, Line: start.Line, Column: start.Column}
	}
	heredoc := strings.Split(string(source[start.Byte:min(t.SrcRange.End.Byte, len(source))]), "\n")
	lines := strings.Split(whole, "\n")
	if p.Line >= len(heredoc) || p.Line > len(lines) {
		return document.Place{File: h.unit.file.Name, Line: start.Line}
	}
	raw := strings.TrimSuffix(heredoc[p.Line], "\r")
	indent := max(len(raw)-len(strings.TrimSuffix(lines[p.Line-1], "\r")), 0)
	return document.Place{File: h.unit.file.Name, Line: start.Line + p.Line, Column: p.Column + indent}
}

func sortedAttributes(body *hclsyntax.Body) []*hclsyntax.Attribute {
	var all []*hclsyntax.Attribute
	for _, a := range body.Attributes {
		all = append(all, a)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].SrcRange.Start.Byte < all[j].SrcRange.Start.Byte })
	return all
}
