package cli

import (
	"fmt"
	"io"
	"net/url"
	"strconv"

	"sidetrack/backend/api"
	"sidetrack/backend/app"
	"sidetrack/backend/enforce"
	"sidetrack/backend/event"
	"sidetrack/backend/fault"
	"sidetrack/backend/plan"
)

// PlanPreview shows what enforcement and transformations would leave of events.
type PlanPreview struct {
	File        string   `arg:"" optional:"" help:"What export wrote, or messages as sent, one a line; - reads standard input."`
	Seq         int64    `help:"The stored event with this number, by the plan in force." placeholder:"N"`
	Plan        []string `help:"Files and folders of the plan for events of a file; left out: those of the running Sidetrack." placeholder:"PATH"`
	Source      string   `help:"Source that messages of a file are taken to come from, where they do not say." placeholder:"NAME"`
	Destination string   `help:"With the transformations for this destination; left out: as it leaves the source." placeholder:"NAME"`
	JSON        bool     `help:"Print JSON, an event a line."`
}

// previewed is a line of JSON about an event of a file.
type previewed struct {
	Line int `json:"line,omitempty"`
	api.EnforcementPreview
}

// Run implements the command.
func (p *PlanPreview) Run(e *env) error {
	switch {
	case (p.Seq != 0) == (p.File != ""):
		return fault.New(fault.Invalid, "name one of --seq and a file")
	case p.Seq != 0 && (len(p.Plan) > 0 || p.Source != ""):
		return fault.New(fault.Invalid, "--plan and --source are for events of a file; a stored event has both")
	case p.Seq != 0:
		return p.stored(e)
	}
	judge, err := p.judge(e)
	if err != nil {
		return err
	}
	in, err := p.open()
	if err != nil {
		return err
	}
	defer in.Close()
	events, blocked, changed := 0, 0, 0
	for item, err := range eventsIn(in) {
		if err != nil {
			return fault.New(fault.KindOf(err), "%s: %w", p.File, err)
		}
		r := item.record
		if r.Source == (event.SourceRef{}) {
			r.Source = event.SourceRef{ID: p.Source, Name: p.Source}
		}
		out := api.PreviewOf(&r, judge(r.Source), p.Destination)
		events++
		switch {
		case out.Blocked:
			blocked++
		case out.Before != out.After:
			changed++
		}
		if err := p.print(e, fmt.Sprintf("%s:%d", p.File, item.line), &r, previewed{item.line, out}); err != nil {
			return err
		}
	}
	if !p.JSON {
		fmt.Fprintf(e.host.Out, "%s: %d blocked, %d changed, %d as they came.\n", count(events, "event"), blocked, changed, events-blocked-changed)
	}
	return nil
}

// stored previews an event of the log.
func (p *PlanPreview) stored(e *env) error {
	c, err := e.client()
	if err != nil {
		return err
	}
	at := "/api/events/" + strconv.FormatInt(p.Seq, 10)
	var r event.Record
	if err := c.Get(e.ctx, at, nil, &r); err != nil {
		return err
	}
	var out api.EnforcementPreview
	v := url.Values{}
	if p.Destination != "" {
		v.Set("destination", p.Destination)
	}
	if err := c.Get(e.ctx, at+"/enforcement", v, &out); err != nil {
		return err
	}
	return p.print(e, "#"+strconv.FormatInt(p.Seq, 10), &r, previewed{0, out})
}

// judge reads the plan that events of a file are held against, or those of the
// running Sidetrack.
func (p *PlanPreview) judge(e *env) (func(event.SourceRef) *plan.Judge, error) {
	paths := p.Plan
	if len(paths) > 0 {
		read, err := app.ReadPlan(paths...)
		if err != nil {
			return nil, err
		}
		judge := plan.NewJudge(read)
		return func(event.SourceRef) *plan.Judge { return judge }, nil
	}
	c, err := e.client()
	if err != nil {
		return nil, err
	}
	var view api.PlanView
	if err := c.Get(e.ctx, "/api/plan", nil, &view); err != nil {
		return nil, err
	}
	if len(view.Paths) == 0 {
		return nil, fault.New(fault.Invalid, "no plan is in force; name one with --plan")
	}
	var plans []*plan.Plan
	for _, path := range view.Paths {
		read, err := app.ReadPlan(path)
		if err != nil {
			return nil, err
		}
		plans = append(plans, read)
	}
	var keeper plan.Keeper
	keeper.Replace(plans)
	return keeper.JudgeOf, nil
}

// open opens the events; standard input stays open.
func (p *PlanPreview) open() (io.ReadCloser, error) { return (&PlanValidate{Events: p.File}).open() }

// print tells what would happen to an event; of one that nothing happens to,
// nothing.
func (p *PlanPreview) print(e *env, at string, r *event.Record, out previewed) error {
	if p.JSON {
		return printJSON(e.host.Out, out)
	}
	what := r.Type
	if r.Name != "" {
		what += " " + clean(r.Name)
	}
	for _, s := range out.Steps {
		fmt.Fprintf(e.host.Out, "%s: %s: %s [%s, %s]\n", at, what, clean(s.Words), clean(s.Rule), s.At)
	}
	switch {
	case out.Blocked:
		fmt.Fprintf(e.host.Out, "%s: %s: blocked, %s\n", at, what, blockedWords[out.Reason])
	case out.After != out.Before:
		fmt.Fprintf(e.host.Out, "%s: %s: %s\n", at, what, clean(out.After))
	case p.Seq != 0:
		fmt.Fprintf(e.host.Out, "%s: %s: leaves as it came\n", at, what)
	}
	return nil
}

var blockedWords = map[enforce.Reason]string{
	enforce.Unplanned:             "it is not in the plan",
	enforce.SchemaViolation:       "it breaks its rule",
	enforce.UnplannedAndViolation: "it is not in the plan and breaks it",
	enforce.CommonSchemaViolation: "it breaks a common rule",
	enforce.DroppedByTransform:    "a transformation drops it",
}
