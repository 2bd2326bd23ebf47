package cli

import (
	"fmt"
	"os"
	"text/tabwriter"

	"sidetrack/backend/api"
	"sidetrack/backend/draft"
	"sidetrack/backend/fault"
)

// PlanDraft drafts a plan from what was seen, a spec or a use case.
type PlanDraft struct {
	From    string `help:"events: what a running Sidetrack has seen, the default." placeholder:"events" xor:"from"`
	Spec    string `help:"One of Segment's specs, such as ecommerce_v2." placeholder:"ID" xor:"from"`
	UseCase string `help:"One of Segment's use cases, such as mitigate-cart-abandonment." placeholder:"SLUG" xor:"from"`
	List    bool   `help:"List the specs and use cases." xor:"from"`
	Name    string `help:"Name of the plan." placeholder:"TEXT"`
	Q       string `help:"Of what was seen only names with these words in them." placeholder:"WORDS"`
	Source  string `help:"Of what was seen only what this source sent, by id or name." placeholder:"NAME"`
	Label   string `help:"Of what was seen only sources with this label: dev, staging, prod, or none." placeholder:"LABEL"`
	Since   string `help:"Received since: RFC 3339, or 15m, 2h, 3d ago; whole days in UTC are counted." placeholder:"WHEN"`
	Out     string `short:"o" aliases:"output" help:"Write to this file, which must not be there yet, instead of standard output." placeholder:"FILE"`
	JSON    bool   `help:"Print JSON."`
}

// Run implements the command.
func (p *PlanDraft) Run(e *env) error {
	if p.List {
		return p.list(e)
	}
	if p.From != "" && p.From != "events" {
		return fault.New(fault.Invalid, "--from is events; specs and use cases are chosen with --spec and --use-case")
	}
	if (p.Spec != "" || p.UseCase != "") && (p.Q != "" || p.Source != "" || p.Label != "" || p.Since != "") {
		return fault.New(fault.Invalid, "--q, --source, --label and --since choose among what was seen, and not from a spec or use case")
	}
	if _, err := os.Lstat(p.Out); p.Out != "" && err == nil {
		return fault.New(fault.Invalid, "%s is there already and is not overwritten; name another file", p.Out)
	}
	d, err := p.draft(e)
	if err != nil {
		return err
	}
	if p.Out != "" {
		d.Path = p.Out
		if err := write(e, p.Out, []byte(d.Text)); err != nil {
			return err
		}
	}
	if p.JSON {
		return printJSON(e.host.Out, d)
	}
	for _, note := range d.Notes {
		fmt.Fprintf(e.host.Err, "%s\n", clean(note))
	}
	if p.Out == "" {
		_, err = fmt.Fprint(e.host.Out, d.Text)
		return err
	}
	fmt.Fprintf(e.host.Out, "Wrote %s to %s. Look through it, then: sidetrack plan check %s\n", count(d.Events, "rule"), p.Out, p.Out)
	return nil
}

// draft makes the plan, and needs a running Sidetrack only for what was seen.
func (p *PlanDraft) draft(e *env) (api.Drafted, error) {
	kind, id := draft.Specs, p.Spec
	if p.UseCase != "" {
		kind, id = draft.UseCases, p.UseCase
	}
	if id != "" {
		d, err := draft.Ready(kind, id, p.Name)
		if err != nil {
			return api.Drafted{}, fault.New(fault.Invalid, "there is no such spec or use case: %q; sidetrack plan draft --list names them", id)
		}
		return api.Drafted{Name: d.Name, Text: d.Text, Events: d.Rules, Notes: d.Notes}, nil
	}
	c, err := e.client()
	if err != nil {
		return api.Drafted{}, err
	}
	ask := map[string]string{"from": "events"}
	for key, text := range map[string]string{"name": p.Name, "q": p.Q, "source": p.Source, "label": p.Label, "since": p.Since} {
		if text != "" {
			ask[key] = text
		}
	}
	var d api.Drafted
	err = c.Post(e.ctx, "/api/plan/draft", ask, &d)
	return d, err
}

func (p *PlanDraft) list(e *env) error {
	out := struct {
		Specs    []draft.Entry `json:"specs"`
		UseCases []draft.Entry `json:"useCases"`
	}{}
	var err error
	if out.Specs, err = draft.List(draft.Specs); err == nil {
		out.UseCases, err = draft.List(draft.UseCases)
	}
	if err != nil {
		return err
	}
	if p.JSON {
		return printJSON(e.host.Out, out)
	}
	w := tabwriter.NewWriter(e.host.Out, 0, 0, 2, ' ', 0)
	for _, part := range []struct {
		flag string
		list []draft.Entry
	}{{"--spec", out.Specs}, {"--use-case", out.UseCases}} {
		for _, d := range part.list {
			fmt.Fprintf(w, "%s %s\t%s\t%s\n", part.flag, d.ID, count(d.Rules, "event"), d.Description)
		}
	}
	return w.Flush()
}
