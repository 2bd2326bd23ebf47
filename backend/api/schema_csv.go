package api

import (
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/schema"
)

// orCSV lets the operation answer with the table that Segment gives for
// download when the caller asks for it.
func (a *API) orCSV(h huma.API) func(*huma.Operation) {
	return func(o *huma.Operation) {
		o.Middlewares = append(o.Middlewares, func(ctx huma.Context, next func(huma.Context)) {
			if ctx.Query("format") != "csv" {
				next(ctx)
				return
			}
			in := schemaInput{SchemaParams: SchemaParams{ctx.Query("source"), ctx.Query("label"), ctx.Query("since"), ctx.Query("until")}, Call: ctx.Query("call"), Event: ctx.Query("event")}
			if in.Call == "" {
				in.Call = "track"
			}
			ask, err := in.ask(a.Now())
			var list []schema.Event
			if err == nil {
				a.Schema.CatchUp(ctx.Context())
				list, _, err = a.Schema.Schema(ctx.Context(), ask)
			}
			if err != nil {
				writeError(h, ctx, err)
				return
			}
			_, w := humago.Unwrap(ctx)
			w.Header().Set("Content-Type", "text/csv; charset=utf-8")
			w.Header().Set("Content-Disposition", `attachment; filename="schema-`+in.Call+`.csv"`)
			_ = a.writeCSV(ctx.Context(), w, in.Call, list) // the reader has gone when this fails
		})
	}
}

// writeCSV writes the columns of Segment's source schema: an event's own row,
// then one for each of its properties; of identify and group only the traits.
func (a *API) writeCSV(ctx context.Context, w io.Writer, call string, list []schema.Event) error {
	traits := schema.Section(call) == "traits"
	out := csv.NewWriter(w)
	header := []string{"Event Name", "Last Seen At (UTC)", "Property Name", "Allowed", "Blocked", "Total", "Planned"}
	if traits {
		header = []string{"Trait Name", "Last Seen At (UTC)", "Allowed", "Blocked", "Total", "Planned"}
	}
	_ = out.Write(header) // Error tells at the end
	planned := a.plannedWords(list)
	for i := range list {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		e := seenEvent(&list[i])
		if !traits {
			row := append([]string{cell(e.Name), lastSeen(e.LastSeen), ""}, countCells(e.Events, e.Blocked)...)
			_ = out.Write(append(row, planned(i, "")))
		}
		for _, p := range e.Properties {
			row := []string{cell(e.Name), lastSeen(p.LastSeen), cell(p.Name)}
			if traits {
				row = []string{cell(p.Name), lastSeen(p.LastSeen)}
			}
			_ = out.Write(append(append(row, countCells(p.Events, p.Blocked)...), planned(i, p.Name)))
		}
	}
	out.Flush()
	return out.Error()
}

// plannedWords tells whether an event of the list, or its property, is planned;
// empty without a plan.
func (a *API) plannedWords(list []schema.Event) func(i int, property string) string {
	words := map[plan.State]string{plan.Seen: "planned", plan.Allowed: "unplanned", plan.Unplanned: "unplanned"}
	cache := map[int]map[string]string{}
	return func(i int, property string) string {
		if cache[i] == nil {
			cache[i] = map[string]string{"": ""}
			if judge := a.Schema.JudgeOf(list[i].Source); judge != nil {
				cache[i] = planWords(judge, list[i], words)
			}
		}
		return cache[i][property]
	}
}

func planWords(judge *plan.Judge, e schema.Event, words map[plan.State]string) map[string]string {
	out := map[string]string{}
	for _, c := range plan.Coverage(judge, []schema.Event{e}) {
		if c.State == plan.NeverSeen {
			continue
		}
		out[""] = words[c.State]
		for _, p := range c.Properties {
			out[p.Path] = words[p.State]
		}
	}
	return out
}

func countCells(events, blocked int64) []string {
	return []string{strconv.FormatInt(events-blocked, 10), strconv.FormatInt(blocked, 10), strconv.FormatInt(events, 10)}
}

func lastSeen(at SeenAt) string { return at.Time.UTC().Format("2006-01-02 15:04:05") }

// cell keeps a name from being run as a formula: any page can send one, and
// people open this in a spreadsheet.
func cell(name string) string {
	if name != "" && strings.ContainsAny(name[:1], "=+-@\t\r") {
		return "'" + name
	}
	return name
}

// sourcesOf groups what was seen by the plan its source is held against.
func (a *API) sourcesOf(list []schema.Event) map[*plan.Judge][]schema.Event {
	by := map[*plan.Judge][]schema.Event{}
	known := map[event.SourceRef]*plan.Judge{}
	for _, e := range list {
		ref := event.SourceRef{ID: e.Source.ID, Name: e.Source.Name}
		judge, found := known[ref]
		if !found {
			judge = a.Schema.JudgeOf(e.Source)
			known[ref] = judge
		}
		by[judge] = append(by[judge], e)
	}
	return by
}
