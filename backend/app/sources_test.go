package app

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"sidetrack/backend/event"
	"sidetrack/backend/source"
)

// sendAs sends one event with a write key and returns its record.
func (r *running) sendAs(key source.WriteKey, name string) event.Record {
	r.Helper()
	if status := r.post("POST", "/v1/track", fmt.Sprintf(`{"writeKey":%q,"userId":"u","event":%q}`, key, name), nil); status != 200 {
		r.Fatalf("%s: answered %d", name, status)
	}
	var page struct{ Items []event.Record }
	if status := r.post("GET", "/api/events?limit=1", "", &page); status != 200 || len(page.Items) != 1 || page.Items[0].Name != name {
		r.Fatalf("%s: %d %+v", name, status, page)
	}
	return page.Items[0]
}

// A source's life over HTTP: from a key nobody knows to a deletion that leaves
// its events.
func TestASourceIsFoundNamedRotatedAndDeleted(t *testing.T) {
	r := start(t, t.TempDir(), "127.0.0.1:0")
	found := r.sendAs("somebodys-key-0001", "Found")
	if found.Source.Label != nil || !strings.HasPrefix(found.Source.Name, "Unclaimed ") {
		t.Errorf("filed under %+v", found.Source)
	}
	path := "/api/sources/" + found.Source.ID
	var claimed, rotated source.Source
	if status := r.post("PATCH", path, `{"name":"Shop","label":"staging"}`, &claimed); status != 200 || claimed.Name != "Shop" || claimed.Label == nil || *claimed.Label != "staging" || claimed.WriteKey != "somebodys-key-0001" {
		t.Fatalf("claimed: %d %+v", status, claimed)
	}
	if status := r.post("PATCH", path, `{"label":"dev"}`, &claimed); status != 200 || claimed.Name != "Shop" || *claimed.Label != "dev" {
		t.Fatalf("labelled: %d %+v", status, claimed)
	}
	if s := r.sendAs("somebodys-key-0001", "Claimed").Source; s.ID != found.Source.ID || s.Name != "Shop" || s.Label == nil || *s.Label != "dev" {
		t.Errorf("filed under %+v", s)
	}
	if status := r.post("POST", path+"/rotate-key", "", &rotated); status != 200 || len(rotated.WriteKey) != 32 {
		t.Fatalf("rotated: %d %+v", status, rotated)
	}
	if now, old := r.sendAs(rotated.WriteKey, "New key").Source, r.sendAs("somebodys-key-0001", "Old key").Source; now.ID != found.Source.ID || old.Label != nil || old.Name != "Old key of Shop" {
		t.Errorf("new key to %+v, old to %+v", now, old)
	}
	if status := r.post("DELETE", path, "", nil); status != http.StatusNoContent {
		t.Fatalf("deleted: %d", status)
	}
	var page struct{ Items []event.Record }
	if r.post("GET", "/api/events?source="+found.Source.ID, "", &page); len(page.Items) != 3 {
		t.Errorf("%d of its 3 events stayed", len(page.Items))
	}
	for status, body := range map[int]string{404: `{"name":"Gone"}`, 422: `{"label":"production"}`} {
		if got := r.post("PATCH", "/api/sources/src_none", body, nil); got != status {
			t.Errorf("%s: answered %d, want %d", body, got, status)
		}
	}
}
