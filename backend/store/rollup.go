package store

import (
	"context"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/query"
)

const minuteMicros = 60_000_000

type minuteKey struct {
	minute, source int64
	kind, name     string
}

type sightingKey struct {
	source                   int64
	library, version, origin string
}

type sighting struct {
	count    int64
	last     time.Time
	verdicts [4]int64
}

// count adds a record to what its transaction will write once.
func (g *group) count(rec *event.Record, n int64, origin string) {
	if rec.Disposition == event.Rejected {
		g.rejected++
	} else {
		g.stored++
	}
	if rec.ReceivedAt.After(g.last) {
		g.last = rec.ReceivedAt
	}
	v := verdictNumber(rec.Verdict)
	minute := floorDiv(rec.ReceivedAt.UnixMicro(), minuteMicros)
	k := minuteKey{minute, n, rec.Type, rec.Name}
	if g.minutes[k] == nil {
		g.minutes[k] = new([4]int64)
	}
	g.minutes[k][v]++
	if c := g.clock[minute]; c == nil {
		g.clock[minute] = &[2]int64{rec.Seq, rec.Seq}
	} else {
		c[1] = rec.Seq
	}
	sk := sightingKey{n, rec.Library.Name, rec.Library.Version, origin}
	seen := g.seen[sk]
	if seen == nil {
		seen = &sighting{}
		g.seen[sk] = seen
	}
	seen.count++
	seen.verdicts[v]++
	if rec.ReceivedAt.After(seen.last) {
		seen.last = rec.ReceivedAt
	}
}

func floorDiv(a, b int64) int64 {
	if a < 0 {
		return (a - b + 1) / b
	}
	return a / b
}

// Sighting is a library that was seen sending to a source.
type Sighting struct {
	SourceID  string    `json:"sourceId"`
	Library   string    `json:"library"`
	Version   string    `json:"version"`
	Origin    string    `json:"origin"`
	Count     int64     `json:"count"`
	LastSeen  time.Time `json:"lastSeen"`
	Good      int64     `json:"good"`
	Warning   int64     `json:"warning"`
	Violation int64     `json:"violation"`
	WouldDrop int64     `json:"wouldDrop"`
}

// Seen returns which libraries sent to which source, the latest first.
func (s *Store) Seen() ([]Sighting, error) {
	rows, err := s.readers.Query(`SELECT source, library, version, origin, count, last, good, warning, violation, would_drop
		FROM sightings WHERE source <> 0 ORDER BY last DESC`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	set, out := s.sources.Load(), []Sighting{}
	for rows.Next() {
		var x Sighting
		var n, last int64
		if err := rows.Scan(&n, &x.Library, &x.Version, &x.Origin, &x.Count, &last, &x.Good, &x.Warning, &x.Violation, &x.WouldDrop); err != nil {
			return nil, err
		}
		x.SourceID, x.LastSeen = set.ref(n).ID, fromMicros(last)
		out = append(out, x)
	}
	return out, rows.Err()
}

// Bucket counts the events of one stretch of time by verdict.
type Bucket struct {
	Start     time.Time `json:"start"`
	Good      int64     `json:"good"`
	Warning   int64     `json:"warning"`
	Violation int64     `json:"violation"`
	WouldDrop int64     `json:"wouldDrop"`
}

func (b *Bucket) add(verdict int, n int64) {
	*[...]*int64{&b.Good, &b.Warning, &b.Violation, &b.WouldDrop}[verdict] += n
}

const volumeScan = 50_000

// Volume counts events by time and verdict. Minutes are the finest grain when
// the question is only about source, label, name and type; otherwise the newest
// 50,000 events are looked through.
func (s *Store) Volume(ctx context.Context, a Ask, since, until time.Time, buckets int) ([]Bucket, error) {
	buckets = min(max(buckets, 1), 10_000)
	step := max(until.Sub(since)/time.Duration(buckets), time.Microsecond)
	out := make([]Bucket, buckets)
	for i := range out {
		out[i].Start = since.Add(time.Duration(i) * step)
	}
	put := func(at time.Time, verdict int, n int64) {
		if at.Before(since) || !at.Before(until) {
			return
		}
		out[min(int(at.Sub(since)/step), buckets-1)].add(verdict, n)
	}
	if rollable(a) && step >= time.Minute {
		return out, s.rolledVolume(ctx, a, since, until, put)
	}
	a.Since, a.Until = later(a.Since, since), earlier(a.Until, until)
	a.Message = false
	left := volumeScan
	err := s.scan(ctx, a, true, func(r *event.Record) (bool, error) {
		put(r.ReceivedAt, verdictNumber(r.Verdict), 1)
		return true, nil
	}, &left)
	return out, err
}

func (s *Store) rolledVolume(ctx context.Context, a Ask, since, until time.Time, put func(time.Time, int, int64)) error {
	rows, err := s.readers.QueryContext(ctx, `SELECT minute, source, type, name, good, warning, violation, would_drop FROM minutes
		WHERE minute >= ? AND minute < ?`, floorDiv(since.UnixMicro(), minuteMicros), floorDiv(until.UnixMicro()-1, minuteMicros)+1)
	if err != nil {
		return err
	}
	defer rows.Close()
	set := s.sources.Load()
	var rec event.Record
	for rows.Next() {
		var minute, n int64
		var counts [4]int64
		if err := rows.Scan(&minute, &n, &rec.Type, &rec.Name, &counts[0], &counts[1], &counts[2], &counts[3]); err != nil {
			return err
		}
		rec.Source = set.ref(n)
		if !a.Query.Match(&rec) || a.Source != "" && !fromSource(&rec, a.Source) {
			continue
		}
		at := later(fromMicros(minute*minuteMicros), since) // the first minute may begin before
		for v, c := range counts {
			put(at, v, c)
		}
	}
	return rows.Err()
}

// rollable reports whether the minute counts can answer.
func rollable(a Ask) bool {
	if a.Run != "" || a.After != 0 || a.Before != 0 || !a.Since.IsZero() || !a.Until.IsZero() {
		return false
	}
	for _, t := range a.Query.Terms {
		if !rollableTerm(t) {
			return false
		}
	}
	return true
}

func rollableTerm(t query.Term) bool {
	switch t.Key {
	case "name", "type", "source", "label":
		return true
	}
	return false
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// earlier takes a zero a for no bound.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
