package plan

import (
	"fmt"
	"sort"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/naming"
)

// Flaw is something Lint finds in a plan.
type Flaw struct {
	Code string `json:"code" doc:"lint.… or naming.…"`
	Problem
}

// LintCode is one kind of flaw.
type LintCode struct{ Code, Severity, Explanation string }

// LintCodes returns the table of what Lint finds beside the naming rules. An
// error means that a rule, or a part of it, cannot do what it says.
func LintCodes() []LintCode {
	return []LintCode{
		{"lint.not_in_force", "error", "The rule, or a part of it, cannot be honoured and is left out."},
		{"lint.left_out", "warning", "Something of the file is not read, or was probably not meant."},
		{"lint.impossible_property", "error", "A property is required, and the schema forbids its name."},
		{"lint.required_not_planned", "warning", "A property is required and not listed, so it has no type."},
		{"lint.value_of_other_type", "error", "A listed or fixed value is of another type than the property."},
		{"lint.no_value", "error", "The list of values is empty, so nothing can be sent."},
		{"lint.value_twice", "warning", "A value is listed twice."},
		{"lint.value_never_matches", "error", "No listed value matches the pattern, the length or the range."},
		{"lint.value_does_not_match", "warning", "A listed value does not match the pattern, the length or the range."},
		{"lint.default_not_allowed", "warning", "The default is of another type, or not among the listed values."},
		{"lint.empty_range", "error", "The least is more than the most."},
		{"lint.no_effect", "warning", "A keyword does nothing for values of this type."},
		{"lint.duplicate_rule", "error", "Two rules have the same call, name and version."},
		{"lint.empty_event", "warning", "The event plans no property."},
		{"lint.near_duplicate", "warning", "Two names are spellings of one."},
		{"lint.deprecated_without_successor", "warning", "The event is deprecated, and nothing says what to send instead."},
		{"lint.unknown_rule", "warning", "The plan switches a rule on or off that there is not."},
	}
}

// Lint returns what is wrong with a plan itself, in the order of its files:
// what cannot be honoured, what contradicts itself, and names that break the
// conventions. Naming rules the plan switches off are left out.
func Lint(p *Plan) []Flaw {
	l := &linter{plan: p, names: naming.New(nil), severities: map[string]string{}}
	for _, c := range LintCodes() {
		l.severities[c.Code] = c.Severity
	}
	l.problems()
	l.rules()
	l.switches()
	for _, r := range p.Rules {
		l.event(r)
		if r.Schema != nil {
			l.schema(r, r.Schema, r.Label(), 0)
		}
	}
	sort.SliceStable(l.found, func(a, b int) bool {
		x, y := l.found[a].At, l.found[b].At
		switch {
		case x.File != y.File:
			return x.File < y.File
		case x.Line != y.Line:
			return x.Line < y.Line
		}
		return x.Column < y.Column
	})
	return l.found
}

type linter struct {
	plan       *Plan
	names      *naming.Checker
	severities map[string]string
	found      []Flaw
}

func (l *linter) add(code string, at document.Place, format string, args ...any) {
	l.found = append(l.found, Flaw{"lint." + code, Problem{at, fmt.Sprintf(format, args...), l.severities["lint."+code]}})
}

// problems takes over what reading and compiling the plan say.
func (l *linter) problems() {
	c := *l.plan
	c.Problems = append([]Problem(nil), l.plan.Problems...)
	NewJudge(&c)
	told := map[Problem]bool{}
	for _, p := range c.Problems {
		code := "lint.left_out"
		if p.Severity == "error" {
			code = "lint.not_in_force"
		}
		if !told[p] { // a plan in force has them already
			told[p] = true
			l.found = append(l.found, Flaw{code, p})
		}
	}
}

// rules looks at the rules beside each other.
func (l *linter) rules() {
	type identity struct {
		call    Call
		name    string
		version int
	}
	first, spelled := map[identity]*Rule{}, map[string]*Rule{}
	for _, r := range l.plan.Rules {
		id := identity{r.Call, r.Name, r.Version}
		if before := first[id]; before != nil {
			l.add("duplicate_rule", r.At, "The rule for %s is here a second time; the first is at %s. Give it another version, or remove one.", r.Label(), before.At)
			continue
		}
		first[id] = r
		if r.Call != Track {
			continue
		}
		stem := stemOf(r.Name)
		if before := spelled[stem]; before == nil {
			spelled[stem] = r
		} else if before.Name != r.Name {
			l.add("near_duplicate", r.At, "%s and %s, at %s, are spellings of one name. Reports keep them apart. Keep one.", code(r.Name), code(before.Name), before.At)
		}
	}
}

// stemOf is the same for names that differ in case, separators, order of
// words, plural and tense: Order Completed, Complete Orders.
func stemOf(name string) string {
	list := naming.Words(name)
	for i, w := range list {
		w = strings.TrimSuffix(strings.ToLower(w), "s")
		list[i] = strings.TrimSuffix(strings.TrimSuffix(w, "d"), "e")
	}
	sort.Strings(list)
	return strings.Join(list, " ")
}

func (l *linter) switches() {
	var unknown []string
	for rule := range l.plan.Lint {
		if !naming.Known(rule) {
			unknown = append(unknown, rule)
		}
	}
	sort.Strings(unknown)
	for _, rule := range unknown {
		at := document.Place{}
		if len(l.plan.Rules) > 0 {
			at.File = l.plan.Rules[0].At.File
		}
		l.add("unknown_rule", at, "%s is no naming rule, so nothing is switched on or off. docs/naming.md lists them.", code(rule))
	}
}

// event looks at one rule as a whole.
func (l *linter) event(r *Rule) {
	if r.Call == Track {
		if f, bad := l.names.Event(r.Name); bad {
			l.name(f.Code, r.At, f.Message)
		}
		if plansNothing(r.Fields()) {
			l.add("empty_event", r.At, "%s plans no property, so each one sent is told as unplanned. List them, or say additionalProperties: false if there are none.", r.Label())
		}
	}
	if r.Deprecated && !l.replaced(r) {
		l.add("deprecated_without_successor", r.At, "%s is deprecated, and nothing says what to send instead. Name it in the description, or add a newer version.", r.Label())
	}
	for _, f := range r.PlannedFields() {
		last := f.Name[strings.LastIndexByte(f.Name, '.')+1:]
		if found, bad := l.names.Property(last); bad && last != "$" {
			l.name(found.Code, f.At, found.Message)
		}
	}
}

// name tells what a naming rule found, unless the plan switched it off.
func (l *linter) name(code string, at document.Place, message string) {
	if naming.On(l.plan.Lint, code) {
		l.found = append(l.found, Flaw{code, Problem{at, message, "warning"}})
	}
}

func plansNothing(fields *document.Node) bool {
	if fields == nil {
		return true
	}
	for _, m := range fields.Members {
		switch m.Key {
		case "type", "title", "description", "$schema", "$id", "id", "labels", "required":
		case "properties", "patternProperties":
			if len(m.Value.Members) > 0 {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// replaced reports whether a plan says what comes instead of a rule: a newer
// version, a label, or another event named in the description.
func (l *linter) replaced(r *Rule) bool {
	if r.Labels["successor"] != "" || r.Labels["replaced_by"] != "" {
		return true
	}
	for _, other := range l.plan.Rules {
		if other == r || other.Deprecated || other.Call != r.Call {
			continue
		}
		if other.Name == r.Name && other.Version > r.Version || other.Name != r.Name && other.Name != "" && strings.Contains(r.Description, other.Name) {
			return true
		}
	}
	return false
}
