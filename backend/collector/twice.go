package collector

import (
	"hash/maphash"
	"sync"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/spec"
)

// twiceWindow is how close two copies are that one action made.
const twiceWindow = 50 * time.Millisecond

// twice remembers what came in the last moments, to notice the same content
// under two ids: a double mount, a doubled listener. It keeps two spells of
// one window each, so that forgetting costs nothing.
type twice struct {
	seed        maphash.Seed
	mu          sync.Mutex
	now, before map[uint64]sighting
	turned      time.Time
}

type sighting struct {
	id                 string
	received, happened time.Time
}

// check adds the finding to the later of two copies.
func (t *twice) check(rec *event.Record, f *spec.Fields) {
	if rec.MessageID == "" {
		return
	}
	this := sighting{rec.MessageID, rec.ReceivedAt, rec.Timestamp}
	gap, seen := t.see(t.hash(rec, f), this)
	if !seen {
		return
	}
	rec.Findings = append(rec.Findings, spec.Found("lens.sent_twice", "",
		"Sent twice within %d ms. Looks like a double mount in development. Segment keeps both: their ids differ.", max(1, gap.Milliseconds())))
}

// see remembers a sighting and returns how far it is from one like it.
func (t *twice) see(content uint64, this sighting) (gap time.Duration, seen bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.turn(this.received)
	last, ok := t.now[content]
	if !ok {
		last, ok = t.before[content]
	}
	if ok && last.id == this.id {
		return 0, false // a repeat, which the log finds by its id
	}
	t.now[content] = this
	gap = this.happened.Sub(last.happened).Abs()
	return gap, ok && gap <= twiceWindow && this.received.Sub(last.received).Abs() <= twiceWindow
}

func (t *twice) turn(at time.Time) {
	age := at.Sub(t.turned)
	if t.now != nil && age <= twiceWindow {
		return
	}
	t.now, t.before = t.before, t.now
	if age > 2*twiceWindow {
		t.before = nil
	}
	if clear(t.now); t.now == nil {
		t.now = map[uint64]sighting{}
	}
	t.turned = at
}

func (t *twice) hash(rec *event.Record, f *spec.Fields) uint64 {
	var h maphash.Hash
	h.SetSeed(t.seed)
	for _, s := range [...]string{rec.Source.ID, rec.Type, rec.Name, rec.UserID, rec.AnonymousID} {
		h.WriteString(s)
		h.WriteByte(0)
	}
	for _, b := range [...][]byte{f.Properties, f.Traits, f.GroupID, f.PreviousID, f.Category} {
		h.Write(b)
		h.WriteByte(0)
	}
	return h.Sum64()
}
