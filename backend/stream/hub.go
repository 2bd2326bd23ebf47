// Package stream tells live readers what was just committed, over websockets.
//
// Committed records are gathered for a tick and kept for a while as batches.
// Each reader walks the batches at its own pace with its own cursor, so a slow
// one never holds up the others or the one who publishes.
package stream

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"sidetrack/backend/event"
	"sidetrack/backend/query"
)

// Backlog reads the log for readers who come from further back than the hub
// remembers: oldest first, without the message.
type Backlog interface {
	Each(ctx context.Context, after int64, q query.Query, limit int, fn func(*event.Record) error) error
}

// Options is what a hub needs from its surroundings.
type Options struct {
	Backlog Backlog
	Logger  *slog.Logger
	Head    func() int64  // newest committed Seq
	Status  func() any    // body of the status frame, a JSON object
	Tick    time.Duration // how long records are gathered; 50 ms by default
}

const (
	catchUpSize = 500             // records in a frame of the backlog
	frameSize   = 1000            // records in a live frame; a bigger commit becomes several
	mostBatches = 1024            // batches remembered
	fewBatches  = 32              // batches remembered even when they are big
	mostBytes   = 64 << 20        // bytes remembered, about, once there are more batches than few
	recordBytes = 1024            // what a record takes beside its message, about
	mostNotes   = 256             // changed frames waiting for one reader
	farewell    = 1 * time.Second // for the last words to each reader
)

// batch is up to frameSize records committed in one tick. Prev is the Seq before the first.
type batch struct {
	prev, last int64
	records    []event.Record
	size       int
	frame      func() *websocket.PreparedMessage // everything, for readers without a filter; made for the first of them
}

// Hub hands committed records to live readers.
type Hub struct {
	o         Options
	writeWait time.Duration // a frame that takes longer is never followed by a bye
	mostBytes int
	kick      chan struct{} // something waits for the next tick
	closed    chan struct{}
	closeOnce sync.Once

	mu         sync.Mutex
	wake       chan struct{}    // closed and replaced when readers have something to do
	pending    [][]event.Record // of a commit each
	changed    map[string][]string
	batches    []*batch
	size       int
	last       int64 // newest Seq in a batch, or the head at the start
	readers    map[*reader]struct{}
	serving    sync.WaitGroup // one a reader; added to under mu while not closed
	status     *websocket.PreparedMessage
	statusJSON []byte
}

// NewHub returns a hub that remembers nothing yet. Run makes it tick.
func NewHub(o Options) *Hub {
	if o.Tick <= 0 {
		o.Tick = 50 * time.Millisecond
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	h := &Hub{
		o: o, writeWait: silence, mostBytes: mostBytes,
		kick: make(chan struct{}, 1), closed: make(chan struct{}), wake: make(chan struct{}),
		changed: map[string][]string{}, readers: map[*reader]struct{}{},
	}
	if o.Head != nil {
		h.last = o.Head()
	}
	return h
}

// Publish takes records that were just committed, in order of Seq. It never
// waits for a reader.
func (h *Hub) Publish(rs []event.Record) {
	if len(rs) == 0 {
		return
	}
	h.mu.Lock()
	h.pending = append(h.pending, rs)
	h.mu.Unlock()
	h.nudge()
}

// Changed tells readers that something beside the log changed, at the next tick.
func (h *Hub) Changed(topic string, ids ...string) {
	h.mu.Lock()
	known := h.changed[topic]
	if known == nil {
		known = []string{}
	}
	for _, id := range ids {
		if !slices.Contains(known, id) {
			known = append(known, id)
		}
	}
	h.changed[topic] = known
	h.mu.Unlock()
	h.nudge()
}

func (h *Hub) nudge() {
	select {
	case h.kick <- struct{}{}:
	default:
	}
}

// Run gathers and hands out until ctx ends or the hub is closed.
func (h *Hub) Run(ctx context.Context) error {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	tick := time.NewTimer(h.o.Tick)
	defer tick.Stop()
	h.checkStatus()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-h.closed:
			return nil
		case <-second.C:
			h.checkStatus()
			continue
		case <-h.kick:
		}
		h.flush()
		tick.Reset(h.o.Tick)
		select { // what comes meanwhile leaves together
		case <-ctx.Done():
			return nil
		case <-h.closed:
			return nil
		case <-tick.C:
		}
	}
}

// flush turns what waits into batches and frames, and wakes the readers.
func (h *Hub) flush() {
	h.mu.Lock()
	pending, changed := h.pending, h.changed
	h.pending, h.changed = nil, map[string][]string{}
	last := h.last
	h.mu.Unlock()

	var fresh []*batch
	for part := range slices.Chunk(slices.Concat(pending...), frameSize) {
		b := h.gather(last, part)
		fresh, last = append(fresh, b), b.last
	}
	var notes []*websocket.PreparedMessage
	for topic, ids := range changed {
		notes = append(notes, h.prepare(marshal(changedFrame{"changed", topic, ids})))
	}

	h.mu.Lock()
	defer h.mu.Unlock()
	for _, b := range fresh {
		h.batches, h.size, h.last = append(h.batches, b), h.size+b.size, b.last
	}
	for len(h.batches) > mostBatches || h.size > h.mostBytes && len(h.batches) > fewBatches {
		h.size -= h.batches[0].size
		h.batches[0] = nil
		h.batches = h.batches[1:]
	}
	for r := range h.readers {
		r.notes = append(r.notes, notes...)
	}
	h.wakeReaders()
}

// gather makes the batch that follows the Seq prev.
func (h *Hub) gather(prev int64, records []event.Record) *batch {
	b := &batch{prev: prev, last: prev, records: records}
	for i := range records {
		b.size += len(records[i].Message) + recordBytes
		b.last = max(b.last, records[i].Seq)
	}
	b.frame = sync.OnceValue(func() *websocket.PreparedMessage { return h.prepare(eventsFrame(records, b.last)) })
	return b
}

// checkStatus queues a status frame when the status differs from the last one.
func (h *Hub) checkStatus() {
	if h.o.Status == nil {
		return
	}
	body := marshal(h.o.Status())
	if len(body) < 2 || body[0] != '{' || bytes.Equal(body, h.statusJSON) {
		return
	}
	h.statusJSON = body
	frame := []byte(`{"type":"status"`)
	if len(body) > 2 {
		frame = append(frame, ',')
	}
	m := h.prepare(append(frame, body[1:]...))
	h.mu.Lock()
	defer h.mu.Unlock()
	h.status = m
	h.wakeReaders()
}

func (h *Hub) wakeReaders() {
	close(h.wake)
	h.wake = make(chan struct{})
}

func (h *Hub) prepare(frame []byte) *websocket.PreparedMessage {
	m, err := websocket.NewPreparedMessage(websocket.TextMessage, frame)
	if err != nil { // only a message type that does not exist can fail
		h.o.Logger.Error("cannot prepare a frame", "error", err)
	}
	return m
}

// Close says goodbye to every reader, each with its cursor to come back with,
// and waits until they are gone. A reader stuck in a write is cut off.
func (h *Hub) Close() {
	h.mu.Lock()
	h.closeOnce.Do(func() { close(h.closed) })
	soon := time.Now().Add(farewell)
	for r := range h.readers {
		_ = r.conn.NetConn().SetWriteDeadline(soon)
	}
	h.mu.Unlock()

	gone := make(chan struct{})
	go func() { h.serving.Wait(); close(gone) }()
	select {
	case <-gone:
		return
	case <-time.After(2 * farewell):
	}
	h.mu.Lock()
	for r := range h.readers {
		_ = r.conn.NetConn().Close()
	}
	h.mu.Unlock()
	<-gone
}

func (h *Hub) isClosed() bool {
	select {
	case <-h.closed:
		return true
	default:
		return false
	}
}

// enter counts the reader in; it is false once the hub is closed.
func (h *Hub) enter(r *reader) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.isClosed() {
		return false
	}
	h.readers[r] = struct{}{}
	h.serving.Add(1)
	return true
}

func (h *Hub) leave(r *reader) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.readers, r)
	h.serving.Done()
}
