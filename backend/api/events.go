package api

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
	"sidetrack/backend/query"
	"sidetrack/backend/source"
)

type eventsInput struct {
	AskParams
	Limit   string `query:"limit" doc:"At most this many, 1 to 1000, 100 by default; without a limit as NDJSON"`
	Include string `query:"include" enum:"message" doc:"message: with the message of each event"`
}

type eventsOutput struct {
	Body struct {
		Items []event.Record `json:"items" nullable:"false"`
		Next  int64          `json:"next" doc:"Pass as before for the page after; 0 when there is none"`
	}
}

type seqInput struct {
	Seq int64 `path:"seq" doc:"The event's place in the log"`
}

type recordOutput struct{ Body event.Record }

type wireOutput struct {
	Body struct {
		Request event.Request `json:"request"`
		Span    struct {
			Offset int `json:"offset" doc:"Byte at which the event begins in the body"`
			Length int `json:"length"`
			Index  int `json:"index" doc:"Place in the batch, 0 for the first"`
		} `json:"span"`
	}
}

type deleteInput struct {
	AskParams
	All    bool `query:"all" doc:"Needed to delete everything with an empty q"`
	DryRun bool `query:"dryRun" doc:"Only count"`
}

type deleteOutput struct {
	Body struct {
		Count int64  `json:"count"`
		ID    string `json:"id,omitempty" doc:"For undo, within 10 s"`
	}
}

type undoInput struct {
	Body struct {
		ID string `json:"id"`
	}
}

type volumeInput struct {
	AskParams
	Buckets int `query:"buckets" minimum:"1" maximum:"1000" default:"120"`
}

type volumeOutput struct {
	Body struct {
		Buckets []Bucket `json:"buckets" nullable:"false"`
	}
}

type sendInput struct {
	Body struct {
		Source  string          `json:"source" doc:"Id, name or write key of the source to send as"`
		Type    string          `json:"type" enum:"track,identify,page,screen,group,alias"`
		Message json.RawMessage `json:"message" doc:"The message, as an SDK would send it"`
	}
}

type sendOutput struct {
	Body struct {
		Seqs []int64 `json:"seqs" nullable:"false"`
	}
}

type queryInput struct {
	Q string `query:"q"`
}

type queryOutput struct {
	Body struct {
		Terms []query.Term `json:"terms" nullable:"false"`
	}
}

func (a *API) registerEvents(h huma.API) {
	huma.Get(h, "/api/events", a.listEvents, op("list-events", "Events, newest first; every match as NDJSON with Accept: application/x-ndjson"), a.orLines(h))
	huma.Get(h, "/api/events/{seq}", a.getEvent, op("get-event", "One event with its message"))
	huma.Get(h, "/api/events/{seq}/wire", a.getWire, op("get-event-wire", "How an event came over the wire"))
	huma.Get(h, "/api/events/{seq}/raw", a.getRaw, op("get-event-raw", "The body of the request an event came in, Content-Encoding undone"))
	huma.Get(h, "/api/events/volume", a.volume, op("get-volume", "Events per stretch of time, by verdict"))
	huma.Delete(h, "/api/events", a.deleteEvents, op("delete-events", "Delete what matches; can be undone for 10 s"))
	huma.Post(h, "/api/events/undo", a.undo, op("undo-delete", "Bring back what a deletion took"))
	huma.Post(h, "/api/events/send", a.send, op("send-event", "Send an event down the same road as an SDK's"))
	huma.Get(h, "/api/query", a.parseQuery, op("parse-query", "The terms of a query and where they stand in it"))
}

func op(id, summary string) func(*huma.Operation) {
	return func(o *huma.Operation) { o.OperationID, o.Summary = id, summary }
}

func (a *API) listEvents(ctx context.Context, in *eventsInput) (*eventsOutput, error) {
	ask, err := in.ask(a.Now())
	if err != nil {
		return nil, problem(err)
	}
	if ask.Limit, err = limitParam(in.Limit, maxLimit, defaultLimit); err != nil {
		return nil, problem(err)
	}
	ask.Message = in.Include == "message"
	out := &eventsOutput{}
	if out.Body.Items, out.Body.Next, err = a.Log.Events(ctx, ask); err != nil {
		return nil, problem(err)
	}
	return out, nil
}

func (a *API) getEvent(ctx context.Context, in *seqInput) (*recordOutput, error) {
	r, err := a.Log.Event(ctx, in.Seq)
	if err != nil {
		return nil, problem(err)
	}
	return &recordOutput{r}, nil
}

func (a *API) getWire(ctx context.Context, in *seqInput) (*wireOutput, error) {
	req, _, span, err := a.Log.Raw(ctx, in.Seq)
	if err != nil {
		return nil, problem(err)
	}
	out := &wireOutput{}
	out.Body.Request = req
	out.Body.Span.Offset, out.Body.Span.Length, out.Body.Span.Index = span.Offset, span.Length, span.Index
	return out, nil
}

func (a *API) getRaw(ctx context.Context, in *seqInput) (*huma.StreamResponse, error) {
	_, body, _, err := a.Log.Raw(ctx, in.Seq)
	if err != nil {
		return nil, problem(err)
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", "application/octet-stream")
		c.SetHeader("Content-Length", strconv.Itoa(len(body)))
		_, _ = c.BodyWriter().Write(body) // the reader has gone when this fails
	}}, nil
}

func (a *API) volume(ctx context.Context, in *volumeInput) (*volumeOutput, error) {
	now := a.Now()
	ask, err := in.ask(now)
	if err != nil {
		return nil, problem(err)
	}
	since, until := ask.Since, ask.Until
	if until.IsZero() {
		until = now
	}
	if since.IsZero() {
		since = until.Add(-30 * time.Minute)
	}
	if !since.Before(until) {
		return nil, problem(&paramError{"since", in.Since, "since must be before until."})
	}
	out := &volumeOutput{}
	if out.Body.Buckets, err = a.Log.Volume(ctx, ask, since, until, in.Buckets); err != nil {
		return nil, problem(err)
	}
	return out, nil
}

func (a *API) deleteEvents(ctx context.Context, in *deleteInput) (*deleteOutput, error) {
	ask, err := in.ask(a.Now())
	if err != nil {
		return nil, problem(err)
	}
	if ask.everything() && !in.All {
		return nil, problem(&paramError{"q", "", "This would delete everything; say all=true if that is meant."})
	}
	out := &deleteOutput{}
	if in.DryRun {
		out.Body.Count, err = a.Log.Count(ctx, ask)
	} else if out.Body.ID, out.Body.Count, err = a.Log.Delete(ctx, ask); err == nil {
		a.Streams.Changed("events")
	}
	if err != nil {
		return nil, problem(err)
	}
	return out, nil
}

func (a *API) undo(ctx context.Context, in *undoInput) (*deleteOutput, error) {
	n, err := a.Log.Undo(ctx, in.Body.ID)
	if err != nil {
		return nil, problem(err)
	}
	a.Streams.Changed("events")
	out := &deleteOutput{}
	out.Body.Count = n
	return out, nil
}

func (a *API) send(ctx context.Context, in *sendInput) (*sendOutput, error) {
	src, err := a.sourceCalled(in.Body.Source)
	if err != nil {
		return nil, problem(err)
	}
	records, err := a.Collector.Accept(ctx, src, in.Body.Type, in.Body.Message)
	if err != nil {
		return nil, problem(err)
	}
	out := &sendOutput{}
	out.Body.Seqs = make([]int64, len(records))
	for i := range records {
		out.Body.Seqs[i] = records[i].Seq
	}
	return out, nil
}

// sourceCalled finds a source by id, name or write key; the oldest dev source
// when the text is empty.
func (a *API) sourceCalled(text string) (source.Source, error) {
	for _, s := range a.Sources.Sources() {
		if text == s.ID || text == string(s.WriteKey) || strings.EqualFold(text, s.Name) || (text == "" && s.Label != nil && *s.Label == source.Dev) {
			return s, nil
		}
	}
	return source.Source{}, fault.New(fault.NotFound, "no source is called %q; sidetrack sources lists them", text)
}

func (a *API) parseQuery(_ context.Context, in *queryInput) (*queryOutput, error) {
	q, err := query.ParseAt(in.Q, a.Now())
	if err != nil {
		return nil, problem(queryError(in.Q, err))
	}
	out := &queryOutput{}
	out.Body.Terms = append([]query.Term{}, q.Terms...)
	return out, nil
}
