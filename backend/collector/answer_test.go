package collector_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestPreflightIsAnswered(t *testing.T) {
	for _, path := range []string{"/v1/t", "/v1/batch", "/run/x/v1/b", "/v1/m", "/v1/projects/K/settings", "/v1/nothing"} {
		h := open(t).send("OPTIONS", path, "", "Origin", "null", "Access-Control-Request-Headers", "anonymousid,authorization", "Access-Control-Request-Private-Network", "true")
		want := map[string]string{"Access-Control-Allow-Origin": "null", "Access-Control-Allow-Headers": "anonymousid,authorization", "Access-Control-Max-Age": "600", "Vary": "Origin",
			"Access-Control-Allow-Credentials": "true", "Access-Control-Allow-Private-Network": "true", "Access-Control-Allow-Methods": "GET, POST, OPTIONS"}
		for k, v := range want {
			if h.Code != 204 || h.Header().Get(k) != v {
				t.Errorf("%s: %d %s: %q", path, h.Code, k, h.Header().Get(k))
			}
		}
	}
}

func TestWrongPathsAndMethodsSaySo(t *testing.T) {
	for _, c := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/v1/track", 405, "POST, OPTIONS"}, {"PUT", "/v1/b", 405, "POST, OPTIONS"}, {"POST", "/v1/projects/K/settings", 405, "GET, HEAD, OPTIONS"},
		{"POST", "/v1/nothing", 404, ""}, {"GET", "/v1", 404, ""}, {"GET", "/analytics-next/bundles/none.js", 404, ""}, {"GET", "/analytics-next/bundles/..", 404, ""}, {"GET", "/analytics-next/bundles/secret.bundle.thing", 404, ""},
	} {
		w := open(t).send(c.method, c.path, "")
		if w.Code != c.status || w.Header().Get("Allow") != c.allow || !json.Valid(w.Body.Bytes()) || w.Header().Get("Access-Control-Allow-Origin") == "" {
			t.Errorf("%s %s: %d %q", c.method, c.path, w.Code, w.Header().Get("Allow"))
		}
	}
}

func TestHandlesKnowsItsPaths(t *testing.T) {
	d := open(t)
	for path, want := range map[string]bool{"/v1/t": true, "/v1": true, "/run/x/v1/b": true, "/run/x/analytics.js/v1/K/analytics.min.js": true, "/projects/K/settings": true,
		"/analytics-next/bundles/a.js": true, "/": false, "/api/events": false, "/run/x": false, "/run/x/api/events": false, "/v10/t": false, "/assets/x.js": false} {
		if d.Handles(path) != want {
			t.Errorf("%s: want %v", path, want)
		}
	}
}

func TestSettingsKeepEventsHere(t *testing.T) {
	for path, host := range map[string]string{"/v1/projects/NEW/settings": "127.0.0.1:4747/v1", "/projects/NEW/settings": "127.0.0.1:4747/v1", "/run/a%20b/v1/projects/NEW/settings": "127.0.0.1:4747/run/a%20b/v1"} {
		d := open(t)
		w := d.send("GET", path, "")
		want := fmt.Sprintf(`{"edgeFunction":{},"integrations":{"Segment.io":{"apiKey":"NEW","apiHost":"%s","protocol":"http"}},"metrics":{"sampleRate":0},"middlewareSettings":{},"plan":{}}`, host)
		if w.Code != 200 || w.Body.String() != want || len(d.made) != 0 {
			t.Errorf("%s: %d %s, made %q", path, w.Code, w.Body, d.made)
		}
	}
}

func TestScriptsAreServed(t *testing.T) {
	d := open(t)
	w := d.send("GET", "/analytics.js/v1/KEY/analytics.min.js", "")
	if first, rest, _ := strings.Cut(w.Body.String(), "\n"); !strings.Contains(first, "_cdn") || rest != `var k="KEY";` || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/javascript") {
		t.Errorf("got %s", w.Body)
	}
	if w := d.send("GET", `/analytics.js/v1/%22;alert(1)/analytics.min.js`, ""); strings.Contains(w.Body.String(), "alert") {
		t.Error("a key became code")
	}
	if w := d.send("GET", "/run/x/analytics-next/bundles/x.bundle.0a1b.js", ""); w.Code != 200 || w.Body.String() != "1" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

// A recorder cannot show how a body travels; a real connection can.
func TestBodiesTravelEveryWay(t *testing.T) {
	const body = `{"writeKey":"K","userId":"u","event":"E"}`
	for name, head := range map[string]string{
		"HTTP/1.0": fmt.Sprintf("POST /v1/t HTTP/1.0\r\nContent-Length: %d\r\n\r\n%s", len(body), body),
		"chunked":  fmt.Sprintf("POST /v1/t HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body),
		"expect":   fmt.Sprintf("POST /v1/t HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n%s", len(body), body),
	} {
		d := open(t)
		answer := d.raw(head)
		if !strings.Contains(answer, " 200 OK") || !strings.HasSuffix(answer, `{"success":true}`) || d.last().Records[0].Name != "E" {
			t.Errorf("%s: %q", name, answer)
		}
	}
}

func TestACutBodyIsKept(t *testing.T) {
	d := open(t)
	answer := d.raw("POST /v1/t HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\n{\"userId\":")
	if a := d.last(); !strings.Contains(answer, " 400 ") || codes(a.Records[0]) != "request.cut_short" || string(a.Body) != `{"userId":` {
		t.Errorf("%q, kept %q", answer, a.Body)
	}
}

// raw writes to a real server, ends its side, and returns all it answers.
func (d *door) raw(request string) string {
	d.t.Helper()
	s := httptest.NewServer(d.Handler())
	defer s.Close()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		d.t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, request)
	conn.(*net.TCPConn).CloseWrite()
	answer, _ := io.ReadAll(conn)
	return string(answer)
}

func TestRudderStackFindsItsSourceConfig(t *testing.T) {
	d := open(t)
	for _, path := range []string{"/sourceConfig/?p=npm&writeKey=KEY0123456789", "/run/r1/sourceConfig?writeKey=KEY0123456789"} {
		w := d.send("GET", path, "", "Origin", "http://localhost:3000")
		if w.Code != 200 || w.Header().Get("Access-Control-Allow-Origin") != "http://localhost:3000" || !strings.Contains(w.Body.String(), `"writeKey":"KEY0123456789"`) || strings.Contains(w.Body.String(), "null") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if w := d.send("GET", "/sourceConfig", "", "Authorization", basic); !strings.Contains(w.Body.String(), `"writeKey":"K"`) || len(d.made) != 0 {
		t.Errorf("%s, made %q", w.Body, d.made)
	}
	if w := d.send("GET", "/sourceConfig/x", ""); w.Code != 404 {
		t.Errorf("answered %d", w.Code)
	}
}
