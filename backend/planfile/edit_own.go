package planfile

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"sidetrack/backend/document"
	"sidetrack/backend/fault"
	"sidetrack/backend/plan"
)

// ownEdit changes a file of our own format, whose short forms have to be
// unfolded where a change needs more room.
type ownEdit struct {
	*yamlFile
	edit Edit
	own  own
}

func editOwn(f File, e Edit) ([]byte, error) {
	o := ownEdit{&yamlFile{file: f}, e, own{&reader{plan: &plan.Plan{}}}}
	if err := o.read(); err != nil {
		return nil, err
	}
	var err error
	switch {
	case e.Property == "":
		err = o.event()
	default:
		err = o.property()
	}
	return o.bytes(), err
}

// rulePath is where the rule stands, its version left aside.
func (o *ownEdit) rulePath() []string {
	switch call := o.edit.call(); {
	case call == plan.Track:
		return []string{"events", o.edit.Event}
	case o.edit.Event != "" && (call == plan.Page || call == plan.Screen):
		return []string{string(call) + "s", o.edit.Event}
	default:
		return []string{string(call)}
	}
}

// versionPath is where the version that is meant stands.
func (o *ownEdit) versionPath() ([]string, bool) {
	at := o.rulePath()
	n := follow(o.root(), at)
	if n == nil {
		return nil, false
	}
	versions := n.Get("versions")
	if versions == nil {
		own := versionOf(n.Get("version"))
		return at, o.edit.Version == 0 || o.edit.Version == own
	}
	best := ""
	for _, m := range versions.Members {
		v, _ := strconv.Atoi(m.Key)
		most, _ := strconv.Atoi(best)
		if v == o.edit.Version || o.edit.Version == 0 && v > most {
			best = m.Key
		}
	}
	return join(at, "versions", best), best != ""
}

func (o *ownEdit) event() error {
	e := &o.edit
	at, found := o.versionPath()
	if e.Action == Add {
		if found {
			return e.exists((&plan.Rule{Call: e.call(), Name: e.Event}).Label())
		}
		return o.addEvent()
	}
	if !found {
		return e.noRule()
	}
	switch e.Action {
	case Remove:
		return o.remove(at)
	case Rename:
		place := o.rulePath()
		if len(place) != 2 {
			return fault.New(fault.Invalid, "%s calls have no name", e.call())
		}
		if follow(o.root(), []string{place[0], e.Name}) != nil {
			return e.exists(strconv.Quote(e.Name))
		}
		return o.rename(place, e.Name)
	}
	return fault.New(fault.Invalid, "%q is no change of an event", e.Action)
}

func (o *ownEdit) addEvent() error {
	e := &o.edit
	fields, err := e.propertySchema()
	if err != nil {
		return err
	}
	if follow(o.root(), o.rulePath()) != nil {
		return fault.New(fault.Invalid, "another version of %q is in the plan; add the new one by hand", e.Event)
	}
	if e.call() == plan.Common {
		return o.put(o.rulePath(), yamlLong(fields, false))
	}
	rule := &plan.Rule{Call: e.call(), Name: e.Event, Version: max(e.Version, 1), Description: e.Description, Schema: message(e.call(), fields, document.Place{})}
	return o.put(o.rulePath(), yamlRules([]*plan.Rule{rule}))
}

func (o *ownEdit) property() error {
	e := &o.edit
	at, found := o.versionPath()
	if !found {
		return e.noRule()
	}
	rule := follow(o.root(), at)
	if e.call() == plan.Common {
		return editSchema(o, at, *e)
	}
	if rule.Get("schema") != nil {
		return editSchema(o, join(at, "schema", "properties", e.call().Section()), *e)
	}
	// The fields of a rule are an object whose properties have another name.
	fields := object(document.Place{}, document.Member{Key: "properties", Value: rule.Get(e.call().Section())})
	if rule.Get(e.call().Section()) == nil {
		fields = object(document.Place{})
	}
	steps := e.steps(fields)
	owner, names := at, join(at, e.call().Section())
	for _, step := range steps[:len(steps)-1] {
		if step == "$" {
			owner = join(owner, "items")
		} else {
			owner = join(names, step)
		}
		if err := o.unfold(owner); err != nil {
			return err
		}
		names = join(owner, "properties")
	}
	name := steps[len(steps)-1]
	if name == "$" {
		return o.value(join(owner, "items"), owner, "")
	}
	return o.value(join(names, name), owner, name)
}

// unfold writes a property's short form out as an object of keywords, so that
// something can be put inside.
func (o *ownEdit) unfold(at []string) error {
	n := follow(o.root(), at)
	if n == nil || n.Is(document.Object) {
		return nil
	}
	schema, needed, err := o.own.property(n)
	if err != nil {
		return err
	}
	return o.put(at, yamlLong(schema, needed != nil))
}

// value changes one property. Owner is what it is in, name its name there,
// empty for the items of a list.
func (o *ownEdit) value(at, owner []string, name string) error {
	e := &o.edit
	there := follow(o.root(), at)
	if _, there := o.find(at); there != (e.Action != Add) {
		if there {
			return e.exists(e.Property)
		}
		return e.noProperty()
	}
	switch e.Action {
	case Add:
		schema, err := e.propertySchema()
		if err != nil {
			return err
		}
		return o.put(at, yamlProperty(schema, name != "" && e.Required != nil && *e.Required))
	case Remove:
		if err := o.remove(at); err != nil {
			return err
		}
		return o.unlist(owner, name)
	case Rename:
		if name == "" {
			name = "$"
		}
		return renameIn(o, owner, at, name, e.Name)
	case Change:
		return o.change(at, owner, name, there)
	}
	return fault.New(fault.Invalid, "%q is no change of a property", e.Action)
}

// listed reports whether a name is on the owner's list of required ones.
func (o *ownEdit) listed(owner []string, name string) bool {
	for _, n := range itemsOf(follow(o.root(), join(owner, "required"))) {
		if n.String() == name {
			return true
		}
	}
	return false
}

func (o *ownEdit) unlist(owner []string, name string) error {
	if !o.listed(owner, name) {
		return nil
	}
	return requireIn(o, owner, name, false)
}

// change sets type, values and whether a property is required. A short form
// stays one where it can say it all.
func (o *ownEdit) change(at, owner []string, name string, there *document.Node) error {
	e := &o.edit
	schema, needed, err := o.own.property(there)
	if err != nil {
		return err
	}
	required := needed != nil
	if e.Required != nil && name != "" {
		if !*e.Required {
			if err := o.unlist(owner, name); err != nil {
				return err
			}
		}
		required = *e.Required && !o.listed(owner, name)
	}
	if schema, err = changed(schema, e); err != nil {
		return err
	}
	if !there.Is(document.Object) {
		return o.put(at, yamlProperty(schema, required))
	}
	kind, _ := shortType(schema)
	if strings.HasSuffix(follow(o.root(), join(at, "type")).String(), "!") && required && kind != "" {
		kind += "!"
		required = false
	}
	if e.Types != nil || needed != nil && !required {
		if err := o.setOrRemoveYAML(join(at, "type"), kind); err != nil {
			return err
		}
	}
	if e.Types != nil && schema.Get("format") == nil {
		if err := setOrRemove(o, join(at, "format"), nil); err != nil {
			return err
		}
	}
	if e.Enum != nil {
		if err := setOrRemove(o, join(at, "enum"), schema.Get("enum")); err != nil {
			return err
		}
	}
	if e.Required == nil {
		return nil
	}
	return o.flag(join(at, "required"), required)
}

// flag writes required: true, or takes it away.
func (o *ownEdit) flag(at []string, required bool) error {
	if n := follow(o.root(), at); n.Is(document.Array) {
		if required {
			return o.byHand(&yaml.Node{Line: n.At.Line, Column: n.At.Column})
		}
		return nil
	}
	var value *document.Node
	if required {
		value = &document.Node{Kind: document.Bool, Text: "true"}
	}
	return setOrRemove(o, at, value)
}

func (o *ownEdit) setOrRemoveYAML(at []string, kind string) error {
	if kind == "" {
		return setOrRemove(o, at, nil)
	}
	return setOrRemove(o, at, text(kind, document.Place{}))
}

// changed is a schema with the type and values of an edit.
func changed(schema *document.Node, e *Edit) (*document.Node, error) {
	if !schema.Is(document.Object) {
		schema = object(schema.At)
	}
	if e.Types != nil {
		types, format, err := e.typesNode()
		if err != nil {
			return nil, err
		}
		was := schema.Get("format").String()
		schema = without(schema, "type")
		if was == "date-time" || was == "date" {
			schema = without(schema, "format")
		}
		if types != nil {
			schema = with(schema, member("type", types))
		}
		if format != nil {
			schema = with(schema, member("format", format))
		}
	}
	if e.Enum != nil {
		values, err := e.enumNode()
		if err != nil {
			return nil, err
		}
		schema = without(schema, "enum")
		if values != nil {
			schema = with(schema, member("enum", values))
		}
	}
	return schema, nil
}
