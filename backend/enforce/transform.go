package enforce

import (
	"fmt"
	"strings"

	"sidetrack/backend/plan"
	"sidetrack/backend/rawjson"
)

// transform applies the transformations for one destination, or those at the
// source, to an event they are for. They see what those before them left.
func (f *flow) transform(destination string) {
	for _, t := range f.settings.Judge.Plan().TransformationsOf(f.settings.Source, destination) {
		if !f.isFor(t) {
			continue
		}
		f.change(t)
		if f.out.Blocked {
			return
		}
	}
}

func (f *flow) isFor(t *plan.Transformation) bool {
	if string(t.Call) != f.record.Type {
		return false
	}
	name, _ := rawjson.String(rawjson.Get(f.message, "event"))
	return t.Call != plan.Track || name == t.Event
}

func (f *flow) change(t *plan.Transformation) {
	if t.Drop {
		f.out.Blocked, f.out.Reason = true, DroppedByTransform
		f.step(t, nil, "The transformation drops the event.", nil, nil)
		return
	}
	for _, r := range t.Renames {
		f.rename(t, &r)
	}
	for _, c := range t.Casts {
		for _, path := range c.Paths {
			f.cast(t, path, c.To)
		}
	}
	for _, v := range t.Values {
		for _, path := range v.Paths {
			f.set(t, path, v.Value.AppendJSON(nil))
		}
	}
	if t.NewName != "" {
		before := rawjson.Get(f.message, "event")
		after, ok := rawjson.Replace(f.message, []string{"event"}, rawjson.Quote(t.NewName))
		if ok {
			f.step(t, []string{"event"}, fmt.Sprintf("The event is called `%s`.", t.NewName), before, rawjson.Quote(t.NewName))
			f.message = after
		}
	}
}

// step tells what a transformation changed.
func (f *flow) step(t *plan.Transformation, path []string, words string, before, after []byte) {
	f.steps = append(f.steps, Step{Rule: t.Name, At: t.At, Path: rawjson.Pointer(path...), Words: words, Before: shown(before), After: shown(after), Transformed: true})
}

// stays tells what a transformation could not change.
func (f *flow) stays(t *plan.Transformation, path []string, words string, value []byte) {
	f.steps = append(f.steps, Step{Rule: t.Name, At: t.At, Path: rawjson.Pointer(path...), Words: words, Before: shown(value), After: shown(value)})
}

// rename gives a member another name where it stands, or moves it to the end of
// another object, which is made where it is missing.
func (f *flow) rename(t *plan.Transformation, r *plan.PathChange) {
	value := rawjson.At(f.message, r.From)
	last := len(r.To) - 1
	switch {
	case value == nil:
		return // the event does not have it
	case rawjson.At(f.message, r.To) != nil:
		f.stays(t, r.From, fmt.Sprintf("`%s` is not renamed: `%s` is there already.", strings.Join(r.From[1:], "."), strings.Join(r.To[1:], ".")), value)
		return
	}
	var after []byte
	var ok bool
	if len(r.From) == len(r.To) && samePath(r.From[:last], r.To[:last]) {
		after, ok = rawjson.Rename(f.message, r.From, r.To[last])
	} else if after, ok = rawjson.Remove(f.message, r.From); ok {
		after, ok = put(after, r.To, value)
	}
	if !ok {
		f.stays(t, r.From, fmt.Sprintf("`%s` is not renamed: `%s` leads through something that is no object.", strings.Join(r.From[1:], "."), strings.Join(r.To[1:], ".")), value)
		return
	}
	f.step(t, r.From, fmt.Sprintf("`%s` becomes `%s`.", strings.Join(r.From[1:], "."), strings.Join(r.To[1:], ".")), value, value)
	f.message = after
}

func samePath(a, b []string) bool { return strings.Join(a, "\x00") == strings.Join(b, "\x00") }

func (f *flow) cast(t *plan.Transformation, path []string, to string) {
	value := rawjson.At(f.message, path)
	if value == nil {
		return
	}
	out, ok := Cast(value, to)
	name := strings.Join(path, ".")
	if !ok {
		f.stays(t, path, fmt.Sprintf("`%s` stays as it is: it cannot be read as %s.", name, typeWords[to]), value)
		return
	}
	if string(out) == string(value) {
		return
	}
	f.message, _ = rawjson.Replace(f.message, path, out)
	f.step(t, path, fmt.Sprintf("`%s` becomes %s.", name, typeWords[to]), value, out)
}

var typeWords = map[string]string{"string": "text", "number": "a number", "integer": "a whole number", "boolean": "true or false"}

func (f *flow) set(t *plan.Transformation, path []string, value []byte) {
	before := rawjson.At(f.message, path)
	after, ok := put(f.message, path, value)
	if !ok {
		f.stays(t, path, fmt.Sprintf("`%s` is not set: the path leads through something that is no object.", strings.Join(path, ".")), before)
		return
	}
	if string(before) == string(value) {
		return
	}
	f.message = after
	f.step(t, path, fmt.Sprintf("`%s` is set to %s.", strings.Join(path, "."), shown(value)), before, value)
}

// put sets the value at a path, and makes the objects on the way to it.
func put(data []byte, path []string, value []byte) ([]byte, bool) {
	if out, ok := rawjson.Replace(data, path, value); ok {
		return out, true
	}
	for i := range path {
		if _, there := rawjson.Find(data, path[:i+1]); there {
			continue
		}
		for _, name := range backwards(path[i+1:]) {
			value = append(append(append([]byte{'{'}, rawjson.Quote(name)...), ':'), append(value, '}')...)
		}
		return rawjson.Insert(data, path[:i], path[i], value)
	}
	return data, false
}

func backwards(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[len(list)-1-i] = s
	}
	return out
}
