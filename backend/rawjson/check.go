package rawjson

import "fmt"

// Error says where a text stops being JSON, and why.
type Error struct {
	Offset  int    // byte the trouble starts at
	Reason  string // a clause: "a quote is missing"
	TooDeep bool   // the text nests deeper than was allowed
}

func (e *Error) Error() string { return fmt.Sprintf("%s at byte %d", e.Reason, e.Offset) }

// Check reports the first place where data is not one JSON value, or nests
// deeper than maxDepth. It reads each byte once and does not recurse, so the
// text cannot exhaust the stack. A byte order mark is the caller's to remove.
func Check(data []byte, maxDepth int) error {
	s := scanner{data: data, maxDepth: maxDepth}
	s.open = s.room[:0]
	if err := s.run(); err != nil {
		return err
	}
	return nil
}

// scanner walks a text with the brackets still open on a stack of its own.
type scanner struct {
	data     []byte
	at       int
	maxDepth int
	open     []byte
	room     [32]byte
}

func (s *scanner) run() *Error {
	s.space()
	for {
		opened, err := s.value()
		if err != nil {
			return err
		}
		if opened {
			more, err := s.afterOpen()
			if err != nil {
				return err
			}
			if more {
				continue
			}
		}
		more, err := s.afterValue()
		if err != nil || !more {
			return err
		}
	}
}

// value reads a scalar whole, or the opening bracket of a container.
func (s *scanner) value() (opened bool, err *Error) {
	if s.at >= len(s.data) {
		return false, s.fail("the text ends where a value should be")
	}
	switch c := s.data[s.at]; {
	case c == '{' || c == '[':
		if len(s.open) >= s.maxDepth {
			return false, &Error{Offset: s.at, Reason: fmt.Sprintf("nested deeper than %d", s.maxDepth), TooDeep: true}
		}
		s.open = append(s.open, c)
		s.at++
		return true, nil
	case c == '"':
		return false, s.text()
	case c == '-' || isDigit(c):
		return false, s.number()
	case c == 't':
		return false, s.word("true")
	case c == 'f':
		return false, s.word("false")
	case c == 'n':
		return false, s.word("null")
	}
	return false, s.fail("a value should start here")
}

// afterOpen closes an empty container or moves on to its first value.
func (s *scanner) afterOpen() (more bool, err *Error) {
	s.space()
	inObject := s.open[len(s.open)-1] == '{'
	if s.at < len(s.data) && s.data[s.at] == closing(inObject) {
		s.at++
		s.open = s.open[:len(s.open)-1]
		return false, nil
	}
	if inObject {
		return true, s.key()
	}
	return true, nil
}

// afterValue closes containers until a comma asks for another value or the
// text ends.
func (s *scanner) afterValue() (more bool, err *Error) {
	for {
		s.space()
		if len(s.open) == 0 {
			if s.at < len(s.data) {
				return false, s.fail("more text follows the end of the value")
			}
			return false, nil
		}
		inObject := s.open[len(s.open)-1] == '{'
		switch {
		case s.at >= len(s.data):
			return false, s.fail("the text ends before " + string(closing(inObject)))
		case s.data[s.at] == ',':
			s.at++
			s.space()
			if inObject {
				return true, s.key()
			}
			return true, nil
		case s.data[s.at] == closing(inObject):
			s.at++
			s.open = s.open[:len(s.open)-1]
		default:
			return false, s.fail("a comma or " + string(closing(inObject)) + " should be here")
		}
	}
}

// key reads a member's key, its colon and the space around them.
func (s *scanner) key() *Error {
	if s.at >= len(s.data) || s.data[s.at] != '"' {
		return s.fail("a key in double quotes should be here")
	}
	if err := s.text(); err != nil {
		return err
	}
	s.space()
	if s.at >= len(s.data) || s.data[s.at] != ':' {
		return s.fail("a colon should follow the key")
	}
	s.at++
	s.space()
	return nil
}

func (s *scanner) text() *Error {
	for s.at++; s.at < len(s.data); s.at++ {
		switch c := s.data[s.at]; {
		case c == '"':
			s.at++
			return nil
		case c == '\\':
			if err := s.escape(); err != nil {
				return err
			}
		case c < 0x20:
			return s.fail("a control character stands unescaped in a text")
		}
	}
	return s.fail("the text ends inside quotes")
}

// escape reads the rest of an escape and leaves at on its last byte.
func (s *scanner) escape() *Error {
	s.at++
	if s.at >= len(s.data) {
		return s.fail("the text ends inside quotes")
	}
	switch s.data[s.at] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return nil
	case 'u':
		for range 4 {
			s.at++
			if s.at >= len(s.data) || !isHex(s.data[s.at]) {
				return s.fail(`four hex digits should follow \u`)
			}
		}
		return nil
	}
	return s.fail("a backslash is followed by a character it cannot escape")
}

func (s *scanner) number() *Error {
	if s.data[s.at] == '-' {
		s.at++
	}
	if s.at < len(s.data) && s.data[s.at] == '0' {
		s.at++
	} else if !s.digits() {
		return s.fail("a digit should follow the minus")
	}
	if s.at < len(s.data) && s.data[s.at] == '.' {
		s.at++
		if !s.digits() {
			return s.fail("a digit should follow the point")
		}
	}
	if s.at < len(s.data) && s.data[s.at]|0x20 == 'e' {
		s.at++
		if s.at < len(s.data) && (s.data[s.at] == '+' || s.data[s.at] == '-') {
			s.at++
		}
		if !s.digits() {
			return s.fail("a digit should follow the exponent")
		}
	}
	return nil
}

func (s *scanner) digits() bool {
	start := s.at
	for s.at < len(s.data) && isDigit(s.data[s.at]) {
		s.at++
	}
	return s.at > start
}

func (s *scanner) word(w string) *Error {
	if len(s.data)-s.at < len(w) || string(s.data[s.at:s.at+len(w)]) != w {
		return s.fail("only true, false and null go without quotes")
	}
	s.at += len(w)
	return nil
}

func (s *scanner) space() { s.at = skipSpace(s.data, s.at) }

func (s *scanner) fail(reason string) *Error { return &Error{Offset: s.at, Reason: reason} }

func closing(inObject bool) byte {
	if inObject {
		return '}'
	}
	return ']'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

func skipSpace(data []byte, at int) int {
	for at < len(data) {
		switch data[at] {
		case ' ', '\t', '\n', '\r':
			at++
		default:
			return at
		}
	}
	return at
}
