package cli

import (
	"fmt"

	"sidetrack/backend/fault"
)

// Delete deletes what a query matches, or takes a deletion back.
type Delete struct {
	selection
	All    bool   `help:"Needed to delete everything."`
	DryRun bool   `help:"Only count."`
	Undo   string `help:"Bring back what a deletion took, within 10 s of it." placeholder:"ID"`
	JSON   bool   `help:"Print JSON."`
}

// deletion is the API's answer.
type deletion struct {
	Count int64  `json:"count"`
	ID    string `json:"id,omitempty"` // for --undo
}

// Run implements the command.
func (d *Delete) Run(e *env) error {
	c, err := e.client()
	if err != nil {
		return err
	}
	v := d.values()
	var out deletion
	switch {
	case d.Undo != "" && (len(v) > 0 || d.All || d.DryRun):
		return fault.New(fault.Invalid, "--undo takes the id of a deletion and nothing else")
	case d.Undo != "":
		err = c.Post(e.ctx, "/api/events/undo", map[string]string{"id": d.Undo}, &out)
	case len(v) == 0 && !d.All:
		return fault.New(fault.Invalid, "this would delete everything; say --all if that is meant")
	default:
		if d.All {
			v.Set("all", "true")
		}
		if d.DryRun {
			v.Set("dryRun", "true")
		}
		err = c.Delete(e.ctx, "/api/events", v, &out)
	}
	if err != nil {
		return err
	}
	return d.tell(e, out)
}

func (d *Delete) tell(e *env, out deletion) error {
	switch {
	case d.JSON:
		return printJSON(e.host.Out, out)
	case d.Undo != "":
		fmt.Fprintf(e.host.Out, "%d events are back.\n", out.Count)
	case d.DryRun:
		fmt.Fprintf(e.host.Out, "%d events match; nothing was deleted.\n", out.Count)
	case out.Count == 0:
		fmt.Fprintln(e.host.Out, "No event matches; nothing was deleted.")
	default:
		fmt.Fprintf(e.host.Out, "%d events deleted. To bring them back within 10 s: sidetrack delete --undo %s\n", out.Count, out.ID)
	}
	return nil
}
