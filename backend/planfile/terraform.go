package planfile

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"sidetrack/backend/document"
)

// Terraform's segment_tracking_plan (registry.terraform.io, segmentio/segment)
// and segment_tracking_plan_rules, and the older provider's resource of the
// same name with rules_json_file. Nothing is run: what Terraform would have to
// compute is told.

var planResources = map[string]bool{"segment_tracking_plan": true, "segment_tracking_plan_rules": true, "tracking_plan": true}

func isTerraform(u *unit) bool {
	if u.node != nil {
		return u.node.In("resource", "segment_tracking_plan").Is(document.Object)
	}
	return u.body != nil && len(planBlocks(u.body)) > 0
}

func planBlocks(body *hclsyntax.Body) []*hclsyntax.Block {
	var blocks []*hclsyntax.Block
	for _, b := range body.Blocks {
		if b.Type == "resource" && len(b.Labels) == 2 && planResources[b.Labels[0]] {
			blocks = append(blocks, b)
		}
	}
	return blocks
}

func readTerraform(r *reader, units []*unit) error {
	locals := map[string]local{}
	for _, u := range r.units {
		if u.body == nil {
			continue
		}
		for _, b := range u.body.Blocks {
			if b.Type == "locals" {
				for name, a := range b.Body.Attributes {
					locals[name] = local{u, a.Expr}
				}
			}
		}
	}
	for _, u := range units {
		if u.node != nil {
			if err := r.terraformJSON(u); err != nil {
				return err
			}
			continue
		}
		h := hclReader{reader: r, unit: u, locals: locals}
		for _, b := range planBlocks(u.body) {
			if err := h.resource(b); err != nil {
				return err
			}
		}
	}
	return nil
}

// resource reads one plan.
func (h *hclReader) resource(b *hclsyntax.Block) error {
	attribute := func(name string) *document.Node {
		if a := b.Body.Attributes[name]; a != nil {
			return h.expression(a.Expr, 0)
		}
		return nil
	}
	name := attribute("name")
	if name == nil {
		name = attribute("display_name")
	}
	h.reader.named(name, attribute("description"))
	if b.Body.Attributes["rules_json_file"] != nil {
		n, err := h.reader.embedded(attribute("rules_json_file"))
		if err != nil {
			return err
		}
		if !isConfigRules(n) {
			return &document.Error{At: h.place(b.Body.Attributes["rules_json_file"].SrcRange.Start), Reason: "the rules are not there", Expected: "JSON with a list of events"}
		}
		return h.reader.configRules(n)
	}
	rules := attribute("rules")
	if rules == nil {
		rules = &document.Node{Kind: document.Array}
	}
	for _, inner := range b.Body.Blocks {
		if inner.Type == "rules" || inner.Type == "rule" {
			n := object(h.place(inner.TypeRange.Start))
			for _, a := range sortedAttributes(inner.Body) {
				n.Members = append(n.Members, document.Member{Key: a.Name, KeyAt: h.place(a.NameRange.Start), Value: h.expression(a.Expr, 0)})
			}
			rules.Items = append(rules.Items, n)
		}
	}
	if !rules.Is(document.Array) {
		return &document.Error{At: rules.At, Reason: "rules is " + rules.Kind.String(), Expected: "a list of objects with key, type, version and json_schema"}
	}
	return h.reader.terraformRules(rules.Items)
}

func (r *reader) terraformRules(rules []*document.Node) error {
	for _, rule := range rules {
		if !rule.Is(document.Object) {
			if rule.Is(document.Null) {
				continue // told already: it has to be computed
			}
			return &document.Error{At: rule.At, Reason: "a rule is " + rule.Kind.String(), Expected: "an object with key, type, version and json_schema"}
		}
		if rule.Get("json_schema") == nil {
			return &document.Error{At: rule.At, Reason: "this rule has no json_schema", Expected: "json_schema = jsonencode({ … })"}
		}
		if err := r.publicRule(rule, false); err != nil {
			return err
		}
	}
	return nil
}

// terraformJSON reads Terraform's other syntax (.tf.json).
func (r *reader) terraformJSON(u *unit) error {
	for _, m := range u.node.In("resource", "segment_tracking_plan").Members {
		r.named(m.Value.Get("name"), m.Value.Get("description"))
		if rules := m.Value.Get("rules"); rules.Is(document.Array) {
			if err := r.terraformRules(rules.Items); err != nil {
				return err
			}
		}
	}
	return nil
}

// loadedByTerraform lists the files that plans load with file().
func loadedByTerraform(body *hclsyntax.Body) []string {
	var names []string
	walk := func(n hclsyntax.Node) {
		call, ok := n.(*hclsyntax.FunctionCallExpr)
		if ok && call.Name == "file" && len(call.Args) == 1 {
			if name, ok := fileName(call.Args[0]); ok {
				names = append(names, name)
			}
		}
	}
	for _, b := range body.Blocks {
		if b.Type == "locals" || b.Type == "resource" && len(b.Labels) > 0 && planResources[b.Labels[0]] {
			_ = hclsyntax.VisitAll(b.Body, func(n hclsyntax.Node) (diags hclDiagnostics) { walk(n); return nil })
		}
	}
	return names
}

// fileName is the argument of file(): text, perhaps after ${path.module}.
func fileName(e hclsyntax.Expression) (string, bool) {
	template, ok := e.(*hclsyntax.TemplateExpr)
	if !ok {
		return "", false
	}
	var b strings.Builder
	for i, part := range template.Parts {
		switch p := part.(type) {
		case *hclsyntax.LiteralValueExpr:
			b.WriteString(literalText(p))
		case *hclsyntax.ScopeTraversalExpr:
			if name := traversalName(p.Traversal); i > 0 || name != "path.module" && name != "path.root" {
				return "", false
			}
			b.WriteByte('.')
		default:
			return "", false
		}
	}
	return b.String(), true
}

// load is the file that file() names.
func (h *hclReader) load(call *hclsyntax.FunctionCallExpr) *document.Node {
	at := h.place(call.NameRange.Start)
	name, ok := fileName(call.Args[0])
	if !ok {
		return h.computed(at, "this file's name")
	}
	u := h.reader.unit(h.unit.beside(name))
	if u == nil || u.node == nil {
		h.reader.fail(at, fmt.Sprintf("%s is not among the files of the plan, so this rule is not in force.", h.unit.beside(name)))
		return &document.Node{Kind: document.Null, At: at}
	}
	return u.node
}
