package cli

import (
	"fmt"
	"io"
	"os"

	"sidetrack/backend/app"
	"sidetrack/backend/event"
	"sidetrack/backend/fault"
	"sidetrack/backend/plan"
)

// PlanValidate holds events of a file against a plan.
type PlanValidate struct {
	Events string   `arg:"" help:"What export wrote, or messages as sent, one a line; - reads standard input."`
	Plan   []string `help:"Files and folders of the plan." required:"" placeholder:"PATH"`
	form
}

// judgedEvent is one event with findings.
type judgedEvent struct {
	Line     int             `json:"line"`
	Type     string          `json:"type"`
	Name     string          `json:"name"`
	Message  string          `json:"messageId"`
	Verdict  event.Verdict   `json:"verdict"`
	Findings []event.Finding `json:"findings"`
}

// planValidated is what validate prints as JSON; an event that is good and has
// no finding is only counted.
type planValidated struct {
	Plan       planNamed     `json:"plan"`
	Events     int           `json:"events"`
	Good       int           `json:"good"`
	Warnings   int           `json:"warnings"`
	Violations int           `json:"violations"`
	Items      []judgedEvent `json:"items"`
}

// Run implements the command.
func (v *PlanValidate) Run(e *env) error {
	p, err := app.ReadPlan(v.Plan...)
	if err != nil {
		return err
	}
	in, err := v.open()
	if err != nil {
		return err
	}
	defer in.Close()
	judge := plan.NewJudge(p)
	for _, problem := range p.Problems {
		if problem.Severity == "error" {
			fmt.Fprintf(e.host.Err, "%s: %s\n", problem.At, clean(problem.Message))
		}
	}
	out := planValidated{Plan: named(p), Items: []judgedEvent{}}
	text := !v.JSON && !v.SARIF
	for item, err := range eventsIn(in) {
		if err != nil {
			return fault.New(fault.KindOf(err), "%s: %w", v.Events, err)
		}
		judged := out.add(judge, &item)
		if text && judged != nil {
			v.print(e, judged)
		}
		if text { // a report of a large file must not fill the memory
			out.Items = out.Items[:0]
		}
	}
	switch {
	case v.JSON:
		err = printJSON(e.host.Out, out)
	case v.SARIF:
		err = printJSON(e.host.Out, sarifOfEvents(e.host.Version, v.Events, out.Items))
	default:
		fmt.Fprintf(e.host.Out, "%s: %d good, %d with warnings, %d with violations. %s.\n", count(out.Events, "event"), out.Good, out.Warnings, out.Violations, described(p))
	}
	if err == nil && out.Violations > 0 {
		return exitCode(failed)
	}
	return err
}

// open opens the events; standard input stays open.
func (v *PlanValidate) open() (io.ReadCloser, error) {
	if v.Events == "-" {
		return io.NopCloser(os.Stdin), nil
	}
	f, err := os.Open(v.Events)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the events cannot be read: %w", err)
	}
	return f, nil
}

// add judges an event. It returns nil when there is nothing to tell.
func (o *planValidated) add(judge *plan.Judge, item *eventAt) *judgedEvent {
	r := &item.record
	o.Events++
	found := judge.Check(r, r.Message)
	verdict := event.VerdictOf(found)
	switch verdict {
	case event.HasViolation, event.WouldDrop:
		o.Violations++
	case event.HasWarning:
		o.Warnings++
	default:
		o.Good++
	}
	if len(found) == 0 {
		return nil
	}
	o.Items = append(o.Items, judgedEvent{item.line, r.Type, r.Name, r.MessageID, verdict, found})
	return &o.Items[len(o.Items)-1]
}

func (v *PlanValidate) print(e *env, j *judgedEvent) {
	what := j.Type
	if j.Name != "" {
		what += " " + j.Name
	}
	for _, f := range j.Findings {
		fmt.Fprintf(e.host.Out, "%s:%d: %s: %s: %s [%s]\n", v.Events, j.Line, f.Severity, clean(what), clean(f.Message), f.Code)
	}
}
