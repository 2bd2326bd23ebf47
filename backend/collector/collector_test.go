package collector_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
	"sidetrack/backend/source"
)

func TestEveryFormOfCallIsTaken(t *testing.T) {
	const one = `{"userId":"u","event":"E"}`
	const many = `{"batch":[{"type":"track","userId":"u","event":"E"}]}`
	for _, c := range []struct{ path, body, typ string }{
		{"/v1/track", one, "track"}, {"/v1/t", one, "track"}, {"/v1/track/", one, "track"}, {"//v1//track?x=1", one, "track"},
		{"/v1/identify", one, "identify"}, {"/v1/i", one, "identify"}, {"/v1/page", one, "page"}, {"/v1/p", one, "page"},
		{"/v1/screen", one, "screen"}, {"/v1/s", one, "screen"}, {"/v1/group", one, "group"}, {"/v1/g", one, "group"},
		{"/v1/alias", one, "alias"}, {"/v1/a", one, "alias"},
		{"/v1/batch", many, "track"}, {"/v1/b", many, "track"}, {"/v1/import", many, "track"}, {"/v1/import/", many, "track"}, {"/v1/bulk", many, "track"},
		{"/run/ci-7/v1/track", one, "track"}, {"/v1/t", "\ufeff" + one, "track"}, {"/v1/t", " \n" + one + "\n", "track"},
	} {
		d := open(t)
		rec := d.accepted(c.path, c.body, "Authorization", basic).Records[0]
		if rec.Type != c.typ || rec.Source.ID != "src_K" || rec.Disposition != event.Accepted || rec.UserID != "u" {
			t.Errorf("%s: %+v", c.path, rec)
		}
		a := d.last()
		if s := a.Spans[0]; !bytes.HasPrefix(a.Body[s.Offset:s.Offset+s.Length], []byte(`{`)) || !json.Valid(a.Body[s.Offset:s.Offset+s.Length]) || s.Length != rec.Size {
			t.Errorf("%s: span %+v", c.path, s)
		}
	}
}

func TestContentTypeDoesNotMatter(t *testing.T) {
	for _, ct := range []string{"", "text/plain", "application/json; charset=utf-8", "application/x-www-form-urlencoded"} {
		open(t).accepted("/v1/t", `{"writeKey":"K","userId":"u","event":"E"}`, "Content-Type", ct)
	}
}

func TestWhatIsMissingIsAddedAndNamed(t *testing.T) {
	for _, c := range []struct{ path, body, message, added string }{
		{"/v1/t", `{"userId":"u"}`, `{"userId":"u","type":"track","messageId":"sidetrack-ID","timestamp":"2026-01-31T10:07:05.200Z"}`, "/type /messageId /timestamp"},
		{"/v1/t", `{ }`, `{ "type":"track","messageId":"sidetrack-ID","timestamp":"2026-01-31T10:07:05.200Z"}`, "/type /messageId /timestamp"},
		{"/v1/t", `{"type":"track","messageId":"m","originalTimestamp":"2026-01-31T10:00:00Z"}`, `{"type":"track","messageId":"m","originalTimestamp":"2026-01-31T10:00:00Z"}`, ""},
		{"/v1/t", `{"type":"track","messageId":null,"timestamp":null}`, `{"type":"track","messageId":null,"timestamp":null}`, ""},
		{"/v1/b", `{"context":{"library":{"name":"analytics-go"}},"integrations":{"All":true},"sentAt":"2026-01-31T10:00:05Z","messageId":"B","batch":[{"type":"track","messageId":"m","timestamp":"2026-01-31T10:00:00Z","context":{"ip":"1"}}]}`,
			`{"type":"track","messageId":"m","timestamp":"2026-01-31T10:00:00Z","context":{"ip":"1","library":{"name":"analytics-go"}},"integrations":{"All":true},"sentAt":"2026-01-31T10:00:05Z"}`, "/context/library /integrations /sentAt"},
	} {
		rec := open(t).accepted(c.path, c.body).Records[0]
		if string(rec.Message) != c.message {
			t.Errorf("%s\n got %s\nwant %s", c.body, rec.Message, c.message)
		}
		if got := strings.Join(rec.Added, " "); got != c.added {
			t.Errorf("%s: added %q, want %q", c.body, got, c.added)
		}
	}
}

func TestTheMessageStaysAsSent(t *testing.T) {
	item := `{"type":"track","messageId":"m","timestamp":"2026-01-31T10:00:00Z" , "event":"E","userId":"u","properties":{"n":9007199254740993,"d":0.1000000000000000055511151231257827,"e":1E+2,` +
		`"z":"\u0000\ud800","":{"a.b":[],"$ref":{},"toString":null},"dup":1,"dup":2,"b":"\/é😀","a":-0}}`
	a := open(t).accepted("/v1/b", `{"batch": [ `+item+` ]}`)
	if string(a.Records[0].Message) != item {
		t.Errorf("got %s", a.Records[0].Message)
	}
	if s := a.Spans[0]; string(a.Body[s.Offset:s.Offset+s.Length]) != item || a.Records[0].Size != len(item) {
		t.Errorf("span %+v", s)
	}
}

// One message in Latin-1 must not make a whole list unreadable for a program
// that reads JSON strictly.
func TestWhatIsHandedOutIsUTF8(t *testing.T) {
	d := open(t)
	body := "{\"context\":{\"caf\xe9\":1},\"batch\":[{\"type\":\"track\",\"userId\":\"u\xff\",\"event\":\"caf\xe9\",\"properties\":{\"n\":9007199254740993}},{\"type\":\"page\",\"userId\":\"é\"},\"\xe9\"]}"
	a := d.accepted("/v1/b", body)
	for i, r := range a.Records {
		if b, err := json.Marshal(r); err != nil || !utf8.Valid(b) {
			t.Errorf("record %d is not UTF-8: %q %v", i, b, err)
		}
	}
	bad, good := a.Records[0], a.Records[1]
	if bad.Name != "caf\ufffd" || bad.UserID != "u\ufffd" || codes(bad) != "lens.not_utf8" || !strings.Contains(bad.Findings[0].Message, "first at its byte 27.") {
		t.Errorf("%q %q %v", bad.Name, bad.UserID, bad.Findings)
	}
	if !strings.Contains(string(bad.Message), `"properties":{"n":9007199254740993}`) || codes(good) != "" {
		t.Errorf("%s, then %s", bad.Message, codes(good))
	}
	if s := a.Spans[0]; string(a.Body) != body || bad.Size != s.Length || !strings.Contains(body[s.Offset:s.Offset+s.Length], "caf\xe9") {
		t.Error("the bytes as sent are gone")
	}
}

func TestClockOfTheSenderIsCorrected(t *testing.T) {
	rec := open(t).accepted("/v1/b", `{"sentAt":"2026-01-31T10:00:05.000Z","batch":[{"type":"track","timestamp":"2026-01-31T10:00:00.000Z"}]}`).Records[0]
	if got := rec.Timestamp.Format("15:04:05.000"); got != "10:07:00.200" {
		t.Errorf("got %s", got)
	}
}

func TestKeysAreFoundInOrder(t *testing.T) {
	for _, c := range []struct{ body, auth, source, finding string }{
		{`{"writeKey":"E","batch":[{"type":"page","userId":"u","writeKey":"I"}]}`, basic, "src_I", "segment.write_key_conflict"},
		{`{"writeKey":"E","batch":[{"type":"page","userId":"u"}]}`, basic, "src_E", "segment.write_key_conflict"},
		{`{"batch":[{"type":"page","userId":"u"}]}`, basic, "src_K", ""},
		{`{"batch":[{"type":"page","userId":"u"}]}`, "Basic Sw", "src_K", ""},
		{`{"writeKey":"K","batch":[{"type":"page","userId":"u","writeKey":"K"}]}`, basic, "src_K", ""},
		{`{"batch":[{"type":"page","userId":"u"}]}`, "Bearer abc", "src_", ""},
		{`{"writeKey":"` + strings.Repeat("k", 201) + `","batch":[{"type":"page","userId":"u"}]}`, "", "src_", "segment.write_key_too_long"},
		{`{"writeKey":7,"batch":[{"type":"page","userId":"u"}]}`, basic, "src_K", "segment.write_key_not_string"},
		{`{"batch":[{"type":"page","userId":"u","writeKey":{}}]}`, "", "src_", "segment.write_key_not_string"},
		{`{"writeKey":null,"batch":[{"type":"page","userId":"u","writeKey":null}]}`, basic, "src_K", ""},
		{`{"writeKey":"PRODKEY00000","batch":[{"type":"page","userId":"u"}]}`, "", "src_PRODKEY00000", "lens.prod_key_on_localhost"},
	} {
		d := open(t)
		rec := d.accepted("/v1/b", c.body, "Authorization", c.auth).Records[0]
		if rec.Source.ID != c.source || codes(rec) != c.finding {
			t.Errorf("%.60s %s: %s %q", c.body, c.auth, rec.Source.ID, codes(rec))
		}
		if c.source == "src_" && !slices.Equal(d.made, []string{"No write key"}) {
			t.Errorf("made %q", d.made)
		}
	}
}

func TestWhatNobodyCanReadIsRefusedAndKept(t *testing.T) {
	deep := strings.Repeat("[", 600) + strings.Repeat("]", 600)
	for _, c := range []struct {
		path, body string
		status     int
		code       string
	}{
		{"/v1/t", `{`, 400, "request.not_json"}, {"/v1/t", ``, 400, "request.not_json"}, {"/v1/t", `{"a":1,}`, 400, "request.not_json"},
		{"/v1/t", `[]`, 400, "request.not_object"}, {"/v1/t", `"x"`, 400, "request.not_object"},
		{"/v1/b", `{"batch":{}}`, 400, "request.batch_not_array"}, {"/v1/b", `{}`, 400, "request.batch_not_array"}, {"/v1/b", `{"batch":null}`, 400, "request.batch_not_array"},
		{"/v1/b", `{"batch":[1]}`, 400, "request.batch_without_objects"},
		{"/v1/t", `{"a":` + deep + `}`, 413, "request.too_deep"},
		{"/v1/t", `{"a":"` + strings.Repeat("x", 10<<20) + `"}`, 413, "request.too_large"},
		{"/v1/b", `{"batch":[` + strings.Repeat(`{},`, 50_000) + `{}]}`, 413, "request.too_many_items"},
		{"/v1/b", `{"context":{"a":"` + strings.Repeat("x", 1<<20) + `"},"batch":[` + strings.Repeat(`{},`, 100) + `{}]}`, 413, "request.inflated_too_large"},
	} {
		d := open(t)
		w := d.send("POST", c.path, c.body, "Origin", "http://localhost:3000", "Authorization", basic)
		var answer struct {
			Success              *bool
			Error, Code, Message string
		}
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer.Success == nil || *answer.Success || answer.Code != c.code || w.Code != c.status || answer.Error == "" || answer.Message == "" {
			t.Errorf("%s %.40s: %d %s", c.path, c.body, w.Code, w.Body)
		}
		if w.Header().Get("Access-Control-Allow-Origin") != "http://localhost:3000" {
			t.Errorf("%.40s: a page cannot read the answer", c.body)
		}
		a := d.last()
		if r := a.Records[0]; len(a.Records) != 1 || r.Disposition != event.Rejected || r.Verdict != event.WouldDrop || codes(r) != c.code || r.Message != nil || len(a.Body) > 64<<10 || r.Source.ID != "src_K" {
			t.Errorf("%.40s: kept %+v", c.body, r)
		}
	}
}

func TestRefusalSurvivesAFullLog(t *testing.T) {
	d := open(t)
	d.err = fault.New(fault.Unavailable, "the queue is full")
	if w := d.send("POST", "/v1/t", `{`); w.Code != 400 {
		t.Errorf("answered %d", w.Code)
	}
	w := d.send("POST", "/v1/t", `{}`)
	if w.Code != 503 || w.Header().Get("Retry-After") != "1" || w.Header().Get("Access-Control-Expose-Headers") != "Retry-After, X-RateLimit-Reset" {
		t.Errorf("answered %d %v", w.Code, w.Header())
	}
	d.err = errors.New("boom")
	if w := d.send("POST", "/v1/t", `{}`); w.Code != 500 || strings.Contains(w.Body.String(), "boom") {
		t.Errorf("answered %d %s", w.Code, w.Body)
	}
}

func TestOddItemsLeaveTheirNeighboursAlone(t *testing.T) {
	a := open(t).accepted("/v1/b", `{"batch":[{"type":"page","userId":"u"},7,{"userId":"u"},{"type":"nope","userId":"u"}]}`)
	var got []string
	for _, r := range a.Records {
		got = append(got, string(r.Disposition)+":"+codes(r))
	}
	want := "accepted: rejected:request.item_not_object accepted:segment.missing_type accepted:segment.unknown_type"
	if strings.Join(got, " ") != want || string(a.Records[1].Message) != "7" || !strings.Contains(a.Records[1].Findings[0].Message, "Item 1 ") {
		t.Errorf("got %q", got)
	}
}

func TestEmptyBatchIsVisibleAndNoMessage(t *testing.T) {
	a := open(t).accepted("/v1/b", `{"writeKey":"K","batch":[]}`)
	if r := a.Records[0]; a.Request.Items != 0 || r.Disposition != event.Rejected || codes(r) != "segment.empty_batch" || r.Message != nil {
		t.Errorf("got %+v", a)
	}
}

func TestPixelStoresAndAlwaysAnswersAPicture(t *testing.T) {
	message := `{"writeKey":"K","userId":"u>?","event":"E"}`
	for _, c := range []struct{ path, sent, code string }{
		{"/v1/pixel/track?data=" + base64.URLEncoding.EncodeToString([]byte(message)), message, ""},
		{"/v1/pixel/track?data=" + base64.RawStdEncoding.EncodeToString([]byte(message)), message, ""},
		{"/v1/pixel/track?writeKey=K&userId=u&event=E&properties.subject=a+b&properties.n.x=1&context.page.path=%2F", `{"writeKey":"K","userId":"u","event":"E","properties":{"subject":"a b","n":{"x":"1"}},"context":{"page":{"path":"/"}}}`, ""},
		{"/v1/pixel?type=page&writeKey=K&userId=u", `{"type":"page","writeKey":"K","userId":"u"}`, ""},
		{"/v1/pixel/page?writeKey=K&data=!!!", "", "request.bad_encoding"},
		{"/v1/pixel/page?writeKey=K&data=e30x", "", "request.not_json"},
		{"/v1/pixel/page?writeKey=K&data=%%%", "", "request.bad_encoding"},
		{"/v1/pixel/page?writeKey=K&userId=u&name=100%&category=%zz", `{"writeKey":"K","userId":"u","name":"100%","category":"%zz"}`, ""},
	} {
		d := open(t)
		w := d.send("GET", c.path, "")
		if w.Code != 200 || w.Header().Get("Content-Type") != "image/gif" || w.Header().Get("Cache-Control") != "no-store" || !strings.HasPrefix(w.Body.String(), "GIF89a") {
			t.Errorf("%s: %d %v", c.path, w.Code, w.Header())
		}
		a := d.last()
		if r := a.Records[0]; codes(r) != c.code || r.Source.ID != "src_K" || !strings.HasPrefix(string(r.Message), strings.TrimSuffix(c.sent, "}")) || a.Spans[0].Length != 0 || strings.Contains(a.Request.Query, "writeKey=K&") {
			t.Errorf("%s: %s %s %+v", c.path, codes(r), r.Message, a.Request)
		}
	}
}

func TestMetricsAreNeverStored(t *testing.T) {
	d := open(t)
	if w := d.send("POST", "/v1/m", `{"series":[]}`); w.Code != 200 || len(d.arrivals) != 0 {
		t.Errorf("%d, kept %d", w.Code, len(d.arrivals))
	}
}

func TestSecretsAreMasked(t *testing.T) {
	d := open(t)
	d.accepted("/v1/t?writeKey=abcdefghijkl", `{}`, "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("abcdefghijkl:")), "Cookie", "session=1")
	d.send("GET", "/v1/projects/abcdefghijkl/settings", "")
	if all := fmt.Sprint(d.last().Request, d.Connections()[0].Path); strings.Contains(all, "abcdefghijkl") || strings.Contains(all, "session=1") || !strings.Contains(all, "abcd••••kl") {
		t.Errorf("got %s", all)
	}
}

func TestRunsAreNamedThreeWays(t *testing.T) {
	for path, header := range map[string]string{"/run/r1/v1/t": "", "/v1/t": "r1", "/v1/t?run=r1": ""} {
		if rec := open(t).accepted(path, `{}`, "X-Sidetrack-Run", header).Records[0]; rec.RunID != "r1" {
			t.Errorf("%s: %q", path, rec.RunID)
		}
	}
}

func TestSentTwiceIsNoticedOnTheLater(t *testing.T) {
	d := open(t)
	send := func(id, event string) string {
		return codes(d.accepted("/v1/t", `{"writeKey":"K","userId":"u","event":"`+event+`","messageId":"`+id+`"}`).Records[0])
	}
	for i, got := range []string{send("1", "E"), send("1", "E"), send("2", "E"), send("3", "F")} {
		if want := []string{"", "", "lens.sent_twice", ""}[i]; got != want {
			t.Errorf("%d: %q, want %q", i, got, want)
		}
	}
}

func TestPagesOfTwoCategoriesAreNotTheSame(t *testing.T) {
	a := open(t).accepted("/v1/b", `{"batch":[{"type":"page","userId":"u","category":"Docs"},{"type":"page","userId":"u","category":"Blog"}]}`)
	if got := codes(a.Records[1]); got != "" {
		t.Errorf("%s", got)
	}
}

func TestSummaries(t *testing.T) {
	for body, want := range map[string]string{
		`{"type":"track","properties":{"order":"ord_1","total":281.90,"items":[],"by":"mia@example.com","x":1}}`: "ord_1 total 281.90 m•••@example.com",
		`{"type":"track","properties":{"sku":"TB-01","product_id":"TB-01","name":"Tent"}}`:                       "TB-01 Tent",
		`{"type":"page","properties":{"path":"/cart"}}`:                                                          "/cart",
		`{"type":"identify","userId":"mia@example.com","traits":{"email":1,"plan":2}}`:                           "m•••@example.com email plan",
		`{"type":"group","groupId":"g1"}`:                                                                        "g1", `{"type":"alias","userId":"n","previousId":"o"}`: "o → n",
		`{"type":"track","properties":{"a":"` + strings.Repeat("é", 200) + `"}}`: strings.Repeat("é", 40),
	} {
		if got := open(t).accepted("/v1/b", `{"batch":[`+body+`]}`).Records[0].Summary; got != want {
			t.Errorf("%.60s: %q, want %q", body, got, want)
		}
	}
}

func TestConnectionsTellTheStory(t *testing.T) {
	d := open(t)
	d.send("OPTIONS", "/v1/t", "", "Origin", "http://localhost:3000")
	d.accepted("/v1/b", `{"writeKey":"K","batch":[{},{}]}`, "User-Agent", "x")
	d.send("POST", "/v1/t", `{`)
	for range 200 {
		d.send("POST", "/v1/m", "")
	}
	d.accepted("/v1/b", `{"writeKey":"K","batch":[{},{}]}`, "User-Agent", "x")
	list := d.Connections()
	if c := list[0]; len(list) != 200 || c.Kind != "events" || c.Items != 2 || c.SourceID != "src_K" || c.Status != 200 || c.UserAgent != "x" || list[1].Kind != "metrics" {
		t.Errorf("%d: %+v", len(list), list[0])
	}
}

func TestAcceptTakesTheSameRoad(t *testing.T) {
	d := open(t)
	records, err := d.Accept(context.Background(), source.Source{ID: "src_own"}, "track", []byte(`{"event":"E","userId":"u","writeKey":"K"}`))
	if err != nil || len(records) != 1 || records[0].Source.ID != "src_own" || codes(records[0]) != "" || records[0].Name != "E" {
		t.Errorf("%v %+v", err, records)
	}
	for kind, body := range map[string]string{"track": `{`, "m": `{}`, "projects/x/settings": `{}`} {
		if _, err := d.Accept(context.Background(), source.Source{}, kind, []byte(body)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
