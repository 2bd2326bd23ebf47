package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sidetrack/backend/api"
	"sidetrack/backend/draft"
	"sidetrack/backend/fault"
	"sidetrack/backend/schema"
	"sidetrack/backend/store"
)

// Drafts implements api.PlanDrafter.
func (p *planning) Drafts() (api.Drafts, error) {
	out := api.Drafts{Specs: []api.DraftSource{}, UseCases: []api.DraftSource{}}
	for kind, into := range map[draft.Kind]*[]api.DraftSource{draft.Specs: &out.Specs, draft.UseCases: &out.UseCases} {
		list, err := draft.List(kind)
		if err != nil {
			return out, err
		}
		for _, e := range list {
			*into = append(*into, api.DraftSource{ID: e.ID, Title: e.Title, Description: e.Description, Page: e.Page, Events: e.Rules})
		}
	}
	return out, nil
}

// DraftPlan implements api.PlanDrafter.
func (p *planning) DraftPlan(ctx context.Context, a api.DraftAsk) (api.Drafted, error) {
	if err := p.draftPath(ctx, a); err != nil {
		return api.Drafted{}, err
	}
	d, err := p.draft(ctx, a)
	if err != nil {
		return api.Drafted{}, err
	}
	out := api.Drafted{Name: d.Name, Text: d.Text, Events: d.Rules, Notes: append([]string{}, d.Notes...)}
	if a.Path == "" {
		return out, nil
	}
	if err := newFile(a.Path, []byte(d.Text)); err != nil {
		return out, err
	}
	out.Path = a.Path
	if a.Use {
		if err := p.SetPlan(ctx, []string{a.Path}); err != nil {
			return out, err
		}
		out.Used = true
	}
	return out, nil
}

// draftPath looks before anything is drafted or written whether the file may be.
func (p *planning) draftPath(ctx context.Context, a api.DraftAsk) error {
	if a.Path == "" {
		if a.Use {
			return fault.New(fault.Invalid, "say with path where the plan is to be written; then it can be used")
		}
		return nil
	}
	ext := strings.ToLower(filepath.Ext(a.Path))
	if !filepath.IsAbs(a.Path) || strings.Contains(a.Path, ",") || strings.ContainsRune(a.Path, 0) || ext != ".yaml" && ext != ".yml" {
		return fault.New(fault.Invalid, "%q cannot be written; a path is absolute, ends in .yaml and has no comma in it", a.Path)
	}
	if _, err := os.Lstat(a.Path); err == nil {
		return fault.New(fault.Conflict, "%s is there already and is not overwritten; choose another name", a.Path)
	}
	if info, err := os.Stat(filepath.Dir(a.Path)); err != nil || !info.IsDir() {
		return fault.New(fault.Invalid, "there is no folder %s; make it, or choose another", filepath.Dir(a.Path))
	}
	v, err := p.setting(ctx)
	if err == nil && a.Use && !free(v) {
		return fault.New(fault.Conflict, "the plan is set by the %s and cannot be changed here; draft it without use", v.Explain())
	}
	return err
}

// newFile writes a file that is not there yet.
func newFile(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	switch {
	case errors.Is(err, fs.ErrExist):
		return fault.New(fault.Conflict, "%s is there already and is not overwritten; choose another name", path)
	case err != nil:
		return fault.New(fault.Conflict, "%s cannot be written: %w", path, err)
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		_ = os.Remove(path) // half of it is worth nothing
		return fault.New(fault.Conflict, "%s cannot be written: %w", path, err)
	}
	return nil
}

func (p *planning) draft(ctx context.Context, a api.DraftAsk) (draft.Draft, error) {
	switch a.From {
	case "spec":
		return draft.Ready(draft.Specs, a.Spec, a.Name)
	case "use_case":
		return draft.Ready(draft.UseCases, a.Case, a.Name)
	}
	list, uncounted, err := p.store.Schema(ctx, store.SchemaAsk{Source: a.Source, Label: a.Label, Since: a.Since})
	if err != nil {
		return draft.Draft{}, err
	}
	var chosen []schema.Event
	for i := range list {
		if strings.Contains(strings.ToLower(list[i].Name), strings.ToLower(a.Words)) {
			chosen = append(chosen, list[i])
		}
	}
	d, err := draft.Events(chosen, a.Name)
	if err == nil && uncounted > 0 {
		d.Notes = append(d.Notes, "Some sources send more than 2,000 names; events beyond these are not counted and not in the draft.")
	}
	return d, err
}
