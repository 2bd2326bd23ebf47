package document_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"sidetrack/backend/document"
)

const text = "\ufeff{\n\t\"name\": \"Größe\", \"rules\": [\n\t\t{\"key\": \"Order Completed\", \"big\": 12345678901234567890.10, \"on\": true, \"none\": null}\n\t]\n}\n"

func TestJSONKnowsPlacesAndDigits(t *testing.T) {
	root, err := document.JSON("plan.json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	big := root.Pointer("/rules/0/big")
	if big.Text != "12345678901234567890.10" || big.At.String() != "plan.json:3:37" {
		t.Error(big.Text, big.At)
	}
	if got := text[big.Start:big.End]; got != big.Text {
		t.Errorf("the span is %q", got)
	}
	if at := root.Get("rules").Items[0].Members[2].KeyAt; at.String() != "plan.json:3:62" {
		t.Error("the key stands at", at)
	}
	var want any
	d := json.NewDecoder(strings.NewReader(text[3:]))
	d.UseNumber()
	if err := d.Decode(&want); err != nil || !reflect.DeepEqual(root.Value(), want) {
		t.Errorf("%v\n%v %v", root.Value(), want, err)
	}
	if got := string(root.AppendJSON(nil)); got != `{"name":"Größe","rules":[{"key":"Order Completed","big":12345678901234567890.10,"on":true,"none":null}]}` {
		t.Error(got)
	}
}

func TestErrorsNameThePlace(t *testing.T) {
	for _, c := range []struct {
		read func(string, []byte) (*document.Node, error)
		text string
		want string
	}{
		{document.JSON, "{\n  \"a\": 1,\n  \"b\" 2\n}", "f:3:7"},
		{document.JSON, "", "f:1:1"},
		{document.JSON, "[\"\xff\"]", "f:1:3"},
		{document.YAML, "a: 1\nb: [1,\nc: }", "f:2"},
		{document.YAML, "", "f:1"},
		{document.YAML, "a: &x [*x]", "f:1:4"},
		{document.YAML, "? [a]\n: 1", "f:1:3"},
	} {
		_, err := c.read("f", []byte(c.text))
		var bad *document.Error
		if !errors.As(err, &bad) || bad.At.String() != c.want {
			t.Errorf("%q: %v, want it at %s", c.text, err, c.want)
		}
	}
}

func TestYAMLIsReadAsJSONWouldBe(t *testing.T) {
	root, err := document.YAML("plan.yaml", []byte(`
base: &base {type: string, max: 1_000}
event:
  <<: *base
  type: number     # wins over the merged one
  big: 12345678901234567890.10
  hex: 0x10
  day: 2024-01-02
  yes: yes
  on: true
  none: ~
  inf: .inf
  list: [1.5, "1.5"]
`))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"type":"string","max":1000,"type":"number","big":12345678901234567890.10,"hex":16,"day":"2024-01-02","yes":"yes","on":true,"none":null,"inf":".inf","list":[1.5,"1.5"]}`
	if got := string(root.Get("event").AppendJSON(nil)); got != want {
		t.Error(got)
	}
	if n := root.In("event", "type"); n.String() != "number" || n.At.String() != "plan.yaml:5:9" {
		t.Error(n.String(), n.At)
	}
}

func TestPointers(t *testing.T) {
	root, err := document.JSON("f", []byte(`{"a/b":{"~":[10,{"":"empty"}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if n := root.Pointer("/a~1b/~0/1/"); n.String() != "empty" {
		t.Error(n)
	}
	if root.Pointer("/a~1b/~0/2") != nil || root.Pointer("/x") != nil {
		t.Error("found what is not there")
	}
	if n := root.Nearest("/a~1b/~0/7/x"); !n.Is(document.Array) {
		t.Error(n)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(text))
	f.Add([]byte("a: &x [1, *x]\nb: {<<: {c: 1}}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if root, err := document.JSON("f", data); err == nil && !json.Valid(root.AppendJSON(nil)) {
			t.Errorf("%q becomes %q", data, root.AppendJSON(nil))
		}
		if root, err := document.YAML("f", data); err == nil && !json.Valid(root.AppendJSON(nil)) {
			t.Errorf("%q becomes %q", data, root.AppendJSON(nil))
		}
	})
}

func TestPlacesAreReadAsTheyAreWritten(t *testing.T) {
	for _, p := range []document.Place{{File: "plan.yaml", Line: 3, Column: 5}, {File: "a:b/c.json", Line: 12}, {File: "x", Line: 1, Column: 1}} {
		if got, ok := document.ParsePlace(p.String()); !ok || got != p {
			t.Errorf("%s: %+v %v", p, got, ok)
		}
	}
	for _, text := range []string{"", "plan.yaml", "plan.yaml:", "plan.yaml:0", "plan.yaml:x"} {
		if got, ok := document.ParsePlace(text); ok {
			t.Errorf("%q: %+v", text, got)
		}
	}
}
