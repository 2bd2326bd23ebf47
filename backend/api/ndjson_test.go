package api

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
)

// serve puts the door behind a real socket.
func (d *door) serve() string {
	server := httptest.NewServer(nil)
	d.Cleanup(server.Close)
	o := d.Options
	o.Hosts = []string{strings.TrimPrefix(server.URL, "http://")}
	server.Config.Handler = New(o)
	return server.URL
}

func (d *door) lines(url string) *http.Response {
	d.Helper()
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		d.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Accept", ndjson)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		d.Fatal(err)
	}
	d.Cleanup(func() { resp.Body.Close() })
	return resp
}

func TestLinesCarryTheMessageAsSent(t *testing.T) {
	d := open(t)
	d.log.n = 3
	resp := d.lines(d.serve() + "/api/events?q=Order")
	body, err := io.ReadAll(resp.Body)
	lines := strings.Split(strings.TrimSpace(string(body)), "\n")
	if err != nil || len(lines) != 3 || resp.Header.Get("Content-Type") != ndjson || !strings.Contains(resp.Header.Get("Vary"), "Accept") {
		t.Fatalf("%d lines, %v, %v", len(lines), resp.Header, err)
	}
	if !strings.Contains(lines[0], `"message":{"event":"<Order>","n":1.00,`) || !strings.Contains(lines[1], `"message":null`) {
		t.Errorf("%s\n%s", lines[0], lines[1])
	}
	if a := d.log.ask; a.Limit != 0 || !a.Message {
		t.Errorf("asked %+v", a)
	}
	d.ok(d.ask("GET", "/api/events?limit=5000", "", bearer, "Accept: "+ndjson), nil)
	if d.log.ask.Limit != 5000 {
		t.Errorf("asked %+v", d.log.ask)
	}
}

func TestTwoHundredThousandLinesTakeNoMemory(t *testing.T) {
	d := open(t)
	d.log.n = 200000
	url := d.serve() + "/api/events"
	in := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse
	}
	before, most := in(), uint64(0)
	lines := bufio.NewScanner(d.lines(url).Body)
	n := 0
	for lines.Scan() {
		if n++; n%40000 == 0 {
			most = max(most, in())
		}
	}
	if lines.Err() != nil || n != d.log.n {
		t.Fatalf("read %d lines: %v", n, lines.Err())
	}
	if grown := int64(most) - int64(before); grown > 8<<20 {
		t.Errorf("the heap grew by %d bytes", grown)
	} else {
		t.Logf("the heap grew by %d bytes", grown)
	}
}

func TestAFailureIsNoCleanEnd(t *testing.T) {
	d := open(t)
	d.log.n, d.log.failAt = 1000, 900
	url := d.serve() + "/api/events"
	resp := d.lines(url)
	body, err := io.ReadAll(resp.Body)
	if resp.StatusCode != 200 || len(body) == 0 || err == nil {
		t.Errorf("%d, %d bytes, %v", resp.StatusCode, len(body), err)
	}
	d.log.failAt = 3 // before anything was sent
	resp = d.lines(url)
	var p struct{ Status int }
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil || resp.StatusCode != 500 || p.Status != 500 || resp.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %v %+v %v", resp.StatusCode, resp.Header, p, err)
	}
}

func TestAReaderThatLeavesEndsTheRead(t *testing.T) {
	d := open(t)
	d.log.n = 1 << 30
	resp := d.lines(d.serve() + "/api/events") // the server's Close, at the end, waits for the handler
	if _, err := io.ReadFull(resp.Body, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
}
