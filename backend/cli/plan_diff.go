package cli

import (
	"fmt"
	"strings"

	"sidetrack/backend/app"
	"sidetrack/backend/document"
	"sidetrack/backend/plan"
)

// PlanDiff tells what changed from one plan to another.
type PlanDiff struct {
	Before string `arg:"" help:"File or folder of the plan as it was."`
	After  string `arg:"" help:"File or folder of the plan as it is."`
	JSON   bool   `help:"Print JSON." xor:"form"`
	SARIF  bool   `help:"Print SARIF 2.1.0, which code hosts show beside the lines." name:"sarif" xor:"form"`
}

type planDiffed struct {
	Before   planNamed     `json:"before"`
	After    planNamed     `json:"after"`
	Breaking int           `json:"breaking"`
	Changes  []plan.Change `json:"changes"`
}

// Run implements the command.
func (d *PlanDiff) Run(e *env) error {
	before, err := app.ReadPlan(d.Before)
	if err != nil {
		return err
	}
	after, err := app.ReadPlan(d.After)
	if err != nil {
		return err
	}
	out := planDiffed{Before: named(before), After: named(after), Changes: plan.Diff(before, after)}
	if out.Changes == nil {
		out.Changes = []plan.Change{}
	}
	for _, c := range out.Changes {
		if c.Breaking {
			out.Breaking++
		}
	}
	switch {
	case d.JSON:
		err = printJSON(e.host.Out, out)
	case d.SARIF:
		err = printJSON(e.host.Out, sarifOfChanges(e.host.Version, out.Changes))
	default:
		printChanges(e, out)
	}
	if err == nil && out.Breaking > 0 {
		return exitCode(failed)
	}
	return err
}

func printChanges(e *env, out planDiffed) {
	for _, c := range out.Changes {
		mark := "compatible"
		if c.Breaking {
			mark = "breaking"
		}
		what := string(c.Call)
		if c.Event != "" {
			what = c.Event
		}
		fmt.Fprintf(e.host.Out, "%s: %s: %s: %s [%s]\n", placeOfChange(&c), mark, clean(what), clean(c.Message), c.Kind)
	}
	fmt.Fprintf(e.host.Out, "%s, %d breaking.\n", count(len(out.Changes), "change"), out.Breaking)
}

// placeOfChange is where it was changed, or where stood what is gone.
func placeOfChange(c *plan.Change) document.Place {
	if c.After.File == "" || strings.HasSuffix(c.Kind, "_removed") {
		return c.Before
	}
	return c.After
}
