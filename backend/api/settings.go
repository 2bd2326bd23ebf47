package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
)

// Setting is one setting of this start, and where it was set.
type Setting struct {
	Name     string `json:"name" doc:"As a flag, in sidetrack.yaml and in docs/cli.md"`
	Value    string `json:"value"`
	Layer    string `json:"layer" enum:"flag,environment,sidetrack.yaml,user's file,stored setting,default"`
	From     string `json:"from" doc:"The flag, variable or file that set it; empty for a stored setting or a default"`
	Editable bool   `json:"editable" doc:"False when a flag, a variable or a file decides, or a new start is needed"`
}

// Settings are the settings of this start.
type Settings interface {
	Settings(ctx context.Context) ([]Setting, error)
	// KeepRetention stores new bounds of the log and applies them at once. One
	// that a flag, a variable or a file decides is a fault.Conflict.
	KeepRetention(ctx context.Context, r Retention) error
}

type settingsOutput struct {
	Body struct {
		Items     []Setting `json:"items" nullable:"false"`
		Retention Retention `json:"retention"`
	}
}

type retentionInput struct {
	Body struct {
		MaxAgeDays int   `json:"maxAgeDays" minimum:"0" maximum:"36500" doc:"Days, 0 for ever"`
		MaxBytes   int64 `json:"maxBytes" minimum:"0" doc:"0 without a limit"`
		MaxEvents  int64 `json:"maxEvents" minimum:"0" doc:"0 without a limit"`
	}
}

func (a *API) registerSettings(h huma.API) {
	huma.Get(h, "/api/settings", func(ctx context.Context, _ *struct{}) (*settingsOutput, error) {
		return a.settings(ctx)
	}, op("get-settings", "The settings, where each was set, and whether it can be changed here"))
	huma.Put(h, "/api/settings/retention", a.keepRetention, op("set-retention", "Keep other bounds of the log; what is beyond them is removed at once"))
}

func (a *API) settings(ctx context.Context) (*settingsOutput, error) {
	items, err := a.Settings.Settings(ctx)
	if err != nil {
		return nil, problem(err)
	}
	out := &settingsOutput{}
	out.Body.Items, out.Body.Retention = items, a.status().Retention
	return out, nil
}

func (a *API) keepRetention(ctx context.Context, in *retentionInput) (*settingsOutput, error) {
	if err := a.Settings.KeepRetention(ctx, Retention(in.Body)); err != nil {
		return nil, problem(err)
	}
	a.Streams.Changed("settings")
	return a.settings(ctx)
}
