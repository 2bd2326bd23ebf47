package enforce

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
	"sidetrack/backend/rawjson"
)

const shop = `
sidetrack-plan: 1
events:
  Order Completed:
    properties:
      order_id: string!
      total: number
      products: {type: array, items: {type: object, properties: {sku: string, price: number}}}
  Page Viewed:
    properties: {path: string}
identify: {traits: {email: string, age: integer}}
common:
  properties:
    context: {required: [app], properties: {app: object}}
    properties: {properties: {secret: {not: {}}}}
`

var website = event.SourceRef{ID: "src_1", Name: "Website"}

func settings(t testing.TB, more string) Settings {
	t.Helper()
	p, err := planfile.Read([]planfile.File{{Name: "plan.yaml", Data: []byte(shop + more)}})
	if err != nil {
		t.Fatal(err)
	}
	s := Settings{plan.NewJudge(p), website}
	for _, problem := range p.Problems {
		t.Error(problem.Message)
	}
	return s
}

func recordOf(t testing.TB, message string) *event.Record {
	t.Helper()
	if err := rawjson.Check([]byte(message), 64); err != nil {
		t.Fatal(err, message)
	}
	get := func(k string) string { s, _ := rawjson.String(rawjson.Get([]byte(message), k)); return s }
	r := &event.Record{Source: website, Type: get("type"), Name: get("event"), MessageID: "m-1", Disposition: event.Accepted, Message: []byte(message)}
	if r.Type != "track" {
		r.Name = get("name")
	}
	return r
}

func order(properties string) string {
	return `{"type":"track","event":"Order Completed","context":{"app":{}},"properties":` + properties + `}`
}

// rules lists the settings the steps were made by.
func rules(steps []Step) string {
	var list []string
	for _, s := range steps {
		list = append(list, s.Rule+" "+s.Path)
	}
	return strings.Join(list, ", ")
}

func TestControls(t *testing.T) {
	const bad = `{"order_id":7,"total":1.50,"extra":1e2}`
	for _, c := range []struct {
		name, enforcement, message string
		reason                     Reason
		properties, steps          string
	}{
		{"nothing set, nothing done", "", order(bad), "", bad, ""},
		{"unplanned event allowed", "enforcement: {track: {unplanned_events: allow}}", `{"type":"track","event":"Else","context":{"app":{}}}`, "", "", ""},
		{"unplanned event blocked", "enforcement: {track: {unplanned_events: block}}", `{"type":"track","event":"Else","context":{"app":{}}}`, Unplanned, "", "track.unplanned_events "},
		{"unplanned property omitted", "enforcement: {track: {unplanned_properties: omit}}", order(bad), "", `{"order_id":7,"total":1.50}`, "track.unplanned_properties /properties/extra"},
		{"in every item of a list", "enforcement: {track: {unplanned_properties: omit}}", order(`{"order_id":"a","products":[{"x":1,"sku":"s"},{"sku":"t"},{"x":2}]}`), "",
			`{"order_id":"a","products":[{"sku":"s"},{"sku":"t"},{}]}`, "track.unplanned_properties /properties/products/0/x, track.unplanned_properties /properties/products/2/x"},
		{"violations block", "enforcement: {track: {violations: block}}", order(bad), SchemaViolation, "", "track.violations "},
		{"violating property omitted", "enforcement: {track: {violations: omit}}", order(bad), "", `{"total":1.50,"extra":1e2}`, "track.violations /properties/order_id"},
		{"nothing to omit where it is missing", "enforcement: {track: {violations: omit}}", order(`{"total":1}`), "", `{"total":1}`, "track.violations /properties/order_id"},
		{"a member of an item", "enforcement: {track: {violations: omit}}", order(`{"order_id":"a","products":[{"price":"1","sku":"s"}]}`), "", `{"order_id":"a","products":[{"sku":"s"}]}`, "track.violations /properties/products/0/price"},
		{"the list of a wrong item", "enforcement: {track: {violations: omit}}", order(`{"order_id":"a","products":[{"sku":"s"},7]}`), "", `{"order_id":"a"}`, "track.violations /properties/products"},
		{"both omissions", "enforcement: {track: {unplanned_properties: omit, violations: omit}}", order(bad), "", `{"total":1.50}`, "track.unplanned_properties /properties/extra, track.violations /properties/order_id"},
		{"common blocks", "enforcement: {track: {common_violations: block}}", `{"type":"track","event":"Order Completed","context":{},"properties":{"order_id":"a"}}`, CommonSchemaViolation, "", "track.common_violations "},
		{"common omits in properties", "enforcement: {track: {common_violations: omit}}", order(`{"order_id":"a","secret":1}`), "", `{"order_id":"a"}`, "track.common_violations /properties/secret"},
		{"common cannot omit elsewhere", "enforcement: {track: {common_violations: omit}}", `{"type":"track","event":"Order Completed","context":{},"properties":{"order_id":"a"}}`, "", `{"order_id":"a"}`, "track.common_violations /context/app"},
		{"common sees what the others left", "enforcement: {track: {unplanned_properties: omit, common_violations: block}}", order(`{"order_id":"a","secret":1}`), "", `{"order_id":"a"}`, "track.unplanned_properties /properties/secret"},
		{"page calls as events", "enforcement: {track: {unplanned_properties: omit}}", `{"type":"page","context":{"app":{}},"properties":{"path":"/","x":1}}`, "", `{"path":"/"}`, "track.unplanned_properties /properties/x"},
		{"traits", "enforcement: {identify: {unplanned_traits: omit, violations: omit}}", `{"type":"identify","context":{"app":{}},"traits":{"email":"e","age":"7","x":1}}`, "", "", "identify.unplanned_traits /traits/x, identify.violations /traits/age"},
		{"an alias passes", "enforcement: {identify: {common_violations: block}, track: {common_violations: block}}", `{"type":"alias","context":{}}`, "", "", ""},
		{"another source's entry", "enforcement: {sources: [App], track: {unplanned_events: block}}", `{"type":"track","event":"Else","context":{"app":{}}}`, "", "", ""},
		{"the source's own entry", "enforcement: [{track: {unplanned_events: allow}}, {sources: [website], track: {unplanned_events: block}}]", `{"type":"track","event":"Else","context":{"app":{}}}`, Unplanned, "", "track.unplanned_events "},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := recordOf(t, c.message)
			got, steps := Apply(r, settings(t, c.enforcement), "")
			if got.Blocked != (c.reason != "") || got.Reason != c.reason {
				t.Errorf("blocked %v for %q, want %q", got.Blocked, got.Reason, c.reason)
			}
			if c.properties != "" && string(rawjson.Get(got.Message, "properties")) != c.properties {
				t.Errorf("left %s, want %s", got.Message, c.properties)
			}
			if text := rules(steps); text != c.steps {
				t.Errorf("steps %q, want %q", text, c.steps)
			}
			for _, s := range steps {
				if s.At.Line == 0 || s.Words == "" {
					t.Errorf("a step without place or words: %+v", s)
				}
			}
			if string(r.Message) != c.message {
				t.Errorf("the event was touched: %s", r.Message)
			}
		})
	}
}

func TestAnnotationsAreSegments(t *testing.T) {
	r := recordOf(t, `{"type":"track","event":"Order Completed","context":{"protocols":{"event_version":1}},"properties":{"order_id":7,"extra":1}}`)
	got, _ := Apply(r, settings(t, "enforcement: {track: {unplanned_properties: omit, violations: omit}}"), "")
	const want = `{"event_version":1,"sourceId":"src_1","violations":[{"type":"Invalid Type","field":"properties.order_id","description":"Invalid type. Expected: string, given: integer"},{"type":"Required","field":"context.app","description":"app is required"}],"omitted":["extra"],"omitted_on_violation":["order_id"]}`
	if protocols := rawjson.At(got.Message, []string{"context", "protocols"}); string(protocols) != want {
		t.Errorf("context.protocols is\n%s, want\n%s", protocols, want)
	}
	clean, _ := Apply(recordOf(t, order(`{"order_id":"a"}`)), settings(t, ""), "")
	if string(clean.Message) != order(`{"order_id":"a"}`) {
		t.Errorf("a good event was annotated: %s", clean.Message)
	}
}

func TestTransformations(t *testing.T) {
	for _, c := range []struct {
		name, transformation, destination, message, want string
	}{
		{"rename the event", "transformations: {event: Order Completed, rename_event: Order Paid}", "", order(`{"order_id":"a"}`), `{"type":"track","event":"Order Paid","context":{"app":{}},"properties":{"order_id":"a"}}`},
		{"rename where it stands", "transformations: {event: Order Completed, rename: {properties.order_id: properties.id}}", "", order(`{"order_id":"a","total":1.0}`), order(`{"id":"a","total":1.0}`)},
		{"move out of an object", "transformations: {event: Order Completed, rename: {properties.a.b: properties.c}}", "", order(`{"order_id":"a","a":{"b":1.50,"z":2}}`), order(`{"order_id":"a","a":{"z":2},"c":1.50}`)},
		{"move into an object that is made", "transformations: {event: Order Completed, rename: {properties.total: properties.sum.net}}", "", order(`{"order_id":"a","total":1.50}`), order(`{"order_id":"a","sum":{"net":1.50}}`)},
		{"a dot in a name", `transformations: {event: Order Completed, rename: {'properties.a\.b': properties.c}}`, "", order(`{"order_id":"a","a.b":1}`), order(`{"order_id":"a","c":1}`)},
		{"the new name is taken", "transformations: {event: Order Completed, rename: {properties.order_id: properties.total}}", "", order(`{"order_id":"a","total":1}`), order(`{"order_id":"a","total":1}`)},
		{"cast", "transformations: {event: Order Completed, cast: [{paths: [properties.a], to: number}, {paths: [properties.b], to: string}, {paths: [properties.c], to: boolean}, {paths: [properties.d], to: integer}]}", "",
			order(`{"order_id":"a","a":"1.50","b":2e3,"c":"TRUE","d":"7.5"}`), order(`{"order_id":"a","a":1.50,"b":"2e3","c":true,"d":"7.5"}`)},
		{"set, also at the top and in context", "transformations: {event: Order Completed, set: [{paths: [userId, context.app.name, properties.total], value: x}, {paths: [properties.n.m], value: {k: 1.50}}]}", "",
			order(`{"order_id":"a","total":1}`), `{"type":"track","event":"Order Completed","context":{"app":{"name":"x"}},"properties":{"order_id":"a","total":"x","n":{"m":{"k":1.50}}},"userId":"x"}`},
		{"another event", "transformations: {event: Else, set: [{paths: [properties.a], value: 1}]}", "", order(`{"order_id":"a"}`), order(`{"order_id":"a"}`)},
		{"another source", "transformations: {source: App, event: Order Completed, set: [{paths: [properties.a], value: 1}]}", "", order(`{"order_id":"a"}`), order(`{"order_id":"a"}`)},
		{"switched off", "transformations: {enabled: false, event: Order Completed, set: [{paths: [properties.a], value: 1}]}", "", order(`{"order_id":"a"}`), order(`{"order_id":"a"}`)},
		{"for a destination, not at the source", "transformations: {destination: Braze, event: Order Completed, set: [{paths: [properties.a], value: 1}]}", "", order(`{"order_id":"a"}`), order(`{"order_id":"a"}`)},
		{"for a destination, there", "transformations: {destination: Braze, event: Order Completed, set: [{paths: [properties.a], value: 1}]}", "braze", order(`{"order_id":"a"}`), order(`{"order_id":"a","a":1}`)},
		{"the source's come first", "transformations: [{destination: Braze, event: Paid, rename: {properties.id: properties.i}}, {event: Order Completed, rename_event: Paid, rename: {properties.order_id: properties.id}}]", "Braze",
			order(`{"order_id":"a"}`), `{"type":"track","event":"Paid","context":{"app":{}},"properties":{"i":"a"}}`},
		{"traits", "transformations: {type: identify, rename: {traits.email: traits.mail}}", "", `{"type":"identify","context":{"app":{}},"traits":{"email":"e"}}`, `{"type":"identify","context":{"app":{}},"traits":{"mail":"e"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := settings(t, c.transformation)
			r := recordOf(t, c.message)
			got, steps := Apply(r, s, c.destination)
			if string(withoutProtocols(got.Message)) != c.want {
				t.Errorf("%s\nbecame %s\nwant   %s", c.message, got.Message, c.want)
			}
			for _, step := range steps {
				if step.Words == "" || step.At.Line == 0 {
					t.Errorf("%+v", step)
				}
			}
			if string(r.Message) != c.message {
				t.Errorf("the event was touched: %s", r.Message)
			}
		})
	}
	dropped, steps := Apply(recordOf(t, order(`{"order_id":"a"}`)), settings(t, "transformations: {event: Order Completed, drop: true}"), "")
	if !dropped.Blocked || dropped.Reason != DroppedByTransform || len(steps) != 1 {
		t.Errorf("%+v %+v", dropped, steps)
	}
}

// withoutProtocols takes away the notes about violations these messages have.
func withoutProtocols(message []byte) []byte {
	out, _ := rawjson.Remove(message, []string{"context", "protocols"})
	return out
}

// A blocked event is not changed, and nothing after the block is tried.
func TestABlockEndsTheWay(t *testing.T) {
	s := settings(t, "enforcement: {track: {unplanned_events: block}}\ntransformations: {event: Else, set: [{paths: [properties.a], value: 1}]}")
	got, steps := Apply(recordOf(t, `{"type":"track","event":"Else","context":{"app":{}}}`), s, "Braze")
	if !got.Blocked || len(steps) != 1 || string(got.Message) != `{"type":"track","event":"Else","context":{"app":{}}}` {
		t.Errorf("%+v %+v", got, steps)
	}
}

func TestNoPlanLetsEverythingPass(t *testing.T) {
	r := recordOf(t, order(`{"x":1}`))
	got, steps := Apply(r, Settings{}, "Braze")
	if got.Blocked || string(got.Message) != string(r.Message) || steps == nil || len(steps) != 0 {
		t.Errorf("%+v", got)
	}
}

// More wrong values than an event lists are all taken out.
func TestNoPropertyIsOverlooked(t *testing.T) {
	var many []string
	for i := range 300 {
		many = append(many, `"x`+strings.Repeat("y", i)+`":1`)
	}
	got, _ := Apply(recordOf(t, order(`{"order_id":"a",`+strings.Join(many, ",")+`}`)), settings(t, "enforcement: {track: {unplanned_properties: omit}}"), "")
	if left := string(rawjson.Get(got.Message, "properties")); left != `{"order_id":"a"}` || len(got.Annotations.Omitted) != 300 {
		t.Errorf("%d omitted, left %.200s", len(got.Annotations.Omitted), left)
	}
}

func TestViolationGenerated(t *testing.T) {
	r := recordOf(t, `{"type":"track","event":"Order Completed","context":{"app":{"version":"2.1","build":1.0},"library":{"name":"go"}},"sentAt":"2026-03-01T12:30:00Z","properties":{"order_id":7}}`)
	r.Source.Name = "My Web-Site"
	s := settings(t, "")
	got, _ := Apply(r, s, "")
	events := ViolationEvents(r, got.Annotations.Violations, PlanRef{"rs_1", "Shop"})
	if len(events) != 1 {
		t.Fatal(len(events))
	}
	var have map[string]any
	if err := json.Unmarshal(events[0], &have); err != nil {
		t.Fatal(err)
	}
	id, _ := have["messageId"].(string)
	if !strings.HasPrefix(id, "sch-") || len(id) > 100 {
		t.Errorf("messageId %q", id)
	}
	delete(have, "messageId")
	want := map[string]any{
		"type": "track", "event": "Violation Generated", "userId": "schema-violations", "forwardedFromProject": "src_1", "integrations": map[string]any{},
		"context": map[string]any{"app": map[string]any{"version": "2.1", "build": 1.0}, "library": map[string]any{"name": "go"}},
		"properties": map[string]any{
			"appVersion": "2.1", "eventMessageID": "m-1", "eventName": "Order Completed", "eventType": "track",
			"eventSentAt": "2026-03-01T12:30:00Z", "eventTimestamp": "0001-01-01T00:00:00Z",
			"sourceID": "src_1", "sourceName": "My Web-Site", "sourceSlug": "my_web_site", "trackingPlanID": "rs_1", "trackingPlanName": "Shop",
			"violationType": "Invalid Type", "violationField": "properties.order_id", "violationDescription": "Invalid type. Expected: string, given: integer",
		},
	}
	if !reflect.DeepEqual(have, want) {
		t.Errorf("%s", events[0])
	}
	if again := ViolationEvents(r, got.Annotations.Violations, PlanRef{"rs_1", "Shop"}); !bytes.Equal(again[0], events[0]) {
		t.Error("the same violation made another event")
	}
}

func TestSegmentsWording(t *testing.T) {
	p, err := planfile.Read([]planfile.File{{Name: "plan.yaml", Data: []byte(`
sidetrack-plan: 1
events:
  A:
    properties:
      kind: [web, 1.50]
      one: {const: x}
      code: {type: string, pattern: '^a$'}
      at: date-time
      n: {type: number, minimum: 5}
      s: {type: string, maxLength: 2}
      f: {type: [integer, "null"]}
    additionalProperties: false
`)}})
	if err != nil {
		t.Fatal(err)
	}
	s := Settings{plan.NewJudge(p), website}
	r := recordOf(t, `{"type":"track","event":"A","properties":{"kind":"x","one":"y","code":"b","at":"z","n":1,"s":"abc","f":1.5,"more":1}}`)
	got, _ := Apply(r, s, "")
	have := map[string]string{}
	for _, v := range got.Annotations.Violations {
		have[v.Field] = v.Type + ": " + v.Description
	}
	for field, want := range map[string]string{
		"properties.kind": `Enum: properties.kind must be one of the following: "web", 1.50`,
		"properties.one":  `Const: properties.one does not match: "x"`,
		"properties.code": `Pattern: Does not match pattern '^a$'`,
		"properties.at":   `Format: Does not match format 'date-time'`,
		"properties.n":    `Number Gte: Must be greater than or equal to 5`,
		"properties.s":    `String Lte: String length must be less than or equal to 2`,
		"properties.f":    `Invalid Type: Invalid type. Expected: integer/null, given: number`,
	} {
		if have[field] != want {
			t.Errorf("%s: %q, want %q", field, have[field], want)
		}
	}
	if !strings.HasPrefix(have["properties.more"], "Additional Property Not Allowed: ") {
		t.Errorf("%q", have["properties.more"])
	}
}

func TestCastLosesNothing(t *testing.T) {
	for _, c := range [][3]string{
		{`"12345678901234567890.10"`, "number", `12345678901234567890.10`}, {`5.00`, "integer", `5`}, {`"5.5"`, "integer", ``}, {`1e3`, "integer", ``},
		{`"abc"`, "number", ``}, {`" 7 "`, "number", `7`}, {`true`, "number", `1`}, {`false`, "string", `"false"`}, {`"yes"`, "boolean", ``},
		{`0`, "boolean", `false`}, {`null`, "string", ``}, {`[1]`, "string", ``}, {`"\ud800"`, "string", `"\ud800"`}, {`"NaN"`, "number", ``}, {`"01"`, "number", ``},
	} {
		got, ok := Cast([]byte(c[0]), c[1])
		if string(got) != c[2] || ok != (c[2] != "") {
			t.Errorf("%s to %s: %s %v, want %s", c[0], c[1], got, ok, c[2])
		}
	}
}
