package collector

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"

	"sidetrack/backend/source"
)

// settingsBody starts every SDK. Segment.io is the only integration, since a
// second one makes the browser load another file first; metrics are off, since
// they would go to Segment; no key is null, since Kotlin refuses that.
func settingsBody(r *http.Request, rt route) []byte {
	protocol := "http"
	if r.TLS != nil {
		protocol = "https"
	}
	host := r.Host
	if local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && host == "" { // HTTP/1.0
		host = local.String()
	}
	if rt.run != "" {
		host += "/run/" + url.PathEscape(rt.run)
	}
	type segment struct {
		APIKey   string `json:"apiKey"`
		APIHost  string `json:"apiHost"`
		Protocol string `json:"protocol"`
	}
	type object = map[string]any
	body, _ := json.Marshal(object{ // texts and numbers always encode
		"integrations":       map[string]segment{"Segment.io": {string(rt.key), host + "/v1", protocol}},
		"plan":               object{},
		"edgeFunction":       object{},
		"middlewareSettings": object{},
		"metrics":            object{"sampleRate": 0},
	})
	return body
}

// sourceConfigBody starts RudderStack's browser SDK, which asks its configUrl
// for it and loads nothing without. No destination makes it load another file,
// and its own statistics are off, since they would go to RudderStack.
func sourceConfigBody(key source.WriteKey) []byte {
	type object = map[string]any
	off := object{"enabled": false}
	body, _ := json.Marshal(object{"source": object{ // texts and numbers always encode
		"id": "sidetrack", "name": "Sidetrack", "workspaceId": "sidetrack", "writeKey": string(key), "enabled": true,
		"updatedAt": "2026-01-01T00:00:00.000Z", "connections": []any{}, "destinations": []any{},
		"config": object{"statsCollection": object{"errors": off, "metrics": off}},
	}})
	return body
}

func sourceConfigKey(r *http.Request) source.WriteKey {
	if key := r.URL.Query().Get("writeKey"); key != "" {
		return source.WriteKey(key)
	}
	return headerKey(r.Header.Get("Authorization"))
}

// setCDN goes in front of the library, which looks for its CDN in script tags
// by https only and otherwise asks Segment's. It spares the page an edit.
const setCDN = `(function(){var s=document.currentScript;if(!s||!s.src)return;` +
	`var n=s.getAttribute("data-global-segment-analytics-key")||"analytics";` +
	`var a=window[n]=window[n]||[];if(!a._cdn)a._cdn=s.src.replace(/\/analytics\.js\/v1\/.*$/,"")})();` + "\n"

var errNoBundle = errors.New("this build carries no analytics.js")

func (c *Collector) readScript() ([]byte, error) {
	if c.Bundle == nil {
		return nil, errNoBundle
	}
	library, err := fs.ReadFile(c.Bundle, "standalone.js")
	return append([]byte(setCDN), library...), err
}

// serveScript answers analytics.min.js with the key in it. A key of other
// characters stays out, since it would be code; the library then takes it from
// the page.
func (c *Collector) serveScript(w http.ResponseWriter, rt route, note *Connection) {
	note.names(c.Sources, rt.key)
	js, err := c.script()
	if err != nil {
		note.fail(w, http.StatusNotFound, "not_found", "This build carries no analytics.js. Load it from npm; see docs/collector.md.")
		return
	}
	if isPlain(string(rt.key)) {
		js = bytes.ReplaceAll(js, []byte("__WRITE_KEY__"), []byte(rt.key))
	}
	w.Header().Set("Cache-Control", "no-cache")
	note.write(w, http.StatusOK, "text/javascript; charset=utf-8", js)
}

func isPlain(key string) bool {
	return strings.IndexFunc(key, func(r rune) bool {
		return r != '-' && r != '_' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z')
	}) < 0
}

// serveBundle answers the pieces the library loads late.
func (c *Collector) serveBundle(w http.ResponseWriter, rt route, note *Connection) {
	kinds := map[string]string{".js": "text/javascript; charset=utf-8", ".map": "application/json", ".txt": "text/plain; charset=utf-8"}
	kind := kinds[path.Ext(rt.file)]
	if c.Bundle == nil || kind == "" || !fs.ValidPath(rt.file) {
		note.fail(w, http.StatusNotFound, "not_found", "This build carries no such piece of analytics.js.")
		return
	}
	file, err := fs.ReadFile(c.Bundle, rt.file)
	if err != nil {
		note.fail(w, http.StatusNotFound, "not_found", "This build carries no such piece of analytics.js.")
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	note.write(w, http.StatusOK, kind, file)
}
