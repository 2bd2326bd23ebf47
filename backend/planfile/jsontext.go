package planfile

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/fault"
	"sidetrack/backend/rawjson"
)

// jsonText is a JSON file being changed. New parts take the indentation and
// the spaces that are around them.
type jsonText struct {
	file File
	tree *document.Node
}

func (d *jsonText) root() *document.Node { return d.tree }
func (d *jsonText) bytes() []byte        { return d.file.Data }

func (d *jsonText) read() error {
	tree, err := document.JSON(d.file.Name, d.file.Data)
	if err != nil {
		return fault.New(fault.Internal, "the changed file cannot be read: %w", err)
	}
	d.tree = tree
	return nil
}

// splice replaces bytes and reads the file again.
func (d *jsonText) splice(start, end int, with string) error {
	data := make([]byte, 0, len(d.file.Data)+len(with))
	data = append(append(append(data, d.file.Data[:start]...), with...), d.file.Data[end:]...)
	d.file.Data = data
	return d.read()
}

func (d *jsonText) set(path []string, value *document.Node) error {
	if there := follow(d.tree, path); there != nil {
		return d.splice(there.Start, there.End, d.write(value, d.indentAt(there.Start), d.onOneLine(there) || len(there.Members)+len(there.Items) == 0))
	}
	// what lacks on the way is part of the value
	for len(path) > 0 {
		owner := follow(d.tree, path[:len(path)-1])
		key := path[len(path)-1]
		if owner.Is(document.Object) {
			return d.insert(owner, rawQuote(key)+d.colon(), value, owner.Members == nil, d.lastOf(owner))
		}
		if owner != nil {
			return fault.New(fault.Invalid, "%s is %s in the plan; change it by hand", strings.Join(path[:len(path)-1], "."), owner.Kind)
		}
		value = object(document.Place{}, document.Member{Key: key, Value: value})
		path = path[:len(path)-1]
	}
	return fault.New(fault.Internal, "the path leads nowhere")
}

func (d *jsonText) append(path []string, value *document.Node) error {
	owner := follow(d.tree, path)
	if !owner.Is(document.Array) {
		return d.set(path, list(document.Place{}, value))
	}
	return d.insert(owner, "", value, len(owner.Items) == 0, d.lastOf(owner))
}

// lastOf is the last part of a list or object: where it begins and ends.
func (d *jsonText) lastOf(owner *document.Node) rawjson.Span {
	switch {
	case len(owner.Items) > 0:
		last := owner.Items[len(owner.Items)-1]
		return rawjson.Span{Start: last.Start, End: last.End}
	case len(owner.Members) > 0:
		last := owner.Members[len(owner.Members)-1]
		return rawjson.Span{Start: last.KeyStart, End: last.Value.End}
	}
	return rawjson.Span{}
}

// insert adds a part after the last of a list or object, the way the others
// are written.
func (d *jsonText) insert(owner *document.Node, key string, value *document.Node, empty bool, last rawjson.Span) error {
	if empty {
		indent, single := d.indentAt(owner.Start), !d.manyLines()
		open, end := string(d.file.Data[owner.Start]), string(d.file.Data[owner.End-1])
		if single || owner.Is(document.Array) && value.Is(document.Text) {
			return d.splice(owner.Start, owner.End, open+key+d.write(value, indent, true)+end)
		}
		inner := indent + d.unit()
		return d.splice(owner.Start, owner.End, open+d.newline()+inner+key+d.write(value, inner, false)+d.newline()+indent+end)
	}
	if !bytes.ContainsRune(d.file.Data[owner.Start:last.Start], '\n') {
		return d.splice(last.End, last.End, ","+d.gap()+key+d.write(value, d.indentAt(owner.Start), true))
	}
	single := d.siblingsOnOneLine(owner)
	if startsLine(d.file.Data, last.Start) {
		indent := d.indentAt(last.Start)
		return d.splice(last.End, last.End, ","+d.newline()+indent+key+d.write(value, indent, single))
	}
	return d.splice(last.End, last.End, ","+d.gap()+key+d.write(value, d.indentAt(last.Start), single))
}

// siblingsOnOneLine reports whether the parts of an object or list are written
// on a line each, whatever is in them.
func (d *jsonText) siblingsOnOneLine(owner *document.Node) bool {
	for i := len(owner.Members) - 1; i >= 0; i-- {
		if v := owner.Members[i].Value; len(v.Members) > 0 {
			return d.onOneLine(v)
		}
	}
	for i := len(owner.Items) - 1; i >= 0; i-- {
		if v := owner.Items[i]; len(v.Members) > 0 {
			return d.onOneLine(v)
		}
	}
	return !d.manyLines()
}

func (d *jsonText) onOneLine(n *document.Node) bool {
	return !d.manyLines() || len(n.Members)+len(n.Items) > 0 && !bytes.ContainsRune(d.file.Data[n.Start:n.End], '\n')
}

func (d *jsonText) remove(path []string) error {
	owner, key := follow(d.tree, path[:len(path)-1]), path[len(path)-1]
	var parts []rawjson.Span
	at := -1
	for i, m := range membersOf(owner) {
		parts = append(parts, rawjson.Span{Start: m.KeyStart, End: m.Value.End})
		if m.Key == key {
			at = i
		}
	}
	for i, item := range itemsOf(owner) {
		parts = append(parts, rawjson.Span{Start: item.Start, End: item.End})
		if strconv.Itoa(i) == key {
			at = i
		}
	}
	switch {
	case at < 0:
		return fault.New(fault.NotFound, "%s is not there", key)
	case len(parts) == 1: // the brackets stay
		return d.splice(owner.Start+1, owner.End-1, "")
	case at == 0:
		return d.splice(parts[0].Start, parts[1].Start, "")
	}
	return d.splice(parts[at-1].End, parts[at].End, "")
}

func (d *jsonText) rename(path []string, key string) error {
	for _, m := range membersOf(follow(d.tree, path[:len(path)-1])) {
		if m.Key == path[len(path)-1] {
			return d.splice(m.KeyStart, endOfText(d.file.Data, m.KeyStart), rawQuote(key))
		}
	}
	return fault.New(fault.NotFound, "%s is not there", path[len(path)-1])
}

// endOfText is where the text that begins at a quote ends.
func endOfText(data []byte, at int) int {
	for at++; at < len(data) && data[at] != '"'; at++ {
		if data[at] == '\\' {
			at++
		}
	}
	return min(at+1, len(data))
}

// write writes a value beneath an indentation, or on one line.
func (d *jsonText) write(n *document.Node, indent string, single bool) string {
	if single {
		return d.line(n)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, n.AppendJSON(nil), indent, d.unit()); err != nil {
		return string(n.AppendJSON(nil))
	}
	return strings.ReplaceAll(out.String(), "\n", d.newline())
}

func (d *jsonText) line(n *document.Node) string {
	var parts []string
	switch {
	case n.Is(document.Array):
		for _, item := range n.Items {
			parts = append(parts, d.line(item))
		}
		return "[" + strings.Join(parts, ","+d.gap()) + "]"
	case n.Is(document.Object):
		for _, m := range n.Members {
			parts = append(parts, rawQuote(m.Key)+d.colon()+d.line(m.Value))
		}
		return "{" + strings.Join(parts, ","+d.gap()) + "}"
	}
	return string(n.AppendJSON(nil))
}

func rawQuote(s string) string { return string(rawjson.Quote(s)) }

// colon and gap are a colon and the space after a comma as the file has them.
func (d *jsonText) colon() string {
	if bytes.Contains(d.file.Data, []byte(`":`)) && !bytes.Contains(d.file.Data, []byte(`": `)) {
		return ":"
	}
	return ": "
}

func (d *jsonText) gap() string {
	if d.colon() == ":" {
		return ""
	}
	return " "
}

func (d *jsonText) newline() string {
	if bytes.Contains(d.file.Data, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

func (d *jsonText) manyLines() bool {
	return bytes.ContainsRune(bytes.TrimSpace(d.file.Data), '\n')
}

// unit is what the file indents a level by: the indentation of its first
// indented line.
func (d *jsonText) unit() string {
	for _, line := range bytes.Split(d.file.Data, []byte("\n")) {
		if indent := indentation(line); len(indent) > 0 && len(indent) < len(line) {
			return string(indent)
		}
	}
	return "  "
}

func (d *jsonText) indentAt(offset int) string {
	start := bytes.LastIndexByte(d.file.Data[:offset], '\n') + 1
	return string(indentation(d.file.Data[start:]))
}

func startsLine(data []byte, offset int) bool {
	start := bytes.LastIndexByte(data[:offset], '\n') + 1
	return len(bytes.TrimLeft(data[start:offset], " \t")) == 0
}

func indentation(line []byte) []byte {
	return line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
}
