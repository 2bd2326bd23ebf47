package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/query"
)

// The bits of events.has: what findings that are not muted say.
const (
	hasNotice = 1 << iota
	hasWarning
	hasViolation
	hasDrop
	hasDuplicate
	hasPII
	hasFinding
)

func hasBits(findings []event.Finding) int {
	bits := 0
	for _, f := range findings {
		if f.Muted {
			continue
		}
		bits |= hasFinding | map[event.Severity]int{event.Notice: hasNotice, event.Warning: hasWarning, event.Violation: hasViolation, event.Drop: hasDrop}[f.Severity]
		if f.Code == "segment.duplicate_id" || f.Code == "lens.sent_twice" {
			bits |= hasDuplicate
		}
		if strings.HasPrefix(f.Code, "privacy.") {
			bits |= hasPII
		}
	}
	return bits
}

// where is what SQL can say of an Ask. It may select too much, never too
// little; when it is not exact, query.Match decides over each row.
type where struct {
	conds         []string
	args          []any
	after, before int64
	exact         bool
}

// String is the condition; after and before are in it as numbers, so that the
// arguments stay the same from page to page.
func (w *where) String() string {
	conds := slices.Concat([]string{"deleted = 0"}, w.conds)
	if w.after > 0 {
		conds = append(conds, fmt.Sprintf("seq > %d", w.after))
	}
	if w.before > 0 {
		conds = append(conds, fmt.Sprintf("seq < %d", w.before))
	}
	return strings.Join(conds, " AND ")
}

func (w *where) add(cond string, args ...any) {
	w.conds = append(w.conds, cond)
	w.args = append(w.args, args...)
}

func (s *Store) where(ctx context.Context, a Ask) *where {
	w := &where{after: a.After, before: a.Before, exact: true}
	if a.Source != "" {
		w.add(inNumbers("source", s.sources.Load().matching(func(r *event.Record) bool { return fromSource(r, a.Source) })))
	}
	if a.Run != "" {
		w.add("run = ?", a.Run)
	}
	if !a.Since.IsZero() {
		s.since(ctx, w, a.Since)
	}
	if !a.Until.IsZero() {
		s.until(ctx, w, a.Until)
	}
	for _, t := range a.Query.Terms {
		c := s.term(t)
		if !c.exact {
			w.exact = false
		}
		switch {
		case c.text == "":
		case !t.Negated:
			w.add("("+c.text+")", c.args...)
		case c.exact: // the opposite of too much would be too little
			w.add("NOT ("+c.text+")", c.args...)
		}
		if t.Key == "after" && !t.Negated && len(t.Values) == 1 {
			if m, err := time.Parse(time.RFC3339Nano, t.Values[0]); err == nil {
				s.since(ctx, w, m)
			}
		}
	}
	return w
}

func fromSource(r *event.Record, nameOrID string) bool {
	return r.Source.ID == nameOrID || strings.EqualFold(r.Source.Name, nameOrID)
}

// since adds the moment, and the first seq that can be meant by it.
func (s *Store) since(ctx context.Context, w *where, m time.Time) {
	us := ceilMicros(m)
	w.add("received_at >= ?", us)
	var first *int64
	err := s.readers.QueryRowContext(ctx, "SELECT min(first) FROM clock WHERE minute >= ?", floorDiv(us, minuteMicros)).Scan(&first)
	if err == nil && first != nil && *first-1 > w.after {
		w.after = *first - 1
	}
}

func (s *Store) until(ctx context.Context, w *where, m time.Time) {
	us := ceilMicros(m)
	w.add("received_at < ?", us)
	var last *int64
	err := s.readers.QueryRowContext(ctx, "SELECT max(last) FROM clock WHERE minute <= ?", floorDiv(us, minuteMicros)).Scan(&last)
	if err == nil && last != nil && (w.before == 0 || *last+1 < w.before) {
		w.before = *last + 1
	}
}

// ceilMicros rounds up: rows hold whole microseconds.
func ceilMicros(m time.Time) int64 {
	us := m.UnixMicro()
	if m.Nanosecond()%1000 != 0 {
		us++
	}
	return us
}

// cond is a term in SQL. Without text SQL can say nothing about it.
type cond struct {
	text  string
	args  []any
	exact bool
}

// term ORs the values of the term.
func (s *Store) term(t query.Term) cond {
	all := cond{exact: true}
	var texts []string
	for _, v := range t.Values {
		c := s.value(t, v)
		if c.text == "" {
			return cond{}
		}
		texts = append(texts, c.text)
		all.args = append(all.args, c.args...)
		all.exact = all.exact && c.exact
	}
	all.text = strings.Join(texts, " OR ")
	return all
}

func (s *Store) value(t query.Term, v string) cond {
	switch t.Key {
	case "name", "type":
		return likeCond(t.Key, v)
	case "user":
		return wildCond("user_id", v)
	case "anon":
		return wildCond("anonymous_id", v)
	case "run":
		return wildCond("run", v)
	case "id":
		c := wildCond("message_id", v)
		if hashes := s.sources.Load().hashes(v); c.exact && hashes != "" && !t.Negated {
			c.text = "seq IN (SELECT seq FROM mid WHERE hash IN (" + hashes + ")) AND " + c.text
		}
		return c
	case "source", "label":
		one := query.Query{Terms: []query.Term{{Key: t.Key, Op: t.Op, Values: []string{v}}}}
		return exactly(inNumbers("source", s.sources.Load().matching(one.Match)))
	case "code":
		return exactly("seq IN (SELECT seq FROM findings WHERE " + inNumbers("code", s.codesLike(v)) + ")")
	case "verdict":
		return exactly("verdict = ?", slices.Index([]event.Verdict{event.Good, event.HasWarning, event.HasViolation, event.WouldDrop}, event.Verdict(v)))
	case "disposition":
		return exactly("disposition = ?", v)
	case "is":
		return s.isCond(v)
	case "has":
		return exactly("has & ?", map[string]int{"notice": hasNotice, "warning": hasWarning, "violation": hasViolation,
			"drop": hasDrop, "duplicate": hasDuplicate, "pii": hasPII, "finding": hasFinding}[v])
	case "after", "before":
		return momentCond(t.Key, v)
	case "size", "seq":
		return numberCond(t.Key, t.Op, v)
	}
	return cond{}
}

func exactly(text string, args ...any) cond { return cond{text, args, true} }

func (s *Store) isCond(v string) cond {
	switch v {
	case "would-drop":
		return exactly("verdict = 3")
	case "good":
		return exactly("verdict = 0")
	case "unclaimed":
		none := query.Query{Terms: []query.Term{{Key: "label", Op: ":", Values: []string{"none"}}}}
		return exactly(inNumbers("source", s.sources.Load().matching(none.Match)))
	}
	return exactly("disposition = ?", v)
}

func (s *Store) codesLike(v string) []int64 {
	q := query.Query{Terms: []query.Term{{Key: "code", Op: ":", Values: []string{v}}}}
	var ns []int64
	for code, n := range *s.codes.Load() {
		if q.Match(&event.Record{Findings: []event.Finding{{Code: code}}}) {
			ns = append(ns, n)
		}
	}
	return ns
}

func momentCond(key, v string) cond {
	m, err := time.Parse(time.RFC3339Nano, v)
	if err != nil {
		return cond{}
	}
	if key == "after" {
		return exactly("received_at >= ?", ceilMicros(m))
	}
	return exactly("received_at < ?", ceilMicros(m))
}

func numberCond(column, op, v string) cond {
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return cond{}
	}
	switch op {
	case ">", ">=", "<", "<=":
	default:
		op = "="
	}
	return exactly(column+" "+op+" ?", n)
}

// wildCond compares with regard to case. GLOB is close to what Match does with
// stars, but not for NUL and odd bytes.
func wildCond(column, v string) cond {
	if !strings.Contains(v, "*") {
		return exactly(column+" = ?", v)
	}
	if !plain(v) {
		return cond{}
	}
	return cond{text: column + " GLOB ? OR " + odd(column), args: []any{glob(v)}}
}

// likeCond compares without regard to case. Outside ASCII only Match knows how.
func likeCond(column, v string) cond {
	if !plain(v) {
		return cond{}
	}
	if strings.Contains(v, "*") {
		return cond{text: "lower(" + column + ") GLOB ? OR " + odd(column), args: []any{glob(strings.ToLower(v))}}
	}
	if strings.ContainsAny(v, "kKsS") { // two letters outside ASCII fold to these: K and ſ
		column = "replace(replace(" + column + ", char(8490), 'k'), char(383), 's')"
	}
	return exactly(column+" = ? COLLATE NOCASE", v)
}

// odd selects texts with anything but printable ASCII.
func odd(column string) string {
	return column + " GLOB '*[^ -~]*' OR instr(" + column + ", char(0)) > 0"
}

func plain(v string) bool {
	return !strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r > '~' })
}

func glob(v string) string { return strings.NewReplacer("[", "[[]", "?", "[?]").Replace(v) }

func inNumbers(column string, ns []int64) string {
	slices.Sort(ns)
	var b strings.Builder
	for i, n := range ns {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatInt(n, 10))
	}
	return column + " IN (" + b.String() + ")"
}
