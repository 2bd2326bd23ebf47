package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/segmentio/analytics-go/v3"
)

// Segment's Go client: what it put on the wire is what the API gives back,
// less what the record says was added.
func TestAnalyticsGo(t *testing.T) {
	s := serve(t, t.TempDir())
	wire := recordWire(t, s.URL)

	client, err := analytics.NewWithConfig(s.Sources[0].WriteKey, analytics.Config{Endpoint: wire.URL, Interval: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	props := analytics.NewProperties().SetRevenue(25.5).Set("list", []any{}).Set("nothing", nil).Set("text", "Zoë 🛤️ </script>").
		Set("nested", map[string]any{"a": []any{1, []any{2}}})
	for _, msg := range []analytics.Message{
		analytics.Identify{UserId: "u1", Traits: analytics.NewTraits().SetEmail("u1@example.com")},
		analytics.Track{UserId: "u1", Event: "Order Completed", Properties: props, Context: &analytics.Context{Locale: "de-DE"}},
		analytics.Page{UserId: "u1", Name: "Home", Properties: props},
		analytics.Screen{AnonymousId: "a1", Name: "Start"},
		analytics.Group{UserId: "u1", GroupId: "g1", Traits: analytics.NewTraits().SetName("Company")},
		analytics.Alias{UserId: "u1", PreviousId: "a1"},
	} {
		if err := client.Enqueue(msg); err != nil {
			t.Fatal(err)
		}
	}
	if err := client.Close(); err != nil {
		t.Fatal(err)
	}

	stored := map[string]record{}
	s.records(t, func(r record) { stored[r.MessageID] = r })
	sent := wire.messages(t)
	if len(sent) != 6 {
		t.Fatalf("%d messages on the wire, want 6", len(sent))
	}
	for _, item := range sent {
		want := decode(t, item).(map[string]any)
		r, ok := stored[want["messageId"].(string)]
		if !ok {
			t.Errorf("%s is not stored", item)
			continue
		}
		got := decode(t, r.Message)
		for _, pointer := range r.Added {
			remove(got, pointer)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("stored %s\nsent   %s\nadded  %v", r.Message, item, r.Added)
		}
	}
}

// wireLog is a proxy in front of the program that keeps the bodies it passes on.
type wireLog struct {
	URL    string
	mu     sync.Mutex
	bodies [][]byte
}

func recordWire(t *testing.T, target string) *wireLog {
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	w := &wireLog{}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }}
	front := httptest.NewServer(http.HandlerFunc(func(res http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			http.Error(res, err.Error(), http.StatusBadRequest)
			return
		}
		w.mu.Lock()
		w.bodies = append(w.bodies, body)
		w.mu.Unlock()
		req.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(res, req)
	}))
	t.Cleanup(front.Close)
	w.URL = front.URL
	return w
}

func (w *wireLog) messages(t *testing.T) []json.RawMessage {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []json.RawMessage
	for _, body := range w.bodies {
		var envelope struct{ Batch []json.RawMessage }
		if err := json.Unmarshal(body, &envelope); err != nil {
			t.Fatal(err)
		}
		all = append(all, envelope.Batch...)
	}
	return all
}

// decode keeps every digit of a number.
func decode(t *testing.T, b []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// remove takes out what a JSON pointer names.
func remove(v any, pointer string) {
	keys := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	for i, key := range keys {
		object, ok := v.(map[string]any)
		if !ok {
			return
		}
		key = unescape.Replace(key)
		if i == len(keys)-1 {
			delete(object, key)
			return
		}
		v = object[key]
	}
}
