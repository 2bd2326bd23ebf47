package cli

import (
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"
	"text/tabwriter"

	"sidetrack/backend/api"
)

// Schema tells what sources really send.
type Schema struct {
	Event  string `arg:"" optional:"" name:"event" help:"Only the event, page or screen of exactly this name."`
	Source string `help:"Only this source, by id or name." placeholder:"NAME"`
	Label  string `help:"Only sources with this label: dev, staging, prod, or none." placeholder:"LABEL"`
	Call   string `help:"Only this call: track, identify, group, page, screen or alias." placeholder:"CALL"`
	Since  string `help:"Received since: RFC 3339, or 15m, 2h, 3d ago; whole days in UTC are counted." placeholder:"WHEN"`
	Until  string `help:"Received before, likewise." placeholder:"WHEN"`
	CSV    bool   `help:"The columns of Segment's source schema; track calls unless --call says otherwise." name:"csv" xor:"form"`
	JSON   bool   `help:"Print JSON." xor:"form"`
}

func (s *Schema) values() url.Values {
	v := url.Values{}
	for name, text := range map[string]string{"event": s.Event, "source": s.Source, "label": s.Label, "call": s.Call, "since": s.Since, "until": s.Until} {
		if text != "" {
			v.Set(name, text)
		}
	}
	return v
}

// Run implements the command.
func (s *Schema) Run(e *env) error {
	c, err := e.client()
	if err != nil {
		return err
	}
	v := s.values()
	if s.CSV {
		v.Set("format", "csv")
		return c.Copy(e.ctx, "/api/schema", v, e.host.Out)
	}
	if s.JSON {
		return c.Copy(e.ctx, "/api/schema", v, e.host.Out)
	}
	var out struct {
		Items     []api.SeenEvent `json:"items"`
		Uncounted int64           `json:"uncounted"`
	}
	if err := c.Get(e.ctx, "/api/schema", v, &out); err != nil {
		return err
	}
	if len(out.Items) == 0 {
		fmt.Fprintln(e.host.Err, "Nothing was seen.")
	}
	for i := range out.Items {
		if i > 0 {
			fmt.Fprintln(e.host.Out)
		}
		if err := printSeen(e.host.Out, &out.Items[i]); err != nil {
			return err
		}
	}
	if out.Uncounted > 0 {
		fmt.Fprintf(e.host.Err, "%d more events have names beyond the 2,000 of a source that are counted.\n", out.Uncounted)
	}
	return nil
}

// printSeen prints an event and a line for each of its properties.
func printSeen(w io.Writer, s *api.SeenEvent) error {
	title := s.Call
	if s.Name != "" {
		title += " " + s.Name
	}
	label := "unclaimed"
	if s.Source.Label != nil {
		label = *s.Source.Label
	}
	times := "events"
	if s.Events == 1 {
		times = "event"
	}
	fmt.Fprintf(w, "%s  (%s %s)  %d %s, last %s\n", clean(title), label, clean(s.Source.Name), s.Events, times, s.LastSeen.Time.Local().Format("2006-01-02 15:04:05"))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i := range s.Properties {
		p := &s.Properties[i]
		var examples []string
		for _, x := range p.Examples {
			examples = append(examples, string(x))
		}
		more := ""
		if p.ManyValues {
			more = " …"
		}
		fmt.Fprintf(table, "  %s\t%d%%\t%s\t%s\n", clean(p.Name), int(100*p.Rate), strings.Join(slices.Sorted(maps.Keys(p.Types)), ", "), clean(strings.Join(examples, ", ")+more))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if s.MoreProperties {
		fmt.Fprintln(w, "  There are more names than are counted.")
	}
	return nil
}
