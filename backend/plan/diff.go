package plan

import (
	"fmt"
	"sort"

	"sidetrack/backend/document"
)

// Change is one difference between two plans. It is breaking when what fitted
// the one before may not fit the one after, or is not looked for any more.
type Change struct {
	Breaking bool           `json:"breaking"`
	Kind     string         `json:"kind" doc:"event_removed, property_required, type_narrowed and so on; docs/plan-cli.md lists them"`
	Call     Call           `json:"call"`
	Event    string         `json:"event" doc:"Empty for calls without a name"`
	Version  int            `json:"version"`
	Property string         `json:"property" doc:"A dotted path; .$ stands for the items of a list; empty for the event"`
	Message  string         `json:"message"`
	Before   document.Place `json:"before"`
	After    document.Place `json:"after"`
}

// ChangeKind is one kind of change.
type ChangeKind struct {
	Kind        string
	Breaking    bool
	Explanation string
}

// ChangeKinds returns the table of them.
func ChangeKinds() []ChangeKind {
	return []ChangeKind{
		{"event_removed", true, "An event is not planned any more."},
		{"version_removed", true, "A version of an event is not planned any more."},
		{"property_removed", true, "A property is not planned any more."},
		{"property_required", true, "A property has to be sent that did not have to be."},
		{"type_narrowed", true, "A type is not taken any more."},
		{"values_narrowed", true, "A value is not taken any more."},
		{"limit_narrowed", true, "A range, length, pattern or format takes less, or something else."},
		{"names_closed", true, "Names that are not planned are forbidden now."},
		{"condition_changed", true, "A condition says something else; whether it takes less is not known."},
		{"event_added", false, "An event is planned."},
		{"version_added", false, "A version of an event is planned."},
		{"property_added", false, "A property is planned, and need not be sent."},
		{"property_optional", false, "A property need not be sent any more."},
		{"type_widened", false, "More types are taken."},
		{"values_widened", false, "More values are taken."},
		{"limit_widened", false, "A range, length, pattern or format takes more."},
		{"names_opened", false, "Names that are not planned are allowed now."},
		{"event_deprecated", false, "An event is deprecated, or is not any more."},
		{"description_changed", false, "A description says something else."},
	}
}

// Diff returns what changed from one plan to another, breaking changes first.
func Diff(before, after *Plan) []Change {
	d := &differ{breaking: map[string]bool{}}
	for _, k := range ChangeKinds() {
		d.breaking[k.Kind] = k.Breaking
	}
	old, fresh := byCall(before), byCall(after)
	for _, k := range sortedKeys(old, fresh) {
		d.call(k, old[k], fresh[k])
	}
	sort.SliceStable(d.found, func(a, b int) bool { return d.found[a].Breaking && !d.found[b].Breaking })
	return d.found
}

type differ struct {
	breaking map[string]bool
	found    []Change
	old, now *Rule // that are compared
}

// byCall groups the rules of a plan, the oldest version first.
func byCall(p *Plan) map[key][]*Rule {
	groups := map[key][]*Rule{}
	for _, r := range p.Rules {
		groups[key{r.Call, r.Name}] = append(groups[key{r.Call, r.Name}], r)
	}
	for _, rules := range groups {
		sort.SliceStable(rules, func(a, b int) bool { return rules[a].Version < rules[b].Version })
	}
	return groups
}

func sortedKeys(maps ...map[key][]*Rule) []key {
	var list []key
	seen := map[key]bool{}
	for _, m := range maps {
		for k := range m {
			if !seen[k] {
				seen[k] = true
				list = append(list, k)
			}
		}
	}
	sort.Slice(list, func(a, b int) bool {
		return list[a].name < list[b].name || list[a].name == list[b].name && list[a].call < list[b].call
	})
	return list
}

func (d *differ) add(kind, property string, before, after *document.Node, format string, args ...any) {
	c := Change{Breaking: d.breaking[kind], Kind: kind, Property: property, Message: fmt.Sprintf(format, args...)}
	about := d.now
	if about == nil {
		about = d.old
	}
	c.Call, c.Event, c.Version = about.Call, about.Name, about.Version
	if d.old != nil {
		c.Before = d.old.At
	}
	if d.now != nil {
		c.After = d.now.At
	}
	if before != nil {
		c.Before = before.At
	}
	if after != nil {
		c.After = after.At
	}
	d.found = append(d.found, c)
}

// call compares the rules of one call and name. Where each plan has one
// version, its number does not matter.
func (d *differ) call(k key, before, after []*Rule) {
	if len(before) == 0 || len(after) == 0 {
		d.whole(before, after)
		return
	}
	if len(before) == 1 && len(after) == 1 {
		d.rule(before[0], after[0])
		return
	}
	versions := map[int]*Rule{}
	for _, r := range after {
		versions[r.Version] = r
	}
	for _, r := range before {
		now := versions[r.Version]
		delete(versions, r.Version)
		if now != nil {
			d.rule(r, now)
			continue
		}
		d.old, d.now = r, nil
		d.add("version_removed", "", nil, nil, "Version %d is gone. Calls that name it are held against the oldest that is left.", r.Version)
	}
	for _, r := range after {
		if versions[r.Version] != nil {
			d.old, d.now = nil, r
			d.add("version_added", "", nil, nil, "Version %d is new.", r.Version)
		}
	}
}

func (d *differ) whole(before, after []*Rule) {
	if len(after) == 0 {
		d.old, d.now = before[0], nil
		d.add("event_removed", "", nil, nil, "It is gone. Sent all the same, it is not planned.")
		return
	}
	d.old, d.now = nil, after[0]
	if after[0].Call == Common {
		d.add("condition_changed", "", nil, nil, "A rule for every message is new.")
		return
	}
	d.add("event_added", "", nil, nil, "It is new.")
}

func (d *differ) rule(before, after *Rule) {
	d.old, d.now = before, after
	if before.Deprecated != after.Deprecated {
		text := "It is deprecated now."
		if before.Deprecated {
			text = "It is not deprecated any more."
		}
		d.add("event_deprecated", "", nil, nil, "%s", text)
	}
	if before.Description != after.Description {
		d.add("description_changed", "", nil, nil, "It is described otherwise.")
	}
	d.schema(before.Fields(), after.Fields(), "", 0)
	d.surroundings(before, after)
}

// surroundings compares what a rule says beside its fields: about context, or
// the whole message.
func (d *differ) surroundings(before, after *Rule) {
	section := before.Call.Section()
	if before.Call == Common {
		section = ""
	}
	a, b := outside(before.Schema, section), outside(after.Schema, section)
	if a != b {
		d.add("condition_changed", "", before.Schema, after.Schema, "What the rule says of the message beside its %s is not the same.", before.Call.Section())
	}
}

// outside writes a schema of a message without a section, and without what
// constrains nothing: an order of keys, empty schemas, the section itself being
// required.
func outside(schema *document.Node, section string) string {
	root, ok := schema.Value().(map[string]any)
	if !ok {
		return ""
	}
	for _, quiet := range annotations {
		delete(root, quiet)
	}
	delete(root, "type")
	if required, ok := root["required"].([]any); ok && len(required) == 1 && required[0] == section || ok && len(required) == 0 {
		delete(root, "required")
	}
	if properties, ok := root["properties"].(map[string]any); ok {
		delete(properties, section)
		for name, inner := range properties {
			if m, ok := inner.(map[string]any); ok && (len(m) == 0 || len(m) == 1 && m["type"] != nil) {
				delete(properties, name)
			}
		}
		if len(properties) == 0 {
			delete(root, "properties")
		}
	}
	return fmt.Sprint(root) // maps are printed in order of their keys
}

// property names a property in a sentence.
func property(path string) string {
	if path == "" {
		return "The call"
	}
	return code(path)
}
