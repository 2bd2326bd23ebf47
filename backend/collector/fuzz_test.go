package collector_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"sidetrack/backend/source"
)

func FuzzBody(f *testing.F) {
	for _, s := range []string{`{}`, `{"batch":[]}`, `{"batch":[{"type":"track","context":{"a":1}},1],"context":{"a":{"b":1},"c":2},"sentAt":"x"}`, `{"batch":[{"context":{"":{}},"context":[]}],"context":{"":{"x":1}}}`, "\ufeff{", `{"properties":{"a":"m@x.y"}}`, "{\"event\":\"\xe9\"}"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, body string, isBatch bool) {
		d, path := open(t), "/v1/t"
		if isBatch {
			path = "/v1/b"
		}
		w := d.send(http.MethodPost, path, body)
		if w.Code != 200 && w.Code != 400 && w.Code != 413 {
			t.Fatalf("answered %d", w.Code)
		}
		a := d.last()
		if w.Code == 200 && !json.Valid(bytes.TrimPrefix(a.Body, []byte("\ufeff"))) {
			t.Fatalf("took %q", body)
		}
		for i, r := range a.Records {
			if w.Code == 200 && r.Message != nil && !json.Valid(r.Message) {
				t.Fatalf("%q became %q", body, r.Message)
			}
			if w.Code == 200 && !utf8.Valid(r.Message) {
				t.Fatalf("%q is handed out as %q", body, r.Message)
			}
			if s := a.Spans[i]; r.Message != nil && len(r.Added) == 0 && utf8.ValidString(body) && !bytes.Equal(a.Body[s.Offset:s.Offset+s.Length], r.Message) {
				t.Fatalf("%q changed to %q", body, r.Message)
			}
			if _, err := json.Marshal(r); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func BenchmarkBatchOf20(b *testing.B) {
	item := `{"type":"track","messageId":"m%d","timestamp":"2026-01-31T10:00:00Z","event":"Order Completed","userId":"u","context":{"library":{"name":"x","version":"1"}},"properties":{"order_id":"o%d","pad":"` + strings.Repeat("x", 750) + `"}}`
	items := make([]string, 20)
	for i := range items {
		items[i] = fmt.Sprintf(item, i, i)
	}
	body := []byte(`{"writeKey":"K","sentAt":"2026-01-31T10:00:05Z","batch":[` + strings.Join(items, ",") + `]}`)
	d := open(b)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Accept(context.Background(), source.Source{ID: "s"}, "batch", body); err != nil {
			b.Fatal(err)
		}
		d.arrivals = d.arrivals[:0]
	}
}
