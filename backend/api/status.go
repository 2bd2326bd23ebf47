package api

import (
	"context"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gorilla/websocket"

	"sidetrack/backend/collector"
	"sidetrack/backend/query"
)

// Status is what Sidetrack says of itself. The counts are cumulative for the
// data folder; received = stored + pending.
type Status struct {
	Version      string    `json:"version"`
	URL          string    `json:"url"`
	DataDir      string    `json:"dataDir"`
	Received     int64     `json:"received" doc:"Messages of readable requests"`
	Stored       int64     `json:"stored"`
	Pending      int64     `json:"pending"`
	Rejected     int64     `json:"rejected" doc:"Unreadable requests and batch items"`
	Dropped      int64     `json:"dropped" doc:"Always 0"`
	Pruned       int64     `json:"pruned" doc:"Removed by retention"`
	Deleted      int64     `json:"deleted" doc:"Removed by a person"`
	Head         int64     `json:"head" doc:"Seq of the newest event"`
	Bytes        int64     `json:"bytes" doc:"Size of the database on disk"`
	LastReceived time.Time `json:"lastReceived"`
	Problem      string    `json:"problem" doc:"Why nothing can be stored at the moment, empty when all is well"`
	Problems     []string  `json:"problems" nullable:"false" doc:"What happened at the start that a person should know"`
	Retention    Retention `json:"retention"`
}

// Retention is the bounds of the log; 0 is without.
type Retention struct {
	MaxAgeDays int   `json:"maxAgeDays"`
	MaxBytes   int64 `json:"maxBytes"`
	MaxEvents  int64 `json:"maxEvents"`
}

type statusOutput struct{ Body Status }

type connectionsOutput struct {
	Body struct {
		Items []collector.Connection `json:"items" nullable:"false" doc:"Newest first"`
	}
}

type codeOutput struct {
	Body struct {
		URL string `json:"url" doc:"Opens Sidetrack in a browser, once"`
	}
}

func (a *API) registerStatus(h huma.API) {
	huma.Get(h, "/api/status", func(context.Context, *struct{}) (*statusOutput, error) {
		return &statusOutput{a.status()}, nil
	}, op("get-status", "Counts, addresses and health"))
	huma.Get(h, "/api/connections", func(context.Context, *struct{}) (*connectionsOutput, error) {
		out := &connectionsOutput{}
		out.Body.Items = a.Collector.Connections()
		return out, nil
	}, op("list-connections", "The newest requests to the collector, for finding out why nothing arrives"))
	huma.Post(h, "/api/session/code", func(context.Context, *struct{}) (*codeOutput, error) {
		out := &codeOutput{}
		out.Body.URL = a.Facts().URL + "/#code=" + a.NewCode()
		return out, nil
	}, op("create-code", "An address that opens Sidetrack in a browser, once"))
}

func (a *API) status() Status {
	c, f := a.Log.Counters(), a.Facts()
	return Status{
		Version: f.Version, URL: f.URL, DataDir: f.DataDir,
		Received: c.Received, Stored: c.Stored, Pending: c.Pending, Rejected: c.Rejected, Dropped: c.Dropped,
		Pruned: c.Pruned, Deleted: c.Deleted, Head: c.Head, Bytes: c.Bytes, LastReceived: c.LastReceived,
		Problem: a.Log.Problem(), Problems: append([]string{}, a.Log.Problems()...),
		Retention: Retention{f.RetentionDays, f.RetentionBytes, f.RetentionEvents},
	}
}

// serveStream upgrades to a websocket and serves it until it closes. The guard
// has checked Origin and token.
func (a *API) serveStream(w http.ResponseWriter, r *http.Request) {
	if err := checkParameters(r.URL.RawQuery, []string{"after", "q"}); err != nil {
		writeProblem(w, http.StatusUnprocessableEntity, err.Error())
		return
	}
	v := r.URL.Query()
	after := int64(-1)
	if v.Has("after") {
		n, err := strconv.ParseInt(v.Get("after"), 10, 64)
		if err != nil || n < 0 {
			writeProblem(w, http.StatusUnprocessableEntity, "after is the seq of an event, a whole number.")
			return
		}
		after = n
	}
	q, err := query.ParseAt(v.Get("q"), a.Now())
	if err != nil {
		writeProblem(w, http.StatusUnprocessableEntity, queryError(v.Get("q"), err).Error())
		return
	}
	up := websocket.Upgrader{Subprotocols: []string{wsProtocol}, CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	a.Streams.Serve(context.WithoutCancel(r.Context()), conn, after, q)
}

// ui serves the built front end; an address of the app that is no file gets
// the page itself.
func (a *API) ui() http.Handler {
	files := http.FileServerFS(a.UI)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			writeProblem(w, http.StatusMethodNotAllowed, "There is nothing to "+r.Method+" here.")
			return
		}
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		if info, err := fs.Stat(a.UI, name); err == nil && !info.IsDir() {
			if strings.HasPrefix(name, "assets/") {
				w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			}
			files.ServeHTTP(w, r)
			return
		}
		if name == "assets" || strings.HasPrefix(name, "assets/") {
			writeProblem(w, http.StatusNotFound, "This page is from an older build; reload it.")
			return
		}
		page, err := fs.ReadFile(a.UI, "index.html")
		if err != nil {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_, _ = w.Write([]byte("Sidetrack is collecting. This build has no user interface: run make build.\n"))
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(page)
	})
}
