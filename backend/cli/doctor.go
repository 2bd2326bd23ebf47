package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"sidetrack/backend/api"
	"sidetrack/backend/client"
)

// The states of a check.
const (
	fine   = "ok"
	note   = "note"   // works, but a person may want to know
	broken = "failed" // something will not work
)

// check is one thing the doctor looked at.
type check struct {
	Name  string `json:"name"`
	State string `json:"state"`
	Text  string `json:"text"`
}

// Doctor looks for what could keep Sidetrack from working.
type Doctor struct {
	Bundle string `help:"Also write what helps others help you to this zip file: no events, no keys, no token." placeholder:"FILE"`
	JSON   bool   `help:"Print JSON."`
}

// Run implements the command. The exit code is 1 when a check failed.
func (d *Doctor) Run(e *env) error {
	x, err := d.examine(e)
	if err != nil {
		return err
	}
	if d.Bundle != "" {
		if err := x.bundle(e, d.Bundle); err != nil {
			return err
		}
	}
	if d.JSON {
		err = printJSON(e.host.Out, x.checks)
	} else {
		for _, c := range x.checks {
			fmt.Fprintf(e.host.Out, "%-7s %-12s %s\n", c.State, c.Name, clean(c.Text))
		}
		if d.Bundle != "" {
			fmt.Fprintf(e.host.Out, "\nWritten to %s. It holds no events, no keys and no token.\n", d.Bundle)
		}
	}
	if err == nil && slices.ContainsFunc(x.checks, func(c check) bool { return c.State == broken }) {
		return exitCode(failed)
	}
	return err
}

// examination is what the doctor knows of one data folder.
type examination struct {
	dir     string
	running *client.Client // nil when none answers
	status  *api.Status    // nil likewise
	checks  []check
}

func (x *examination) add(name, state, format string, args ...any) {
	x.checks = append(x.checks, check{name, state, fmt.Sprintf(format, args...)})
}

func (d *Doctor) examine(e *env) (*examination, error) {
	dir, err := e.dir()
	if err != nil {
		return nil, err
	}
	x := &examination{dir: dir}
	x.add("Version", fine, "%s on %s/%s", e.host.Version, runtime.GOOS, runtime.GOARCH)
	x.running, _ = e.client() // none answers: told below
	x.copy(e)
	x.folder()
	x.database(e)
	x.disk()
	x.port()
	x.ipv6()
	x.clock(time.Now())
	return x, nil
}

// existing is the data folder, or the folder it will be made in.
func (x *examination) existing() string {
	dir := x.dir
	for {
		if _, err := os.Stat(dir); err == nil || !errors.Is(err, os.ErrNotExist) || len(dir) < 2 {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}
