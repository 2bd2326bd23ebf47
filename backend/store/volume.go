package store

import (
	"context"
	"slices"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
)

// Bucket counts the events of one stretch of time by verdict.
type Bucket struct {
	Start                               time.Time
	Good, Warning, Violation, WouldDrop int64
}

func (b *Bucket) add(v event.Verdict, n int64) {
	switch v {
	case event.WouldDrop:
		b.WouldDrop += n
	case event.HasViolation:
		b.Violation += n
	case event.HasWarning:
		b.Warning += n
	default:
		b.Good += n
	}
}

// volumeScan bounds how many of the newest events are read for a query that
// the sums cannot answer.
const volumeScan = 50_000

// Volume counts events per stretch of time. Queries about source, label, name,
// type and verdict are answered from the sums, whatever the size of the log;
// others from the newest 50,000 events.
func (s *Store) Volume(ctx context.Context, a Ask, since, until time.Time, buckets int) ([]Bucket, error) {
	if buckets < 1 || until.Sub(since) < time.Duration(buckets) {
		return nil, fault.New(fault.Invalid, "the volume needs a stretch of time and at least one part of it")
	}
	width := until.Sub(since) / time.Duration(buckets)
	list := make([]Bucket, buckets)
	for i := range list {
		list[i].Start = since.Add(time.Duration(i) * width).UTC()
	}
	into := func(t time.Time, v event.Verdict, n int64) {
		if i := int(t.Sub(since) / width); !t.Before(since) && i < buckets {
			list[i].add(v, n)
		}
	}
	if summable(a) {
		return list, s.fromRollups(ctx, a, since, until, width, into)
	}
	a.Since, a.Until, a.Message = since, until, false
	seen := 0
	_, err := s.walk(ctx, a, "DESC", func(r *event.Record) bool {
		if r.Disposition != event.Rejected {
			into(r.ReceivedAt, r.Verdict, 1)
		}
		seen++
		return seen < volumeScan
	}, time.Now().Add(searchBudget))
	return list, err
}

func summable(a Ask) bool {
	if a.After != 0 || a.Before != 0 || a.Run != "" {
		return false
	}
	for _, t := range a.Query.Terms {
		if !slices.Contains([]string{"source", "label", "name", "type", "verdict"}, t.Key) {
			return false
		}
	}
	return true
}

func (s *Store) fromRollups(ctx context.Context, a Ask, since, until time.Time, width time.Duration, into func(time.Time, event.Verdict, int64)) error {
	step := rollupSteps[0]
	if width >= time.Duration(rollupSteps[1])*time.Second {
		step = rollupSteps[1]
	}
	rows, err := s.read.QueryContext(ctx, "SELECT slot, source_n, type, name, verdict, n FROM rollups WHERE step = ? AND slot >= ? AND slot < ?", step, slotOf(since, step), until.Unix())
	if err != nil {
		return err
	}
	defer rows.Close()
	set := s.sources.Load()
	for rows.Next() {
		var slot, sourceN, n int64
		var r event.Record
		if err := rows.Scan(&slot, &sourceN, &r.Type, &r.Name, &r.Verdict, &n); err != nil {
			return err
		}
		r.Source = set.ref(sourceN)
		if a.Source != "" && r.Source.ID != a.Source && r.Source.Name != a.Source {
			continue
		}
		if a.Query.Match(&r) {
			at := time.Unix(slot, 0)
			if at.Before(since) {
				at = since
			}
			into(at, r.Verdict, n)
		}
	}
	return rows.Err()
}
