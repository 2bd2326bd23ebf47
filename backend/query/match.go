package query

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"sidetrack/backend/event"
)

// NeedsMessage reports whether Match looks into the message, so that a caller
// that reads rows knows whether to fetch it.
func (q Query) NeedsMessage() bool {
	return slices.ContainsFunc(q.Terms, func(t Term) bool { return t.Key == "" || isPath(t.Key) })
}

// Match reports whether the record meets every term. Terms about the message
// see only what r.Message holds.
func (q Query) Match(r *event.Record) bool {
	for i := range q.Terms {
		t := &q.Terms[i]
		if t.any(r) == t.Negated {
			return false
		}
	}
	return true
}

// any reports whether one of the values holds.
func (t *Term) any(r *event.Record) bool {
	if isPath(t.Key) {
		return t.inMessage(r.Message)
	}
	for _, v := range t.Values {
		if t.holds(v, r) {
			return true
		}
	}
	return false
}

func (t *Term) holds(v string, r *event.Record) bool {
	switch t.Key {
	case "":
		return contains(v, r)
	case "name":
		return like(r.Name, v)
	case "type":
		return like(r.Type, v)
	case "source":
		return like(r.Source.Name, v) || like(r.Source.ID, v)
	case "label":
		return labelOf(r) == v
	case "user":
		return wild(r.UserID, v)
	case "anon":
		return wild(r.AnonymousID, v)
	case "id":
		return wild(r.MessageID, v)
	case "run":
		return wild(r.RunID, v)
	case "code":
		code, place, placed := strings.Cut(v, "@")
		return slices.ContainsFunc(r.Findings, func(f event.Finding) bool { return like(f.Code, code) && (!placed || wild(f.Path, place)) })
	case "verdict":
		return string(r.Verdict) == v
	case "disposition":
		return string(r.Disposition) == v
	case "is":
		return is(v, r)
	case "has":
		return slices.ContainsFunc(r.Findings, func(f event.Finding) bool { return !f.Muted && has(v, f) })
	case "after", "before":
		m, err := time.Parse(time.RFC3339Nano, v)
		return err == nil && r.ReceivedAt.Before(m) == (t.Key == "before")
	case "size":
		return t.compareInt(int64(r.Size), v)
	case "seq":
		return t.compareInt(r.Seq, v)
	}
	return false
}

func labelOf(r *event.Record) string {
	if r.Source.Label == nil || *r.Source.Label == "" {
		return "none"
	}
	return *r.Source.Label
}

func is(v string, r *event.Record) bool {
	switch v {
	case "would-drop":
		return r.Verdict == event.WouldDrop
	case "good":
		return r.Verdict == event.Good
	case "unclaimed":
		return labelOf(r) == "none"
	}
	return string(r.Disposition) == v
}

func has(v string, f event.Finding) bool {
	switch v {
	case "duplicate":
		return f.Code == "segment.duplicate_id" || f.Code == "lens.sent_twice"
	case "pii":
		return strings.HasPrefix(f.Code, "privacy.")
	case "finding":
		return true
	}
	return string(f.Severity) == v
}

func (t *Term) compareInt(n int64, v string) bool {
	w, err := strconv.ParseInt(v, 10, 64)
	return err == nil && t.ordered(cmp.Compare(n, w))
}

// ordered reports whether the outcome of a comparison suits the operator.
func (t *Term) ordered(c int) bool {
	switch t.Op {
	case ">":
		return c > 0
	case ">=":
		return c >= 0
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	}
	return c == 0
}

// inMessage follows the dotted path into the message. Of an array, any item will do.
func (t *Term) inMessage(message []byte) bool {
	if len(message) == 0 {
		return false
	}
	found := gjson.GetBytes(message, gjsonPath(t.Key))
	if !found.Exists() {
		return false
	}
	if found.IsArray() && slices.ContainsFunc(found.Array(), t.meets) {
		return true
	}
	return t.meets(found)
}

// meets compares one JSON value with the values of the term.
func (t *Term) meets(found gjson.Result) bool {
	d, number := decimal{}, false
	if found.Type == gjson.Number {
		d, number = parseDecimal(found.Raw)
	}
	for _, v := range t.Values {
		w, ok := parseDecimal(v)
		if number && ok {
			if t.ordered(d.compare(w)) {
				return true
			}
			continue
		}
		if strings.ContainsAny(t.Op, "<>") {
			continue
		}
		text := found.Raw
		if found.Type == gjson.String {
			text = string(unescape([]byte(found.Raw[1 : len(found.Raw)-1])))
		}
		if like(text, v) {
			return true
		}
	}
	return false
}

// gjsonPath turns a dotted path, in which \. is a dot within a name, into gjson's.
func gjsonPath(path string) string {
	var out []string
	var part []byte
	for i := 0; i < len(path); i++ {
		switch {
		case path[i] == '\\' && i+1 < len(path):
			i++
			part = append(part, path[i])
		case path[i] == '.':
			out, part = append(out, gjson.Escape(string(part))), nil
		default:
			part = append(part, path[i])
		}
	}
	return strings.Join(append(out, gjson.Escape(string(part))), ".")
}
