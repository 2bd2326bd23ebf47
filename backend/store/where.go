package store

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/query"
)

// conditions narrows a read in SQL. It may let too much through, never too
// little: query.Query.Match has the last word on every row.
type conditions struct {
	text []string
	args []any
}

func (c *conditions) add(text string, args ...any) {
	c.text = append(c.text, text)
	c.args = append(c.args, args...)
}

func (c *conditions) String() string { return strings.Join(c.text, " AND ") }

// since leaves out what came before the minute of t, which then is a stretch
// of the log; and what came before t.
func (c *conditions) since(t time.Time) {
	c.add("seq >= coalesce((SELECT min(first_seq) FROM minutes WHERE minute >= ?), 9223372036854775807)", minuteOf(t))
	c.add("+received_at >= ?", t.UnixMicro())
}

// until leaves out what came at t and after it.
func (c *conditions) until(t time.Time) {
	c.add("seq <= coalesce((SELECT max(last_seq) FROM minutes WHERE minute <= ?), 0)", minuteOf(t))
	c.add("+received_at < ?", t.UnixMicro())
}

func (c *conditions) in(expression string, values []any) {
	if len(values) == 1 { // keeps the order of an index
		c.add(expression+" = ?", values...)
		return
	}
	c.add(expression+" IN ("+strings.TrimSuffix(strings.Repeat("?,", len(values)), ",")+")", values...)
}

// listed restricts to what another table lists.
func (c *conditions) listed(table string, values []any) {
	c.in("seq IN (SELECT seq FROM "+table, values)
	c.text[len(c.text)-1] += ")"
}

// orAfter lets what is listed have all events after a Seq beside it.
func (c *conditions) orAfter(seq int64) {
	last := len(c.text) - 1
	c.text[last] = strings.TrimSuffix(c.text[last], ")") + " UNION ALL SELECT seq FROM events WHERE seq > ?)"
	c.args = append(c.args, seq)
}

// where turns an Ask into conditions.
func (s *Store) where(a Ask) *conditions {
	c := &conditions{}
	c.add("deletion IS NULL")
	if a.After > 0 {
		c.add("seq > ?", a.After)
	}
	if a.Before > 0 {
		c.add("seq < ?", a.Before)
	}
	if !a.Since.IsZero() {
		c.since(a.Since)
	}
	if !a.Until.IsZero() {
		c.until(a.Until)
	}
	if a.Run != "" {
		c.in("run_id", []any{a.Run})
		c.add("run_id <> ''")
	}
	if a.Source != "" {
		c.in("source_n", s.sourcesLike(func(r event.Record) bool { return r.Source.ID == a.Source || r.Source.Name == a.Source }))
	}
	for _, t := range a.Query.Terms {
		s.term(c, t)
	}
	return c
}

// sourcesLike returns the numbers of sources that fit; a number no source has
// when none does.
func (s *Store) sourcesLike(fit func(r event.Record) bool) []any {
	set := s.sources.Load()
	var list []any
	if fit(event.Record{}) { // of a source there is no row of
		list = append(list, int64(0))
	}
	for _, row := range set.rows {
		if fit(event.Record{Source: set.ref(row.N)}) {
			list = append(list, row.N)
		}
	}
	if len(list) == 0 {
		return []any{int64(-1)}
	}
	return list
}

// exact are keys whose values are compared letter by letter.
var exact = map[string]string{"user": "user_id", "anon": "anonymous_id", "run": "run_id", "verdict": "verdict", "disposition": "disposition"}

func (s *Store) term(c *conditions, t query.Term) {
	if t.Key == "source" || t.Key == "label" {
		one := query.Query{Terms: []query.Term{t}}
		c.in("source_n", s.sourcesLike(func(r event.Record) bool { return one.Match(&r) }))
		return
	}
	if t.Negated {
		return
	}
	values := make([]any, len(t.Values))
	for i, v := range t.Values {
		if t.Key == "code" {
			v, _, _ = strings.Cut(strings.ToLower(v), "@")
		}
		if strings.Contains(v, "*") {
			return
		}
		values[i] = v
	}
	if column, ok := exact[t.Key]; ok {
		c.in(column, values)
		if (t.Key == "user" || t.Key == "run") && !slices.Contains(t.Values, "") {
			c.add(column + " <> ''") // or the index, which leaves these out, is not used
		}
		return
	}
	switch t.Key {
	case "id":
		for i, v := range t.Values {
			values[i] = hashOf(v)
		}
		c.listed("message_ids WHERE hash", values)
		c.orAfter(s.w.ids.through.Load())
	case "code":
		c.listed("findings WHERE code", values)
	case "has":
		c.add("findings IS NOT NULL")
	case "is":
		state(c, t.Values)
	case "after", "before", "seq", "size":
		bound(c, t)
	}
}

// state narrows is: when it asks for a single thing.
func state(c *conditions, values []string) {
	if len(values) != 1 {
		return
	}
	switch v := values[0]; v {
	case "would-drop":
		c.add("verdict = ?", string(event.WouldDrop))
	case "good":
		c.add("verdict = ?", string(event.Good))
	case "rejected", "blocked", "suppressed":
		c.add("disposition = ?", v)
	}
}

// bound narrows comparisons with a single number or moment.
func bound(c *conditions, t query.Term) {
	if len(t.Values) != 1 {
		return
	}
	if t.Key == "after" || t.Key == "before" {
		m, err := time.Parse(time.RFC3339Nano, t.Values[0])
		switch {
		case err != nil:
		case t.Key == "after":
			c.since(m)
		default:
			c.until(m.Add(time.Microsecond)) // stored times are whole microseconds
		}
		return
	}
	n, err := strconv.ParseInt(t.Values[0], 10, 64)
	if err != nil {
		return
	}
	op := t.Op
	if op == ":" {
		op = "="
	}
	c.add(t.Key+" "+op+" ?", n) // the keys seq and size are columns
}
