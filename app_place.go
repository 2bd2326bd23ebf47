package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"

	wails_runtime "github.com/wailsapp/wails/v2/pkg/runtime"
)

// The smallest window in which every view is usable.
const (
	minWidth  = 1024
	minHeight = 700
)

// place is where the window was when it was closed.
type place struct {
	Known     bool `json:"known"` // false until a first window was closed
	X         int  `json:"x"`
	Y         int  `json:"y"`
	Width     int  `json:"width"`
	Height    int  `json:"height"`
	Maximised bool `json:"maximised"`
}

func placeFile(dataDir string) string { return filepath.Join(dataDir, "window.json") }

// readPlace returns the place of last time. Where there is none, or it cannot be
// read, the window opens in the middle.
func readPlace(dataDir string) place {
	p := place{Width: 1280, Height: 820}
	b, err := os.ReadFile(placeFile(dataDir))
	if err != nil {
		return p
	}
	var last place
	if err := json.Unmarshal(b, &last); err != nil || last.Width < minWidth || last.Height < minHeight {
		return p
	}
	return last
}

// keepPlace remembers where the window is. A maximised window keeps the size it
// goes back to.
func (a *App) keepPlace(own context.Context) {
	p := a.place
	p.Known = true
	if p.Maximised = wails_runtime.WindowIsMaximised(own); !p.Maximised {
		p.X, p.Y = wails_runtime.WindowGetPosition(own)
		p.Width, p.Height = wails_runtime.WindowGetSize(own)
	}
	b, err := json.Marshal(p)
	if err == nil {
		err = os.WriteFile(placeFile(a.client.Running.DataDir), b, 0o600)
	}
	if err != nil {
		slog.Warn("the place of the window is not remembered", "reason", err)
	}
}
