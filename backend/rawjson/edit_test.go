package rawjson

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestEdits(t *testing.T) {
	const message = `{ "a" : {"b":1.00, "b":2e5,"c~/d":[1, {"x":"\ud800"} ,3]} , "e":{} }`
	edits := []struct {
		name string
		do   func([]byte) ([]byte, bool)
		want string // empty: refused
	}{
		{"replace the value that counts", func(d []byte) ([]byte, bool) { return Replace(d, Steps("/a/b"), []byte("7")) },
			`{ "a" : {"b":1.00, "b":7,"c~/d":[1, {"x":"\ud800"} ,3]} , "e":{} }`},
		{"replace in a list", func(d []byte) ([]byte, bool) { return Replace(d, Steps("/a/c~0~1d/2"), []byte("null")) },
			`{ "a" : {"b":1.00, "b":2e5,"c~/d":[1, {"x":"\ud800"} ,null]} , "e":{} }`},
		{"rename both of a repeated key", func(d []byte) ([]byte, bool) { return Rename(d, []string{"a", "b"}, `"`) },
			`{ "a" : {"\"":1.00, "\"":2e5,"c~/d":[1, {"x":"\ud800"} ,3]} , "e":{} }`},
		{"insert behind the last", func(d []byte) ([]byte, bool) { return Insert(d, nil, "f", []byte("[]")) },
			`{ "a" : {"b":1.00, "b":2e5,"c~/d":[1, {"x":"\ud800"} ,3]} , "e":{},"f":[] }`},
		{"insert the first", func(d []byte) ([]byte, bool) { return Insert(d, []string{"e"}, "f", []byte("1")) },
			`{ "a" : {"b":1.00, "b":2e5,"c~/d":[1, {"x":"\ud800"} ,3]} , "e":{"f":1} }`},
		{"remove the first, twice there", func(d []byte) ([]byte, bool) { return Remove(d, []string{"a", "b"}) },
			`{ "a" : {"c~/d":[1, {"x":"\ud800"} ,3]} , "e":{} }`},
		{"remove the last", func(d []byte) ([]byte, bool) { return Remove(d, []string{"e"}) },
			`{ "a" : {"b":1.00, "b":2e5,"c~/d":[1, {"x":"\ud800"} ,3]} }`},
		{"remove an item", func(d []byte) ([]byte, bool) { return Remove(d, []string{"a", "c~/d", "1"}) },
			`{ "a" : {"b":1.00, "b":2e5,"c~/d":[1, 3]} , "e":{} }`},
		{"insert what is there", func(d []byte) ([]byte, bool) { return Insert(d, nil, "e", []byte("1")) }, ""},
		{"insert into no object", func(d []byte) ([]byte, bool) { return Insert(d, []string{"a", "b"}, "e", []byte("1")) }, ""},
		{"rename what is not there", func(d []byte) ([]byte, bool) { return Rename(d, []string{"a", "z"}, "y") }, ""},
		{"remove what is not there", func(d []byte) ([]byte, bool) { return Remove(d, []string{"z", "z"}) }, ""},
		{"remove everything", func(d []byte) ([]byte, bool) { return Remove(d, nil) }, ""},
	}
	for _, e := range edits {
		got, ok := e.do([]byte(message))
		want := e.want
		if want == "" {
			want = message
		}
		if string(got) != want || ok != (e.want != "") {
			t.Errorf("%s: %v\n got %s\nwant %s", e.name, ok, got, want)
		}
		if !json.Valid(got) {
			t.Errorf("%s: no JSON: %s", e.name, got)
		}
	}
}

func TestRemoveKeepsCommasBetween(t *testing.T) {
	for _, c := range [][2]string{
		{`{"k":1,"k":2,"a":3}`, `{"a":3}`}, {`{"a":3,"k":1,"k":2}`, `{"a":3}`}, {`{"k":1,"a":3,"k":2}`, `{"a":3}`},
		{`{"k":1,"k":2}`, `{}`}, {`{"a":1,"k":2,"b":3,"k":4,"k":5}`, `{"a":1,"b":3}`},
	} {
		if got, ok := Remove([]byte(c[0]), []string{"k"}); string(got) != c[1] || !ok {
			t.Errorf("%s without k: %s, want %s", c[0], got, c[1])
		}
	}
}

func TestStepsAndPointer(t *testing.T) {
	for _, steps := range [][]string{nil, {""}, {"a", "b"}, {"a/b", "~1", "0"}} {
		if got := Steps(Pointer(steps...)); !reflect.DeepEqual(got, steps) {
			t.Errorf("%q came back as %q", steps, got)
		}
	}
}

// Every edit leaves JSON that decodes to what the same edit of the decoded
// value gives.
func FuzzEdits(f *testing.F) {
	f.Add(`{"a":{"b":[1,{"c":2}]},"a":3}`, "/a/b/1/c", "x")
	f.Add(`{"a":1}`, "/a", "b")
	f.Fuzz(func(t *testing.T, text, pointer, name string) {
		if Check([]byte(text), 64) != nil {
			return
		}
		steps := Steps(pointer)
		replaced, there := Replace([]byte(text), steps, []byte("true"))
		renamed, _ := Rename([]byte(text), steps, name)
		removed, gone := Remove([]byte(text), steps)
		inserted, _ := Insert([]byte(text), steps, name, []byte("true"))
		for _, got := range [][]byte{replaced, renamed, removed, inserted} {
			if err := Check(got, 64); err != nil {
				t.Fatalf("%s at %q with %q: %v in %s", text, pointer, name, err, got)
			}
		}
		if there && string(At(replaced, steps)) != "true" {
			t.Fatalf("%s at %q: the value is %s", text, pointer, At(replaced, steps))
		}
		if KindOf(At([]byte(text), steps[:max(0, len(steps)-1)])) == Object && gone && At(removed, steps) != nil {
			t.Fatalf("%s at %q: still there in %s", text, pointer, removed)
		}
	})
}
