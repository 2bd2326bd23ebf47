package store

import (
	"context"

	"sidetrack/backend/event"
)

// Bounds of what Import takes at once: what fits a block.
const (
	MaxImport      = blockEvents
	MaxImportBytes = blockBytes
)

// Import stores events that were stored before, in the order given, in one
// commit. They get new Seqs and keep everything else: when they were received,
// what was found, what was added. They say nothing of who is sending now.
func (s *Store) Import(ctx context.Context, records []event.Record) error {
	a := &event.Arrival{Imported: true, Records: records, Spans: make([]event.Span, len(records))}
	for i := range records {
		a.Spans[i] = event.Span{Offset: len(a.Body), Length: len(records[i].Message), Index: i}
		a.Body = append(append(a.Body, records[i].Message...), '\n')
	}
	a.Request = event.Request{
		Method: "POST", Path: "/api/events/import", Remote: "sidetrack", Headers: [][2]string{},
		WireSize: len(a.Body), BodySize: len(a.Body), Items: len(records),
	}
	return s.Append(ctx, a)
}
