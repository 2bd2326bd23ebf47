// Package watch tells when files or folders have changed: at once where the
// system says so, and within two seconds where it does not, as on a network
// mount. It compares what is there with what was, so that an editor that
// replaces a file, a branch switch and a file that comes back are all the same.
package watch

import (
	"context"
	"fmt"
	"hash/maphash"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	settle = 50 * time.Millisecond // an editor writes more than once
	poll   = 2 * time.Second
	most   = 20_000 // files and folders that are looked at
)

// Run calls changed whenever one of the paths has changed, until ctx ends.
// A path may be a file, a folder with all in it, or nothing yet. Whoever calls
// has read them already: nothing is told at the start.
func Run(ctx context.Context, paths []string, log *slog.Logger, changed func()) {
	w := watcher{paths: paths, seed: maphash.MakeSeed()}
	var notices <-chan fsnotify.Event
	var faults <-chan error
	if n, err := fsnotify.NewWatcher(); err == nil {
		defer n.Close()
		w.notify, notices, faults = n, n.Events, n.Errors
	} else {
		log.Info("the system does not tell of changed files; looking every two seconds", "reason", err)
	}
	last := w.state()
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-notices:
			if !quiet(ctx, notices) {
				return
			}
		case <-faults: // more happened than could be told
		case <-tick.C:
		}
		if now := w.state(); now != last {
			last = now
			changed()
		}
	}
}

// quiet waits until nothing has been said for a moment.
func quiet(ctx context.Context, notices <-chan fsnotify.Event) bool {
	limit := time.After(time.Second)
	for {
		select {
		case <-ctx.Done():
			return false
		case <-notices:
		case <-time.After(settle):
			return true
		case <-limit: // somebody writes without end
			return true
		}
	}
}

type watcher struct {
	paths  []string
	seed   maphash.Seed
	notify *fsnotify.Watcher
}

// state is a sum over names, sizes, times and identities. It also watches the
// folders that are there by now.
func (w *watcher) state() uint64 {
	var h maphash.Hash
	h.SetSeed(w.seed)
	left := most
	for _, p := range w.paths {
		w.listen(filepath.Dir(p)) // a file that is replaced is told by its folder
		_ = filepath.WalkDir(p, func(path string, d fs.DirEntry, err error) error {
			if left--; left < 0 {
				return filepath.SkipAll
			}
			if err != nil {
				_, _ = fmt.Fprintln(&h, path, "cannot be read")
				return nil
			}
			if d.IsDir() {
				if path != p && (d.Name() == ".git" || d.Name() == "node_modules") {
					return filepath.SkipDir
				}
				w.listen(path)
			}
			if info, err := os.Stat(path); err == nil && !info.IsDir() { // follows a link
				_, _ = fmt.Fprintln(&h, path, info.Size(), info.ModTime().UnixNano(), identity(info))
			}
			return nil
		})
	}
	return h.Sum64()
}

func (w *watcher) listen(dir string) {
	if w.notify != nil {
		_ = w.notify.Add(dir) // again is fine; what cannot be watched is polled
	}
}
