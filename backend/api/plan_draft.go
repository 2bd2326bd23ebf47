package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// DraftAsk says what to draft a plan from.
type DraftAsk struct {
	From   string // events, spec or use_case
	Name   string // of the plan; empty for one that suits
	Spec   string
	Case   string
	Words  string // of the names of events
	Source string
	Label  string
	Since  time.Time
	Path   string // file to write, absolute; empty for none
	Use    bool   // names the file as the plan
}

// Drafted is a plan to begin with.
type Drafted struct {
	Name   string   `json:"name"`
	Text   string   `json:"text" doc:"The plan, as YAML of Sidetrack"`
	Events int      `json:"events" doc:"Rules in it"`
	Notes  []string `json:"notes" nullable:"false" doc:"What to look at before it is relied on"`
	Path   string   `json:"path" doc:"The file that was written; empty when none was"`
	Used   bool     `json:"used" doc:"The file is the plan now"`
}

// DraftSource is a page or a use case a plan can be drafted from.
type DraftSource struct {
	ID          string `json:"id" doc:"Give it as spec or useCase"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Page        string `json:"page" doc:"Where Segment describes it"`
	Events      int    `json:"events" doc:"Rules the draft has"`
}

// Drafts are what a plan can be drafted from besides what was seen.
type Drafts struct {
	Specs    []DraftSource `json:"specs" nullable:"false"`
	UseCases []DraftSource `json:"useCases" nullable:"false"`
}

// PlanDrafter drafts plans.
type PlanDrafter interface {
	Drafts() (Drafts, error)
	// DraftPlan drafts a plan. A file that is there already is a fault.Conflict
	// and is never overwritten.
	DraftPlan(ctx context.Context, a DraftAsk) (Drafted, error)
}

type draftInput struct {
	Body struct {
		From    string `json:"from" enum:"events,spec,use_case" doc:"events: what was seen"`
		Name    string `json:"name,omitempty" maxLength:"200" doc:"Name of the plan"`
		Spec    string `json:"spec,omitempty" doc:"Of from spec: an id of GET /api/plan/drafts"`
		UseCase string `json:"useCase,omitempty" doc:"Of from use_case: an id of GET /api/plan/drafts"`
		Q       string `json:"q,omitempty" doc:"Of from events: words of the event's name"`
		Source  string `json:"source,omitempty" doc:"Of from events: id or name of a source"`
		Label   string `json:"label,omitempty" enum:"dev,staging,prod,none" doc:"Of from events: sources with this label"`
		Since   string `json:"since,omitempty" doc:"Of from events: received since; RFC 3339, a date, or 15m, 2h, 3d ago; whole days in UTC are counted"`
		Path    string `json:"path,omitempty" doc:"Write it to this file: absolute, .yaml or .yml, not there yet"`
		Use     bool   `json:"use,omitempty" doc:"Name the file as the plan"`
	}
}

type draftOutput struct{ Body Drafted }

type draftsOutput struct{ Body Drafts }

func (a *API) registerPlanDraft(h huma.API) {
	huma.Get(h, "/api/plan/drafts", func(context.Context, *struct{}) (*draftsOutput, error) {
		list, err := a.PlanDrafter.Drafts()
		if err != nil {
			return nil, problem(err)
		}
		return &draftsOutput{list}, nil
	}, op("list-plan-drafts", "The specs and use cases a plan can be drafted from"))
	huma.Post(h, "/api/plan/draft", a.draftPlan, op("draft-plan", "Draft a plan from what was seen, a spec or a use case"), func(o *huma.Operation) {
		o.Errors = append(o.Errors, http.StatusUnprocessableEntity, http.StatusConflict)
	})
}

func (a *API) draftPlan(ctx context.Context, in *draftInput) (*draftOutput, error) {
	b := in.Body
	since, err := timeParam("since", b.Since, a.Now())
	if err != nil {
		return nil, problem(err)
	}
	if b.From == "events" {
		a.Schema.CatchUp(ctx)
	}
	out, err := a.PlanDrafter.DraftPlan(ctx, DraftAsk{b.From, b.Name, b.Spec, b.UseCase, b.Q, b.Source, b.Label, since, b.Path, b.Use})
	if err != nil {
		return nil, problem(err)
	}
	return &draftOutput{out}, nil
}
