package rawjson_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"sidetrack/backend/rawjson"
)

var texts = []string{
	`{}`, `[]`, `null`, `true`, `-0`, `0`, `1e5`, `1E-07`, `-12.50`, `"a"`, `""`, ` { "a" : [ 1 , { } ] } `,
	`{"a":1,"a":2}`, `"\ud800"`, `"\u0000\"\\\/\b\f\n\r\t"`, `[[[[]]]]`, `{"":{"":[]}}`, `[1,{"a":null},"x"]`,
	``, ` `, `{`, `[`, `}`, `]`, `{]`, `[}`, `{"a"}`, `{"a":}`, `{"a":1,}`, `[1,]`, `[,]`, `{,}`, `01`, `1.`, `.5`, `-`, `+1`, `1e`, `1e+`,
	`nul`, `nulll`, `tru`, `"`, `"\`, `"\x"`, `"\u12"`, "\"\x01\"", "\"\xff\"", `{"a":1}{`, `1 2`, `{a:1}`, `{'a':1}`, `{"a" 1}`, `[1 2]`, "\ufeff{}", `NaN`,
}

func TestCheckAgreesWithTheStandardLibrary(t *testing.T) {
	for _, s := range texts {
		if got, want := rawjson.Check([]byte(s), 100) == nil, json.Valid([]byte(s)); got != want {
			t.Errorf("%q: valid is %v, want %v", s, got, want)
		}
	}
}

func TestCheckNamesThePlace(t *testing.T) {
	for s, want := range map[string]int{`{"a":1,}`: 7, `{"a" 1}`: 5, `[1 2]`: 3, `{`: 1, ``: 0, `{} x`: 3, `"\q"`: 2} {
		var at *rawjson.Error
		if err := rawjson.Check([]byte(s), 9); !errors.As(err, &at) || at.Offset != want {
			t.Errorf("%q: %v, want byte %d", s, err, want)
		}
	}
}

func TestCheckBoundsDepth(t *testing.T) {
	deep := func(n int) []byte { return []byte(strings.Repeat("[", n) + strings.Repeat("]", n)) }
	if err := rawjson.Check(deep(512), 512); err != nil {
		t.Error(err)
	}
	var at *rawjson.Error
	if err := rawjson.Check(deep(513), 512); !errors.As(err, &at) || !at.TooDeep || at.Offset != 512 {
		t.Errorf("got %v", err)
	}
	if err := rawjson.Check(bytes.Repeat([]byte("["), 10<<20), 512); !errors.As(err, &at) || !at.TooDeep {
		t.Errorf("got %v", err)
	}
}

func TestLastDuplicateWins(t *testing.T) {
	if got := rawjson.Get([]byte(`{"a":1,"b":{"a":9},"\u0061":2}`), "a"); string(got) != "2" {
		t.Errorf("got %s", got)
	}
}

func TestStringDecodes(t *testing.T) {
	for in, want := range map[string]string{`"a\u0000b"`: "a\x00b", `"\ud800"`: "\ufffd", `"\ud83d\ude00"`: "😀", `""`: "", ` "x" `: "x"} {
		if got, ok := rawjson.String([]byte(in)); !ok || got != want {
			t.Errorf("%s: got %q", in, got)
		}
	}
	if _, ok := rawjson.String([]byte("1")); ok {
		t.Error("a number is no text")
	}
}

func TestAdditionsKeepEveryByte(t *testing.T) {
	for _, c := range []struct{ item, under, want, pointers string }{
		{`{ }`, `{"a":1}`, `{ "context":{"a":1}}`, "/context"},
		{`{"context":{}}`, `{"a":1,"b":2}`, `{"context":{"a":1,"b":2}}`, "/context/a /context/b"},
		{`{"context": {"a": 1.0 , "p":{"x":1}} ,"z":1e5}`, `{"a":2,"p":{"x":2,"y":{}},"l/~":0}`,
			`{"context": {"a": 1.0 , "p":{"x":1,"y":{}},"l/~":0} ,"z":1e5}`, "/context/p/y /context/l~1~0"},
		{`{"context":null}`, `{"a":1}`, `{"context":null}`, ""},
		{`{"context":{"a":1}}`, `{"a":{"b":1}}`, `{"context":{"a":1}}`, ""},
		{`{"context":{"x":1},"context":{"y":1}}`, `{"x":2}`, `{"context":{"x":1},"context":{"y":1,"x":2}}`, "/context/x"},
		{`{"a":1}`, `{"d":1,"d":2}`, `{"a":1,"context":{"d":1,"d":2}}`, "/context"},
	} {
		var own rawjson.Span
		for m := range rawjson.Members([]byte(c.item)) {
			if string(m.Key) == "context" {
				own = m.Span
			}
		}
		add := rawjson.Add([]byte(c.item))
		add.Beneath("context", own, []byte(c.under))
		if got := string(add.Bytes()); got != c.want {
			t.Errorf("%s + %s:\n got %s\nwant %s", c.item, c.under, got, c.want)
		}
		if got := strings.Join(add.Pointers(), " "); got != c.pointers {
			t.Errorf("%s: added %q, want %q", c.item, got, c.pointers)
		}
	}
}

func TestLongObjectsMergeOnce(t *testing.T) {
	var item, under bytes.Buffer
	item.WriteString(`{"context":{"k0":0`)
	under.WriteString(`{"k0":1`)
	for i := range 50_000 {
		item.WriteString(`,"` + strings.Repeat("a", 1+i%3) + string(rawjson.Quote(strings.Repeat("b", i%7)))[1:] + `:1`)
		under.WriteString(`,"u` + string(rune('a'+i%26)) + strings.Repeat("c", i%40) + `":1`)
	}
	item.WriteString("}}")
	under.WriteString("}")
	add := rawjson.Add(item.Bytes())
	add.Beneath("context", rawjson.Span{Start: 11, End: item.Len() - 1}, under.Bytes())
	if err := rawjson.Check(add.Bytes(), 9); err != nil {
		t.Error(err)
	}
	if p := add.Pointers(); slices.Contains(p, "/context/k0") || len(p) == 0 {
		t.Errorf("added %d", len(p))
	}
}

func FuzzCheck(f *testing.F) {
	for _, s := range texts {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		err := rawjson.Check(data, 200)
		var at *rawjson.Error
		if errors.As(err, &at) && at.TooDeep {
			return
		}
		if (err == nil) != json.Valid(data) {
			t.Fatalf("%q: %v, the standard library says %v", data, err, json.Valid(data))
		}
		for m := range rawjson.Members(data) {
			if m.Start < 0 || m.End > len(data) || m.Start > m.End {
				t.Fatalf("member %v of %d bytes", m, len(data))
			}
			if err == nil && !json.Valid(m.Of(data)) {
				t.Fatalf("%q: member %q", data, m.Of(data))
			}
		}
		n := 0
		for e := range rawjson.Elements(data) {
			if n++; err == nil && !json.Valid(e.Of(data)) {
				t.Fatalf("%q: element %q", data, e.Of(data))
			}
		}
		if err == nil && rawjson.KindOf(data) == rawjson.Object {
			add := rawjson.Add(data)
			add.Member("k", []byte("1"))
			if !json.Valid(add.Bytes()) {
				t.Fatalf("%q became %q", data, add.Bytes())
			}
		}
	})
}
