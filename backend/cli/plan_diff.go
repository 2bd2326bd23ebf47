package cli

import (
	"fmt"
	"strings"

	"sidetrack/backend/app"
	"sidetrack/backend/plan"
)

// PlanDiff tells what changed from one plan to another.
type PlanDiff struct {
	Before string `arg:"" help:"File or folder of the plan as it was."`
	After  string `arg:"" help:"File or folder of the plan as it is."`
	JSON   bool   `help:"Print JSON."`
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
	if d.JSON {
		err = printJSON(e.host.Out, out)
	} else {
		printChanges(e, out)
	}
	if err == nil && out.Breaking > 0 {
		return exitCode(failed)
	}
	return err
}

func printChanges(e *env, out planDiffed) {
	for _, c := range out.Changes {
		mark, at := "compatible", c.After
		if c.Breaking {
			mark = "breaking"
		}
		if at.File == "" || strings.HasSuffix(c.Kind, "_removed") {
			at = c.Before
		}
		what := string(c.Call)
		if c.Event != "" {
			what = c.Event
		}
		fmt.Fprintf(e.host.Out, "%s: %s: %s: %s [%s]\n", at, mark, clean(what), clean(c.Message), c.Kind)
	}
	fmt.Fprintf(e.host.Out, "%s, %d breaking.\n", count(len(out.Changes), "change"), out.Breaking)
}
