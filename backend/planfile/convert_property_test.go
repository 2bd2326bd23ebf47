package planfile_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
	"sidetrack/backend/rawjson"
)

// A plan that goes through any formats that can be written, in any order, judges
// events as it did. The table is gone through when it says it lost nothing.
func TestConvertedPlansJudgeAlike(t *testing.T) {
	tables, findings := 0, map[string]int{}
	for seed := range uint64(60) {
		g := &generator{rand.New(rand.NewPCG(seed, 11))}
		text := g.plan()
		first := written(t, "p.json", []byte(text))
		messages := make([]string, 25)
		for i := range messages {
			messages[i] = g.message()
		}
		want := judgedAll(first, messages)
		for _, found := range want {
			code, _, _ := strings.Cut(found, " ")
			findings[code]++
		}
		p := first
		var way []string
		for range 4 {
			name, data := g.write(t, p)
			if name == "" {
				continue
			}
			tables += b2i(strings.HasSuffix(name, "csv"))
			way = append(way, name)
			p = written(t, name, data)
			if got := judgedAll(p, messages); !slices.Equal(got, want) {
				t.Fatalf("seed %d, by %v:\n%s\nbecame\n%s\n%s", seed, way, text, data, difference(got, want))
			}
		}
	}
	if tables < 8 {
		t.Errorf("only %d tables were gone through", tables)
	}
	for _, code := range []string{"plan.unplanned_event", "plan.unplanned_property", "plan.missing_property", "plan.wrong_type", "plan.value_not_allowed", "plan.pattern", "plan.format", "plan.out_of_range", "plan.wrong_length", "plan.property_not_allowed", "plan.condition"} {
		if findings[code] == 0 {
			t.Errorf("%s was never found", code)
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// judgedAll lists what a plan finds in messages: code, message and path, but no
// places, which differ from file to file.
func judgedAll(p *plan.Plan, messages []string) (list []string) {
	judge := plan.NewJudge(p)
	for i, m := range messages {
		r := &event.Record{Disposition: event.Accepted}
		r.Type, _ = rawjson.String(rawjson.Get([]byte(m), "type"))
		name := map[string]string{"track": "event", "page": "name", "screen": "name"}[r.Type]
		r.Name, _ = rawjson.String(rawjson.Get([]byte(m), name))
		var of []string
		for _, f := range judge.Check(r, []byte(m)) {
			of = append(of, fmt.Sprintf("%s %d %s %s", f.Code, i, f.Path, f.Message))
		}
		slices.Sort(of)
		list = append(list, of...)
	}
	return list
}

func difference(got, want []string) string {
	var b strings.Builder
	for _, x := range got {
		if !slices.Contains(want, x) {
			fmt.Fprintln(&b, "only after: ", x)
		}
	}
	for _, x := range want {
		if !slices.Contains(got, x) {
			fmt.Fprintln(&b, "only before:", x)
		}
	}
	return b.String()
}

type generator struct{ *rand.Rand }

func (g *generator) of(list ...string) string { return list[g.IntN(len(list))] }

// write writes a plan in a format; no name where it would lose something.
func (g *generator) write(t *testing.T, p *plan.Plan) (name string, data []byte) {
	t.Helper()
	var err error
	switch g.IntN(3) {
	case 0:
		data, err = planfile.SegmentJSON(p)
		name = "p.json"
	case 1:
		data, err = planfile.YAML(p)
		name = "p.yaml"
	default:
		data, lost := planfile.CSV(p)
		if len(lost) > 0 {
			return "", nil
		}
		return "p.csv", data
	}
	if err != nil {
		t.Fatal(err)
	}
	return name, data
}

func (g *generator) plan() string {
	simple := g.IntN(2) == 0 // what a table can say
	var rules []string
	add := func(call, key string, version int, section string) {
		schema := `{"type":"object","properties":{"context":{},"traits":{},` + `"` + section + `":` + g.object(0, simple) + `}}`
		if section == "traits" {
			schema = `{"type":"object","properties":{"context":{},"properties":{},"traits":` + g.object(0, simple) + `}}`
		}
		if !simple && g.IntN(6) == 0 {
			schema = `{"type":"object","if":{"required":["userId"]},"then":{"required":["anonymousId"]},` + schema[1:]
		}
		rules = append(rules, fmt.Sprintf(`{"type":%q,"key":%s,"version":%d,"jsonSchema":%s}`, call, rawjson.Quote(key), version, schema))
	}
	for _, name := range eventNames[:3+g.IntN(3)] {
		add("TRACK", name, 1, "properties")
		if g.IntN(5) == 0 {
			add("TRACK", name, 2+g.IntN(2), "properties")
		}
	}
	if g.IntN(2) == 0 {
		add("IDENTIFY", "", 1, "traits")
	}
	if g.IntN(2) == 0 {
		add("GROUP", "", 1, "traits")
	}
	if g.IntN(3) == 0 {
		add("PAGE", g.of("", "Home"), 1, "properties")
	}
	if !simple && g.IntN(3) == 0 {
		rules = append(rules, `{"type":"COMMON","key":"","version":1,"jsonSchema":{"type":"object","properties":{"userId":{"type":["string"],"minLength":2},"context":{"required":["app"],"properties":{"app":`+g.object(1, simple)+`}}}}}`)
	}
	return `{"name":"Random","rules":[` + strings.Join(rules, ",") + `]}`
}

var (
	eventNames = []string{"Order Completed", "on", "1.0", "Über: \"x\"", "a, b", "- dash", "Song Played"}
	fieldNames = []string{"order_id", "total", "on", "<<", "1", "ä", "with space", "#hash", "null", "x:y", "plan", "a.b"}
)

func (g *generator) object(depth int, simple bool) string {
	var members, required []string
	for _, i := range g.Perm(len(fieldNames))[:g.IntN(6)] {
		members = append(members, string(rawjson.Quote(fieldNames[i]))+":"+g.schema(depth, simple))
		if g.IntN(3) == 0 {
			required = append(required, string(rawjson.Quote(fieldNames[i])))
		}
	}
	if !simple && g.IntN(5) == 0 {
		required = append(required, `"not listed"`)
	}
	out := `{"type":` + g.of(`"object"`, `["object"]`) + `,"properties":{` + strings.Join(members, ",") + `}`
	if len(required) > 0 {
		out += `,"required":[` + strings.Join(required, ",") + `]`
	}
	if !simple && g.IntN(4) == 0 {
		out += `,"additionalProperties":` + g.of("false", "true", `{"type":"string"}`)
	}
	if !simple && g.IntN(6) == 0 {
		out += `,"allOf":[{"required":["total"]},{"maxProperties":2}]`
	}
	return out + "}"
}

func (g *generator) schema(depth int, simple bool) string {
	if depth < 2 && g.IntN(4) == 0 {
		if g.IntN(2) == 0 {
			return g.object(depth+1, simple)
		}
		return `{"type":["array"],"items":` + g.object(depth+1, simple) + `}`
	}
	plain := []string{`{"type":["string"]}`, `{"type":"string"}`, `{"type":["number"]}`, `{"type":["integer"]}`, `{"type":["boolean"]}`, `{"type":["string"],"pattern":"^[A-Z]{3}$"}`,
		`{"type":["string"],"format":"date-time"}`, `{"enum":["EUR","USD"]}`, `{"type":["string"],"enum":["a","b, c"]}`, `{}`, `{"type":["array"]}`, `{"description":"words: and, more","type":["string"]}`}
	if simple {
		return g.of(plain...)
	}
	return g.of(append(plain, `{"type":["string","null"]}`, `{"type":["null"]}`, `{"type":["number","string"],"minimum":2.50}`, `{"type":"number","exclusiveMaximum":10,"multipleOf":0.5}`, `{"type":"string","minLength":2,"maxLength":3}`,
		`{"enum":[1.50,null,true,"on",["x"],{"k":1}]}`, `{"const":12345678901234567890.10}`, `{"const":{"a":null}}`, `{"type":"array","items":[{"type":"string"},{"type":"number"}],"additionalItems":false}`, `{"type":"array","minItems":2,"uniqueItems":true,"items":{"type":["string"]}}`,
		`true`, `false`, `{"not":{"type":"string"}}`, `{"anyOf":[{"type":"number"},{"pattern":"^x"}]}`, `{"type":"any"}`, `{"oneOf":[{"minimum":3},{"maximum":5}]}`, `{"type":"string","format":"email"}`, `{"default":"yes","type":"string"}`,
		`{"type":"object","patternProperties":{"^t":{"type":"number"}},"additionalProperties":false}`, `{"type":"object","propertyNames":{"maxLength":4}}`)...)
}

func (g *generator) message() string {
	members := []string{`"type":"` + g.of("track", "track", "track", "track", "identify", "group", "page") + `"`, `"event":` + string(rawjson.Quote(g.of(append(eventNames, "Nobody Planned")...)))}
	if g.IntN(2) == 0 {
		members = append(members, `"userId":`+g.of(`"u"`, `"user"`, `7`))
	}
	if g.IntN(2) == 0 {
		members = append(members, `"name":`+g.of(`"Home"`, `"Other"`))
	}
	if g.IntN(2) == 0 {
		members = append(members, `"context":{"app":`+g.data(1)+`,"protocols":{"event_version":`+g.of("1", "2", "3", "9")+`}}`)
	}
	return "{" + strings.Join(append(members, `"properties":`+g.data(0), `"traits":`+g.data(0)), ",") + "}"
}

func (g *generator) data(depth int) string {
	var members []string
	for _, i := range g.Perm(len(fieldNames))[:g.IntN(8)] {
		members = append(members, string(rawjson.Quote(fieldNames[i]))+":"+g.value(depth))
	}
	if g.IntN(4) == 0 {
		members = append(members, `"nobody":1`)
	}
	return "{" + strings.Join(members, ",") + "}"
}

func (g *generator) value(depth int) string {
	if depth < 3 && g.IntN(4) == 0 {
		return g.of(g.data(depth+1), "["+g.data(depth+1)+","+g.data(depth+1)+"]")
	}
	out := g.of(`"abc"`, `"ABC"`, `"EUR"`, `"b, c"`, `"2026-03-01T12:00:00Z"`, `"x"`, `1`, `1.50`, `2.0`, `7`, `11`, `12345678901234567890.10`, `true`, `false`, `null`, `[]`, `["x","x"]`, `["x"]`, `["x",1,2]`, `{"a":null}`, `{"total":"t","longer":1}`)
	if !json.Valid([]byte(out)) {
		panic(out)
	}
	return out
}
