package draft

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
	"sidetrack/backend/schema"
)

// Departure is a violation or something unplanned, and what is known of it.
type Departure struct {
	Judge   *plan.Judge
	Key     plan.ViolationKey
	Finding event.Finding // of a stored event; zero when there is none any more
	Sent    []string      // values that were sent, as JSON, perhaps cut
	Seen    *schema.Tally // of the event, from all its sources; nil when not counted
}

// Suggestion is one way to make it right in the plan.
type Suggestion struct {
	Title string // for a button
	Words string // what it does, and what of
	Edits []planfile.Edit
}

// Suggest answers the edits after which the plan would have nothing against a
// departure, the likeliest first, or why there is none.
func Suggest(d Departure) (list []Suggestion, why string) {
	if d.Key.Code == "plan.unplanned_event" {
		return d.unplannedEvent(), ""
	}
	rule := d.Judge.RuleOf(d.Key.Call, d.Key.Event, d.Key.Version)
	switch {
	case strings.HasPrefix(d.Finding.Message, "By the common rule: "):
		return nil, "It is a common rule that says so, for messages of every kind. Change it by hand" + at(d.Finding.Rule) + "."
	case rule == nil:
		return nil, "The plan has no rule for it any more."
	case plan.PropertyOf(d.Key.Path) == "":
		return nil, "It is about no property, so it has to be changed by hand" + at(d.Finding.Rule) + "."
	}
	p := property{Departure: d, rule: rule, name: plan.PropertyOf(d.Key.Path)}
	for _, f := range rule.PlannedFields() {
		if f.Name == p.name {
			p.field = &f
		}
	}
	switch d.Key.Code {
	case "plan.unplanned_property", "plan.property_not_allowed":
		return p.unplanned(), ""
	case "plan.missing_property":
		return p.missing(), ""
	case "plan.value_not_allowed":
		return p.values()
	case "plan.wrong_type":
		return p.types()
	case "plan.format":
		return p.format()
	}
	return nil, "What the plan wants is more than a list or a type: " + d.Finding.Wants + ". Change it by hand" + at(d.Finding.Rule) + "."
}

func at(rule string) string {
	if rule == "" {
		return ""
	}
	return ", at " + rule
}

func (d Departure) unplannedEvent() []Suggestion {
	e := planfile.Edit{Action: planfile.Add, Call: plan.Track, Event: d.Key.Event}
	words := fmt.Sprintf("Adds %q as it was sent", d.Key.Event)
	if d.Seen != nil && d.Seen.Events > 0 {
		n := &notes{}
		fields := (&drafter{call: d.Key.Call, event: d.Key.Event, events: d.Seen.Events, notes: n}).fields(d.Seen)
		e.Schema = json.RawMessage(fields.AppendJSON(nil))
		words += fmt.Sprintf(", with %s of %s", properties(fields), count(int(d.Seen.Events), "event"))
	}
	list := []Suggestion{{"Add to plan", words + ".", []planfile.Edit{e}}}
	if near := d.Finding.Nearest; near != "" {
		list = append(list, Suggestion{"Rename in plan", fmt.Sprintf("Calls the planned %q %q instead, for an app that sends it by this name everywhere.", near, d.Key.Event),
			[]planfile.Edit{{Action: planfile.Rename, Call: plan.Track, Event: near, Name: d.Key.Event}}})
	}
	return list
}

func properties(fields *document.Node) string {
	n := 0
	if p := fields.Get("properties"); p != nil {
		n = len(p.Members)
	}
	if n == 1 {
		return "1 property"
	}
	return fmt.Sprintf("%d properties", n)
}

// property is a departure of one property or trait.
type property struct {
	Departure
	rule  *plan.Rule
	name  string
	field *plan.Field // nil when it is not planned
}

// edit begins an edit of the property. The path of a finding is taken where
// there is one, for a name may have dots in it.
func (p *property) edit(a planfile.Action) planfile.Edit {
	where := p.Finding.Path
	if where == "" {
		where = strings.ReplaceAll(p.Key.Path, "/*", "/0")
	}
	return planfile.Edit{Action: a, Call: p.rule.Call, Event: p.rule.Name, Version: p.rule.Version, Property: where}
}

func (p *property) seen() *schema.Property {
	if p.Seen == nil {
		return nil
	}
	return p.Seen.Properties[p.name]
}

// drafted is the schema of the property as it was sent.
func (p *property) drafted() *document.Node {
	if p.seen() == nil {
		return object()
	}
	root := &field{}
	grow(root, p.Seen.Properties)
	d := &drafter{call: p.Key.Call, event: p.Key.Event, events: p.Seen.Events, notes: &notes{}}
	if f := root.find(p.name); f != nil {
		return d.schema(f, strings.Contains(p.name, ".$"))
	}
	return object()
}

func (f *field) find(path string) *field {
	if f.seen != nil && f.path == path {
		return f
	}
	inner := f.inside
	if f.items != nil {
		inner = append(slices.Clone(inner), f.items)
	}
	for _, c := range inner {
		if found := c.find(path); found != nil {
			return found
		}
	}
	return nil
}

func (p *property) unplanned() []Suggestion {
	add := p.edit(planfile.Add)
	schema := p.drafted()
	add.Schema = json.RawMessage(schema.AppendJSON(nil))
	words := "Adds `" + p.name + "`"
	if types := typeWords(schema); types != "" {
		words += " as " + types + ", which is how it was sent"
	}
	list := []Suggestion{{"Add to plan", words + ". It need not be sent.", []planfile.Edit{add}}}
	if near := p.Finding.Nearest; near != "" {
		list = append(list, p.rename(sibling(add.Property, near), last(p.Key.Path), near))
	}
	return list
}

func typeWords(schema *document.Node) string {
	t := schema.Get("type")
	if t.Is(document.Text) {
		return t.Text
	}
	var list []string
	if t != nil {
		for _, item := range t.Items {
			list = append(list, item.Text)
		}
	}
	return strings.Join(list, " or ")
}

// rename makes the plan say the name that is sent.
func (p *property) rename(where, sent, planned string) Suggestion {
	e := p.edit(planfile.Rename)
	e.Property, e.Name = where, sent
	return Suggestion{"Rename in plan", fmt.Sprintf("Calls `%s` `%s` instead, for an app that sends it by this name everywhere.", planned, sent), []planfile.Edit{e}}
}

// last is the name a pointer ends with, sibling the pointer to another name
// beside it.
func last(pointer string) string {
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(pointer[strings.LastIndexByte(pointer, '/')+1:])
}

func sibling(pointer, name string) string {
	return pointer[:strings.LastIndexByte(pointer, '/')+1] + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

func (p *property) missing() []Suggestion {
	var list []Suggestion
	e := p.edit(planfile.Change)
	if near := p.Finding.Nearest; near != "" {
		list = append(list, p.rename(e.Property, near, last(p.Key.Path)))
	}
	no := false
	e.Required = &no
	return append(list, Suggestion{"Make it optional", "Does not require `" + p.name + "` any more.", []planfile.Edit{e}})
}

// values suggests to allow what was sent beside the planned values.
func (p *property) values() ([]Suggestion, string) {
	if p.field == nil || !p.field.Schema.Get("enum").Is(document.Array) {
		return nil, "The plan has no list of values there that could be longer. Change it by hand" + at(p.Finding.Rule) + "."
	}
	e := p.edit(planfile.Change)
	for _, n := range p.field.Schema.Get("enum").Items {
		e.Enum = append(e.Enum, n.AppendJSON(nil))
	}
	planned := len(e.Enum)
	var words []string
	for _, v := range p.sentValues() {
		if !slices.ContainsFunc(e.Enum, func(have json.RawMessage) bool { return string(have) == v }) {
			e.Enum = append(e.Enum, json.RawMessage(v))
			words = append(words, v)
		}
	}
	if len(e.Enum) == planned {
		return nil, "No value that was sent is known any more."
	}
	title := "Allow value"
	if len(words) > 1 {
		title = "Allow values"
	}
	return []Suggestion{{title, "Allows " + some(words) + " for `" + p.name + "`, beside what the plan lists.", []planfile.Edit{e}}}, ""
}

// sentValues lists what was sent, as JSON: all there is when it is few.
func (p *property) sentValues() (list []string) {
	if s := p.seen(); s != nil && !s.Many {
		for _, v := range s.Values {
			list = append(list, v.JSON)
		}
	}
	for _, v := range append(slices.Clone(p.Sent), p.Finding.Sent) {
		if json.Valid([]byte(v)) && !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

// types suggests to allow the types that were sent beside the planned ones.
func (p *property) types() ([]Suggestion, string) {
	if p.field == nil || len(p.field.Types) == 0 {
		return nil, "The plan's type is not where it could be changed. Change it by hand" + at(p.Finding.Rule) + "."
	}
	e := p.edit(planfile.Change)
	e.Types = slices.Clone(p.field.Types)
	if i := slices.Index(e.Types, "string"); i >= 0 && p.field.Schema.Get("format").String() == "date-time" {
		e.Types[i] = "date-time"
	}
	var words []string
	for _, t := range p.sentTypes() {
		fits := slices.Contains(p.field.Types, t) || t == "integer" && slices.Contains(e.Types, "number")
		if !fits && !slices.Contains(e.Types, t) {
			if i := slices.Index(e.Types, "integer"); i >= 0 && t == "number" {
				e.Types[i] = t // which is wider
			} else {
				e.Types = append(e.Types, t)
			}
			words = append(words, t)
		}
	}
	if len(words) == 0 {
		return nil, "No value that was sent is known any more."
	}
	title := "Allow " + strings.Join(words, ", ")
	return []Suggestion{{title, "Takes " + strings.Join(e.Types, " or ") + " for `" + p.name + "`. Reports have to cope with both.", []planfile.Edit{e}}}, ""
}

// sentTypes lists the types that were sent, widest numbers first.
func (p *property) sentTypes() (list []string) {
	if s := p.seen(); s != nil {
		counts := s.TypeCounts()
		for _, t := range []string{"string", "number", "integer", "boolean", "array", "object", "null"} {
			if counts[t] > 0 {
				list = append(list, t)
			}
		}
	}
	if len(list) == 0 {
		for _, v := range append(slices.Clone(p.Sent), p.Finding.Sent) {
			if t := kind(v); t != "" && !slices.Contains(list, t) {
				list = append(list, t)
			}
		}
	}
	return list
}

// kind is the type of a JSON text that may be cut.
func kind(text string) string {
	switch {
	case text == "":
		return ""
	case text[0] == '"':
		return "string"
	case text[0] == '{':
		return "object"
	case text[0] == '[':
		return "array"
	case text == "true" || text == "false":
		return "boolean"
	case text == "null":
		return "null"
	case strings.ContainsAny(text, ".eE"):
		return "number"
	}
	return "integer"
}

// format suggests to take any text.
func (p *property) format() ([]Suggestion, string) {
	if p.field == nil || len(p.field.Types) == 0 || !slices.Contains([]string{"date-time", "date"}, p.field.Schema.Get("format").String()) {
		return nil, "The plan's format is not one that could be changed here. Change it by hand" + at(p.Finding.Rule) + "."
	}
	e := p.edit(planfile.Change)
	e.Types = slices.Clone(p.field.Types)
	return []Suggestion{{"Allow any text", "Takes any text for `" + p.name + "`, whether it is a time or not.", []planfile.Edit{e}}}, ""
}
