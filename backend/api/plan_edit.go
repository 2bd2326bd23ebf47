package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
)

// PlanEdit is one change to a plan: to an event, or to a property of it.
type PlanEdit struct {
	Action      planfile.Action   `json:"action" enum:"add,change,remove,rename"`
	Call        plan.Call         `json:"call,omitempty" enum:"track,identify,group,page,screen,common" doc:"track when left out"`
	Event       string            `json:"event,omitempty" maxLength:"10000" doc:"Empty for identify, group, and pages and screens of any name"`
	Version     int               `json:"version,omitempty" minimum:"0" doc:"0 or left out: the newest"`
	Property    string            `json:"property,omitempty" maxLength:"10000" doc:"A dotted path with .$ for the items of a list, or the path of a finding; left out: the event itself"`
	Schema      json.RawMessage   `json:"schema,omitempty" doc:"Of add: the JSON Schema of the property, or of the event's properties or traits"`
	Description string            `json:"description,omitempty" doc:"Of add, of an event"`
	Required    *bool             `json:"required,omitempty" doc:"Of add and change, of a property"`
	Types       []string          `json:"types,omitempty" nullable:"false" doc:"Of change: JSON Schema's names, or date-time; an empty list allows any"`
	Enum        []json.RawMessage `json:"enum,omitempty" nullable:"false" doc:"Of change: the values that are allowed; an empty list allows any"`
	Name        string            `json:"name,omitempty" maxLength:"10000" doc:"Of rename: the new name"`
}

// PlanEdits are changes to one plan, made together or not at all.
type PlanEdits struct {
	Edits  []PlanEdit
	Plan   string // name or index, empty when there is only one
	DryRun bool
	Expect string // sum of the file the change was looked at with
}

// PlanEdited is what edits do to a file.
type PlanEdited struct {
	Plan      string          `json:"plan" doc:"Name of the plan; may be empty"`
	File      string          `json:"file" doc:"The file, absolute"`
	Written   bool            `json:"written" doc:"False in a dry run"`
	BeforeSum string          `json:"beforeSum" doc:"Sum of the file as it was; give it as expect to write exactly this change"`
	AfterSum  string          `json:"afterSum" doc:"Sum of the file with the edits in it"`
	Hunks     []planfile.Hunk `json:"hunks" nullable:"false" doc:"What changes, with three lines around it"`
	Problems  []plan.Problem  `json:"problems" nullable:"false" doc:"What cannot be honoured of the plan as it would be"`
}

// PlanEditor changes the files of the plan in force.
type PlanEditor interface {
	// EditPlan tells what edits do and, unless it is a dry run, writes the file.
	// A file that has changed since it was looked at is a fault.Conflict; a
	// format that is not written a fault.Invalid.
	EditPlan(ctx context.Context, e PlanEdits) (PlanEdited, error)
	// SuggestEdits answers the edits that would make something right.
	SuggestEdits(ctx context.Context, a SuggestionAsk) (PlanSuggestions, error)
}

// SuggestionAsk names a violation, or something unplanned.
type SuggestionAsk struct {
	Code, Call, Event, Path, Source string
	Version                         int
}

// PlanSuggestions are the ways to make something right in the plan.
type PlanSuggestions struct {
	Plan  string           `json:"plan" doc:"For the edits: the plan they are for, as its place among the plans in force; empty when no plan is"`
	File  string           `json:"file" doc:"The file that would change, absolute; empty when there is none"`
	Items []PlanSuggestion `json:"items" nullable:"false" doc:"The likeliest first"`
	Why   string           `json:"why" doc:"Why there is nothing to suggest, or why the file cannot be changed here; may be empty"`
}

// PlanSuggestion is one way.
type PlanSuggestion struct {
	Title string     `json:"title" doc:"What a button may say"`
	Words string     `json:"words" doc:"What it does, and what of"`
	Edits []PlanEdit `json:"edits" nullable:"false" doc:"For POST /api/plan/edits"`
}

type editPlanInput struct {
	Body struct {
		Edits  []PlanEdit `json:"edits" minItems:"1" maxItems:"200" doc:"Made one after another"`
		Plan   string     `json:"plan,omitempty" doc:"Which plan when several are in force: its name, or its place among the plans of GET /api/plan, from 0"`
		DryRun *bool      `json:"dryRun,omitempty" default:"true" doc:"Only tell what would change; true unless said otherwise"`
		Expect string     `json:"expect,omitempty" doc:"Needed to write: beforeSum of the dry run"`
	}
}

type editPlanOutput struct{ Body PlanEdited }

type suggestInput struct {
	Code    string `query:"code" required:"true" doc:"Code of the violation, such as plan.missing_property"`
	Call    string `query:"call" enum:"track,identify,group,page,screen,alias" doc:"track when left out"`
	Event   string `query:"event" doc:"Name of the event, page or screen"`
	Path    string `query:"path" doc:"Path of the violation; * stands for any item of a list"`
	Version int    `query:"version" minimum:"0" doc:"Version of the rule; 0 for the one it would be held against"`
	Source  string `query:"source" doc:"Id or name of a source that sends it, where plans are bound to sources"`
}

type suggestOutput struct{ Body PlanSuggestions }

func (a *API) registerPlanEdit(h huma.API) {
	huma.Post(h, "/api/plan/edits", a.editPlan, op("edit-plan", "Change the file of the plan, leaving every other byte; a dry run unless said otherwise"), func(o *huma.Operation) {
		o.Errors = append(o.Errors, http.StatusUnprocessableEntity, http.StatusConflict)
	})
	huma.Get(h, "/api/plan/suggestions", a.suggestEdits, op("suggest-plan-edits", "The edits that would make a violation, or something unplanned, right in the plan"))
}

func (a *API) editPlan(ctx context.Context, in *editPlanInput) (*editPlanOutput, error) {
	b := in.Body
	out, err := a.PlanEditor.EditPlan(ctx, PlanEdits{b.Edits, b.Plan, b.DryRun == nil || *b.DryRun, b.Expect})
	if err != nil {
		return nil, problem(err)
	}
	return &editPlanOutput{out}, nil
}

func (a *API) suggestEdits(ctx context.Context, in *suggestInput) (*suggestOutput, error) {
	ask := SuggestionAsk{Code: in.Code, Call: in.Call, Event: in.Event, Path: in.Path, Source: in.Source, Version: in.Version}
	if ask.Call == "" {
		ask.Call = "track"
	}
	a.Schema.CatchUp(ctx)
	out, err := a.PlanEditor.SuggestEdits(ctx, ask)
	if err != nil {
		return nil, problem(err)
	}
	return &suggestOutput{out}, nil
}
