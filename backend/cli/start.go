package cli

import (
	"context"
	"errors"

	"sidetrack/backend/app"
	"sidetrack/backend/client"
)

// Start collects events for as long as the window is open. Without a window, in
// a headless build or on a machine without a display, it is Serve.
type Start struct {
	Serve
}

// Run implements the command.
func (s *Start) Run(e *env) error {
	if e.host.Window == nil {
		return s.Serve.Run(e)
	}
	dir, err := e.dir()
	if err != nil {
		return err
	}
	a, err := s.build(e, dir)
	if errors.Is(err, app.ErrRunning) {
		c, err := holder(e, dir)
		if err != nil {
			return err
		}
		return e.host.Window(e.ctx, c)
	}
	if err != nil {
		return err
	}
	defer a.Close()
	return runBeside(e, a)
}

// runBeside serves while the window is open. Whichever ends first ends the other.
func runBeside(e *env, a *app.App) error {
	ctx, cancel := context.WithCancel(e.ctx)
	defer cancel()
	ready, served := make(chan struct{}), make(chan error, 1)
	go func() {
		defer cancel()
		served <- a.Run(ctx, func() { announce(e, a); close(ready) })
	}()
	select {
	case <-ready:
	case err := <-served:
		return err
	}
	c, err := client.Open(ctx, a.Endpoint().DataDir)
	if err == nil {
		err = e.host.Window(ctx, c)
	}
	cancel()
	return errors.Join(err, <-served)
}
