package store

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/query"
)

// clock is a time that a test moves.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func openLog(t testing.TB, o Options) *Store {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// single is an arrival of one event that stands in its body as it is.
func (s *Store) single(at time.Time, id, user string, message string) *event.Arrival {
	return s.batch(at, []string{message}, func(_ int, r *event.Record) { r.MessageID, r.UserID = id, user })
}

// batch is an arrival of messages in one body.
func (s *Store) batch(at time.Time, messages []string, each func(i int, r *event.Record)) *event.Arrival {
	src := s.Sources()[0]
	a := &event.Arrival{Request: event.Request{Method: "POST", Path: "/v1/batch", Headers: [][2]string{}, Remote: "127.0.0.1:1234"}}
	var body bytes.Buffer
	body.WriteString(`{"batch":[`)
	for i, m := range messages {
		if i > 0 {
			body.WriteByte(',')
		}
		a.Spans = append(a.Spans, event.Span{Offset: body.Len(), Length: len(m), Index: i})
		body.WriteString(m)
		r := event.Record{ReceivedAt: at, Timestamp: at, Source: event.SourceRef{ID: src.ID, Name: src.Name, Label: src.Label},
			Type: "track", Name: "Order Completed", MessageID: fmt.Sprintf("m-%d-%d", at.UnixNano(), i), UserID: "u", Disposition: event.Accepted,
			Verdict: event.Good, Findings: []event.Finding{}, Added: []string{}, Masked: []string{}, Size: len(m), Message: []byte(m)}
		if each != nil {
			each(i, &r)
		}
		a.Records = append(a.Records, r)
	}
	body.WriteString(`]}`)
	a.Body = body.Bytes()
	return a
}

func (s *Store) must(t testing.TB, a *event.Arrival) *event.Arrival {
	t.Helper()
	if err := s.Append(context.Background(), a); err != nil {
		t.Fatal(err)
	}
	return a
}

func ask(t testing.TB, text string) Ask {
	t.Helper()
	q, err := query.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return Ask{Query: q}
}

// seqs lists what Each finds.
func (s *Store) seqs(t testing.TB, a Ask) []int64 {
	t.Helper()
	list := []int64{}
	if err := s.Each(context.Background(), a, func(r *event.Record) error { list = append(list, r.Seq); return nil }); err != nil {
		t.Fatal(err)
	}
	return list
}

// eventually waits for what the log does by itself.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("never came: ", what)
		}
	}
}
