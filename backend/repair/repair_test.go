package repair

import (
	"strings"
	"testing"

	"sidetrack/backend/document"
	"sidetrack/backend/event"
	"sidetrack/backend/naming"
	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
	"sidetrack/backend/rawjson"
	"sidetrack/backend/spec"
)

const shop = `
sidetrack-plan: 1
events:
  Order Completed:
    properties:
      order_id: {type: string, required: true, minLength: 3}
      total: {type: number, required: true}
      currency: {type: string, enum: [EUR, USD, Swiss Francs]}
      gift: {type: boolean}
      count: {type: integer}
      placed_at: {type: string, format: date-time}
      size: {type: number, enum: [1.50, 2]}
      coupon: {type: string, pattern: "^[A-Z]+$"}
      products:
        type: array
        items:
          type: object
          properties:
            sku: {type: string, required: true}
            price: {type: number}
  Channel Chosen:
    properties:
      channel: {const: web, required: true}
      plan: {enum: [free, pro], required: true}
      seats: {type: integer, minimum: 3, required: true}
      owner: {type: object, required: true, properties: {name: {type: string, required: true}}}
identify:
  traits:
    email: {type: string}
    vip: {type: string}
`

// mended is a message mended by all that is found in it, or by the findings with
// one code.
func mended(t testing.TB, code, message string) (*event.Record, Result, Rules) {
	t.Helper()
	rules := rulesOf(t, shop)
	r := recordOf(&event.Record{Disposition: event.Accepted}, []byte(message))
	f := fixing{record: r, rules: rules}
	var findings []event.Finding
	for _, found := range f.findings(r.Message) {
		if code == "" || found.Code == code {
			findings = append(findings, found)
		}
	}
	return r, Fix(r, findings, rules), rules
}

func rulesOf(t testing.TB, text string) Rules {
	t.Helper()
	p, err := planfile.Read([]planfile.File{{Name: "plan.yaml", Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return Rules{plan.NewJudge(p), naming.New(nil)}
}

// message makes a message with an id and nobody's findings but its own.
func message(call, rest string) string {
	return `{"type":"` + call + `","anonymousId":"a-1",` + rest + `,"n":1.500e2}`
}

func TestFix(t *testing.T) {
	for _, c := range []struct {
		name, code, before, after string
		changes, left             string // "action at from→to!" per change, ! when it is a guess; codes of what is left
	}{
		{"text to a number, every digit", "", message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":"281.90"}`),
			message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":281.90}`), `change_type /properties/total "281.90"→281.90`, ""},
		{"a name one letter apart", "", message("track", `"event":"Order Completed","properties":{"order_id":"abc", "totall" : 12.00}`),
			message("track", `"event":"Order Completed","properties":{"order_id":"abc", "total" : 12.00}`), `rename /properties/totall totall→total`, ""},
		{"a name and then its type", "", message("track", `"event":"Order Completed","properties":{"order_id":"abc","Total":"5"}`),
			message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":5}`), `rename /properties/Total Total→total, change_type /properties/total "5"→5`, ""},
		{"a name further apart is a guess", "plan.missing_property", message("track", `"event":"Order Completed","properties":{"ordr_ids":"abc","total":5}`),
			message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":5}`), `rename /properties/ordr_ids ordr_ids→order_id!`, ""},
		{"nothing sent stands for it", "", message("track", `"event":"Order Completed","properties":{"total":5}`),
			message("track", `"event":"Order Completed","properties":{"total":5,"order_id":"<order_id>"}`), `add /properties/order_id →"<order_id>"!`, ""},
		{"placeholders fit the rule", "plan.missing_property", message("track", `"event":"Channel Chosen","properties":{}`),
			message("track", `"event":"Channel Chosen","properties":{"channel":"web","plan":"free","seats":3,"owner":{"name":"<name>"}}`),
			`add /properties/channel →"web", add /properties/plan →"free"!, add /properties/seats →3!, add /properties/owner →{"name":"<name>"}!`, ""},
		{"a section that is not there", "plan.missing_property", `{"type":"track","anonymousId":"a","event":"Order Completed"}`,
			`{"type":"track","anonymousId":"a","event":"Order Completed","properties":{"order_id":"<order_id>","total":0}}`,
			`add /properties/order_id →"<order_id>"!, add /properties/total →0!`, ""},
		{"text to true", "plan.wrong_type", message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":1,"gift":"True"}`),
			message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":1,"gift":true}`), `change_type /properties/gift "True"→true`, ""},
		{"a number to text", "", message("track", `"event":"Order Completed","properties":{"order_id":1234567890123456789.10,"total":1}`),
			message("track", `"event":"Order Completed","properties":{"order_id":"1234567890123456789.10","total":1}`), `change_type /properties/order_id 1234567890123456789.10→"1234567890123456789.10"`, ""},
		{"a fraction is not cut", "", message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":1,"count":1.5}`), "", "", "plan.wrong_type"},
		{"a value by case and by spelling", "", message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":1,"currency":"eur"}`),
			message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":1,"currency":"EUR"}`), `set /properties/currency "eur"→"EUR"`, ""},
		{"a value one letter apart", "", message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":1,"currency":"swiss franks"}`),
			message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":1,"currency":"Swiss Francs"}`), `set /properties/currency "swiss franks"→"Swiss Francs"`, "segment.reserved_type"},
		{"a value near none", "plan.value_not_allowed", message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":1,"currency":"gold"}`), "", "", "plan.value_not_allowed"},
		{"a planned number sent as text", "", message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":1,"size":"1.50"}`),
			message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":1,"size":1.50}`), `change_type /properties/size "1.50"→1.50`, ""},
		{"a time without a zone", "", message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":1,"placed_at":"2026-03-01 12:30"}`), "", "", "plan.format"},
		{"a time in another form", "", message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":1,"placed_at":"2026-03-01 12:30:00+01:00"}`),
			message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":1,"placed_at":"2026-03-01T11:30:00Z"}`), `set /properties/placed_at "2026-03-01 12:30:00+01:00"→"2026-03-01T11:30:00Z"!`, ""},
		{"an expression", "", message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":1,"coupon":"a1"}`), "", "", "plan.pattern"},
		{"the event's name, and what the rule says then", "", message("track", `"event":"order_completed","properties":{"order_id":"abc","total":"1"}`),
			message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":1}`), `rename_event /event order_completed→Order Completed, change_type /properties/total "1"→1`, ""},
		{"a name habits suggest", "", message("track", `"event":"videoPlayed","properties":{}`),
			message("track", `"event":"Video Played","properties":{}`), `rename_event /event videoPlayed→Video Played`, "plan.unplanned_event"},
		{"a name with a value in it", "naming.dynamic_event", message("track", `"event":"Song Played (2026-01-02)","properties":{}`),
			message("track", `"event":"Song Played","properties":{}`), `rename_event /event Song Played (2026-01-02)→Song Played!`, ""},
		{"names in every item of a list", "naming.property_casing", message("track", `"event":"Else Done","properties":{"list":[{"aB":1},{"c":2},{"aB":3.0}]}`),
			message("track", `"event":"Else Done","properties":{"list":[{"a_b":1},{"c":2},{"a_b":3.0}]}`), `rename /properties/list/0/aB aB→a_b`, ""},
		{"a name and one inside of it", "naming.property_casing", message("track", `"event":"Else Done","properties":{"theList":{"aB":1}}`),
			message("track", `"event":"Else Done","properties":{"the_list":{"a_b":1}}`), `rename /properties/theList theList→the_list, rename /properties/the_list/aB aB→a_b`, ""},
		{"two spellings stay", "", message("identify", `"traits":{"userName":"a","user_name":"b"}`), "", "", "plan.unplanned_property, plan.unplanned_property, naming.near_duplicate_property"},
		{"text the plan wants as text", "naming.text_boolean", message("identify", `"traits":{"vip":"true"}`), "", "", ""},
		{"an unplanned name beside the planned one", "", message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":1,"totl":2}`), "", "", "plan.unplanned_property"},
		{"an id that is a number", "", `{"type":"track","userId":10000000000000000000000,"event":"Else Done"}`,
			`{"type":"track","userId":"10000000000000000000000","event":"Else Done"}`, `change_type /userId 10000000000000000000000→"10000000000000000000000"`, "plan.unplanned_event"},
		{"nobody's event", "segment.no_user_or_anonymous_id", `{"type":"track","userId":null,"event":"Order Completed"}`,
			`{"type":"track","userId":null,"event":"Order Completed","anonymousId":"<anonymousId>"}`, `add /anonymousId →"<anonymousId>"!`, ""},
		{"an event in name", "", `{"type":"track","anonymousId":"a","name":"Order Completed","properties":{"order_id":"abc","total":1}}`,
			`{"type":"track","anonymousId":"a","event":"Order Completed","properties":{"order_id":"abc","total":1}}`, `rename /name name→event`, ""},
		{"a type in capitals", "segment.unknown_type", `{"type":"Track","anonymousId":"a","event":"Else Done"}`,
			`{"type":"track","anonymousId":"a","event":"Else Done"}`, `set /type "Track"→"track"`, "plan.unplanned_event"},
		{"no type", "segment.missing_type", `{"anonymousId":"a","event":"Else Done"}`,
			`{"anonymousId":"a","event":"Else Done","type":"track"}`, `add /type →"track"`, "plan.unplanned_event"},
		{"properties as text", "segment.properties_not_object", message("track", `"event":"Else Done","properties":"{\"a\":1.0}"`),
			message("track", `"event":"Else Done","properties":{"a":1.0}`), `change_type /properties "{\"a\":1.0}"→{"a":1.0}`, ""},
		{"a reserved name", "segment.reserved_type", message("track", `"event":"Else Done","properties":{"revenue":"9.90"}`),
			message("track", `"event":"Else Done","properties":{"revenue":9.90}`), `change_type /properties/revenue "9.90"→9.90`, ""},
		{"milliseconds", "segment.timestamp_unreadable", message("page", `"timestamp":1772366400000`),
			message("page", `"timestamp":"2026-03-01T12:00:00.000Z"`), `change_type /timestamp 1772366400000→"2026-03-01T12:00:00.000Z"!`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, got, _ := mended(t, c.code, c.before)
			if c.after == "" {
				c.after = c.before
			}
			if string(got.After) != c.after {
				t.Errorf("after\n got %s\nwant %s", got.After, c.after)
			}
			if string(got.Before) != c.before || string(r.Message) != c.before {
				t.Errorf("before was touched: %s", r.Message)
			}
			if text := changesText(got.Changes); text != c.changes {
				t.Errorf("changes\n got %s\nwant %s", text, c.changes)
			}
			var left []string
			for _, l := range got.Left {
				left = append(left, l.Code)
			}
			if text := strings.Join(left, ", "); text != c.left {
				t.Errorf("left %s, want %s", text, c.left)
			}
		})
	}
}

func changesText(changes []Change) string {
	var list []string
	for _, c := range changes {
		text := string(c.Action) + " " + c.At + " " + c.From + "→" + c.To
		if !c.Certain {
			text += "!"
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}

func TestAChangeNamesAllItSolves(t *testing.T) {
	_, got, _ := mended(t, "", message("track", `"event":"Order Completed","properties":{"order_id":"abc","Total":5}`))
	if len(got.Changes) != 1 || got.Changes[0].Code != "plan.missing_property" {
		t.Fatalf("%+v", got.Changes)
	}
	if also := got.Changes[0].Also; len(also) != 2 || also[0] != (Ref{"naming.property_casing", "/properties/Total"}) || also[1] != (Ref{"plan.unplanned_property", "/properties/Total"}) {
		t.Errorf("also %v", also)
	}
	if len(got.Left) != 0 {
		t.Errorf("left %v", got.Left)
	}
}

func TestPlaceholdersAreNoted(t *testing.T) {
	_, got, _ := mended(t, "", message("track", `"event":"Order Completed","properties":{"total":5}`))
	if len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "/properties/order_id") || !got.Changes[0].Placeholder {
		t.Errorf("%+v", got)
	}
}

func TestWhatThePlanNoLongerSaysIsLeft(t *testing.T) {
	rules := rulesOf(t, shop)
	r := recordOf(&event.Record{}, []byte(message("track", `"event":"Order Completed","properties":{"order_id":"abc","total":1}`)))
	got := Fix(r, []event.Finding{{Code: "plan.missing_property", Path: "/properties/colour"}}, rules)
	if len(got.Changes) != 0 || len(got.Left) != 1 || !strings.Contains(got.Left[0].Words, "not say this any more") {
		t.Errorf("%+v", got)
	}
}

func TestNothingIsMendedWithoutAMessage(t *testing.T) {
	for _, r := range []*event.Record{{Disposition: event.Rejected, Message: []byte(`{"a":1}`)}, {Disposition: event.Suppressed}, {Message: []byte(`[1]`)}} {
		got := Fix(r, []event.Finding{{Code: "request.not_json"}}, Rules{})
		if string(got.After) != string(r.Message) || len(got.Left) != 1 || len(got.Changes) != 0 {
			t.Errorf("%+v", got)
		}
	}
}

func TestPlaceholderFitsItsSchema(t *testing.T) {
	for _, schema := range []string{
		`{"type":"string","minLength":40}`, `{"type":"string","maxLength":2}`, `{"type":["null","number"],"exclusiveMinimum":2.5,"maximum":3.9}`,
		`{"type":"integer","minimum":7,"multipleOf":5}`, `{"type":"number","maximum":-1.5}`, `{"type":"number","exclusiveMaximum":0}`,
		`{"type":"array","minItems":2,"items":{"type":"integer","minimum":1}}`, `{"type":"string","format":"uuid"}`, `{"type":"string","format":"email"}`,
		`{"type":"object","required":["a"],"properties":{"a":{"enum":[1.50]}}}`, `{}`, `{"type":"boolean"}`, `{"const":null}`, `{"type":"string","format":"date-time"}`,
	} {
		n, err := document.JSON("s.json", []byte(schema))
		if err != nil {
			t.Fatal(err)
		}
		value, _ := placeholder(n, "thing", 0)
		if rawjson.Check(value, 64) != nil {
			t.Errorf("%s: no JSON: %s", schema, value)
		}
		fields, err := document.JSON("p.json", []byte(`{"type":"object","properties":{"properties":{"type":"object","properties":{"thing":`+schema+`}}}}`))
		if err != nil {
			t.Fatal(err)
		}
		j := plan.NewJudge(&plan.Plan{Rules: []*plan.Rule{{Call: plan.Track, Name: "A", Version: 1, Schema: fields}}})
		text := []byte(`{"type":"track","event":"A","properties":{"thing":` + string(value) + `}}`)
		if found := j.Check(&event.Record{Type: "track", Name: "A"}, text); len(found) != 0 {
			t.Errorf("%s: %s is refused: %s", schema, value, found[0].Message)
		}
	}
}

// Every code has words for what a person decides, and Segment's rules too.
func TestEveryCodeCanBeLeft(t *testing.T) {
	var codes []string
	for _, c := range plan.Codes {
		codes = append(codes, c.Code)
	}
	for _, r := range append(naming.Findings(), spec.Rules...) {
		codes = append(codes, r.Code)
	}
	r := recordOf(&event.Record{}, []byte(`{"type":"track","event":"Order Completed"}`))
	for _, code := range codes {
		got := Fix(r, []event.Finding{{Code: code, Path: "/properties/x", Message: "It is so."}}, rulesOf(t, shop))
		if len(got.Changes)+len(got.Left) != 1 || len(got.Left) == 1 && len(got.Left[0].Words) < 20 {
			t.Errorf("%s: %+v", code, got)
		}
	}
}
