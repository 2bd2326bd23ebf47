package cli

import (
	"context"
	"fmt"
	"time"

	"sidetrack/backend/client"
	"sidetrack/backend/demo"
)

// Demo lets the made-up shop send for about three minutes.
type Demo struct {
	Speed    float64 `help:"2 is twice as fast." default:"1"`
	Shoppers int     `help:"How many people come to the shop, 1 to 50." default:"8"`
	JSON     bool    `help:"Print JSON when it ends."`
}

// Run implements the command. Ctrl C stops the shop.
func (d *Demo) Run(e *env) error {
	c, err := e.client()
	if err != nil {
		return err
	}
	var state demo.State
	if err := c.Post(e.ctx, "/api/demo/start", map[string]any{"speed": d.Speed, "shoppers": d.Shoppers}, &state); err != nil {
		return err
	}
	if !d.JSON {
		fmt.Fprintf(e.host.Out, "The demo shop sends into the source %q. Look at %s/live, or run sidetrack tail. Ctrl C stops it.\n", demo.SourceName, c.Running.URL)
	}
	for state.Running && err == nil {
		select {
		case <-e.ctx.Done():
			err = c.Post(context.WithoutCancel(e.ctx), "/api/demo/stop", nil, &state)
		case <-time.After(200 * time.Millisecond):
			state, err = demoState(e, c, state)
		}
	}
	if err != nil {
		return err
	}
	if d.JSON {
		return printJSON(e.host.Out, state)
	}
	fmt.Fprintf(e.host.Out, "The demo shop sent %d messages.\n", state.Sent)
	return nil
}

// demoState asks how the demo is; an interruption is no failure.
func demoState(e *env, c *client.Client, last demo.State) (demo.State, error) {
	var state demo.State
	err := c.Get(e.ctx, "/api/demo", nil, &state)
	if e.ctx.Err() != nil {
		return last, nil
	}
	return state, err
}
