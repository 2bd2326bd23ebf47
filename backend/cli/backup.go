package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"sidetrack/backend/app"
	"sidetrack/backend/fault"
)

// Backup writes the log to a new file, whether Sidetrack runs or not.
type Backup struct {
	File string `arg:"" help:"File to write; it must not be there yet."`
}

// Run implements the command.
func (b *Backup) Run(e *env) error {
	file, err := filepath.Abs(b.File)
	if err != nil {
		return err
	}
	c, err := e.client()
	if err == nil {
		err = c.Post(e.ctx, "/api/backup", map[string]string{"file": file}, nil)
	} else if fault.KindOf(err) == fault.Unavailable {
		err = b.offline(e, file)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(e.host.Out, "The log is in %s. Bring it back with sidetrack restore.\n", file)
	return nil
}

func (b *Backup) offline(e *env, file string) error {
	dir, err := e.dir()
	if err != nil {
		return err
	}
	err = app.Backup(e.ctx, dir, file)
	if errors.Is(err, app.ErrRunning) {
		return fault.New(fault.Conflict, "another program holds %s but does not answer", dir)
	}
	return err
}

// Restore puts a backup in the place of the log.
type Restore struct {
	File string `arg:"" help:"File that sidetrack backup wrote."`
}

// Run implements the command.
func (r *Restore) Run(e *env) error {
	dir, err := e.dir()
	if err != nil {
		return err
	}
	aside, err := app.Restore(e.ctx, dir, r.File, time.Now())
	if err != nil {
		return err
	}
	if aside != "" {
		fmt.Fprintf(e.host.Out, "The log that was there is kept as %s.\n", aside)
	}
	fmt.Fprintf(e.host.Out, "Restored into %s.\n", dir)
	return nil
}
