package query

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func parse(t testing.TB, text string) Query {
	t.Helper()
	q, err := ParseAt(text, noon)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return q
}

func TestTermsAreRead(t *testing.T) {
	for text, want := range map[string][]Term{
		"":                      nil,
		" \t\r\n ":              nil,
		"order":                 {{Op: ":", Values: []string{"order"}, End: 5}},
		`"order done"`:          {{Op: ":", Values: []string{"order done"}, End: 12}},
		`"say \"hi\" \\ \n"`:    {{Op: ":", Values: []string{`say "hi" \ \n`}, End: 18}},
		`ab"c:d`:                {{Op: ":", Values: []string{`ab"c:d`}, End: 6}},
		"-order":                {{Op: ":", Values: []string{"order"}, Negated: true, End: 6}},
		"a,b":                   {{Op: ":", Values: []string{"a,b"}, End: 3}},
		"type:track,page":       {{Key: "type", Op: ":", Values: []string{"track", "page"}, End: 15}},
		`name:"Order, Done",x`:  {{Key: "name", Op: ":", Values: []string{"Order, Done", "x"}, End: 20}},
		"NAME:x":                {{Key: "name", Op: ":", Values: []string{"x"}, End: 6}},
		`user:""`:               {{Key: "user", Op: ":", Values: []string{""}, End: 7}},
		"env:Dev":               {{Key: "label", Op: ":", Values: []string{"dev"}, End: 7}},
		"messageid:X":           {{Key: "id", Op: ":", Values: []string{"X"}, End: 11}},
		"is:dropped,would_drop": {{Key: "is", Op: ":", Values: []string{"would-drop", "would-drop"}, End: 21}},
		"verdict:would-drop":    {{Key: "verdict", Op: ":", Values: []string{"would_drop"}, End: 18}},
		"size:>20kb":            {{Key: "size", Op: ">", Values: []string{"20480"}, End: 10}},
		"size<=1.5MB":           {{Key: "size", Op: "<=", Values: []string{"1572864"}, End: 11}},
		"seq>=0100":             {{Key: "seq", Op: ">=", Values: []string{"100"}, End: 9}},
		"seq=5":                 {{Key: "seq", Op: "=", Values: []string{"5"}, End: 5}},
		"after:15m":             {{Key: "after", Op: ":", Values: []string{"2026-03-04T11:45:00Z"}, End: 9}},
		"after:1h30m":           {{Key: "after", Op: ":", Values: []string{"2026-03-04T10:30:00Z"}, End: 11}},
		"before:3d":             {{Key: "before", Op: ":", Values: []string{"2026-03-01T12:00:00Z"}, End: 9}},
		"before:2026-03-01":     {{Key: "before", Op: ":", Values: []string{"2026-03-01T00:00:00Z"}, End: 17}},
		"properties.total>100":  {{Key: "properties.total", Op: ">", Values: []string{"100"}, End: 20}},
		`properties.a\.b:x -type:page`: {
			{Key: `properties.a\.b`, Op: ":", Values: []string{"x"}, End: 17},
			{Key: "type", Op: ":", Values: []string{"page"}, Negated: true, Start: 18, End: 28},
		},
	} {
		q, err := ParseAt(text, noon)
		if err != nil || !reflect.DeepEqual(q.Terms, want) {
			t.Errorf("%s:\n got %+v %v\nwant %+v", text, q.Terms, err, want)
		}
	}
}

func TestMistakesSayWhereAndWhatToWrite(t *testing.T) {
	for _, c := range []struct {
		text, words string
		at          int
	}{
		{"nmae:x", `there is no key "nmae": write name if that is what you mean`, 0},
		{"type:track verdikt:good", "write verdict if", 11},
		{"property.total>1", "write properties.total if", 0},
		{"trait.email:x", "write traits.email if", 0},
		{"properties:x", "write properties.… if", 0},
		{"http://shop.example", "put the text in quotes to search for it; the keys are name, type,", 0},
		{"x:y", "the keys are name,", 0},
		{strings.Repeat("é", 60) + ":x", "…\": put the text in quotes", 0},
		{":x", `a key is missing before ":"`, 0},
		{"-", `"-" negates the term right after it`, 0},
		{"a - b", `"-" negates`, 2},
		{"name:", `a value is missing after name:: write one right behind it, as in name:"Order Completed"`, 5},
		{"type:track, page", "a value is missing after type:", 11},
		{"properties.total>", "as in properties.total>100", 17},
		{"properties.total>many", `"many" is no number`, 17},
		{"name>5", `name cannot be compared with >: write name:"Order Completed"`, 0},
		{"after>5m", "after cannot be compared with >", 0},
		{`name:"open`, "the quote that opens here never closes", 5},
		{`""`, "nothing stands between the quotes", 0},
		{`name:"a"b`, "a blank is missing here", 8},
		{"label:live", `label has no "live": write one of dev, staging, prod, none`, 6},
		{"is:broken", `write one of would-drop, rejected,`, 3},
		{"has:email", "write one of violation,", 4},
		{"verdict:bad", "write one of good,", 8},
		{"disposition:kept", "write one of accepted,", 12},
		{"after:yesterday", `"yesterday" is no moment: write 15m,`, 6},
		{"after:-15m", "is no moment", 6},
		{"after:2026-03-01T10:00+01:00", "is no moment", 6}, // no seconds
		{`after:""`, "is no moment", 6},
		{"after:9999-12-31T23:59:59-01:00", "is no moment", 6},
		{"before:65000d,1x", `"1x" is no moment`, 14},
		{"size>big", `"big" is no size: write 500, 20kb or 1.5mb`, 5},
		{"size>-1", "is no size", 5},
		{"size>1e999", "is no size", 5},
		{"seq>1.5", "write a whole number", 4},
		{"seq>9223372036854775808", "write a whole number", 4},
		{"ab \xff", "no UTF-8", 3},
		{"name:caf\xe9", "no UTF-8", 8},
	} {
		q, err := ParseAt(c.text, noon)
		var bad *Error
		if !errors.As(err, &bad) || bad.Position != c.at || !strings.Contains(bad.Message, c.words) {
			t.Errorf("%q: got %v (at %+v)\nwant %d: …%s…", c.text, err, bad, c.at, c.words)
		}
		if len(q.Terms) > 0 {
			t.Errorf("%q: a query that cannot be read came out with terms", c.text)
		}
	}
}

func TestEveryExampleIsAQuery(t *testing.T) {
	for _, k := range Keys {
		q := parse(t, k.Example)
		if len(q.Terms) != 1 || q.Terms[0].Key != k.Name {
			t.Errorf("the example of %s reads as %+v", k.Name, q.Terms)
		}
		for _, c := range k.Choices {
			parse(t, k.Name+":"+c)
		}
		for _, alias := range k.Aliases {
			if got, ok := findKey(alias); !ok || got.Name != k.Name {
				t.Errorf("alias %s leads to %s", alias, got.Name)
			}
		}
	}
}

func TestRelativeTimesStayWhatTheyWere(t *testing.T) {
	q := parse(t, "after:15m before:2m")
	later, err := ParseAt(q.String(), noon.Add(time.Hour))
	if err != nil || !reflect.DeepEqual(later.Terms[0].Values, q.Terms[0].Values) || !reflect.DeepEqual(later.Terms[1].Values, q.Terms[1].Values) {
		t.Errorf("%s became %+v %v", q.String(), later.Terms, err)
	}
}

// sameTerms leaves out where the terms stand.
func sameTerms(a, b []Term) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, y := a[i], b[i]
		x.Start, x.End, y.Start, y.End = 0, 0, 0, 0
		if !reflect.DeepEqual(x, y) {
			return false
		}
	}
	return true
}

func FuzzParse(f *testing.F) {
	for _, k := range Keys {
		f.Add(k.Example)
	}
	for _, s := range []string{`-"a \" b" c`, "properties.a\\.b>=1e5,2", "a:,b", `--x`, `name:"`, "size:<5kb", "\xff", `user:""`, "http://x"} {
		f.Add(s)
	}
	r := sample()
	f.Fuzz(func(t *testing.T, text string) {
		q, err := ParseAt(text, noon)
		if err != nil {
			var bad *Error
			if !errors.As(err, &bad) || bad.Position < 0 || bad.Position > len(text) || bad.Message == "" {
				t.Fatalf("%q: %#v", text, err)
			}
			return
		}
		again, err := ParseAt(q.String(), noon)
		if err != nil || !sameTerms(q.Terms, again.Terms) {
			t.Fatalf("%q was written as %q and read as %+v %v, not %+v", text, q.String(), again.Terms, err, q.Terms)
		}
		if q.Match(&r) != again.Match(&r) {
			t.Fatalf("%q and %q match differently", text, q.String())
		}
	})
}
