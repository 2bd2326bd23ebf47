package collector

import (
	"context"
	"net/http"
	"time"

	"sidetrack/backend/fault"
)

// seats are the places for large bodies. A body of Segment's own size needs
// none; of what is beyond it only so many are held in memory at once, since
// thirty kilobytes on the wire may unpack to thirty megabytes.
type seats struct {
	free     chan struct{}
	patience time.Duration // how long a sender waits for one
}

func newSeats() seats { return seats{make(chan struct{}, maxLarge), 5 * time.Second} }

// seat is one request's hold on a place, taken when its body turns out large.
type seat struct {
	of    *seats
	taken bool
}

// take waits for a place. A fault.Unavailable becomes a 503.
func (s *seat) take(ctx context.Context) error {
	if s.taken {
		return nil
	}
	select { // a place that is free is taken, however long this goroutine had to wait for its turn
	case s.of.free <- struct{}{}:
		s.taken = true
		return nil
	default:
	}
	soon, cancel := context.WithTimeout(ctx, s.of.patience)
	defer cancel()
	select {
	case s.of.free <- struct{}{}:
		s.taken = true
		return nil
	case <-soon.Done():
		return fault.New(fault.Unavailable, "other bodies above 512 KB are being read")
	}
}

func (s *seat) leave() {
	if s.taken {
		<-s.of.free
		s.taken = false
	}
}

// hurry ends a body that keeps its connection waiting. A body that came whole
// lifts the deadline; of another the server still reads the rest before it
// answers, and must not wait for ever either.
func (c *Collector) hurry(w http.ResponseWriter) (whole func()) {
	conn := http.NewResponseController(w)
	// Both fail only without a connection: a recorder in a test, a sender that is gone.
	conn.SetReadDeadline(time.Now().Add(c.bodyTime))
	return func() { conn.SetReadDeadline(time.Time{}) }
}
