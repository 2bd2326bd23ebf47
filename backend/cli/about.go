package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"

	"sidetrack/backend/api"
	"sidetrack/backend/app"
	"sidetrack/backend/client"
	"sidetrack/backend/config"
)

// Status prints counts, addresses and health.
type Status struct {
	JSON bool `help:"Print JSON."`
}

// Run implements the command.
func (s *Status) Run(e *env) error {
	c, err := e.client()
	if err != nil {
		return err
	}
	var st api.Status
	if err := c.Get(e.ctx, "/api/status", nil, &st); err != nil {
		return err
	}
	if s.JSON {
		return printJSON(e.host.Out, st)
	}
	fmt.Fprintf(e.host.Out, "Address   %s\nData      %s\nToken     %s\nEvents    %d received = %d stored + %d pending, %d rejected, %d pruned, %d deleted\nOn disk   %d bytes\n",
		st.URL, st.DataDir, c.Running.TokenFile, st.Received, st.Stored, st.Pending, st.Rejected, st.Pruned, st.Deleted, st.Bytes)
	for _, p := range append(st.Problems, st.Problem) {
		if p != "" {
			fmt.Fprintln(e.host.Out, "Problem  ", p)
		}
	}
	return nil
}

// Sources lists the sources and their write keys.
type Sources struct {
	JSON bool `help:"Print JSON."`
}

// Run implements the command.
func (s *Sources) Run(e *env) error {
	c, err := e.client()
	if err != nil {
		return err
	}
	var out struct {
		Items []client.Source `json:"items"`
	}
	if err := c.Get(e.ctx, "/api/sources", nil, &out); err != nil {
		return err
	}
	if s.JSON {
		return printJSON(e.host.Out, out.Items)
	}
	for _, src := range out.Items {
		label := "unclaimed"
		if src.Label != nil {
			label = *src.Label
		}
		fmt.Fprintf(e.host.Out, "%-9s  %-32s  %s\n", label, clean(src.Name), clean(src.WriteKey))
	}
	return nil
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// OpenAPI prints the API's document, from a throw-away data folder.
type OpenAPI struct{}

// Run implements the command.
func (*OpenAPI) Run(e *env) error {
	dir, err := os.MkdirTemp("", "sidetrack-openapi-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	a, err := app.New(config.Config{Data: dir, Listen: "127.0.0.1:0"}, app.Host{UI: e.host.UI, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer a.Close()
	doc, err := a.OpenAPI()
	if err != nil {
		return err
	}
	var v any
	if err := json.Unmarshal(doc, &v); err != nil {
		return err
	}
	enc := json.NewEncoder(e.host.Out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// Version prints the version.
type Version struct {
	JSON bool `help:"Print JSON."`
}

// Run implements the command.
func (v *Version) Run(e *env) error {
	if v.JSON {
		return printJSON(e.host.Out, map[string]string{"version": e.host.Version})
	}
	fmt.Fprintln(e.host.Out, e.host.Version)
	return nil
}
