package rawjson

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// Additions collects members to add to an object. Nothing that is there is
// touched: each addition is written just before a closing brace.
type Additions struct {
	Limit int // bytes that may be added, pointers included; 0 for any number

	size     int
	data     []byte
	end      int  // the closing brace of the object itself
	empty    bool // no member yet, so the next needs no comma
	edits    []edit
	pointers []string
}

type edit struct {
	at   int
	text []byte
}

// Add begins additions to an object.
func Add(object []byte) Additions {
	return Additions{data: object, end: bytes.LastIndexByte(object, '}'), empty: isEmpty(object)}
}

// Member adds a member whose value is raw JSON.
func (a *Additions) Member(key string, value []byte) {
	a.insert(a.end, a.empty, (*place)(nil).member([]byte(key)), value)
	a.empty = false
}

// Size tells how many bytes were to be added, pointers included.
func (a *Additions) Size() int { return a.size }

// Over reports whether the limit was passed. Something is missing then.
func (a *Additions) Over() bool { return a.Limit > 0 && a.size > a.Limit }

// Beneath lays an object beneath the member key: what the member has of its
// own stays, at every depth, and only what it lacks is added. Without such a
// member the object is added whole. A member that is no object wins as it is.
func (a *Additions) Beneath(key string, own Span, under []byte) {
	if KindOf(under) != Object {
		return
	}
	if own.End == 0 {
		a.Member(key, under)
		return
	}
	a.merge(own, under, (*place)(nil).member([]byte(key)))
}

// place is a member with the members it is in. Its pointer is written only when
// something is added there: of a long key with many members inside, writing each
// would take time by the square of the message.
type place struct {
	in     *place
	key    []byte
	length int // of the pointer, or little less
}

func (p *place) member(key []byte) *place {
	inside := &place{in: p, key: key, length: len(key) + 1}
	if p != nil {
		inside.length += p.length
	}
	return inside
}

func (p *place) pointer() string {
	var keys []string
	for ; p != nil; p = p.in {
		keys = append(keys, Escape(string(p.key)))
	}
	slices.Reverse(keys)
	return "/" + strings.Join(keys, "/")
}

// merge adds to the object at own what only under has. Its depth is bounded by
// the nesting Check allowed.
func (a *Additions) merge(own Span, under []byte, at *place) {
	mine := own.Of(a.data)
	if KindOf(mine) != Object {
		return
	}
	have := lastOfEach(mine)
	empty := len(have.members) == 0
	for _, m := range lastOfEach(under).members {
		value := m.Of(under)
		if sub, ok := have.find(m.Key); ok {
			if KindOf(value) == Object {
				a.merge(Span{own.Start + sub.Start, own.Start + sub.End}, value, at.member(m.Key))
			}
			continue
		}
		a.insert(own.End-1, empty, at.member(m.Key), value)
		empty = false
		if a.Over() {
			return
		}
	}
}

func (a *Additions) insert(at int, first bool, p *place, value []byte) {
	if a.size += p.length + len(p.key) + len(value); a.Over() {
		return
	}
	text := make([]byte, 0, len(p.key)+len(value)+4)
	if !first {
		text = append(text, ',')
	}
	text = append(text, Quote(string(p.key))...)
	text = append(text, ':')
	a.edits = append(a.edits, edit{at, append(text, value...)})
	a.pointers = append(a.pointers, p.pointer())
}

// Pointers names what was added, as JSON pointers. It is never nil.
func (a *Additions) Pointers() []string {
	if a.pointers == nil {
		return []string{}
	}
	return a.pointers
}

// Bytes returns the object with its additions, or the very same bytes when
// there are none.
func (a *Additions) Bytes() []byte {
	if len(a.edits) == 0 {
		return a.data
	}
	slices.SortStableFunc(a.edits, func(x, y edit) int { return x.at - y.at })
	size := len(a.data)
	for _, e := range a.edits {
		size += len(e.text)
	}
	out, from := make([]byte, 0, size), 0
	for _, e := range a.edits {
		out = append(out, a.data[from:e.at]...)
		out = append(out, e.text...)
		from = e.at
	}
	return append(out, a.data[from:]...)
}

// members are an object's members, without the ones a later duplicate
// replaces. The index is made only for long objects, which would otherwise
// take time by the square of their length.
type members struct {
	members []Member
	index   map[string]int
}

const indexFrom = 32

func lastOfEach(object []byte) members {
	var l members
	for m := range Members(object) {
		if i := l.place(m.Key); i >= 0 {
			l.members[i] = m
			continue
		}
		l.members = append(l.members, m)
		switch n := len(l.members); {
		case n == indexFrom:
			l.index = make(map[string]int, 2*n)
			for i := range l.members {
				l.index[string(l.members[i].Key)] = i
			}
		case n > indexFrom:
			l.index[string(m.Key)] = n - 1
		}
	}
	return l
}

func (l *members) place(key []byte) int {
	if l.index != nil {
		if i, ok := l.index[string(key)]; ok {
			return i
		}
		return -1
	}
	return slices.IndexFunc(l.members, func(m Member) bool { return bytes.Equal(m.Key, key) })
}

func (l *members) find(key []byte) (Span, bool) {
	i := l.place(key)
	if i < 0 {
		return Span{}, false
	}
	return l.members[i].Span, true
}

func isEmpty(object []byte) bool {
	for range Members(object) {
		return false
	}
	return true
}

// Quote writes a text as JSON.
func Quote(s string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.Encode(s) // a string always encodes, and a Buffer always takes it
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// Escape prepares a key for a JSON pointer.
func Escape(key string) string {
	if !strings.ContainsAny(key, "~/") {
		return key
	}
	return strings.ReplaceAll(strings.ReplaceAll(key, "~", "~0"), "/", "~1")
}
