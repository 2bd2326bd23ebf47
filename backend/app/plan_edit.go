package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sidetrack/backend/api"
	"sidetrack/backend/config"
	"sidetrack/backend/fault"
	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
)

// planSource is what one plan was read from.
type planSource struct {
	plan  *plan.Plan
	files []planfile.File
	paths []string // of files, absolute
}

// planTarget is one plan in force, and what it is read from: plans that are
// bound to no source are one together.
type planTarget struct {
	name  string
	parts []planSource
}

// targets reads the files of the plans in force, in the order of the plans.
func (p *planning) targets(ctx context.Context) ([]planTarget, error) {
	v, err := p.setting(ctx)
	if err != nil {
		return nil, err
	}
	var bound []planTarget
	var together planTarget
	var names []string
	for _, path := range config.Paths(v.Value) {
		g, err := gather(path, sha256.New())
		if err != nil {
			return nil, fault.New(fault.Conflict, "the plan cannot be read, so it cannot be changed: %w", err)
		}
		read, err := planfile.Read(g.files)
		if err != nil {
			return nil, fault.New(fault.Conflict, "the plan cannot be read, so it cannot be changed: %w", err)
		}
		if read.Format == plan.SettingsFormat {
			continue // no plan, but what is done on the way to destinations
		}
		part := planSource{read, g.files, g.paths}
		if len(read.Sources) > 0 {
			bound = append(bound, planTarget{read.Name, []planSource{part}})
			continue
		}
		together.parts = append(together.parts, part)
		if read.Name != "" {
			names = append(names, read.Name)
		}
	}
	if len(together.parts) > 0 {
		together.name = strings.Join(names, ", ")
		bound = append(bound, together)
	}
	if len(bound) == 0 {
		return nil, fault.New(fault.Conflict, "no tracking plan is named; name one, or draft one from what was seen")
	}
	return bound, nil
}

// target chooses a plan by name or place; without either the one there is, or
// the one that has the rule of the first edit.
func target(list []planTarget, name string, first planfile.Edit) (planTarget, error) {
	var fit []planTarget
	for _, t := range list {
		if name != "" && t.name == name || name == "" && t.has(first) {
			fit = append(fit, t)
		}
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 0 && n < len(list) && len(fit) == 0 {
		fit = list[n : n+1]
	}
	switch {
	case len(fit) == 1:
		return fit[0], nil
	case name == "" && len(list) == 1:
		return list[0], nil
	}
	var words []string
	for i, t := range list {
		words = append(words, fmt.Sprintf("%d %q", i, t.name))
	}
	return planTarget{}, fault.New(fault.Invalid, "say which plan is to be changed, by name or place: %s", strings.Join(words, ", "))
}

func (t *planTarget) has(e planfile.Edit) bool {
	_, _, found := t.holder(e)
	return found
}

// holder finds the file that has the rule of an edit.
func (t *planTarget) holder(e planfile.Edit) (part, file int, found bool) {
	for i, s := range t.parts {
		rule := planfile.RuleOf(s.plan, e)
		if rule == nil {
			continue
		}
		for j, f := range s.files {
			if f.Name == rule.At.File {
				return i, j, true
			}
		}
	}
	return 0, 0, false
}

// apply makes the edits in the file they are for.
func (t *planTarget) apply(edits []planfile.Edit) (part, file int, changed []byte, err error) {
	part, file, found := t.holder(edits[0])
	if found {
		changed, err = applyAll(t.parts[part].files[file], edits)
		return part, file, changed, t.sameFile(err, part, file, edits)
	}
	// A rule that is not there yet goes to the first file that takes it.
	var first error
	for i, s := range t.parts {
		for j, f := range s.files {
			if changed, err = applyAll(f, edits); err == nil {
				return i, j, changed, nil
			}
			if first == nil || fault.KindOf(err) == fault.Conflict {
				first = err
			}
		}
	}
	return 0, 0, nil, first
}

// sameFile says so when edits fail because they are for several files.
func (t *planTarget) sameFile(err error, part, file int, edits []planfile.Edit) error {
	if err == nil {
		return nil
	}
	for _, e := range edits {
		if p, f, found := t.holder(e); found && (p != part || f != file) {
			return fault.New(fault.Invalid, "these edits are for several files, %s and %s; make them one after the other", t.parts[part].files[file].Name, t.parts[p].files[f].Name)
		}
	}
	return err
}

func applyAll(f planfile.File, edits []planfile.Edit) ([]byte, error) {
	for _, e := range edits {
		read, err := planfile.Read([]planfile.File{f})
		if err != nil {
			return nil, fault.New(fault.Invalid, "%w", err)
		}
		if f.Data, err = planfile.Apply(f, read.Format, e); err != nil {
			return nil, err
		}
	}
	return f.Data, nil
}

// EditPlan implements api.PlanEditor.
func (p *planning) EditPlan(ctx context.Context, e api.PlanEdits) (api.PlanEdited, error) {
	p.editing.Lock()
	defer p.editing.Unlock()
	list, err := p.targets(ctx)
	if err != nil {
		return api.PlanEdited{}, err
	}
	edits := make([]planfile.Edit, len(e.Edits))
	for i := range e.Edits {
		edits[i] = planfile.Edit(e.Edits[i])
	}
	t, err := target(list, e.Plan, edits[0])
	if err != nil {
		return api.PlanEdited{}, err
	}
	part, file, changed, err := t.apply(edits)
	if err != nil {
		return api.PlanEdited{}, err
	}
	source := t.parts[part]
	before := source.files[file].Data
	out := api.PlanEdited{Plan: t.name, File: source.paths[file], BeforeSum: sumOf(before), AfterSum: sumOf(changed), Hunks: planfile.Hunks(before, changed)}
	source.files = slices.Clone(source.files)
	source.files[file].Data = changed
	after, err := planfile.Read(source.files)
	if err != nil {
		return api.PlanEdited{}, fault.New(fault.Invalid, "the plan could not be read any more: %w", err)
	}
	out.Problems = append([]plan.Problem{}, plan.NewJudge(after).Plan().Problems...)
	switch {
	case e.DryRun:
		return out, nil
	case e.Expect == "":
		return out, fault.New(fault.Invalid, "say with expect which file was looked at: the beforeSum of a dry run")
	case e.Expect != out.BeforeSum:
		return out, fault.New(fault.Conflict, "%s has changed since it was looked at; look at the change again", out.File)
	}
	if !bytes.Equal(before, changed) {
		if err := replaceFile(out.File, before, changed); err != nil {
			return out, err
		}
	}
	out.Written = true
	p.reload(ctx)
	return out, nil
}

func sumOf(data []byte) string { return fmt.Sprintf("%x", sha256.Sum256(data)) }

// reload puts what was just written in force, without waiting for the watcher.
func (p *planning) reload(ctx context.Context) {
	if _, err := p.load(ctx); err != nil {
		p.log.Warn("could not read where the tracking plan is", "reason", err)
	}
	select {
	case p.kick <- struct{}{}:
	default:
	}
}
