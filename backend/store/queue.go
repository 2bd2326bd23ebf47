package store

import (
	"context"
	"sync"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
)

const queuePatience = 2 * time.Second

// job is one arrival on its way to disk.
type job struct {
	arrival *event.Arrival
	size    int
	done    chan error
}

// queue is bounded by events and by bytes. What the writer has taken counts
// until it is on disk.
type queue struct {
	sync.Mutex
	maxEvents, maxBytes int
	events, bytes       int
	waiting             []*job
	closed              bool
	wake                chan struct{} // to the writer
	room                chan struct{} // closed whenever room is made
}

func (q *queue) init(events, bytes int) {
	q.maxEvents, q.maxBytes = events, bytes
	q.wake, q.room = make(chan struct{}, 1), make(chan struct{})
}

// Append returns once the arrival is on disk, with Seq filled into its records.
// Nothing of it is stored when it returns an error. Waiting in a full queue ends
// with ctx; an arrival that is in the queue is committed regardless.
func (s *Store) Append(ctx context.Context, a *event.Arrival) error {
	if len(a.Records) == 0 {
		return nil
	}
	j := &job{arrival: a, size: sizeOf(a), done: make(chan error, 1)}
	patience := time.NewTimer(queuePatience)
	defer patience.Stop()
	for {
		room, err := s.enter(j)
		if err != nil {
			return err
		}
		if room == nil {
			return <-j.done
		}
		select {
		case <-room:
		case <-patience.C:
			return fault.New(fault.Unavailable, "The queue to the disk is full. Send again in a moment.")
		case <-ctx.Done():
			return fault.New(fault.Unavailable, "The queue to the disk was full until the sender gave up: %w", ctx.Err())
		}
	}
}

// enter puts the job into the queue, or returns what to wait for.
func (s *Store) enter(j *job) (<-chan struct{}, error) {
	q, n := &s.queue, len(j.arrival.Records)
	q.Lock()
	defer q.Unlock()
	if q.closed {
		return nil, fault.New(fault.Unavailable, "Sidetrack is shutting down.")
	}
	full := q.events+n > q.maxEvents || q.bytes+j.size > q.maxBytes
	if full && q.events > 0 { // one that is too large on its own goes alone
		return q.room, nil
	}
	q.events += n
	q.bytes += j.size
	q.waiting = append(q.waiting, j)
	pending := countable(j.arrival)
	s.tally.add(func(c *Counters) { c.Pending += pending })
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return nil, nil
}

// take returns what waits, up to the size of one transaction, and whether more
// may come.
func (q *queue) take() (batch []*job, open bool) {
	const maxEvents, maxBytes = 1000, 4 << 20
	q.Lock()
	defer q.Unlock()
	events, bytes, n := 0, 0, 0
	for n < len(q.waiting) {
		j := q.waiting[n]
		events, bytes = events+len(j.arrival.Records), bytes+j.size
		if n > 0 && (events > maxEvents || bytes > maxBytes) {
			break
		}
		n++
	}
	batch = q.waiting[:n:n]
	q.waiting = q.waiting[n:]
	return batch, !q.closed
}

func (q *queue) leave(batch []*job) {
	q.Lock()
	defer q.Unlock()
	for _, j := range batch {
		q.events -= len(j.arrival.Records)
		q.bytes -= j.size
	}
	close(q.room)
	q.room = make(chan struct{})
}

func (q *queue) close() {
	q.Lock()
	defer q.Unlock()
	if !q.closed {
		q.closed = true
		close(q.wake)
	}
}

// sizeOf estimates what the arrival holds on to.
func sizeOf(a *event.Arrival) int {
	n := len(a.Body) + 512*len(a.Records)
	for i := range a.Records {
		if !verbatim(a, i) {
			n += len(a.Records[i].Message)
		}
	}
	return n
}

// countable is the number of records that are messages of readable requests.
func countable(a *event.Arrival) int64 {
	n := int64(0)
	for i := range a.Records {
		if a.Records[i].Disposition != event.Rejected {
			n++
		}
	}
	return n
}
