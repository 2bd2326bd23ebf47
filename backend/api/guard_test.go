package api

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

const bearer = "Authorization: Bearer " + token

func TestHostThenOriginThenToken(t *testing.T) {
	d := open(t)
	d.refused(d.ask("GET", "/api/status", "", "Host: evil.example", "Origin: http://evil.example"), 421, "not the address")
	d.refused(d.ask("GET", "/api/status", "", "Origin: http://evil.example"), 403, "may not ask")
	w := d.ask("GET", "/api/status", "", "Origin: http://"+host)
	d.refused(w, 401, "wants a token")
	if w.Header().Get("WWW-Authenticate") != "Bearer" {
		t.Error("does not say how to bring the token")
	}
	d.ok(d.ask("GET", "/api/status", "", "Origin: http://"+host, bearer), nil)
	d.ok(d.ask("GET", "/api/status", "", "Authorization: bearer "+token), nil)
}

func TestOnlyOurOwnHostsAreServed(t *testing.T) {
	d := open(t)
	for h, want := range map[string]int{
		host: 200, "localhost:4747": 200, "LOCALHOST:4747": 200, "[::1]:4747": 200,
		"localhost.evil:4747": 421, "evil.localhost:4747": 421, "127.0.0.1:80": 421, "127.0.0.1": 421, "localhost": 421, "localhost.:4747": 421,
		"127.0.0.2:4747": 421, "0.0.0.0:4747": 421, "192.168.1.5:4747": 421, "[::]:4747": 421, "[::ffff:127.0.0.1]:4747": 421, "": 421, "wails": 421,
		"127.0.0.1:4747@evil.example": 421, "2130706433:4747": 421,
	} {
		if w := d.ask("GET", "/api/status", "", bearer, "Host: "+h); w.Code != want {
			t.Errorf("Host %q: %d", h, w.Code)
		}
		if w := d.ask("GET", "/", "", "Host: "+h); w.Code != want {
			t.Errorf("the screen on Host %q: %d", h, w.Code)
		}
	}
}

func TestOnlyOurOwnPagesMayAsk(t *testing.T) {
	d := open(t)
	for origin, want := range map[string]int{
		"http://" + host: 200, "http://localhost:4747": 200, "http://[::1]:4747": 200, "https://localhost:4747": 200, "wails://wails": 200, "http://wails.localhost": 200,
		"http://localhost:3000": 403, "http://localhost": 403, "http://localhost.evil:4747": 403, "null": 403, "file://": 403, "ftp://" + host: 403,
		"http://" + host + "/": 403, "http://evil.example": 403, "wails://evil": 403, "https://wails.localhost": 403, "chrome-extension://abc": 403,
	} {
		if w := d.ask("GET", "/api/status", "", bearer, "Origin: "+origin); w.Code != want {
			t.Errorf("Origin %q: %d", origin, w.Code)
		}
	}
}

func TestTokensMustBeWhole(t *testing.T) {
	d := open(t)
	for _, h := range []string{"Authorization: Bearer ", "Authorization: Bearer " + token[1:], "Authorization: Bearer " + token + "0", "Authorization: Basic " + token, "Cookie: sidetrack_4747=" + token} {
		d.refused(d.ask("GET", "/api/status", "", h, "Sec-Fetch-Site: same-origin"), 401, "wants a token")
	}
	empty := New(Options{Hosts: []string{host}})
	r := httptest.NewRequest("GET", "/api/status", nil)
	r.Host = host
	r.Header.Set("Authorization", "Bearer ")
	w := httptest.NewRecorder()
	empty.ServeHTTP(w, r)
	if w.Code != 401 {
		t.Errorf("without a token of its own it let an empty one in: %d", w.Code)
	}
}

// session opens the screen as a browser does and returns its cookie.
func (d *door) session() string {
	d.Helper()
	w := d.ask("POST", "/api/session", `{"code":"`+d.NewCode()+`"}`, "Origin: http://"+host)
	if w.Code != http.StatusNoContent {
		d.Fatalf("got %d %s", w.Code, w.Body)
	}
	c := w.Result().Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Name != "sidetrack_4747" || c.Path != "/" || strings.Contains(c.Value, token) || len(c.Value) < 32 {
		d.Errorf("the cookie is %+v", c)
	}
	return "Cookie: " + c.Name + "=" + c.Value
}

func TestACookieCountsOnOurOwnPagesOnly(t *testing.T) {
	d := open(t)
	cookie := d.session()
	for _, path := range []string{"/api/status", "/api/events", "/api/openapi.json"} {
		for _, site := range []string{"same-origin", "none"} {
			d.ok(d.ask("GET", path, "", cookie, "Sec-Fetch-Site: "+site), nil)
		}
		d.ok(d.ask("GET", path, "", cookie, "Origin: http://localhost:4747"), nil)
		d.refused(d.ask("GET", path, "", cookie), 401, "token")
		d.refused(d.ask("GET", path, "", cookie, "Sec-Fetch-Site: same-site"), 401, "token") // an image on localhost:3000
		d.refused(d.ask("GET", path, "", cookie, "Sec-Fetch-Site: cross-site"), 401, "token")
		d.refused(d.ask("GET", path, "", cookie, "Origin: http://localhost:3000", "Sec-Fetch-Site: same-site"), 403, "localhost:3000")
	}
	d.refused(d.ask("DELETE", "/api/events?all=true", "", cookie, "Origin: http://localhost:3000"), 403, "localhost:3000")
	d.refused(d.ask("DELETE", "/api/events?all=true", "", cookie), 401, "token")
	if len(d.log.changes) > 0 {
		t.Errorf("changed %v", d.log.changes)
	}
	d.refused(open(t).ask("GET", "/api/status", "", cookie, "Sec-Fetch-Site: same-origin"), 401, "token") // another start
}

func TestACookieOfAnotherPortHidesNothing(t *testing.T) {
	d := open(t)
	cookie := strings.TrimPrefix(d.session(), "Cookie: ")
	name, _, _ := strings.Cut(cookie, "=")
	for _, sent := range []string{name + "=planted; " + cookie, cookie + "; " + name + "=planted"} {
		d.ok(d.ask("GET", "/api/status", "", "Cookie: "+sent, "Sec-Fetch-Site: same-origin"), nil)
	}
	d.refused(d.ask("GET", "/api/status", "", "Cookie: "+name+"=planted", "Sec-Fetch-Site: same-origin"), 401, "token")
}

func TestACodeOpensOneSession(t *testing.T) {
	d := open(t)
	code := d.NewCode()
	var opened atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if d.ask("POST", "/api/session", `{"code":"`+code+`"}`, "Origin: http://"+host).Code == http.StatusNoContent {
				opened.Add(1)
			}
		})
	}
	all.Wait()
	if n := opened.Load(); n != 1 {
		t.Errorf("opened %d sessions", n)
	}
	d.refused(d.ask("POST", "/api/session", `{"code":"`+code+`"}`, "X: y"), 401, "used already")
	d.refused(d.ask("POST", "/api/session", `{"code":""}`, "X: y"), 401, "used already")
	d.refused(d.ask("POST", "/api/session", `no`, "X: y"), 422, "code")
	d.refused(d.ask("POST", "/api/session", `{"code":"`+d.NewCode()+`"}`, "Origin: http://localhost:3000"), 403, "localhost:3000")
	d.refused(d.ask("GET", "/api/session", "", "X: y"), 401, "token")
	old := d.NewCode()
	later := noon.Add(codeLife + 1)
	d.sessions.now = func() time.Time { return later }
	d.refused(d.ask("POST", "/api/session", `{"code":"`+old+`"}`, "X: y"), 401, "too old")
}

func TestTheWindowsPreflightComesBeforeTheToken(t *testing.T) {
	d := open(t)
	for _, origin := range windowOrigins {
		w := d.ask("OPTIONS", "/api/events/send", "", "Origin: "+origin, "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: authorization,content-type")
		h := w.Header()
		if w.Code != http.StatusNoContent || h.Get("Access-Control-Allow-Origin") != origin || !strings.Contains(h.Get("Access-Control-Allow-Headers"), "authorization") || h.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: %d %v", origin, w.Code, h)
		}
		d.refused(d.ask("GET", "/api/status", "", "Origin: "+origin), 401, "token")
		if w := d.ask("GET", "/api/status", "", "Origin: "+origin, bearer); w.Header().Get("Access-Control-Allow-Origin") != origin {
			t.Errorf("%s cannot read the answer", origin)
		}
	}
	d.refused(d.ask("OPTIONS", "/api/status", "", "Origin: http://localhost:3000"), 403, "may not ask")
	d.refused(d.ask("OPTIONS", "/api/status", "", "Origin: wails://wails", "Host: evil"), 421, "not the address")
	if h := d.ask("GET", "/api/status", "").Header(); h.Get("Access-Control-Allow-Origin") != "" {
		t.Error("a request without an Origin was answered with CORS")
	}
}

func TestWebsocketsPassTheSameGuard(t *testing.T) {
	d := open(t)
	server := httptest.NewServer(nil)
	defer server.Close()
	own := strings.TrimPrefix(server.URL, "http://")
	o := d.Options
	o.Hosts = []string{own}
	d.API = New(o)
	server.Config.Handler = d.API
	code := d.NewCode()
	resp, err := http.Post(server.URL+"/api/session", "application/json", strings.NewReader(`{"code":"`+code+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	cookie := resp.Cookies()[0].Name + "=" + resp.Cookies()[0].Value

	for _, c := range []struct {
		name   string
		header http.Header
		want   int
	}{
		{"nothing", http.Header{}, 401},
		{"token", http.Header{"Authorization": {"Bearer " + token}}, 101},
		{"protocol", http.Header{"Sec-Websocket-Protocol": {"sidetrack.v1, bearer." + token}}, 101},
		{"wrong protocol", http.Header{"Sec-Websocket-Protocol": {"sidetrack.v1, bearer.x"}}, 401},
		{"protocol from elsewhere", http.Header{"Sec-Websocket-Protocol": {"sidetrack.v1, bearer." + token}, "Origin": {"http://localhost:3000"}}, 403},
		{"protocol from the window", http.Header{"Sec-Websocket-Protocol": {"sidetrack.v1, bearer." + token}, "Origin": {"wails://wails"}}, 101},
		{"cookie", http.Header{"Cookie": {cookie}, "Origin": {"http://" + own}}, 101},
		{"cookie from elsewhere", http.Header{"Cookie": {cookie}, "Origin": {"http://localhost:3000"}}, 403},
		{"cookie from nowhere", http.Header{"Cookie": {cookie}}, 401},
		{"other host", http.Header{"Host": {"evil.example"}, "Authorization": {"Bearer " + token}}, 421},
	} {
		conn, resp, err := websocket.DefaultDialer.Dial("ws://"+own+"/api/stream?after=5&q=type:track", c.header)
		if resp == nil || resp.StatusCode != c.want {
			t.Errorf("%s: %v %v", c.name, resp, err)
			continue
		}
		if conn == nil {
			continue
		}
		var got struct{ After, Terms int }
		if err := conn.ReadJSON(&got); err != nil || got.After != 5 || got.Terms != 1 {
			t.Errorf("%s: %+v %v", c.name, got, err)
		}
		if p := conn.Subprotocol(); p != "" && p != "sidetrack.v1" {
			t.Errorf("%s: the answer chose %q", c.name, p) // never the token
		}
		conn.Close()
	}
}

func TestHeadersKeepPagesApart(t *testing.T) {
	d := open(t)
	for _, path := range []string{"/", "/live", "/assets/a.js", "/api/status", "/api/none"} {
		h := d.ask("GET", path, "").Header()
		csp := h.Get("Content-Security-Policy")
		directives := strings.Split(csp, "; ")
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cross-Origin-Resource-Policy") != "same-origin" || h.Get("X-Frame-Options") != "DENY" ||
			!slices.Contains(directives, "script-src 'self'") || !slices.Contains(directives, "default-src 'self'") || !slices.Contains(directives, "frame-ancestors 'none'") ||
			!slices.Contains(directives, "connect-src 'self' ws://"+host+" ws://localhost:4747") || strings.Contains(csp, "unsafe-eval") || strings.Contains(csp, "[") {
			t.Errorf("%s: %v", path, h)
		}
	}
}

func TestOddPathsReachNoOperation(t *testing.T) {
	d := open(t)
	for _, path := range []string{"//api/status", "/./api/status", "/x/../api/status", "/API/status", "/api"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host, r.URL.Path = host, path
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		if strings.Contains(w.Body.String(), "received") || w.Code == 200 && w.Body.String() != "<p>screen" {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	d.refused(d.ask("GET", "/%61pi/status", "", "X: y"), 401, "token")
}

func TestMethodsAreToldApart(t *testing.T) {
	d := open(t)
	w := d.ask("HEAD", "/api/status", "")
	if w.Code != 200 {
		t.Errorf("HEAD: %d", w.Code)
	}
	w = d.ask("OPTIONS", "/api/events", "")
	if w.Code != 204 || w.Header().Get("Allow") != "GET, HEAD, DELETE, OPTIONS" {
		t.Errorf("OPTIONS: %d %v", w.Code, w.Header())
	}
	w = d.ask("POST", "/api/events", "{}")
	d.refused(w, 405, "/api/events takes GET, HEAD, DELETE, not POST")
	if w.Header().Get("Allow") == "" {
		t.Error("405 does not say what is allowed")
	}
	d.refused(d.ask("GET", "/api/nothing", ""), 404, "GET /api/openapi.json lists")
	d.refused(d.ask("POST", "/", "{}"), 405, "nothing to POST")
}

func TestTheScreenIsServed(t *testing.T) {
	d := open(t)
	for path, want := range map[string]string{"/": "<p>screen", "/live": "<p>screen", "/people/x%20y": "<p>screen", "/assets/a.js": "1", "/icon.svg": "<svg/>", "/../../etc/passwd": "<p>screen"} {
		w := d.ask("GET", path, "", "X: y")
		if w.Code != 200 || w.Body.String() != want {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	d.refused(d.ask("GET", "/assets/", "", "X: y"), 404, "older build")
	d.refused(d.ask("GET", "/assets/old.js", "", "X: y"), 404, "older build")
	if c := d.ask("GET", "/assets/a.js", "", "X: y").Header().Get("Cache-Control"); !strings.Contains(c, "immutable") {
		t.Error("assets are not kept")
	}
}
