package plan

import (
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"sidetrack/backend/event"
	"sidetrack/backend/rawjson"
)

// teller puts what a validator found into words.
type teller struct {
	check    *check
	rule     *judged
	instance any
}

// leaves tells the failures that are not made of others. Of a choice between
// schemas none of which fits, the choice is told once.
func (t *teller) leaves(e *jsonschema.ValidationError) {
	switch e.ErrorKind.(type) {
	case *kind.Schema, *kind.Group, *kind.Reference, *kind.AllOf, *kind.PropertyNames:
		if len(e.Causes) == 0 {
			break
		}
		for _, cause := range e.Causes {
			t.leaves(cause)
		}
		return
	}
	t.tell(e)
}

func (t *teller) tell(e *jsonschema.ValidationError) {
	base := event.Finding{Path: pointerOf(e.InstanceLocation), Rule: t.place(e)}
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		for _, name := range k.Missing {
			t.missing(e, base, name)
		}
		return
	case *kind.AdditionalProperties:
		sort.Strings(k.Properties)
		for _, name := range k.Properties {
			f := base
			f.Path += "/" + rawjson.Escape(name)
			f.Nearest = Nearest(name, t.planned(e))
			f.Code, f.Message = "plan.property_not_allowed", code(words(f.Path))+" is not in the plan, which allows no other names here."
			if f.Nearest != "" {
				f.Message += " Did you mean " + code(f.Nearest) + "?"
			}
			t.add(f)
		}
		return
	}
	base.Code, base.Wants = wanted(e.ErrorKind)
	value, there := at(t.instance, e.InstanceLocation)
	if there {
		base.Sent = sent(value)
	}
	name := words(base.Path)
	if name == "" {
		name = "the message"
	}
	base.Message = code(name) + " is " + described(base, value) + ", the plan wants " + base.Wants + "." + advice(e.ErrorKind, base, value)
	t.add(base)
}

// missing tells a property that has to be there and is not, with the nearest
// that is there and not planned.
func (t *teller) missing(e *jsonschema.ValidationError, f event.Finding, name string) {
	inside, _ := at(t.instance, e.InstanceLocation)
	var others []string
	if object, ok := inside.(map[string]any); ok {
		planned := t.planned(e)
		for k := range object {
			if !contains(planned, k) {
				others = append(others, k)
			}
		}
	}
	f.Path += "/" + rawjson.Escape(name)
	f.Code, f.Wants, f.Nearest = "plan.missing_property", "it there", Nearest(name, others)
	f.Message = code(words(f.Path)) + " is missing, the plan requires it."
	if f.Nearest != "" {
		f.Message += " " + code(f.Nearest) + " was sent instead; rename it."
	} else {
		f.Message += " Send it with every " + t.subject() + "."
	}
	t.add(f)
}

func (t *teller) subject() string {
	switch {
	case t.rule.Call == Common:
		return "message"
	case t.rule.Name != "":
		return code(t.rule.Name)
	}
	return string(t.rule.Call) + " call"
}

// planned lists the names the schema that failed gives its object.
func (t *teller) planned(e *jsonschema.ValidationError) []string {
	var list []string
	if properties := t.rule.Schema.Pointer(fragment(e.SchemaURL) + "/properties"); properties != nil {
		for _, m := range properties.Members {
			list = append(list, m.Key)
		}
	}
	return list
}

// place is where the rule that failed stands in its file.
func (t *teller) place(e *jsonschema.ValidationError) string {
	pointer := fragment(e.SchemaURL)
	if path := e.ErrorKind.KeywordPath(); len(path) > 0 {
		pointer += pointerOf(path)
	}
	if n := t.rule.Schema.Nearest(pointer); n != nil && n.At.Line > 0 {
		return n.At.String()
	}
	return t.rule.At.String()
}

func (t *teller) add(f event.Finding) {
	f.Version = laterVersion(t.rule)
	if t.rule.Call == Common {
		f.Message = "By the common rule: " + f.Message
	}
	t.check.add(f)
}

func fragment(url string) string {
	_, after, _ := strings.Cut(url, "#")
	return strings.NewReplacer("%25", "%", "%20", " ", "%22", `"`, "%7C", "|").Replace(after)
}

func pointerOf(path []string) string {
	var b strings.Builder
	for _, step := range path {
		b.WriteString("/" + rawjson.Escape(step))
	}
	return b.String()
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// at returns the value at a place of the instance.
func at(value any, path []string) (any, bool) {
	for _, step := range path {
		switch v := value.(type) {
		case map[string]any:
			inner, ok := v[step]
			if !ok {
				return nil, false
			}
			value = inner
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(v) {
				return nil, false
			}
			value = v[i]
		default:
			return nil, false
		}
	}
	return value, true
}

// words writes a pointer as a developer would: products[0].price. The section
// is left out, since findings are about one.
func words(pointer string) string {
	pointer = strings.TrimPrefix(strings.TrimPrefix(pointer, "/properties/"), "/traits/")
	var b strings.Builder
	for i, step := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		if _, err := strconv.Atoi(step); err == nil && i > 0 {
			fmt.Fprintf(&b, "[%s]", step)
			continue
		}
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(step)
	}
	return b.String()
}

func code(name string) string { return "`" + clip(strings.ReplaceAll(name, "`", "'")) + "`" }

const maxShown = 80

// clip keeps what is shown short.
func clip(s string) string {
	runes := []rune(s)
	if len(runes) <= maxShown {
		return s
	}
	return string(runes[:maxShown-1]) + "…"
}

func quoted(s string) string { return clip(string(rawjson.Quote(s))) }

// sent is a value as JSON, cut when long.
func sent(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return clip(string(text))
}
