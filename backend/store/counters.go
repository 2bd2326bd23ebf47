package store

import (
	"context"
	"sync"
	"time"
)

// Counters are cumulative for the data folder. Received is stored plus pending;
// rejected requests and items count only in Rejected.
type Counters struct {
	Received     int64     `json:"received"`
	Stored       int64     `json:"stored"`
	Pending      int64     `json:"pending"`
	Rejected     int64     `json:"rejected"`
	Dropped      int64     `json:"dropped"`
	Pruned       int64     `json:"pruned"`
	Deleted      int64     `json:"deleted"`
	Head         int64     `json:"head"`
	Bytes        int64     `json:"bytes"` // of the file that are in use
	LastReceived time.Time `json:"lastReceived"`
}

// tally holds the counters as of the last commit.
type tally struct {
	sync.Mutex
	Counters
}

// Counters returns the counters without asking the disk.
func (s *Store) Counters() Counters {
	s.tally.Lock()
	defer s.tally.Unlock()
	c := s.tally.Counters
	c.Received = c.Stored + c.Pending
	return c
}

func (t *tally) add(change func(*Counters)) {
	t.Lock()
	defer t.Unlock()
	change(&t.Counters)
}

func (s *Store) loadCounters(ctx context.Context) error {
	c, last := &s.tally.Counters, int64(0)
	err := s.conn.QueryRowContext(ctx, "SELECT head, stored, rejected, pruned, deleted, last_received FROM counters").
		Scan(&c.Head, &c.Stored, &c.Rejected, &c.Pruned, &c.Deleted, &last)
	if err != nil {
		return err
	}
	if last != 0 {
		c.LastReceived = fromMicros(last)
	}
	c.Bytes, err = s.usedBytes(ctx)
	return err
}

// usedBytes returns what the file holds, free pages left out.
func (s *Store) usedBytes(ctx context.Context) (int64, error) {
	var n int64
	err := s.conn.QueryRowContext(ctx, `SELECT (p.page_count - f.freelist_count) * z.page_size
		FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size z`).Scan(&n)
	return n, err
}

func fromMicros(us int64) time.Time { return time.UnixMicro(us).UTC() }
