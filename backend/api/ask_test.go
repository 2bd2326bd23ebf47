package api

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestSelectionsReachTheLogAsMeant(t *testing.T) {
	d := open(t)
	d.ok(d.ask("GET", "/api/events?q=type:track&after=5&before=900&since=15m&until=2026-03-04T11:59:00%2B01:00&source=Dev&run=r1&limit=7&include=message", ""), nil)
	a := d.log.ask
	if a.Query.Text != "type:track" || a.After != 5 || a.Before != 900 || !a.Since.Equal(noon.Add(-15*time.Minute)) ||
		!a.Until.Equal(time.Date(2026, 3, 4, 10, 59, 0, 0, time.UTC)) || a.Source != "Dev" || a.Run != "r1" || a.Limit != 7 || !a.Message {
		t.Errorf("asked %+v", a)
	}
	d.ok(d.ask("GET", "/api/events", ""), nil)
	if a := d.log.ask; !a.everything() || a.Limit != 100 || a.Message {
		t.Errorf("asked %+v", a)
	}
	for text, want := range map[string]time.Time{
		"2h": noon.Add(-2 * time.Hour), "1h30m": noon.Add(-90 * time.Minute), "3d": noon.AddDate(0, 0, -3), "90s": noon.Add(-90 * time.Second), "0s": noon,
		"2026-03-01": time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), "2026-03-01T09:00:00.5Z": time.Date(2026, 3, 1, 9, 0, 0, 5e8, time.UTC),
	} {
		d.ok(d.ask("GET", "/api/events?since="+text, ""), nil)
		if !d.log.ask.Since.Equal(want) {
			t.Errorf("since=%s is %v", text, d.log.ask.Since)
		}
	}
	d.ok(d.ask("GET", "/api/events?q=after:15m", ""), nil)
	if v := d.log.ask.Query.Terms[0].Values[0]; v != "2026-03-04T11:45:00Z" {
		t.Errorf("a moment in the query counts from %s", v)
	}
}

func TestWhatCannotBeUsedIsRefusedInEveryForm(t *testing.T) {
	d := open(t)
	for params, words := range map[string]string{
		"qq=x":                       `There is no parameter "qq" here. Known: q, after,`,
		"q=a&q=b":                    "q comes 2 times",
		"q=100%":                     "cannot be read",
		"q=a;b":                      "cannot be read",
		"q=type:track%20nmae:x":      "write name if that is what you mean",
		"q=caf%E9":                   "no UTF-8",
		"after=-1":                   "after is the seq",
		"after=x":                    "after is the seq",
		"after=99999999999999999999": "after is the seq",
		"before=0":                   "nothing is before 0",
		"before=1.5":                 "before is the seq",
		"since=yesterday":            "since is a time such as",
		"since=-5m":                  "since is a time such as",
		"since=0001-01-01T00:00:00Z": "since is a time such as",
		"until=15":                   "until is a time such as",
		"limit=0":                    "limit is a whole number",
		"limit=x":                    "limit is a whole number",
	} {
		for _, accept := range []string{"application/json", ndjson} {
			w := d.ask("GET", "/api/events?"+params, "", bearer, "Accept: "+accept)
			d.refused(w, 422, words)
			if !strings.Contains(w.Body.String(), `"location":"query`) {
				t.Errorf("%s as %s: no location: %s", params, accept, w.Body)
			}
		}
		if !strings.HasPrefix(params, "limit") {
			d.refused(d.ask("DELETE", "/api/events?all=true&"+params, ""), 422, words)
		}
	}
	d.refused(d.ask("GET", "/api/events?limit=1001", ""), 422, "from 1 to 1000")
	d.refused(d.ask("DELETE", "/api/events?q=x&limit=5", ""), 422, `no parameter "limit"`)
	d.refused(d.ask("GET", "/api/status?x=1", ""), 422, "takes none")
	d.refused(d.ask("GET", "/api/stream?x=1", ""), 422, `no parameter "x"`)
	d.refused(d.ask("GET", "/api/stream?after=x", ""), 422, "after is the seq")
	d.refused(d.ask("GET", "/api/stream?q=nmae:x", ""), 422, "position 0")
	if len(d.log.changes) > 0 {
		t.Errorf("changed %v", d.log.changes)
	}
}

func TestABadQuerySaysWhere(t *testing.T) {
	d := open(t)
	for _, accept := range []string{"application/json", ndjson} {
		d.refused(d.ask("GET", "/api/events?q=type:track%20label:live", "", bearer, "Accept: "+accept), 422, "(position 17 of the query)")
	}
	d.refused(d.ask("GET", "/api/query?q=size:big", ""), 422, "(position 5 of the query)")
	var out struct{ Terms []struct{ Key string } }
	d.ok(d.ask("GET", "/api/query?q=type:track%20x", ""), &out)
	if len(out.Terms) != 2 || out.Terms[0].Key != "type" || out.Terms[1].Key != "" {
		t.Errorf("read %+v", out)
	}
}

func TestDeletingEverythingMustBeMeant(t *testing.T) {
	d := open(t)
	for _, params := range []string{"", "?q=", "?q=%20", "?after=0", "?source=", "?run=&q=&since=", "?dryRun=true", "?all=false"} {
		d.refused(d.ask("DELETE", "/api/events"+params, ""), 422, "all=true")
	}
	d.refused(d.ask("DELETE", "/api/events?all=maybe", ""), 422, "")
	if len(d.log.changes) > 0 {
		t.Fatalf("changed %v", d.log.changes)
	}
	var out struct {
		Count int64
		ID    string
	}
	d.ok(d.ask("DELETE", "/api/events?all=true&dryRun=true", ""), &out)
	if out.Count != 7 || out.ID != "" || len(d.log.changes) > 0 {
		t.Errorf("counting answered %+v and changed %v", out, d.log.changes)
	}
	d.ok(d.ask("DELETE", "/api/events?q=type:page", ""), &out)
	if out.Count != 7 || out.ID != "del_1" || len(d.log.ask.Query.Terms) != 1 {
		t.Errorf("deleting answered %+v for %+v", out, d.log.ask)
	}
	d.ok(d.ask("POST", "/api/events/undo", `{"id":"del_1"}`), &out)
	d.refused(d.ask("POST", "/api/events/undo", `{"id":"del_2"}`), 409, "too late")
	if got := strings.Join(d.log.changes, ", "); got != "delete, told events, undo, told events" {
		t.Errorf("changed %s", got)
	}
}

func TestSendingAnswersWhatIsWrong(t *testing.T) {
	d := open(t)
	for body, words := range map[string]string{
		`{"source":"Dev","type":"track","message":[1]}`:  "no object",
		`{"source":"Dev","type":"track","message":"x"}`:  "no object",
		`{"source":"Dev","type":"trock","message":{}}`:   "validation failed",
		`{"source":"Dev","type":"track"}`:                "validation failed",
		`{"source":"Dev","type":"track","message":{]}`:   "",
		`{"source":"Dev","type":"track","message":null}`: "no object",
	} {
		w := d.ask("POST", "/api/events/send", body)
		if w.Code != 422 && w.Code != 400 || !strings.Contains(w.Body.String(), words) {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
	d.refused(d.ask("POST", "/api/events/send", `{"source":"Nobody","type":"track","message":{}}`), 404, `"Nobody"`)
	var out struct{ Seqs []int64 }
	for _, name := range []string{"dev", "src_1", "k1", ""} {
		d.ok(d.ask("POST", "/api/events/send", `{"source":"`+name+`","type":"track","message":{"event":"x"}}`), &out)
		if len(out.Seqs) != 1 || out.Seqs[0] != 9 {
			t.Errorf("sent %v", out.Seqs)
		}
	}
}

func TestRawBytesComeBackUnchanged(t *testing.T) {
	d := open(t)
	w := d.ask("GET", "/api/events/1/raw", "")
	if w.Body.String() != "{\xff}" || w.Header().Get("Content-Type") != "application/octet-stream" || w.Header().Get("Content-Length") != "3" {
		t.Errorf("%q %v", w.Body, w.Header())
	}
	d.refused(d.ask("GET", "/api/events/5", ""), 404, "no event #5")
	d.refused(d.ask("GET", "/api/events/x", ""), 422, "")
}

func TestTheDocumentNamesEveryOperationAndNoBackDoor(t *testing.T) {
	d := open(t)
	w := d.ask("GET", "/api/openapi.json", "")
	if w.Code != 200 || !json.Valid(w.Body.Bytes()) || !strings.Contains(w.Body.String(), "list-events") {
		t.Errorf("%d %.80s", w.Code, w.Body)
	}
	d.refused(d.ask("GET", "/api/openapi.json", "", "X: y"), 401, "token")
	if w := d.ask("GET", "/docs", "", "X: y"); w.Body.String() != "<p>screen" {
		t.Errorf("docs pages are served: %s", w.Body)
	}
}
