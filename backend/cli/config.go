package cli

import (
	"fmt"

	"sidetrack/backend/config"
	"sidetrack/backend/fault"
	"sidetrack/backend/store"
)

// Config prints the settings of the running Sidetrack, else of the next start.
type Config struct {
	Explain bool `help:"Also say which layer set each: flag, environment, sidetrack.yaml, the user's file, stored setting or default."`
	JSON    bool `help:"Print JSON."`
}

// Run implements the command.
func (c *Config) Run(e *env) error {
	values, err := c.values(e)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(e.host.Out, values)
	}
	for _, v := range values {
		if c.Explain {
			fmt.Fprintf(e.host.Out, "%-11s %-24s %s\n", v.Name, clean(v.Value), clean(v.Explain()))
		} else {
			fmt.Fprintf(e.host.Out, "%-11s %s\n", v.Name, clean(v.Value))
		}
	}
	return nil
}

func (c *Config) values(e *env) (config.Values, error) {
	running, err := e.client()
	if err == nil {
		var out struct {
			Items config.Values `json:"items"`
		}
		err := running.Get(e.ctx, "/api/settings", nil, &out)
		return out.Items, err
	}
	if fault.KindOf(err) != fault.Unavailable {
		return nil, err
	}
	values, err := e.settings(nil)
	if err != nil {
		return nil, err
	}
	dir, err := e.dir()
	if err != nil {
		return nil, err
	}
	stored, err := store.StoredSettings(e.ctx, dir)
	if err != nil {
		return nil, fmt.Errorf("read the stored settings: %w", err)
	}
	values = values.WithStored(stored)
	for i := range values {
		if values[i].Name == config.Data {
			values[i].Value = dir
		}
		if values[i].Name == config.Listen && values[i].Value == "" {
			values[i].Value = "127.0.0.1:4747"
		}
	}
	return values, nil
}
