package collector_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"sidetrack/backend/collector"
	"sidetrack/backend/event"
	"sidetrack/backend/source"
)

// fake is a log and the sources in memory.
type fake struct {
	mu       sync.Mutex
	arrivals []*event.Arrival
	err      error
	made     []string
}

func (f *fake) Append(_ context.Context, a *event.Arrival) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return f.err
	}
	f.arrivals = append(f.arrivals, a)
	return nil
}

func (f *fake) SourceByKey(k source.WriteKey) (source.Source, bool) {
	label := map[source.WriteKey]string{"K": "dev", "PRODKEY00000": "prod"}[k]
	return source.Source{ID: "src_" + string(k), Name: label, Label: &label, WriteKey: k}, label != ""
}

func (f *fake) Unclaimed(_ context.Context, k source.WriteKey, name string) (source.Source, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.made = append(f.made, name)
	return source.Source{ID: "src_" + string(k), Name: name, WriteKey: k}, nil
}

var now = time.Date(2026, 1, 31, 10, 7, 5, 200e6, time.UTC)

// door is a collector with a fixed clock and its fakes.
type door struct {
	*collector.Collector
	*fake
	t *testing.T
}

func open(t testing.TB) *door {
	f := &fake{}
	d := &door{fake: f}
	d.t, _ = t.(*testing.T)
	d.Collector = collector.New(collector.Options{
		Log: f, Sources: f,
		Now:   func() time.Time { return now },
		NewID: func() string { return "ID" },
		Bundle: fstest.MapFS{
			"standalone.js":       {Data: []byte(`var k="__WRITE_KEY__";`)},
			"x.bundle.0a1b.js":    {Data: []byte("1")},
			"secret.bundle.thing": {Data: []byte("2")},
		},
	})
	return d
}

// send makes a request as a browser or SDK would; headers are name, value pairs.
func (d *door) send(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://127.0.0.1:4747"+path, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:5000"
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	d.Handler().ServeHTTP(w, r)
	return w
}

// accepted sends and returns what was kept; the answer must be the one every
// SDK reads as success.
func (d *door) accepted(path, body string, headers ...string) *event.Arrival {
	d.t.Helper()
	w := d.send(http.MethodPost, path, body, headers...)
	if w.Code != 200 || w.Body.String() != `{"success":true}` || w.Header().Get("Content-Type") != "application/json" {
		d.t.Fatalf("%s %.80s: answered %d %s", path, body, w.Code, w.Body)
	}
	return d.last()
}

func (d *door) last() *event.Arrival {
	d.t.Helper()
	if len(d.arrivals) == 0 {
		d.t.Fatal("nothing was kept")
	}
	return d.arrivals[len(d.arrivals)-1]
}

func codes(r event.Record) string {
	var out []string
	for _, f := range r.Findings {
		out = append(out, f.Code)
	}
	return strings.Join(out, " ")
}

const basic = "Basic Szo=" // K:
