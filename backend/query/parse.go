package query

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Parse reads a query; relative moments count back from the present.
func Parse(text string) (Query, error) { return ParseAt(text, time.Now()) }

// ParseAt is Parse with the moment relative times count back from. The values
// of after and before come out as RFC 3339, so the query means the same later.
func ParseAt(text string, now time.Time) (Query, error) {
	p := parser{text: text, now: now}
	q := Query{Text: text}
	for at, r := range text {
		if r == utf8.RuneError && !strings.HasPrefix(text[at:], string(r)) {
			return Query{}, p.fail(at, `this is no UTF-8 text: type the query again, or send it as UTF-8`)
		}
	}
	for {
		for p.pos < len(text) && blank(text[p.pos]) {
			p.pos++
		}
		if p.pos == len(text) {
			return q, nil
		}
		t, err := p.term()
		if err != nil {
			return Query{}, err
		}
		q.Terms = append(q.Terms, t)
	}
}

type parser struct {
	text string
	pos  int
	now  time.Time
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func (p *parser) fail(at int, format string, args ...any) error {
	return &Error{Position: at, Message: fmt.Sprintf(format, args...)}
}

// term reads one condition; the position stands on its first byte.
func (p *parser) term() (Term, error) {
	t := Term{Op: ":", Start: p.pos}
	if p.text[p.pos] == '-' {
		t.Negated = true
		p.pos++
		if p.pos == len(p.text) || blank(p.text[p.pos]) {
			return t, p.fail(t.Start, `"-" negates the term right after it: write -type:page, or "-" in quotes to search for it`)
		}
	}
	at := p.pos
	if p.text[at] != '"' {
		end := at
		for end < len(p.text) && !blank(p.text[end]) && !strings.ContainsRune(`:<>="`, rune(p.text[end])) {
			end++
		}
		if end < len(p.text) && strings.IndexByte(":<>=", p.text[end]) >= 0 {
			t.Key, p.pos = p.text[at:end], end
			return p.keyed(t, at)
		}
	}
	v, err := p.value(false)
	if err != nil {
		return t, err
	}
	if v == "" {
		return t, p.fail(at, `nothing stands between the quotes: write "some text" or leave them out`)
	}
	t.Values, t.End = []string{v}, p.pos
	return t, p.endOfQuoted()
}

// keyed reads the operator and the values that follow a key.
func (p *parser) keyed(t Term, at int) (Term, error) {
	k, known := findKey(t.Key)
	switch {
	case t.Key == "":
		return t, p.fail(at, `a key is missing before "%c": write name:value, or put the text in quotes`, p.text[p.pos])
	case known:
		t.Key = k.Name
	case !isPath(t.Key):
		return t, p.fail(at, "%s", unknownKey(t.Key))
	}
	t.Op = p.operator()
	ordered := strings.ContainsAny(t.Op, "<>")
	if ordered && known && k.kind != kindSize && k.kind != kindWhole {
		return t, p.fail(at, `%s cannot be compared with %s: write %s`, t.Key, t.Op, k.Example)
	}
	for {
		start := p.pos
		v, err := p.value(true)
		if err != nil {
			return t, err
		}
		if p.pos == start { // "" in quotes asks for what is empty
			return t, p.fail(start, `a value is missing after %s%s: write one right behind it, as in %s`, t.Key, t.Op, exampleOf(k, known))
		}
		if v, err = p.check(k, known, t, v, start); err != nil {
			return t, err
		}
		t.Values = append(t.Values, v)
		if p.pos == len(p.text) || p.text[p.pos] != ',' {
			break
		}
		p.pos++
	}
	t.End = p.pos
	return t, p.endOfQuoted()
}

// unknownKey names the key that was probably meant, or what keys there are, and
// how to search for the text itself: http://x looks like a key, too.
func unknownKey(name string) string {
	const mostShown = 40
	shown := name
	if len(shown) > mostShown {
		shown = strings.ToValidUTF8(shown[:mostShown], "") + "…"
	}
	advice := fmt.Sprintf("there is no key %q", shown)
	if near, ok := nearest(name); ok {
		return advice + fmt.Sprintf(": write %s if that is what you mean, or put the text in quotes to search for it", near)
	}
	names := make([]string, len(Keys))
	for i, k := range Keys {
		names[i] = k.Name
	}
	return advice + ": put the text in quotes to search for it; the keys are " + strings.Join(append(names, roots...), ", ")
}

func exampleOf(k Key, known bool) string {
	if known {
		return k.Example
	}
	return "properties.total>100"
}

// operator reads : = > >= < <=, or one of the last five behind a colon.
func (p *parser) operator() string {
	if p.text[p.pos] == ':' {
		p.pos++
		if p.pos == len(p.text) || strings.IndexByte("<>=", p.text[p.pos]) < 0 {
			return ":"
		}
	}
	op := p.text[p.pos : p.pos+1]
	p.pos++
	if op != "=" && p.pos < len(p.text) && p.text[p.pos] == '=' {
		p.pos++
		op += "="
	}
	return op
}

// value reads a quoted value, or a bare one up to a blank (or comma, in a list).
func (p *parser) value(list bool) (string, error) {
	start := p.pos
	if start == len(p.text) || p.text[start] != '"' {
		for p.pos < len(p.text) && !blank(p.text[p.pos]) && !(list && p.text[p.pos] == ',') {
			p.pos++
		}
		return p.text[start:p.pos], nil
	}
	var b strings.Builder
	for p.pos++; p.pos < len(p.text); p.pos++ {
		c := p.text[p.pos]
		if c == '"' {
			p.pos++
			return b.String(), nil
		}
		if c == '\\' && p.pos+1 < len(p.text) && (p.text[p.pos+1] == '"' || p.text[p.pos+1] == '\\') {
			p.pos++
			c = p.text[p.pos]
		}
		b.WriteByte(c)
	}
	return "", p.fail(start, `the quote that opens here never closes: write " at its end, and \" for a quote within`)
}

// endOfQuoted holds that a blank follows a term.
func (p *parser) endOfQuoted() error {
	if p.pos < len(p.text) && !blank(p.text[p.pos]) {
		return p.fail(p.pos, `a blank is missing here: write one between two terms, or a comma between two values`)
	}
	return nil
}

// check holds that the value suits its key and returns it in its lasting form.
func (p *parser) check(k Key, known bool, t Term, v string, at int) (string, error) {
	if !known {
		if _, ok := parseDecimal(v); !ok && strings.ContainsAny(t.Op, "<>") {
			return v, p.fail(at, `%q is no number: write one, as in %s%s100`, v, t.Key, t.Op)
		}
		return v, nil
	}
	switch k.kind {
	case kindChoice:
		c := strings.ToLower(v)
		switch {
		case k.Name == "is" && (c == "dropped" || c == "would_drop"):
			c = "would-drop"
		case k.Name == "verdict" && (c == "would-drop" || c == "dropped"):
			c = "would_drop"
		}
		if !slices.Contains(k.Choices, c) {
			return v, p.fail(at, `%s has no %q: write one of %s`, k.Name, v, strings.Join(k.Choices, ", "))
		}
		return c, nil
	case kindTime:
		m, ok := Moment(v, p.now)
		if !ok {
			return v, p.fail(at, `%q is no moment: write 15m, 2h, 3d, 2026-03-01 or 2026-03-01T10:00:00Z`, v)
		}
		return m.UTC().Format(time.RFC3339Nano), nil
	case kindSize:
		n, ok := bytesOf(v)
		if !ok {
			return v, p.fail(at, `%q is no size: write 500, 20kb or 1.5mb`, v)
		}
		return strconv.FormatInt(n, 10), nil
	case kindWhole:
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return v, p.fail(at, `%q is no place in the log: write a whole number, as in seq>100`, v)
		}
		return strconv.FormatInt(n, 10), nil
	}
	return v, nil
}

// bytesOf reads a number of bytes; kb is 1,024.
func bytesOf(v string) (int64, bool) {
	v = strings.ToLower(v)
	unit := 1.0
	if n, ok := strings.CutSuffix(v, "kb"); ok {
		v, unit = n, 1024
	} else if n, ok := strings.CutSuffix(v, "mb"); ok {
		v, unit = n, 1024*1024
	} else {
		v = strings.TrimSuffix(v, "b")
	}
	if _, ok := parseDecimal(v); !ok {
		return 0, false
	}
	f, err := strconv.ParseFloat(v, 64)
	if f *= unit; err != nil || f < 0 || f > 1<<50 {
		return 0, false
	}
	return int64(f), true
}
