package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"sidetrack/backend/client"
	"sidetrack/backend/event"
	"sidetrack/backend/fault"
)

// selection is the flags of commands that read events.
type selection struct {
	Query  []string `arg:"" optional:"" name:"query" help:"Query, see docs/query.md."`
	Since  string   `help:"Received since: RFC 3339, or 15m, 2h, 3d ago." placeholder:"WHEN"`
	Source string   `help:"Only this source, by id or name." placeholder:"NAME"`
	Run    string   `help:"Only this run." placeholder:"NAME" name:"run"`
}

func (s *selection) values() url.Values {
	v := url.Values{}
	for name, text := range map[string]string{"q": strings.Join(s.Query, " "), "since": s.Since, "source": s.Source, "run": s.Run} {
		if text != "" {
			v.Set(name, text)
		}
	}
	return v
}

// Tail prints events as they arrive.
type Tail struct {
	Query []string `arg:"" optional:"" name:"query" help:"Only what matches, see docs/query.md."`
	After int64    `help:"Begin after this seq; from now on by default." default:"-1"`
	Count int      `short:"n" help:"End after this many events; 0 goes on until stopped." default:"0"`
	JSON  bool     `help:"One JSON object a line."`
}

// Run implements the command.
func (t *Tail) Run(e *env) error {
	c, err := e.client()
	if err != nil {
		return err
	}
	ctx, leave := context.WithCancel(e.ctx)
	defer leave()
	go abandoned(ctx, e.host.Out, leave)
	printed := 0
	err = c.Stream(ctx, strings.Join(t.Query, " "), t.After, func(f client.Frame) error {
		for _, raw := range f.Records {
			if err := t.print(e, c.Running.URL, raw); err != nil {
				return err
			}
			if printed++; printed == t.Count {
				return errEnough
			}
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// errEnough ends a tail that was asked for so many events.
var errEnough = errors.New("enough events")

func (t *Tail) print(e *env, base string, raw json.RawMessage) error {
	if t.JSON {
		fmt.Fprintf(e.host.Out, "%s\n", raw)
		return nil
	}
	var r event.Record
	if err := json.Unmarshal(raw, &r); err != nil {
		return err
	}
	printEvent(e, base, &r)
	return nil
}

// printEvent prints one event for a person, its findings below it.
func printEvent(e *env, base string, r *event.Record) {
	what := r.Name
	if what == "" {
		what = r.UserID
	}
	label := "unclaimed"
	if r.Source.Label != nil {
		label = *r.Source.Label
	}
	kind := r.Type
	if r.Disposition == event.Rejected {
		kind = "rejected"
	}
	fmt.Fprintf(e.host.Out, "%s  %-8s  %-32s  %s %s  %s  %s/live?sel=%d\n",
		r.ReceivedAt.Local().Format("15:04:05.000"), clean(kind), clean(what), label, clean(r.Source.Name), strings.ReplaceAll(string(r.Verdict), "_", " "), base, r.Seq)
	for _, f := range r.Findings {
		if !f.Muted {
			fmt.Fprintf(e.host.Out, "              %-9s  %s\n", f.Severity, clean(f.Message))
		}
	}
}

// clean keeps what was sent from steering the terminal.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || (r >= 0x7f && r < 0xa0) {
			return '·'
		}
		return r
	}, s)
}

// Events prints stored events, newest first.
type Events struct {
	selection
	Limit int  `help:"At most this many." default:"20"`
	JSON  bool `help:"One JSON object a line, with the message."`
}

// Run implements the command.
func (l *Events) Run(e *env) error {
	c, err := e.client()
	if err != nil {
		return err
	}
	v := l.values()
	v.Set("limit", fmt.Sprint(l.Limit))
	if l.JSON {
		v.Set("include", "message")
	}
	var page struct {
		Items []json.RawMessage `json:"items"`
	}
	if err := c.Get(e.ctx, "/api/events", v, &page); err != nil {
		return err
	}
	if len(page.Items) == 0 && !l.JSON {
		fmt.Fprintln(e.host.Err, "No event matches.")
	}
	for _, raw := range page.Items {
		if l.JSON {
			fmt.Fprintf(e.host.Out, "%s\n", raw)
			continue
		}
		var r event.Record
		if err := json.Unmarshal(raw, &r); err != nil {
			return err
		}
		printEvent(e, c.Running.URL, &r)
	}
	return nil
}

// Export writes every match as NDJSON, oldest first.
type Export struct {
	selection
	File string `short:"o" help:"Write to this file instead of standard output." placeholder:"FILE"`
}

// Run implements the command.
func (x *Export) Run(e *env) error {
	c, err := e.client()
	if err != nil {
		return err
	}
	if x.File == "" {
		return c.Lines(e.ctx, x.values(), e.host.Out)
	}
	f, err := os.OpenFile(x.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	err = c.Lines(e.ctx, x.values(), f)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil { // half an export must not be taken for a whole one
		_ = os.Remove(x.File)
	}
	return err
}

// Send sends one event down the road an SDK's takes.
type Send struct {
	Type    string `arg:"" enum:"track,identify,page,screen,group,alias" help:"track, identify, page, screen, group or alias."`
	Message string `arg:"" help:"The message as JSON; - reads standard input."`
	Source  string `help:"Send as this source, by id, name or write key; the first dev source by default." placeholder:"NAME"`
	JSON    bool   `help:"Print the stored record as JSON."`
}

// Run implements the command.
func (s *Send) Run(e *env) error {
	c, err := e.client()
	if err != nil {
		return err
	}
	text := []byte(s.Message)
	if s.Message == "-" {
		if text, err = io.ReadAll(os.Stdin); err != nil {
			return err
		}
	}
	if !json.Valid(text) {
		return fault.New(fault.Invalid, "the message is not JSON; put it in single quotes, or send it with - from standard input")
	}
	in := map[string]any{"source": s.Source, "type": s.Type, "message": json.RawMessage(text)}
	var out struct {
		Seqs []int64 `json:"seqs"`
	}
	if err := c.Post(e.ctx, "/api/events/send", in, &out); err != nil {
		return err
	}
	for _, seq := range out.Seqs {
		var raw json.RawMessage
		if err := c.Get(e.ctx, fmt.Sprintf("/api/events/%d", seq), nil, &raw); err != nil {
			return err
		}
		if s.JSON {
			fmt.Fprintf(e.host.Out, "%s\n", raw)
			continue
		}
		var r event.Record
		if err := json.Unmarshal(raw, &r); err != nil {
			return err
		}
		printEvent(e, c.Running.URL, &r)
	}
	return nil
}
