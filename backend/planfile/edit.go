package planfile

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"sidetrack/backend/document"
	"sidetrack/backend/fault"
	"sidetrack/backend/plan"
)

// Action is what an edit does.
type Action string

// The actions. What each needs is told at Edit.
const (
	Add    Action = "add"
	Change Action = "change"
	Remove Action = "remove"
	Rename Action = "rename"
)

// Edit is one change to a plan file: to an event, or to a property of it.
type Edit struct {
	Action   Action
	Call     plan.Call // empty: track
	Event    string    // empty for identify, group, and pages and screens of any name
	Version  int       // 0: the newest
	Property string    // a dotted path as plan.Field has it, or a finding's path; empty: the event itself

	// Of Add: the JSON Schema of the property, or of the event's properties or
	// traits; empty for any.
	Schema      json.RawMessage
	Description string // of Add, of an event
	Required    *bool  // of Add and Change, of a property

	// Of Change, nil where nothing is to change. No type allows any; "date-time"
	// is a type here. An empty list of values allows any.
	Types []string
	Enum  []json.RawMessage

	Name string // of Rename: the new name
}

func (e *Edit) call() plan.Call {
	if e.Call == "" {
		return plan.Track
	}
	return e.Call
}

// editable is a text that is changed a step at a time. A path leads from the
// root by keys and, in lists, by indices.
type editable interface {
	root() *document.Node
	bytes() []byte
	// set puts a value where the path leads; what lacks on the way is made.
	set(path []string, value *document.Node) error
	// append adds to a list.
	append(path []string, value *document.Node) error
	remove(path []string) error
	rename(path []string, key string) error
}

// Apply changes a file of a plan and leaves every other byte as it was. It
// knows our own YAML and the JSON formats; format is Plan.Format. The kind of
// the error tells what is wrong: what is to be changed is not there (NotFound),
// what is to be added is (Conflict), or it cannot be done here (Invalid).
func Apply(f File, format string, e Edit) ([]byte, error) {
	p, err := Read([]File{f})
	if err != nil {
		return nil, fault.New(fault.Invalid, "the plan cannot be read: %w", err)
	}
	if e.Action == Rename && e.Name == "" {
		return nil, fault.New(fault.Invalid, "the new name is empty")
	}
	if !utf8.ValidString(e.Event + "\x00" + e.Property + "\x00" + e.Name + "\x00" + e.Description) {
		return nil, fault.New(fault.Invalid, "a name is not UTF-8")
	}
	var changed []byte
	switch {
	case p.Format != format:
		return nil, fault.New(fault.Invalid, "%s is %s, not %s", f.Name, p.Format, format)
	case format == Sidetrack:
		changed, err = editOwn(f, e)
	case jsonFormats[format] && looksLikeJSON(f.Data):
		changed, err = editJSON(f, format, p, e)
	default:
		return nil, fault.New(fault.Invalid, "Sidetrack does not change plans in the format %s. Change %s where it comes from, or make Sidetrack's own of it: sidetrack plan convert %s --to sidetrack", format, f.Name, f.Name)
	}
	if err != nil {
		return nil, err
	}
	if _, err := Read([]File{{f.Name, changed}}); err != nil {
		return nil, fault.New(fault.Internal, "the change would leave a plan that cannot be read: %w", err)
	}
	return changed, nil
}

var jsonFormats = map[string]bool{SegmentPublic: true, SegmentConfig: true, Typewriter: true, Avo: true, SelfDescribed: true, PlainSchema: true, RudderAPI: true}

func looksLikeJSON(data []byte) bool {
	text := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	return len(text) > 0 && (text[0] == '{' || text[0] == '[')
}

// RuleOf returns the rule of a plan that an edit is about; nil when there is
// none.
func RuleOf(p *plan.Plan, e Edit) *plan.Rule { return findRule(p, e) }

// findRule is the rule an edit is about; nil when there is none.
func findRule(p *plan.Plan, e Edit) *plan.Rule {
	var found *plan.Rule
	for _, r := range p.Rules {
		if r.Call != e.call() || r.Name != e.Event {
			continue
		}
		if e.Version == r.Version || e.Version == 0 && (found == nil || r.Version > found.Version) {
			found = r
		}
	}
	return found
}

func (e *Edit) noRule() error {
	return fault.New(fault.NotFound, "the plan has no rule for %s", (&plan.Rule{Call: e.call(), Name: e.Event, Version: e.Version}).Label())
}

func (e *Edit) noProperty() error {
	return fault.New(fault.NotFound, "the rule for %s has no property %s", (&plan.Rule{Call: e.call(), Name: e.Event}).Label(), e.Property)
}

func (e *Edit) exists(what string) error {
	return fault.New(fault.Conflict, "%s is in the plan already", what)
}

// steps is the property's path by names; "$" stands for the items of a list.
// A finding's path begins with a slash and the section and has an item's number.
func (e *Edit) steps(fields *document.Node) []string {
	if !strings.HasPrefix(e.Property, "/") {
		if fields.In("properties", e.Property) != nil {
			return []string{e.Property} // a name with a dot in it
		}
		return pathSteps(e.Property)
	}
	var steps []string
	schema := fields
	for i, step := range strings.Split(e.Property, "/")[1:] {
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		if i == 0 && (step == "properties" || step == "traits") {
			continue
		}
		if _, err := strconv.Atoi(step); err == nil && schema.Get("items") != nil && schema.In("properties", step) == nil {
			step = "$"
		}
		steps = append(steps, step)
		if step == "$" {
			schema = schema.Get("items")
		} else {
			schema = schema.In("properties", step)
		}
	}
	return steps
}

// propertySchema reads the schema of an edit.
func (e *Edit) propertySchema() (*document.Node, error) {
	if len(bytes.TrimSpace(e.Schema)) == 0 {
		return &document.Node{Kind: document.Object}, nil
	}
	n, err := document.JSON("the schema", e.Schema)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the schema is not JSON: %w", err)
	}
	if !n.Is(document.Object) {
		return nil, fault.New(fault.Invalid, "the schema is %s, not an object", n.Kind)
	}
	return n, nil
}

// enumNode is the list of values of an edit; nil when there are none.
func (e *Edit) enumNode() (*document.Node, error) {
	if len(e.Enum) == 0 {
		return nil, nil
	}
	values := &document.Node{Kind: document.Array}
	for _, raw := range e.Enum {
		v, err := document.JSON("the values", raw)
		if err != nil {
			return nil, fault.New(fault.Invalid, "a value is not JSON: %w", err)
		}
		values.Items = append(values.Items, v)
	}
	return values, nil
}

// typesNode is the type of an edit, one name alone as text, and the format it
// brings; nil for any.
func (e *Edit) typesNode() (types, format *document.Node, err error) {
	names := &document.Node{Kind: document.Array}
	for _, t := range e.Types {
		known, brings, err := dataType(cell{text: t})
		if err != nil {
			return nil, nil, fault.New(fault.Invalid, "%q is no type: %s are", t, typesExpected)
		}
		for _, name := range known {
			names.Items = append(names.Items, text(name, document.Place{}))
		}
		if brings != "" {
			format = text(brings, document.Place{})
		}
	}
	switch len(names.Items) {
	case 0:
		return nil, nil, nil
	case 1:
		return names.Items[0], format, nil
	}
	return names, format, nil
}
