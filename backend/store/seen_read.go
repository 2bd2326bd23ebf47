package store

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/schema"
)

// SchemaAsk selects what was counted. Zero fields do not restrict.
type SchemaAsk struct {
	Source       string // id or name
	Label        string // dev, staging, prod, or none for unclaimed sources
	Call, Event  string
	Since, Until time.Time // of receipt
}

// Schema returns what the sources sent, by source, call and name, and how many
// events came besides whose names are not counted.
//
// Counts are of whole days in UTC. What came last before Since, or first after
// Until, is left out.
func (s *Store) Schema(ctx context.Context, a SchemaAsk) (list []schema.Event, uncounted int64, err error) {
	c, set, pack := a.conditions(), s.sources.Load(), s.blocks.packer
	rows, err := s.read.QueryContext(ctx, "SELECT source_n, call, name, tally FROM schema_days WHERE "+c.String()+" ORDER BY source_n, call, name, day", c.args...)
	if err != nil {
		return nil, 0, s.noticed(err)
	}
	defer rows.Close()
	list = []schema.Event{}
	for rows.Next() {
		var sourceN int64
		var call, name string
		var packed []byte
		if err := rows.Scan(&sourceN, &call, &name, &packed); err != nil {
			return nil, 0, err
		}
		source := set.ref(sourceN)
		if !a.wants(source) {
			continue
		}
		day, err := pack.tally(packed)
		if err != nil {
			return nil, 0, err
		}
		if call == "" {
			uncounted += day.Events
			continue
		}
		a.narrow(day)
		if n := len(list); n == 0 || list[n-1].Source.ID != source.ID || list[n-1].Call != call || list[n-1].Name != name {
			list = append(list, schema.Event{Source: source, Call: call, Name: name})
		}
		list[len(list)-1].Merge(day)
	}
	slices.SortStableFunc(list, func(x, y schema.Event) int { return strings.Compare(x.Name, y.Name) })
	return list, uncounted, s.noticed(rows.Err())
}

func (a *SchemaAsk) conditions() *conditions {
	c := &conditions{}
	c.add("day >= ?", int64(math.MinInt64))
	if !a.Since.IsZero() {
		c.args[0] = schema.DayOf(a.Since)
		c.add("last_at >= ?", a.Since.UnixMicro())
	}
	if !a.Until.IsZero() {
		c.add("day <= ?", schema.DayOf(a.Until))
		c.add("first_at < ?", a.Until.UnixMicro())
	}
	if a.Call != "" {
		c.add("call IN (?, '')", a.Call)
	}
	if a.Event != "" {
		c.add("name = ?", a.Event)
	}
	return c
}

func (a *SchemaAsk) wants(s event.SourceRef) bool {
	label := "none"
	if s.Label != nil {
		label = *s.Label
	}
	return (a.Source == "" || a.Source == s.ID || a.Source == s.Name) && (a.Label == "" || a.Label == label)
}

// narrow leaves out the properties of a day that came before or after what was
// asked for.
func (a *SchemaAsk) narrow(day *schema.Tally) {
	for path, p := range day.Properties {
		if !a.Since.IsZero() && p.Last.At < a.Since.UnixMicro() || !a.Until.IsZero() && p.First.At >= a.Until.UnixMicro() {
			delete(day.Properties, path)
		}
	}
}
