package planfile

import (
	"fmt"
	"slices"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/plan"
)

// Segment's bounds of a transformation (docs.segmentapis.com, Transformations).
const (
	maxEntries = 10 // of set and cast
	maxPaths   = 10 // of an entry
	maxLevels  = 4  // inside properties, traits or context
)

var transformationKeys = []string{"name", "enabled", "source", "destination", "event", "type", "drop", "rename_event", "rename", "cast", "set"}

// transformation reads one entry of transformations.
func transformation(n *document.Node) (*plan.Transformation, error) {
	t := &plan.Transformation{Call: plan.Track, At: n.At}
	for _, m := range n.Members {
		if err := transformationKey(t, m); err != nil {
			return nil, err
		}
	}
	if err := wholeTransformation(t, n); err != nil {
		return nil, err
	}
	return t, contradictions(t)
}

func transformationKey(t *plan.Transformation, m document.Member) (err error) {
	switch m.Key {
	case "name":
		t.Name, err = oneText(m)
	case "source":
		t.Source, err = oneText(m)
	case "destination":
		t.Destination, err = oneText(m)
	case "event":
		t.Event, err = oneText(m)
	case "type":
		if t.Call = plan.Call(m.Value.String()); t.Call != plan.Identify && t.Call != plan.Group {
			err = &document.Error{At: m.Value.At, Reason: "type cannot be " + shownNode(m.Value), Expected: "identify or group; a track event is named by event"}
		}
	case "rename_event":
		t.NewName, err = oneText(m)
	case "enabled", "drop":
		if !m.Value.Is(document.Bool) {
			return &document.Error{At: m.Value.At, Reason: m.Key + " is " + m.Value.Kind.String(), Expected: "true or false"}
		}
		if m.Key == "drop" {
			t.Drop = m.Value.Text == "true"
		} else {
			t.Off = m.Value.Text == "false"
		}
	case "rename":
		err = renames(t, m)
	case "cast", "set":
		err = entries(t, m)
	default:
		err = strange(m, transformationKeys...)
	}
	return err
}

// wholeTransformation wants what makes sense together.
func wholeTransformation(t *plan.Transformation, n *document.Node) error {
	bad := func(reason, expected string) error {
		return &document.Error{At: n.At, Reason: reason, Expected: expected}
	}
	if t.Name == "" {
		t.Name = strings.TrimSpace(t.Event + " " + string(t.Call))
	}
	switch {
	case t.Call == plan.Track && t.Event == "":
		return bad("the transformation says for what it is nowhere", "event: and a name, or type: identify or group")
	case t.Call != plan.Track && t.Event != "":
		return bad("the transformation has both event and type", "event: for track, type: for identify and group")
	case t.Call != plan.Track && t.NewName != "":
		return bad(string(t.Call)+" calls have no name that could be changed", "rename, cast or set")
	case t.Drop && (t.NewName != "" || len(t.Renames)+len(t.Casts)+len(t.Values) > 0):
		return bad("the transformation drops the event and changes it", "one of the two")
	case !t.Drop && t.NewName == "" && len(t.Renames)+len(t.Casts)+len(t.Values) == 0:
		return bad("the transformation changes nothing", "rename_event, rename, cast, set or drop")
	}
	section := t.Call.Section()
	for _, r := range t.Renames {
		if r.From[0] != section || r.To[0] != section {
			return &document.Error{At: r.At, Reason: "only what is in " + section + " can be renamed, and stays in it", Expected: section + ". and a name on both sides"}
		}
	}
	return nil
}

func renames(t *plan.Transformation, m document.Member) error {
	if err := mapping(m.Value, "rename", "the old path and the new one on each line"); err != nil {
		return err
	}
	for _, r := range m.Value.Members {
		from, err := pathOf(r.Key, r.KeyAt)
		if err != nil {
			return err
		}
		if r.Value.String() == "" {
			return &document.Error{At: r.Value.At, Reason: "the new path is " + r.Value.Kind.String(), Expected: "text such as properties.revenue"}
		}
		to, err := pathOf(r.Value.Text, r.Value.At)
		if err != nil {
			return err
		}
		if len(from) < 2 || len(to) < 2 {
			return &document.Error{At: r.KeyAt, Reason: fmt.Sprintf("%q cannot be renamed: it is a field of the message itself", r.Key), Expected: "a path inside properties or traits"}
		}
		t.Renames = append(t.Renames, plan.PathChange{From: from, To: to, At: r.KeyAt})
	}
	return nil
}

// entries reads set and cast: lists of paths with a value or a type.
func entries(t *plan.Transformation, m document.Member) error {
	if !m.Value.Is(document.Array) {
		return &document.Error{At: m.Value.At, Reason: m.Key + " is " + m.Value.Kind.String(), Expected: "a list of {paths: […], …}"}
	}
	if len(m.Value.Items) > maxEntries {
		return &document.Error{At: m.Value.Items[maxEntries].At, Reason: fmt.Sprintf("%s has %d entries", m.Key, len(m.Value.Items)), Expected: "at most 10, as in Segment"}
	}
	second := map[string]string{"set": "value", "cast": "to"}[m.Key]
	for _, n := range m.Value.Items {
		if !n.Is(document.Object) {
			return &document.Error{At: n.At, Reason: "an entry of " + m.Key + " is " + n.Kind.String(), Expected: "paths and " + second}
		}
		for _, part := range n.Members {
			if part.Key != "paths" && part.Key != second {
				return strange(part, "paths", second)
			}
		}
		paths, err := pathsOf(n)
		if err != nil {
			return err
		}
		if n.Get(second) == nil {
			return &document.Error{At: n.At, Reason: "an entry of " + m.Key + " has no " + second, Expected: second + ":"}
		}
		if m.Key == "set" {
			t.Values = append(t.Values, plan.Value{Paths: paths, Value: n.Get("value"), At: n.At})
			continue
		}
		to := n.Get("to")
		if !slices.Contains([]string{"string", "number", "integer", "boolean"}, to.String()) {
			return &document.Error{At: to.At, Reason: "a value cannot be cast to " + shownNode(to), Expected: "string, number, integer or boolean"}
		}
		t.Casts = append(t.Casts, plan.Cast{Paths: paths, To: to.Text, At: n.At})
	}
	return nil
}

func pathsOf(n *document.Node) (paths [][]string, err error) {
	list := n.Get("paths")
	if !list.Is(document.Array) || len(list.Items) == 0 {
		return nil, &document.Error{At: n.At, Reason: "the entry names no paths", Expected: "paths: [properties.a, context.b]"}
	}
	if len(list.Items) > maxPaths {
		return nil, &document.Error{At: list.Items[maxPaths].At, Reason: fmt.Sprintf("the entry names %d paths", len(list.Items)), Expected: "at most 10, as in Segment"}
	}
	for _, item := range list.Items {
		path, err := pathOf(item.String(), item.At)
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// pathOf takes a dotted path apart. A dot in a name is written \. as in Segment;
// items of lists cannot be chosen there.
func pathOf(text string, at document.Place) ([]string, error) {
	const expected = "a path such as properties.address.city"
	text = strings.TrimPrefix(text, "$.")
	var steps []string
	var step strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text) && (text[i+1] == '.' || text[i+1] == '\\'):
			i++
			step.WriteByte(text[i])
		case text[i] == '.':
			steps = append(steps, step.String())
			step.Reset()
		default:
			step.WriteByte(text[i])
		}
	}
	steps = append(steps, step.String())
	for _, s := range steps {
		if s == "" {
			return nil, &document.Error{At: at, Reason: fmt.Sprintf("%q is no path", text), Expected: expected}
		}
		if s == "$" || strings.HasSuffix(s, "]") {
			return nil, &document.Error{At: at, Reason: fmt.Sprintf("%q chooses an item of a list, which a transformation cannot", text), Expected: expected}
		}
	}
	inside := len(steps)
	switch steps[0] {
	case "properties", "traits", "context":
		inside--
	default:
		if len(steps) > 1 {
			return nil, &document.Error{At: at, Reason: fmt.Sprintf("%q leads into %s, which cannot be changed", text, steps[0]), Expected: "a path inside properties, traits or context, or a field of the message"}
		}
	}
	if inside > maxLevels {
		return nil, &document.Error{At: at, Reason: fmt.Sprintf("%q goes %d levels deep", text, inside), Expected: "at most 4, as in Segment"}
	}
	if inside == 0 {
		return nil, &document.Error{At: at, Reason: fmt.Sprintf("%q is all of %s", text, steps[0]), Expected: "a path inside of it"}
	}
	return steps, nil
}

// contradictions refuses changes that cannot all be made.
func contradictions(t *plan.Transformation) error {
	from, to := map[string]bool{}, map[string]bool{}
	for _, r := range t.Renames {
		old, name := strings.Join(r.From, "\x00"), strings.Join(r.To, "\x00")
		switch {
		case old == name:
			return clash(r.At, r.From, "is renamed to itself")
		case from[old]:
			return clash(r.At, r.From, "is renamed twice")
		case to[name]:
			return clash(r.At, r.To, "is the new name of two properties")
		}
		from[old], to[name] = true, true
	}
	for _, r := range t.Renames {
		if to[strings.Join(r.From, "\x00")] {
			return clash(r.At, r.From, "is renamed, and is the new name of another property")
		}
	}
	written := map[string]string{}
	check := func(at document.Place, paths [][]string, what string) error {
		for _, p := range paths {
			key := strings.Join(p, "\x00")
			switch {
			case from[key]:
				return clash(at, p, "is renamed and "+what)
			case written[key] != "":
				return clash(at, p, "is "+written[key]+" and "+what)
			case to[key] && what == "set":
				return clash(at, p, "is the new name of a property and set")
			}
			written[key] = what
		}
		return nil
	}
	for _, c := range t.Casts {
		if err := check(c.At, c.Paths, "cast"); err != nil {
			return err
		}
	}
	for _, v := range t.Values {
		if err := check(v.At, v.Paths, "set"); err != nil {
			return err
		}
	}
	return nil
}

func clash(at document.Place, path []string, what string) error {
	return &document.Error{At: at, Reason: fmt.Sprintf("%q %s", strings.Join(path, "."), what), Expected: "one change of a path"}
}
