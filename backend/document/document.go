// Package document reads JSON and YAML into a tree that keeps the order of
// keys, the digits of numbers and the place of everything in its file, so that
// a finding can name a line and an edit can leave the rest as it was.
package document

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind is what a node is.
type Kind byte

// The kinds, as in JSON.
const (
	Null Kind = iota
	Bool
	Number
	Text
	Array
	Object
)

var kindNames = [...]string{"null", "true or false", "a number", "text", "a list", "an object"}

// String names the kind for people: "a list".
func (k Kind) String() string { return kindNames[k] }

// Place is where something stands in a file. Line and Column count from 1, in
// characters; a zero Line says that the place is not known.
type Place struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column,omitempty"`
}

// String writes a place as editors and terminals read it, file:line:column.
func (p Place) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return p.File + ":" + strconv.Itoa(p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// ParsePlace reads what String wrote of a place with a line.
func ParsePlace(text string) (p Place, ok bool) {
	file, last, found := cutNumber(text)
	if !found {
		return Place{}, false
	}
	if inner, line, both := cutNumber(file); both {
		return Place{inner, line, last}, true
	}
	return Place{file, last, 0}, true
}

// cutNumber takes the number behind the last colon off.
func cutNumber(text string) (before string, n int, ok bool) {
	i := strings.LastIndexByte(text, ':')
	if i < 0 {
		return text, 0, false
	}
	n, err := strconv.Atoi(text[i+1:])
	return text[:i], n, err == nil && n > 0
}

// Error says where a text is not what it should be.
type Error struct {
	At       Place
	Reason   string // what is wrong
	Expected string // what would be right, may be empty
}

// Error is the place, the reason and what was expected.
func (e *Error) Error() string {
	text := e.At.String() + ": " + e.Reason
	if e.Expected != "" {
		text += "; expected " + e.Expected
	}
	return text
}

// Node is one value of a document.
type Node struct {
	Kind    Kind
	Text    string   // of Text the text, of Number and Bool as written
	Members []Member // of Object, in order
	Items   []*Node  // of Array
	At      Place
	// Start and End are the bytes of the value in its file. They are only known
	// for JSON; End is 0 otherwise.
	Start, End int
}

// Member is one member of an object.
type Member struct {
	Key   string
	KeyAt Place
	Value *Node
	// KeyStart is the byte where the key's quote stands. Like a node's Start it
	// is only known for JSON.
	KeyStart int
}

// Get returns the member of an object, the last where a key is repeated; nil if
// there is none or n is no object.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	for i := len(n.Members) - 1; i >= 0; i-- {
		if n.Members[i].Key == key {
			return n.Members[i].Value
		}
	}
	return nil
}

// In follows several keys.
func (n *Node) In(keys ...string) *Node {
	for _, k := range keys {
		n = n.Get(k)
	}
	return n
}

// Is reports whether n is there and of a kind.
func (n *Node) Is(k Kind) bool { return n != nil && n.Kind == k }

// String returns the text of a Text node and "" for anything else.
func (n *Node) String() string {
	if n.Is(Text) {
		return n.Text
	}
	return ""
}

// Int returns the value of a Number node without a fraction.
func (n *Node) Int() (int, bool) {
	if !n.Is(Number) {
		return 0, false
	}
	v, err := strconv.Atoi(strings.TrimSuffix(n.Text, ".0"))
	return v, err == nil
}

// Pointer follows a JSON pointer (RFC 6901); nil where it leads nowhere.
func (n *Node) Pointer(pointer string) *Node {
	for _, step := range steps(pointer) {
		switch {
		case n == nil:
			return nil
		case n.Kind == Array:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(n.Items) {
				return nil
			}
			n = n.Items[i]
		default:
			n = n.Get(step)
		}
	}
	return n
}

// Nearest follows a JSON pointer as far as it leads.
func (n *Node) Nearest(pointer string) *Node {
	for pointer != "" {
		if found := n.Pointer(pointer); found != nil {
			return found
		}
		pointer = pointer[:strings.LastIndexByte(pointer, '/')]
	}
	return n
}

// Move gives the node, and everything in it, the places f makes of theirs, and
// forgets the bytes: the text they are of is not the file.
func (n *Node) Move(f func(Place) Place) {
	n.At, n.Start, n.End = f(n.At), 0, 0
	for i := range n.Members {
		m := &n.Members[i]
		m.KeyAt, m.KeyStart = f(m.KeyAt), 0
		m.Value.Move(f)
	}
	for _, item := range n.Items {
		item.Move(f)
	}
}

func steps(pointer string) []string {
	if pointer == "" {
		return nil
	}
	list := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, s := range list {
		list[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(s)
	}
	return list
}
