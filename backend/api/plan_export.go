package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"sidetrack/backend/fault"
	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
)

// ExportParams choose a plan in force and the format to write it in.
type ExportParams struct {
	Format string `query:"format" enum:"segment,csv,sidetrack,yaml" required:"true" doc:"segment: JSON of the Public API. csv: the columns of Segment's editor. sidetrack, or yaml: YAML made to be read"`
	Plan   string `query:"plan" doc:"Which plan when several are in force: its name, or its place among the plans of GET /api/plan, from 0"`
}

type exportInput struct{ ExportParams }

type exportNotesOutput struct {
	Body struct {
		File  string         `json:"file" doc:"Name the file is given for download"`
		Notes []plan.Problem `json:"notes" nullable:"false" doc:"What the format cannot say, and what of the plan could not be read"`
	}
}

func (a *API) registerPlanExport(h huma.API) {
	huma.Get(h, "/api/plan/export", a.exportPlan, op("export-plan", "The plan in force as a file; the header Sidetrack-Notes counts what the format cannot say"), func(o *huma.Operation) {
		o.Errors = append(o.Errors, http.StatusUnprocessableEntity, http.StatusConflict)
		o.Responses = map[string]*huma.Response{"200": {Description: "The file", Content: map[string]*huma.MediaType{"application/json": {}, "text/csv": {}, "application/yaml": {}}}}
	})
	huma.Get(h, "/api/plan/export/notes", a.exportNotes, op("get-plan-export-notes", "What a format cannot say of the plan in force"), func(o *huma.Operation) {
		o.Errors = append(o.Errors, http.StatusUnprocessableEntity, http.StatusConflict)
	})
}

// exported is a plan as a file.
type exported struct {
	name, contentType string
	text              []byte
	notes             []plan.Problem
}

func (a *API) exportPlan(_ context.Context, in *exportInput) (*huma.StreamResponse, error) {
	out, err := a.exported(in.ExportParams)
	if err != nil {
		return nil, problem(err)
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", out.contentType)
		c.SetHeader("Content-Disposition", `attachment; filename="`+out.name+`"`)
		c.SetHeader("Sidetrack-Notes", strconv.Itoa(len(out.notes)))
		_, _ = c.BodyWriter().Write(out.text) // the reader has gone when this fails
	}}, nil
}

func (a *API) exportNotes(_ context.Context, in *exportInput) (*exportNotesOutput, error) {
	exported, err := a.exported(in.ExportParams)
	if err != nil {
		return nil, problem(err)
	}
	out := &exportNotesOutput{}
	out.Body.File, out.Body.Notes = exported.name, exported.notes
	return out, nil
}

func (a *API) exported(in ExportParams) (exported, error) {
	p, err := a.planInForce(in.Plan)
	if err != nil {
		return exported{}, err
	}
	out := exported{name: fileName(p.Name), notes: append([]plan.Problem{}, p.Problems...)}
	if in.Format == "csv" || in.Format == "segment" {
		out.notes = append(out.notes, planfile.OnTheWay(p)...)
	}
	switch in.Format {
	case "csv":
		var lost []plan.Problem
		out.text, lost = planfile.CSV(p)
		out.notes = append(out.notes, lost...)
		out.name, out.contentType = out.name+".csv", "text/csv; charset=utf-8"
	case "segment":
		out.text, err = planfile.SegmentJSON(p)
		out.name, out.contentType = out.name+".json", "application/json"
	default:
		out.text, err = planfile.YAML(p)
		out.name, out.contentType = out.name+".yaml", "application/yaml"
	}
	return out, err
}

// planInForce finds a plan by name or place; without either the only one.
func (a *API) planInForce(name string) (*plan.Plan, error) {
	judges := a.Plans.Judges()
	if len(judges) == 0 {
		return nil, fault.New(fault.Conflict, "No tracking plan is in force. Name one first.")
	}
	if name == "" && len(judges) == 1 {
		return judges[0].Plan(), nil
	}
	var found []*plan.Plan
	var words []string
	for i, j := range judges {
		if name != "" && j.Plan().Name == name {
			found = append(found, j.Plan())
		}
		words = append(words, strconv.Itoa(i)+" "+strconv.Quote(j.Plan().Name))
	}
	if n, err := strconv.Atoi(name); len(found) == 0 && err == nil && n >= 0 && n < len(judges) {
		found = append(found, judges[n].Plan())
	}
	if len(found) != 1 {
		return nil, &paramError{"plan", name, "Say which plan, by name or place: " + strings.Join(words, ", ") + "."}
	}
	return found[0], nil
}

// fileName makes a name for a file of a plan's.
func fileName(name string) string {
	slug := strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, name), "-")
	for strings.Contains(slug, "--") {
		slug = strings.ReplaceAll(slug, "--", "-")
	}
	if slug = strings.Trim(slug[:min(len(slug), 60)], "-"); slug == "" {
		return "tracking-plan"
	}
	return slug + ".plan"
}
