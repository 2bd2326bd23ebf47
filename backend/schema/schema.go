// Package schema is what sources really send: of every event, how often it
// came, with which properties or traits, of which types, with which values.
//
// It is what Segment's Schema tab shows (connections/sources/schema), with
// types and examples added. Events are counted as they arrive, a Tally per
// source, call, name and day; a longer time is the sum of its days. The package
// is pure: the store reads the log and keeps the tallies.
package schema

import (
	"time"

	"sidetrack/backend/event"
)

// Version changes whenever an event would be counted differently. Tallies of
// another version are thrown away and counted anew from the log.
const Version = 1

// What is counted at most, so that names made up on the fly do not fill the
// disk. What is beyond is said to be there, and not counted.
const (
	MaxEvents     = 2_000 // names of one source
	MaxProperties = 500   // paths of one event
	MaxValues     = 20    // distinct values of a property that are listed
	MaxExamples   = 5

	maxName    = 1_000 // bytes of an event's name
	maxPath    = 500   // bytes
	maxValue   = 100   // bytes of an example, as JSON
	maxNesting = 32
	maxNodes   = 5_000 // values of one event that are looked at
)

// Key names what is counted together.
type Key struct {
	Source string // id
	Call   string // track, identify, group, page, screen, alias; empty for what was not counted
	Name   string // of a track event, page or screen; empty otherwise
	Day    int64  // of receipt, in UTC, since 1970
}

// KeyOf tells where a record is counted. It is false for one that is not: what
// could not be read, and calls Segment does not have.
func KeyOf(r *event.Record) (Key, bool) {
	if r.Disposition == event.Rejected {
		return Key{}, false
	}
	switch r.Type {
	case "track", "identify", "group", "page", "screen", "alias":
		return Key{r.Source.ID, r.Type, r.Name, DayOf(r.ReceivedAt)}, true
	}
	return Key{}, false
}

// DayOf returns the day of a moment in UTC, counted from 1970.
func DayOf(t time.Time) int64 {
	seconds := t.Unix()
	day := seconds / 86_400
	if seconds%86_400 < 0 {
		day--
	}
	return day
}

// Countable reports whether a name is short enough to be counted under.
func (k Key) Countable() bool { return len(k.Name) <= maxName }

// Uncounted is where the events of a source and day go whose name is not
// counted.
func (k Key) Uncounted() Key { return Key{Source: k.Source, Day: k.Day} }

// Moment is when something came: its time of receipt, in microseconds since
// 1970, and its Seq.
type Moment struct {
	At  int64 `json:"t"`
	Seq int64 `json:"s"`
}

// Time returns the time of receipt.
func (m Moment) Time() time.Time { return time.UnixMicro(m.At).UTC() }

func (m Moment) before(o Moment) bool { return m.At < o.At || m.At == o.At && m.Seq < o.Seq }

// Span is the first and the last moment something came.
type Span struct {
	First Moment `json:"f"`
	Last  Moment `json:"l"`
}

// add widens the span; n is how many moments it holds already.
func (s *Span) add(o Span, n int64) {
	if n == 0 || o.First.before(s.First) {
		s.First = o.First
	}
	if n == 0 || s.Last.before(o.Last) {
		s.Last = o.Last
	}
}

// Tally is the count of one event. Its JSON form is how it is kept.
type Tally struct {
	Events  int64 `json:"n"`
	Blocked int64 `json:"b,omitempty"` // of Events
	Span
	Through    int64                `json:"u"` // the newest Seq that is in it; what is older was counted
	Properties map[string]*Property `json:"p,omitempty"`
	More       bool                 `json:"m,omitempty"` // there are more names than are counted
}

// Property is the count of one property or trait. Of a list it also stands for
// what its items hold: an event counts once, however many items have it.
type Property struct {
	Events  int64 `json:"n"`
	Blocked int64 `json:"b,omitempty"`
	Span
	Types  [Kinds]int64 `json:"k"` // in how many events it was of a type
	Values []Value      `json:"v,omitempty"`
	Many   bool         `json:"y,omitempty"` // has values that are not listed; Values are examples then
	Min    *float64     `json:"i,omitempty"`
	Max    *float64     `json:"a,omitempty"`

	typed uint8 // types it had in the event of Last, one bit each
	seq   int64 // that event
}

// Value is a value a property had, as JSON, and in how many places; 0 when the
// property has so many values that they are not counted.
type Value struct {
	JSON   string `json:"j"`
	Events int64  `json:"n,omitempty"`
}

// Kind is a type of JSON Schema.
type Kind int

// The types. As in JSON Schema, 1.0 is an integer.
const (
	Null Kind = iota
	Boolean
	Integer
	Number
	String
	Array
	Object
	Kinds // how many there are
)

var kindNames = [Kinds]string{"null", "boolean", "integer", "number", "string", "array", "object"}

// String returns the type as JSON Schema calls it.
func (k Kind) String() string { return kindNames[k] }

// TypeCounts names the types a property had, with the number of events.
func (p *Property) TypeCounts() map[string]int64 {
	types := map[string]int64{}
	for k, n := range p.Types {
		if n > 0 {
			types[kindNames[k]] = n
		}
	}
	return types
}

// Examples returns up to five distinct values, as JSON.
func (p *Property) Examples() []string {
	list := make([]string, 0, MaxExamples)
	for _, v := range p.Values[:min(len(p.Values), MaxExamples)] {
		list = append(list, v.JSON)
	}
	return list
}

// Event is what one source sent of one call and name.
type Event struct {
	Source event.SourceRef
	Call   string
	Name   string
	Tally
}

// Section is where the fields of a call stand in a message.
func Section(call string) string {
	if call == "identify" || call == "group" {
		return "traits"
	}
	return "properties"
}
