package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"sidetrack/backend/source"
)

type sourcesOutput struct {
	Body struct {
		Items []source.Source `json:"items" nullable:"false" doc:"Oldest first"`
		Seen  []Sighting      `json:"seen" nullable:"false" doc:"Libraries seen sending, newest first"`
	}
}

type sourceOutput struct{ Body source.Source }

type newSourceInput struct {
	Body struct {
		Name  string        `json:"name" minLength:"1" maxLength:"200"`
		Label *source.Label `json:"label,omitempty" enum:"dev,staging,prod"`
	}
}

type sourceInput struct {
	ID string `path:"id"`
}

type editSourceInput struct {
	ID   string `path:"id"`
	Body struct {
		Name  *string       `json:"name,omitempty" minLength:"1" maxLength:"200"`
		Label *source.Label `json:"label,omitempty" enum:"dev,staging,prod"`
	}
}

func (a *API) registerSources(h huma.API) {
	huma.Get(h, "/api/sources", a.listSources, op("list-sources", "The sources and who was seen sending"))
	huma.Post(h, "/api/sources", a.addSource, op("create-source", "Add a source with a new write key"))
	huma.Patch(h, "/api/sources/{id}", a.editSource, op("update-source", "Rename or label a source"))
	huma.Delete(h, "/api/sources/{id}", a.deleteSource, op("delete-source", "Delete a source; its events stay"))
	huma.Post(h, "/api/sources/{id}/restore", a.restoreSource, op("restore-source", "Undo the deletion of a source"))
	huma.Post(h, "/api/sources/{id}/rotate-key", a.rotateKey, op("rotate-key", "Give a source a new write key"))
}

func (a *API) listSources(context.Context, *struct{}) (*sourcesOutput, error) {
	seen, err := a.Log.Seen()
	if err != nil {
		return nil, problem(err)
	}
	out := &sourcesOutput{}
	out.Body.Items, out.Body.Seen = a.Sources.Sources(), seen
	return out, nil
}

// edited answers with a source that was just changed, and tells the screens.
func (a *API) edited(s source.Source, err error) (*sourceOutput, error) {
	if err != nil {
		return nil, problem(err)
	}
	a.Streams.Changed("sources", s.ID)
	return &sourceOutput{s}, nil
}

func (a *API) addSource(ctx context.Context, in *newSourceInput) (*sourceOutput, error) {
	return a.edited(a.Sources.CreateSource(ctx, in.Body.Name, in.Body.Label, false))
}

func (a *API) editSource(ctx context.Context, in *editSourceInput) (*sourceOutput, error) {
	return a.edited(a.Sources.UpdateSource(ctx, in.ID, in.Body.Name, in.Body.Label))
}

func (a *API) rotateKey(ctx context.Context, in *sourceInput) (*sourceOutput, error) {
	return a.edited(a.Sources.RotateKey(ctx, in.ID))
}

func (a *API) deleteSource(ctx context.Context, in *sourceInput) (*struct{}, error) {
	_, err := a.edited(source.Source{ID: in.ID}, a.Sources.DeleteSource(ctx, in.ID))
	return nil, err
}

func (a *API) restoreSource(ctx context.Context, in *sourceInput) (*struct{}, error) {
	_, err := a.edited(source.Source{ID: in.ID}, a.Sources.RestoreSource(ctx, in.ID))
	return nil, err
}
