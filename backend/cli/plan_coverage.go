package cli

import (
	"fmt"
	"net/url"
	"strings"
	"text/tabwriter"

	"sidetrack/backend/api"
)

// PlanCoverage shows the plan in force beside what was really sent.
type PlanCoverage struct {
	Source string `help:"Only this source, by id or name." placeholder:"NAME"`
	Label  string `help:"Only sources with this label: dev, staging, prod, or none." placeholder:"LABEL"`
	Since  string `help:"Received since: RFC 3339, or 15m, 2h, 3d ago; whole days in UTC are counted." placeholder:"WHEN"`
	Until  string `help:"Received before, likewise." placeholder:"WHEN"`
	JSON   bool   `help:"Print JSON." xor:"form"`
	SARIF  bool   `help:"Print SARIF 2.1.0, which code hosts show beside the lines: what never came, and what is not planned." name:"sarif" xor:"form"`
}

// Run implements the command.
func (p *PlanCoverage) Run(e *env) error {
	c, err := e.client()
	if err != nil {
		return err
	}
	v := url.Values{}
	for name, text := range map[string]string{"source": p.Source, "label": p.Label, "since": p.Since, "until": p.Until} {
		if text != "" {
			v.Set(name, text)
		}
	}
	if p.JSON {
		return c.Copy(e.ctx, "/api/plan/coverage", v, e.host.Out)
	}
	var out struct {
		Plans     []api.PlanCoverage `json:"plans"`
		Unbound   int64              `json:"unbound"`
		Uncounted int64              `json:"uncounted"`
	}
	if err := c.Get(e.ctx, "/api/plan/coverage", v, &out); err != nil {
		return err
	}
	if p.SARIF {
		return printJSON(e.host.Out, sarifOfCoverage(e.host.Version, out.Plans))
	}
	if len(out.Plans) == 0 {
		fmt.Fprintln(e.host.Err, "No plan is in force. Name one with sidetrack serve --plan FILE, or on the screen.")
	}
	for i := range out.Plans {
		if err := printCoverage(e, &out.Plans[i]); err != nil {
			return err
		}
	}
	if out.Unbound > 0 {
		fmt.Fprintf(e.host.Err, "%d events came from sources that no plan is for.\n", out.Unbound)
	}
	if out.Uncounted > 0 {
		fmt.Fprintf(e.host.Err, "%d events have names beyond those that are counted.\n", out.Uncounted)
	}
	return nil
}

func printCoverage(e *env, p *api.PlanCoverage) error {
	w := tabwriter.NewWriter(e.host.Out, 0, 0, 2, ' ', 0)
	for i := range p.Items {
		item := &p.Items[i]
		what := string(item.Call)
		if item.Name != "" {
			what += " " + clean(item.Name)
		}
		var missing, unplanned []string
		for j := range item.Properties {
			switch property := &item.Properties[j]; property.State {
			case "never_seen":
				missing = append(missing, clean(property.Name))
			case "unplanned":
				unplanned = append(unplanned, clean(property.Name))
			}
		}
		about := ""
		if item.State == "seen" && len(missing) > 0 {
			about = "never seen: " + strings.Join(missing, ", ")
		}
		if item.State == "seen" && len(unplanned) > 0 {
			about = strings.TrimPrefix(about+"; not planned: ", "; ") + strings.Join(unplanned, ", ")
		}
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%s\t%d\t%s\t%s", strings.ReplaceAll(string(item.State), "_", " "), item.Events, what, about), "\t"))
	}
	fmt.Fprintf(w, "%d of %d planned events were seen, %d of %d properties.\n", p.Events.Seen, p.Events.Planned, p.Properties.Seen, p.Properties.Planned)
	return w.Flush()
}
