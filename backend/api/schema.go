package api

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/schema"
)

// SchemaAsk selects what was counted. Zero fields do not restrict.
type SchemaAsk struct {
	Source       string // id or name
	Label        string // dev, staging, prod or none
	Call, Event  string
	Since, Until time.Time // of receipt
}

// Schema is the count of what sources really send, and the plan they are held
// against.
type Schema interface {
	// Schema also tells how many events came whose names are not counted.
	Schema(ctx context.Context, a SchemaAsk) ([]schema.Event, int64, error)
	// CatchUp waits a moment for what the log has to be counted.
	CatchUp(ctx context.Context)
	SchemaThrough() int64
	// JudgeOf returns the plan of a source, nil when there is none.
	JudgeOf(source event.SourceRef) *plan.Judge
}

// SchemaParams select what was counted.
type SchemaParams struct {
	Source string `query:"source" doc:"Id or name of a source"`
	Label  string `query:"label" enum:"dev,staging,prod,none" doc:"Sources with this label; none: nobody has claimed them"`
	Since  string `query:"since" doc:"Received since: RFC 3339, a date, or 15m, 2h, 3d ago. Counts are of whole days in UTC; what came last before is left out"`
	Until  string `query:"until" doc:"Received before: RFC 3339, a date, or 15m, 2h, 3d ago. Counts are of whole days in UTC; what came first after is left out"`
}

func (p SchemaParams) ask(now time.Time) (a SchemaAsk, err error) {
	a = SchemaAsk{Source: p.Source, Label: p.Label}
	if p.Label != "" && !slices.Contains([]string{"dev", "staging", "prod", "none"}, p.Label) {
		return a, &paramError{"label", p.Label, "label is dev, staging, prod or none."}
	}
	if a.Since, err = timeParam("since", p.Since, now); err == nil {
		a.Until, err = timeParam("until", p.Until, now)
	}
	return a, err
}

// SeenEvent is one event as a source sends it.
type SeenEvent struct {
	Source         event.SourceRef `json:"source"`
	Call           string          `json:"call" enum:"track,identify,group,page,screen,alias"`
	Name           string          `json:"name" doc:"track: event; page, screen: name; empty otherwise"`
	Events         int64           `json:"events" doc:"How many came"`
	Blocked        int64           `json:"blocked" doc:"How many of them were blocked"`
	FirstSeen      SeenAt          `json:"firstSeen"`
	LastSeen       SeenAt          `json:"lastSeen"`
	Properties     []SeenProperty  `json:"properties" nullable:"false" doc:"Properties, or traits of identify and group, by name"`
	MoreProperties bool            `json:"moreProperties" doc:"There are more names than are counted: 500 of an event"`
}

// SeenAt is when something came.
type SeenAt struct {
	Time time.Time `json:"time"`
	Seq  int64     `json:"seq" doc:"The event that brought it"`
}

// SeenProperty is one property or trait as it was sent.
type SeenProperty struct {
	Name       string            `json:"name" doc:"A dotted path; .$ stands for the items of a list"`
	Events     int64             `json:"events" doc:"How many events had it, however many items of a list did"`
	Blocked    int64             `json:"blocked" doc:"How many of them were blocked"`
	Rate       float64           `json:"rate" doc:"Share of the events that had it, 0 to 1"`
	Types      map[string]int64  `json:"types" doc:"In how many events it was of a type of JSON Schema"`
	Examples   []json.RawMessage `json:"examples" nullable:"false" doc:"Up to five distinct short values; never what a privacy rule masked"`
	Values     []SeenValue       `json:"values" nullable:"false" doc:"Every distinct value, when there are at most 20 short ones; else empty"`
	ManyValues bool              `json:"manyValues" doc:"There are more values, or longer ones, than are listed"`
	Min        *float64          `json:"min,omitempty" doc:"Smallest number"`
	Max        *float64          `json:"max,omitempty" doc:"Largest number"`
	FirstSeen  SeenAt            `json:"firstSeen"`
	LastSeen   SeenAt            `json:"lastSeen"`
}

// SeenValue is one value of a property.
type SeenValue struct {
	Value json.RawMessage `json:"value"`
	Count int64           `json:"count"`
}

type schemaInput struct {
	SchemaParams
	Call   string `query:"call" enum:"track,identify,group,page,screen,alias" doc:"Only this call; as CSV track unless said otherwise"`
	Event  string `query:"event" doc:"Only the event, page or screen of exactly this name"`
	Format string `query:"format" enum:"json,csv" doc:"csv: the columns of Segment's source schema"`
}

type schemaOutput struct {
	Body struct {
		Items     []SeenEvent `json:"items" nullable:"false" doc:"By name. Counted as they arrived: what was deleted or pruned since stays in the counts"`
		Uncounted int64       `json:"uncounted" doc:"Events of names beyond the 2,000 of a source that are counted"`
		Through   int64       `json:"through" doc:"Counted up to this Seq, at most seconds behind"`
	}
}

func (a *API) registerSchema(h huma.API) {
	huma.Get(h, "/api/schema", a.getSchema, op("get-schema", "What sources really send: events, their properties, types and values, counted as they arrived"), a.orCSV(h))
	huma.Get(h, "/api/plan/coverage", a.getCoverage, op("get-plan-coverage", "The tracking plan beside what was sent: planned and seen, never seen, not planned"))
}

func (in *schemaInput) ask(now time.Time) (SchemaAsk, error) {
	ask, err := in.SchemaParams.ask(now)
	ask.Call, ask.Event = in.Call, in.Event
	if err == nil && in.Call != "" && !slices.Contains([]string{"track", "identify", "group", "page", "screen", "alias"}, in.Call) {
		err = &paramError{"call", in.Call, "call is track, identify, group, page, screen or alias."}
	}
	return ask, err
}

func (a *API) getSchema(ctx context.Context, in *schemaInput) (*schemaOutput, error) {
	ask, err := in.ask(a.Now())
	if err != nil {
		return nil, problem(err)
	}
	out := &schemaOutput{}
	a.Schema.CatchUp(ctx)
	out.Body.Through = a.Schema.SchemaThrough()
	list, uncounted, err := a.Schema.Schema(ctx, ask)
	if err != nil {
		return nil, problem(err)
	}
	out.Body.Items, out.Body.Uncounted = make([]SeenEvent, len(list)), uncounted
	for i := range list {
		out.Body.Items[i] = seenEvent(&list[i])
	}
	return out, nil
}

func seenEvent(e *schema.Event) SeenEvent {
	out := SeenEvent{Source: e.Source, Call: e.Call, Name: e.Name, Events: e.Events, Blocked: e.Blocked, MoreProperties: e.More,
		FirstSeen: seenAt(e.First), LastSeen: seenAt(e.Last), Properties: []SeenProperty{}}
	for _, name := range slices.Sorted(maps.Keys(e.Properties)) {
		out.Properties = append(out.Properties, seenProperty(name, e.Properties[name], e.Events))
	}
	return out
}

func seenProperty(name string, p *schema.Property, events int64) SeenProperty {
	out := SeenProperty{Name: name, Events: p.Events, Blocked: p.Blocked, Rate: share(p.Events, events), Types: p.TypeCounts(), Examples: examples(p), Values: []SeenValue{},
		ManyValues: p.Many, Min: p.Min, Max: p.Max, FirstSeen: seenAt(p.First), LastSeen: seenAt(p.Last)}
	if !p.Many {
		for _, v := range p.Values {
			out.Values = append(out.Values, SeenValue{json.RawMessage(v.JSON), v.Events})
		}
	}
	return out
}

func examples(p *schema.Property) []json.RawMessage {
	list := []json.RawMessage{}
	for _, text := range p.Examples() {
		list = append(list, json.RawMessage(text))
	}
	return list
}

func seenAt(m schema.Moment) SeenAt { return SeenAt{m.Time(), m.Seq} }

// share is the part of all that n is; 0 of nothing.
func share(n, all int64) float64 {
	if all == 0 {
		return 0
	}
	return float64(n) / float64(all)
}
