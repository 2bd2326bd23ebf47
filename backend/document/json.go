package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"sort"
	"unicode/utf8"

	"sidetrack/backend/rawjson"
)

// MaxDepth is how deeply a document may be nested.
const MaxDepth = 200

// JSON reads a JSON text. The error is an *Error.
func JSON(file string, data []byte) (*Node, error) {
	text := lines{file: file, data: data}
	if at := bytes.IndexFunc(data, func(r rune) bool { return r == utf8.RuneError }); at >= 0 && !utf8.Valid(data) {
		return nil, &Error{At: text.place(at), Reason: "this is not UTF-8", Expected: "a file saved as UTF-8"}
	}
	body := bytes.TrimPrefix(data, []byte("\ufeff"))
	text.skipped = len(data) - len(body)
	text.data = body
	if err := rawjson.Check(body, MaxDepth); err != nil {
		var bad *rawjson.Error
		errors.As(err, &bad)
		return nil, &Error{At: text.place(bad.Offset), Reason: bad.Reason}
	}
	start := 0
	for start < len(body) && bytes.IndexByte([]byte(" \t\r\n"), body[start]) >= 0 {
		start++
	}
	return text.node(start, len(bytes.TrimRight(body, " \t\r\n"))), nil
}

// lines finds the line and column of an offset.
type lines struct {
	file    string
	data    []byte
	starts  []int
	skipped int // bytes of a byte order mark
}

func (l *lines) place(offset int) Place {
	if l.starts == nil {
		l.starts = []int{0}
		for i, c := range l.data {
			if c == '\n' {
				l.starts = append(l.starts, i+1)
			}
		}
	}
	offset = min(max(offset, 0), len(l.data))
	line := sort.SearchInts(l.starts, offset+1)
	return Place{l.file, line, utf8.RuneCount(l.data[l.starts[line-1]:offset]) + 1}
}

// node reads the value at an offset; the text was checked.
func (l *lines) node(start, end int) *Node {
	value := l.data[start:end]
	n := &Node{At: l.place(start), Start: start + l.skipped, End: end + l.skipped}
	switch rawjson.KindOf(value) {
	case rawjson.Null, rawjson.None:
		n.Kind = Null
	case rawjson.Bool:
		n.Kind, n.Text = Bool, string(value)
	case rawjson.Number:
		n.Kind, n.Text = Number, string(value)
	case rawjson.Text:
		n.Kind = Text
		_ = json.Unmarshal(value, &n.Text) // was checked
	case rawjson.Array:
		n.Kind, n.Items = Array, []*Node{}
		for span := range rawjson.Elements(value) {
			n.Items = append(n.Items, l.node(start+span.Start, start+span.End))
		}
	case rawjson.Object:
		n.Kind = Object
		for m := range rawjson.Members(value) {
			n.Members = append(n.Members, Member{
				Key: string(m.Key), KeyAt: l.place(start + m.KeyStart), KeyStart: start + m.KeyStart + l.skipped,
				Value: l.node(start+m.Start, start+m.End),
			})
		}
	}
	return n
}

// Value is the node as encoding/json would read it, numbers as json.Number.
func (n *Node) Value() any {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case Bool:
		return n.Text == "true"
	case Number:
		return json.Number(n.Text)
	case Text:
		return n.Text
	case Array:
		list := make([]any, len(n.Items))
		for i, item := range n.Items {
			list[i] = item.Value()
		}
		return list
	case Object:
		object := make(map[string]any, len(n.Members))
		for _, m := range n.Members {
			object[m.Key] = m.Value.Value()
		}
		return object
	}
	return nil
}

// AppendJSON writes the node as compact JSON, keys in their order.
func (n *Node) AppendJSON(out []byte) []byte {
	if n == nil {
		return append(out, "null"...)
	}
	switch n.Kind {
	case Bool, Number:
		return append(out, n.Text...)
	case Text:
		return append(out, rawjson.Quote(n.Text)...)
	case Array:
		out = append(out, '[')
		for i, item := range n.Items {
			if i > 0 {
				out = append(out, ',')
			}
			out = item.AppendJSON(out)
		}
		return append(out, ']')
	case Object:
		out = append(out, '{')
		for i, m := range n.Members {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(append(out, rawjson.Quote(m.Key)...), ':')
			out = m.Value.AppendJSON(out)
		}
		return append(out, '}')
	}
	return append(out, "null"...)
}
