package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
	"sidetrack/backend/rawjson"
	"sidetrack/backend/spec"
)

// maxNesting is how deep a message may nest, as in the collector.
const maxNesting = 512

// eventAt is an event of a file, and the line it stands on.
type eventAt struct {
	line   int
	record event.Record
}

// eventsIn reads events: an export, or messages as an SDK sends them, one a
// line, or a JSON array or batch of them. A line that is not JSON ends it with
// a fault.Invalid.
func eventsIn(r io.Reader) iter.Seq2[eventAt, error] {
	return func(yield func(eventAt, error) bool) {
		in := bufio.NewReaderSize(r, 1<<16)
		for line := 1; ; line++ {
			text, err := in.ReadBytes('\n')
			if err != nil && !errors.Is(err, io.EOF) {
				yield(eventAt{}, err)
				return
			}
			over := err != nil
			text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\ufeff")))
			if line == 1 && len(text) > 0 && rawjson.Check(text, maxNesting) != nil { // one value over several lines
				rest, err := io.ReadAll(in)
				if err != nil {
					yield(eventAt{}, err)
					return
				}
				text, over = bytes.TrimSpace(append(append(text, '\n'), rest...)), true
			}
			if len(text) > 0 && !eachEvent(text, line, yield) {
				return
			}
			if over {
				return
			}
		}
	}
}

// eachEvent hands on the events of a value. It reports whether to go on.
func eachEvent(text []byte, line int, yield func(eventAt, error) bool) bool {
	if bad := rawjson.Check(text, maxNesting); bad != nil {
		yield(eventAt{line: line}, fault.New(fault.Invalid, "line %d is not JSON: %w", line, bad))
		return false
	}
	list := text
	if batch := rawjson.Get(text, "batch"); rawjson.KindOf(batch) == rawjson.Array {
		list = batch
	}
	if rawjson.KindOf(list) != rawjson.Array {
		rec, err := recordOf(text, line)
		return yield(eventAt{line, rec}, err) && err == nil
	}
	start := cap(text) - cap(list) // list is a part of text
	for span := range rawjson.Elements(list) {
		at := line + bytes.Count(text[:start+span.Start], []byte("\n"))
		rec, err := recordOf(span.Of(list), at)
		if !yield(eventAt{at, rec}, err) || err != nil {
			return false
		}
	}
	return true
}

// recordOf reads a line of an export, or a message.
func recordOf(text []byte, line int) (r event.Record, err error) {
	if rawjson.KindOf(text) != rawjson.Object {
		return r, fault.New(fault.Invalid, "line %d is no event: it is no object", line)
	}
	if rawjson.Get(text, "receivedAt") != nil && rawjson.Get(text, "disposition") != nil {
		if err := json.Unmarshal(text, &r); err != nil {
			return r, fault.New(fault.Invalid, "line %d is no line of an export: %w", line, err)
		}
		return r, nil
	}
	f := spec.ReadFields(text)
	r.Disposition, r.Message = event.Accepted, text
	r.Type, _ = rawjson.String(f.Type)
	if r.Type == "" && f.Event != nil {
		r.Type = "track" // sent to a path that says so
	}
	if !spec.KnownType(r.Type) {
		return r, fault.New(fault.Invalid, "line %d has no type; an event needs track, identify, page, screen, group or alias", line)
	}
	r.Name, _ = rawjson.String(f.Name)
	if r.Type == "track" {
		r.Name, _ = rawjson.String(f.Event)
	}
	r.UserID, _ = rawjson.String(f.UserID)
	r.MessageID, _ = rawjson.String(f.MessageID)
	return r, nil
}
