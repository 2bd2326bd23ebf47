package naming

import (
	"strconv"
	"strings"

	"sidetrack/backend/event"
	"sidetrack/backend/rawjson"
	"sidetrack/backend/spec"
)

// Bounds of what is looked at: a message can hold a million names.
const (
	maxAlike = 20 // findings of one code that an event lists, as in package spec
	maxDepth = 16
	maxItems = 50 // of one list; the items of a list are alike
	maxNames = 2000
)

// Check returns what the rules find in an event, whose message has these
// fields. It looks at the event's name and at the names in properties or
// traits, and at nothing else but Spellings.
func (c *Checker) Check(r *event.Record, f *spec.Fields) []event.Finding {
	section, fields := "properties", f.Properties
	switch r.Type {
	case "track", "page", "screen":
	case "identify", "group":
		section, fields = "traits", f.Traits
	default:
		return nil
	}
	k := check{c: c, r: r, section: section, left: maxNames}
	if r.Type == "track" {
		k.event()
	}
	k.object(fields, nil)
	return k.out
}

type check struct {
	c       *Checker
	r       *event.Record
	section string
	left    int // names that may still be looked at
	out     []event.Finding
	told    map[string]bool
}

// event tells a more usual spelling before anything else: it is the one to send.
func (k *check) event() {
	name := k.r.Name
	f, bad := k.c.Event(name)
	if k.c.spellings != nil && name != "" && f.Code != "naming.dynamic_event" {
		if usual := k.c.spellings.Usual(k.r); usual != "" {
			k.out = append(k.out, k.c.found("near_duplicate_event", "/event", usual,
				"%s came as %s more often. Names are compared letter by letter, so these are two events. Send %s.", code(name), code(usual), code(usual)))
			return
		}
	}
	if bad {
		k.out = append(k.out, f)
	}
}

// step is one step of the way to a value; the way is only written out when
// something is found.
type step struct {
	up    *step
	name  []byte // nil for an item of a list
	index int    // of that item
}

func (k *check) object(object []byte, at *step) {
	if depth(at) > maxDepth {
		return
	}
	var stems []string
	for m := range rawjson.Members(object) {
		if k.left--; k.left < 0 {
			return
		}
		value := m.Of(object)
		if !plain(m.Key) {
			if f, ok := k.c.property(object, m.Key); ok {
				k.add(f, &step{up: at, name: m.Key})
			} else if stem := k.c.stem(m.Key); stem != "" {
				stems = append(stems, stem)
				k.series(stems, &step{up: at, name: m.Key})
			}
		}
		k.value(value, m.Key, at)
	}
}

func (k *check) value(value, key []byte, at *step) {
	if len(value) == 0 {
		return
	}
	switch value[0] {
	case '"':
		if len(value) <= 7 && isTextBoolean(value) {
			text, _ := rawjson.String(value)
			f := k.c.found("text_boolean", "", "", "%s is the text %s. Text cannot be counted as yes and no. Send %s without the quotes.", code(string(key)), string(value), strings.ToLower(text))
			k.add(f, &step{up: at, name: key})
		}
	case '{':
		k.object(value, &step{up: at, name: key})
	case '[':
		n := 0
		for span := range rawjson.Elements(value) {
			if n++; n > maxItems {
				return
			}
			if item := span.Of(value); rawjson.KindOf(item) == rawjson.Object {
				k.object(item, &step{&step{up: at, name: key}, nil, n - 1})
			}
		}
	}
}

// series tells once that several names differ only in a number.
func (k *check) series(stems []string, at *step) {
	last, same := stems[len(stems)-1], 0
	for _, s := range stems {
		same += b2i(s == last)
	}
	if same == 2 {
		k.add(k.c.found("numbered_properties", "", "", "%s is one of several names that differ only in their number. Each is a column of its own. Send a list, or what the number stands for as a value.", code(string(at.name))), at)
	}
}

// add lists a finding; of a list's items the first that has it.
func (k *check) add(f event.Finding, at *step) {
	place := f.Code + way(at, true)
	if k.told[place] {
		return
	}
	if k.told == nil {
		k.told = map[string]bool{}
	}
	k.told[place] = true
	alike := 0
	for i := range k.out {
		alike += b2i(k.out[i].Code == f.Code)
	}
	if alike < maxAlike {
		f.Path = "/" + k.section + way(at, false)
		k.out = append(k.out, f)
	}
}

// way writes the way to a value as a pointer. Where any item is meant, the
// items of a list are all the same.
func way(at *step, anyItem bool) string {
	switch {
	case at == nil:
		return ""
	case at.name != nil:
		return way(at.up, anyItem) + "/" + rawjson.Escape(string(at.name))
	case anyItem:
		return way(at.up, anyItem) + "/*"
	}
	return way(at.up, anyItem) + "/" + strconv.Itoa(at.index)
}

func depth(at *step) (n int) {
	for ; at != nil; at = at.up {
		n++
	}
	return n
}

func isTextBoolean(value []byte) bool {
	switch string(value) {
	case `"true"`, `"false"`, `"True"`, `"False"`, `"TRUE"`, `"FALSE"`:
		return true
	}
	return false
}
