package planfile_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"sidetrack/backend/document"
	"sidetrack/backend/fault"
	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
)

// Whatever a file holds, reading it ends, with a plan or with an error that
// names a place.
func FuzzRead(f *testing.F) {
	for _, fixture := range fixtures {
		for _, file := range folder(f, fixture.folder) {
			f.Add(file.Data)
		}
	}
	f.Add([]byte("{\"title\":\"A\",\"properties\":{\"a\":{\"$ref\":\"plan#/properties/a\"}}}"))
	f.Add([]byte("locals {\n a = local.a\n}\nresource \"segment_tracking_plan\" \"a\" {\n rules = local.a\n}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		files := []planfile.File{{Name: "plan", Data: data}}
		planfile.References(files)
		p, err := planfile.Read(files)
		if err != nil {
			var bad *document.Error
			if !errors.As(err, &bad) || bad.At.File == "" || bad.Reason == "" {
				t.Errorf("%q: %v", data, err)
			}
			return
		}
		for _, r := range p.Rules {
			if !json.Valid(r.Schema.AppendJSON(nil)) {
				t.Errorf("%q: the schema of %s is no JSON", data, r.Label())
			}
			r.PlannedFields()
		}
		plan.NewJudge(p)
	})
}

// manyEvents is a plan of n events as Segment exports it.
func manyEvents(n int) []byte {
	var b strings.Builder
	b.WriteString(`{"name":"Large","rules":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `
    {"type": "TRACK", "key": "Event %d", "version": 1, "jsonSchema": {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "labels": {}, "description": "Event number %d", "required": ["properties"],
      "properties": {"context": {}, "traits": {}, "properties": {"type": "object", "required": ["id"], "properties": {`, i, i)
		for j := range 15 {
			fmt.Fprintf(&b, "\n        \"property_%d\": {\"type\": [\"string\"], \"description\": \"What property %d says\", \"id\": \"/properties/properties/properties/property_%d\"},", j, j, j)
		}
		b.WriteString("\n        \"id\": {\"type\": [\"string\", \"null\"]}}}}}}")
	}
	b.WriteString("]}\n")
	return []byte(b.String())
}

func TestALargePlanIsReadWhole(t *testing.T) {
	p := read(t, planfile.File{Name: "plan.json", Data: manyEvents(1000)})
	if len(p.Rules) != 1000 || len(p.Problems) > 0 || len(p.Rules[999].PlannedFields()) != 16 {
		t.Errorf("%d rules, %v", len(p.Rules), p.Problems)
	}
}

func BenchmarkRead(b *testing.B) {
	files := []planfile.File{{Name: "plan.json", Data: manyEvents(1000)}}
	whole := read(b, files...)
	yaml, err := planfile.YAML(whole)
	if err != nil {
		b.Fatal(err)
	}
	table, _ := planfile.CSV(whole)
	for name, f := range map[string]planfile.File{"json": files[0], "yaml": {Name: "plan.yaml", Data: yaml}, "csv": {Name: "plan.csv", Data: table}} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(f.Data)))
			for b.Loop() {
				if p := read(b, f); len(p.Rules) != 1000 {
					b.Fatal(len(p.Rules))
				}
			}
		})
	}
}

// Whatever a plan looks like, a change leaves one that can be read, has what
// was added, and is as before once that is removed again.
func FuzzApply(f *testing.F) {
	for _, name := range []string{"segment-public/plan.json", "segment-config/plan.json", "typewriter/plan.json", "avo/export.json", "sidetrack/shop.plan.yaml"} {
		f.Add([]byte(fixture(f, name)), "tax")
	}
	f.Add([]byte("sidetrack-plan: 1\nevents: {A: {properties: {x: \"a\", y: [1, 'it''s']}}} # all\n"), "a, b")
	f.Add([]byte("sidetrack-plan: 1\nevents:\n  A:\n    properties:\n      x:\n        description: |\n          # no\n\n  B:\n"), "no")
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		file := planfile.File{Name: "plan", Data: data}
		p, err := planfile.Read([]planfile.File{file})
		if err != nil || len(p.Rules) == 0 {
			return
		}
		if name == "" || name == "$" || name[0] == '/' {
			return // not a name here
		}
		r := p.Rules[0]
		path := strings.NewReplacer(`\`, `\\`, ".", `\.`, "[]", `\[]`).Replace(name)
		e := planfile.Edit{Action: planfile.Add, Call: r.Call, Event: r.Name, Version: r.Version, Property: path, Schema: json.RawMessage(`{"type":"string","enum":["a, b"]}`)}
		added, err := planfile.Apply(file, p.Format, e)
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Errorf("%q: %v", data, err)
			}
			return
		}
		after := read(t, planfile.File{Name: "plan", Data: added})
		e.Action = planfile.Remove
		removed, err := planfile.Apply(planfile.File{Name: "plan", Data: added}, after.Format, e)
		if err != nil {
			t.Fatalf("%q\nbecame\n%q\nand then %v", data, added, err)
		}
		if got := read(t, planfile.File{Name: "plan", Data: removed}); len(got.Rules) < len(p.Rules)-1 {
			t.Errorf("%q\nbecame\n%q\nand then\n%q", data, added, removed)
		}
	})
}
