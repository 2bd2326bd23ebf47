package naming

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// split takes a name apart into words, at separators and at capitals:
// orderCompleted, HTMLParsed, cart.viewed.
func split(name string) []string {
	var list []string
	start, last := -1, rune(0)
	flush := func(end int) {
		if start >= 0 {
			list = append(list, name[start:end])
		}
		start = -1
	}
	for i, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '\'' && r != '’':
			flush(i)
		case start < 0:
			start = i
		case unicode.IsUpper(r) && (unicode.IsLower(last) || unicode.IsDigit(last)):
			flush(i)
			start = i
		case unicode.IsUpper(r) && unicode.IsUpper(last):
			next, _ := utf8.DecodeRuneInString(name[i+utf8.RuneLen(r):])
			if unicode.IsLower(next) {
				flush(i)
				start = i
			}
		}
		last = r
	}
	flush(len(name))
	return list
}

// titled writes a word with a capital. A short one in capitals stays: CTA.
func titled(word string) string {
	if isUpper(word) && utf8.RuneCountInString(word) <= 4 {
		return word
	}
	first, size := utf8.DecodeRuneInString(word)
	if first == utf8.RuneError {
		return word
	}
	return string(unicode.ToTitle(first)) + strings.ToLower(word[size:])
}

func isUpper(word string) bool {
	for _, r := range word {
		if !unicode.IsUpper(r) && !unicode.IsDigit(r) {
			return false
		}
	}
	return word != ""
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// title writes words in Title Case, links inside in lower case.
func (c *Checker) title(list []string) string {
	shouted := len(list) > 1
	for _, w := range list {
		shouted = shouted && isUpper(w)
	}
	out := make([]string, len(list))
	for i, w := range list {
		if shouted {
			w = strings.ToLower(w)
		}
		out[i] = titled(w)
		if low := strings.ToLower(w); i > 0 && i < len(list)-1 && c.links[low] {
			out[i] = low
		}
	}
	return strings.Join(out, " ")
}

// Suggest returns the name of an event as the conventions have it: without the
// values that change, in Title Case, object before action.
func (c *Checker) Suggest(name string) string {
	for _, re := range [...]*regexp.Regexp{c.brackets, c.email, c.uuid, c.date, c.long} {
		name = re.ReplaceAllString(name, " ")
	}
	for _, mark := range []string{" - ", " | ", ": "} {
		if before, _, ok := strings.Cut(name, mark); ok && strings.TrimSpace(before) != "" {
			name = before
		}
	}
	var list []string
	for _, w := range split(name) {
		if !isNumber(w) && !hasIDShape(w) {
			list = append(list, w)
		}
	}
	if len(list) == 0 {
		return ""
	}
	return c.title(c.ordered(list))
}

// hasIDShape finds what is left of ids: digits and letters mixed.
func hasIDShape(w string) bool {
	changes := 0
	for i := 1; i < len(w); i++ {
		changes += b2i(isNumber(w[i:i+1]) != isNumber(w[i-1:i]))
	}
	return changes > 1 || changes == 1 && len(w) >= 6
}

// ordered puts the action last and in the past tense where that is plain.
func (c *Checker) ordered(list []string) []string {
	if len(list) < 2 || c.action(list) {
		return list
	}
	first, last := titled(list[0]), titled(list[len(list)-1])
	_, link := c.links[strings.ToLower(list[1])]
	_, particle := c.particles[titled(list[1])]
	switch {
	case c.bases[last] != "" && c.bases[first] == "" && !c.isPast(first):
		return append(list[:len(list)-1:len(list)-1], c.bases[last])
	case link || particle:
		return list
	case c.isPast(first):
		return append(list[1:len(list):len(list)], first)
	case c.bases[first] != "":
		return append(list[1:len(list):len(list)], c.bases[first])
	}
	return list
}

// isPast reports whether a word in Title Case is a verb in the past tense.
func (c *Checker) isPast(word string) bool {
	return c.past[word] || len(word) > 3 && strings.HasSuffix(word, "ed") && !c.nouns[word]
}

// action reports whether words end with an action, or have one that a link and
// what it leads to follow: Product Added to Wishlist.
func (c *Checker) action(list []string) bool {
	n := len(list)
	if c.isPast(titled(list[n-1])) && (n > 1 || c.isPast(titled(list[0]))) {
		return true
	}
	if n > 1 && c.particles[titled(list[n-1])] && c.isPast(titled(list[n-2])) {
		return true
	}
	for i := 1; i+1 < n; i++ {
		if c.isPast(titled(list[i])) && (c.links[strings.ToLower(list[i+1])] || c.particles[titled(list[i+1])]) {
			return true
		}
	}
	return false
}

// endsWithPast is action for the most usual case, without taking the name apart.
func (c *Checker) endsWithPast(name string) bool {
	i := strings.LastIndexByte(name, ' ')
	return i > 0 && c.isPast(name[i+1:])
}

// Snake returns the name of a property as the conventions have it.
func (c *Checker) Snake(key string) string {
	for _, re := range [...]*regexp.Regexp{c.email, c.uuid, c.date, c.long} {
		key = re.ReplaceAllString(key, " ")
	}
	list := split(key)
	kept := list[:0]
	for _, w := range list {
		if len(w) < 6 || !hasIDShape(w) {
			kept = append(kept, strings.ToLower(w))
		}
	}
	if len(kept) > 0 && isNumber(kept[0]) {
		return ""
	}
	return strings.Join(kept, "_")
}

// Words takes a name apart: orderCompleted is order and Completed.
func Words(name string) []string { return split(name) }
