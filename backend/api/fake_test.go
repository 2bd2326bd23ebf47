package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gorilla/websocket"

	"sidetrack/backend/collector"
	"sidetrack/backend/demo"
	"sidetrack/backend/event"
	"sidetrack/backend/fault"
	"sidetrack/backend/mute"
	"sidetrack/backend/query"
	"sidetrack/backend/source"
)

const (
	host  = "127.0.0.1:4747"
	token = "0123456789abcdef0123456789abcdef"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// fake stands for everything the API asks of others. It keeps the last Ask and
// names every change.
type fake struct {
	Log
	n       int // events in the log
	failAt  int // Each fails before this Seq; 0 never
	ask     Ask
	changes []string
}

func (f *fake) changed(what string) { f.changes = append(f.changes, what) }

func (f *fake) Events(_ context.Context, a Ask) ([]event.Record, int64, error) {
	f.ask = a
	return []event.Record{}, 0, nil
}

func (f *fake) Each(_ context.Context, a Ask, fn func(*event.Record) error) error {
	f.ask = a
	for i := range f.n {
		if i+1 == f.failAt {
			return errors.New("the disk is gone")
		}
		r := event.Record{Seq: int64(i + 1), Name: "<Order>", Message: json.RawMessage(`{"event":"<Order>","n":1.00,"pad":"` + strings.Repeat("x", 400) + `"}`)}
		if i == 1 {
			r.Message = nil
		}
		if err := fn(&r); err != nil {
			return err
		}
	}
	return nil
}

func (f *fake) Event(_ context.Context, seq int64) (event.Record, error) {
	return event.Record{}, fault.New(fault.NotFound, "there is no event #%d", seq)
}

func (f *fake) Raw(_ context.Context, seq int64) (event.Request, []byte, event.Span, error) {
	return event.Request{}, []byte("{\xff}"), event.Span{}, nil
}

func (f *fake) Count(_ context.Context, a Ask) (int64, error) { f.ask = a; return 7, nil }
func (f *fake) Delete(_ context.Context, a Ask) (string, int64, error) {
	f.ask = a
	f.changed("delete")
	return "del_1", 7, nil
}
func (f *fake) Undo(_ context.Context, id string) (int64, error) {
	if id != "del_1" {
		return 0, fault.New(fault.Conflict, "too late")
	}
	f.changed("undo")
	return 7, nil
}
func (f *fake) Volume(_ context.Context, a Ask, _, _ time.Time, _ int) ([]Bucket, error) {
	f.ask = a
	return []Bucket{}, nil
}
func (f *fake) Counters() Counters                  { return Counters{Received: 3, Stored: 3} }
func (f *fake) Problem() string                     { return "" }
func (f *fake) Problems() []string                  { return nil }
func (f *fake) Seen() ([]Sighting, error)           { return []Sighting{}, nil }
func (f *fake) Connections() []collector.Connection { return []collector.Connection{} }
func (f *fake) Accept(_ context.Context, _ source.Source, _ string, body []byte) ([]event.Record, error) {
	if !json.Valid(body) {
		return nil, fault.New(fault.Invalid, "The body is not JSON")
	}
	if body[0] != '{' {
		return nil, fault.New(fault.Invalid, "The body is JSON but no object.")
	}
	f.changed("send")
	return []event.Record{{Seq: 9}}, nil
}
func (f *fake) Changed(topic string, _ ...string) { f.changed("told " + topic) }
func (f *fake) Serve(_ context.Context, conn *websocket.Conn, after int64, q query.Query) {
	_ = conn.WriteJSON(map[string]any{"after": after, "terms": len(q.Terms)})
	_ = conn.Close()
}

// keeper and muter are names under which a fake can embed what it leaves out:
// a call of it is a nil pointer, and fails the test.
type (
	keeper = Sources
	muter  = Mutes
)

type fakeSources struct{ keeper }

func (fakeSources) Sources() []source.Source {
	dev := source.Dev
	return []source.Source{{ID: "src_1", Name: "Dev", Label: &dev, WriteKey: "k1"}}
}

type fakeMutes struct{ muter }

func (fakeMutes) Mutes(context.Context) ([]mute.Mute, error) { return []mute.Mute{}, nil }

type fakeDemo struct{ Demo }

func (fakeDemo) State() demo.State { return demo.State{} }

// door is an API of fakes.
type door struct {
	testing.TB
	*API
	log *fake
}

func open(t testing.TB) *door {
	f := &fake{}
	return &door{t, New(Options{
		Log: f, Sources: fakeSources{}, Collector: f, Streams: f, Demo: fakeDemo{}, Mutes: fakeMutes{},
		UI:    fstest.MapFS{"index.html": {Data: []byte("<p>screen")}, "assets/a.js": {Data: []byte("1")}, "icon.svg": {Data: []byte("<svg/>")}},
		Token: token, Hosts: []string{host, "localhost:4747", "[::1]:4747"}, Port: 4747,
		Facts:  func() Facts { return Facts{Version: "1", URL: "http://" + host} },
		Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return noon },
	}), f}
}

// ask sends a request with headers as "Name: value"; without any of them it
// comes with the token. Host is a header like any other here.
func (d *door) ask(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	d.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = host
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if len(headers) == 0 {
		headers = []string{"Authorization: Bearer " + token}
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			r.Host = value
			continue
		}
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w
}

// refused holds that the answer is a problem with this status and these words.
func (d *door) refused(w *httptest.ResponseRecorder, status int, words string) {
	d.Helper()
	var p struct {
		Status int
		Title  string
		Detail string
	}
	err := json.Unmarshal(w.Body.Bytes(), &p)
	if err != nil || w.Code != status || p.Status != status || p.Title == "" || !strings.Contains(p.Detail, words) ||
		w.Header().Get("Content-Type") != "application/problem+json" {
		d.Errorf("got %d %s %s, want %d …%s…", w.Code, w.Header().Get("Content-Type"), w.Body, status, words)
	}
}

// ok holds that the answer is good and reads it into out.
func (d *door) ok(w *httptest.ResponseRecorder, out any) {
	d.Helper()
	if w.Code >= 300 {
		d.Fatalf("got %d %s", w.Code, w.Body)
	}
	if out != nil {
		if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
			d.Fatalf("%v: %s", err, w.Body)
		}
	}
}
