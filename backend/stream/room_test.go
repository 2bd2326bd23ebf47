package stream

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/tidwall/gjson"

	"sidetrack/backend/event"
	"sidetrack/backend/query"
)

// book is a log in memory.
type book struct {
	mu      sync.Mutex
	records []event.Record
}

func (b *book) Each(ctx context.Context, after int64, q query.Query, limit int, fn func(*event.Record) error) error {
	b.mu.Lock()
	list := b.records[min(int(after), len(b.records)):]
	b.mu.Unlock()
	n := 0
	for i := range list {
		if r := list[i]; q.Match(&r) && n < limit {
			n++
			if err := fn(&r); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

func (b *book) head() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return int64(len(b.records))
}

// room is a hub behind a real socket.
type room struct {
	testing.TB
	hub    *Hub
	book   *book
	server *httptest.Server
	status atomic.Int64
}

func open(t testing.TB, tick time.Duration, change ...func(*room)) *room {
	r := &room{TB: t, book: &book{}}
	r.hub = NewHub(Options{
		Backlog: r.book, Head: r.book.head, Tick: tick,
		Status: func() any { return map[string]int64{"received": r.status.Load()} },
	})
	for _, fn := range change {
		fn(r)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = r.hub.Run(ctx) }()
	up := websocket.Upgrader{}
	r.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		conn, err := up.Upgrade(w, req, nil)
		if err != nil {
			t.Error(err)
			return
		}
		q, err := query.Parse(req.FormValue("q"))
		if err != nil {
			t.Error(err)
		}
		after, _ := strconv.ParseInt(req.FormValue("after"), 10, 64)
		r.hub.Serve(context.Background(), conn, after, q)
	}))
	t.Cleanup(func() { r.hub.Close(); cancel(); <-ended; r.server.Close() })
	return r
}

// commit stores n records called name and publishes them, as the writer does:
// one commit after the other.
func (r *room) commit(name string, n int) {
	r.book.mu.Lock()
	defer r.book.mu.Unlock()
	first := len(r.book.records)
	for i := range n {
		r.book.records = append(r.book.records, event.Record{
			Seq: int64(first + i + 1), Type: "track", Name: name, Message: json.RawMessage(`{"event":"` + name + `"}`),
		})
	}
	r.hub.Publish(r.book.records[first:])
}

func (r *room) dial(after int64, q string) *listener {
	r.Helper()
	u := fmt.Sprintf("ws%s/?after=%d&q=%s", strings.TrimPrefix(r.server.URL, "http"), after, q)
	conn, _, err := websocket.DefaultDialer.Dial(u, nil)
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { conn.Close() })
	return &listener{TB: r, conn: conn, last: after}
}

// listener reads frames and holds that they are in order, without gap or repeat.
type listener struct {
	testing.TB
	conn *websocket.Conn
	seqs []int64
	last int64
}

type anyFrame struct {
	Type     string
	Records  int
	Last     int64
	Topic    string
	IDs      []string
	Reason   string
	After    int64
	Received int64
}

func (l *listener) next() (f anyFrame) {
	l.Helper()
	_ = l.conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	_, m, err := l.conn.ReadMessage()
	if err != nil {
		l.Fatalf("after %d: %v", l.last, err)
	}
	if gjson.GetBytes(m, "type").Str != "events" {
		if err := json.Unmarshal(m, &f); err != nil {
			l.Fatalf("%s: %v", m, err)
		}
		return f
	}
	records := gjson.GetBytes(m, "records").Array()
	f = anyFrame{Type: "events", Records: len(records), Last: gjson.GetBytes(m, "last").Int()}
	if f.Records > frameSize {
		l.Errorf("a frame of %d records", f.Records)
	}
	for _, r := range records {
		seq := r.Get("seq").Int()
		if seq <= l.last || seq > f.Last || r.Get("message").Exists() {
			l.Fatalf("%s after %d in a frame up to %d", r.Raw, l.last, f.Last)
		}
		l.last = seq
		l.seqs = append(l.seqs, seq)
	}
	if f.Last < l.last {
		l.Fatalf("last went from %d back to %d", l.last, f.Last)
	}
	l.last = f.Last
	return f
}

// until reads up to the first frame of the kind.
func (l *listener) until(kind string) anyFrame {
	l.Helper()
	for {
		if f := l.next(); f.Type == kind {
			return f
		}
	}
}

// upTo reads until everything up to the Seq was seen.
func (l *listener) upTo(seq int64) {
	l.Helper()
	for l.last < seq {
		if f := l.next(); f.Type == "bye" {
			l.Fatalf("let go at %d: %s", l.last, f.Reason)
		}
	}
}

// allFrom holds that every Seq behind after was seen.
func (l *listener) allFrom(after, head int64) {
	l.Helper()
	for i, s := range l.seqs {
		if s != after+int64(i)+1 {
			l.Fatalf("saw %d where %d belongs", s, after+int64(i)+1)
		}
	}
	if after+int64(len(l.seqs)) != head {
		l.Fatalf("saw %d records behind %d, not up to %d", len(l.seqs), after, head)
	}
}
