package typed_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	analytics "github.com/segmentio/analytics-go/v3"

	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
	"sidetrack/backend/rawjson"
	"sidetrack/backend/typed"
	"sidetrack/backend/typed/testdata/tracking"
)

var update = flag.Bool("update", false, "write the clients in testdata")

func read(t *testing.T, name, text string) *plan.Plan {
	t.Helper()
	p, err := planfile.Read([]planfile.File{{Name: name, Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func shop(t *testing.T) *plan.Plan {
	t.Helper()
	text, err := os.ReadFile("testdata/shop.plan.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p := read(t, "shop.plan.yaml", string(text))
	for _, problem := range p.Problems {
		t.Error(problem.At, problem.Message)
	}
	return p
}

// The clients of testdata are what is written now; this test compiles the Go
// one, and e2e/typed-clients.test.mjs type-checks the others.
func TestTheClientsOfTheShop(t *testing.T) {
	for file, library := range map[string]string{
		"testdata/tracking/tracking.go": typed.Go, "testdata/analytics-next.ts": typed.Next, "testdata/analytics-node.ts": typed.Node,
	} {
		got, err := typed.Client(shop(t), library, "")
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is another; run go test ./backend/typed -update\n%s", file, got)
		}
	}
}

// sent runs a client of analytics-go and returns the messages it sends.
func sent(t *testing.T, send func(analytics.Client)) [][]byte {
	t.Helper()
	var mu sync.Mutex
	var messages [][]byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Batch []json.RawMessage }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		for _, m := range body.Batch {
			messages = append(messages, m)
		}
	}))
	defer server.Close()
	client, err := analytics.NewWithConfig("key", analytics.Config{Endpoint: server.URL, Interval: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	send(client)
	if err := client.Close(); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	return messages
}

func TestWhatTheGoClientSendsFitsThePlan(t *testing.T) {
	who := "u1"
	price, coupon, city := 12.5, tracking.OrderCompletedCurrencyEUR, tracking.OrderCompletedAddressCountryDE
	paid, tag := time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC), "new"
	messages := sent(t, func(c analytics.Client) {
		for _, err := range []error{
			tracking.TrackOrderCompleted(c, analytics.Track{UserId: who}, tracking.OrderCompleted{OrderID: "o1", Currency: coupon}),
			tracking.TrackOrderCompleted(c, analytics.Track{UserId: who, Context: &analytics.Context{Extra: map[string]any{"more": 1}}}, tracking.OrderCompleted{
				OrderID: "o2", Revenue: 3, Quantity: 2, Currency: tracking.OrderCompletedCurrency2, PaidAt: &paid, Rating: 2.5, Either: "x",
				Address:  &tracking.OrderCompletedAddress{City: "Ulm", Country: &city},
				Products: []tracking.OrderCompletedProductsItem{{SKU: "a", Price: &price, Tags: []*string{&tag, nil}}}, Matrix: [][]int64{{1}, nil},
			}),
			tracking.TrackDelete(c, analytics.Track{UserId: who}),
			tracking.Identify(c, analytics.Identify{UserId: who}, tracking.IdentifyTraits{Email: "a@example.com"}),
			tracking.Group(c, analytics.Group{UserId: who, GroupId: "g"}, tracking.GroupTraits{}),
			tracking.Page(c, analytics.Page{UserId: who}, "Prices", tracking.PageProperties{Section: "s"}),
			tracking.PageHome(c, analytics.Page{UserId: who}, tracking.HomePage{}),
			tracking.ScreenStart(c, analytics.Screen{UserId: who}, tracking.StartScreen{Tab: "x"}),
		} {
			if err != nil {
				t.Error(err)
			}
		}
	})
	judge := plan.NewJudge(shop(t))
	var properties []string
	for _, m := range messages {
		get := func(key string) string { s, _ := rawjson.String(rawjson.Get(m, key)); return s }
		r := &event.Record{Type: get("type"), Name: get("event") + get("name"), Message: m}
		for _, f := range judge.Check(r, m) {
			t.Errorf("%s: %s\n%s", f.Code, f.Message, m)
		}
		if r.Name == "Order Completed" {
			properties = append(properties, string(rawjson.Get(m, "properties")))
		}
	}
	sort.Strings(properties)
	want := []string{
		`{"address":{"city":"Ulm","country":"DE"},"coupon":null,"currency":"£","either":"x","matrix":[[1],[]],"meta":{},"order_id":"o2","paid_at":"2026-03-01T12:30:00Z","products":[{"price":12.5,"sku":"a","tags":["new",null]}],"quantity":2,"rating":2.5,"revenue":3}`,
		`{"coupon":null,"currency":"EUR","meta":{},"order_id":"o1","products":[],"quantity":0,"revenue":0}`,
	}
	if len(messages) != 8 || strings.Join(properties, "\n") != strings.Join(want, "\n") {
		t.Errorf("%d messages\n%s", len(messages), strings.Join(properties, "\n"))
	}
}

// Whatever names a plan has, the identifiers differ.
func TestIdentifiersDoNotCollide(t *testing.T) {
	p := read(t, "plan.yaml", "sidetrack-plan: 1\nevents:\n  a b: {properties: {x: string, X: string, fields: string}}\n  A B: {properties: {c: {enum: [x-y, x_y]}}}\n  a-b: {}\n  \"!!\": {}\n  \"1\": {}\n  \"2\": {}\n  class: {}\n  Options: {properties: {x: string}}\n")
	for library, want := range map[string][]string{
		typed.Next: {"function aB(", "function aB2(", "function aB3(", "function event(", "function event1(", "function event2(", "function classEvent(", "type Options2 ="},
		typed.Go:   {"func TrackAB(", "func TrackAB2(", "func TrackAB3(", "func TrackX(", "func TrackX1(", "func TrackX2(", "func TrackClass(", "type Options struct", "\tX2 ", "\tFields ", "AB2CXY2 "},
	} {
		text, err := typed.Client(p, library, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if n := strings.Count(string(text), w); n != 1 {
				t.Errorf("%s: %q is there %d times", library, w, n)
			}
		}
		if library == typed.Go {
			compiles(t, text)
		}
	}
}

// compiles builds a client of Go in the place of the one in testdata.
func compiles(t *testing.T, text []byte) {
	t.Helper()
	folder, err := filepath.Abs("testdata/tracking")
	if err != nil {
		t.Fatal(err)
	}
	client, overlay := filepath.Join(t.TempDir(), "client.go"), filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(client, text, 0o600); err != nil {
		t.Fatal(err)
	}
	swap, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(folder, "tracking.go"): client}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(overlay, swap, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-overlay", overlay, folder).CombinedOutput(); err != nil {
		t.Errorf("%s\n%s", out, text)
	}
}

func TestWhatCannotBeWritten(t *testing.T) {
	p := shop(t)
	for _, c := range [][2]string{{"analytics-ruby", ""}, {typed.Go, "Two Words"}, {typed.Go, "func"}} {
		if _, err := typed.Client(p, c[0], c[1]); err == nil {
			t.Error(c, "was written")
		}
	}
	if _, err := typed.Client(&plan.Plan{}, typed.Go, ""); err == nil {
		t.Error("a client without a function was written")
	}
}
