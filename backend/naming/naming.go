// Package naming holds names against Segment's conventions: events in Title
// Case that say Object and Action, properties in snake_case, and no values in
// names. It reports and decides nothing; none of its findings is a violation.
//
// The words it knows are in naming.yaml, its rules in Rules, which
// docs/naming.md is rendered from. Names of pages and screens are not held
// against anything: they are values of a column, not names of tables.
package naming

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"sidetrack/backend/event"
)

//go:embed naming.yaml
var words []byte

// Spellings remembers the names of events that came before.
type Spellings interface {
	// Usual counts the name of an event and returns the spelling of it that is
	// more usual, empty when there is none.
	Usual(r *event.Record) string
}

// Checker holds names against the rules. It may be used by many goroutines.
type Checker struct {
	spellings  Spellings
	severities map[string]event.Severity

	past       map[string]bool   // Clicked
	bases      map[string]string // Click: Clicked
	nouns      map[string]bool
	links      map[string]bool // lower case
	particles  map[string]bool
	events     map[string]bool // exceptions
	properties map[string]bool // exceptions
	numbered   map[string]bool

	date, long, uuid, hex, email, brackets *regexp.Regexp
}

// vocabulary is the shape of naming.yaml.
type vocabulary struct {
	Verbs              map[string]string
	Past               []string
	Nouns              []string
	Links              []string
	Particles          []string
	EventExceptions    []string `yaml:"event_exceptions"`
	PropertyExceptions []string `yaml:"property_exceptions"`
	Numbered           []string
}

// New makes a Checker. Without spellings it tells no near duplicates.
func New(s Spellings) *Checker {
	var v vocabulary
	if err := yaml.Unmarshal(words, &v); err != nil {
		panic("naming.yaml: " + err.Error()) // built in, and read by every test
	}
	c := &Checker{
		spellings: s, severities: map[string]event.Severity{}, bases: map[string]string{},
		past: set(v.Past), nouns: set(v.Nouns), links: set(v.Links), particles: set(v.Particles),
		events: set(v.EventExceptions), properties: set(v.PropertyExceptions), numbered: set(v.Numbered),
		date:     regexp.MustCompile(`\d{1,4}[-/._]\d{1,2}[-/._]\d{1,4}`),
		long:     regexp.MustCompile(`\d{4,}`),
		uuid:     regexp.MustCompile(`[0-9a-fA-F]{8}(?:[-_][0-9a-fA-F]{4}){1,3}(?:[-_][0-9a-fA-F]{12})?`),
		hex:      regexp.MustCompile(`(?:^|[^0-9A-Za-z])((?:[0-9]+[a-f]|[a-f]+[0-9])[0-9a-f]{6,}|(?:[0-9]+[A-F]|[A-F]+[0-9])[0-9A-F]{6,})(?:$|[^0-9A-Za-z])`),
		email:    regexp.MustCompile(`[^\s@]+@[^\s@]+\.[A-Za-z]{2,}`),
		brackets: regexp.MustCompile(`\([^)]*\)|\[[^\]]*\]|\{[^}]*\}`),
	}
	for base, past := range v.Verbs {
		c.bases[strings.ToUpper(base[:1])+base[1:]] = past
		c.past[past] = true
	}
	for _, r := range Rules() {
		c.severities[r.Code] = r.Severity
	}
	return c
}

func set(list []string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, s := range list {
		m[s] = true
	}
	return m
}

// found makes a finding of a rule.
func (c *Checker) found(code, path, nearest, format string, args ...any) event.Finding {
	return event.Finding{Code: "naming." + code, Severity: c.severities["naming."+code], Path: path, Nearest: nearest, Message: fmt.Sprintf(format, args...)}
}

// code shows a name in a sentence.
func code(name string) string {
	const most = 80
	if r := []rune(name); len(r) > most {
		name = string(r[:most-1]) + "…"
	}
	return "`" + strings.ReplaceAll(name, "`", "'") + "`"
}
