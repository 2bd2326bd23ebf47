package naming_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"sidetrack/backend/event"
	"sidetrack/backend/naming"
	"sidetrack/backend/spec"
)

var update = flag.Bool("update", false, "write docs/naming.md")

func TestNamesOfEvents(t *testing.T) {
	c := naming.New(nil)
	for _, e := range []struct{ name, code, better string }{
		{"Order Completed", "", ""}, {"CTA Clicked", "", ""}, {"Item Added to List", "", ""}, {"User Logged In", "", ""},
		{"Ride Begun", "", ""}, {"iOS App Opened", "event_casing", "I OS App Opened"}, {"PayPal Button Clicked", "", ""}, {"Email Link Clicked", "", ""},
		{"注文完了", "", ""}, {"Заказ Оформлен", "", ""}, {"Заказ оформлен", "event_casing", "Заказ Оформлен"},
		{"orderCompleted", "event_casing", "Order Completed"}, {"order_completed", "event_casing", "Order Completed"},
		{"order-completed", "event_casing", "Order Completed"}, {"OrderCompleted", "event_casing", "Order Completed"},
		{"ORDER COMPLETED", "event_casing", "Order Completed"}, {"Order completed", "event_casing", "Order Completed"},
		{"Order  Completed", "event_casing", "Order Completed"}, {"Order Completed ", "event_casing", "Order Completed"},
		{"checkout.started", "event_casing", "Checkout Started"}, {"subscription_cancelled", "event_casing", "Subscription Cancelled"},
		{"click button", "event_casing", "Button Clicked"}, {"addToCart", "event_casing", "Add to Cart"},
		{"Completed Order", "event_structure", "Order Completed"}, {"Viewed Product", "event_structure", "Product Viewed"},
		{"Order Complete", "event_structure", "Order Completed"}, {"Click Button", "event_structure", "Button Clicked"},
		{"News Feed", "event_structure", ""}, {"Clicked", "event_structure", ""}, {"Checkout Flow", "event_structure", ""},
		{"User Signed Up (11-01-2019)", "dynamic_event", "User Signed Up"}, {"Order 84920 Completed", "dynamic_event", "Order Completed"},
		{"order_completed_2024-01-02", "dynamic_event", "Order Completed"}, {"Invited jane@example.com", "dynamic_event", "Invited"},
		{"Session 3f2504e0-4f89-11d3-9a0c-0305e82c3301 Started", "dynamic_event", "Session Started"},
		{"Cart 5f1a9b3c7d Viewed", "dynamic_event", "Cart Viewed"},
		{"Step 2 Completed", "value_in_event", "Step Completed"},
		{"Read Blog Post - Best Tracking Plans Ever", "value_in_event", "Blog Post Read"},
		{"The User Has Finally Completed The Order", "value_in_event", ""},
		{"Event 12", "unclear_event", ""}, {"TMDropd", "unclear_event", ""}, {"test3", "unclear_event", ""}, {"signup", "unclear_event", ""},
		{"Page Viewed", "page_view_as_event", ""}, {"Home Page Viewed", "page_view_as_event", ""}, {"Viewed Home Page", "page_view_as_event", ""},
		{"page_view", "page_view_as_event", ""}, {"pageview", "page_view_as_event", ""}, {"Screen Viewed", "page_view_as_event", ""},
		{"Product Viewed", "", ""}, {"Interview Scheduled", "", ""}, {"", "", ""},
	} {
		f, bad := c.Event(e.name)
		if got := strings.TrimPrefix(f.Code, "naming."); got != e.code || f.Nearest != e.better || bad != (e.code != "") {
			t.Errorf("%q: %s %q, want %s %q", e.name, got, f.Nearest, e.code, e.better)
		}
		if bad && (!strings.Contains(f.Message, "`"+strings.ReplaceAll(e.name, "`", "'")+"`") || f.Path != "/event") {
			t.Errorf("%q: %s %s", e.name, f.Path, f.Message)
		}
	}
}

func TestNamesOfProperties(t *testing.T) {
	c := naming.New(nil)
	for _, e := range []struct{ key, code, better string }{
		{"order_id", "", ""}, {"sha256", "", ""}, {"address_2", "", ""}, {"firstName", "", ""}, {"größe", "", ""}, {"名前", "", ""}, {"utm_source", "", ""},
		{"orderId", "property_casing", "order_id"}, {"OrderID", "property_casing", "order_id"}, {"Product Name", "property_casing", "product_name"},
		{"product-name", "property_casing", "product_name"}, {"product.name", "property_casing", "product_name"}, {"_id", "property_casing", "id"},
		{"HTMLTitle", "property_casing", "html_title"}, {"$set", "property_casing", "set"}, {"a__b", "property_casing", "a_b"}, {"", "", ""},
		{"score_20240131", "dynamic_property", "score"}, {"12", "dynamic_property", ""}, {"jane@example.com", "dynamic_property", ""},
		{"seen_2024_01_31", "dynamic_property", "seen"}, {"user_3f2504e0-4f89-11d3-9a0c-0305e82c3301", "dynamic_property", "user"},
	} {
		f, _ := c.Property(e.key)
		if got := strings.TrimPrefix(f.Code, "naming."); got != e.code || f.Nearest != e.better {
			t.Errorf("%q: %s %q, want %s %q", e.key, got, f.Nearest, e.code, e.better)
		}
	}
}

// What Segment's own specs and guides send is right by definition.
func TestSegmentsOwnNamesHold(t *testing.T) {
	c := naming.New(nil)
	checked := 0
	for file, find := range map[string]func(string) (event.Finding, bool){
		"spec_events.txt": c.Event, "example_events.txt": c.Event, "spec_properties.txt": c.Property,
	} {
		text, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for name := range strings.Lines(string(text)) {
			name = strings.TrimSpace(name)
			checked++
			if f, bad := find(name); bad {
				t.Errorf("%s: %s", f.Code, f.Message)
			}
		}
	}
	if checked < 200 {
		t.Errorf("checked %d names", checked)
	}
}

func record(call, name, message string) *event.Record {
	return &event.Record{Type: call, Name: name, Message: []byte(message)}
}

func check(c *naming.Checker, r *event.Record) []event.Finding {
	f := spec.ReadFields(r.Message)
	return c.Check(r, &f)
}

func told(list []event.Finding) string {
	var out []string
	for _, f := range list {
		out = append(out, strings.TrimSpace(strings.TrimPrefix(f.Code, "naming.")+" "+f.Path+" "+f.Nearest))
	}
	return strings.Join(out, "; ")
}

func TestCheckFindsNamesInAnEvent(t *testing.T) {
	c := naming.New(nil)
	for _, e := range []struct{ call, name, message, want string }{
		{"track", "Order Completed", `{"properties":{"order_id":"1","products":[{"sku":"a"}],"address":{"postalCode":"1"}}}`, ""},
		{"track", "orderCompleted", `{"properties":{"orderId":"1"}}`, "event_casing /event Order Completed; property_casing /properties/orderId order_id"},
		{"track", "A Sent", `{"properties":{"products":[{"sku":"a"},{"skuId":1},{"skuId":2}]}}`, "property_casing /properties/products/1/skuId sku_id"},
		{"track", "A Sent", `{"properties":{"feature_1":"true","feature_2":"false","feature_3":true}}`, "text_boolean /properties/feature_1; numbered_properties /properties/feature_2; text_boolean /properties/feature_2"},
		{"track", "A Sent", `{"properties":{"address_1":"x","address_2":"y","md5":"a","sha1":"b"}}`, ""},
		{"track", "A Sent", `{"properties":{"orderId":"1","order_id":"1"}}`, "near_duplicate_property /properties/orderId order_id"},
		{"identify", "", `{"traits":{"firstName":"A","first_name":"A","createdAt":"x"},"properties":{"Bad Key":1}}`, "near_duplicate_property /traits/firstName first_name"},
		{"identify", "", `{"traits":{"favouriteColour":"red","a/b":"True"}}`, "property_casing /traits/favouriteColour favourite_colour; property_casing /traits/a~1b a_b; text_boolean /traits/a~1b"},
		{"page", "Product 84920", `{"properties":{"path":"/","referrer":"","search":"","title":"t","url":"u"}}`, ""},
		{"alias", "", `{"traits":{"X":1}}`, ""}, {"track", "A Sent", `{"properties":[{"X":1}]}`, ""}, {"track", "A Sent", `{}`, ""},
	} {
		if got := told(check(c, record(e.call, e.name, e.message))); got != e.want {
			t.Errorf("%s: %s\nwant %s", e.message, got, e.want)
		}
	}
}

func TestTheRarerLaterSpellingIsTold(t *testing.T) {
	seen := naming.NewSeen(100)
	seen.Add("Order Completed", 3)
	c := naming.New(seen)
	send := func(name string) string { return told(check(c, record("track", name, `{}`))) }
	for range 2 {
		if got := send("order completed"); got != "near_duplicate_event /event Order Completed" {
			t.Error(got)
		}
	}
	if got := send("Order Completed"); got != "" {
		t.Error(got)
	}
	if got := send("Cart Viewed"); got != "" {
		t.Error(got)
	}
	for range 5 {
		send("order completed") // the team goes over to it
	}
	if got := send("Order Completed"); got != "near_duplicate_event /event order completed" {
		t.Error(got)
	}
	for range 3 { // of names that differ in a value none is remembered
		if got := send("Cart 84920 Viewed"); got != "dynamic_event /event Cart Viewed" {
			t.Error(got)
		}
	}
}

func TestSeenIsBounded(t *testing.T) {
	seen := naming.NewSeen(2)
	for _, name := range []string{"A Sent", "B Sent", "C Sent", "c sent", "c sent"} {
		if got := seen.Usual(record("track", name, "")); got != "" {
			t.Error(name, got)
		}
	}
	if got := seen.Usual(record("track", "C Sent", "")); got != "" {
		t.Error("it remembers more than it may:", got)
	}
}

func TestLargeMessagesAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"properties":{"x":0`)
	for i := range 5000 {
		fmt.Fprintf(&b, `,"badKey%c%d":"true"`, 'a'+i%26, i)
	}
	b.WriteString(`,"deep":` + strings.Repeat(`{"a":`, 400) + "1" + strings.Repeat("}", 400) + "}}")
	if got := check(naming.New(nil), record("track", "A Sent", b.String())); len(got) > 100 || len(got) < 20 {
		t.Errorf("%d findings", len(got))
	}
}

// Every rule has an example that it finds.
func TestEveryRuleFindsItsExample(t *testing.T) {
	seen := naming.NewSeen(10)
	seen.Add("Order Completed", 9)
	c := naming.New(seen)
	for _, r := range naming.Rules() {
		name, message := "A Sent", `{}`
		switch {
		case strings.HasSuffix(r.Code, "_event") || strings.HasPrefix(r.Code, "naming.event_"):
			name = r.Example.Bad
		case r.Code == "naming.text_boolean":
			message = `{"properties":{"x":` + r.Example.Bad + `}}`
		default:
			var keys []string
			for _, key := range strings.Split(r.Example.Bad, ", ") {
				keys = append(keys, fmt.Sprintf(`"%s":1`, key))
			}
			message = `{"properties":{` + strings.Join(keys, ",") + `}}`
		}
		got := check(c, record("track", name, message))
		if r.Code == "naming.event_casing" { // its letters are those of the near duplicate
			got = check(naming.New(nil), record("track", name, message))
		}
		if len(got) != 1 || got[0].Code != r.Code || got[0].Severity != r.Severity || r.Code != "naming.text_boolean" && got[0].Nearest != r.Example.Good {
			t.Errorf("%s: %+v", r.Code, got)
		}
		if r.Severity != event.Notice && r.Severity != event.Warning || r.Explanation == "" || r.Page == "" {
			t.Errorf("%s: %+v", r.Code, r)
		}
	}
}

// The page is made from the table, so that it cannot say anything else.
func TestThePageShowsTheTable(t *testing.T) {
	const file, begin, end = "../../docs/naming.md", "<!-- Made by go test ./backend/naming -update from backend/naming/rules.go. -->\n", "<!-- End of what is made. -->\n"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(page), begin)
	_, after, found := strings.Cut(rest, end)
	if !found {
		t.Fatal("docs/naming.md has no place for the table")
	}
	want := before + begin + table() + end + after
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if string(page) != want {
		t.Error("docs/naming.md is out of date; run go test ./backend/naming -update")
	}
}

func table() string {
	var b strings.Builder
	b.WriteString("| code | severity | what it means | found | suggested | the rule is on |\n|---|---|---|---|---|---|\n")
	for _, r := range naming.Rules() {
		page, good := strings.TrimSuffix(strings.TrimPrefix(r.Page, "https://segment.com/docs/"), "/"), ""
		if r.Example.Good != "" {
			good = "`" + r.Example.Good + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | `%s` | %s | [%s](%s) |\n", r.Code, r.Severity, r.Explanation, r.Example.Bad, good, page, r.Page)
	}
	return b.String()
}

func BenchmarkCheck(b *testing.B) {
	message := `{"type":"track","event":"Order Completed","userId":"u_19201","anonymousId":"3f2504e0-4f89-11d3-9a0c-0305e82c3301","messageId":"ajs-next-1700000000-3f2504e0","timestamp":"2026-01-31T12:00:00.000Z","properties":{"order_id":"FH-10291","affiliation":"Fernhill Outdoor web shop","total":199.5,"revenue":180.25,"shipping":8,"tax":11.25,"currency":"EUR","products":[{"product_id":"p1","sku":"p1","name":"Ridgeline 45 Pack","category":"packs","price":120.5,"quantity":1,"position":1},{"product_id":"p2","sku":"p2","name":"Trail Light","category":"lights","price":59.75,"quantity":1,"position":2}]},"context":{"library":{"name":"analytics.js","version":"next-1.84.3"},"page":{"path":"/checkout/thanks","referrer":"","search":"","title":"Order Confirmed","url":"https://shop.example/checkout/thanks"},"userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36","locale":"en-GB","timezone":"Europe/Berlin"}}`
	seen := naming.NewSeen(naming.MaxSeen)
	c, r := naming.New(seen), record("track", "Order Completed", message)
	f := spec.ReadFields(r.Message)
	b.SetBytes(int64(len(message)))
	b.ReportAllocs()
	for b.Loop() {
		if len(c.Check(r, &f)) != 0 {
			b.Fatal("the event is not clean")
		}
	}
}
