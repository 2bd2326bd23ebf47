package app

import (
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// taken holds a port on IPv4, unless somebody does already.
func taken(t *testing.T, port int) {
	t.Helper()
	if l, err := net.Listen("tcp4", "127.0.0.1:"+strconv.Itoa(port)); err == nil {
		t.Cleanup(func() { l.Close() })
	}
}

func hasIPv6() bool {
	l, err := net.Listen("tcp6", "[::1]:0")
	if err == nil {
		l.Close()
	}
	return err == nil
}

func TestABusyPortMovesUsAndIsSaid(t *testing.T) {
	taken(t, usualPort)
	r := start(t, t.TempDir(), "")
	port := r.port()
	if port == usualPort || r.Moved() != strconv.Itoa(port) || r.Endpoint().URL != "http://127.0.0.1:"+r.Moved() {
		t.Errorf("on %d, says %q and %s", port, r.Moved(), r.Endpoint().URL)
	}
	want := 1
	if hasIPv6() {
		want = 2
	}
	if len(r.listeners) != want {
		t.Fatalf("listens on %d addresses", len(r.listeners))
	}
	for _, l := range r.listeners {
		base := "http://" + l.Addr().String()
		if resp, body := r.ask("GET", base+"/api/status"); resp.StatusCode != 200 {
			t.Errorf("%s: %d %s", base, resp.StatusCode, body)
		}
		if resp, _ := r.ask("GET", base+"/"); resp.StatusCode != 200 {
			t.Errorf("%s: no screen", base)
		}
	}
	if r.Open() {
		t.Error("a loopback address passes for open")
	}
}

func TestAllUsualPortsBusyTakesAny(t *testing.T) {
	for port := usualPort; port <= lastPort; port++ {
		taken(t, port)
	}
	r := start(t, t.TempDir(), "")
	if p := r.port(); p >= usualPort && p <= lastPort || r.Moved() != strconv.Itoa(p) {
		t.Errorf("on %d, says %q", p, r.Moved())
	}
	if r.track("x") != 200 {
		t.Error("not taken")
	}
}

// lan is an address of this machine that is no loopback, or the nearest thing
// to one: 127.0.0.2, whose name is as foreign to the API.
func lan(t *testing.T) string {
	t.Helper()
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addrs {
		if ip, ok := a.(*net.IPNet); ok && ip.IP.To4() != nil && !ip.IP.IsLoopback() {
			return ip.IP.String()
		}
	}
	return "127.0.0.2"
}

func TestOpenToAllTheAPIStillAnswersLoopbackNamesOnly(t *testing.T) {
	r := start(t, t.TempDir(), "0.0.0.0:0")
	port := strconv.Itoa(r.port())
	if !r.Open() || r.Endpoint().URL != "http://127.0.0.1:"+port {
		t.Errorf("open %v at %s", r.Open(), r.Endpoint().URL)
	}
	if resp, body := r.ask("GET", r.Endpoint().URL+"/api/status"); resp.StatusCode != 200 {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	there := "http://" + net.JoinHostPort(lan(t), port)
	for _, path := range []string{"/api/status", "/api/events", "/", "/live"} {
		resp, body := r.ask("GET", there+path)
		if resp.StatusCode != 421 || resp.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", path, resp.StatusCode, body)
		}
	}
	resp, err := http.Post(there+"/v1/track", "application/json", strings.NewReader(`{"userId":"u","event":"from a phone"}`))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Errorf("a phone's event: %d", resp.StatusCode)
	}
}

func TestANamedAddressIsOneOfOurNames(t *testing.T) {
	r := start(t, t.TempDir(), "LocalHost:0")
	port := strconv.Itoa(r.port())
	for name, want := range map[string]int{"localhost:" + port: 200, "LOCALHOST:" + port: 200, "localhost.evil:" + port: 421, "localhost.:" + port: 421, "127.0.0.1:1": 421, "localhost": 421} {
		if resp, _ := r.ask("GET", r.Endpoint().URL+"/api/status", "Host: "+name); resp.StatusCode != want {
			t.Errorf("%s: %d", name, resp.StatusCode)
		}
	}
}
