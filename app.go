package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	wails_runtime "github.com/wailsapp/wails/v2/pkg/runtime"

	"sidetrack/backend/client"
)

//go:embed build/appicon.png
var appIcon []byte

// App is the window. Its exported methods are all the page in it can ask of the
// program; the page finds them as window.go.main.App, which names this type.
type App struct {
	ctx     context.Context // Wails' own, set at startup
	client  *client.Client
	ui      fs.FS
	place   place
	closing atomic.Bool
}

// Endpoint is where the page finds the API, and what lets it in.
type Endpoint struct {
	BaseURL string `json:"baseUrl"`
	Token   string `json:"token"`
}

// Endpoint tells the page in the window, and no other page, address and token.
func (a *App) Endpoint() Endpoint {
	return Endpoint{BaseURL: a.client.Running.URL, Token: a.client.Token()}
}

// hasWindow tells whether this program was built with Wails' window and is
// started where one can be shown.
func hasWindow() bool {
	built := false
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			built = built || s.Key == "-tags" && strings.Contains(","+s.Value+",", ",production,")
		}
	}
	return built && (runtime.GOOS != "linux" || os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "")
}

// openWindow shows the screen of a running Sidetrack, on the thread that takes
// from main, until the window is closed or ctx ends.
func openWindow(ctx context.Context, main chan<- func(), ui fs.FS, c *client.Client) error {
	a := &App{client: c, ui: ui, place: readPlace(c.Running.DataDir)}
	closed := make(chan error, 1)
	main <- func() { closed <- a.run(ctx) }
	select {
	case err := <-closed:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-closed:
		return err
	case <-time.After(2 * time.Second): // an open dialog holds the window; the events must not wait for it
		return nil
	}
}

func (a *App) run(ctx context.Context) (err error) {
	defer func() {
		if r := recover(); r != nil { // Wails panics where there is no display
			err = fmt.Errorf("the window cannot be opened: %v; sidetrack serve works without one", r)
		}
	}()
	return wails.Run(a.options(ctx))
}

func (a *App) options(ctx context.Context) *options.App {
	state := options.Normal
	if a.place.Maximised {
		state = options.Maximised
	}
	return &options.App{
		Title: "Sidetrack", Width: a.place.Width, Height: a.place.Height, MinWidth: minWidth, MinHeight: minHeight,
		WindowStartState:         state,
		BackgroundColour:         options.NewRGB(0xF4, 0xF4, 0xF0),
		AssetServer:              &assetserver.Options{Assets: a.ui, Middleware: a.anyPage},
		Menu:                     a.menu(),
		Bind:                     []any{a},
		EnableDefaultContextMenu: true, // copy and paste with the mouse
		// Drawing without the graphics card shows a window on every machine.
		Linux: &linux.Options{Icon: appIcon, ProgramName: "sidetrack", WebviewGpuPolicy: linux.WebviewGpuPolicyNever},
		OnStartup: func(own context.Context) {
			a.ctx = own
			if a.place.Known && !a.place.Maximised {
				wails_runtime.WindowSetPosition(own, a.place.X, a.place.Y)
			}
			context.AfterFunc(ctx, func() { wails_runtime.Quit(own) })
		},
		// Called for the close button, Quit and SIGTERM, perhaps for two at once.
		OnBeforeClose: func(own context.Context) (prevent bool) {
			if !a.closing.CompareAndSwap(false, true) {
				return true
			}
			a.keepPlace(own)
			return false
		},
	}
}

// anyPage answers the address of every view with the page, so that a reload
// shows the same view. Wails adds its scripts to index.html only.
func (a *App) anyPage(next http.Handler) http.Handler {
	// An event's text must never become a script here: the page knows the token.
	policy := "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; connect-src 'self' " +
		a.client.Running.URL + " ws" + strings.TrimPrefix(a.client.Running.URL, "http")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		name := strings.TrimPrefix(r.URL.Path, "/")
		if _, err := fs.Stat(a.ui, name); name == "" || !errors.Is(err, fs.ErrNotExist) || filepath.Ext(name) != "" {
			next.ServeHTTP(w, r)
			return
		}
		page, err := fs.ReadFile(a.ui, "index.html")
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		const scripts = `<head><script src="/wails/ipc.js"></script><script src="/wails/runtime.js"></script>`
		_, _ = w.Write([]byte(strings.Replace(string(page), "<head>", scripts, 1)))
	})
}
