// Package api is the door for our own window, browser, command line and
// scripts. Every request is checked for Host, Origin and token before a
// handler sees it; a GET never changes anything.
//
// Go types make the OpenAPI document (huma), the document makes the front
// end's types. The package declares what it asks of others; app introduces
// them.
package api

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/gorilla/websocket"

	"sidetrack/backend/collector"
	"sidetrack/backend/event"
	"sidetrack/backend/query"
	"sidetrack/backend/source"
)

// Ask selects events of the log. Zero fields do not restrict.
type Ask struct {
	Query         query.Query
	After, Before int64     // Seqs, exclusive
	Since, Until  time.Time // of receipt
	Source, Run   string
	Limit         int
	Message       bool
}

// Counters are cumulative for the data folder; received = stored + pending.
type Counters struct {
	Received, Stored, Pending, Rejected, Dropped, Pruned, Deleted, Head int64
	Bytes                                                               int64
	LastReceived                                                        time.Time
}

// Bucket counts the events of one stretch of time by verdict.
type Bucket struct {
	Start     time.Time `json:"start"`
	Good      int64     `json:"good"`
	Warning   int64     `json:"warning"`
	Violation int64     `json:"violation"`
	WouldDrop int64     `json:"wouldDrop"`
}

// Sighting is a library that was seen sending with a source's key.
type Sighting struct {
	SourceID string    `json:"sourceId"`
	Library  string    `json:"library"`
	Version  string    `json:"version"`
	Origin   string    `json:"origin"`
	Count    int64     `json:"count"`
	LastSeen time.Time `json:"lastSeen"`
}

// Log is the event log as the API needs it.
type Log interface {
	Events(ctx context.Context, a Ask) ([]event.Record, int64, error)
	Each(ctx context.Context, a Ask, fn func(*event.Record) error) error
	Event(ctx context.Context, seq int64) (event.Record, error)
	Raw(ctx context.Context, seq int64) (event.Request, []byte, event.Span, error)
	Count(ctx context.Context, a Ask) (int64, error)
	Delete(ctx context.Context, a Ask) (string, int64, error)
	Undo(ctx context.Context, id string) (int64, error)
	// Import stores a few events that were stored before, in one commit.
	Import(ctx context.Context, records []event.Record) error
	Volume(ctx context.Context, a Ask, since, until time.Time, buckets int) ([]Bucket, error)
	Counters() Counters
	Problem() string
	Problems() []string
	Seen() ([]Sighting, error)
}

// Sources keeps the sources.
type Sources interface {
	Sources() []source.Source
	CreateSource(ctx context.Context, name string, label *source.Label, demo bool) (source.Source, error)
	UpdateSource(ctx context.Context, id string, name *string, label *source.Label) (source.Source, error)
	RotateKey(ctx context.Context, id string) (source.Source, error)
	DeleteSource(ctx context.Context, id string) error
	RestoreSource(ctx context.Context, id string) error
}

// Collector is the road in, for events sent from our own tools.
type Collector interface {
	Connections() []collector.Connection
	Accept(ctx context.Context, src source.Source, kind string, body []byte) ([]event.Record, error)
}

// Streams serves live readers.
type Streams interface {
	Serve(ctx context.Context, conn *websocket.Conn, after int64, q query.Query)
	Changed(topic string, ids ...string)
}

// Facts are what the status page says of this start.
type Facts struct {
	Version, URL, DataDir string
	RetentionDays         int
	RetentionBytes        int64
	RetentionEvents       int64
}

// Options are the parts the API is made of.
type Options struct {
	Log       Log
	Sources   Sources
	Collector Collector
	Streams   Streams
	Demo      Demo
	Settings  Settings
	Backups   Backups
	Mutes     Mutes
	Plans     Plans
	Schema    Schema
	// What is asked of the plan's files and of its violations.
	Violations  Violations
	PlanEditor  PlanEditor
	PlanDrafter PlanDrafter
	Notices     string
	UI          fs.FS // built front end; index.html missing means "not built"
	Token       string
	Hosts       []string // host:port values that are ours
	Port        int
	Facts       func() Facts
	Logger      *slog.Logger
	Now         func() time.Time
}

// API answers under /api and serves the front end everywhere else.
type API struct {
	Options
	sessions *sessions
	handler  http.Handler
	doc      *huma.OpenAPI
}

// New builds the API; nothing runs yet.
func New(o Options) *API {
	if o.Now == nil {
		o.Now = time.Now
	}
	a := &API{Options: o, sessions: newSessions(o.Now)}
	mux := http.NewServeMux()
	cfg := huma.DefaultConfig("Sidetrack", "1")
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "/api/openapi", "", ""
	cfg.CreateHooks = nil // no $schema links in answers
	h := humago.New(mux, cfg)
	h.UseMiddleware(refuseUnknownParameters(h))
	a.registerEvents(h)
	a.registerEventFix(h)
	a.registerImport(h)
	a.registerSources(h)
	a.registerStatus(h)
	a.registerDemo(h)
	a.registerSettings(h)
	a.registerBackup(h)
	a.registerNotices(h)
	a.registerMutes(h)
	a.registerPlan(h)
	a.registerSchema(h)
	a.registerEnforcement(h)
	a.registerViolations(h)
	a.registerPlanEdit(h)
	a.registerPlanDraft(h)
	a.registerPlanExport(h)
	a.doc = h.OpenAPI()
	mux.HandleFunc("GET /api/stream", a.serveStream)
	mux.HandleFunc("POST /api/session", a.startSession)
	mux.HandleFunc("/api/", elsewhere(mux))
	a.handler = a.guard(mux, a.ui())
	return a
}

// elsewhere answers what no operation takes: OPTIONS, another method, no such
// path.
func elsewhere(mux *http.ServeMux) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var allow []string
		for _, m := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
			try := r.Clone(r.Context())
			try.Method = m
			if _, pattern := mux.Handler(try); pattern != "/api/" {
				allow = append(allow, m)
			}
		}
		if len(allow) == 0 {
			writeProblem(w, http.StatusNotFound, "The API has no "+r.URL.Path+". GET /api/openapi.json lists what it has.")
			return
		}
		w.Header().Set("Allow", strings.Join(append(allow, "OPTIONS"), ", "))
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		writeProblem(w, http.StatusMethodNotAllowed, r.URL.Path+" takes "+strings.Join(allow, ", ")+", not "+r.Method+".")
	}
}

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handler.ServeHTTP(w, r) }

// OpenAPI returns the document of the API as JSON.
func (a *API) OpenAPI() ([]byte, error) { return a.doc.MarshalJSON() }

// NewCode makes a one-time code that a browser exchanges for a session.
func (a *API) NewCode() string { return a.sessions.newCode() }
