package plan

import (
	"math/big"
	"regexp"
	"strings"
	"unicode/utf8"

	"sidetrack/backend/document"
	"sidetrack/backend/naming"
)

// schema looks for contradictions in a schema and in those inside it.
func (l *linter) schema(r *Rule, n *document.Node, what string, depth int) {
	if !n.Is(document.Object) || depth > maxNesting {
		return
	}
	l.required(n, what)
	l.values(n, what)
	l.ranges(n, what)
	l.effects(n, what)
	for _, m := range n.Members {
		switch {
		case mapKeywords[m.Key] && m.Value.Is(document.Object):
			if m.Key == "properties" && depth > 0 {
				l.siblings(m.Value)
			}
			for _, c := range m.Value.Members {
				inner := code(c.Key)
				if depth == 0 && c.Key == r.Call.Section() {
					inner = what // the call's own fields
				}
				l.schema(r, c.Value, inner, depth+1)
			}
		case dataKeywords[m.Key]:
		case m.Value.Is(document.Array):
			for _, item := range m.Value.Items {
				l.schema(r, item, what, depth+1)
			}
		default:
			l.schema(r, m.Value, what, depth+1)
		}
	}
}

// siblings finds names of one object that are spellings of one.
func (l *linter) siblings(properties *document.Node) {
	first := map[string]document.Member{}
	for _, m := range properties.Members {
		letters := naming.Letters(m.Key)
		if before, there := first[letters]; there && letters != "" && before.Key != m.Key {
			l.add("near_duplicate", m.KeyAt, "%s and %s are spellings of one name. Reports keep them apart. Keep one.", code(m.Key), code(before.Key))
			continue
		}
		first[letters] = m
	}
}

// required finds names that are required and not listed.
func (l *linter) required(n *document.Node, what string) {
	names := n.Get("required")
	if !names.Is(document.Array) {
		return
	}
	closed := n.Get("additionalProperties").Is(document.Bool) && n.Get("additionalProperties").Text == "false"
	elsewhere := false
	for _, keyword := range []string{"$ref", "allOf", "anyOf", "oneOf", "if"} {
		elsewhere = elsewhere || n.Get(keyword) != nil
	}
	fields := readFieldSet(n, maxNesting-1)
	for _, item := range names.Items {
		name := item.String()
		switch {
		case name == "" || fields.has(name):
		case closed:
			l.add("impossible_property", item.At, "%s is required in %s, which allows no name that is not listed. No event can fit. List it, or take it out of required.", code(name), what)
		case !elsewhere:
			l.add("required_not_planned", item.At, "%s is required in %s and not listed there, so any value will do. List it with its type.", code(name), what)
		}
	}
}

// values holds enum, const and default against the type and each other.
func (l *linter) values(n *document.Node, what string) {
	types := TypesOf(n)
	enum := n.Get("enum")
	if enum.Is(document.Array) {
		l.enum(n, enum, types, what)
	}
	if fixed := n.Get("const"); fixed != nil && !fits(fixed, types) {
		l.add("value_of_other_type", fixed.At, "%s is always %s, which is no %s. No event can fit. Change the value or the type.", what, show(fixed), strings.Join(types, " or "))
	}
	if d := n.Get("default"); d != nil && (!fits(d, types) || enum.Is(document.Array) && !among(d, enum.Items)) {
		l.add("default_not_allowed", d.At, "The default of %s is %s, which it does not allow. Whoever fills it in breaks the plan. Change the default, or allow it.", what, show(d))
	}
}

func (l *linter) enum(n, enum *document.Node, types []string, what string) {
	if len(enum.Items) == 0 {
		l.add("no_value", enum.At, "The list of values of %s is empty, so nothing can be sent. List values, or remove enum.", what)
		return
	}
	var bad []*document.Node
	for i, item := range enum.Items {
		switch {
		case !fits(item, types):
			l.add("value_of_other_type", item.At, "%s lists %s, and its type is %s. It can never be sent. Change the value or the type.", what, show(item), strings.Join(types, " or "))
		case among(item, enum.Items[:i]):
			l.add("value_twice", item.At, "%s lists %s twice. Remove one.", what, show(item))
		case !within(item, n):
			bad = append(bad, item)
		}
	}
	switch {
	case len(bad) == len(enum.Items):
		l.add("value_never_matches", enum.At, "No value %s lists fits its pattern, length or range, so nothing can be sent. Change one of the two.", what)
	case len(bad) > 0:
		for _, item := range bad {
			l.add("value_does_not_match", item.At, "%s lists %s, which its pattern, length or range forbids. It can never be sent. Change one of the two.", what, show(item))
		}
	}
}

// fits reports whether a value is of one of the types; of none is of any.
func fits(value *document.Node, types []string) bool {
	if len(types) == 0 {
		return true
	}
	for _, t := range types {
		switch value.Kind {
		case document.Null:
			if t == "null" {
				return true
			}
		case document.Bool:
			if t == "boolean" {
				return true
			}
		case document.Number:
			if r, ok := rational(value); t == "number" || t == "integer" && ok && r.IsInt() {
				return true
			}
		case document.Text:
			if t == "string" {
				return true
			}
		case document.Array:
			if t == "array" {
				return true
			}
		case document.Object:
			if t == "object" {
				return true
			}
		}
	}
	return false
}

func rational(n *document.Node) (*big.Rat, bool) {
	if !n.Is(document.Number) || len(n.Text) > 60 {
		return nil, false
	}
	if at := strings.IndexAny(n.Text, "eE"); at >= 0 && len(n.Text)-at > 4 {
		return nil, false // 1e999999999 would take a gigabyte
	}
	return new(big.Rat).SetString(n.Text)
}

func among(value *document.Node, list []*document.Node) bool {
	for _, other := range list {
		if value.Kind == other.Kind && string(value.AppendJSON(nil)) == string(other.AppendJSON(nil)) {
			return true
		}
	}
	return false
}

// within holds a value against the pattern, lengths and range of a schema.
func within(value, n *document.Node) bool {
	switch value.Kind {
	case document.Text:
		if p := n.Get("pattern"); p.Is(document.Text) {
			if re, err := regexp.Compile(p.Text); err == nil && !re.MatchString(value.Text) {
				return false
			}
		}
		length := big.NewRat(int64(utf8.RuneCountInString(value.Text)), 1)
		return above(length, n.Get("minLength"), 0) && below(length, n.Get("maxLength"), 0)
	case document.Number:
		r, ok := rational(value)
		return !ok || above(r, n.Get("minimum"), 0) && below(r, n.Get("maximum"), 0) &&
			above(r, n.Get("exclusiveMinimum"), 1) && below(r, n.Get("exclusiveMaximum"), 1)
	}
	return true
}

// above reports whether r is at least a bound, or more when strictly is 1.
func above(r *big.Rat, bound *document.Node, strictly int) bool {
	b, ok := rational(bound)
	return !ok || r.Cmp(b) >= strictly
}

func below(r *big.Rat, bound *document.Node, strictly int) bool {
	b, ok := rational(bound)
	return !ok || b.Cmp(r) >= strictly
}

// ranges finds a least that is more than the most.
func (l *linter) ranges(n *document.Node, what string) {
	for _, pair := range [...]struct {
		least, most string
		strictly    int
	}{
		{"minimum", "maximum", 0}, {"exclusiveMinimum", "maximum", 1}, {"minimum", "exclusiveMaximum", 1}, {"exclusiveMinimum", "exclusiveMaximum", 1},
		{"minLength", "maxLength", 0}, {"minItems", "maxItems", 0}, {"minProperties", "maxProperties", 0},
	} {
		least, ok := rational(n.Get(pair.least))
		if ok && !below(least, n.Get(pair.most), pair.strictly) {
			l.add("empty_range", n.Get(pair.least).At, "%s of %s is %s and %s is %s, so no value fits. Change one of the two.", pair.least, what, n.Get(pair.least).Text, pair.most, n.Get(pair.most).Text)
		}
	}
}

// effects finds keywords for another type than the property has.
func (l *linter) effects(n *document.Node, what string) {
	types := TypesOf(n)
	if len(types) == 0 {
		return
	}
	has := map[string]bool{}
	for _, t := range types {
		has[t] = true
	}
	for _, m := range n.Members {
		wants := ""
		switch m.Key {
		case "minLength", "maxLength", "pattern", "format":
			wants = "string"
		case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf":
			wants = "number"
		case "items", "minItems", "maxItems", "uniqueItems", "contains":
			wants = "array"
		case "properties", "required", "additionalProperties", "minProperties", "maxProperties":
			wants = "object"
		}
		if wants == "" || has[wants] || wants == "number" && has["integer"] || m.Key == "required" && !m.Value.Is(document.Array) ||
			(m.Value.Is(document.Object) || m.Value.Is(document.Array)) && len(m.Value.Members)+len(m.Value.Items) == 0 {
			continue
		}
		l.add("no_effect", m.KeyAt, "%s does nothing for %s, whose type is %s. Change the type, or remove it.", m.Key, what, strings.Join(types, " or "))
	}
}

func show(n *document.Node) string { return code(string(n.AppendJSON(nil))) }
