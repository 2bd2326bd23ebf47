// Sidetrack stands in for Segment on a developer's machine: it stores, judges
// and shows every event.
package main

import (
	"context"
	"embed"
	"io/fs"
	"os"

	"sidetrack/backend/cli"
	"sidetrack/backend/client"
)

//go:embed NOTICES.txt
var notices string

//go:embed all:frontend/dist
var dist embed.FS

// version is set by the build.
var version = "dev"

func main() {
	ui, err := fs.Sub(dist, "frontend/dist")
	if err != nil {
		panic(err) // the path is embedded above
	}
	ctx, stop := cli.UntilStopped(context.Background())
	host := cli.Host{Out: os.Stdout, Err: os.Stderr, UI: ui, Notices: notices, Version: version}
	windows := make(chan func())
	if hasWindow() {
		host.Window = func(ctx context.Context, c *client.Client) error { return openWindow(ctx, windows, ui, c) }
	}
	go func() {
		code := cli.Main(ctx, os.Args[1:], host)
		stop()
		os.Exit(code)
	}()
	for open := range windows { // a window wants the main thread
		open()
	}
}
