package planfile_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"testing"

	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
)

// written makes a plan of what a writer wrote.
func written(t testing.TB, name string, data []byte) *plan.Plan {
	t.Helper()
	p, err := planfile.Read([]planfile.File{{Name: name, Data: data}})
	if err != nil {
		t.Fatalf("%v in\n%s", err, data)
	}
	for _, problem := range p.Problems {
		t.Errorf("%s: %s\n%s", problem.At, problem.Message, data)
	}
	return p
}

func TestWhatIsWrittenGivesTheSameFindings(t *testing.T) {
	for _, f := range fixtures {
		t.Run(f.folder, func(t *testing.T) {
			p := read(t, folder(t, f.folder)...)
			want := wantVerdicts(f.calls)
			segment, err := planfile.SegmentJSON(p)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, "as JSON", verdicts(t, written(t, "p.json", segment)), want)
			own, err := planfile.YAML(p)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, "as YAML", verdicts(t, written(t, "p.yaml", own)), want)
			table, lost := planfile.CSV(p)
			refers := false
			for _, l := range lost {
				refers = refers || strings.Contains(l.Message, "$ref")
				if !strings.Contains(l.Message, "deprecated") && f.folder != "plain" {
					t.Error(l.Message)
				}
			}
			if again := written(t, "p.csv", table); refers != (f.folder == "plain") {
				t.Error("what is referred to cannot be said in a table, and that has to be told")
			} else if !refers {
				compare(t, "as CSV", verdicts(t, again), want)
			}
		})
	}
}

// odd is a plan with much that the short forms cannot say.
const odd = `{"name":"Odd: yes","rules":[
{"type":"TRACK","key":"on","version":3,"jsonSchema":{"type":"object","properties":{"context":{"type":"object","required":["ip"],"properties":{"ip":{"type":"string"}}},"properties":{"type":"object","additionalProperties":false,
 "required":["<<","other"],"properties":{"<<":{"type":"string","minLength":3},"a.b":{"type":["money"]},"1":{"enum":[1,null,"x, y"]},"n":{"const":12345678901234567890.10},"l":{"type":"array","items":[{"type":"string"}],"additionalItems":false},
 "d":{"type":["string","null"],"format":"date-time"},"none":{"type":"null"},"off":false,"o":{"type":"object","required":["x","y"],"properties":{"x":{}}},"pat":{"pattern":"a, b"}}}}}},
{"type":"TRACK","key":"Whole","version":1,"jsonSchema":{"type":"object","if":{"properties":{"userId":{"const":"x"}}},"then":{"required":["anonymousId"]},"properties":{"properties":{"properties":{"a":{"type":"string"}}}}}},
{"type":"TRACK","key":"Refers","version":1,"jsonSchema":{"type":"object","definitions":{"d":{"type":"number"}},"properties":{"properties":{"properties":{"a":{"$ref":"#/definitions/d"}}}}}},
{"type":"TRACK","key":"Empty","version":1,"jsonSchema":{"type":"object","properties":{"properties":{"type":"object"}}}},
{"type":"TRACK","key":"Twice","version":1,"jsonSchema":{"type":"object","properties":{"properties":{"type":"object"}}}},
{"type":"TRACK","key":"Twice","version":2,"jsonSchema":{"type":"object","properties":{"properties":{"type":"object","properties":{"x":{"type":["string","number"]}}}}}}
]}`

// canonical writes the parts of a schema that mean something, one way.
func canonical(t *testing.T, data []byte) string {
	t.Helper()
	var v any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	var walk func(v any) any
	walk = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for k, inner := range v {
				v[k] = walk(inner)
			}
			if types, ok := v["type"].([]any); ok && len(types) == 1 {
				v["type"] = types[0]
			}
			if names, ok := v["required"].([]any); ok {
				sort.Slice(names, func(i, j int) bool { return fmt.Sprint(names[i]) < fmt.Sprint(names[j]) })
			}
		case []any:
			for i := range v {
				v[i] = walk(v[i])
			}
		}
		return v
	}
	text, _ := json.Marshal(walk(v))
	return string(text)
}

func TestYAMLSaysAllThatIsInAPlan(t *testing.T) {
	before := written(t, "odd.json", []byte(odd))
	data, err := planfile.YAML(before)
	if err != nil {
		t.Fatal(err)
	}
	after := written(t, "odd.yaml", data)
	if len(after.Rules) != len(before.Rules) || after.Name != "Odd: yes" {
		t.Fatalf("%d rules of %q\n%s", len(after.Rules), after.Name, data)
	}
	for i, r := range before.Rules {
		got, want := canonical(t, after.Rules[i].Fields().AppendJSON(nil)), canonical(t, r.Fields().AppendJSON(nil))
		if got != want || after.Rules[i].Label() != r.Label() {
			t.Errorf("%s\n%s\nwant\n%s\n%s", r.Label(), got, want, data)
		}
	}
	again, err := planfile.YAML(after)
	if err != nil || string(again) != string(data) {
		t.Errorf("written again it is\n%s\nnot\n%s", again, data)
	}
}

func TestCSVTellsWhatItCannotSay(t *testing.T) {
	table, lost := planfile.CSV(written(t, "odd.json", []byte(odd)))
	var told []string
	for _, l := range lost {
		told = append(told, l.Message)
	}
	all := strings.Join(told, "\n")
	for _, want := range []string{"minLength of <<", "the type money", "const of n", "items of l", "additionalProperties", "if of", "then of", "asks of context", "$ref of a"} {
		if !strings.Contains(all, want) {
			t.Errorf("nothing is said of %s:\n%s", want, all)
		}
	}
	p := written(t, "odd.csv", table)
	fields := rule(t, p, plan.Track, "on").Fields()
	if got := string(fields.In("properties", "1", "enum").AppendJSON(nil)); got != `[1,null,"x, y"]` {
		t.Error(got)
	}
	if got := fields.In("properties", "pat", "pattern").String(); got != "(?:a, b)" {
		t.Error(got)
	}
	if fields.In("properties", "a.b") == nil {
		t.Error("a name with a dot is not kept")
	}
}
