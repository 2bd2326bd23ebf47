package cli

import (
	"fmt"
	"os"

	"sidetrack/backend/app"
	"sidetrack/backend/fault"
	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
	"sidetrack/backend/typed"
)

// PlanConvert writes a plan in another format.
type PlanConvert struct {
	Path string `arg:"" help:"File or folder of the plan."`
	To   string `help:"segment (JSON of the Public API), csv (Segment's columns) or sidetrack (YAML)." enum:"segment,csv,sidetrack" required:""`
	Out  string `short:"o" help:"Write to this file instead of standard output." placeholder:"FILE"`

	JSON  bool `help:"Print JSON: what the format cannot say and, without --out, the text." xor:"form"`
	SARIF bool `help:"Print what the format cannot say as SARIF 2.1.0; needs --out." name:"sarif" xor:"form"`
}

// converted is a plan in another format.
type converted struct {
	Format string         `json:"format"`
	Text   string         `json:"text,omitempty"`
	Path   string         `json:"path,omitempty"`
	Lost   []plan.Problem `json:"lost"`
}

// Run implements the command.
func (c *PlanConvert) Run(e *env) error {
	if c.SARIF && c.Out == "" {
		return fault.New(fault.Invalid, "--sarif prints what is lost, so the plan needs a file; add --out FILE")
	}
	p, err := app.ReadPlan(c.Path)
	if err != nil {
		return err
	}
	if same(c.Path, c.Out) {
		return fault.New(fault.Invalid, "%s is the plan itself and would be overwritten; name another file", c.Out)
	}
	var text []byte
	lost := p.Problems
	if c.To != "sidetrack" {
		lost = append(lost, planfile.OnTheWay(p)...)
	}
	switch c.To {
	case "csv":
		var more []plan.Problem
		text, more = planfile.CSV(p)
		lost = append(lost, more...)
	case "sidetrack":
		text, err = planfile.YAML(p)
	default:
		text, err = planfile.SegmentJSON(p)
	}
	if err != nil {
		return err
	}
	return c.tell(e, text, lost)
}

// tell writes the plan, and what its format cannot say.
func (c *PlanConvert) tell(e *env, text []byte, lost []plan.Problem) error {
	if c.Out != "" || !c.JSON {
		if err := write(e, c.Out, text); err != nil {
			return err
		}
		text = nil
	}
	switch {
	case c.JSON:
		return printJSON(e.host.Out, converted{c.To, string(text), c.Out, append([]plan.Problem{}, lost...)})
	case c.SARIF:
		return printJSON(e.host.Out, sarifOfLost(e.host.Version, lost))
	}
	for _, problem := range lost {
		fmt.Fprintf(e.host.Err, "%s: %s\n", problem.At, clean(problem.Message))
	}
	return nil
}

func same(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil || b == "" {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// PlanGenerate writes a typed client.
type PlanGenerate struct {
	Path    string `arg:"" help:"File or folder of the plan."`
	Lang    string `help:"ts or go; told by --sdk when it is left out." enum:"ts,go," default:""`
	SDK     string `help:"analytics-next (ts, the default), analytics-node (ts) or analytics-go (go)." name:"sdk" enum:"analytics-next,analytics-node,analytics-go," default:""`
	Package string `help:"Package of the Go file." default:"tracking" placeholder:"NAME"`
	Out     string `short:"o" help:"Write to this file instead of standard output." placeholder:"FILE"`
}

// Run implements the command.
func (g *PlanGenerate) Run(e *env) error {
	library := g.SDK
	if library == "" {
		library = map[string]string{"": typed.Next, "ts": typed.Next, "go": typed.Go}[g.Lang]
	}
	if g.Lang != "" && (g.Lang == "go") != (library == typed.Go) {
		return fault.New(fault.Invalid, "%s is no library of %s", library, g.Lang)
	}
	p, err := app.ReadPlan(g.Path)
	if err != nil {
		return err
	}
	text, err := typed.Client(p, library, g.Package)
	if err != nil {
		return err
	}
	return write(e, g.Out, text)
}
