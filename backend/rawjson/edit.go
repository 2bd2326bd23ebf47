package rawjson

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// Steps takes a JSON pointer (RFC 6901) apart.
func Steps(pointer string) []string {
	if pointer == "" {
		return nil
	}
	list := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, s := range list {
		list[i] = strings.ReplaceAll(strings.ReplaceAll(s, "~1", "/"), "~0", "~")
	}
	return list
}

// Pointer puts steps together to a JSON pointer.
func Pointer(steps ...string) string {
	var b strings.Builder
	for _, s := range steps {
		b.WriteByte('/')
		b.WriteString(Escape(s))
	}
	return b.String()
}

// Find returns the place of the value that steps lead to. Of a repeated key the
// last one counts, as in Get.
func Find(data []byte, steps []string) (Span, bool) {
	at := Span{0, len(data)}
	for _, step := range steps {
		inside, ok := child(at.Of(data), step)
		if !ok {
			return Span{}, false
		}
		at = Span{at.Start + inside.Start, at.Start + inside.End}
	}
	return at, true
}

func child(value []byte, step string) (found Span, ok bool) {
	for m := range Members(value) {
		if string(m.Key) == step {
			found, ok = m.Span, true
		}
	}
	index := 0
	for item := range Elements(value) {
		if strconv.Itoa(index) == step {
			return item, true
		}
		index++
	}
	return found, ok
}

// At returns the value steps lead to, nil where they lead nowhere.
func At(data []byte, steps []string) []byte {
	at, ok := Find(data, steps)
	if !ok {
		return nil
	}
	return at.Of(data)
}

// Replace returns data with another value where steps lead, false where they
// lead nowhere. No other byte changes.
func Replace(data []byte, steps []string, value []byte) ([]byte, bool) {
	at, ok := Find(data, steps)
	if !ok {
		return data, false
	}
	return splice(data, value, at), true
}

// Rename returns data with another name for the member steps lead to. Where the
// key is repeated every one is renamed, so that none comes to count that did
// not. No other byte changes.
func Rename(data []byte, steps []string, name string) ([]byte, bool) {
	if len(steps) == 0 {
		return data, false
	}
	last := len(steps) - 1
	in, ok := Find(data, steps[:last])
	if !ok {
		return data, false
	}
	var keys []Span
	for m := range Members(in.Of(data)) {
		if string(m.Key) == steps[last] {
			keys = append(keys, Span{in.Start + m.KeyStart, skip(data, in.Start+m.KeyStart)})
		}
	}
	return splice(data, Quote(name), keys...), len(keys) > 0
}

// Insert returns data with a member more at the end of the object steps lead
// to, false when there is no object or it has such a member.
func Insert(data []byte, steps []string, name string, value []byte) ([]byte, bool) {
	in, ok := Find(data, steps)
	if !ok || KindOf(in.Of(data)) != Object || Get(in.Of(data), name) != nil {
		return data, false
	}
	object := in.Of(data)
	text := append(append(Quote(name), ':'), value...)
	if !isEmpty(object) {
		text = append([]byte{','}, text...)
	}
	end := in.Start + bytes.LastIndexByte(object, '}')
	for end > in.Start+1 && isSpace(data[end-1]) && !isEmpty(object) {
		end-- // behind the last member, however the closing brace is set
	}
	return splice(data, text, Span{end, end}), true
}

// Remove returns data without the member or item steps lead to, its comma with
// it, false where they lead nowhere. Of a repeated key every one goes.
func Remove(data []byte, steps []string) ([]byte, bool) {
	if len(steps) == 0 {
		return data, false
	}
	last := len(steps) - 1
	in, ok := Find(data, steps[:last])
	if !ok {
		return data, false
	}
	var parts []Span // from the start of a member or item to the end of its value
	var gone []int
	for m := range Members(in.Of(data)) {
		if string(m.Key) == steps[last] {
			gone = append(gone, len(parts))
		}
		parts = append(parts, Span{in.Start + m.KeyStart, in.Start + m.End})
	}
	for item := range Elements(in.Of(data)) {
		if strconv.Itoa(len(parts)) == steps[last] {
			gone = append(gone, len(parts))
		}
		parts = append(parts, Span{in.Start + item.Start, in.Start + item.End})
	}
	return splice(data, nil, without(parts, gone)...), len(gone) > 0
}

// without returns what to cut so that some parts go and commas stay between the
// others.
func without(parts []Span, gone []int) []Span {
	var cuts []Span
	end := len(parts) // behind the last part that stays
	for _, i := range slices.Backward(gone) {
		if i == end-1 {
			end--
		}
	}
	for _, i := range gone {
		if i < end {
			cuts = append(cuts, Span{parts[i].Start, parts[i+1].Start})
		}
	}
	if end == len(parts) {
		return cuts
	}
	tail := Span{parts[end].Start, parts[len(parts)-1].End}
	if end > 0 {
		tail.Start = parts[end-1].End
	}
	return append(cuts, tail)
}

// splice returns data with text in the place of each span.
func splice(data, text []byte, spans ...Span) []byte {
	if len(spans) == 0 {
		return data
	}
	out, from := make([]byte, 0, len(data)+len(text)), 0
	for _, at := range spans {
		out = append(append(out, data[from:at.Start]...), text...)
		from = at.End
	}
	return append(out, data[from:]...)
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

// Items returns the steps that step stands for inside a value: the place of
// every item of a list, and the step itself of anything else.
func Items(value []byte, step string) []string {
	if KindOf(value) != Array {
		return []string{step}
	}
	list := make([]string, Count(value))
	for i := range list {
		list[i] = strconv.Itoa(i)
	}
	return list
}
