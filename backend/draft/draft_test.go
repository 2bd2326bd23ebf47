package draft_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/draft"
	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
	"sidetrack/backend/schema"
)

// log is events that were sent.
type log struct {
	records []event.Record
	tallies map[[2]string]*schema.Event
}

func (l *log) send(call, name, section string) {
	r := event.Record{Seq: int64(len(l.records) + 1), Type: call, Name: name, ReceivedAt: time.Unix(int64(len(l.records)), 0), Source: event.SourceRef{ID: "s"},
		Message: []byte(fmt.Sprintf(`{"type":%q,"event":%q,%q:%s}`, call, name, schema.Section(call), section))}
	l.records = append(l.records, r)
	if l.tallies == nil {
		l.tallies = map[[2]string]*schema.Event{}
	}
	t := l.tallies[[2]string{call, name}]
	if t == nil {
		t = &schema.Event{Call: call, Name: name}
		l.tallies[[2]string{call, name}] = t
	}
	t.Fold(&r)
}

func (l *log) seen() (list []schema.Event) {
	for _, t := range l.tallies {
		list = append(list, *t)
	}
	return list
}

// judged reads a draft and holds the log against it.
func (l *log) judged(t *testing.T, text string) (found []string) {
	t.Helper()
	p, err := planfile.Read([]planfile.File{{Name: "draft.yaml", Data: []byte(text)}})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	j := plan.NewJudge(p)
	if len(p.Problems) > 0 {
		t.Errorf("%+v\n%s", p.Problems, text)
	}
	for i := range l.records {
		for _, f := range j.Check(&l.records[i], l.records[i].Message) {
			found = append(found, fmt.Sprintf("%s of %s", f.Message, l.records[i].Message))
		}
	}
	return found
}

func TestADraftSaysWhatWasSeen(t *testing.T) {
	var l log
	for i := range 25 {
		coupon := ""
		if i%2 == 0 {
			coupon = `"coupon":"SAVE",`
		}
		l.send("track", "Order Completed", fmt.Sprintf(`{%s"total":%d,"order_id":"o-%d","paid":true,"method":%q,"first_name":%q,"placed_at":"2026-03-0%dT10:00:%02dZ","ship":{"speed":%d,"to":null},`+
			`"products":[{"sku":"a","price":1.5,"qty":2},{"sku":"b"}]}`, coupon, i, i, []string{"card", "paypal"}[i%2], []string{"Ann", "Bob"}[i%2], 1+i%9, i, i))
		l.send("identify", "", fmt.Sprintf(`{"plan":%q,"email":"a%d@example.com"}`, []string{"free", "pro"}[i%2], i))
		l.send("page", fmt.Sprint("Page ", i), `{"path":"/"}`)
	}
	l.send("track", "Rare", `{"n":1,"mixed":"x"}`)
	l.send("track", "Rare", `{"n":1.5,"mixed":2}`)
	l.send("alias", "", `{}`)
	d, err := draft.Events(l.seen(), "Shop")
	if err != nil {
		t.Fatal(err)
	}
	want := `sidetrack-plan: 1
name: Shop
events:
  Order Completed:
    properties:
      coupon: string
      first_name: string!
      method:
        type: string
        required: true
        enum: [card, paypal]
      order_id: string!
      paid: boolean!
      placed_at: date-time!
      products:
        type: array
        required: true
        items:
          type: object
          properties:
            price: number
            qty: integer
            sku: string
      ship:
        type: object
        required: true
        properties:
          speed: integer!
          to: any!
      total: number!
  Rare:
    properties:
      mixed: string | integer
      n: number
identify:
  traits:
    email: string
    plan: [free, pro]
page:
  properties:
    path: string!
`
	head, got, _ := strings.Cut(d.Text, "\n")
	if got != strings.Replace(want, "    plan: [free, pro]\n", "    plan:\n      type: string\n      enum: [free, pro]\n", 1) || !strings.HasPrefix(head, "# Drafted from 77 events") || d.Rules != 4 {
		t.Errorf("%d rules, %s\n%s", d.Rules, head, got)
	}
	wantNotes := "1 event came fewer than 20 times, so nothing in them is required.|Lists of values hold what was seen. Add what else is allowed: Order Completed: method, identify: plan.|" +
		"Taken for times, by their names and the first values: Order Completed: placed_at."
	if got := strings.Join(d.Notes, "|"); got != wantNotes {
		t.Errorf("notes: %s", got)
	}
	if found := l.judged(t, d.Text); len(found) > 0 {
		t.Errorf("%q", found)
	}
	if _, err := draft.Events(nil, ""); err == nil {
		t.Error("a draft of nothing")
	}
}

// Nothing that looks like a person's, an id or free text becomes a list of
// values that ends up in a file.
func TestADraftListsNoValuesOfPeople(t *testing.T) {
	var l log
	names := []string{"user_email", "userName", "customer_id", "city", "note", "comment_text", "phoneNumber", "lastName", "zip", "shipping_address", "search_query", "sessionToken", "profile.name"}
	values := map[string][]string{"contact": {"ann@example.com", "bob@example.com"}, "ref": {"3f2a9c1bd0", "77aa00bb11"}, "who": {"+49 30 1234", "030 99887"}, "where": {"https://a.example/x", "//b.example"}, "long": {"This is rather a sentence", "and so is this one"}}
	for i := range 40 {
		parts := []string{}
		for _, n := range names {
			parts = append(parts, fmt.Sprintf("%q:%q", n, []string{"Secret", "Hidden"}[i%2]))
		}
		for n, v := range values {
			parts = append(parts, fmt.Sprintf("%q:%q", n, v[i%2]))
		}
		l.send("track", "Sent", "{"+strings.Join(parts, ",")+"}")
	}
	d, err := draft.Events(l.seen(), "")
	if err != nil {
		t.Fatal(err)
	}
	if regexp.MustCompile(`enum|\[|Secret|Hidden|example|sentence|3f2a|1234`).MatchString(strings.SplitN(d.Text, "\n", 2)[1]) {
		t.Error(d.Text)
	}
}

// Whatever was sent, a plan drafted of it finds nothing in it. Only a name with
// a dot beside an object of the same name is beyond the paths that are counted.
func TestADraftFitsWhatItWasMadeOf(t *testing.T) {
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 3))
		var l log
		for range 60 + random.IntN(60) {
			call := []string{"track", "track", "identify", "group", "page", "screen"}[random.IntN(6)]
			name := ""
			if call != "identify" && call != "group" {
				name = []string{"A", "B <<", "on: {x}", "null", "ü 'q\" #"}[random.IntN(5)]
			}
			l.send(call, name, value(random, 0, true))
		}
		d, err := draft.Events(l.seen(), fmt.Sprint("Seed ", seed))
		if err != nil {
			t.Fatal(err)
		}
		if found := l.judged(t, d.Text); len(found) > 0 {
			t.Fatalf("seed %d: %d, such as %.500s\n%.3000s", seed, len(found), found[0], d.Text)
		}
	}
}

// value makes up a value; an object when it has to be one.
func value(random *rand.Rand, depth int, object bool) string {
	kind := random.IntN(9)
	if depth > 1 { // more names are not counted
		kind = random.IntN(6)
	}
	if object {
		kind = 8
	}
	switch kind {
	case 0:
		return "null"
	case 1:
		return []string{"true", "false"}[random.IntN(2)]
	case 2:
		return []string{"1", "2.0", "-7", "1e3", "2.5"}[random.IntN(5)]
	case 3, 4:
		return []string{`"red"`, `"green"`, `"yes"`, `"2026-03-01T10:00:00Z"`, `"~"`, `"a: b"`, `""`}[random.IntN(7)]
	case 5:
		return fmt.Sprintf(`"v%d"`, random.IntN(100))
	case 6, 7:
		var items []string
		for range random.IntN(3) {
			items = append(items, value(random, depth+1, false))
		}
		return "[" + strings.Join(items, ",") + "]"
	}
	names := []string{"color", "total", "c.d", "a", "b", "list", "required", "type", "<<", "on", "x y", "0", "properties", "~1"}
	var members []string
	for _, n := range names {
		if random.IntN(3) > 0 {
			members = append(members, fmt.Sprintf("%q:%s", n, value(random, depth+1, false)))
		}
	}
	return "{" + strings.Join(members, ",") + "}"
}

func TestEverySpecAndUseCaseIsAPlan(t *testing.T) {
	for kind, want := range map[draft.Kind]struct{ entries, rules int }{draft.Specs: {9, 92}, draft.UseCases: {16, 34}} {
		list, err := draft.List(kind)
		if err != nil {
			t.Fatal(err)
		}
		rules := 0
		for _, e := range list {
			rules += e.Rules
			d, err := draft.Ready(kind, e.ID, `My "plan": #1`)
			if err != nil {
				t.Fatal(err)
			}
			p, err := planfile.Read([]planfile.File{{Name: "p.yaml", Data: []byte(d.Text)}})
			if err != nil || p.Name != `My "plan": #1` || len(p.Problems) > 0 || len(p.Rules) != e.Rules || d.Name != p.Name || len(d.Notes) == 0 || e.Title == "" || e.Description == "" {
				t.Errorf("%s: %+v %v", e.ID, p, err)
			}
			for _, f := range plan.Lint(p) {
				if f.Severity == "error" || f.Code == "lint.empty_event" {
					t.Errorf("%s: %+v", e.ID, f)
				}
			}
			for _, r := range p.Rules {
				if r.Description == "" {
					t.Errorf("%s: %s says nothing of itself", e.ID, r.Label())
				}
			}
		}
		if len(list) != want.entries || rules != want.rules {
			t.Errorf("%s: %d with %d rules", kind, len(list), rules)
		}
	}
	for _, id := range []string{"", "nothing", "../catalog", "specs/video"} {
		if d, err := draft.Ready(draft.Specs, id, ""); err == nil {
			t.Errorf("%q: %+v", id, d)
		}
	}
}

// The facts of a few rows of the specs, as Segment's pages have them.
func TestSpecsHaveTheirProperties(t *testing.T) {
	for _, c := range []struct {
		kind                     draft.Kind
		id, event, property, typ string
	}{
		{draft.Specs, "ecommerce_v2", "Order Completed", "products.$.quantity", "number"},
		{draft.Specs, "ecommerce_v2", "Products Searched", "query", "string object"},
		{draft.Specs, "b2b_saas", "Trial Started", "trial_end_date", "string"},
		{draft.Specs, "video", "Video Ad Started", "type", "string"},
		{draft.Specs, "native_mobile", "Application Opened", "from_background", "boolean"},
		{draft.UseCases, "mitigate-cart-abandonment", "Checkout Started", "num_items", "integer"},
	} {
		d, err := draft.Ready(c.kind, c.id, "")
		if err != nil {
			t.Fatal(err)
		}
		p, err := planfile.Read([]planfile.File{{Name: "p.yaml", Data: []byte(d.Text)}})
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, r := range p.Rules {
			for _, f := range r.PlannedFields() {
				found = found || r.Name == c.event && f.Name == c.property && strings.Join(f.Types, " ") == c.typ && !f.Required
			}
		}
		if !found {
			t.Errorf("%s: %s has no %s of %s", c.id, c.event, c.property, c.typ)
		}
	}
}
