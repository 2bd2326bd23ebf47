package app

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"sidetrack/backend/client"
)

// Every GET of the document is asked for, while SQLite counts commits.
func TestNoGetChangesAnything(t *testing.T) {
	r := start(t, t.TempDir(), "127.0.0.1:0")
	r.track("x")
	files, err := filepath.Glob(filepath.Join(r.dir, "*.db"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v %v", files, err)
	}
	db, err := sql.Open("sqlite", files[0]) // the driver comes with the store
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	one, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	version := func() (n int64) {
		t.Helper()
		if err := one.QueryRowContext(context.Background(), "PRAGMA data_version").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	doc, err := r.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(doc, &document); err != nil {
		t.Fatal(err)
	}
	r.schemaCounted()
	settled := version()
	gets := 0
	for path, methods := range document.Paths {
		if _, ok := methods["get"]; !ok {
			continue
		}
		gets++
		resp, body := r.ask("GET", r.address()+strings.NewReplacer("{seq}", "1", "{id}", "x").Replace(path))
		if resp.StatusCode >= 500 {
			t.Errorf("%s: %d %s", path, resp.StatusCode, body)
		}
		if now := version(); now != settled {
			t.Errorf("GET %s changed the log", path)
			settled = now
		}
	}
	if gets < 8 {
		t.Errorf("asked for %d", gets)
	}
	if r.track("y"); version() == settled {
		t.Error("a commit goes unnoticed: this test sees nothing")
	}
}

// Whatever an SDK manages to send must come out of lists, export and stream.
func TestOddEventsBreakNoReader(t *testing.T) {
	r := start(t, t.TempDir(), "127.0.0.1:0")
	key := r.Endpoint().Sources[0].WriteKey
	for _, body := range []string{
		`{"type":"track","userId":"u","event":"far","timestamp":"9999-12-31T23:59:59-14:00","writeKey":"` + key + `"}`,
		`{"type":"track","userId":"u","event":"lone \ud83d","writeKey":"` + key + `"}`,
		"{\"type\":\"track\",\"userId\":\"u\",\"event\":\"bytes \xff\xfe\",\"writeKey\":\"" + key + "\"}",
		`{"type":"track","userId":"u","event":"twice","event":"again","n":1e999999,"writeKey":"` + key + `"}`,
		`{"type":"track","userId":"u","event":"deep","properties":` + strings.Repeat("[", 500) + strings.Repeat("]", 500) + `,"writeKey":"` + key + `"}`,
		`not json`, `[1]`, `{"batch":[{"type":"track","event":"good","userId":"u"},5,null]}`, ``,
	} {
		path := "/v1/track"
		if strings.Contains(body, "batch") {
			path = "/v1/batch"
		}
		resp, err := http.Post(r.address()+path, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode >= 500 {
			t.Errorf("%.60s: %d", body, resp.StatusCode)
		}
	}
	var status struct{ Head int64 }
	_, text := r.ask("GET", r.address()+"/api/status")
	if err := json.Unmarshal([]byte(text), &status); err != nil || status.Head < 9 {
		t.Fatalf("%s %v", text, err)
	}
	resp, lines := r.ask("GET", r.address()+"/api/events", "Accept: application/x-ndjson")
	if n := strings.Count(lines, "\n"); resp.StatusCode != 200 || n != int(status.Head) {
		t.Errorf("exported %d of %d", n, status.Head)
	}
	var page struct{ Items []json.RawMessage }
	_, text = r.ask("GET", r.address()+"/api/events?include=message")
	if err := json.Unmarshal([]byte(text), &page); err != nil || len(page.Items) != int(status.Head) {
		t.Errorf("listed %d of %d: %v", len(page.Items), status.Head, err)
	}
	live, n := r.live(), 0
	for f := (client.Frame{}); f.Last < status.Head; {
		f = client.Frame{}
		if err := live.ReadJSON(&f); err != nil {
			t.Fatal(err)
		}
		n += len(f.Records)
	}
	if n != int(status.Head) {
		t.Errorf("streamed %d of %d", n, status.Head)
	}
	for seq := int64(1); seq <= status.Head; seq++ {
		for _, part := range []string{"", "/raw", "/wire"} {
			if resp, body := r.ask("GET", fmt.Sprintf("%s/api/events/%d%s", r.address(), seq, part)); resp.StatusCode != 200 {
				t.Errorf("%d%s: %d %s", seq, part, resp.StatusCode, body)
			}
		}
	}
}

func TestSendingWhatNobodyCanReadIsTheSendersFault(t *testing.T) {
	r := start(t, t.TempDir(), "127.0.0.1:0")
	req, err := http.NewRequest("POST", r.address()+"/api/events/send", strings.NewReader(`{"source":"Dev","type":"track","message":[1]}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); resp.StatusCode != 422 || !strings.Contains(string(body), "object") {
		t.Errorf("%d %s %v", resp.StatusCode, body, err)
	}
}
