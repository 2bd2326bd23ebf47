package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"sidetrack/backend/event"
	"sidetrack/backend/naming"
	"sidetrack/backend/rawjson"
	"sidetrack/backend/repair"
)

// EventFix is a message before and after its findings were mended.
type EventFix struct {
	Seq     int64           `json:"seq"`
	Library string          `json:"library" doc:"context.library.name of the message; empty when it does not say"`
	Before  string          `json:"before" doc:"The message as it is stored, as JSON text with every digit"`
	After   string          `json:"after" doc:"The corrected message, as JSON text; all that no change names is as it was"`
	Changes []repair.Change `json:"changes" nullable:"false" doc:"In the order they were made"`
	Left    []repair.Left   `json:"left" nullable:"false" doc:"What a person has to decide"`
	Notes   []string        `json:"notes" nullable:"false" doc:"What to look at before using the corrected message, such as placeholders"`
}

type eventFixInput struct {
	Seq  int64  `path:"seq" doc:"The event's place in the log"`
	Code string `query:"code" doc:"Only findings with this code"`
	Path string `query:"path" doc:"Only findings at this JSON pointer"`
}

type eventFixOutput struct{ Body EventFix }

func (a *API) registerEventFix(h huma.API) {
	names := naming.New(nil)
	huma.Get(h, "/api/events/{seq}/fix", func(ctx context.Context, in *eventFixInput) (*eventFixOutput, error) {
		r, err := a.Log.Event(ctx, in.Seq)
		if err != nil {
			return nil, problem(err)
		}
		rules := repair.Rules{Plan: a.Schema.JudgeOf(r.Source), Names: names}
		return &eventFixOutput{fixOf(&r, in.of(r.Findings), rules)}, nil
	}, op("get-event-fix", "The corrected message of an event: what can be mended, and what a person has to decide"))
}

// of chooses findings. A muted one is only mended when it is asked for.
func (in *eventFixInput) of(findings []event.Finding) []event.Finding {
	var list []event.Finding
	for _, f := range findings {
		asked := in.Code != "" || in.Path != ""
		if (in.Code == "" || f.Code == in.Code) && (in.Path == "" || f.Path == in.Path) && (asked || !f.Muted) {
			list = append(list, f)
		}
	}
	return list
}

func fixOf(r *event.Record, findings []event.Finding, rules repair.Rules) EventFix {
	fix := repair.Fix(r, findings, rules)
	library, _ := rawjson.String(rawjson.At(r.Message, []string{"context", "library", "name"}))
	return EventFix{r.Seq, library, string(fix.Before), string(fix.After), fix.Changes, fix.Left, fix.Notes}
}
