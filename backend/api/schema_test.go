package api

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/document"
	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/schema"
)

// fakeSchema has counted a few events, and holds Dev against a plan.
type fakeSchema struct {
	ask       SchemaAsk
	list      []schema.Event
	uncounted int64
	judge     *plan.Judge
}

func (f *fakeSchema) Schema(_ context.Context, a SchemaAsk) ([]schema.Event, int64, error) {
	f.ask = a
	return f.list, f.uncounted, nil
}
func (f *fakeSchema) CatchUp(context.Context) {}
func (f *fakeSchema) SchemaThrough() int64    { return 9 }
func (f *fakeSchema) JudgeOf(s event.SourceRef) *plan.Judge {
	if s.ID == "src_1" {
		return f.judge
	}
	return nil
}

type fakePlans struct {
	Plans
	judges []*plan.Judge
}

func (f fakePlans) Judges() []*plan.Judge { return f.judges }

// seenDoor is an API that has seen an order, an identify and an event of
// another source.
func seenDoor(t *testing.T) (*door, *fakeSchema) {
	n, err := document.JSON("plan.json", []byte(`{"type":"object","properties":{"properties":{"type":"object","required":["id"],"properties":{"id":{"type":"string"},"gone":{"type":["number","null"]}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	never := *n
	f := &fakeSchema{uncounted: 3, judge: plan.NewJudge(&plan.Plan{Name: "Shop", Rules: []*plan.Rule{
		{Call: plan.Track, Name: "Order", Version: 1, Schema: n, At: document.Place{File: "plan.json", Line: 1, Column: 1}}, {Call: plan.Track, Name: "Never", Version: 1, Schema: &never},
	}})}
	dev := "dev"
	add := func(source event.SourceRef, call, name string, messages ...string) {
		e := schema.Event{Source: source, Call: call, Name: name}
		for i, m := range messages {
			r := &event.Record{Seq: int64(i + 1), ReceivedAt: noon.Add(time.Duration(i) * time.Minute), Type: call, Name: name, Disposition: event.Accepted, Message: json.RawMessage(m)}
			if i == 1 {
				r.Disposition = event.Blocked
			}
			e.Fold(r)
		}
		f.list = append(f.list, e)
	}
	one := event.SourceRef{ID: "src_1", Name: "Dev", Label: &dev}
	add(one, "track", "Order", `{"properties":{"id":"a<b","n":1}}`, `{"properties":{"id":"c","n":2.5}}`)
	add(one, "track", "=1+1, \"Oops\"", `{"properties":{"@x":true}}`)
	add(event.SourceRef{ID: "src_2", Name: "Other"}, "track", "Order", `{}`)
	d := open(t)
	d.API.Schema, d.API.Plans = f, fakePlans{judges: []*plan.Judge{f.judge}}
	return d, f
}

func TestTheSchemaIsTold(t *testing.T) {
	d, f := seenDoor(t)
	var out struct {
		Items     []SeenEvent
		Uncounted int64
		Through   int64
	}
	d.ok(d.ask("GET", "/api/schema?source=Dev&label=dev&since=2026-03-01T00:00:00Z&until=1h&call=track&event=Order", ""), &out)
	want := SchemaAsk{Source: "Dev", Label: "dev", Call: "track", Event: "Order", Since: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Until: noon.Add(-time.Hour)}
	if f.ask != want {
		t.Errorf("asked for %+v", f.ask)
	}
	if len(out.Items) != 3 || out.Uncounted != 3 || out.Through != 9 {
		t.Fatalf("got %+v", out)
	}
	e := out.Items[0]
	id, n := e.Properties[0], e.Properties[1]
	if e.Events != 2 || e.Blocked != 1 || !e.FirstSeen.Time.Equal(noon) || e.LastSeen.Seq != 2 || id.Name != "id" || id.Rate != 1 || string(id.Examples[0]) != `"a<b"` ||
		id.Values[1].Count != 1 || id.Types["string"] != 2 || *n.Min != 1 || *n.Max != 2.5 || n.Types["integer"] != 1 || n.Types["number"] != 1 {
		t.Errorf("got %+v", e)
	}
}

func TestTheSchemaAsCSVIsSegments(t *testing.T) {
	d, f := seenDoor(t)
	w := d.ask("GET", "/api/schema?format=csv", "")
	const want = `Event Name,Last Seen At (UTC),Property Name,Allowed,Blocked,Total,Planned
Order,2026-03-04 12:01:00,,1,1,2,planned
Order,2026-03-04 12:01:00,id,1,1,2,planned
Order,2026-03-04 12:01:00,n,1,1,2,unplanned
"'=1+1, ""Oops""",2026-03-04 12:00:00,,1,0,1,unplanned
"'=1+1, ""Oops""",2026-03-04 12:00:00,'@x,1,0,1,unplanned
Order,2026-03-04 12:00:00,,1,0,1,
`
	if w.Code != 200 || w.Body.String() != want || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(w.Header().Get("Content-Disposition"), "schema-track.csv") || f.ask.Call != "track" {
		t.Errorf("got %d %v\n%s\nwant\n%s", w.Code, w.Header(), w.Body, want)
	}
	f.list = []schema.Event{{Source: f.list[0].Source, Call: "identify"}}
	f.list[0].Fold(&event.Record{Seq: 1, ReceivedAt: noon, Type: "identify", Message: json.RawMessage(`{"traits":{"plan":"pro","seats":null}}`)})
	w = d.ask("GET", "/api/schema?format=csv&call=identify", "")
	const traits = `Trait Name,Last Seen At (UTC),Allowed,Blocked,Total,Planned
plan,2026-03-04 12:00:00,1,0,1,unplanned
seats,2026-03-04 12:00:00,1,0,1,unplanned
`
	if w.Body.String() != traits {
		t.Errorf("got\n%s\nwant\n%s", w.Body, traits)
	}
}

func TestTheSchemaRefusesWhatItCannotSelect(t *testing.T) {
	d, _ := seenDoor(t)
	for query, words := range map[string]string{"label=test": "label is", "call=Track": "call is", "since=yesterday": "since is a time", "events=x": "no parameter"} {
		d.refused(d.ask("GET", "/api/schema?format=csv&"+query, ""), 422, words)
	}
	for _, query := range []string{"label=test", "call=Track", "since=yesterday", "format=xml"} {
		if w := d.ask("GET", "/api/schema?"+query, ""); w.Code != 422 {
			t.Errorf("%s: %d", query, w.Code)
		}
	}
}

func TestCoverageIsTold(t *testing.T) {
	d, f := seenDoor(t)
	var out struct {
		Plans              []PlanCoverage
		Unbound, Uncounted int64
		Through            int64
	}
	d.ok(d.ask("GET", "/api/plan/coverage?"+url.Values{"source": {"Dev"}}.Encode(), ""), &out)
	if f.ask.Source != "Dev" || out.Unbound != 1 || out.Uncounted != 3 || out.Through != 9 || len(out.Plans) != 1 {
		t.Fatalf("got %+v", out)
	}
	p := out.Plans[0]
	if p.Name != "Shop" || p.Events != (CoverageCounts{2, 1, 1, 1, 0.5}) || p.Properties != (CoverageCounts{4, 1, 3, 1, 0.25}) || len(p.Items) != 3 {
		t.Fatalf("got %+v", p)
	}
	order, never := p.Items[0], p.Items[1]
	if order.State != plan.Seen || order.Events != 2 || order.At.Line != 1 || order.LastSeen.Seq != 2 || order.Properties[0].Seen.Rate != 1 || !order.Properties[0].Required ||
		order.Properties[1].State != plan.NeverSeen || order.Properties[1].Seen != nil || strings.Join(order.Properties[1].Planned, " ") != "number null" || order.Properties[2].State != plan.Unplanned {
		t.Errorf("got %+v", order)
	}
	if never.State != plan.NeverSeen || never.FirstSeen != nil || never.Events != 0 || p.Items[2].State != plan.Unplanned || p.Items[2].At != nil {
		t.Errorf("got %+v %+v", never, p.Items[2])
	}
	d.API.Plans = fakePlans{}
	f.judge = nil
	d.ok(d.ask("GET", "/api/plan/coverage", ""), &out)
	if len(out.Plans) != 0 || out.Unbound != 4 {
		t.Errorf("without a plan: %+v", out)
	}
}
