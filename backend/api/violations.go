package api

import (
	"context"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sidetrack/backend/document"
	"sidetrack/backend/event"
)

// ViolationAsk selects violations. Zero fields do not restrict.
type ViolationAsk struct {
	Words  string // in the event's name, the property or the code
	Source string // id or name
	Label  string // dev, staging, prod or none
	Since  time.Time
	Limit  int
}

// Violations are the violations of the plan and what is unplanned, summed up
// over the log.
type Violations interface {
	Violations(ctx context.Context, a ViolationAsk) (ViolationList, error)
}

// ViolationList is what is open, the worst and most frequent first.
type ViolationList struct {
	Items  []Violation     `json:"items" nullable:"false" doc:"Violations first, then what is unplanned; each the most frequent first"`
	Totals ViolationTotals `json:"totals"`
}

// ViolationTotals sums up all that was asked for, whatever the limit.
type ViolationTotals struct {
	Violations          int   `json:"violations" doc:"Kinds of violation, as items"`
	UnplannedEvents     int   `json:"unplannedEvents"`
	UnplannedProperties int   `json:"unplannedProperties"`
	Events              int64 `json:"events" doc:"Events with any of them, each once, whatever q says"`
	Muted               int64 `json:"muted" doc:"Events with a finding that was set aside, summed over its kinds. Not in the other numbers"`
	Counting            bool  `json:"counting" doc:"Older events are still being counted, newest first, as after an upgrade"`
	Uncounted           int64 `json:"uncounted" doc:"Events whose kind is beyond the 5,000 that are told apart, summed over their codes"`
}

// Violation is one way in which events depart from the plan: a violation, or
// something unplanned.
type Violation struct {
	Code      string            `json:"code"`
	Severity  event.Severity    `json:"severity" enum:"notice,warning,violation,drop"`
	Call      string            `json:"call" enum:"track,identify,group,page,screen,alias"`
	Event     string            `json:"event" doc:"Name of the event, page or screen; empty otherwise"`
	Version   int               `json:"version" doc:"Version of the rule it was held against; 0 when there is no rule"`
	Path      string            `json:"path" doc:"JSON pointer into the message, * for any item of a list, as a mute takes it"`
	Property  string            `json:"property" doc:"The property or trait as a dotted path, .$ for the items of a list; empty when it is about the event"`
	Count     int64             `json:"count" doc:"Events that have it"`
	Muted     int64             `json:"muted" doc:"Further events where it was set aside"`
	FirstSeen time.Time         `json:"firstSeen"`
	LastSeen  time.Time         `json:"lastSeen"`
	LatestSeq int64             `json:"latestSeq" doc:"An event to look at"`
	Sources   []ViolationSource `json:"sources" nullable:"false" doc:"Most frequent first"`
	Message   string            `json:"message" doc:"What happened and what to do, of the latest event"`
	Sent      []string          `json:"sent" nullable:"false" doc:"Up to three different values as they were sent, as JSON, cut when long"`
	Wants     string            `json:"wants" doc:"What the plan wants, in words; may be empty"`
	Nearest   string            `json:"nearest" doc:"The name that was probably meant; may be empty"`
	At        *document.Place   `json:"at,omitempty" doc:"Where the rule stands"`
	Query     string            `json:"query" doc:"Lists its events: the q of GET /api/events, and of Live"`
}

// ViolationSource is how often one source sent it.
type ViolationSource struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

type violationsInput struct {
	Q      string `query:"q" doc:"Words of the event's name, the property or the code"`
	Source string `query:"source" doc:"Id or name of a source"`
	Label  string `query:"label" enum:"dev,staging,prod,none" doc:"Sources with this label; none: nobody has claimed them"`
	Since  string `query:"since" doc:"Received since: RFC 3339, a date, or 15m, 2h, 3d ago. Counts are of whole days in UTC; what came last before is left out"`
	Limit  string `query:"limit" doc:"At most this many, 1 to 1000, 100 by default"`
}

type violationsOutput struct{ Body ViolationList }

func (a *API) registerViolations(h huma.API) {
	huma.Get(h, "/api/violations", a.listViolations, op("list-violations", "Violations of the tracking plan and what is not in it, summed up"))
}

func (a *API) listViolations(ctx context.Context, in *violationsInput) (*violationsOutput, error) {
	ask := ViolationAsk{Words: in.Q, Source: in.Source, Label: in.Label}
	if in.Label != "" && !slices.Contains([]string{"dev", "staging", "prod", "none"}, in.Label) {
		return nil, problem(&paramError{"label", in.Label, "label is dev, staging, prod or none."})
	}
	var err error
	if ask.Since, err = timeParam("since", in.Since, a.Now()); err != nil {
		return nil, problem(err)
	}
	if ask.Limit, err = limitParam(in.Limit, maxLimit, defaultLimit); err != nil {
		return nil, problem(err)
	}
	list, err := a.Violations.Violations(ctx, ask)
	if err != nil {
		return nil, problem(err)
	}
	return &violationsOutput{list}, nil
}
