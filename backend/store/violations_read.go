package store

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/schema"
)

// ViolationAsk selects violations. Zero fields do not restrict.
type ViolationAsk struct {
	Words  string // in the event's name, the property or the code
	Source string // id or name
	Label  string // dev, staging, prod, or none for unclaimed sources
	Since  time.Time
	Limit  int
}

// Violation is one way in which events depart from the plan.
type Violation struct {
	plan.ViolationKey
	Events, Muted int64
	First, Last   time.Time
	Sources       []ViolationSource // most frequent first
	Latest        int64             // Seq of an event to look at, 0 when there is none
	Finding       event.Finding     // of that event
	Sent          []string          // different values, newest first
	examples      []int64
}

// ViolationSource is how often a source sent it.
type ViolationSource struct {
	Source event.SourceRef
	Events int64
}

// Violated is what Violations answers.
type Violated struct {
	Violations []Violation // open ones, violations before what is unplanned, the most frequent first
	Kinds      map[string]int
	Events     int64 // that depart in any way
	Muted      int64
	Rest       int64 // events of kinds that are not told apart
	Counting   bool  // older events are still being counted, as after an upgrade
}

// Violations sums up how events depart from the plan. Days are counted whole,
// in UTC; what came last before Since is left out.
func (s *Store) Violations(ctx context.Context, a ViolationAsk) (Violated, error) {
	out := Violated{Kinds: map[string]int{}}
	byID, err := s.summedViolations(ctx, a)
	if err == nil {
		err = s.read.QueryRowContext(ctx, "SELECT before_seq > 1 FROM violation_progress").Scan(&out.Counting)
	}
	if err != nil {
		return out, s.noticed(err)
	}
	rows, err := s.read.QueryContext(ctx, "SELECT id, code, call, event, version, path FROM violations")
	if err != nil {
		return out, s.noticed(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var k plan.ViolationKey
		if err := rows.Scan(&id, &k.Code, &k.Call, &k.Event, &k.Version, &k.Path); err != nil {
			return out, err
		}
		if v := byID[id]; v != nil {
			v.ViolationKey = k
			out.take(v, a)
		}
	}
	if err := rows.Err(); err != nil {
		return out, s.noticed(err)
	}
	slices.SortFunc(out.Violations, func(x, y Violation) int {
		return cmp.Or(cmp.Compare(rank(x.Code), rank(y.Code)), cmp.Compare(y.Events, x.Events), cmp.Compare(x.Event, y.Event),
			cmp.Compare(x.Path, y.Path), cmp.Compare(x.Code, y.Code), cmp.Compare(x.Version, y.Version), cmp.Compare(x.Call, y.Call))
	})
	if a.Limit > 0 && len(out.Violations) > a.Limit {
		out.Violations = out.Violations[:a.Limit]
	}
	return out, s.noticed(s.illustrate(ctx, out.Violations))
}

// rank puts violations before unplanned events, and those before unplanned
// properties.
func rank(code string) int {
	return slices.Index([]string{"plan.unplanned_event", "plan.unplanned_property"}, code)
}

// take sorts a kind into the answer.
func (o *Violated) take(v *Violation, a ViolationAsk) {
	switch {
	case v.Code == "":
		o.Events += v.Events
		return
	case v.Call == "":
		o.Rest += v.Events
		return
	case !strings.Contains(strings.ToLower(v.Event+"\n"+plan.PropertyOf(v.Path)+"\n"+v.Code), strings.ToLower(a.Words)):
		return
	}
	o.Muted += v.Muted
	if v.Events == 0 {
		return
	}
	o.Kinds[v.Code]++
	slices.SortStableFunc(v.Sources, func(x, y ViolationSource) int { return cmp.Compare(y.Events, x.Events) })
	o.Violations = append(o.Violations, *v)
}

// summedViolations sums the days up, by kind.
func (s *Store) summedViolations(ctx context.Context, a ViolationAsk) (map[int64]*Violation, error) {
	c := &conditions{}
	c.add("day >= ?", int64(math.MinInt64))
	if !a.Since.IsZero() {
		c.args[0] = schema.DayOf(a.Since)
		c.add("last_at >= ?", a.Since.UnixMicro())
	}
	rows, err := s.read.QueryContext(ctx, `SELECT violation_id, source_n, sum(n), sum(muted), min(first_at), max(last_at), max(seq_1), max(seq_2), max(seq_3)
		FROM violation_days WHERE `+c.String()+" GROUP BY violation_id, source_n", c.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	set, selects := s.sources.Load(), SchemaAsk{Source: a.Source, Label: a.Label}
	byID := map[int64]*Violation{}
	for rows.Next() {
		var id, sourceN, n, muted, first, last int64
		var seqs [3]int64
		if err := rows.Scan(&id, &sourceN, &n, &muted, &first, &last, &seqs[0], &seqs[1], &seqs[2]); err != nil {
			return nil, err
		}
		source := set.ref(sourceN)
		if !selects.wants(source) {
			continue
		}
		v := byID[id]
		if v == nil {
			v = &Violation{First: time.UnixMicro(first).UTC()}
			byID[id] = v
		}
		v.Events, v.Muted = v.Events+n, v.Muted+muted
		if t := time.UnixMicro(first).UTC(); t.Before(v.First) {
			v.First = t
		}
		if t := time.UnixMicro(last).UTC(); t.After(v.Last) {
			v.Last = t
		}
		if n > 0 {
			v.Sources = append(v.Sources, ViolationSource{source, n})
		}
		for _, seq := range seqs {
			if seq > 0 {
				v.examples = append(v.examples, seq)
			}
		}
	}
	return byID, rows.Err()
}

// shownExamples is how many values of a kind are shown.
const shownExamples = 3

// illustrate adds what the newest events say.
func (s *Store) illustrate(ctx context.Context, list []Violation) error {
	wanted := map[int64][]*Violation{}
	for i := range list {
		v := &list[i]
		slices.Sort(v.examples)
		v.examples = v.examples[max(len(v.examples)-2*shownExamples, 0):]
		for _, seq := range v.examples {
			wanted[seq] = append(wanted[seq], v)
		}
	}
	seqs := make([]any, 0, len(wanted))
	for seq := range wanted {
		seqs = append(seqs, seq)
	}
	slices.SortFunc(seqs, func(x, y any) int { return cmp.Compare(y.(int64), x.(int64)) }) // newest first
	for len(seqs) > 0 {
		n := min(len(seqs), chunk)
		c := &conditions{}
		c.in("seq", seqs[:n])
		if err := s.showFindings(ctx, c, func(seq int64) []*Violation { return wanted[seq] }); err != nil {
			return err
		}
		seqs = seqs[n:]
	}
	for i := range list {
		if v := &list[i]; v.Latest == 0 {
			if err := s.searchExample(ctx, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// showFindings reads events, newest first, and shows what they say to those
// that asked for them.
func (s *Store) showFindings(ctx context.Context, c *conditions, asked func(seq int64) []*Violation) error {
	rows, err := s.read.QueryContext(ctx, "SELECT seq, type, name, findings FROM events WHERE findings IS NOT NULL AND deletion IS NULL AND "+c.String()+" ORDER BY seq DESC", c.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var r event.Record
		var findings string
		if err := rows.Scan(&r.Seq, &r.Type, &r.Name, &findings); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(findings), &r.Findings); err != nil {
			return err
		}
		for _, v := range asked(r.Seq) {
			v.illustrate(&r)
		}
	}
	return rows.Err()
}

func (v *Violation) illustrate(r *event.Record) {
	plan.EachViolation(r, func(k plan.ViolationKey, f *event.Finding) {
		if k != v.ViolationKey || f.Muted {
			return
		}
		if v.Latest == 0 {
			v.Latest, v.Finding = r.Seq, *f
		}
		if f.Sent != "" && len(v.Sent) < shownExamples && !slices.Contains(v.Sent, f.Sent) {
			v.Sent = append(v.Sent, f.Sent)
		}
	})
}

// searched is how many of the newest events with a code are looked at when all
// examples of a kind were deleted.
const searched = 200

// searchExample looks for another event when those that were kept in mind are
// gone.
func (s *Store) searchExample(ctx context.Context, v *Violation) error {
	c := &conditions{}
	c.add("seq IN (SELECT seq FROM findings WHERE code = ? ORDER BY seq DESC LIMIT ?)", v.Code, searched)
	c.add("name = ?", v.Event)
	return s.showFindings(ctx, c, func(int64) []*Violation { return []*Violation{v} })
}

// Violation tells what is known of one way to depart from the plan; no events
// when there are none.
func (s *Store) Violation(ctx context.Context, k plan.ViolationKey) (Violation, error) {
	v := []Violation{{ViolationKey: k}}
	rows, err := s.read.QueryContext(ctx, `SELECT source_n, sum(n), max(seq_1), max(seq_2), max(seq_3) FROM violation_days JOIN violations ON id = violation_id
		WHERE code = ? AND call = ? AND event = ? AND version = ? AND path = ? GROUP BY source_n ORDER BY 2 DESC`, k.Code, k.Call, k.Event, k.Version, k.Path)
	if err != nil {
		return v[0], s.noticed(err)
	}
	defer rows.Close()
	set := s.sources.Load()
	for rows.Next() {
		var sourceN, n int64
		var seqs [3]int64
		if err := rows.Scan(&sourceN, &n, &seqs[0], &seqs[1], &seqs[2]); err != nil {
			return v[0], err
		}
		v[0].Events += n
		v[0].Sources = append(v[0].Sources, ViolationSource{set.ref(sourceN), n})
		v[0].examples = append(v[0].examples, seqs[:]...)
	}
	if err := rows.Err(); err != nil {
		return v[0], s.noticed(err)
	}
	return v[0], s.noticed(s.illustrate(ctx, v))
}
