package plan

import (
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"sidetrack/backend/document"
)

// Judge holds events against a plan. It is made once per plan and may be used
// by many goroutines.
type Judge struct {
	plan   *Plan
	events map[key][]*judged // of one call and name, oldest version first
	common []*judged
	names  []string // of planned track events, for the nearest one
}

type key struct {
	call Call
	name string
}

// judged is a rule made ready.
type judged struct {
	*Rule
	schema  *jsonschema.Schema
	fields  *fieldSet // what is planned inside properties or traits
	planned []Field   // the same in the order of the file
	needs   map[string]bool
}

// NewJudge makes a plan ready. A rule that cannot be honoured is left out, or
// its unusable part is, and said in the plan's Problems, which it adds to.
func NewJudge(p *Plan) *Judge {
	j := &Judge{plan: p, events: map[key][]*judged{}}
	for i, r := range p.Rules {
		ready, err := j.ready(r, i)
		if err != nil {
			p.Problems = append(p.Problems, Problem{r.At, fmt.Sprintf("The rule for %s is not in force: %v.", r.Label(), err), "error"})
			continue
		}
		if r.Call == Common {
			j.common = append(j.common, ready)
			continue
		}
		k := key{r.Call, r.Name}
		j.events[k] = append(j.events[k], ready)
		if r.Call == Track && len(j.events[k]) == 1 {
			j.names = append(j.names, r.Name)
		}
	}
	for _, versions := range j.events {
		sort.SliceStable(versions, func(a, b int) bool { return versions[a].Version < versions[b].Version })
	}
	sort.Strings(j.names)
	return j
}

// Plan returns the plan that is judged by.
func (j *Judge) Plan() *Plan { return j.plan }

// Label names a rule for people: `Order Completed`, identify.
func (r *Rule) Label() string {
	if r.Name == "" {
		return string(r.Call) + " calls"
	}
	if r.Version > 1 {
		return fmt.Sprintf("%q (version %d)", r.Name, r.Version)
	}
	return fmt.Sprintf("%q", r.Name)
}

const schemaURL = "plan:///"

// ready compiles a rule's schema. Segment's validator is lenient where JSON
// Schema's is not: "any" is a type, an unusable pattern is dropped.
func (j *Judge) ready(r *Rule, n int) (*judged, error) {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7)
	c.AssertFormat()
	c.UseLoader(noLoader{})
	url := schemaURL + strconv.Itoa(n)
	fixed := (&fixer{plan: j.plan, rule: r}).schema(r.Schema)
	if err := c.AddResource(url, fixed); err != nil {
		return nil, fmt.Errorf("its schema cannot be read: %w", err)
	}
	compiled, err := c.Compile(url)
	if err != nil {
		return nil, fmt.Errorf("its schema is not a JSON Schema: %s", firstLine(err))
	}
	return &judged{Rule: r, schema: compiled, fields: newFieldSet(r.Fields()), planned: r.PlannedFields(), needs: needs(fixed)}, nil
}

func firstLine(err error) string {
	lines := strings.Split(strings.TrimSpace(err.Error()), "\n")
	return strings.ReplaceAll(strings.TrimPrefix(strings.TrimSpace(lines[len(lines)-1]), "- "), schemaURL, "rule ")
}

// noLoader refuses every reference to another place: a plan reaches nothing.
type noLoader struct{}

func (noLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("it refers to %s, and nothing outside the plan is fetched", strings.TrimPrefix(url, schemaURL))
}

// fixer turns a schema as teams write it into one a validator takes.
type fixer struct {
	plan *Plan
	rule *Rule
}

// maps are the keywords whose members are schemas; data are those whose value
// is no schema.
var (
	mapKeywords  = map[string]bool{"properties": true, "patternProperties": true, "definitions": true, "$defs": true, "dependencies": true, "dependentSchemas": true}
	dataKeywords = map[string]bool{"enum": true, "const": true, "default": true, "examples": true, "required": true, "labels": true}
)

func (f *fixer) schema(n *document.Node) any {
	if !n.Is(document.Object) {
		return n.Value()
	}
	out := make(map[string]any, len(n.Members))
	for _, m := range n.Members {
		switch {
		case m.Key == "type":
			if types := f.types(m.Value); types != nil {
				out["type"] = types
			}
		case m.Key == "pattern":
			if _, err := regexp.Compile(m.Value.String()); err != nil || !m.Value.Is(document.Text) {
				f.problem(m.Value, "The pattern %s is not in force: it is no RE2 expression (%s). RE2 has no look-ahead, look-behind or back reference.", m.Value.Text, reason(err))
				continue
			}
			out["pattern"] = m.Value.Text
		case m.Key == "required" && !m.Value.Is(document.Array), m.Key == "id", m.Key == "$id":
			// required: true inside a property is draft-03; ids would move references.
		case dataKeywords[m.Key]:
			out[m.Key] = m.Value.Value()
		case mapKeywords[m.Key] && m.Value.Is(document.Object):
			members := make(map[string]any, len(m.Value.Members))
			for _, c := range m.Value.Members {
				members[c.Key] = f.schema(c.Value)
			}
			out[m.Key] = members
		case m.Value.Is(document.Array):
			list := make([]any, len(m.Value.Items))
			for i, item := range m.Value.Items {
				list[i] = f.schema(item)
			}
			out[m.Key] = list
		default:
			out[m.Key] = f.schema(m.Value)
		}
	}
	return out
}

func reason(err error) string {
	if err == nil {
		return "it is not text"
	}
	return strings.TrimPrefix(err.Error(), "error parsing regexp: ")
}

var jsonTypes = map[string]bool{"null": true, "boolean": true, "object": true, "array": true, "number": true, "string": true, "integer": true}

// types returns the types to hold a value against; nil for any.
func (f *fixer) types(n *document.Node) any {
	names := []*document.Node{n}
	if n.Is(document.Array) {
		names = n.Items
	}
	list, seen := []any{}, map[string]bool{}
	for _, name := range names {
		switch t := name.String(); {
		case t == "any":
			return nil
		case !jsonTypes[t]:
			f.problem(name, "The type %q is not in force: JSON Schema knows null, boolean, object, array, number, integer and string.", name.Text)
			return nil
		case !seen[t]:
			seen[t] = true
			list = append(list, t)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return list
}

func (f *fixer) problem(n *document.Node, format string, args ...any) {
	f.plan.Problems = append(f.plan.Problems, Problem{n.At, fmt.Sprintf(format, args...), "error"})
}

// needs returns the members of a message that a schema looks into, nil for all
// of them. Most rules look into properties only, and the rest of the message
// need not be decoded then.
func needs(schema any) map[string]bool {
	root, _ := schema.(map[string]any)
	properties, _ := root["properties"].(map[string]any)
	for keyword := range root {
		switch keyword {
		case "properties", "required", "type", "title", "description", "labels", "$schema", "definitions", "$comment":
		default:
			return nil
		}
	}
	looked := map[string]bool{}
	for name, sub := range properties {
		if m, ok := sub.(map[string]any); !ok || len(m) > 0 {
			looked[name] = true
		}
	}
	return looked
}
