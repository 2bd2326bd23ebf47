package cli

import "io"

// Notices prints the licences of what is built in.
type Notices struct{}

// Run implements the command.
func (*Notices) Run(e *env) error {
	_, err := io.WriteString(e.host.Out, e.host.Notices)
	return err
}
