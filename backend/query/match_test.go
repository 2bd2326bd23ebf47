package query

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/event"
)

func sample() event.Record {
	dev := "dev"
	return event.Record{
		Seq: 42, ReceivedAt: noon.Add(-10 * time.Minute), Source: event.SourceRef{ID: "src_1", Name: "Web Shop", Label: &dev},
		RunID: "checkout", Type: "track", Name: "Order Completed", UserID: "u_42", AnonymousID: "8f2-Anon", MessageID: "ajs-next-1",
		Disposition: event.Accepted, Verdict: event.WouldDrop, Size: 20480,
		Findings: []event.Finding{
			{Code: "segment.duplicate_id", Severity: event.Drop},
			{Code: "plan.missing_property", Severity: event.Violation, Path: "/properties/a/0/b"},
			{Code: "privacy.email", Severity: event.Warning, Muted: true},
		},
		Message: json.RawMessage(`{"event":"Order Completed","properties":{"total":100.50,"big":12345678901234567890,"coupon":null,"paid":true,` +
			`"city":"Orl\u00e9ans","quote":"she said \"Hi\" \/ left","price":"150","a.b":"dotted","tags":["Red","blue"],"sizes":[5,50],` +
			`"products":[{"sku":"S-1"}],"lone":"\ud83d","emoji":"\ud83d\ude00","slash":"C:\\new","#":"hash","@this":"at"},` +
			`"traits":{"plan":"Pro"},"context":{"page":{"url":"https://shop.example/?a=1"}}}`),
	}
}

func TestEveryKeyMatchesWhatItSays(t *testing.T) {
	r := sample()
	for text, want := range map[string]bool{
		"":                       true,
		`name:"order completed"`: true, "name:order*": true, "name:*COMPLETED": true, "name:o*r*d": true, "name:order": false, "name:*x*": false, "name:*": true,
		"type:track": true, "type:TRACK": true, "type:page": false, "type:page,track": true, "-type:page": true, "-type:track": false, "type:tr*": true,
		`source:"web shop"`: true, "source:src_1": true, "source:web": false, "source:web*": true,
		"label:dev": true, "env:dev": true, "label:prod": false, "label:none": false,
		"user:u_42": true, "user:U_42": false, "user:u_*": true, `user:""`: false,
		"anon:8f2*": true, "anon:8F2*": false, "id:ajs-next-1": true, "messageId:ajs*": true, "id:AJS-next-1": false,
		"run:checkout": true, "run:check": false, "run:*out": true,
		"code:plan.*": true, "code:segment.duplicate_id": true, "code:privacy.email": true, "code:plan": false,
		"code:plan.missing_property@/properties/a/0/b": true, "code:plan.missing_property@/properties/a/*/b": true, "code:*@/properties/a*": true,
		"code:plan.missing_property@/properties/A/0/b": false, "code:plan.missing_property@/properties": false, "code:privacy.email@/properties/a/0/b": false, "code:privacy.email@": true,
		"verdict:would_drop": true, "verdict:good": false, "disposition:accepted": true, "disposition:blocked": false,
		"is:would-drop": true, "is:dropped": true, "is:rejected": false, "is:blocked": false, "is:suppressed": false, "is:good": false, "is:unclaimed": false, "-is:good": true,
		"has:violation": true, "has:warning": false, "has:notice": false, "has:duplicate": true, "has:pii": false, "has:finding": true, "-has:pii": true, "-has:violation": false,
		"after:15m": true, "after:5m": false, "before:5m": true, "before:15m": false, "after:10m": true, "before:10m": false, "after:2026-03-04": true,
		"size>20kb": false, "size>=20kb": true, "size:20kb": true, "size=20480": true, "size<20481": true, "size<=20kb": true, "size<20kb": false,
		"seq>41": true, "seq>42": false, "seq<=42": true, "seq:1,42": true, "seq=41": false, "-seq>42": true,
	} {
		if got := parse(t, text).Match(&r); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestPathsLookIntoTheMessage(t *testing.T) {
	r := sample()
	for text, want := range map[string]bool{
		"properties.total>100": true, "properties.total>100.5": false, "properties.total>=100.5": true, "properties.total:100.500": true, "properties.total=1.005e2": true,
		"properties.total<1e3": true, "properties.total>-1": true, "properties.total:abc": false,
		"properties.big:12345678901234567890": true, "properties.big:12345678901234567891": false, "properties.big>12345678901234567889": true,
		"properties.coupon:null": true, "properties.paid:TRUE": true, "properties.paid:false": false,
		"properties.city:orléans": true, "properties.city:or*s": true, `properties.quote:"She said \"hi\" / left"`: true,
		"properties.price:150": true, "properties.price>100": false, `properties.a\.b:dotted`: true, "properties.a.b:dotted": false,
		"properties.tags:red": true, "properties.tags:green": false, "properties.sizes>10": true, "properties.sizes>100": false,
		"properties.products.0.sku:s-1": true, "properties.#:hash": true, "properties.@this:at": true, "properties.none:x": false, "-properties.none:x": true,
		"properties.lone:\ufffd": false, "properties.emoji:😀": true, `properties.slash:"c:\\new"`: true,
		"traits.plan:pro": true, "context.page.url:https*": true, "properties.TOTAL>1": false,
	} {
		if got := parse(t, text).Match(&r); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	if q := parse(t, "properties.total>1"); !q.NeedsMessage() || q.Match(&event.Record{}) {
		t.Error("a record without a message met a term about it")
	}
	if parse(t, "name:x size>1").NeedsMessage() {
		t.Error("columns alone ask for the message")
	}
}

func TestFreeTextFindsWhatWasMeantHoweverItIsWritten(t *testing.T) {
	r := sample()
	for text, want := range map[string]bool{
		"completed": true, "U_42": true, "8f2": true, "AJS-next": true, "orléans": true, "ORLÉANS": true, `"said \"hi\""`: true, `"/ left"`: true,
		`"\\u00e9"`: true, // as sent
		"😀":         true, `"c:\\new"`: true, "dotted": true, "nothing": false, "-nothing": true, "-dotted": false, "\ufffd": false,
		"12345678901234567890": true, `"\"total\":100.50"`: true,
	} {
		if got := parse(t, text).Match(&r); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// A query selects what to delete: it must never take more than it says.
func TestBytesThatAreNoTextDoNotMatchEachOther(t *testing.T) {
	r := event.Record{Name: "caf\xe9", UserID: "\xff", Message: []byte("{\"properties\":{\"x\":\"\xff É \\ud83d\"}}")}
	for text, want := range map[string]bool{
		"\ufffd": false, "name:caf\ufffd": false, "name:caf*\ufffd": false, "user:\ufffd": false, "properties.x:*\ufffd*": false,
		"é": true, "caf": true, "properties.x:*é*": true,
	} {
		if got := parse(t, text).Match(&r); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestNumbersCompareByEveryDigit(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"1", "1.0", 0}, {"-0", "0", 0}, {"10", "9", 1}, {"-10", "-9", -1}, {"0.001", "1e-3", 0}, {"1e999999999", "1e999999998", 1},
		{"9007199254740993", "9007199254740992", 1}, {"-1", "1", -1}, {"0", "1e-99", -1}, {"007", "7", 0}, {"+1", "1", 0},
	} {
		a, okA := parseDecimal(c.a)
		b, okB := parseDecimal(c.b)
		if !okA || !okB || a.compare(b) != c.want || b.compare(a) != -c.want {
			t.Errorf("%s and %s: %d", c.a, c.b, a.compare(b))
		}
	}
	for _, s := range []string{"", ".", "e5", "1e", "--1", "0x10", "1_0", "NaN", "1e99999999999999999"} {
		if _, ok := parseDecimal(s); ok {
			t.Errorf("%q passed for a number", s)
		}
	}
}

func BenchmarkFreeTextEscaped(b *testing.B) {
	r := sample()
	r.Message = json.RawMessage(`{"pad":"` + strings.Repeat("x", 1000) + `",` + string(r.Message[1:]))
	q := parse(b, "nowhere")
	b.SetBytes(int64(len(r.Message)))
	b.ReportAllocs()
	for b.Loop() {
		q.Match(&r)
	}
}
