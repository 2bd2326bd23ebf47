package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"runtime"

	"github.com/wailsapp/wails/v2/pkg/menu"
	"github.com/wailsapp/wails/v2/pkg/menu/keys"
	wails_runtime "github.com/wailsapp/wails/v2/pkg/runtime"

	"sidetrack/backend/api"
)

// menu is the menu bar. On a Mac the system brings its own for the program and
// for editing.
func (a *App) menu() *menu.Menu {
	bar := menu.NewMenu()
	if runtime.GOOS == "darwin" {
		bar.Append(menu.AppMenu())
	}
	file := bar.AddSubmenu("File")
	file.AddText("Open in browser", keys.CmdOrCtrl("b"), a.asked("Open in browser", a.openInBrowser))
	file.AddText("Import events (NDJSON)…", nil, a.asked("Import", a.importEvents))
	file.AddText("Export all events (NDJSON)…", nil, a.asked("Export", a.export))
	file.AddSeparator()
	file.AddText("Quit", keys.CmdOrCtrl("q"), func(*menu.CallbackData) { wails_runtime.Quit(a.ctx) })
	if runtime.GOOS == "darwin" {
		bar.Append(menu.EditMenu())
	} else {
		a.editMenu(bar.AddSubmenu("Edit"))
	}
	a.viewMenu(bar.AddSubmenu("View"))
	help := bar.AddSubmenu("Help")
	help.AddText("API description", nil, func(*menu.CallbackData) {
		wails_runtime.BrowserOpenURL(a.ctx, a.client.Running.URL+"/api/openapi.json")
	})
	help.AddText("About Sidetrack", nil, a.asked("About", a.about))
	return bar
}

// editMenu names what the keys do anyhow; the page handles Ctrl C itself, so
// the entries carry no keys that would take them away from it.
func (a *App) editMenu(m *menu.Menu) {
	for _, e := range []struct{ label, command string }{
		{"Undo", "undo"}, {"Redo", "redo"}, {"Cut", "cut"}, {"Copy", "copy"},
	} {
		m.AddText(e.label, nil, a.script(`document.execCommand("`+e.command+`")`))
	}
	m.AddText("Paste", nil, a.asked("Paste", func(ctx context.Context) error {
		text, err := wails_runtime.ClipboardGetText(ctx)
		if err == nil {
			wails_runtime.WindowExecJS(ctx, fmt.Sprintf(`document.execCommand("insertText", false, decodeURIComponent(%q))`, url.PathEscape(text)))
		}
		return err
	}))
	m.AddText("Select all", nil, a.script(`document.execCommand("selectAll")`))
}

func (a *App) viewMenu(m *menu.Menu) {
	m.AddText("Reload", keys.CmdOrCtrl("r"), a.script("location.reload()"))
	m.AddSeparator()
	const zoom = `document.documentElement.style.zoom = Math.min(2, Math.max(0.5, (Number(document.documentElement.style.zoom) || 1) %s))`
	m.AddText("Zoom in", keys.CmdOrCtrl("+"), a.script(fmt.Sprintf(zoom, "+ 0.1")))
	m.AddText("Zoom out", keys.CmdOrCtrl("-"), a.script(fmt.Sprintf(zoom, "- 0.1")))
	m.AddText("Actual size", keys.CmdOrCtrl("0"), a.script(`document.documentElement.style.zoom = ""`))
	m.AddSeparator()
	// The page keeps its colours under this name and listens for other windows' choices.
	const scheme = `{ const key = "mantine-color-scheme-value", newValue = "%s"
		localStorage.setItem(key, newValue)
		dispatchEvent(new StorageEvent("storage", { key, newValue, storageArea: localStorage })) }`
	m.AddText("Light", nil, a.script(fmt.Sprintf(scheme, "light")))
	m.AddText("Dark", nil, a.script(fmt.Sprintf(scheme, "dark")))
	m.AddText("As the system", nil, a.script(fmt.Sprintf(scheme, "auto")))
}

// script runs a line in the page.
func (a *App) script(js string) menu.Callback {
	return func(*menu.CallbackData) { wails_runtime.WindowExecJS(a.ctx, js) }
}

// asked does what an entry of the menu says and shows why it failed. It leaves
// the main thread at once, which dialogs need.
func (a *App) asked(what string, do func(context.Context) error) menu.Callback {
	return func(*menu.CallbackData) {
		go func() {
			if err := do(a.ctx); err != nil {
				_, _ = wails_runtime.MessageDialog(a.ctx, wails_runtime.MessageDialogOptions{
					Type: wails_runtime.ErrorDialog, Title: what, Message: err.Error()})
			}
		}()
	}
}

func (a *App) openInBrowser(ctx context.Context) error {
	var out struct {
		URL string `json:"url"`
	}
	if err := a.client.Post(ctx, "/api/session/code", nil, &out); err != nil {
		return err
	}
	wails_runtime.BrowserOpenURL(ctx, out.URL)
	return nil
}

// importEvents stores what an export wrote; the page hears of it from the log.
func (a *App) importEvents(ctx context.Context) error {
	name, err := wails_runtime.OpenFileDialog(ctx, wails_runtime.OpenDialogOptions{Title: "Import events",
		Filters: []wails_runtime.FileFilter{{DisplayName: "Exported events", Pattern: "*.ndjson;*.jsonl"}, {DisplayName: "All files", Pattern: "*"}}})
	if err != nil || name == "" {
		return err
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	var out api.Imported
	if err := a.client.Upload(ctx, "/api/events/import", f, "application/x-ndjson", &out); err != nil {
		return err
	}
	said := fmt.Sprintf("%d events imported.", out.Imported)
	if out.OverAge > 0 {
		said += fmt.Sprintf("\n%d of them are older than this log keeps events and will be pruned.", out.OverAge)
	}
	return a.say(ctx, "Import", said)
}

// export writes every event to a file of the user's choice.
func (a *App) export(ctx context.Context) error {
	name, err := wails_runtime.SaveFileDialog(ctx, wails_runtime.SaveDialogOptions{Title: "Export all events", DefaultFilename: "events.ndjson"})
	if err != nil || name == "" {
		return err
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := a.client.Lines(ctx, nil, f); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

func (a *App) about(ctx context.Context) error {
	r := a.client.Running
	return a.say(ctx, "About Sidetrack", fmt.Sprintf("Sidetrack %s stands in for Segment on this machine.\n\nCollects on %s\nEvents are in %s", r.Version, r.URL, r.DataDir))
}

func (a *App) say(ctx context.Context, title, text string) error {
	_, err := wails_runtime.MessageDialog(ctx, wails_runtime.MessageDialogOptions{Type: wails_runtime.InfoDialog, Title: title, Message: text})
	return err
}
