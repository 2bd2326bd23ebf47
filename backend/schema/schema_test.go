package schema

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/event"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func track(seq int64, message string) *event.Record {
	return &event.Record{Seq: seq, ReceivedAt: noon.Add(time.Duration(seq) * time.Second), Type: "track", Name: "Order", Source: event.SourceRef{ID: "src_1"},
		Disposition: event.Accepted, Message: json.RawMessage(message)}
}

func folded(records ...*event.Record) *Tally {
	t := &Tally{}
	for _, r := range records {
		t.Fold(r)
	}
	return t
}

// said puts a property into one line.
func said(p *Property) string {
	if p == nil {
		return "not there"
	}
	types, _ := json.Marshal(p.TypeCounts())
	var values []string
	for _, v := range p.Values {
		values = append(values, fmt.Sprintf("%s×%d", v.JSON, v.Events))
	}
	line := fmt.Sprintf("%d %s %s", p.Events, types, strings.Join(values, " "))
	if p.Many {
		line += " and more"
	}
	return line
}

func TestFoldCountsPresenceTypesAndValues(t *testing.T) {
	got := folded(
		track(1, `{"properties":{"total":25.5,"currency":"EUR","coupon":null,"products":[{"sku":"a","qty":1},{"sku":"b"},7],"ship":{"fast":true}}}`),
		track(2, `{"properties":{"total":"25.5","currency":"EUR","products":[],"note":"`+strings.Repeat("x", 200)+`"}}`),
		track(3, `{"traits":{"no":"trait of a track call"}}`),
		track(4, `{"properties":[1]}`),
		track(5, `{"properties":{"total":3.0,"total":1e3}}`),
	)
	if got.Events != 5 || got.First.Seq != 1 || got.Last.Seq != 5 || got.Last.Time() != noon.Add(5*time.Second) || got.More {
		t.Errorf("counted %+v", got)
	}
	for path, want := range map[string]string{
		"total":          `3 {"integer":1,"number":1,"string":1} 25.5×1 "25.5"×1 3.0×1 1e3×1`,
		"currency":       `2 {"string":2} "EUR"×2`,
		"coupon":         `1 {"null":1} `,
		"products":       `2 {"array":2} `,
		"products.$":     `1 {"integer":1,"object":1} 7×1`,
		"products.$.sku": `1 {"string":1} "a"×1 "b"×1`,
		"products.$.qty": `1 {"integer":1} 1×1`,
		"ship":           `1 {"object":1} `,
		"ship.fast":      `1 {"boolean":1} true×1`,
		"note":           `1 {"string":1}  and more`,
	} {
		if line := said(got.Properties[path]); line != want {
			t.Errorf("%s: %s, want %s", path, line, want)
		}
	}
	if len(got.Properties) != 10 {
		t.Errorf("has %d properties", len(got.Properties))
	}
	if p := got.Properties["total"]; *p.Min != 3 || *p.Max != 1000 || p.First.Seq != 1 || p.Last.Seq != 5 {
		t.Errorf("total is %+v", p)
	}
}

func TestFoldReadsTraitsOfIdentifyAndGroup(t *testing.T) {
	for _, call := range []string{"identify", "group"} {
		r := track(1, `{"traits":{"plan":"pro"},"properties":{"no":1}}`)
		r.Type, r.Name = call, ""
		if got := folded(r); said(got.Properties["plan"]) != `1 {"string":1} "pro"×1` || len(got.Properties) != 1 {
			t.Errorf("%s: %v", call, got.Properties)
		}
	}
}

func TestFoldTellsBlockedEvents(t *testing.T) {
	r := track(2, `{"properties":{"a":1}}`)
	r.Disposition = event.Blocked
	got := folded(track(1, `{"properties":{"a":1}}`), r)
	if p := got.Properties["a"]; got.Events != 2 || got.Blocked != 1 || p.Events != 2 || p.Blocked != 1 {
		t.Errorf("counted %+v %+v", got, p)
	}
}

func TestFoldPassesOverWhatItHas(t *testing.T) {
	one, two := track(1, `{"properties":{"a":1}}`), track(2, `{"properties":{"a":2}}`)
	if got, want := folded(one, two, one, two), folded(one, two); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestMaskedValuesAreNoExamples(t *testing.T) {
	const message = `{"properties":{"email":"***","user":{"name":"***"},"list":[{"phone":"***"}],"by":{"0":"***"},"ok":"fine"}}`
	for _, c := range []struct {
		masked string
		hidden []string
	}{
		{"/properties/email", []string{"email"}},
		{"/properties/user", []string{"user.name"}},
		{"/properties/list/0/phone", []string{"list.$.phone"}},
		{"/properties/by/0", []string{"by.0"}},
		{"/properties", []string{"email", "user.name", "list.$.phone", "by.0", "ok"}},
		{"", []string{"email", "user.name", "list.$.phone", "by.0", "ok"}},
		{"/context/ip", nil},
	} {
		r := track(1, message)
		r.Masked = []string{c.masked}
		got := folded(r)
		for _, path := range []string{"email", "user.name", "list.$.phone", "by.0", "ok"} {
			p := got.Properties[path]
			if hidden := len(p.Examples()) == 0 && p.Many; hidden != slices.Contains(c.hidden, path) || p.Events != 1 {
				t.Errorf("with %q masked, %s is %s", c.masked, path, said(p))
			}
		}
	}
}

func TestManyValuesLeaveExamples(t *testing.T) {
	got := &Tally{}
	for i := range MaxValues {
		got.Fold(track(int64(i+1), fmt.Sprintf(`{"properties":{"n":%d}}`, i)))
	}
	if p := got.Properties["n"]; len(p.Values) != MaxValues || p.Many || len(p.Examples()) != MaxExamples {
		t.Fatalf("20 values: %s", said(p))
	}
	got.Fold(track(100, `{"properties":{"n":99}}`))
	if line := said(got.Properties["n"]); line != `21 {"integer":21} 0×0 1×0 2×0 3×0 4×0 and more` {
		t.Errorf("21 values: %s", line)
	}
}

func TestNamesMadeUpOnTheFlyAreBounded(t *testing.T) {
	got := &Tally{}
	for i := range 2 * MaxProperties {
		got.Fold(track(int64(i+1), fmt.Sprintf(`{"properties":{"key_%d":1}}`, i)))
	}
	if len(got.Properties) != MaxProperties || !got.More || got.Events != 2*MaxProperties {
		t.Errorf("holds %d properties, more: %v", len(got.Properties), got.More)
	}
	for _, message := range []string{
		`{"properties":{"` + strings.Repeat("k", maxPath+1) + `":1}}`,
		`{"properties":` + strings.Repeat(`{"a":`, 40) + `1` + strings.Repeat(`}`, 40) + `}`,
		`{"properties":{"list":[` + strings.Repeat("1,", maxNodes) + `1]}}`,
		"{\"properties\":{\"\xff\xfe\":1}}",
	} {
		if got := folded(track(1, message)); !got.More && !strings.Contains(message, "\xff") {
			t.Errorf("does not say that there is more in %.60s…", message)
		}
	}
}

func TestForgetKeepsCounts(t *testing.T) {
	got := folded(track(1, `{"properties":{"email":"a@b","n":5,"o":{}}}`))
	got.Forget()
	text, _ := json.Marshal(got)
	if strings.Contains(string(text), "a@b") || got.Properties["n"].Min != nil || got.Properties["email"].Events != 1 || got.Properties["o"].Many {
		t.Errorf("kept %s", text)
	}
	got.Fold(track(2, `{"properties":{"email":"c@d"}}`))
	if line := said(got.Properties["email"]); line != `2 {"string":2} "c@d"×0 and more` {
		t.Errorf("afterwards %s", line)
	}
}

func TestKeys(t *testing.T) {
	r := track(1, `{}`)
	if k, ok := KeyOf(r); !ok || k != (Key{"src_1", "track", "Order", 20516}) {
		t.Errorf("got %+v %v", k, ok)
	}
	r.Type = "Track"
	if _, ok := KeyOf(r); ok {
		t.Error("counts a call Segment does not have")
	}
	r = track(1, `{}`)
	r.Disposition = event.Rejected
	if _, ok := KeyOf(r); ok {
		t.Error("counts what could not be read")
	}
	if DayOf(time.Unix(-1, 0)) != -1 || DayOf(time.Unix(86_399, 0)) != 0 || DayOf(time.Unix(86_400, 0)) != 1 {
		t.Error("days begin at another time than midnight UTC")
	}
}

// random makes events as unlike each other as teams' are, and a little worse.
func random(rng *rand.Rand, n int) []*event.Record {
	var value func(depth int) string
	value = func(depth int) string {
		switch rng.IntN(9) {
		case 0:
			return "null"
		case 1:
			return []string{"true", "false"}[rng.IntN(2)]
		case 2:
			return fmt.Sprint(rng.IntN(40))
		case 3:
			return fmt.Sprintf("%d.%d", rng.IntN(5), rng.IntN(5))
		case 4:
			return `"` + strings.Repeat("é<", rng.IntN(60)) + `"`
		case 5, 6:
			if depth > 3 {
				return "[]"
			}
			return "[" + value(depth+1) + "," + value(depth+1) + "]"
		default:
			if depth > 3 {
				return `"deep"`
			}
			return fmt.Sprintf(`{"k%d":%s,"k%d":%s}`, rng.IntN(6), value(depth+1), rng.IntN(6), value(depth+1))
		}
	}
	var list []*event.Record
	for i := range n {
		r := track(int64(2*i+1), `{"properties":{"a":`+value(0)+`,"k`+fmt.Sprint(rng.IntN(9))+`":`+value(0)+`}}`)
		if rng.IntN(5) == 0 {
			r.Masked = []string{"/properties/a"}
		}
		if rng.IntN(5) == 0 {
			r.Disposition = event.Blocked
		}
		list = append(list, r)
	}
	return list
}

// However the events are split, kept between and read again, repeated or added
// up as days, the counts are those of one go.
func TestAnySplitCountsTheSame(t *testing.T) {
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 1))
		list := random(rng, 5+rng.IntN(60))
		want := kept(t, folded(list...))
		got, sum := &Tally{}, &Tally{}
		for at := 0; at < len(list); {
			end := at + 1 + rng.IntN(len(list)-at)
			again := max(0, at-rng.IntN(4))
			for _, r := range list[again:end] {
				got.Fold(r)
			}
			got = kept(t, got)
			sum.Merge(kept(t, folded(list[at:end]...)))
			at = end
		}
		if !reflect.DeepEqual(kept(t, got), want) {
			t.Fatalf("seed %d: in batches %s\nwant %s", seed, text(got), text(want))
		}
		if !reflect.DeepEqual(kept(t, sum), want) {
			t.Fatalf("seed %d: added up %s\nwant %s", seed, text(sum), text(want))
		}
	}
}

func text(tally *Tally) string {
	b, _ := json.MarshalIndent(tally, "", " ")
	return string(b)
}

// kept is a tally as it comes back from the disk.
func kept(t *testing.T, tally *Tally) *Tally {
	t.Helper()
	b, err := json.Marshal(tally)
	if err != nil {
		t.Fatal(err)
	}
	out := &Tally{}
	if err := json.Unmarshal(b, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// BenchmarkFold counts events of about 1 KB; an op is an event.
func BenchmarkFold(b *testing.B) {
	products := strings.Repeat(`{"product_id":"507f1f77bcf86cd799439011","sku":"45790-32","name":"Monopoly: 3rd Edition","price":19.50,"quantity":1,"category":"Games","url":"https://www.example.com/product/path","brand":"Hasbro"},`, 3)
	var list []*event.Record
	for i := range 500 {
		list = append(list, track(int64(i+1), fmt.Sprintf(`{"type":"track","event":"Order Completed","messageId":"m-%d","userId":"u-%d","context":{"library":{"name":"analytics.js","version":"2.1.0"}},
			"properties":{"order_id":"o-%d","total":%d.5,"revenue":25.00,"shipping":3,"tax":2,"discount":2.5,"coupon":"hasbros","currency":"USD","affiliation":"Google Store","products":[%s]}}`,
			i, i, i, i, strings.TrimSuffix(products, ","))))
	}
	b.SetBytes(int64(len(list[0].Message)))
	b.ReportAllocs()
	tally := &Tally{}
	for n := 0; b.Loop(); n++ {
		r := list[n%len(list)]
		r.Seq = int64(n + 1)
		tally.Fold(r)
	}
}
