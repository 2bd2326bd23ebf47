// Package collector is the road in: it answers every request a
// Segment-compatible SDK makes and turns what it carries into records.
//
// A request that can be read is answered 200 after its records are in the log,
// and not before. What Segment would refuse is stored and says so in a
// finding; only what nobody could read is answered 4xx, and kept as well. The
// message itself is never written out again: see package rawjson.
//
// It leaves the rules to package spec and the numbers to the log.
package collector

import (
	"context"
	"hash/maphash"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"

	"sidetrack/backend/event"
	"sidetrack/backend/mute"
	"sidetrack/backend/source"
	"sidetrack/backend/spec"
)

// Log keeps arrivals. Append returns once they are on disk, with Seq filled
// in. A fault.Unavailable becomes a 503 that SDKs come back after.
type Log interface {
	Append(ctx context.Context, a *event.Arrival) error
}

// Sources finds the source of a write key.
type Sources interface {
	SourceByKey(k source.WriteKey) (source.Source, bool)
	// Unclaimed returns the source made for an unknown key, and makes it the
	// first time. An empty key stands for requests without one.
	Unclaimed(ctx context.Context, k source.WriteKey, name string) (source.Source, error)
}

// Mutes marks the findings that a person set aside, and sets the verdict from
// the rest.
type Mutes interface {
	Apply(rec *event.Record) (changed bool)
}

// Plans hold a record, its message included, against the tracking plan.
type Plans interface {
	Check(rec *event.Record) []event.Finding
}

// Names holds the names in a record against conventions; f are the fields of
// its message.
type Names interface {
	Check(rec *event.Record, f *spec.Fields) []event.Finding
}

// Options are the parts of a Collector. Log and Sources are needed, the rest
// has defaults.
type Options struct {
	Log     Log
	Sources Sources
	Mutes   Mutes // nil mutes nothing
	Plans   Plans // nil: there is no plan
	Names   Names // nil holds names against nothing
	Logger  *slog.Logger
	Now     func() time.Time
	NewID   func() string
	Bundle  fs.FS // dist/umd of @segment/analytics-next; nil answers 404
}

// Collector answers SDKs.
type Collector struct {
	Options
	ring     ring
	twice    twice
	seats    seats
	bodyTime time.Duration          // how long a body may take to come
	script   func() ([]byte, error) // analytics.min.js, read once
}

// New makes a Collector. It starts nothing.
func New(o Options) *Collector {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Mutes == nil {
		o.Mutes = new(mute.Set)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.NewID == nil {
		o.NewID = uuid.NewString
	}
	c := &Collector{Options: o, twice: twice{seed: maphash.MakeSeed()}, seats: newSeats(), bodyTime: time.Minute}
	c.script = sync.OnceValues(c.readScript)
	return c
}

// Handler returns everything the collector answers. It routes by itself: a
// mux would redirect a path such as //v1/batch, and SDKs lose the body then.
func (c *Collector) Handler() http.Handler { return http.HandlerFunc(c.serve) }

// Handles reports whether an escaped path belongs to the collector.
func (c *Collector) Handles(escaped string) bool { return routeOf(escaped).door != elsewhere }

// Connections returns the newest requests, newest first.
func (c *Collector) Connections() []Connection { return c.ring.newest() }
