package planfile

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"sidetrack/backend/document"
	"sidetrack/backend/fault"
)

// yamlFile is a YAML file being changed, by its lines and, within {…} and […],
// by its characters. Comments and the order of things stay.
type yamlFile struct {
	file File
	tree *document.Node
	top  *yaml.Node
}

func (d *yamlFile) root() *document.Node { return d.tree }
func (d *yamlFile) bytes() []byte        { return d.file.Data }

func (d *yamlFile) read() error {
	tree, err := document.YAML(d.file.Name, d.file.Data)
	if err != nil {
		return fault.New(fault.Internal, "the changed file cannot be read: %w", err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(d.file.Data, &doc); err != nil {
		return fault.New(fault.Internal, "the changed file cannot be read: %w", err)
	}
	d.tree, d.top = tree, doc.Content[0]
	return nil
}

func (d *yamlFile) splice(start, end int, with string) error {
	if d.crlf() {
		with = strings.ReplaceAll(with, "\n", "\r\n")
	}
	data := make([]byte, 0, len(d.file.Data)+len(with))
	data = append(append(append(data, d.file.Data[:start]...), with...), d.file.Data[end:]...)
	d.file.Data = data
	return d.read()
}

func (d *yamlFile) crlf() bool { return bytes.Contains(d.file.Data, []byte("\r\n")) }

// entry is a member of a mapping or an item of a list, with what it is in.
type entry struct {
	owner, key, value *yaml.Node // key is nil in a list
	index             int        // of value in owner.Content
}

// find follows a path; false where it leads nowhere. What an alias stands for
// is elsewhere and cannot be changed in its place.
func (d *yamlFile) find(path []string) (entry, bool) {
	at := entry{value: d.top}
	for _, step := range path {
		next, found := entry{owner: at.value}, false
		switch at.value.Kind {
		case yaml.MappingNode:
			for i := 0; i+1 < len(at.value.Content); i += 2 {
				if k := at.value.Content[i]; k.Value == step && k.Tag != "!!merge" {
					next.key, next.value, next.index, found = k, at.value.Content[i+1], i+1, true
				}
			}
		case yaml.SequenceNode:
			if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(at.value.Content) {
				next.value, next.index, found = at.value.Content[i], i, true
			}
		}
		if !found {
			return entry{}, false
		}
		at = next
	}
	return at, true
}

// offset is the byte a node begins at, its anchor and tag included.
func (d *yamlFile) offset(n *yaml.Node) int { return d.byteAt(n.Line, n.Column) }

func (d *yamlFile) byteAt(line, column int) int {
	at := d.lineStart(line)
	if line == 1 && bytes.HasPrefix(d.file.Data, []byte("\ufeff")) {
		at += 3
	}
	for c := 1; c < column && at < len(d.file.Data); c++ {
		_, size := utf8.DecodeRune(d.file.Data[at:])
		at += size
	}
	return at
}

// lineStart is where a line begins; the end of the file after the last.
func (d *yamlFile) lineStart(line int) int {
	at := 0
	for ; line > 1; line-- {
		next := bytes.IndexByte(d.file.Data[at:], '\n')
		if next < 0 {
			return len(d.file.Data)
		}
		at += next + 1
	}
	return at
}

func (d *yamlFile) line(line int) string {
	rest := d.file.Data[d.lineStart(line):]
	if end := bytes.IndexByte(rest, '\n'); end >= 0 {
		rest = rest[:end]
	}
	return strings.TrimSuffix(string(rest), "\r")
}

func (d *yamlFile) lines() int { return bytes.Count(d.file.Data, []byte("\n")) + 1 }

// lastLine is the last line of a member of a block mapping: everything below
// its key that is indented further, without the comments and empty lines that
// follow.
func (d *yamlFile) lastLine(e entry) int {
	last := e.key.Line
	text := endsInText(e.value)
	for n := e.key.Line + 1; n <= d.lines(); n++ {
		line := d.line(n)
		content := strings.TrimLeft(line, " ")
		indent := len(line) - len(content)
		if content == "" || strings.HasPrefix(content, "#") && !(text && indent >= e.key.Column) {
			continue
		}
		item := e.value.Kind == yaml.SequenceNode && indent == e.key.Column-1 && (content == "-" || strings.HasPrefix(content, "- "))
		if indent < e.key.Column && !item && n > lastOf(e.value) {
			break
		}
		last = n
	}
	return last
}

// lastOf is the last line any part of a node begins on.
func lastOf(n *yaml.Node) int {
	last := n.Line
	if n.Kind != yaml.AliasNode {
		for _, c := range n.Content {
			last = max(last, lastOf(c))
		}
	}
	return last
}

// endsInText reports whether the last thing in a node is a text over several
// lines (| or >), in which # is no comment.
func endsInText(n *yaml.Node) bool {
	for len(n.Content) > 0 {
		n = n.Content[len(n.Content)-1]
	}
	return n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
}

// end is the byte after a value that is on one line or in brackets; false for
// one that is laid out in lines.
func (d *yamlFile) end(n *yaml.Node, inFlow bool) (int, bool) {
	at := d.offset(n)
	if n.Anchor != "" || n.Style&yaml.TaggedStyle != 0 {
		return 0, false
	}
	switch {
	case n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode:
		if n.Style&yaml.FlowStyle == 0 {
			return 0, false
		}
		return d.closing(at), true
	case n.Kind != yaml.ScalarNode || n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return 0, false
	case at < len(d.file.Data) && (d.file.Data[at] == '"' || d.file.Data[at] == '\''):
		return d.closing(at), true
	}
	end := at
	for end < len(d.file.Data) {
		c := d.file.Data[end]
		if c == '\n' || c == '\r' || c == '#' && end > at && isSpace(d.file.Data[end-1]) || inFlow && strings.IndexByte(",]}", c) >= 0 ||
			c == ':' && (end+1 == len(d.file.Data) || isSpace(d.file.Data[end+1]) || inFlow && strings.IndexByte(",]}", d.file.Data[end+1]) >= 0) {
			break
		}
		end++
	}
	for end > at && isSpace(d.file.Data[end-1]) {
		end--
	}
	return end, string(d.file.Data[at:end]) == n.Value // else it goes on below
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// closing is the byte after the bracket or quote that closes the one at at.
func (d *yamlFile) closing(at int) int {
	depth := 0
	for ; at < len(d.file.Data); at++ {
		switch c := d.file.Data[at]; c {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '#':
			if isSpace(d.file.Data[at-1]) {
				for at+1 < len(d.file.Data) && d.file.Data[at+1] != '\n' {
					at++
				}
			}
		case '"', '\'':
			if depth > 0 && !strings.ContainsRune(" \t\n{[,:", rune(d.file.Data[at-1])) {
				continue // within a word
			}
			for at++; at < len(d.file.Data); at++ {
				if c == '"' && d.file.Data[at] == '\\' || c == '\'' && d.file.Data[at] == c && at+1 < len(d.file.Data) && d.file.Data[at+1] == c {
					at++
				} else if d.file.Data[at] == c {
					break
				}
			}
		}
		if depth <= 0 {
			return min(at+1, len(d.file.Data))
		}
	}
	return at
}

// byHand is the error for what is written in a way that is not changed here.
func (d *yamlFile) byHand(n *yaml.Node) error {
	at := document.Place{File: d.file.Name, Line: n.Line, Column: n.Column}
	return fault.New(fault.Invalid, "%s is written in a way Sidetrack does not change; change it by hand", at)
}
