package app

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"sidetrack/backend/event"
)

// post sends JSON to the API with the token.
func (r *running) post(method, path, body string, out any) int {
	r.Helper()
	req, err := http.NewRequest(method, r.Endpoint().URL+path, strings.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && out != nil {
		err = json.Unmarshal(answer, out)
	}
	if err != nil {
		r.Errorf("%s %s: %v %s", method, path, err, answer)
	}
	return resp.StatusCode
}

// sent sends a call whose revenue is a text, and returns the newest record.
func (r *running) sent(messageID string) event.Record {
	r.Helper()
	body := fmt.Sprintf(`{"writeKey":%q,"userId":"u","event":"Order Completed","messageId":%q,"properties":{"revenue":"12","id":%q}}`,
		r.Endpoint().Sources[0].WriteKey, messageID, messageID)
	resp, err := http.Post(r.Endpoint().URL+"/v1/track", "text/plain", strings.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	resp.Body.Close()
	var page struct{ Items []event.Record }
	r.post("GET", "/api/events?limit=1", "", &page)
	if len(page.Items) != 1 {
		r.Fatal("nothing is stored")
	}
	return page.Items[0]
}

func (r *running) verdict(seq int64) event.Verdict {
	r.Helper()
	var rec event.Record
	r.post("GET", fmt.Sprintf("/api/events/%d", seq), "", &rec)
	return rec.Verdict
}

// becomes waits for what happens in the background.
func (r *running) becomes(seq int64, want event.Verdict) {
	r.Helper()
	for deadline := time.Now().Add(15 * time.Second); r.verdict(seq) != want; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.Fatalf("event %d is still %s, want %s", seq, r.verdict(seq), want)
		}
	}
}

// hears waits for a changed frame with this topic.
func hears(t *testing.T, conn *websocket.Conn, topic string) {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(15 * time.Second)); err != nil {
		t.Fatal(err)
	}
	for {
		var frame struct{ Type, Topic string }
		if err := conn.ReadJSON(&frame); err != nil {
			t.Fatalf("no frame tells that %s changed: %v", topic, err)
		}
		if frame.Type == "changed" && frame.Topic == topic {
			return
		}
	}
}

func TestAMuteCountsForWhatCameAndWhatComes(t *testing.T) {
	r := start(t, t.TempDir(), "127.0.0.1:0")
	old := r.sent("m1")
	if old.Verdict != event.HasWarning {
		t.Fatalf("got %+v", old)
	}
	conn, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(r.Endpoint().URL, "http")+"/api/stream", http.Header{"Authorization": {"Bearer " + r.token}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var item struct {
		ID    string
		Count int64
	}
	if status := r.post("POST", "/api/mutes", `{"code":"segment.reserved_type","path":"/properties/revenue","reason":"old app","by":"Ada"}`, &item); status != 200 || item.ID == "" || item.Count != 1 {
		t.Fatalf("%d %+v", status, item)
	}
	hears(t, conn, "events")
	r.becomes(old.Seq, event.Good)
	if rec := r.sent("m2"); rec.Verdict != event.Good || len(rec.Findings) != 1 || !rec.Findings[0].Muted {
		t.Errorf("a new event: %+v", rec)
	}
	r.stop()
	again := start(t, r.dir, "127.0.0.1:0")
	rec := again.sent("m3")
	if rec.Verdict != event.Good {
		t.Errorf("after a restart: %+v", rec)
	}
	if status := again.post("DELETE", "/api/mutes/"+item.ID, "", nil); status != 204 {
		t.Errorf("answered %d", status)
	}
	again.becomes(old.Seq, event.HasWarning)
	again.becomes(rec.Seq, event.HasWarning)
}

// The log finds duplicates itself, after the collector has judged.
func TestAMutedDuplicateIsGood(t *testing.T) {
	r := start(t, t.TempDir(), "127.0.0.1:0")
	for _, code := range []string{"segment.reserved_type", "segment.duplicate_id"} {
		if status := r.post("POST", "/api/mutes", `{"code":"`+code+`","event":"Order Completed","reason":"a retry we know","by":"Ada"}`, nil); status != 200 {
			t.Fatalf("answered %d", status)
		}
	}
	r.sent("same")
	rec := r.sent("same")
	if rec.Verdict != event.Good || len(rec.Findings) != 2 || rec.Findings[1].Code != "segment.duplicate_id" || !rec.Findings[1].Muted {
		t.Errorf("got %+v", rec)
	}
}

func TestAMuteNeedsAReasonANameAndAPlace(t *testing.T) {
	r := start(t, t.TempDir(), "127.0.0.1:0")
	for body, want := range map[string]int{
		`{"code":"segment.too_big","by":"Ada"}`:                                          422,
		`{"code":"segment.too_big","reason":"r"}`:                                        422,
		`{"code":"segment.too_big","reason":" ","by":"Ada"}`:                             422,
		`{"code":"too big","reason":"r","by":"Ada"}`:                                     422,
		`{"code":"segment.too_big","reason":"r","by":"Ada","path":"properties.revenue"}`: 422,
		`{"code":"segment.too_big","reason":"r","by":"Ada","sourceId":"src_none"}`:       422,
	} {
		if got := r.post("POST", "/api/mutes", body, nil); got != want {
			t.Errorf("%s: answered %d", body, got)
		}
	}
	whole := `{"code":"segment.too_big","reason":"r","by":"Ada","sourceId":"` + r.Endpoint().Sources[0].ID + `"}`
	if first, second := r.post("POST", "/api/mutes", whole, nil), r.post("POST", "/api/mutes", whole, nil); first != 200 || second != 409 {
		t.Errorf("answered %d, the second time %d", first, second)
	}
	if got := r.post("DELETE", "/api/mutes/mut_none", "", nil); got != 404 {
		t.Errorf("answered %d", got)
	}
}
