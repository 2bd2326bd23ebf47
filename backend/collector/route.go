package collector

import (
	"net/url"
	"strings"

	"sidetrack/backend/source"
)

// door says what a path is for.
type door int

const (
	elsewhere door = iota // not ours
	unknown               // under /v1, but nothing is there
	single                // one message
	batch                 // a batch of messages
	pixel
	metrics
	settings
	sourceConfig // RudderStack's settings
	script
	bundles
)

// route is what a path says.
type route struct {
	door door
	call string          // the type of a single call or pixel
	key  source.WriteKey // settings and script
	file string          // bundles
	run  string          // of a /run/{name} prefix
}

// calls maps the last part of a path to the type it decides.
var calls = map[string]string{
	"track": "track", "t": "track",
	"identify": "identify", "i": "identify",
	"page": "page", "p": "page",
	"screen": "screen", "s": "screen",
	"group": "group", "g": "group",
	"alias": "alias", "a": "alias",
}

// batches are the last parts of a path that takes a batch.
var batches = map[string]bool{"batch": true, "b": true, "import": true, "bulk": true}

// routeOf reads a path as it was escaped, since the name of a run may hold a
// slash. Doubled and trailing slashes do not matter: hosts are configured with
// and without them. A run without a name is none.
func routeOf(escaped string) route {
	parts := steps(escaped)
	if len(parts) < 2 || parts[0] != "run" {
		return routeOfSteps("", parts)
	}
	if r := routeOfSteps(runName(unescape(parts[1])), parts[2:]); r.door != elsewhere {
		return r
	}
	return routeOfSteps("", parts[1:])
}

func steps(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

func unescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

// runName makes a text the name of a run. A browser takes . and .. out of a
// path before it asks, so they cannot be names.
func runName(s string) string {
	s = clip(strings.TrimSpace(strings.ToValidUTF8(s, "\ufffd")), maxRun)
	if s == "." || s == ".." {
		return ""
	}
	return s
}

func routeOfSteps(run string, parts []string) route {
	if path := strings.Join(parts, "/"); strings.Contains(path, "%") {
		parts = steps(unescape(path))
	}
	r := route{run: run}
	if len(parts) == 0 {
		return r
	}
	switch parts[0] {
	case "v1":
		r.underV1(parts[1:])
	case "projects":
		r.project(parts)
	case "sourceConfig":
		if r.door = unknown; len(parts) == 1 {
			r.door = sourceConfig
		}
	case "analytics.js":
		r.door = unknown
		if len(parts) == 4 && parts[1] == "v1" && parts[3] == "analytics.min.js" {
			r.door, r.key = script, source.WriteKey(parts[2])
		}
	case "analytics-next":
		r.door = unknown
		if len(parts) == 3 && parts[1] == "bundles" {
			r.door, r.file = bundles, parts[2]
		}
	case "next-integrations":
		r.door = unknown
	}
	return r
}

func (r *route) underV1(parts []string) {
	r.door = unknown
	switch {
	case len(parts) == 0:
	case parts[0] == "projects":
		r.project(parts)
	case parts[0] == "pixel" && len(parts) == 1:
		r.door = pixel
	case parts[0] == "pixel" && len(parts) == 2 && calls[parts[1]] != "":
		r.door, r.call = pixel, calls[parts[1]]
	case len(parts) > 1:
	case parts[0] == "m":
		r.door = metrics
	case batches[parts[0]]:
		r.door = batch
	case calls[parts[0]] != "":
		r.door, r.call = single, calls[parts[0]]
	}
}

func (r *route) project(parts []string) {
	r.door = unknown
	if len(parts) == 3 && parts[2] == "settings" {
		r.door, r.key = settings, source.WriteKey(parts[1])
	}
}

// kind names the door for the list of connections.
func (d door) kind() string {
	switch d {
	case single, batch:
		return "events"
	case pixel:
		return "pixel"
	case metrics:
		return "metrics"
	case settings, sourceConfig:
		return "settings"
	case script, bundles:
		return "bundle"
	}
	return "rejected"
}

// methods lists what a door answers, for Allow.
func (d door) methods() []string {
	switch d {
	case single, batch, metrics:
		return []string{"POST"}
	}
	return []string{"GET", "HEAD"}
}
