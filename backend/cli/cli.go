// Package cli is the command line: one struct a command, its fields its flags.
//
// Exit codes are in one table, docs/cli.md: 0 done, 1 it failed or what was
// asked does not hold, 2 the command line is wrong, 3 nothing runs to talk to.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	kongcompletion "github.com/jotaen/kong-completion"

	"sidetrack/backend/client"
	"sidetrack/backend/config"
	"sidetrack/backend/fault"
)

// Exit codes.
const (
	ok         = 0
	failed     = 1
	misused    = 2
	notRunning = 3
)

// Host is what surrounds the command line.
type Host struct {
	Out, Err io.Writer
	UI       fs.FS
	Notices  string // licences of what is built in
	Version  string

	// Window shows the screen of a running Sidetrack until it is closed or ctx
	// ends; nil where there is no window.
	Window func(ctx context.Context, c *client.Client) error
}

// env is what every command gets.
type env struct {
	ctx  context.Context
	host Host
	data string // as given; empty is the platform's folder
}

func (e *env) dir() (string, error) {
	values, err := e.settings(nil)
	if err != nil {
		return "", err
	}
	return config.DataDir(values.Of(config.Data).Value)
}

// settings resolves every setting, with flags of the command.
func (e *env) settings(flags map[string]string) (config.Values, error) {
	given := map[string]string{}
	if e.data != "" {
		given[config.Data] = e.data
	}
	maps.Copy(given, flags)
	return config.Resolve(given, config.Here())
}

// client talks to the Sidetrack that runs on the data folder.
func (e *env) client() (*client.Client, error) {
	dir, err := e.dir()
	if err != nil {
		return nil, err
	}
	return client.Open(e.ctx, dir)
}

// terminal reports whether a person reads the output.
func (e *env) terminal() bool {
	f, isFile := e.host.Out.(*os.File)
	if !isFile {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (e *env) logger() *slog.Logger {
	if e.terminal() {
		return slog.New(slog.NewTextHandler(e.host.Err, nil))
	}
	return slog.New(slog.NewJSONHandler(e.host.Err, nil))
}

type commands struct {
	Data string `help:"Data folder; another one is another Sidetrack. ($SIDETRACK_DATA)" placeholder:"DIR"`

	Start   Start   `cmd:"" default:"withargs" help:"Open the window; where there is none, serve. This is what no command means."`
	Serve   Serve   `cmd:"" help:"Collect events and serve the screen."`
	Ready   Ready   `cmd:"" help:"Tell whether Sidetrack is ready."`
	Open    Open    `cmd:"" help:"Print an address that opens the screen, once."`
	Status  Status  `cmd:"" help:"Counts, addresses and health."`
	Sources Sources `cmd:"" help:"List the sources and their write keys."`
	Tail    Tail    `cmd:"" help:"Print events as they arrive."`
	Events  Events  `cmd:"" help:"Print stored events, newest first."`
	Schema  Schema  `cmd:"" help:"What sources really send: events, properties, types and values."`
	Plan    Plan    `cmd:"" help:"Check, compare, convert a tracking plan; hold events against it; write typed clients."`
	Export  Export  `cmd:"" help:"Write every match as NDJSON, oldest first."`
	Import  Import  `cmd:"" help:"Store what export wrote; events keep everything but their seq."`
	Send    Send    `cmd:"" help:"Send one event down the road an SDK's takes."`
	Delete  Delete  `cmd:"" help:"Delete what a query matches; can be undone for 10 s."`
	Config  Config  `cmd:"" help:"The settings, and with --explain where each was set."`
	Demo    Demo    `cmd:"" help:"Let a made-up shop send for three minutes."`
	Doctor  Doctor  `cmd:"" help:"Look for what could keep Sidetrack from working."`
	Backup  Backup  `cmd:"" help:"Write the log to a new file; works while Sidetrack runs."`
	Restore Restore `cmd:"" help:"Put a backup in the place of the log, which is kept under another name."`
	OpenAPI OpenAPI `cmd:"" name:"openapi" help:"Print the API's OpenAPI document."`
	Notices Notices `cmd:"" help:"Print the licences of what is built in."`
	Version Version `cmd:"" help:"Print the version."`

	Completion Completion `cmd:"" help:"Print what a shell needs to complete commands."`
}

// Main runs one command and returns its exit code.
func Main(ctx context.Context, args []string, host Host) int {
	var c commands
	left := -1
	parser, err := kong.New(&c, kong.Name("sidetrack"), kong.Writers(host.Out, host.Err),
		kong.Description("Stands in for Segment on this machine: stores, judges and shows every event."),
		kong.Exit(func(code int) { left = code }))
	if err != nil {
		fmt.Fprintln(host.Err, "sidetrack:", err)
		return failed
	}
	kongcompletion.Register(parser)
	if left >= 0 {
		return left // a shell asked for completions
	}
	run, err := parser.Parse(args)
	if left >= 0 {
		return left // help was asked for and printed
	}
	if err != nil {
		fmt.Fprintf(host.Err, "sidetrack: %s\nRun sidetrack --help for what there is.\n", misuse(args, err))
		return misused
	}
	err = run.Run(&env{ctx: ctx, host: host, data: c.Data})
	if err == nil {
		return ok
	}
	var code exitCode
	if errors.As(err, &code) {
		return int(code)
	}
	fmt.Fprintln(host.Err, "sidetrack:", err)
	switch fault.KindOf(err) {
	case fault.Unavailable:
		return notRunning
	case fault.Invalid:
		return misused
	default:
		return failed
	}
}

// misuse says what is wrong with a command line in words of ours where the
// parser's would mislead.
func misuse(args []string, err error) string {
	var wrong *kong.ParseError
	if !errors.As(err, &wrong) || len(args) == 0 {
		return err.Error()
	}
	if err.Error() == "unexpected argument "+args[0] {
		return fmt.Sprintf("there is no command %q", args[0])
	}
	if node := wrong.Context.Selected(); node != nil && len(node.Positional) > 0 && node.Positional[0].Name == "query" {
		for i, arg := range args {
			if strings.HasPrefix(arg, "-") && strings.Contains(arg, ":") {
				return "a query that begins with - needs -- before it: sidetrack " + strings.Join(slices.Insert(slices.Clone(args), i, "--"), " ")
			}
		}
	}
	return err.Error()
}

// exitCode ends a command whose words were said already.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }
