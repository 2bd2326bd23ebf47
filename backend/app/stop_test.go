package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"sidetrack/backend/client"
	"sidetrack/backend/event"
)

// dial opens a bare connection.
func (r *running) dial() net.Conn {
	r.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(r.address(), "http://"))
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { c.Close() })
	return c
}

// live opens the stream from the start.
func (r *running) live() *websocket.Conn {
	r.Helper()
	c, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(r.address(), "http")+"/api/stream?after=0", http.Header{"Authorization": {"Bearer " + r.token}})
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { c.Close() })
	return c
}

func TestWhatIsInFlightIsAnsweredWhenWeStop(t *testing.T) {
	dir := t.TempDir()
	r := start(t, dir, "127.0.0.1:0")
	body := fmt.Sprintf(`{"writeKey":%q,"userId":"u","event":"in flight"}`, r.Endpoint().Sources[0].WriteKey)
	c := r.dial()
	fmt.Fprintf(c, "POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body[:20])
	if r.track("before") != 200 { // by now the first is being read
		t.Fatal("not taken")
	}
	time.Sleep(50 * time.Millisecond)
	stopped := make(chan struct{})
	go func() { defer close(stopped); r.stop() }()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		probe, err := net.Dial("tcp", strings.TrimPrefix(r.address(), "http://"))
		if err != nil {
			break // nobody new is taken
		}
		probe.Close()
		if time.Now().After(deadline) {
			t.Fatal("still takes connections")
		}
	}
	if _, err := io.WriteString(c, body[20:]); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || resp.StatusCode != 200 {
		t.Fatalf("%v %v", resp, err)
	}
	<-stopped
	again := start(t, dir, "127.0.0.1:0")
	if _, body := again.ask("GET", again.Endpoint().URL+"/api/events?q=name:%22in%20flight%22"); !strings.Contains(body, `"in flight"`) {
		t.Errorf("answered 200 and lost: %s", body)
	}
}

func TestStopIsQuickWhoeverIsConnected(t *testing.T) {
	r := start(t, t.TempDir(), "127.0.0.1:0")
	well, stuck := r.live(), r.live()
	for range 16 { // 8 MB: more than sockets hold
		item := `{"type":"track","userId":"u","event":"big","properties":{"pad":"` + strings.Repeat("x", 8500) + `"}}`
		body := fmt.Sprintf(`{"writeKey":%q,"batch":[%s%s]}`, r.Endpoint().Sources[0].WriteKey, strings.Repeat(item+",", 59), item)
		resp, err := http.Post(r.address()+"/v1/batch", "application/json", strings.NewReader(body))
		if err != nil || resp.StatusCode != 200 {
			t.Fatalf("%v %v", resp, err)
		}
		resp.Body.Close()
	}
	big := make([]event.Record, 2000) // the stuck one's frames; no log has these
	for i := range big {
		big[i] = event.Record{Seq: int64(1e6 + i), Name: strings.Repeat("y", 5000)}
	}
	r.hub.Publish(big)
	lines := r.dial()
	if err := lines.(*net.TCPConn).SetReadBuffer(4096); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(lines, "GET /api/events HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nAccept: application/x-ndjson\r\n\r\n", strings.TrimPrefix(r.address(), "http://"), r.token)
	loris := r.dial()
	fmt.Fprint(loris, "GET / HTTP/1.1\r\nHost:")
	slow := r.dial()
	fmt.Fprint(slow, "POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")

	var said client.Frame
	var reading sync.WaitGroup
	all := make(chan struct{}) // was told to the one who reads
	var once sync.Once
	reading.Go(func() {
		defer once.Do(func() { close(all) })
		for said.Type != "bye" {
			said = client.Frame{}
			if err := well.ReadJSON(&said); err != nil {
				t.Error(err)
				return
			}
			if said.Last == big[len(big)-1].Seq {
				once.Do(func() { close(all) })
			}
		}
	})
	<-all
	time.Sleep(300 * time.Millisecond) // for the others to be where they are
	began := time.Now()
	r.stop()
	if took := time.Since(began); took > 9*time.Second {
		t.Errorf("took %v", took)
	} else {
		t.Logf("took %v", took)
	}
	reading.Wait()
	if said.Reason != "going_away" {
		t.Errorf("a live reader was told %+v", said)
	}
	_ = stuck.SetReadDeadline(time.Now().Add(5 * time.Second))
	var err error
	for err == nil {
		_, _, err = stuck.ReadMessage()
	}
	_ = lines.SetReadDeadline(time.Now().Add(5 * time.Second))
	resp, err := http.ReadResponse(bufio.NewReader(lines), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, resp.Body); err == nil {
		t.Error("an export that was cut off looks whole")
	}
}

func TestHeadersThatNeverEndAreCutOff(t *testing.T) {
	dir := t.TempDir()
	a := build(t, dir, "127.0.0.1:0")
	if d := a.server.ReadHeaderTimeout; d <= 0 || d > 10*time.Second {
		t.Errorf("waits %v for headers", d)
	}
	a.server.ReadHeaderTimeout = 200 * time.Millisecond
	r := run(t, a, dir)
	c := r.dial()
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
	_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.Copy(io.Discard, c); err != nil {
		t.Errorf("still connected: %v", err)
	}
	if r.track("x") != 200 {
		t.Error("others suffered")
	}
}

func TestTheClientFollowsTheStreamUntilWeGo(t *testing.T) {
	r := start(t, t.TempDir(), "127.0.0.1:0")
	c, err := client.Open(t.Context(), r.dir)
	if err != nil {
		t.Fatal(err)
	}
	r.track("first")
	seen := make(chan int, 100)
	ended := make(chan error)
	go func() {
		n := 0
		ended <- c.Stream(context.Background(), "name:first,second", 0, func(f client.Frame) error {
			if n += len(f.Records); len(f.Records) > 0 {
				seen <- n
			}
			return nil
		})
	}()
	if n := <-seen; n != 1 {
		t.Errorf("saw %d", n)
	}
	r.track("other")
	r.track("second")
	if n := <-seen; n != 2 {
		t.Errorf("saw %d", n)
	}
	r.stop()
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
	enough := errors.New("enough")
	again := start(t, r.dir, "127.0.0.1:0")
	if c, err = client.Open(t.Context(), r.dir); err != nil {
		t.Fatal(err)
	}
	if err := c.Stream(t.Context(), "", 0, func(client.Frame) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("ended with %v", err)
	}
	if err := c.Stream(t.Context(), "nmae:x", 0, func(client.Frame) error { return nil }); err == nil || !strings.Contains(err.Error(), "write name") {
		t.Errorf("ended with %v", err)
	}
	again.stop()
}
