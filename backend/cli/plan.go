package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"sidetrack/backend/app"
	"sidetrack/backend/plan"
)

// Plan holds the commands for a tracking plan. Coverage needs a running
// Sidetrack, as do preview where it is not given a plan, and draft from what was
// seen.
type Plan struct {
	Check    PlanCheck    `cmd:"" help:"Look for mistakes in a plan itself."`
	Validate PlanValidate `cmd:"" help:"Hold events of a file against a plan."`
	Draft    PlanDraft    `cmd:"" help:"Write a plan to begin with: from what was seen, a spec or a use case."`
	Coverage PlanCoverage `cmd:"" help:"The plan in force beside what was really sent."`
	Preview  PlanPreview  `cmd:"" help:"What enforcement and transformations would leave of events."`
	Diff     PlanDiff     `cmd:"" help:"What changed from one plan to another, breaking changes first."`
	Convert  PlanConvert  `cmd:"" help:"Write a plan in another format."`
	Generate PlanGenerate `cmd:"" help:"Write a client with types from a plan."`
}

// form is how a report is printed.
type form struct {
	JSON  bool `help:"Print JSON." xor:"form"`
	SARIF bool `help:"Print SARIF 2.1.0, which code hosts show beside the lines." name:"sarif" xor:"form"`
}

// PlanCheck looks for mistakes in a plan.
type PlanCheck struct {
	Paths []string `arg:"" name:"path" help:"Files and folders of one plan."`
	form
}

// planChecked is what check prints as JSON.
type planChecked struct {
	Plan     planNamed   `json:"plan"`
	Errors   int         `json:"errors"`
	Warnings int         `json:"warnings"`
	Flaws    []plan.Flaw `json:"flaws"`
}

type planNamed struct {
	Name   string `json:"name"`
	Format string `json:"format"`
	Rules  int    `json:"rules"`
}

func named(p *plan.Plan) planNamed { return planNamed{p.Name, p.Format, len(p.Rules)} }

// Run implements the command.
func (c *PlanCheck) Run(e *env) error {
	p, err := app.ReadPlan(c.Paths...)
	if err != nil {
		return err
	}
	out := planChecked{Plan: named(p), Flaws: plan.Lint(p)}
	if out.Flaws == nil {
		out.Flaws = []plan.Flaw{}
	}
	for _, f := range out.Flaws {
		if f.Severity == "error" {
			out.Errors++
		} else {
			out.Warnings++
		}
	}
	switch {
	case c.JSON:
		err = printJSON(e.host.Out, out)
	case c.SARIF:
		err = printJSON(e.host.Out, sarifOfFlaws(e.host.Version, out.Flaws))
	default:
		for _, f := range out.Flaws {
			fmt.Fprintf(e.host.Out, "%s: %s: %s [%s]\n", f.At, f.Severity, clean(f.Message), f.Code)
		}
		fmt.Fprintf(e.host.Out, "%s, %s. %s.\n", count(out.Errors, "error"), count(out.Warnings, "warning"), described(p))
	}
	if err == nil && out.Errors > 0 {
		return exitCode(failed)
	}
	return err
}

// described says which plan was read.
func described(p *plan.Plan) string {
	name := ""
	if p.Name != "" {
		name = fmt.Sprintf("%q, ", clean(p.Name))
	}
	return fmt.Sprintf("%s%s, %s", name, p.Format, count(len(p.Rules), "rule"))
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// write puts a result into a file, whole or not at all, or prints it.
func write(e *env, file string, text []byte) error {
	if file == "" {
		_, err := e.host.Out.Write(text)
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), ".sidetrack-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // nothing to keep
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}
