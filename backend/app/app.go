// Package app builds the whole program and runs it, with or without a window:
// every part is made in New and closed in reverse.
package app

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"sidetrack/backend/api"
	"sidetrack/backend/client"
	"sidetrack/backend/collector"
	"sidetrack/backend/config"
	"sidetrack/backend/demo"
	"sidetrack/backend/source"
	"sidetrack/backend/store"
	"sidetrack/backend/stream"
)

//go:embed all:sdkbundle
var sdkBundle embed.FS

// Host is what surrounds the program.
type Host struct {
	UI      fs.FS  // built front end
	Notices string // licences of what is built in
	Log     *slog.Logger
}

// ErrRunning says that another Sidetrack holds the data folder.
var ErrRunning = errors.New("another Sidetrack runs on this data folder")

// App is one Sidetrack on one data folder.
type App struct {
	cfg       config.Config
	log       *slog.Logger
	closers   []closer
	store     *store.Store
	hub       *stream.Hub
	api       *api.API
	collector *collector.Collector
	demo      *demo.Shop
	mutes     *muting
	plans     *planning
	names     *names
	seen      *seen
	listeners []net.Listener
	server    *http.Server
	endpoint  client.Running
	moved     string // set when 4747 was taken
}

type closer struct {
	name string
	fn   func() error
}

func (a *App) onClose(name string, fn func() error) { a.closers = append(a.closers, closer{name, fn}) }

// New opens, wires and binds; nothing is served yet. After an error everything
// is closed again.
func New(cfg config.Config, host Host) (*App, error) {
	a := &App{cfg: cfg, log: host.Log}
	if err := a.build(host); err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

func (a *App) build(host Host) (err error) {
	cfg := a.cfg
	if err := a.lock(); err != nil {
		return err
	}
	a.mutes = newMuting(a.log.With("component", "mutes"))
	a.store, err = store.Open(store.Options{
		Dir: cfg.Data, Log: host.Log.With("component", "store"), Bounds: a.bounds,
		OnCommit: a.committed, SentDuplicate: a.mutes.sentDuplicate,
	})
	if err != nil {
		return err
	}
	a.onClose("event log", a.store.Close)
	a.mutes.Store = a.store
	a.plans = newPlanning(a.log.With("component", "plan"))
	a.plans.store, a.plans.values, a.plans.settle = a.store, settings{a}.values, a.mutes.set.Apply
	a.names = newNames(a.store, a.plans.keeper.JudgeOf, a.log.With("component", "naming"))
	a.plans.names = a.names
	a.seen = &seen{a.store, a.plans, a.log.With("component", "schema")}
	if err := a.mutes.load(context.Background()); err != nil {
		return err
	}
	if _, err := a.plans.load(context.Background()); err != nil {
		return err
	}
	token, tokenFile, err := readToken(cfg.Data)
	if err != nil {
		return err
	}
	if err := a.listen(); err != nil {
		return err
	}
	a.endpoint = client.Running{Ready: true, Version: cfg.Version, PID: os.Getpid(), URL: a.url(), DataDir: cfg.Data, TokenFile: tokenFile}
	return a.wire(host, token)
}

// wire introduces the parts to each other.
func (a *App) wire(host Host, token string) error {
	bundle, err := fs.Sub(sdkBundle, "sdkbundle")
	if err != nil {
		return err
	}
	a.collector = collector.New(collector.Options{Log: a.store, Sources: a.store, Mutes: &a.mutes.set, Plans: a.plans, Names: a.names, Logger: a.log.With("component", "collector"), Bundle: bundle})
	log := eventLog{a.store}
	a.hub = stream.NewHub(stream.Options{
		Backlog: backlog{a.store}, Logger: a.log.With("component", "stream"),
		Head:   func() int64 { return a.store.Counters().Head },
		Status: func() any { return streamStatus(a.store.Counters()) },
	})
	a.onClose("live stream", func() error { a.hub.Close(); return nil })
	a.mutes.changed = func() { a.hub.Changed("events") }
	a.plans.changed = func(topic string) { a.hub.Changed(topic) }
	a.demo = demo.New(demo.Options{
		URL: a.endpoint.URL, Sources: a.store, Logger: a.log.With("component", "demo"), Changed: func() { a.hub.Changed("demo") },
	})
	a.onClose("demo", func() error { a.demo.Close(); return nil })
	a.api = api.New(api.Options{
		Log: log, Sources: a.store, Collector: a.collector, Streams: a.hub, Demo: a.demo, Settings: settings{a}, Backups: a.store, Notices: host.Notices, Mutes: a.mutes, Plans: a.plans, Schema: a.seen, Violations: a.seen, PlanEditor: a.plans, PlanDrafter: a.plans, UI: host.UI, Token: token,
		Hosts: a.hosts(), Port: a.port(), Facts: a.facts, Logger: a.log.With("component", "api"),
	})
	a.server = &http.Server{Handler: a.doors(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug)}
	return nil
}

// doors sends a request to the collector, which answers anybody, or to the
// API, which answers only us.
func (a *App) doors() http.Handler {
	road := a.collector.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.collector.Handles(r.URL.EscapedPath()) {
			road.ServeHTTP(w, r)
			return
		}
		a.api.ServeHTTP(w, r)
	})
}

// lockWithin is how long another may look whether the folder is held.
const lockWithin = 200 * time.Millisecond

// lock makes sure that one program writes to a data folder.
func (a *App) lock() error {
	if err := os.MkdirAll(a.cfg.Data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w; choose another with --data", err)
	}
	l := client.Lock(a.cfg.Data)
	ctx, cancel := context.WithTimeout(context.Background(), lockWithin)
	defer cancel()
	got, err := l.TryLockContext(ctx, lockWithin/10)
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("lock the data folder: %w", err)
	}
	if !got {
		return ErrRunning
	}
	a.onClose("lock", l.Unlock)
	return nil
}

// readToken returns the token of a data folder, and makes it the first time.
func readToken(dir string) (token, file string, err error) {
	file = filepath.Join(dir, "token")
	b, err := os.ReadFile(file)
	if token = strings.TrimSpace(string(b)); err == nil && len(token) >= 32 {
		return token, file, os.Chmod(file, 0o600)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", "", fmt.Errorf("read the token: %w", err)
	}
	token = string(source.NewWriteKey()) + string(source.NewWriteKey())
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) { // its mode would stay
		return "", "", fmt.Errorf("replace the token: %w", err)
	}
	if err := os.WriteFile(file, []byte(token), 0o600); err != nil {
		return "", "", fmt.Errorf("keep the token: %w", err)
	}
	return token, file, nil
}

// Endpoint is the ready line: real addresses, known before Run.
func (a *App) Endpoint() client.Running {
	r := a.endpoint
	r.Sources = []client.Source{}
	for _, s := range a.store.Sources() {
		r.Sources = append(r.Sources, client.Source{ID: s.ID, Name: s.Name, Label: s.Label, WriteKey: string(s.WriteKey)})
	}
	return r
}

// Moved says which port is used instead of the usual one; empty when none.
func (a *App) Moved() string { return a.moved }

// OpenURL is an address that opens the screen in a browser, once.
func (a *App) OpenURL() string { return a.endpoint.URL + "/#code=" + a.api.NewCode() }

// OpenAPI returns the document of the API.
func (a *App) OpenAPI() ([]byte, error) { return a.api.OpenAPI() }

// Run serves until ctx ends, then finishes what is in flight. ready is called
// once requests are answered.
func (a *App) Run(ctx context.Context, ready func()) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, l := range a.listeners {
		g.Go(func() error {
			if err := a.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				return fmt.Errorf("serve on %s: %w", l.Addr(), err)
			}
			return nil
		})
	}
	g.Go(func() error { return a.hub.Run(ctx) })
	g.Go(func() error { return a.mutes.run(ctx) })
	g.Go(func() error { return a.plans.run(ctx) })
	g.Go(func() error { a.names.remember(ctx); return nil })
	g.Go(func() error { return a.seen.run(ctx) })
	if err := client.WriteRunning(a.cfg.Data, a.Endpoint()); err != nil {
		a.log.Warn("other programs cannot find this Sidetrack", "reason", err)
	}
	if ready != nil {
		ready()
	}
	g.Go(func() error {
		<-ctx.Done()
		client.RemoveRunning(a.cfg.Data)
		a.stop()
		return nil
	})
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// stop answers what is in flight and says goodbye to live readers, for five
// seconds; then it cuts off who is left.
func (a *App) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	a.demo.Close()
	a.hub.Close()
	if err := a.server.Shutdown(ctx); err != nil {
		a.log.Warn("cut off who was still connected", "reason", err)
		_ = a.server.Close() // its listeners are closed already
	}
}

// Close closes every part, the newest first. A part that fails does not spare
// the others.
func (a *App) Close() {
	for i := len(a.closers) - 1; i >= 0; i-- {
		if err := a.closers[i].fn(); err != nil {
			a.log.Error("did not close cleanly", "part", a.closers[i].name, "reason", err)
		}
	}
	a.closers = nil
}
