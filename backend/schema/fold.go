package schema

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"sidetrack/backend/event"
	"sidetrack/backend/rawjson"
)

// Fold counts an event. Events come in the order of their Seq; one that is in
// the tally already is passed over, so that going over the log again does no
// harm.
func (t *Tally) Fold(r *event.Record) {
	if r.Seq <= t.Through {
		return
	}
	t.Through = r.Seq
	now := Moment{r.ReceivedAt.UnixMicro(), r.Seq}
	t.Span.add(Span{now, now}, t.Events)
	t.Events++
	blocked := r.Disposition == event.Blocked
	if blocked {
		t.Blocked++
	}
	section := rawjson.Get(r.Message, Section(r.Type))
	if rawjson.KindOf(section) != rawjson.Object {
		return
	}
	f := folding{tally: t, now: now, blocked: blocked, masked: maskedPaths(r.Masked, Section(r.Type))}
	f.members(section, 0)
}

// folding is one event being counted.
type folding struct {
	tally   *Tally
	now     Moment
	blocked bool
	masked  []string // paths whose values are nobody's business
	path    []byte
	nodes   int
}

func (f *folding) members(object []byte, depth int) {
	at := len(f.path)
	for m := range rawjson.Members(object) {
		f.path = append(f.path[:at], m.Key...)
		f.value(m.Of(object), depth)
	}
	f.path = f.path[:at]
}

// value counts a value under the path, and what is in it.
func (f *folding) value(value []byte, depth int) {
	if f.nodes++; f.nodes > maxNodes || depth > maxNesting {
		f.tally.More = true
		return
	}
	p := f.property()
	if p == nil {
		f.tally.More = true
		return
	}
	if p.seq != f.now.Seq {
		p.seq, p.typed = f.now.Seq, 0
		p.Span.add(Span{f.now, f.now}, p.Events)
		p.Events++
		if f.blocked {
			p.Blocked++
		}
	}
	kind := kindOf(value)
	if p.typed&(1<<kind) == 0 {
		p.typed |= 1 << kind
		p.Types[kind]++
	}
	at := len(f.path)
	switch kind {
	case Null:
	case Object:
		f.path = append(f.path, '.')
		f.members(value, depth+1)
	case Array:
		f.path = append(f.path, ".$"...)
		for item := range rawjson.Elements(value) {
			f.value(item.Of(value), depth+1)
		}
	default:
		f.scalar(p, kind, value)
	}
	f.path = f.path[:at]
}

// property returns the count of the path, nil when there is no room for it.
func (f *folding) property() *Property {
	if p := f.tally.Properties[string(f.path)]; p != nil {
		return p
	}
	if len(f.path) > maxPath || len(f.tally.Properties) >= MaxProperties || !utf8.Valid(f.path) {
		return nil
	}
	if f.tally.Properties == nil {
		f.tally.Properties = map[string]*Property{}
	}
	p := &Property{}
	f.tally.Properties[string(f.path)] = p
	return p
}

func (f *folding) scalar(p *Property, kind Kind, value []byte) {
	if len(f.masked) > 0 && f.isMasked() {
		p.unlist()
		return
	}
	value = bytes.TrimSpace(value)
	if kind == Integer || kind == Number {
		if n, err := strconv.ParseFloat(string(value), 64); err == nil {
			p.number(n)
		}
	}
	if len(value) > maxValue || !utf8.Valid(value) {
		p.unlist()
		return
	}
	p.list(value)
}

func (p *Property) number(n float64) {
	if p.Min == nil || n < *p.Min {
		p.Min = &n
	}
	if p.Max == nil || n > *p.Max {
		p.Max = &n
	}
}

// list adds a value to those that are listed.
func (p *Property) list(value []byte) {
	if p.Many && len(p.Values) >= MaxExamples {
		return
	}
	for i := range p.Values {
		if v := &p.Values[i]; v.JSON == string(value) {
			if !p.Many {
				v.Events++
			}
			return
		}
	}
	if !p.Many && len(p.Values) == MaxValues {
		p.unlist()
		return
	}
	v := Value{JSON: string(value)}
	if !p.Many {
		v.Events = 1
	}
	p.Values = append(p.Values, v)
}

// unlist says that there are values which are not listed; a few stay as
// examples.
func (p *Property) unlist() {
	if p.Many {
		return
	}
	p.Many = true
	p.Values = p.Values[:min(len(p.Values), MaxExamples)]
	for i := range p.Values {
		p.Values[i].Events = 0
	}
}

// Forget drops every value, and keeps the counts: some of them stood in events
// that a person deleted.
func (t *Tally) Forget() {
	for _, p := range t.Properties {
		p.Many = p.Many || len(p.Values) > 0
		p.Values, p.Min, p.Max = nil, nil, nil
	}
}

func kindOf(value []byte) Kind {
	switch rawjson.KindOf(value) {
	case rawjson.Bool:
		return Boolean
	case rawjson.Text:
		return String
	case rawjson.Array:
		return Array
	case rawjson.Object:
		return Object
	case rawjson.Number:
		if isWhole(value) {
			return Integer
		}
		return Number
	}
	return Null
}

// isWhole takes a number for an integer as JSON Schema does, however it is
// written.
func isWhole(number []byte) bool {
	number = bytes.TrimSpace(number)
	if bytes.ContainsAny(number, "eE") {
		n, err := strconv.ParseFloat(string(number), 64)
		return err == nil && n == math.Trunc(n)
	}
	_, fraction, _ := bytes.Cut(number, []byte{'.'})
	return len(bytes.Trim(fraction, "0")) == 0
}

// maskedPaths turns JSON pointers into a message into paths of its section.
// The path of everything is empty.
func maskedPaths(pointers []string, section string) []string {
	var list []string
	for _, pointer := range pointers {
		rest, under := strings.CutPrefix(pointer, "/"+section)
		if !under {
			if pointer == "" {
				list = append(list, "")
			}
			continue
		}
		steps := strings.Split(strings.TrimPrefix(rest, "/"), "/")
		for i, step := range steps {
			steps[i] = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
		}
		list = append(list, itemsAlike(strings.Join(steps, ".")))
	}
	return list
}

// itemsAlike makes the steps of a path that may be places in a list into ".$".
// A pointer does not tell a place from a member that is called like a number,
// which is then masked too.
func itemsAlike(path string) string {
	steps := strings.Split(path, ".")
	for i, step := range steps {
		if _, err := strconv.ParseUint(step, 10, 64); err == nil {
			steps[i] = "$"
		}
	}
	return strings.Join(steps, ".")
}

func (f *folding) isMasked() bool {
	path := itemsAlike(string(f.path))
	for _, m := range f.masked {
		if m == "" || path == m || strings.HasPrefix(path, m) && path[len(m)] == '.' {
			return true
		}
	}
	return false
}
