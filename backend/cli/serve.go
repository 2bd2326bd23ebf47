package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"sidetrack/backend/app"
	"sidetrack/backend/client"
	"sidetrack/backend/config"
	"sidetrack/backend/fault"
)

// Serve collects events until it is stopped.
type Serve struct {
	Listen    *string `help:"Bind exactly this address; port 0 takes any. ($SIDETRACK_LISTEN)" placeholder:"ADDR"`
	KeepFor   *string `help:"Keep events this long, such as 30d or 12h; 0 for ever. ($SIDETRACK_KEEP_FOR)" placeholder:"AGE"`
	KeepBytes *string `help:"Keep at most this much, such as 20gb; 0 without a limit. ($SIDETRACK_KEEP_BYTES)" placeholder:"SIZE"`
	Keep      *string `help:"Keep at most this many events; 0 without a limit. ($SIDETRACK_KEEP)" placeholder:"N"`
	Plan      *string `help:"Hold events against this tracking plan: a file, a folder, or several with commas. ($SIDETRACK_PLAN)" placeholder:"PATH"`
}

// flags are the settings given on the command line.
func (s *Serve) flags() map[string]string {
	given := map[string]string{}
	for name, text := range map[string]*string{config.Listen: s.Listen, config.KeepFor: s.KeepFor, config.KeepBytes: s.KeepBytes, config.Keep: s.Keep, config.Plan: s.Plan} {
		if text != nil {
			given[name] = *text
		}
	}
	return given
}

// Run implements the command.
func (s *Serve) Run(e *env) error {
	dir, err := e.dir()
	if err != nil {
		return err
	}
	a, err := s.build(e, dir)
	if errors.Is(err, app.ErrRunning) {
		return join(e, dir)
	}
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Run(e.ctx, func() { announce(e, a) })
}

func (s *Serve) build(e *env, dir string) (*app.App, error) {
	values, err := e.settings(s.flags())
	if err != nil {
		return nil, err
	}
	if _, err := values.Retention(); err != nil {
		return nil, err
	}
	cfg := config.Config{Version: e.host.Version, Data: dir, Listen: values.Of(config.Listen).Value, Values: values}
	return app.New(cfg, app.Host{UI: e.host.UI, Notices: e.host.Notices, Log: e.logger()})
}

// announce says where Sidetrack is: one line of JSON for a program, some words
// for a person.
func announce(e *env, a *app.App) {
	if a.Open() {
		fmt.Fprintln(e.host.Err, "sidetrack: warning: this address can be reached from other machines. Anybody there can send events; the API still wants the token.")
	}
	r := a.Endpoint()
	if port := a.Moved(); port != "" {
		fmt.Fprintf(e.host.Err, "sidetrack: 4747 is used by another program. Collecting on %s; point your SDK at %s\n", port, r.URL)
	}
	if !e.terminal() {
		readyLine(e.host.Out, r)
		return
	}
	fmt.Fprintf(e.host.Out, "Sidetrack %s collects on %s\n\n  Open   %s\n  Data   %s\n\n", r.Version, r.URL, a.OpenURL(), r.DataDir)
	for _, s := range r.Sources {
		label := "unclaimed"
		if s.Label != nil {
			label = *s.Label
		}
		fmt.Fprintf(e.host.Out, "  %-9s %-24s %s\n", label, s.Name, s.WriteKey)
	}
	fmt.Fprintln(e.host.Out, "\nStop with Ctrl C.")
}

func readyLine(w io.Writer, r client.Running) {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		slog.Default().Error("cannot write the ready line", "reason", err)
	}
}

// join prints the line of the Sidetrack that already runs on the data folder.
func join(e *env, dir string) error {
	c, err := holder(e, dir)
	if err != nil {
		return err
	}
	r := c.Running
	r.Joined = true
	if !e.terminal() {
		readyLine(e.host.Out, r)
		return nil
	}
	fmt.Fprintf(e.host.Out, "Sidetrack already runs on this data folder, at %s (process %d).\n", r.URL, r.PID)
	return printOpen(e, c, false)
}

// holder is the Sidetrack that holds a data folder, which may still be starting.
func holder(e *env, dir string) (*client.Client, error) {
	ctx, cancel := context.WithTimeout(e.ctx, 10*time.Second)
	defer cancel()
	c, err := waitFor(ctx, dir)
	if err != nil {
		return nil, fault.New(fault.Conflict, "another program holds %s but does not answer: %w", dir, err)
	}
	return c, nil
}

// waitFor asks until a Sidetrack answers or ctx ends.
func waitFor(ctx context.Context, dir string) (*client.Client, error) {
	for {
		c, err := client.Open(ctx, dir)
		if err == nil {
			return c, nil
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Ready tells whether Sidetrack is ready: exit code 0 when it is, 1 when not.
type Ready struct {
	Wait    bool          `help:"Wait until it is."`
	Timeout time.Duration `help:"Wait at most this long." default:"30s"`
	JSON    bool          `help:"Print JSON, as it does without this too."`
}

// Run implements the command.
func (r *Ready) Run(e *env) error {
	dir, err := e.dir()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(e.ctx, r.Timeout)
	defer cancel()
	var c *client.Client
	if r.Wait {
		c, err = waitFor(ctx, dir)
	} else {
		c, err = client.Open(ctx, dir)
	}
	if err != nil {
		fmt.Fprintln(e.host.Err, "sidetrack:", err)
		return exitCode(failed)
	}
	readyLine(e.host.Out, c.Running)
	return nil
}

// Open prints an address that opens the screen in a browser, once.
type Open struct {
	JSON bool `help:"Print JSON."`
}

// Run implements the command.
func (o *Open) Run(e *env) error {
	c, err := e.client()
	if err != nil {
		return err
	}
	return printOpen(e, c, o.JSON)
}

func printOpen(e *env, c *client.Client, asJSON bool) error {
	var out struct {
		URL string `json:"url"`
	}
	if err := c.Post(e.ctx, "/api/session/code", nil, &out); err != nil {
		return err
	}
	if asJSON {
		return printJSON(e.host.Out, out)
	}
	fmt.Fprintln(e.host.Out, out.URL)
	return nil
}
