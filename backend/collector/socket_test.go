package collector_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// dial opens a connection to a real server.
func (d *door) dial() net.Conn {
	d.t.Helper()
	s := httptest.NewServer(d.Handler())
	d.t.Cleanup(s.Close)
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		d.t.Fatal(err)
	}
	return conn
}

func (d *door) answer(conn net.Conn, method string) (*http.Response, string) {
	d.t.Helper()
	res, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		d.t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return res, string(body)
}

func TestAHugeBodyIsRefusedBeforeItIsSent(t *testing.T) {
	d := open(t)
	conn := d.dial()
	fmt.Fprintf(conn, "POST /v1/b HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", 11<<20)
	if res, body := d.answer(conn, "POST"); res.StatusCode != 413 || !strings.Contains(body, "request.too_large") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if codes(d.last().Records[0]) != "request.too_large" {
		t.Errorf("kept %s", codes(d.last().Records[0]))
	}
}

// The sender is still writing when the cap is reached; it must see why.
func TestAHugeChunkedBodyIsAnswered(t *testing.T) {
	d := open(t)
	conn := d.dial()
	io.WriteString(conn, "POST /v1/b HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n")
	piece := fmt.Sprintf("%x\r\n%s\r\n", 1<<20, strings.Repeat(" ", 1<<20))
	for range 11 {
		if _, err := io.WriteString(conn, piece); err != nil {
			t.Fatal(err)
		}
	}
	io.WriteString(conn, "0\r\n\r\n")
	in := bufio.NewReader(conn)
	res, err := http.ReadResponse(in, nil)
	if err == nil && res.StatusCode == 100 {
		res, err = http.ReadResponse(in, nil)
	}
	if err != nil || res.StatusCode != 413 {
		t.Errorf("%v %v", res, err)
	}
}

func TestHeadsAndBodiesOfEveryShapeAreAnswered(t *testing.T) {
	const body = `{"writeKey":"K","userId":"u","event":"E"}`
	chunks := fmt.Sprintf("%x;ext=1\r\n%s\r\n%x\r\n%s\r\n0\r\nX-Checksum: 1\r\n\r\n", 10, body[:10], len(body)-10, body[10:])
	for _, c := range []struct {
		name, head, body string
		status           int
		code             string
	}{
		{"chunked with trailers", "POST /v1/t HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTrailer: X-Checksum", chunks, 200, ""},
		{"broken chunks", "POST /v1/t HTTP/1.1\r\nTransfer-Encoding: chunked", "zz\r\n", 400, "request.cut_short"},
		{"no body", "POST /v1/t HTTP/1.1", "", 400, "request.not_json"},
		{"length 0", "POST /v1/t HTTP/1.1\r\nContent-Length: 0", "", 400, "request.not_json"},
		{"a long header", "POST /v1/t HTTP/1.1\r\nX-Long: " + strings.Repeat("x", 500<<10) + "\r\nContent-Length: 41", body, 200, ""},
		{"an absurd header", "POST /v1/t HTTP/1.1\r\nX-Long: " + strings.Repeat("x", 2<<20) + "\r\nContent-Length: 41", body, 431, ""},
		{"whole address", "POST http://127.0.0.1/v1/t HTTP/1.1\r\nContent-Length: 41", body, 200, ""},
		{"escaped slash", "POST /v1%2Ft HTTP/1.1\r\nContent-Length: 41", body, 200, ""},
		{"doubled slashes", "POST //v1///t// HTTP/1.1\r\nContent-Length: 41", body, 200, ""},
		{"dots", "POST /v1/../api/events HTTP/1.1\r\nContent-Length: 41", body, 404, ""},
		{"HEAD", "HEAD /v1/t HTTP/1.1", "", 405, ""},
		{"GET", "GET /v1/batch HTTP/1.1", "", 405, ""},
		{"no method we know", "BREW /v1/t HTTP/1.1", "", 405, ""},
		{"no encoding we know", "POST /v1/t HTTP/1.1\r\nContent-Encoding: compress\r\nContent-Length: 41", body, 400, "request.bad_encoding"},
		{"gzip in name only", "POST /v1/t HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 41", body, 400, "request.bad_encoding"},
		{"two content lengths", "POST /v1/t HTTP/1.1\r\nContent-Length: 41\r\nContent-Length: 3", body, 400, ""},
	} {
		d := open(t)
		conn := d.dial()
		go func() { // a server that answers early stops reading
			io.WriteString(conn, c.head+"\r\nHost: x\r\nConnection: close\r\n\r\n"+c.body)
			conn.(*net.TCPConn).CloseWrite()
		}()
		method, _, _ := strings.Cut(c.head, " ")
		res, answer := d.answer(conn, method)
		if res.StatusCode != c.status || !strings.Contains(answer, c.code) {
			t.Errorf("%s: %d %s", c.name, res.StatusCode, answer)
		}
		if kept := c.status == 200 || c.code != ""; kept != (len(d.arrivals) == 1) {
			t.Errorf("%s: kept %d", c.name, len(d.arrivals))
		}
	}
}

func TestRunsMayHaveOddNames(t *testing.T) {
	for path, want := range map[string]string{
		"/run/a%2Fb/v1/t": "a/b", "/run/a%20b/v1/t": "a b", "/run/v1/v1/t": "v1", "/run/run/v1/t": "run", "/run/100%25/v1/t": "100%",
		"/run/%ff/v1/t": "\ufffd", "/run//v1/t": "", "/run/../v1/t": "", "/run/%20/v1/t": "", "/run/" + strings.Repeat("%C3%A9", 60) + "/v1/t": strings.Repeat("é", 50),
	} {
		d := open(t)
		conn := d.dial()
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", path)
		if res, body := d.answer(conn, "POST"); res.StatusCode != 200 || d.last().Records[0].RunID != want {
			t.Errorf("%s: %d %s, run %q", path, res.StatusCode, body, d.last().Records[0].RunID)
		}
	}
}

// A fuzzer's batch must not make a source, and a commit, for each of its items.
func TestOneRequestMakesFewSources(t *testing.T) {
	d := open(t)
	items := make([]string, 500)
	for i := range items {
		items[i] = fmt.Sprintf(`{"type":"page","userId":"u%d","writeKey":"key%d"}`, i, i)
	}
	a := d.accepted("/v1/b", `{"batch":[`+strings.Join(items, ",")+`,{"type":"page","userId":"u","writeKey":"K"}]}`)
	if first, over, known := a.Records[49], a.Records[50], a.Records[500]; codes(first) != "" || first.Source.ID != "src_key49" ||
		codes(over) != "lens.too_many_keys" || over.Source.Name != "No write key" || codes(known) != "" || known.Source.ID != "src_K" {
		t.Errorf("%s %q, %s %q, %s %q", first.Source.ID, codes(first), over.Source.ID, codes(over), known.Source.ID, codes(known))
	}
}
