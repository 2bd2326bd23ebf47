package plan

import (
	"strings"
	"testing"

	"sidetrack/backend/document"
	"sidetrack/backend/event"
	"sidetrack/backend/rawjson"
)

// rule makes a rule of a JSON Schema over properties or traits.
func rule(t testing.TB, call Call, name, fields string) *Rule {
	t.Helper()
	n, err := document.JSON("plan.json", []byte(`{"type":"object","properties":{"context":{},"traits":{},"`+call.Section()+`":`+fields+`},"required":["`+call.Section()+`"]}`))
	if err != nil {
		t.Fatal(err)
	}
	return &Rule{Call: call, Name: name, Version: 1, Schema: n, At: document.Place{File: "plan.json", Line: 1}}
}

func record(t testing.TB, message string) *event.Record {
	t.Helper()
	get := func(k string) string { s, _ := rawjson.String(rawjson.Get([]byte(message), k)); return s }
	r := &event.Record{Type: get("type"), Name: get("event"), Disposition: event.Accepted, Message: []byte(message)}
	if r.Type != "track" {
		r.Name = get("name")
	}
	return r
}

func judge(t testing.TB, rules ...*Rule) *Judge {
	t.Helper()
	j := NewJudge(&Plan{Rules: rules})
	for _, p := range j.Plan().Problems {
		t.Error(p.Message)
	}
	return j
}

// told lists findings as "code path message".
func told(fs []event.Finding) []string {
	var list []string
	for _, f := range fs {
		list = append(list, f.Code+" "+f.Path+" "+f.Message)
	}
	return list
}

const order = `{"type":"object","required":["order_id","revenue"],"properties":{
	"order_id":{"type":["string"],"minLength":3},
	"revenue":{"type":["number"],"minimum":0},
	"currency":{"type":"string","enum":["EUR","USD"]},
	"coupon":{"type":["string","null"],"pattern":"^[A-Z]+$"},
	"placed_at":{"type":"string","format":"date-time"},
	"count":{"type":"integer"},
	"free":{"type":"any"},
	"empty":{},
	"products":{"type":"array","maxItems":2,"items":{"type":"object","required":["sku"],"properties":{"sku":{"type":"string"},"price":{"type":"number"}}}}
}}`

func TestCheck(t *testing.T) {
	j := judge(t, rule(t, Track, "Order Completed", order), rule(t, Identify, "", `{"type":"object","properties":{"age":{"type":"integer"}}}`))
	for _, c := range []struct {
		message string
		want    []string
	}{
		{`{"type":"track","event":"Order Completed","properties":{"order_id":"o-1","revenue":0.5,"currency":"EUR","coupon":null,"placed_at":"2026-03-01T12:30:00Z","count":1.0,"free":[1],"empty":{"x":1},"products":[{"sku":"a","price":1}]}}`, nil},
		{`{"type":"track","event":"order completed","properties":{}}`, []string{"plan.unplanned_event /event `order completed` is not in the plan. Did you mean `Order Completed`?"}},
		{`{"type":"track","event":"Something Else"}`, []string{"plan.unplanned_event /event `Something Else` is not in the plan. Add it to the plan, or stop sending it."}},
		{`{"type":"track","event":"Order Completed"}`, []string{
			"plan.missing_property /properties/order_id `order_id` is missing, the plan requires it. Send it with every `Order Completed`.",
			"plan.missing_property /properties/revenue `revenue` is missing, the plan requires it. Send it with every `Order Completed`."}},
		{`{"type":"track","event":"Order Completed","properties":{"orderId":"o-1","revenue":"281.90"}}`, []string{
			"plan.missing_property /properties/order_id `order_id` is missing, the plan requires it. `orderId` was sent instead; rename it.",
			"plan.wrong_type /properties/revenue `revenue` is text, the plan wants a number. Send 281.90 without the quotes.",
			"plan.unplanned_property /properties/orderId `orderId` is not in the plan. Did you mean `order_id`?"}},
		{`{"type":"track","event":"Order Completed","properties":{"order_id":"o","revenue":-1,"currency":"eur","coupon":"x","placed_at":"yesterday","count":1.5,"products":[{"sku":1,"colour":"red"},{"colour":"red"},{"sku":"c"}]}}`, []string{
			"plan.wrong_length /properties/order_id `order_id` is 1 character long, the plan wants at least 3 characters.",
			"plan.out_of_range /properties/revenue `revenue` is -1, the plan wants at least 0.",
			"plan.value_not_allowed /properties/currency `currency` is \"eur\", the plan wants one of \"EUR\", \"USD\". Did you mean \"EUR\"?",
			"plan.pattern /properties/coupon `coupon` is \"x\", the plan wants text that matches `^[A-Z]+$`.",
			"plan.format /properties/placed_at `placed_at` is \"yesterday\", the plan wants a time such as 2026-03-01T12:30:00Z.",
			"plan.wrong_type /properties/count `count` is the number 1.5, the plan wants a whole number.",
			"plan.wrong_length /properties/products `products` is a list of 3 items, the plan wants at most 2 items.",
			"plan.wrong_type /properties/products/0/sku `products[0].sku` is a number, the plan wants text. Send \"1\", in quotes.",
			"plan.missing_property /properties/products/1/sku `products[1].sku` is missing, the plan requires it. Send it with every `Order Completed`.",
			"plan.unplanned_property /properties/products/0/colour `products[0].colour` is not in the plan."}},
		{`{"type":"identify","traits":{"age":"12","plan":"pro"}}`, []string{
			"plan.wrong_type /traits/age `age` is text, the plan wants a whole number. Send 12 without the quotes.",
			"plan.unplanned_property /traits/plan `plan` is not in the plan."}},
		{`{"type":"identify"}`, nil},
		{`{"type":"alias","userId":"a"}`, nil},
		{`{"type":"page","name":"Home"}`, nil},
		{`{"type":"track","event":"Order Completed","properties":{"order_id":"o-1","revenue":1e999999999}}`, nil},
	} {
		r := record(t, c.message)
		got := told(j.Check(r, r.Message))
		if !sameSet(got, c.want) {
			t.Errorf("%s:\n\t%s\nwant\n\t%s", c.message, strings.Join(got, "\n\t"), strings.Join(c.want, "\n\t"))
		}
	}
}

func sameSet(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for _, x := range a {
		if !contains(b, x) {
			return false
		}
	}
	return true
}

func TestPageAsEvent(t *testing.T) {
	j := judge(t, rule(t, Track, "Page Viewed", `{"type":"object","required":["page_name"],"properties":{"page_name":{"type":"string","enum":["Home"]}}}`))
	for message, want := range map[string]int{
		`{"type":"page","name":"Home"}`:                         0,
		`{"type":"page","name":"Shop","properties":{}}`:         1,
		`{"type":"page","properties":{"page_name":"Home"}}`:     0,
		`{"type":"page","name":"Home","properties":{"path":1}}`: 1,
	} {
		r := record(t, message)
		if got := j.Check(r, r.Message); len(got) != want {
			t.Errorf("%s: %v", message, told(got))
		}
	}
}

func TestVersions(t *testing.T) {
	one, two := rule(t, Track, "A", `{"type":"object","properties":{"x":{"type":"string"}}}`), rule(t, Track, "A", `{"type":"object","properties":{"x":{"type":"number"}}}`)
	two.Version = 2
	j := judge(t, two, one)
	for message, want := range map[string]string{
		`{"type":"track","event":"A","properties":{"x":1},"context":{"protocols":{"event_version":2}}}`:   "",
		`{"type":"track","event":"A","properties":{"x":"1"},"context":{"protocols":{"event_version":1}}}`: "",
		`{"type":"track","event":"A","properties":{"x":"1"}}`:                                             "plan.oldest_version",
		`{"type":"track","event":"A","properties":{"x":1},"context":{"protocols":{"event_version":3.2}}}`: "plan.oldest_version plan.wrong_type",
	} {
		r := record(t, message)
		var codes []string
		for _, f := range j.Check(r, r.Message) {
			codes = append(codes, f.Code)
		}
		if got := strings.Join(codes, " "); got != want {
			t.Errorf("%s: %s", message, got)
		}
	}
}

func TestCommonAndPlaces(t *testing.T) {
	root, err := document.JSON("common.json", []byte("{\n\"type\":\"object\",\n\"properties\": {\n\"context\": {\n\"type\": \"object\",\n\"required\": [\"app\"],\n\"properties\": {\"app\": {\"properties\": {\"version\":\n{\"type\":\n\"string\"}}}}}},\n\"required\": [\"context\"]}"))
	if err != nil {
		t.Fatal(err)
	}
	j := judge(t, &Rule{Call: Common, Version: 1, Schema: root, At: root.At})
	for message, want := range map[string]string{
		`{"type":"alias"}`: "common.json:10:13 By the common rule: `context` is missing, the plan requires it. Send it with every message.",
		`{"type":"track","event":"x","context":{"app":{"version":3}}}`: "common.json:9:1 By the common rule: `context.app.version` is a number, the plan wants text. Send \"3\", in quotes.",
		`{"type":"track","event":"x","context":{}}`:                    "common.json:6:13 By the common rule: `context.app` is missing, the plan requires it. Send it with every message.",
	} {
		r := record(t, message)
		var got []string
		for _, f := range j.Check(r, r.Message) {
			if f.Code != "plan.unplanned_event" {
				got = append(got, f.Rule+" "+f.Message)
			}
		}
		if strings.Join(got, "\n") != want {
			t.Errorf("%s:\n%s\nwant\n%s", message, strings.Join(got, "\n"), want)
		}
	}
}

func TestWhatCannotBeHonoured(t *testing.T) {
	for schema, want := range map[string]string{
		`{"properties":{"a":{"pattern":"(?=x)"}}}`:                    "no RE2 expression",
		`{"properties":{"a":{"type":"money"}}}`:                       `The type "money" is not in force`,
		`{"properties":{"a":{"$ref":"http://127.0.0.1/secret"}}}`:     "nothing outside the plan is fetched",
		`{"properties":{"a":{"$ref":"file:///etc/passwd"}}}`:          "nothing outside the plan is fetched",
		`{"properties":{"a":{"minLength":"three"}}}`:                  "not a JSON Schema",
		`{"properties":{"a":{"required":true,"id":"/properties/a"}}}`: "",
	} {
		j := NewJudge(&Plan{Rules: []*Rule{rule(t, Track, "A", schema)}})
		var got string
		for _, p := range j.Plan().Problems {
			got += p.Message
		}
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %s", schema, got)
		}
	}
}

func TestNearest(t *testing.T) {
	among := []string{"num_items", "order_id", "Order Completed", "total"}
	for name, want := range map[string]string{"num_item": "num_items", "orderId": "order_id", "order completed": "Order Completed", "OrderComplete": "Order Completed", "x": "", "revenue": "", "ttoal": "total"} {
		if got := Nearest(name, among); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	j := judge(b, rule(b, Track, "Order Completed", order))
	r := record(b, `{"type":"track","event":"Order Completed","userId":"u1","properties":{"order_id":"o-1","revenue":55.5,"currency":"EUR","coupon":null,"placed_at":"2026-03-01T12:30:00Z","count":3,"products":[{"sku":"a","price":1},{"sku":"b","price":2}]},"context":{"library":{"name":"x","version":"1"},"page":{"url":"https://shop.example/"}}}`)
	b.ReportAllocs()
	for b.Loop() {
		if got := j.Check(r, r.Message); got != nil {
			b.Fatal(told(got))
		}
	}
}
