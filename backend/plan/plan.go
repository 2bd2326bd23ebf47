// Package plan is the team's tracking plan: what they agreed to send, and how
// an event is held against it.
//
// A plan is a list of rules, each a JSON Schema over a message. Package
// planfile reads the files teams keep; here every format has become one shape.
// The package is pure: it opens no file and decides nothing.
package plan

import (
	"strings"

	"sidetrack/backend/document"
)

// Call is the kind of call a rule is about.
type Call string

// The calls of a plan. Common rules hold for a message of any type.
const (
	Track    Call = "track"
	Identify Call = "identify"
	Group    Call = "group"
	Page     Call = "page"
	Screen   Call = "screen"
	Common   Call = "common"
)

// Section is where the fields of a call stand in a message: properties or
// traits.
func (c Call) Section() string {
	if c == Identify || c == Group {
		return "traits"
	}
	return "properties"
}

// Plan is what a team agreed to send.
type Plan struct {
	Name        string
	Description string
	Format      string   // what the file is, for people: "Segment Public API"
	Sources     []string // ids or names of the sources it is for; none: for all
	Rules       []*Rule
	Problems    []Problem
	Lint        map[string]bool // naming rules switched on or off by the plan

	// What is done on the way to destinations; nothing of it touches the log.
	Enforcement     []*Enforcement
	Transformations []*Transformation
}

// Rule is what is agreed about one call. Its identity is Call, Name and
// Version.
type Rule struct {
	Call        Call
	Name        string // event name of track; may be set for page and screen
	Version     int    // from 1
	Description string
	Labels      map[string]string
	Deprecated  bool
	Pages       bool // stands for page or screen calls: an event "Page Viewed"

	// Schema is a JSON Schema of the message as Segment lays it out: an object
	// with context, traits and properties. Its nodes keep the places they have
	// in their files.
	Schema *document.Node
	At     document.Place
}

// Problem is something in a plan that cannot be honoured, or is probably not
// meant.
type Problem struct {
	At       document.Place `json:"at"`
	Message  string         `json:"message" doc:"What is wrong and what happens instead"`
	Severity string         `json:"severity" enum:"error,warning" doc:"error: a rule, or a part of it, is not in force"`
}

// Fields returns the schema of a call's own fields: of properties for most,
// of traits for identify and group. It is nil when the rule says nothing.
func (r *Rule) Fields() *document.Node { return r.Schema.In("properties", r.Call.Section()) }

// Field is one planned property or trait.
type Field struct {
	Name        string // a dotted path; ".$" stands for the items of a list
	Types       []string
	Required    bool
	Description string
	Schema      *document.Node
	At          document.Place
}

// PlannedFields lists the planned properties or traits with what is nested in
// them, in the order of the file.
func (r *Rule) PlannedFields() []Field {
	var list []Field
	nested(r.Fields(), "", 0, &list)
	return list
}

const maxNesting = 32

func nested(schema *document.Node, under string, depth int, list *[]Field) {
	if schema == nil || depth > maxNesting {
		return
	}
	required := map[string]bool{}
	if names := schema.Get("required"); names.Is(document.Array) {
		for _, n := range names.Items {
			required[n.String()] = true
		}
	}
	if properties := schema.Get("properties"); properties != nil {
		for _, m := range properties.Members {
			*list = append(*list, Field{under + m.Key, TypesOf(m.Value), required[m.Key], m.Value.Get("description").String(), m.Value, m.KeyAt})
			nested(m.Value, under+m.Key+".", depth+1, list)
		}
	}
	if items := schema.Get("items"); items.Is(document.Object) {
		nested(items, strings.TrimSuffix(under, ".")+".$.", depth+1, list)
	}
}

// TypesOf returns the types a schema allows; none when it allows any.
func TypesOf(schema *document.Node) []string {
	t := schema.Get("type")
	switch {
	case t.Is(document.Text) && t.Text != "any":
		return []string{t.Text}
	case t.Is(document.Array):
		var list []string
		for _, item := range t.Items {
			if item.String() == "any" {
				return nil
			}
			list = append(list, item.String())
		}
		return list
	}
	return nil
}
