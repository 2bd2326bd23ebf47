package query

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"sidetrack/backend/event"
)

// contains looks for free text in the name, the ids and the message. A query
// selects what to delete, so bytes that are no UTF-8 stay themselves: they never
// turn into U+FFFD and match each other.
func contains(v string, r *event.Record) bool {
	needle := fold(v)
	for _, s := range []string{r.Name, r.UserID, r.AnonymousID, r.MessageID} {
		if strings.Contains(fold(s), needle) {
			return true
		}
	}
	if bytes.Contains(foldBytes(r.Message), []byte(needle)) {
		return true
	}
	return bytes.IndexByte(r.Message, '\\') >= 0 && bytes.Contains(foldBytes(unescape(r.Message)), []byte(needle))
}

// fold makes upper and lower case alike.
func fold(s string) string {
	if utf8.ValidString(s) {
		return strings.ToLower(s)
	}
	return string(foldBytes([]byte(s)))
}

func foldBytes(b []byte) []byte {
	if utf8.Valid(b) {
		return bytes.ToLower(b)
	}
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError {
			out = append(out, b[:n]...)
		} else {
			out = utf8.AppendRune(out, unicode.ToLower(r))
		}
		b = b[n:]
	}
	return out
}

// unescape undoes the escapes within the strings of a JSON text. What stands
// for no character, such as half a surrogate pair, stays as it is.
func unescape(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			out = append(out, text[i])
			continue
		}
		if r, n := escaped(text[i:]); n > 0 {
			out = utf8.AppendRune(out, r)
			i += n - 1
			continue
		}
		out = append(out, text[i], text[i+1]) // together: \\ is no start of another
		i++
	}
	return out
}

// escaped reads the escape at the start of b; n is 0 when it is none.
func escaped(b []byte) (r rune, n int) {
	if at := strings.IndexByte(`"\/bfnrt`, b[1]); at >= 0 {
		return rune("\"\\/\b\f\n\r\t"[at]), 2
	}
	r, ok := codeUnit(b)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	low, ok := codeUnit(b[6:])
	if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
		return 0, 0
	}
	return r, 12
}

// codeUnit reads the \u0000 at the start of b.
func codeUnit(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(n), err == nil
}

// like compares without regard to case, wild with it; * stands for anything.
func like(s, pattern string) bool {
	if !strings.Contains(pattern, "*") {
		return strings.EqualFold(s, pattern) && utf8.ValidString(s)
	}
	return wild(fold(s), fold(pattern))
}

func wild(s, pattern string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return s == pattern
	}
	last := parts[len(parts)-1]
	s, ok := strings.CutPrefix(s, parts[0])
	if !ok {
		return false
	}
	for _, p := range parts[1 : len(parts)-1] {
		if _, s, ok = strings.Cut(s, p); !ok {
			return false
		}
	}
	return strings.HasSuffix(s, last)
}
