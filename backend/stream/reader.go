package stream

import (
	"context"
	"errors"
	"sort"
	"time"

	"github.com/gorilla/websocket"

	"sidetrack/backend/event"
	"sidetrack/backend/query"
)

const (
	pingEvery     = 20 * time.Second
	silence       = 60 * time.Second // without a pong for this long a reader is gone
	progressEvery = time.Second      // between frames that only move the cursor
)

var (
	errTooSlow = errors.New("the reader fell out of what the hub remembers")
	errEnd     = errors.New("the hub is closed")
)

// reader is one websocket with its place in the log.
type reader struct {
	h      *Hub
	conn   *websocket.Conn
	q      query.Query
	cursor int64 // everything up to here was sent or did not match
	told   int64 // the newest last the reader has seen
	toldAt time.Time
	live   bool                         // has once reached the head
	status *websocket.PreparedMessage   // last one sent
	notes  []*websocket.PreparedMessage // guarded by Hub.mu
}

// Serve sends what comes after the Seq (below 0: from now) and matches q, until
// the connection, ctx or the hub ends. It closes the connection. A reader from
// now on is told at once where now is, so that it can come back.
func (h *Hub) Serve(ctx context.Context, conn *websocket.Conn, after int64, q query.Query) {
	defer conn.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := &reader{h: h, conn: conn, q: q, cursor: after, told: after}
	if after < 0 {
		r.cursor = h.head()
	}
	if !h.enter(r) {
		r.bye("going_away")
		return
	}
	defer h.leave(r)
	go r.discard(cancel)
	go r.keepAlive(ctx, cancel)
	err := r.run(ctx)
	switch {
	case errors.Is(err, errTooSlow):
		r.bye("too_slow")
	case errors.Is(err, errEnd):
		r.bye("going_away")
	case ctx.Err() == nil:
		h.o.Logger.Debug("a live reader is let go", "error", err)
	}
}

func (h *Hub) head() int64 {
	h.mu.Lock()
	last := h.last
	h.mu.Unlock()
	if h.o.Head != nil {
		last = max(last, h.o.Head())
	}
	return last
}

// discard reads what nobody asked for, so that pongs and closes are seen.
func (r *reader) discard(gone func()) {
	defer gone()
	r.conn.SetReadLimit(4096)
	alive := func(string) error { return r.conn.SetReadDeadline(time.Now().Add(silence)) }
	_ = alive("")
	r.conn.SetPongHandler(alive)
	for {
		if _, _, err := r.conn.NextReader(); err != nil {
			return
		}
	}
}

// keepAlive asks whether the reader is still there, also while it is busy
// catching up, and ends its reads of the log when the hub closes.
func (r *reader) keepAlive(ctx context.Context, end func()) {
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.h.closed:
			end()
			return
		case <-ping.C:
			if r.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(r.h.writeWait)) != nil {
				end()
				return
			}
		}
	}
}

// run sends until the reader, ctx or the hub ends, and says which.
func (r *reader) run(ctx context.Context) error {
	progress := time.NewTicker(progressEvery)
	defer progress.Stop()
	for {
		wake, busy, err := r.step(ctx)
		if r.h.isClosed() && (err == nil || ctx.Err() != nil) {
			return errEnd
		}
		if err != nil {
			return err
		}
		if busy {
			continue
		}
		select {
		case <-ctx.Done():
			if r.h.isClosed() {
				return errEnd
			}
			return ctx.Err()
		case <-r.h.closed:
			return errEnd
		case <-progress.C:
		case <-wake:
		}
	}
}

// step sends what there is. Busy says that there may be more already.
func (r *reader) step(ctx context.Context) (wake <-chan struct{}, busy bool, err error) {
	h := r.h
	h.mu.Lock()
	wake = h.wake
	notes, status := r.notes, h.status
	r.notes = nil
	behind := r.cursor < h.last
	fallen := behind && (len(h.batches) == 0 || r.cursor < h.batches[0].prev)
	var next *batch
	if behind && !fallen {
		next = h.batches[sort.Search(len(h.batches), func(i int) bool { return h.batches[i].last > r.cursor })]
	}
	h.mu.Unlock()

	if len(notes) > mostNotes || fallen && r.live {
		return nil, false, errTooSlow
	}
	if status != nil && status != r.status {
		r.status = status
		notes = append(notes, status)
	}
	for _, m := range notes {
		if err := r.send(m); err != nil {
			return nil, false, err
		}
	}
	switch {
	case fallen:
		return wake, true, r.catchUp(ctx)
	case next != nil:
		return wake, true, r.take(next)
	}
	r.live = true
	return wake, false, r.progress()
}

// take sends what the reader has not seen of a batch.
func (r *reader) take(b *batch) error {
	if len(r.q.Terms) == 0 && r.cursor == b.prev {
		if err := r.send(b.frame()); err != nil {
			return err
		}
		r.moved(b.last)
		return nil
	}
	var rows []event.Record
	for i := range b.records {
		if rec := &b.records[i]; rec.Seq > r.cursor && r.q.Match(rec) {
			rows = append(rows, *rec)
		}
	}
	return r.sendRows(rows, b.last)
}

// catchUp sends one frame from the log itself.
func (r *reader) catchUp(ctx context.Context) error {
	head := r.h.head() // before reading: all of it is visible to the read
	if r.h.o.Backlog == nil {
		r.cursor = head
		return nil
	}
	var rows []event.Record
	err := r.h.o.Backlog.Each(ctx, r.cursor, r.q, catchUpSize, func(rec *event.Record) error {
		rows = append(rows, *rec)
		return nil
	})
	if err != nil {
		return err
	}
	last := head
	if n := len(rows); n >= catchUpSize {
		last = rows[n-1].Seq
	} else if n > 0 {
		last = max(last, rows[n-1].Seq)
	}
	return r.sendRows(rows, last)
}

// sendRows sends the rows, if any, and moves the cursor.
func (r *reader) sendRows(rows []event.Record, last int64) error {
	if len(rows) == 0 {
		r.cursor = max(r.cursor, last)
		return r.progress()
	}
	if err := r.write(eventsFrame(rows, last)); err != nil {
		return err
	}
	r.moved(last)
	return nil
}

func (r *reader) moved(last int64) { r.cursor, r.told, r.toldAt = last, last, time.Now() }

// progress tells a reader whose filter lets nothing through how far it is.
func (r *reader) progress() error {
	if r.cursor == r.told || time.Since(r.toldAt) < progressEvery {
		return nil
	}
	if err := r.write(eventsFrame(nil, r.cursor)); err != nil {
		return err
	}
	r.moved(r.cursor)
	return nil
}

func (r *reader) send(m *websocket.PreparedMessage) error {
	_ = r.conn.SetWriteDeadline(time.Now().Add(r.h.writeWait))
	return r.conn.WritePreparedMessage(m)
}

func (r *reader) write(frame []byte) error {
	_ = r.conn.SetWriteDeadline(time.Now().Add(r.h.writeWait))
	return r.conn.WriteMessage(websocket.TextMessage, frame)
}

// bye names the cursor to come back with, then closes.
func (r *reader) bye(reason string) {
	_ = r.conn.SetWriteDeadline(time.Now().Add(farewell))
	if r.conn.WriteMessage(websocket.TextMessage, marshal(byeFrame{"bye", reason, r.cursor})) != nil {
		return
	}
	code := websocket.CloseGoingAway
	if reason == "too_slow" {
		code = websocket.CloseTryAgainLater
	}
	_ = r.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(farewell))
}
