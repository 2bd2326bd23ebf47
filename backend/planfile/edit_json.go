package planfile

import (
	"strconv"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/fault"
	"sidetrack/backend/plan"
)

// editJSON changes a file whose rules are JSON Schemas.
func editJSON(f File, format string, p *plan.Plan, e Edit) ([]byte, error) {
	doc := &jsonText{file: f}
	if err := doc.read(); err != nil {
		return nil, err
	}
	r := findRule(p, e)
	if e.Property == "" {
		return editJSONEvent(doc, format, r, e)
	}
	if r == nil {
		return nil, e.noRule()
	}
	fields := r.Fields()
	at, found := pathTo(doc.root(), fields)
	if !found {
		if at, found = pathTo(doc.root(), r.Schema); !found {
			return nil, fault.New(fault.Invalid, "the schema of %s stands as text within the file; change it by hand", r.Label())
		}
		at = append(at, "properties", r.Call.Section())
	}
	whole, layered := pathTo(doc.root(), r.Schema)
	if err := editSchema(doc, at, e); err != nil {
		return nil, err
	}
	// Segment asks for the section itself where something in it is required.
	if layered && len(whole) < len(at) && e.Required != nil && *e.Required {
		if err := requireIn(doc, whole, r.Call.Section(), true); err != nil {
			return nil, err
		}
	}
	return doc.bytes(), nil
}

// pathTo finds a node of a rule in the file it was read from.
func pathTo(n, wanted *document.Node) ([]string, bool) {
	if wanted == nil || wanted.End == 0 {
		return nil, false
	}
	if n.Start == wanted.Start && n.End == wanted.End {
		return []string{}, true
	}
	for _, m := range n.Members {
		if m.Value.Start <= wanted.Start && wanted.End <= m.Value.End {
			rest, found := pathTo(m.Value, wanted)
			return append([]string{m.Key}, rest...), found
		}
	}
	for i, item := range n.Items {
		if item.Start <= wanted.Start && wanted.End <= item.End {
			rest, found := pathTo(item, wanted)
			return append([]string{strconv.Itoa(i)}, rest...), found
		}
	}
	return nil, false
}

// follow finds what a path leads to; nil where it leads nowhere.
func follow(n *document.Node, path []string) *document.Node {
	for _, step := range path {
		if n.Is(document.Array) {
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(n.Items) {
				return nil
			}
			n = n.Items[i]
			continue
		}
		n = n.Get(step)
	}
	return n
}

func join(path []string, more ...string) []string {
	return append(append([]string{}, path...), more...)
}

// editSchema changes a property within a JSON Schema of an object, which the
// path leads to.
func editSchema(doc editable, at []string, e Edit) error {
	owner, name, place := propertyPlace(doc, at, e)
	there := follow(doc.root(), place)
	if there == nil && e.Action != Add {
		return e.noProperty()
	}
	switch e.Action {
	case Add:
		return addProperty(doc, owner, place, name, there, e)
	case Change:
		if err := changeSchema(doc, place, there, e); err != nil {
			return err
		}
		if e.Required != nil && name != "$" {
			return requireIn(doc, owner, name, *e.Required)
		}
	case Remove:
		if err := doc.remove(place); err != nil {
			return err
		}
		return requireIn(doc, owner, name, false)
	case Rename:
		return renameIn(doc, owner, place, name, e.Name)
	default:
		return fault.New(fault.Invalid, "%q is no change of a property", e.Action)
	}
	return nil
}

// propertyPlace is what a property is in, its name there ("$" for the items of
// a list), and where its schema stands.
func propertyPlace(doc editable, at []string, e Edit) (owner []string, name string, place []string) {
	steps := e.steps(follow(doc.root(), at))
	owner = join(at)
	for _, step := range steps[:len(steps)-1] {
		if step == "$" {
			owner = append(owner, "items")
		} else {
			owner = append(owner, "properties", step)
		}
	}
	if name = steps[len(steps)-1]; name == "$" {
		return owner, name, join(owner, "items")
	}
	return owner, name, join(owner, "properties", name)
}

// renameIn renames a property, and on its owner's list of required ones.
func renameIn(doc editable, owner, place []string, name, to string) error {
	renamed := join(place[:len(place)-1], to)
	if name == "$" || follow(doc.root(), renamed) != nil {
		return fault.New(fault.Conflict, "%s is in the plan already", to)
	}
	if err := doc.rename(place, to); err != nil {
		return err
	}
	for i, n := range itemsOf(follow(doc.root(), owner).Get("required")) {
		if n.String() == name {
			return doc.set(join(owner, "required", strconv.Itoa(i)), text(to, n.At))
		}
	}
	return nil
}

func addProperty(doc editable, owner, place []string, name string, there *document.Node, e Edit) error {
	if there != nil {
		return e.exists(e.Property)
	}
	schema, err := e.propertySchema()
	if err != nil {
		return err
	}
	if err := doc.set(place, schema); err != nil {
		return err
	}
	if e.Required != nil && *e.Required && name != "$" {
		return requireIn(doc, owner, name, true)
	}
	return nil
}

// changeSchema sets the type and the values of a property's schema.
func changeSchema(doc editable, at []string, there *document.Node, e Edit) error {
	if !there.Is(document.Object) {
		return fault.New(fault.Invalid, "%s is %s in the plan; change it by hand", e.Property, there.Kind)
	}
	if e.Types != nil {
		types, format, err := e.typesNode()
		if err != nil {
			return err
		}
		if types.Is(document.Text) && !there.Get("type").Is(document.Text) && usesTypeLists(doc.root()) {
			types = list(document.Place{}, types)
		}
		if err := setOrRemove(doc, join(at, "type"), types); err != nil {
			return err
		}
		if was := there.Get("format").String(); format != nil || was == "date-time" || was == "date" {
			if err := setOrRemove(doc, join(at, "format"), format); err != nil {
				return err
			}
		}
	}
	if e.Enum != nil {
		values, err := e.enumNode()
		if err != nil {
			return err
		}
		return setOrRemove(doc, join(at, "enum"), values)
	}
	return nil
}

func setOrRemove(doc editable, at []string, value *document.Node) error {
	there := follow(doc.root(), at)
	switch {
	case value != nil && there != nil && string(there.AppendJSON(nil)) == string(value.AppendJSON(nil)):
		return nil
	case value != nil:
		return doc.set(at, value)
	case there != nil:
		return doc.remove(at)
	}
	return nil
}

// usesTypeLists reports whether a file writes a type as a list of one, as
// Segment's exports do.
func usesTypeLists(n *document.Node) bool {
	if t := n.Get("type"); t.Is(document.Array) && len(t.Items) > 0 && jsonTypeName(t.Items[0].String()) {
		return true
	}
	for _, m := range n.Members {
		if usesTypeLists(m.Value) {
			return true
		}
	}
	for _, item := range n.Items {
		if usesTypeLists(item) {
			return true
		}
	}
	return false
}

func jsonTypeName(s string) bool {
	names, _, err := dataType(cell{text: s})
	return err == nil && len(names) == 1 && names[0] == s
}

// requireIn puts a name on an object's list of required ones, or takes it off.
func requireIn(doc editable, owner []string, name string, want bool) error {
	at := join(owner, "required")
	names := follow(doc.root(), at)
	for i, n := range itemsOf(names) {
		if n.String() != name {
			continue
		}
		switch {
		case want:
			return nil
		case len(names.Items) == 1:
			return doc.remove(at)
		}
		return doc.remove(join(at, strconv.Itoa(i)))
	}
	switch {
	case !want:
		return nil
	case names.Is(document.Array):
		return doc.append(at, text(name, document.Place{}))
	}
	return doc.set(at, list(document.Place{}, text(name, document.Place{})))
}

// editJSONEvent changes a rule as a whole.
func editJSONEvent(doc *jsonText, format string, r *plan.Rule, e Edit) ([]byte, error) {
	if e.Action == Add {
		if r != nil {
			return nil, e.exists(r.Label())
		}
		return addJSONEvent(doc, format, e)
	}
	if r == nil {
		return nil, e.noRule()
	}
	at, ok := ruleAt(doc.root(), r.At)
	if !ok || len(at) == 0 {
		return nil, fault.New(fault.Invalid, "%s is a file of its own", r.Label())
	}
	switch e.Action {
	case Remove:
		if err := doc.remove(at); err != nil {
			return nil, err
		}
	case Rename:
		for _, place := range [][]string{join(at, "key"), join(at, "name"), join(at, "jsonSchema", "eventMetadata", "name"), join(at, "jsonSchema", "title")} {
			if n := follow(doc.root(), place); n.String() == e.Event && n != nil {
				if err := doc.set(place, text(e.Name, n.At)); err != nil {
					return nil, err
				}
			}
		}
	default:
		return nil, fault.New(fault.Invalid, "%q is no change of an event", e.Action)
	}
	return doc.bytes(), nil
}

// ruleAt finds the object of a rule by its place.
func ruleAt(n *document.Node, at document.Place) ([]string, bool) {
	if n.At == at && n.Is(document.Object) {
		return []string{}, true
	}
	for _, m := range n.Members {
		if rest, ok := ruleAt(m.Value, at); ok {
			return append([]string{m.Key}, rest...), true
		}
	}
	for i, item := range n.Items {
		if rest, ok := ruleAt(item, at); ok {
			return append([]string{strconv.Itoa(i)}, rest...), true
		}
	}
	return nil, false
}

// addJSONEvent adds a rule to the list a file keeps its rules in.
func addJSONEvent(doc *jsonText, format string, e Edit) ([]byte, error) {
	fields, err := e.propertySchema()
	if err != nil {
		return nil, err
	}
	var none document.Place
	if fields.Get("type") == nil {
		fields.Members = append([]document.Member{member("type", text("object", none))}, fields.Members...)
	}
	version := &document.Node{Kind: document.Number, Text: strconv.Itoa(max(e.Version, 1))}
	schema := func(fields *document.Node) *document.Node {
		return segmentSchema(&plan.Rule{Description: e.Description, Schema: layeredSchema(e.call(), fields)})
	}
	var at []string
	var rule *document.Node
	root := doc.root()
	switch {
	case format == SegmentPublic || format == Typewriter:
		if format == Typewriter {
			about := object(none, member("name", text(e.Event, none)), member("type", text(strings.ToUpper(string(e.call())), none)))
			schema = func(fields *document.Node) *document.Node {
				return with(segmentSchema(&plan.Rule{Description: e.Description, Schema: fields}), member("eventMetadata", about))
			}
		}
		rule = object(none, member("type", text(strings.ToUpper(string(e.call())), none)), member("key", text(e.Event, none)), member("version", version), member("jsonSchema", schema(fields)))
		for _, path := range [][]string{{"rules"}, {"data", "rules"}, {"data", "trackingPlan", "rules"}, {"trackingPlan", "rules"}, {"tracking_plan", "rules"}, {}} {
			if at == nil && follow(root, path).Is(document.Array) {
				at = path
			}
		}
	case e.call() == plan.Track && (format == SegmentConfig || format == Avo):
		rule = object(none, member("name", text(e.Event, none)), member("description", text(e.Description, none)), member("version", version), member("rules", schema(fields)))
		for _, path := range [][]string{{"rules", "events"}, {"tracking_plan", "rules", "events"}, {"tracking_plans", "0", "rules", "events"}, {"events"}} {
			if at == nil && follow(root, path).Is(document.Array) {
				at = path
			}
		}
	}
	if at == nil {
		return nil, fault.New(fault.Invalid, "a rule for %s calls cannot be added to a plan in the format %s", e.call(), format)
	}
	if err := doc.append(at, rule); err != nil {
		return nil, err
	}
	return doc.bytes(), nil
}

// layeredSchema lays fields into a message as Segment's editor does.
func layeredSchema(call plan.Call, fields *document.Node) *document.Node {
	var none document.Place
	if call == plan.Common {
		return fields
	}
	sections := object(none)
	for _, section := range []string{"context", "traits", "properties"} {
		value := object(none)
		if section == call.Section() {
			value = fields
		}
		sections.Members = append(sections.Members, member(section, value))
	}
	root := object(none, member("type", text("object", none)))
	if len(itemsOf(fields.Get("required"))) > 0 {
		root.Members = append(root.Members, member("required", list(none, text(call.Section(), none))))
	}
	root.Members = append(root.Members, member("properties", sections))
	return root
}
