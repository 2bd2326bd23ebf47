package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sidetrack/backend/document"
	"sidetrack/backend/plan"
)

// PlanView is the tracking plan as it is at the moment.
type PlanView struct {
	Paths     []string      `json:"paths" nullable:"false" doc:"Files and folders the plan is read from"`
	Setting   Setting       `json:"setting" doc:"Where the paths were set"`
	State     string        `json:"state" enum:"none,in_force,error" doc:"none: no plan is named. error: what was read last cannot be used; the last good plan, if any, stays in force"`
	Error     *PlanError    `json:"error,omitempty"`
	Since     *time.Time    `json:"since,omitempty" doc:"When the plan in force was read"`
	Plans     []PlanInForce `json:"plans" nullable:"false" doc:"More than one where plans are bound to sources"`
	Rejudging PlanRejudging `json:"rejudging"`
}

// PlanError says why a plan cannot be used.
type PlanError struct {
	At       document.Place `json:"at"`
	Message  string         `json:"message"`
	Expected string         `json:"expected" doc:"What would be right; may be empty"`
}

// PlanInForce is one plan and what can be said of it.
type PlanInForce struct {
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Format      string         `json:"format" doc:"What the file was recognised as"`
	Sources     []string       `json:"sources" nullable:"false" doc:"Ids or names of the sources it is for; none: all others"`
	Rules       []PlanRule     `json:"rules" nullable:"false" doc:"None with rules=false; with call or event only these"`
	Problems    []plan.Problem `json:"problems" nullable:"false" doc:"What cannot be honoured"`
}

// PlanRule is what is agreed about one call.
type PlanRule struct {
	Call        plan.Call         `json:"call" enum:"track,identify,group,page,screen,common"`
	Name        string            `json:"name"`
	Version     int               `json:"version"`
	Description string            `json:"description"`
	Labels      map[string]string `json:"labels,omitempty"`
	Deprecated  bool              `json:"deprecated"`
	At          document.Place    `json:"at"`
	Fields      []PlanField       `json:"fields" nullable:"false"`
}

// PlanField is one planned property or trait.
type PlanField struct {
	Name        string         `json:"name" doc:"A dotted path; .$ stands for the items of a list"`
	Types       []string       `json:"types" nullable:"false" doc:"None: any"`
	Required    bool           `json:"required"`
	Description string         `json:"description"`
	Schema      any            `json:"schema" doc:"The JSON Schema of the value"`
	At          document.Place `json:"at"`
}

// PlanRejudging tells how far stored events have been held against the plan.
type PlanRejudging struct {
	Running bool  `json:"running"`
	Done    int64 `json:"done"`
	Total   int64 `json:"total"`
	Changed int64 `json:"changed" doc:"Events whose findings came out differently"`
}

// Plans keeps the tracking plan.
type Plans interface {
	Plan(ctx context.Context) (PlanView, error)
	// SetPlan names the files and folders of the plan, none for no plan. A path
	// that cannot be read is a fault.Invalid; one that a flag, a variable or a
	// file decides is a fault.Conflict.
	SetPlan(ctx context.Context, paths []string) error
	// Judges returns the plans in force.
	Judges() []*plan.Judge
}

type planOutput struct{ Body PlanView }

type planInput struct {
	EventParams
	Rules bool `query:"rules" default:"true" doc:"False: plans without their rules, which may be megabytes"`
}

// narrow leaves only the rules that were asked for. The view is shared, so
// what changes is copied.
func (in *planInput) narrow(view *PlanView) {
	if in.Rules && in.EventParams == (EventParams{}) {
		return
	}
	view.Plans = slices.Clone(view.Plans)
	for i := range view.Plans {
		rules := []PlanRule{}
		for _, r := range view.Plans[i].Rules {
			if in.Rules && in.wants(r.Call, r.Name) {
				rules = append(rules, r)
			}
		}
		view.Plans[i].Rules = rules
	}
}

type setPlanInput struct {
	Body struct {
		Paths []string `json:"paths" maxItems:"50" doc:"Absolute paths of files and folders; none for no plan"`
	}
}

func (a *API) registerPlan(h huma.API) {
	show := func(ctx context.Context) (*planOutput, error) {
		view, err := a.Plans.Plan(ctx)
		if err != nil {
			return nil, problem(err)
		}
		return &planOutput{view}, nil
	}
	huma.Get(h, "/api/plan", func(ctx context.Context, in *planInput) (*planOutput, error) {
		out, err := show(ctx)
		if err == nil {
			in.narrow(&out.Body)
		}
		return out, err
	}, op("get-plan", "The tracking plan in force, and how its files are"))
	huma.Put(h, "/api/plan", func(ctx context.Context, in *setPlanInput) (*planOutput, error) {
		if err := a.Plans.SetPlan(ctx, in.Body.Paths); err != nil {
			return nil, problem(err)
		}
		return show(ctx)
	}, op("set-plan", "Name the files of the tracking plan"), func(o *huma.Operation) {
		o.Errors = append(o.Errors, http.StatusUnprocessableEntity, http.StatusConflict)
	})
}

// ViewOfPlan shows a plan the way the API does.
func ViewOfPlan(p *plan.Plan) PlanInForce {
	out := PlanInForce{Name: p.Name, Description: p.Description, Format: p.Format, Sources: append([]string{}, p.Sources...), Rules: []PlanRule{}, Problems: append([]plan.Problem{}, p.Problems...)}
	for _, r := range p.Rules {
		rule := PlanRule{Call: r.Call, Name: r.Name, Version: r.Version, Description: r.Description, Labels: r.Labels, Deprecated: r.Deprecated, At: r.At, Fields: []PlanField{}}
		for _, f := range r.PlannedFields() {
			rule.Fields = append(rule.Fields, PlanField{f.Name, append([]string{}, f.Types...), f.Required, f.Description, f.Schema.Value(), f.At})
		}
		out.Rules = append(out.Rules, rule)
	}
	return out
}
