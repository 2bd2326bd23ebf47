package store

import (
	"context"
	"database/sql"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
)

const (
	groupEvents  = 1000    // events in one commit, unless one arrival has more
	groupBytes   = 4 << 20 // bytes in one commit, likewise
	aheadEvents  = 24      // events that make a commit while the one before is still flushed
	queueWait    = 2 * time.Second
	defaultQueue = 20_000
	defaultBytes = 64 << 20
)

// job is an arrival to store or another change to make, and who waits for it.
type job struct {
	arrival *event.Arrival
	change  func(c *sql.Conn) error
	bare    bool // change runs outside a transaction
	hot     bool // change uses the hot connection, in a transaction; it deletes nothing, and nobody is promised that it lasts
	probe   bool // change tells whether writing works
	events  int
	bytes   int
	done    chan error
}

// Append stores an arrival and returns once it is on disk, with Seq filled in.
// A full queue or a disk that cannot take it is fault.Unavailable.
func (s *Store) Append(ctx context.Context, a *event.Arrival) error {
	if len(a.Spans) != len(a.Records) {
		return fault.New(fault.Internal, "an arrival has %d records and %d places for them", len(a.Records), len(a.Spans))
	}
	bytes := len(a.Body)
	for i := range a.Records {
		if p := a.Spans[i]; p.Offset < 0 || p.Length < 0 || p.Offset > len(a.Body)-p.Length {
			return fault.New(fault.Internal, "record %d of an arrival stands at %d+%d in a body of %d bytes", i, p.Offset, p.Length, len(a.Body))
		}
		bytes += 400
		if a.Spans[i].Length == 0 {
			bytes += len(a.Records[i].Message)
		}
	}
	return s.w.do(ctx, &job{arrival: a, events: len(a.Records), bytes: bytes})
}

// change runs fn in a transaction of its own, in turn with the arrivals.
func (s *Store) change(ctx context.Context, fn func(c *sql.Conn) error) error {
	return s.w.do(ctx, &job{change: fn})
}

func (w *writer) do(ctx context.Context, j *job) error {
	j.done = make(chan error, 1)
	if err := w.enqueue(ctx, j); err != nil {
		return err
	}
	select {
	case w.work <- struct{}{}:
	default:
	}
	return <-j.done // bounded by one commit before and one with this job
}

func (w *writer) enqueue(ctx context.Context, j *job) error {
	var late <-chan time.Time
	for {
		w.mu.Lock()
		if w.closing {
			w.mu.Unlock()
			return fault.New(fault.Unavailable, "Sidetrack is shutting down")
		}
		full := w.events+j.events > w.s.o.QueueEvents || w.bytes+j.bytes > w.s.o.QueueBytes
		if !full || w.events == 0 || j.arrival == nil {
			w.queue = append(w.queue, j)
			w.count(j, 1)
			w.mu.Unlock()
			return nil
		}
		room := w.room
		w.mu.Unlock()
		if late == nil {
			deadline := time.NewTimer(queueWait)
			defer deadline.Stop()
			late = deadline.C
		}
		select {
		case <-room:
		case <-late:
			return fault.New(fault.Unavailable, "too much is waiting to be stored; send this again")
		case <-ctx.Done():
			return fault.New(fault.Unavailable, "gave up waiting to store: %w", ctx.Err())
		}
	}
}

// count adds a job to what waits, or takes it off. The caller holds mu.
func (w *writer) count(j *job, sign int) {
	w.events += sign * j.events
	w.bytes += sign * j.bytes
	if j.arrival != nil {
		stored, _ := tally(j.arrival.Records)
		w.messages += int64(sign) * stored
	}
}

// tally tells messages of readable requests from what could not be read.
func tally(rs []event.Record) (stored, rejected int64) {
	for i := range rs {
		if rs[i].Disposition == event.Rejected {
			rejected++
		} else {
			stored++
		}
	}
	return stored, rejected
}

// next takes the jobs of the next commit, or more for one that holds some
// events already. A change stands alone.
func (w *writer) next(events, bytes int) (jobs []*job, closing bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	begun := events > 0
	for len(w.queue) > 0 {
		j := w.queue[0]
		if begun && (j.change != nil || events+j.events > groupEvents || bytes+j.bytes > groupBytes) {
			break
		}
		w.queue[0] = nil
		w.queue = w.queue[1:]
		jobs = append(jobs, j)
		events, bytes, begun = events+j.events, bytes+j.bytes, true
		if j.change != nil {
			break
		}
	}
	return jobs, w.closing
}
