package rawjson

import (
	"bytes"
	"encoding/json"
	"iter"
	"unicode/utf8"
)

// Kind is what a JSON value is.
type Kind byte

// The kinds. None is the kind of no value at all.
const (
	None Kind = iota
	Null
	Bool
	Number
	Text
	Array
	Object
)

// KindOf tells the kind of a value by its first byte.
func KindOf(value []byte) Kind {
	at := skipSpace(value, 0)
	if at >= len(value) {
		return None
	}
	switch value[at] {
	case 'n':
		return Null
	case 't', 'f':
		return Bool
	case '"':
		return Text
	case '[':
		return Array
	case '{':
		return Object
	}
	return Number
}

// Span is the place of a value in the text it was found in.
type Span struct{ Start, End int }

// Of returns the bytes of the span.
func (s Span) Of(data []byte) []byte { return data[s.Start:s.End] }

// Member is one member of an object. Key is decoded; where it needed no
// decoding it points into the text.
type Member struct {
	Key      []byte
	KeyStart int // where the key's quote stands
	Span
}

// Members walks the members of an object in the order they were written,
// duplicates included. Of anything else it walks nothing.
func Members(data []byte) iter.Seq[Member] {
	return func(yield func(Member) bool) {
		at := skipSpace(data, 0)
		if at >= len(data) || data[at] != '{' {
			return
		}
		for at = skipSpace(data, at+1); at < len(data) && data[at] == '"'; {
			end, keyStart := skip(data, at), at
			key := unquote(data[at:end])
			at = skipSpace(data, end)
			if at >= len(data) {
				return
			}
			at = skipSpace(data, at+1) // the colon
			end = skip(data, at)
			if !yield(Member{key, keyStart, Span{at, end}}) {
				return
			}
			at = next(data, end)
		}
	}
}

// Elements walks the elements of an array. Of anything else it walks nothing.
func Elements(data []byte) iter.Seq[Span] {
	return func(yield func(Span) bool) {
		at := skipSpace(data, 0)
		if at >= len(data) || data[at] != '[' {
			return
		}
		for at = skipSpace(data, at+1); at < len(data) && data[at] != ']'; {
			end := skip(data, at)
			if end == at || !yield(Span{at, end}) {
				return
			}
			at = next(data, end)
		}
	}
}

// Get returns the value of a member, the last where the key is repeated, as
// JSON.parse does; nil if there is none.
func Get(object []byte, key string) []byte {
	var found []byte
	for m := range Members(object) {
		if string(m.Key) == key {
			found = m.Of(object)
		}
	}
	return found
}

// Count returns the number of members or elements, 0 for a scalar.
func Count(value []byte) int {
	n := 0
	for range Members(value) {
		n++
	}
	for range Elements(value) {
		n++
	}
	return n
}

// String decodes a text. A lone surrogate becomes U+FFFD; it is false for any
// other kind of value.
func String(value []byte) (string, bool) {
	if KindOf(value) != Text {
		return "", false
	}
	return string(unquote(bytes.TrimSpace(value))), true
}

// unquote decodes a quoted text, without copying when nothing is escaped.
func unquote(quoted []byte) []byte {
	if len(quoted) < 2 {
		return nil
	}
	inner := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return inner
	}
	var s string
	if json.Unmarshal(quoted, &s) != nil {
		return inner
	}
	return []byte(s)
}

// next moves past the comma after a value.
func next(data []byte, at int) int {
	at = skipSpace(data, at)
	if at < len(data) && data[at] == ',' {
		return skipSpace(data, at+1)
	}
	return at
}

// skip returns the end of the value that starts at at.
func skip(data []byte, at int) int {
	if at >= len(data) {
		return len(data)
	}
	switch data[at] {
	case '"':
		return skipText(data, at)
	case '{', '[':
		return skipContainer(data, at)
	}
	for at < len(data) {
		switch data[at] {
		case ',', ']', '}', ':', ' ', '\t', '\n', '\r':
			return at
		}
		at++
	}
	return at
}

func skipText(data []byte, at int) int {
	for at++; at < len(data); at++ {
		switch data[at] {
		case '\\':
			at++
		case '"':
			return at + 1
		}
	}
	return len(data)
}

func skipContainer(data []byte, at int) int {
	depth := 0
	for at < len(data) {
		switch data[at] {
		case '"':
			at = skipText(data, at)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return at + 1
			}
		}
		at++
	}
	return len(data)
}
