package planfile_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"sidetrack/backend/document"
	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
	"sidetrack/backend/rawjson"
)

// folder reads the files of a folder of testdata, as a caller would.
func folder(t testing.TB, name string) []planfile.File {
	t.Helper()
	var files []planfile.File
	root := filepath.Join("testdata", name)
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(root, path)
		files = append(files, planfile.File{Name: filepath.ToSlash(rel), Data: data})
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatal(name, err)
	}
	return files
}

func read(t testing.TB, files ...planfile.File) *plan.Plan {
	t.Helper()
	p, err := planfile.Read(files)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// verdicts judges the shared events and lists what is found in each, as "code path".
func verdicts(t testing.TB, p *plan.Plan) [][]string {
	t.Helper()
	data, err := os.ReadFile("testdata/events.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	j := plan.NewJudge(p)
	var all [][]string
	for _, line := range bytes.Split(bytes.TrimSpace(data), []byte("\n")) {
		get := func(k string) string { s, _ := rawjson.String(rawjson.Get(line, k)); return s }
		r := &event.Record{Type: get("type"), Name: get("event"), Disposition: event.Accepted, Message: line}
		if r.Type != "track" {
			r.Name = get("name")
		}
		var found []string
		for _, f := range j.Check(r, line) {
			found = append(found, f.Code+" "+f.Path)
			if f.Code != "plan.unplanned_event" && !strings.Contains(f.Rule, ":") {
				t.Errorf("%s %s names no place: %q", f.Code, f.Path, f.Rule)
			}
		}
		sort.Strings(found)
		all = append(all, found)
	}
	return all
}

// expected is what each of the shared events is told of by the shared plan,
// with the call whose rule tells it.
var expected = []struct {
	call  plan.Call
	found []string
}{
	{plan.Track, nil},
	{plan.Track, []string{"plan.format /properties/placed_at", "plan.missing_property /properties/order_id", "plan.missing_property /properties/products/0/sku", "plan.pattern /properties/coupon",
		"plan.unplanned_property /properties/orderId", "plan.unplanned_property /properties/products/0/colour", "plan.value_not_allowed /properties/currency",
		"plan.wrong_type /properties/count", "plan.wrong_type /properties/products/0/price", "plan.wrong_type /properties/revenue"}},
	{plan.Track, []string{"plan.wrong_type /properties/coupon", "plan.wrong_type /properties/order_id", "plan.wrong_type /properties/products", "plan.wrong_type /properties/revenue"}},
	{plan.Track, []string{"plan.missing_property /properties/order_id", "plan.missing_property /properties/revenue"}},
	{plan.Track, []string{"plan.pattern /properties/plan"}},
	{plan.Track, []string{"plan.missing_property /properties/email", "plan.unplanned_property /properties/referrer"}},
	{plan.Track, []string{"plan.unplanned_event /event"}},
	{plan.Track, []string{"plan.missing_property /context/app/version", "plan.unplanned_event /event"}},
	{plan.Identify, nil},
	{plan.Identify, []string{"plan.unplanned_property /traits/plan", "plan.wrong_type /traits/age"}},
	{plan.Group, []string{"plan.unplanned_property /traits/employees", "plan.wrong_type /traits/name"}},
	{plan.Page, nil},
	{plan.Page, []string{"plan.unplanned_property /properties/title", "plan.wrong_type /context/app/version", "plan.wrong_type /properties/path"}},
	{plan.Common, []string{"plan.missing_property /context/app/version"}},
}

// wantVerdicts is what a plan finds that has rules for these calls only.
func wantVerdicts(calls string) [][]string {
	var all [][]string
	for _, e := range expected {
		var found []string
		for _, f := range e.found {
			common := strings.Contains(f, " /context/")
			if common && strings.Contains(calls, "common") || !common && strings.Contains(calls, string(e.call)) {
				found = append(found, f)
			}
		}
		all = append(all, found)
	}
	return all
}

func compare(t testing.TB, what string, got, want [][]string) {
	t.Helper()
	for i := range want {
		if g, w := strings.Join(got[i], "\n\t"), strings.Join(want[i], "\n\t"); g != w {
			t.Errorf("%s, event %d:\n\t%s\nwant\n\t%s", what, i+1, g, w)
		}
	}
}

const every = "track identify group page common"

// fixtures are the shared plan in each format, with what each can carry.
var fixtures = []struct{ folder, format, calls string }{
	{"segment-public", planfile.SegmentPublic, every},
	{"segment-pages", planfile.SegmentPublic, every},
	{"segment-config", planfile.SegmentConfig, "track identify group common"},
	{"typewriter", planfile.Typewriter, "track"},
	{"pointer", planfile.Pointer + ", " + planfile.Typewriter, "track"},
	{"segment-csv", planfile.SegmentCSV, every},
	{"terraform", planfile.Terraform, "track identify group page"},
	{"rudder-old", planfile.RudderAPI, "track"},
	{"rudder-new", planfile.RudderAPI, "track identify group"},
	{"rudder-yaml", planfile.RudderYAML, "track identify"},
	{"avo", planfile.Avo, "track"},
	{"self-described", planfile.SelfDescribed, "track"},
	{"plain", planfile.PlainSchema, "track"},
	{"sidetrack", planfile.Sidetrack, every},
}

func TestEveryFormatGivesTheSameFindings(t *testing.T) {
	for _, f := range fixtures {
		t.Run(f.folder, func(t *testing.T) {
			p := read(t, folder(t, f.folder)...)
			if p.Format != f.format {
				t.Errorf("read as %q, want %q", p.Format, f.format)
			}
			if p.Name != "Shop" && f.folder != "avo" && f.folder != "self-described" && f.folder != "plain" && f.folder != "segment-csv" {
				t.Errorf("the plan is called %q", p.Name)
			}
			compare(t, f.folder, verdicts(t, p), wantVerdicts(f.calls))
			for _, problem := range p.Problems {
				if problem.Severity == "error" {
					t.Error(problem.At, problem.Message)
				}
			}
		})
	}
}

// What a finding names has to be where its words are.
func TestRulesKeepTheirPlaces(t *testing.T) {
	for _, f := range fixtures {
		t.Run(f.folder, func(t *testing.T) {
			files := folder(t, f.folder)
			lines := map[string][]string{}
			for _, file := range files {
				lines[file.Name] = strings.Split(string(file.Data), "\n")
			}
			fields := 0
			for _, r := range read(t, files...).Rules {
				for _, field := range r.PlannedFields() {
					fields++
					name := field.Name[strings.LastIndexByte(field.Name, '.')+1:]
					l := lines[field.At.File]
					if field.At.Line < 1 || field.At.Line > len(l) {
						t.Fatalf("%s has no place: %v", field.Name, field.At)
					}
					rest := string([]rune(l[field.At.Line-1])[max(field.At.Column-1, 0):])
					if !strings.HasPrefix(strings.TrimLeft(rest, `"`), name) && !strings.Contains(rest, name) {
						t.Errorf("%s is said to be at %s: %q", field.Name, field.At, rest)
					}
				}
			}
			if fields < 12 {
				t.Errorf("only %d fields", fields)
			}
		})
	}
}

func rule(t testing.TB, p *plan.Plan, call plan.Call, name string) *plan.Rule {
	t.Helper()
	for _, r := range p.Rules {
		if r.Call == call && r.Name == name {
			return r
		}
	}
	t.Fatalf("there is no rule for %s %q", call, name)
	return nil
}

func TestWhatSegmentExportsCarry(t *testing.T) {
	p := read(t, folder(t, "segment-public")...)
	order, signed := rule(t, p, plan.Track, "Order Completed"), rule(t, p, plan.Track, "Signed Up")
	if order.Description != "An order was paid" || order.Labels["team"] != "checkout" || order.Deprecated || !signed.Deprecated {
		t.Errorf("%+v %+v", order, signed)
	}
	if len(p.Rules) != 6 { // the empty screen rule says nothing, the second Signed Up is there already
		t.Errorf("%d rules", len(p.Rules))
	}
	if len(p.Problems) != 1 || !strings.Contains(p.Problems[0].Message, "a second time") || p.Problems[0].At.Line != 66 {
		t.Errorf("%+v", p.Problems)
	}
	var all []string
	for _, f := range order.PlannedFields() {
		all = append(all, fmt.Sprintf("%s%v%v", f.Name, f.Types, f.Required))
	}
	if got := strings.Join(all, " "); got != "order_id[string]true revenue[number]true currency[]false coupon[string null]false placed_at[string]false count[integer]false free[]false products[array]false products.$.sku[string]true products.$.price[number]false" {
		t.Error(got)
	}
}

func TestVersions(t *testing.T) {
	for name, text := range map[string]string{
		"p.json":   `{"rules":[{"type":"TRACK","key":"A","version":1,"jsonSchema":{"type":"object"}},{"type":"TRACK","key":"A","version":2,"jsonSchema":{"type":"object"}}]}`,
		"c.json":   `{"rules":{"events":[{"name":"A","version":1,"rules":{}},{"name":"A","version":2.0,"rules":{}}]}}`,
		"r.json":   `{"rules":{"events":[{"name":"A","version":"1-0-0","rules":{}},{"name":"A","version":"2-0-0","rules":{}}]}}`,
		"s.csv":    "Event Name,Version,Property Name,Data Type\nA,1,x,string\nA,2,x,number\n",
		"own.yaml": "sidetrack-plan: 1\nevents:\n  A:\n    versions:\n      1: {properties: {x: string}}\n      2: {properties: {x: number}}\n",
		"tf.tf":    "resource \"segment_tracking_plan\" \"a\" {\n  rules {\n    key = \"A\"\n    version = 1\n    json_schema = jsonencode({})\n  }\n  rules {\n    key = \"A\"\n    version = 2\n    json_schema = \"{}\"\n  }\n}\n",
	} {
		p := read(t, planfile.File{Name: name, Data: []byte(text)})
		var got []string
		for _, r := range p.Rules {
			got = append(got, fmt.Sprint(r.Name, r.Version))
		}
		if strings.Join(got, " ") != "A1 A2" {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestErrorsSayWhereAndWhat(t *testing.T) {
	for _, c := range []struct{ name, text, at, expected string }{
		{"a.json", "{\n \"rules\": [\n  {\"key\": \"A\" \"type\": 1}]}", "a.json:3:15", "JSON"},
		{"a.json", "{\"rules\":[\n{\"key\":\"A\",\"jsonSchema\":3}]}", "a.json:2:25", "a JSON Schema"},
		{"a.json", "{\"rules\":[{\"key\":\"A\",\"jsonSchema\":{}},\n 7]}", "a.json:2:2", "an object with type, key, version and jsonSchema"},
		{"a.json", "{\"rules\":[{\"key\":\n7,\"jsonSchema\":{}}]}", "a.json:2:1", "the name of the event"},
		{"a.json", "{\"rules\":{\"events\":[\n {\"rules\":{}}]}}", "a.json:2:2", "name, as text"},
		{"a.json", "{\"rules\":{\"events\":[\n 1]}}", "a.json:2:2", "an object with name"},
		{"a.json", "{\"events\":[{\"name\":\"A\",\"rules\":{}},\n \"B\"]}", "a.json:2:2", "an object with name"},
		{"a.json", "{\"events\":[{\"eventType\":\"track\",\"name\":\"A\",\"rules\":\n[]}]}", "a.json:2:1", "a JSON Schema"},
		{"a.json", "{\"title\":\"A\",\"properties\":{\"a\":\n{\"$ref\":\"b.json\"}}}", "a.json:2:9", "a file of the plan"},
		{"a.csv", "Event Name,Property Name,Data Type,Status\nA,x,string,required\nA,y,strung,required\n", "a.csv:3:5", "Date time or Enum"},
		{"a.csv", "Event Name,Property Name,Data Type,Status\nA,x,string,perhaps\n", "a.csv:2:12", "required or optional"},
		{"a.csv", "Event Name,Property Name,Data Type,Status\n,x,string,required\n", "a.csv:2:1", "the name of an event"},
		{"a.csv", "Event Name,Property Name,Data Type,Status\nA,x\"y,string,required\n", "a.csv:2:4", "CSV"},
		{"a.csv", "Event Name,Property Name,Data Type,Status\nA,x,string,required,more\n", "a.csv:2:21", "quotes around a cell"},
		{"a.tf", "resource \"segment_tracking_plan\" \"a\" {\n  rules = [\n    { key = \"A\" \n", "a.tf:4:1", "Terraform"},
		{"a.tf", "resource \"segment_tracking_plan\" \"a\" {\n  rules = [\n    { key = \"A\" }]\n}", "a.tf:3:5", "json_schema = jsonencode"},
		{"a.tf", "resource \"segment_tracking_plan\" \"a\" {\n  rules = \"x\"\n}", "a.tf:2:12", "a list of objects"},
		{"a.yml", "trackingPlans:\n  - id: x\n    path: ./here\n", "a.yml:3:11", "a plan beside it"},
		{"a.yaml", "version: rudder/0.1\nkind: tp\nspec: {rules: [{type: event_rule,\n event: {$ref: \"#/events/a/b\"}}]}", "a.yaml:4:16", "a reference such as"},
		{"a.yaml", "version: rudder/0.1\nkind: events\nspec: {}", "a.yaml:1:1", "kind: tp"},
		{"a.yaml", "sidetrack-plan: 2\n", "a.yaml:1:17", "sidetrack-plan: 1"},
		{"a.yaml", "sidetrack-plan: 1\nevents:\n  A:\n    properties:\n      x: strin\n", "a.yaml:5:10", "string, number"},
		{"a.yaml", "sidetrack-plan: 1\nevents:\n  A: 3\n", "a.yaml:3:6", "indented beneath it"},
		{"a.yaml", "sidetrack-plan: 1\nevents:\n - A\n", "a.yaml:3:2", "a name and what belongs to it"},
		{"a.yaml", "sidetrack-plan: 1\nevents:\n  A:\n\tB: 1\n", "a.yaml:4", "YAML"},
		{"a.yaml", "sidetrack-plan: 1\nlint: {x: maybe}\n", "a.yaml:2:11", "on or off"},
		{"a.yaml", "sidetrack-plan: 1\nsources: Dev\n", "a.yaml:2:10", "a list of names"},
		{"a.yaml", "hello: world\n", "a.yaml:1:1", "a Segment plan"},
		{"a.json", "{}", "a.json:1:1", "a Segment plan"},
		{"a.json", "", "a.json:1:1", "a Segment plan"},
	} {
		_, err := planfile.Read([]planfile.File{{Name: c.name, Data: []byte(c.text)}})
		bad, ok := err.(*document.Error)
		if !ok || bad.At.String() != c.at || !strings.Contains(bad.Expected, c.expected) || bad.Reason == "" {
			t.Errorf("%s %q: %v; want it at %s, with %q expected", c.name, c.text, err, c.at, c.expected)
		}
	}
}

func TestTheDocumentedPlanIsRead(t *testing.T) {
	data, err := os.ReadFile("../../docs/plan-formats.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), "```yaml\n")
	example, _, _ := strings.Cut(rest, "```")
	p := read(t, planfile.File{Name: "shop.yaml", Data: []byte(example)})
	plan.NewJudge(p)
	if len(p.Rules) != 6 || len(p.Problems) > 0 || p.Lint["naming.event_casing"] || len(p.Lint) != 1 || len(p.Sources) != 1 {
		t.Errorf("%d rules, %v", len(p.Rules), p.Problems)
	}
	rows := 0
	for _, row := range strings.Split(string(data), "\n") {
		cells := strings.Split(strings.ReplaceAll(row, `\|`, "\x00"), "|")
		if len(cells) != 5 || !strings.HasPrefix(strings.TrimSpace(cells[2]), "`{") {
			continue
		}
		rows++
		short, long := strings.Split(cells[1], "`")[1], strings.Split(cells[2], "`")[1]
		key, value, _ := strings.Cut(strings.ReplaceAll(short, "\x00", "|"), ":")
		var got [2]string
		for i, text := range []string{value, long} {
			rule := read(t, planfile.File{Name: "a.yaml", Data: []byte("sidetrack-plan: 1\nevents:\n  A:\n    properties:\n      " + key + ": " + text + "\n")}).Rules[0]
			got[i] = canonical(t, rule.Fields().AppendJSON(nil))
		}
		if got[0] != got[1] {
			t.Errorf("%s is %s, and %s is %s", short, got[0], long, got[1])
		}
	}
	if rows != 8 {
		t.Errorf("%d rows of short and long ways", rows)
	}
}
