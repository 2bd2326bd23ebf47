package collector

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/source"
)

// slowLog keeps nothing, and large requests not before it is let to.
type slowLog struct {
	let      chan struct{}
	waiting  atomic.Int32
	rejected atomic.Value // the code of the last one
}

func (l *slowLog) Append(ctx context.Context, a *event.Arrival) error {
	if len(a.Records[0].Findings) > 0 {
		l.rejected.Store(a.Records[0].Findings[0].Code)
	}
	if a.Request.BodySize > maxSmall {
		l.waiting.Add(1)
		<-l.let
	}
	return nil
}

func (l *slowLog) SourceByKey(k source.WriteKey) (source.Source, bool) { return source.Source{}, true }

func (l *slowLog) Unclaimed(context.Context, source.WriteKey, string) (source.Source, error) {
	return source.Source{}, nil
}

func post(c *Collector, body, encoding string) int {
	r := httptest.NewRequest("POST", "/v1/t", strings.NewReader(body))
	r.Header.Set("Content-Encoding", encoding)
	w := httptest.NewRecorder()
	c.Handler().ServeHTTP(w, r)
	return w.Code
}

// Many large bodies at once would take all the memory there is. They wait, and
// bodies of the size SDKs send never do.
func TestFewLargeBodiesAreHeldAtOnce(t *testing.T) {
	log := &slowLog{let: make(chan struct{})}
	c := New(Options{Log: log, Sources: log})
	c.seats.patience = 20 * time.Millisecond
	large := `{"userId":"u","event":"E","x":"` + strings.Repeat("x", maxSmall) + `"}`
	packed := string(squeeze(t, "gzip", []byte(large)))

	answers := make(chan int, maxLarge)
	for range maxLarge {
		go func() { answers <- post(c, packed, "gzip") }()
	}
	for end := time.Now().Add(10 * time.Second); log.waiting.Load() < maxLarge; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the first large bodies did not get in")
		}
	}
	for name, got := range map[string]int{"large": post(c, large, ""), "unpacked large": post(c, packed, "gzip")} {
		if got != http.StatusServiceUnavailable {
			t.Errorf("one %s body too many: answered %d", name, got)
		}
	}
	if got := post(c, `{"userId":"u","event":"E"}`, ""); got != 200 {
		t.Errorf("a small body meanwhile: answered %d", got)
	}
	close(log.let)
	for range maxLarge {
		if got := <-answers; got != 200 {
			t.Errorf("a large body that got in: answered %d", got)
		}
	}
	if got := post(c, large, ""); got != 200 {
		t.Errorf("a large body afterwards: answered %d", got)
	}
}

// A free place is given even to who has no time left to wait for one.
func TestAFreeSeatIsTakenAtOnce(t *testing.T) {
	late, cancel := context.WithCancel(context.Background())
	cancel()
	for range 200 { // a choice between the two would go wrong half of the time
		s := newSeats()
		if err := (&seat{of: &s}).take(late); err != nil {
			t.Fatal(err)
		}
	}
}

// A body that stops coming must not hold its connection for ever, and one that
// came must not be hurried after.
func TestABodyHasOnlySoLongToCome(t *testing.T) {
	log := &slowLog{let: make(chan struct{})}
	c := New(Options{Log: log, Sources: log})
	c.bodyTime = 100 * time.Millisecond
	s := httptest.NewServer(c.Handler())
	defer s.Close()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprintf(conn, "POST /v1/t HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
	head := make([]byte, 15)
	if _, err := io.ReadFull(conn, head); err != nil || string(head) != "HTTP/1.1 200 OK" {
		t.Fatalf("%q %v", head, err)
	}
	time.Sleep(2 * c.bodyTime) // idle between two requests is no hurry
	fmt.Fprintf(conn, "POST /v1/t HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
	rest, err := io.ReadAll(conn)
	if err != nil || !strings.Contains(string(rest), "HTTP/1.1 400") || !strings.Contains(string(rest), "not all there") {
		t.Errorf("%v %s", err, rest)
	}
	if log.rejected.Load() != "request.cut_short" {
		t.Errorf("kept %v", log.rejected.Load())
	}
}
