package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
	"sidetrack/backend/source"
)

const (
	maxLine     = 64 << 20 // bytes of one line; a body is 32 MB at most
	importLines = 64       // stored at once, and so many bytes
	importBytes = 256 << 10
)

// Imported is what an import did.
type Imported struct {
	Imported int      `json:"imported"`
	Sources  []string `json:"sources" nullable:"false" doc:"Names of the sources that were made for it"`
	OverAge  int      `json:"overAge" doc:"Events older than the log is kept for; they are pruned in their turn"`
}

type importOutput struct{ Body Imported }

// importInput hands on the request's body without reading it: it may be larger
// than memory.
type importInput struct{ body io.Reader }

// Resolve implements huma.Resolver.
func (in *importInput) Resolve(ctx huma.Context) []error {
	in.body = ctx.BodyReader()
	return nil
}

func (a *API) registerImport(h huma.API) {
	huma.Post(h, "/api/events/import", a.importEvents, func(o *huma.Operation) {
		op("import-events", "Store what an NDJSON export holds; events keep everything but their Seq")(o)
		o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			"application/x-ndjson": {Schema: &huma.Schema{Type: "string", Description: "One record a line, as GET /api/events writes them"}},
		}}
	})
}

func (a *API) importEvents(ctx context.Context, in *importInput) (*importOutput, error) {
	i := importer{a: a, oldest: a.keptSince()}
	err := i.read(ctx, in.body)
	// The sender hears nothing before it has sent everything.
	if _, unread := io.Copy(io.Discard, in.body); unread != nil && err == nil {
		err = unread
	}
	if len(i.done.Sources) > 0 {
		a.Streams.Changed("sources")
	}
	if err != nil {
		return nil, problem(err)
	}
	return &importOutput{i.done}, nil
}

// keptSince is the moment before which events are pruned; zero when none is.
func (a *API) keptSince() time.Time {
	if days := a.Facts().RetentionDays; days > 0 {
		return a.Now().AddDate(0, 0, -days)
	}
	return time.Time{}
}

// importer stores the lines of one import, a few at a time.
type importer struct {
	a       *API
	oldest  time.Time
	done    Imported
	pending []event.Record
	bytes   int
}

func (i *importer) read(ctx context.Context, r io.Reader) error {
	i.done.Sources = []string{}
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	number := 0
	for lines.Scan() {
		number++
		if err := i.line(ctx, lines.Bytes()); err != nil {
			return i.stopped(ctx, number, err)
		}
	}
	if err := lines.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			err = fault.New(fault.Invalid, "it is longer than 64 MB")
		}
		return i.stopped(ctx, number+1, err)
	}
	return i.flush(ctx)
}

// stopped stores what came before a line that cannot be imported, and says
// where to go on.
func (i *importer) stopped(ctx context.Context, number int, why error) error {
	if err := i.flush(ctx); err != nil {
		return err
	}
	return fault.New(fault.KindOf(why), "line %d cannot be imported: %w. The %d events before it were.", number, why, i.done.Imported)
}

func (i *importer) line(ctx context.Context, line []byte) error {
	if len(line) == 0 {
		return nil
	}
	rec, err := readRecord(line)
	if err != nil {
		return err
	}
	if rec.Source.ID, err = i.sourceOf(ctx, rec.Source); err != nil {
		return err
	}
	i.pending = append(i.pending, rec)
	i.bytes += len(rec.Message)
	if len(i.pending) < importLines && i.bytes < importBytes {
		return nil
	}
	return i.flush(ctx)
}

func (i *importer) flush(ctx context.Context) error {
	if len(i.pending) == 0 {
		return nil
	}
	if err := i.a.Log.Import(ctx, i.pending); err != nil {
		return err
	}
	for j := range i.pending {
		if i.pending[j].ReceivedAt.Before(i.oldest) {
			i.done.OverAge++
		}
	}
	i.done.Imported += len(i.pending)
	i.pending, i.bytes = nil, 0
	return nil
}

// readRecord reads a line of an export and makes sure that it is one.
func readRecord(line []byte) (event.Record, error) {
	var r event.Record
	if err := json.Unmarshal(line, &r); err != nil {
		return r, fault.New(fault.Invalid, "it is no record of an export (%w)", err)
	}
	switch {
	case r.ReceivedAt.IsZero():
		return r, missing("receivedAt")
	case r.Source.Name == "":
		return r, missing("source.name")
	case r.Message == nil:
		return r, missing("message")
	case !slices.Contains([]event.Disposition{event.Accepted, event.Blocked, event.Suppressed, event.Rejected}, r.Disposition):
		return r, fault.New(fault.Invalid, "its disposition is %q", r.Disposition)
	case !slices.Contains([]event.Verdict{event.Good, event.HasWarning, event.HasViolation, event.WouldDrop}, r.Verdict):
		return r, fault.New(fault.Invalid, "its verdict is %q", r.Verdict)
	case r.Source.Label != nil && !slices.Contains([]source.Label{source.Dev, source.Staging, source.Prod}, *r.Source.Label):
		return r, fault.New(fault.Invalid, "its source has the label %q", *r.Source.Label)
	}
	if string(r.Message) == "null" { // nothing that could be read had come
		r.Message = nil
	}
	return r, nil
}

func missing(name string) error { return fault.New(fault.Invalid, "%s is missing", name) }

// sourceOf finds the source a record names, by id, else by name and label, and
// makes it when there is none.
func (i *importer) sourceOf(ctx context.Context, ref event.SourceRef) (string, error) {
	found := ""
	for _, s := range i.a.Sources.Sources() {
		if s.ID == ref.ID {
			return s.ID, nil
		}
		if found == "" && s.Name == ref.Name && labelText(s.Label) == labelText(ref.Label) {
			found = s.ID
		}
	}
	if found != "" {
		return found, nil
	}
	s, err := i.a.Sources.CreateSource(ctx, ref.Name, ref.Label, false)
	if err == nil {
		i.done.Sources = append(i.done.Sources, s.Name)
	}
	return s.ID, err
}

func labelText(l *source.Label) string {
	if l == nil {
		return ""
	}
	return *l
}
