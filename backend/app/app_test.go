package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"sidetrack/backend/client"
	"sidetrack/backend/config"
	"sidetrack/backend/fault"
)

var screen = Host{UI: fstest.MapFS{"index.html": {Data: []byte("<p>screen")}}, Log: slog.New(slog.DiscardHandler)}

// running is an app that serves until the test ends or stops it.
type running struct {
	testing.TB
	*App
	dir   string
	token string
	stop  func() // as a signal does; returns when Run and Close have
}

func build(t testing.TB, dir, listen string) *App {
	t.Helper()
	a, err := New(config.Config{Version: "1", Data: dir, Listen: listen}, screen)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func start(t testing.TB, dir, listen string) *running {
	t.Helper()
	return run(t, build(t, dir, listen), dir)
}

func run(t testing.TB, a *App, dir string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		if err := a.Run(ctx, func() { close(ready) }); err != nil {
			t.Error(err)
		}
		a.Close()
	}()
	<-ready
	r := &running{TB: t, App: a, dir: dir, stop: func() { cancel(); <-ended }}
	t.Cleanup(r.stop)
	token, err := os.ReadFile(filepath.Join(dir, "token"))
	if err != nil {
		t.Fatal(err)
	}
	r.token = string(token)
	return r
}

// track sends one event the way an SDK does and returns the answer's status.
func (r *running) track(name string) int {
	r.Helper()
	body := fmt.Sprintf(`{"writeKey":%q,"userId":"u1","event":%q,"type":"track"}`, r.Endpoint().Sources[0].WriteKey, name)
	resp, err := http.Post(r.Endpoint().URL+"/v1/track", "application/json", strings.NewReader(body))
	if err != nil {
		r.Error(err)
		return 0
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// ask sends a request with the token; headers are "Name: value".
func (r *running) ask(method, target string, headers ...string) (*http.Response, string) {
	r.Helper()
	req, err := http.NewRequest(method, target, nil)
	if err != nil {
		r.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			req.Host = value
		}
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		r.Error(err)
	}
	return resp, string(body)
}

func TestTwoAppsKeepOutOfEachOthersWay(t *testing.T) {
	http.DefaultClient.CloseIdleConnections()
	before := runtime.NumGoroutine()
	one, two := start(t, t.TempDir(), "127.0.0.1:0"), start(t, t.TempDir(), "127.0.0.1:0")
	if one.Endpoint().URL == two.Endpoint().URL || one.token == two.token {
		t.Fatal("they share an address or a token")
	}
	for range 3 {
		if one.track("one") != 200 || two.track("two") != 200 {
			t.Fatal("not taken")
		}
	}
	if resp, body := one.ask("GET", two.Endpoint().URL+"/api/status"); resp.StatusCode != 401 {
		t.Errorf("the other's token opened it: %d %s", resp.StatusCode, body)
	}
	if _, body := two.ask("GET", two.Endpoint().URL+"/api/events"); strings.Count(body, `"name":"two"`) != 3 || strings.Contains(body, `"name":"one"`) {
		t.Errorf("has %s", body)
	}
	one.stop()
	if two.track("still here") != 200 {
		t.Error("the other ended with it")
	}
	two.stop()
	http.DefaultClient.CloseIdleConnections()
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		}
	}
}

func TestASecondCopyFindsTheFirst(t *testing.T) {
	r := start(t, t.TempDir(), "127.0.0.1:0")
	if _, err := New(config.Config{Data: r.dir, Listen: "127.0.0.1:0"}, screen); !errors.Is(err, ErrRunning) {
		t.Fatalf("got %v", err)
	}
	c, err := client.Open(t.Context(), r.dir)
	if err != nil || c.Running.URL != r.Endpoint().URL || !c.Running.Ready || len(c.Running.Sources) != 2 {
		t.Fatalf("found %+v %v", c, err)
	}
	if r.track("after the visit") != 200 {
		t.Error("the first suffered")
	}
}

func TestTheNoteLivesAsLongAsWeServe(t *testing.T) {
	r := start(t, t.TempDir(), "127.0.0.1:0")
	note := filepath.Join(r.dir, "running.json")
	info, err := os.Stat(note)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info, err)
	}
	left, err := os.ReadFile(note)
	if err != nil {
		t.Fatal(err)
	}
	r.stop()
	if _, err := os.Stat(note); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("still there: %v", err)
	}
	nobody := func(why string) {
		t.Helper()
		if _, err := client.Open(t.Context(), r.dir); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("%s: %v", why, err)
		}
	}
	nobody("no note")
	if err := os.WriteFile(note, left, 0o600); err != nil { // as a kill leaves it
		t.Fatal(err)
	}
	nobody("nobody at the port")
	other := start(t, t.TempDir(), strings.TrimPrefix(r.address(), "http://"))
	nobody("another Sidetrack at the port")
	other.stop()
	again := start(t, r.dir, "127.0.0.1:0")
	if c, err := client.Open(t.Context(), r.dir); err != nil || c.Running.URL != again.Endpoint().URL {
		t.Errorf("found %+v %v", c, err)
	}
	if err := os.WriteFile(note, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	nobody("half a note")
}

// address is where it is or was, also once the store is closed.
func (r *running) address() string { return r.endpoint.URL }

func TestTheTokenIsOursAloneAndStays(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "token")
	r := start(t, dir, "127.0.0.1:0")
	r.stop()
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	again := start(t, dir, "127.0.0.1:0")
	again.stop()
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 || again.token != r.token || len(r.token) < 32 {
		t.Errorf("%v %v, %q then %q", info, err, r.token, again.token)
	}
	if err := errors.Join(os.WriteFile(file, []byte("short\n"), 0o644), os.Chmod(file, 0o644)); err != nil {
		t.Fatal(err)
	}
	fresh := start(t, dir, "127.0.0.1:0")
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 || fresh.token == r.token || len(fresh.token) < 32 {
		t.Errorf("%v %v, %q", info, err, fresh.token)
	}
}

func TestNewThatFailsLeavesTheFolderFree(t *testing.T) {
	dir := t.TempDir()
	if _, err := New(config.Config{Data: dir, Listen: "203.0.113.1:1"}, screen); err == nil || !strings.Contains(err.Error(), "--listen") {
		t.Fatalf("got %v", err)
	}
	if r := start(t, dir, "127.0.0.1:0"); r.track("x") != 200 {
		t.Error("not taken")
	}
}

func TestWhatWasAnsweredIsThereAfterARestart(t *testing.T) {
	dir := t.TempDir()
	r := start(t, dir, "127.0.0.1:0")
	for range 5 {
		if r.track("kept") != 200 {
			t.Fatal("not taken")
		}
	}
	r.stop()
	again := start(t, dir, "127.0.0.1:0")
	c, err := client.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	if err := c.Lines(t.Context(), url.Values{"q": {"name:kept"}}, &lines); err != nil || strings.Count(lines.String(), "\n") != 5 {
		t.Errorf("has %s %v", lines.String(), err)
	}
	again.stop()
}
