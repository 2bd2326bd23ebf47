package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"sidetrack/backend/api"
	"sidetrack/backend/fault"
)

// Import stores what export wrote.
type Import struct {
	File string `arg:"" help:"File that sidetrack export wrote; - reads standard input."`
	JSON bool   `help:"Print JSON."`
}

// Run implements the command.
func (i *Import) Run(e *env) error {
	c, err := e.client()
	if err != nil {
		return err
	}
	var in io.Reader = os.Stdin
	if i.File != "-" {
		f, err := os.Open(i.File)
		if err != nil {
			return fmt.Errorf("read the export: %w", err)
		}
		defer f.Close()
		if info, err := f.Stat(); err != nil || info.IsDir() {
			return fmt.Errorf("read the export: %s is a folder", i.File)
		}
		in = f
	}
	var out api.Imported
	if err := c.Upload(e.ctx, "/api/events/import", in, "application/x-ndjson", &out); err != nil {
		if fault.KindOf(err) == fault.Invalid { // the file is damaged; the command line is not
			return errors.New(err.Error())
		}
		return err
	}
	if i.JSON {
		return printJSON(e.host.Out, out)
	}
	fmt.Fprintf(e.host.Out, "%d events imported.\n", out.Imported)
	if len(out.Sources) > 0 {
		fmt.Fprintf(e.host.Out, "Sources made for them: %s.\n", clean(strings.Join(out.Sources, ", ")))
	}
	if out.OverAge > 0 {
		fmt.Fprintf(e.host.Out, "%d of them are older than this log keeps events and will be pruned. Keep more: sidetrack serve --keep-for.\n", out.OverAge)
	}
	return nil
}
