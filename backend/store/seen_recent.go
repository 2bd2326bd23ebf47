package store

import (
	"sync"

	"sidetrack/backend/event"
)

// What is held at most: what comes in while counting rests.
const (
	recentEvents = 4_000
	recentBytes  = 8 << 20
)

// recent holds the events that were committed last, in order and without a
// gap, so that counting them reads nothing. Whatever changes the log otherwise
// makes it forget them: they may be deleted.
type recent struct {
	mu     sync.Mutex
	lists  [][]event.Record
	events int
	bytes  int
}

// add takes the events of a commit. What is too much makes room for it.
func (r *recent) add(records []event.Record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lists = append(r.lists, records)
	r.events, r.bytes = r.events+len(records), r.bytes+messageBytes(records)
	for len(r.lists) > 0 && (r.events > recentEvents || r.bytes > recentBytes) {
		r.drop()
	}
}

func messageBytes(records []event.Record) (n int) {
	for i := range records {
		n += len(records[i].Message)
	}
	return n
}

func (r *recent) drop() {
	r.events, r.bytes = r.events-len(r.lists[0]), r.bytes-messageBytes(r.lists[0])
	r.lists[0] = nil
	r.lists = r.lists[1:]
}

// after returns the events that follow a Seq, none when they are not held.
// They are shared, and not to be changed.
func (r *recent) after(seq int64, most int) []event.Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.lists) > 0 && r.lists[0][len(r.lists[0])-1].Seq <= seq {
		r.drop()
	}
	if len(r.lists) == 0 || r.lists[0][0].Seq > seq+1 {
		return nil
	}
	list := r.lists[0][seq+1-r.lists[0][0].Seq:]
	return list[:min(most, len(list))]
}

func (r *recent) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lists, r.events, r.bytes = nil, 0, 0
}
