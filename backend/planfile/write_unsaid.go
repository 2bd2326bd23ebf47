package planfile

import (
	"fmt"

	"sidetrack/backend/plan"
)

// OnTheWay tells what a plan does to events on the way to destinations. Only our
// own YAML has a place for it; a plan written in another format loses it.
func OnTheWay(p *plan.Plan) []plan.Problem {
	var list []plan.Problem
	for _, x := range p.Enforcement {
		list = append(list, plan.Problem{At: x.At, Message: "Enforcement is not written: this format has no place for it.", Severity: "warning"})
	}
	for _, t := range p.Transformations {
		list = append(list, plan.Problem{At: t.At, Message: fmt.Sprintf("The transformation %q is not written: this format has no place for it.", t.Name), Severity: "warning"})
	}
	return list
}
