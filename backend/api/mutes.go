package api

import (
	"context"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"sidetrack/backend/fault"
	"sidetrack/backend/mute"
	"sidetrack/backend/naming"
	"sidetrack/backend/plan"
	"sidetrack/backend/source"
	"sidetrack/backend/spec"
)

// Mutes keeps what a person set aside. A change counts at once for new events,
// and in the background for stored ones.
type Mutes interface {
	Mutes(ctx context.Context) ([]mute.Mute, error)
	Covered(ctx context.Context, m mute.Mute) (int64, error)
	AddMute(ctx context.Context, m mute.Mute) error
	RemoveMute(ctx context.Context, id string) error
}

// MuteItem is a mute and what it covers.
type MuteItem struct {
	mute.Mute
	Count int64 `json:"count" doc:"Stored findings it covers"`
}

type mutesOutput struct {
	Body struct {
		Items []MuteItem `json:"items" nullable:"false" doc:"Oldest first"`
	}
}

type muteOutput struct{ Body MuteItem }

type newMuteInput struct {
	Body struct {
		Code     string `json:"code" minLength:"1" maxLength:"100" pattern:"^[a-z]+\\.[a-z_]+$" doc:"Code of the findings, such as segment.reserved_type"`
		Event    string `json:"event,omitempty" maxLength:"1000" doc:"Only for this event, page or screen name"`
		Path     string `json:"path,omitempty" maxLength:"1000" pattern:"^(/.*)?$" doc:"Only at this JSON pointer; * stands for any one step"`
		SourceID string `json:"sourceId,omitempty" maxLength:"100" doc:"Only for this source"`
		Reason   string `json:"reason" minLength:"1" maxLength:"1000" doc:"Why it is set aside"`
		By       string `json:"by" minLength:"1" maxLength:"200" doc:"Name of the person"`
	}
}

type muteInput struct {
	ID string `path:"id"`
}

type findingsOutput struct {
	Body struct {
		Items []spec.Rule `json:"items" nullable:"false"`
	}
}

func (a *API) registerMutes(h huma.API) {
	huma.Get(h, "/api/findings", func(context.Context, *struct{}) (*findingsOutput, error) {
		out := &findingsOutput{}
		out.Body.Items = slices.Concat(spec.Rules, planRules(), naming.Findings())
		return out, nil
	}, op("list-findings", "Every kind of finding about a message or a request"))
	huma.Get(h, "/api/mutes", a.listMutes, op("list-mutes", "The findings that were set aside, by whom and why"))
	huma.Post(h, "/api/mutes", a.addMute, op("create-mute", "Set findings aside; they stay, and no longer decide the verdict"))
	huma.Delete(h, "/api/mutes/{id}", a.removeMute, op("delete-mute", "Let findings decide the verdict again"))
}

// planRules lists the findings of a tracking plan beside Segment's own.
func planRules() []spec.Rule {
	list := make([]spec.Rule, len(plan.Codes))
	for i, c := range plan.Codes {
		list[i] = spec.Rule{Code: c.Code, Severity: c.Severity, Page: "https://segment.com/docs/protocols/validate/review-violations/", Explanation: c.Explanation}
	}
	return list
}

func (a *API) listMutes(ctx context.Context, _ *struct{}) (*mutesOutput, error) {
	list, err := a.Mutes.Mutes(ctx)
	if err != nil {
		return nil, problem(err)
	}
	out := &mutesOutput{}
	out.Body.Items = make([]MuteItem, len(list))
	for i, m := range list {
		if out.Body.Items[i], err = a.muteItem(ctx, m); err != nil {
			return nil, problem(err)
		}
	}
	return out, nil
}

func (a *API) muteItem(ctx context.Context, m mute.Mute) (MuteItem, error) {
	n, err := a.Mutes.Covered(ctx, m)
	return MuteItem{m, n}, err
}

func (a *API) addMute(ctx context.Context, in *newMuteInput) (*muteOutput, error) {
	b := in.Body
	m := mute.Mute{
		ID: "mut_" + source.NewID()[4:], Code: b.Code, Event: b.Event, Path: b.Path, SourceID: b.SourceID,
		Reason: strings.TrimSpace(b.Reason), By: strings.TrimSpace(b.By), CreatedAt: a.Now().UTC(),
	}
	if m.Reason == "" || m.By == "" {
		return nil, problem(fault.New(fault.Invalid, "Say why these findings are set aside, and who does it, so that the next person understands."))
	}
	known := func(s source.Source) bool { return s.ID == m.SourceID }
	if m.SourceID != "" && !slices.ContainsFunc(a.Sources.Sources(), known) {
		return nil, problem(fault.New(fault.Invalid, "No source has the id %s. GET /api/sources lists them.", m.SourceID))
	}
	if err := a.Mutes.AddMute(ctx, m); err != nil {
		return nil, problem(err)
	}
	a.Streams.Changed("mutes", m.ID)
	item, err := a.muteItem(ctx, m)
	if err != nil {
		return nil, problem(err)
	}
	return &muteOutput{item}, nil
}

func (a *API) removeMute(ctx context.Context, in *muteInput) (*struct{}, error) {
	if err := a.Mutes.RemoveMute(ctx, in.ID); err != nil {
		return nil, problem(err)
	}
	a.Streams.Changed("mutes", in.ID)
	return nil, nil
}
