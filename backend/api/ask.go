package api

import (
	"net/url"
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
	Since  string `query:"since" doc:"Received since: RFC 3339, or 15m, 2h, 3d ago"`
	Until  string `query:"until" doc:"Received until: RFC 3339, or 15m, 2h, 3d ago"`
	Source string `query:"source" doc:"Id or name of a source"`
	Run    string `query:"run" doc:"Id of a run"`
	Limit  string `query:"limit" doc:"At most this many, 1 to 1000, 100 by default"`
}

func paramsOf(v url.Values) AskParams {
	return AskParams{v.Get("q"), v.Get("after"), v.Get("before"), v.Get("since"), v.Get("until"), v.Get("source"), v.Get("run"), v.Get("limit")}
}

func (p AskParams) ask(now time.Time) (Ask, error) {
	a := Ask{Source: p.Source, Run: p.Run, Limit: defaultLimit}
	var err error
	if a.Query, err = query.Parse(p.Q); err != nil {
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
	if p.Limit != "" {
		n, err := strconv.Atoi(p.Limit)
		if err != nil || n < 1 || n > maxLimit {
			return a, &paramError{"limit", p.Limit, "limit is a whole number from 1 to 1000; for all matches ask for application/x-ndjson."}
		}
		a.Limit = n
	}
	return a, nil
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
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return t, nil
	}
	if n := len(text); text[n-1] == 'd' {
		if days, err := strconv.Atoi(text[:n-1]); err == nil && days >= 0 {
			return now.AddDate(0, 0, -days), nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return now.Add(-d), nil
	}
	return time.Time{}, &paramError{name, text, name + " is a time such as 2026-01-31T09:00:00Z, or how long ago, such as 15m, 2h or 3d."}
}
