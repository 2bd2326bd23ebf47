package schema

import (
	"maps"
	"slices"
)

// Merge adds what another tally counted: the next day of the same event, or
// the same event of another source.
func (t *Tally) Merge(o *Tally) {
	if o.Events == 0 {
		return
	}
	t.Span.add(o.Span, t.Events)
	t.Events += o.Events
	t.Blocked += o.Blocked
	t.Through = max(t.Through, o.Through)
	t.More = t.More || o.More
	t.MergeProperties(o)
}

// MergeProperties adds what another tally has of properties only.
func (t *Tally) MergeProperties(o *Tally) {
	for _, path := range slices.Sorted(maps.Keys(o.Properties)) { // in order, should there not be room for all
		p := t.Properties[path]
		if p == nil {
			if len(t.Properties) >= MaxProperties {
				t.More = true
				continue
			}
			if t.Properties == nil {
				t.Properties = map[string]*Property{}
			}
			p = &Property{}
			t.Properties[path] = p
		}
		p.merge(o.Properties[path])
	}
}

func (p *Property) merge(o *Property) {
	p.Span.add(o.Span, p.Events)
	p.Events += o.Events
	p.Blocked += o.Blocked
	for k, n := range o.Types {
		p.Types[k] += n
	}
	for _, n := range []*float64{o.Min, o.Max} {
		if n != nil {
			p.number(*n)
		}
	}
	if o.Many {
		p.unlist()
	}
	for _, v := range o.Values {
		p.add(v)
	}
}

// add lists a value of another tally.
func (p *Property) add(v Value) {
	before := len(p.Values)
	p.list([]byte(v.JSON))
	if p.Many || v.Events == 0 {
		return
	}
	if len(p.Values) > before { // list counted one
		p.Values[before].Events = v.Events
		return
	}
	for i := range p.Values {
		if p.Values[i].JSON == v.JSON {
			p.Values[i].Events += v.Events - 1
		}
	}
}
