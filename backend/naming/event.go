package naming

import (
	"strings"
	"unicode"

	"sidetrack/backend/event"
)

const maxWords = 5

// Event holds the name of a track event against the rules. The first that does
// not hold is told: mending one changes what the others would say.
func (c *Checker) Event(name string) (event.Finding, bool) {
	if name == "" || c.events[name] {
		return event.Finding{}, false
	}
	rules := [...]func(string) (event.Finding, bool){c.dynamicEvent, c.pageView, c.valueInEvent, c.unclear, c.eventCasing, c.structure}
	for _, rule := range rules {
		if f, ok := rule(name); ok {
			return f, true
		}
	}
	return event.Finding{}, false
}

// nothing is the answer of a rule that holds.
func nothing() (event.Finding, bool) { return event.Finding{}, false }

func (c *Checker) dynamicEvent(name string) (event.Finding, bool) {
	what := c.dynamic(name)
	if what == "" {
		return nothing()
	}
	better := c.Suggest(name)
	advice := "Put it into a property."
	if better != "" {
		advice = "Send " + code(better) + " and put it into a property."
	}
	return c.found("dynamic_event", "/event", better, "%s holds %s. Each value would make a table of its own in a warehouse. %s", code(name), what, advice), true
}

// dynamic says what changing value a name holds; empty for none. Names without
// a digit, a bracket or an @ hold none, and most have none.
func (c *Checker) dynamic(name string) string {
	if !strings.ContainsAny(name, "0123456789@([{") {
		return ""
	}
	switch {
	case c.email.MatchString(name):
		return "an e-mail address"
	case c.uuid.MatchString(name), c.hex.MatchString(name):
		return "an id"
	case c.date.MatchString(name):
		return "a date or a version"
	case c.long.MatchString(name):
		return "a long number"
	case c.brackets.MatchString(name):
		return "a value in brackets"
	}
	return ""
}

// pageView finds Page Viewed, Home Page Viewed, Viewed Home Page, pageview.
func (c *Checker) pageView(name string) (event.Finding, bool) {
	if !holdsFold(name, "view") && !holdsFold(name, "visited") {
		return nothing()
	}
	list := split(name)
	if strings.EqualFold(name, "pageview") || strings.EqualFold(name, "screenview") {
		list = []string{name[:len(name)-4], "view"}
	}
	if len(list) < 2 {
		return nothing()
	}
	viewed := func(w string) bool {
		return strings.EqualFold(w, "viewed") || strings.EqualFold(w, "view") || strings.EqualFold(w, "visited")
	}
	place := func(w string) string {
		if w = strings.ToLower(w); w == "page" || w == "screen" {
			return w
		}
		return ""
	}
	call, rest := place(list[len(list)-2]), list[:len(list)-2]
	if !viewed(list[len(list)-1]) {
		call, rest = place(list[len(list)-1]), list[1:len(list)-1]
		if !viewed(list[0]) {
			return nothing()
		}
	}
	if call == "" {
		return nothing()
	}
	title := ""
	if len(rest) > 0 {
		title = `"` + c.title(rest) + `"`
	}
	return c.found("page_view_as_event", "/event", "", "%s tells of a view by a track call. A %s call gathers the address and the title on its own. Call %s(%s) instead.", code(name), call, call, title), true
}

// holdsFold reports whether s holds an ASCII word in any case.
func holdsFold(s, word string) bool {
	for i := 0; i+len(word) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(word)], word) {
			return true
		}
	}
	return false
}

func (c *Checker) valueInEvent(name string) (event.Finding, bool) {
	for _, mark := range [...]string{" - ", " – ", " : ", ": ", " | "} {
		if before, _, ok := strings.Cut(name, mark); ok && before != "" {
			better := c.Suggest(before)
			return c.found("value_in_event", "/event", better, "%s holds a value behind %q. Reports could not group by it. Send %s and put the rest into a property.", code(name), strings.TrimSpace(mark), code(better)), true
		}
	}
	if placeholder(name) {
		return nothing()
	}
	spaces, digits := 0, false
	for i := range len(name) {
		spaces += b2i(name[i] == ' ' || name[i] == '_' || name[i] == '-')
		digits = digits || '0' <= name[i] && name[i] <= '9'
	}
	if digits {
		for _, w := range split(name) {
			if isNumber(w) {
				better := c.Suggest(name)
				return c.found("value_in_event", "/event", better, "%s holds the number %s. Each number would be an event of its own. Send %s and put it into a property.", code(name), w, code(better)), true
			}
		}
	}
	if spaces >= maxWords && len(split(name)) > maxWords {
		return c.found("value_in_event", "/event", "", "%s has more than %d words. Reports are hard to read then. Keep object and action, and put the rest into properties.", code(name), maxWords), true
	}
	return nothing()
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func isNumber(w string) bool {
	for _, r := range w {
		if r < '0' || r > '9' {
			return false
		}
	}
	return w != ""
}

// placeholder finds Event 12, test3.
func placeholder(name string) bool {
	stem := strings.TrimRight(name, "0123456789")
	if stem == name {
		return false
	}
	switch strings.ToLower(strings.TrimRight(stem, " _-")) {
	case "event", "action", "test", "":
		return true
	}
	return false
}

// unclear finds placeholders, and single words that are no verb and are
// written as no words are: TMDropd.
func (c *Checker) unclear(name string) (event.Finding, bool) {
	single := placeholder(name)
	if !single && !strings.ContainsAny(name, " _-.:/") && isASCII(name) {
		list := split(name)
		last := titled(list[len(list)-1])
		single = len(list) == 1 && !c.isPast(last) || len(list) == 2 && !c.isPast(last) && c.bases[last] == "" && !c.isPast(titled(list[0])) && c.bases[titled(list[0])] == "" && isUpper(list[0])
	}
	if !single {
		return nothing()
	}
	return c.found("unclear_event", "/event", "", "%s does not say what happened to what. A colleague has to ask. Name the object and the action, such as `Video Recorded`.", code(name)), true
}

func (c *Checker) eventCasing(name string) (event.Finding, bool) {
	if c.inTitleCase(name) {
		return nothing()
	}
	better := c.Suggest(name)
	if better == "" || better == name {
		return nothing()
	}
	return c.found("event_casing", "/event", better, "%s is not in Title Case. Names are compared letter by letter, so one habit keeps events together. Send %s.", code(name), code(better)), true
}

// inTitleCase reports whether every word begins with a capital, is separated
// by one space, and the whole is not shouted. Links may be lower case inside.
func (c *Checker) inTitleCase(name string) bool {
	shouted, letters := true, 0
	for word, first := "", true; name != ""; first = false {
		var more bool
		word, name, more = strings.Cut(name, " ")
		if word == "" || more && name == "" {
			return false
		}
		for i, r := range word {
			switch {
			case i == 0 && unicode.IsLower(r) && (first || name == "" || !c.links[word]):
				return false
			case unicode.IsLower(r):
				shouted = false
			case !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("'’&", r):
				return false
			case unicode.IsLetter(r) && !unicode.IsUpper(r) && !unicode.IsTitle(r):
				shouted = false // a script without case
			}
			letters++
		}
		if camel(word) {
			return false
		}
	}
	return !shouted || letters <= maxWords
}

// camel finds words glued together: OrderCompleted. Product names such as
// PayPal are written so too; both parts of words glued are longer, mostly.
func camel(word string) bool {
	for i := 1; i < len(word); i++ {
		if isUpper(word[i:i+1]) && !isUpper(word[i-1:i]) {
			parts := split(word)
			return len(parts) > 1 && len(parts[0]) > 3 && len(parts[1]) > 3
		}
	}
	return false
}

// structure finds names without an action, or with the action first.
func (c *Checker) structure(name string) (event.Finding, bool) {
	if c.endsWithPast(name) || !isASCII(name) {
		return nothing()
	}
	list := split(name)
	if len(list) == 0 || len(list) > 1 && c.action(list) {
		return nothing()
	}
	better := c.Suggest(name)
	if better == name {
		better = ""
	}
	text, advice := "does not end with what happened", "Name the object, then the action in the past tense, such as `Video Recorded`."
	if len(list) == 1 {
		text = "does not name what it happened to"
	}
	if better != "" {
		text, advice = "does not name object, then action", "Send "+code(better)+"."
	}
	return c.found("event_structure", "/event", better, "%s %s. Segment's own events do, and a list sorts well then. %s", code(name), text, advice), true
}
