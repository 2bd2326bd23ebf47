package store

import (
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

func (c *conditions) in(expression string, values []any) {
	c.add(expression+" IN ("+strings.TrimSuffix(strings.Repeat("?,", len(values)), ",")+")", values...)
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
		c.add("received_at >= ?", a.Since.UnixMicro())
	}
	if !a.Until.IsZero() {
		c.add("received_at < ?", a.Until.UnixMicro())
	}
	if a.Run != "" {
		c.add("run_id = ?", a.Run)
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
	list := []any{int64(-1)}
	for _, row := range set.rows {
		if fit(event.Record{Source: set.ref(row.N)}) {
			list = append(list, row.N)
		}
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
		if strings.Contains(v, "*") {
			return
		}
		values[i] = v
	}
	if column, ok := exact[t.Key]; ok {
		c.in(column, values)
		return
	}
	switch t.Key {
	case "id":
		for i, v := range t.Values {
			values[i] = hashOf(v)
		}
		c.in("seq IN (SELECT seq FROM message_ids WHERE hash", values)
		c.text[len(c.text)-1] += ")"
	case "code":
		for i, v := range t.Values {
			values[i] = strings.ToLower(v)
		}
		c.in("seq IN (SELECT seq FROM findings WHERE code", values)
		c.text[len(c.text)-1] += ")"
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
	op, value := t.Op, any(nil)
	column := map[string]string{"after": "received_at", "before": "received_at", "seq": "seq", "size": "size"}[t.Key]
	switch t.Key {
	case "after", "before":
		m, err := time.Parse(time.RFC3339Nano, t.Values[0])
		if err != nil {
			return
		}
		value, op = m.UnixMicro(), ">="
		if t.Key == "before" {
			op = "<="
		}
	default:
		n, err := strconv.ParseInt(t.Values[0], 10, 64)
		if err != nil {
			return
		}
		if value = n; op == ":" {
			op = "="
		}
	}
	c.add(column+" "+op+" ?", value)
}
