package api

import (
	"strconv"
	"time"

	"sidetrack/backend/query"
)

const (
	defaultLimit = 100
	maxLimit     = 1000
)

// AskParams are the parameters that select events, as text so that an error
// can quote what was sent.
type AskParams struct {
	Q      string `query:"q" doc:"Query, see docs/query.md"`
	After  string `query:"after" doc:"Only events after this Seq"`
	Before string `query:"before" doc:"Only events before this Seq"`
	Since  string `query:"since" doc:"Received since: RFC 3339, a date, or 15m, 2h, 3d ago"`
	Until  string `query:"until" doc:"Received before: RFC 3339, a date, or 15m, 2h, 3d ago"`
	Source string `query:"source" doc:"Id or name of a source"`
	Run    string `query:"run" doc:"Id of a run"`
}

func (p AskParams) ask(now time.Time) (Ask, error) {
	a := Ask{Source: p.Source, Run: p.Run}
	var err error
	if a.Query, err = query.ParseAt(p.Q, now); err != nil {
		return a, queryError(p.Q, err)
	}
	if a.After, err = seqParam("after", p.After); err != nil {
		return a, err
	}
	if a.Before, err = seqParam("before", p.Before); err != nil {
		return a, err
	}
	if a.Since, err = timeParam("since", p.Since, now); err != nil {
		return a, err
	}
	if a.Until, err = timeParam("until", p.Until, now); err != nil {
		return a, err
	}
	if p.Before != "" && a.Before == 0 {
		return a, &paramError{"before", p.Before, "before is the seq of an event, 1 or more; nothing is before 0."}
	}
	return a, nil
}

// everything reports whether the selection leaves nothing out.
func (a *Ask) everything() bool {
	return len(a.Query.Terms) == 0 && a.After == 0 && a.Before == 0 && a.Since.IsZero() && a.Until.IsZero() && a.Source == "" && a.Run == ""
}

func limitParam(text string, most, otherwise int) (int, error) {
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err == nil && n >= 1 && n <= most {
		return n, nil
	}
	if most == maxLimit {
		return 0, &paramError{"limit", text, "limit is a whole number from 1 to 1000; for all matches ask for application/x-ndjson, or use sidetrack export."}
	}
	return 0, &paramError{"limit", text, "limit is a whole number, 1 or more."}
}

func seqParam(name, text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, &paramError{name, text, name + " is the seq of an event, a whole number."}
	}
	return n, nil
}

func timeParam(name, text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if m, ok := query.Moment(text, now); ok && !m.IsZero() { // zero would not restrict
		return m, nil
	}
	return time.Time{}, &paramError{name, text, name + " is a time such as 2026-01-31T09:00:00Z or 2026-01-31, or how long ago, such as 15m, 2h or 3d."}
}
