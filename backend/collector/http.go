package collector

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
)

// success is the body every SDK reads as success.
const success = `{"success":true}`

// serve answers one request.
func (c *Collector) serve(w http.ResponseWriter, r *http.Request) {
	rt := routeOf(r.URL.EscapedPath())
	note := newConnection(r, rt, c.Now())
	defer func() { c.ring.add(note) }()
	cors(w.Header(), r)
	if r.Method == http.MethodOptions {
		note.Kind, note.Status = "preflight", http.StatusNoContent
		preflight(w.Header(), r, rt)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if rt.door == elsewhere || rt.door == unknown {
		note.fail(w, http.StatusNotFound, "not_found", "Nothing is at this path. Events go to /v1/track, /v1/batch and their kin; see docs/collector.md.")
		return
	}
	if !slices.Contains(rt.door.methods(), r.Method) {
		allow := strings.Join(append(rt.door.methods(), "OPTIONS"), ", ")
		w.Header().Set("Allow", allow)
		note.fail(w, http.StatusMethodNotAllowed, "method_not_allowed", "This path answers "+allow+", not "+clip(r.Method, 20)+".")
		return
	}
	switch rt.door {
	case single, batch:
		c.events(w, r, rt, note)
	case pixel:
		c.pixel(w, r, rt, note)
	case metrics:
		c.hurry(w)
		drain(r)
		note.ok(w, []byte(success))
	case settings:
		w.Header().Set("Cache-Control", "no-cache")
		note.names(c.Sources, rt.key)
		note.ok(w, settingsBody(r, rt))
	case sourceConfig:
		w.Header().Set("Cache-Control", "no-cache")
		key := sourceConfigKey(r)
		note.names(c.Sources, key)
		note.ok(w, sourceConfigBody(key))
	case script:
		c.serveScript(w, rt, note)
	case bundles:
		c.serveBundle(w, rt, note)
	}
}

// events takes a single call or a batch in.
func (c *Collector) events(w http.ResponseWriter, r *http.Request, rt route, note *Connection) {
	in, err := c.receive(w, r, rt)
	defer in.seat.leave()
	if err == nil {
		var out *event.Arrival
		out, err = c.accept(r.Context(), in)
		note.took(out)
	}
	var bad *refusal
	switch {
	case errors.As(err, &bad):
		note.Kind = "rejected"
		note.fail(w, bad.status, bad.finding.Code, bad.finding.Message)
	case fault.KindOf(err) == fault.Unavailable && err != nil:
		w.Header().Set("Retry-After", "1")
		note.fail(w, http.StatusServiceUnavailable, "unavailable", "Sidetrack cannot take this now: "+err.Error()+". Send it again.")
	case err != nil:
		c.Logger.Error("could not keep a request", "path", note.Path, "error", err)
		note.fail(w, http.StatusInternalServerError, "internal", "Sidetrack could not keep this. Its log says why. Send it again.")
	default:
		note.ok(w, []byte(success))
	}
}

// ok answers 200 with JSON.
func (n *Connection) ok(w http.ResponseWriter, body []byte) {
	n.write(w, http.StatusOK, "application/json", body)
}

// fail answers an error in the one body every SDK can read: Python wants code
// and message, Ruby error, Java success.
func (n *Connection) fail(w http.ResponseWriter, status int, code, message string) {
	body, _ := json.Marshal(struct { // a struct of texts always encodes
		Success bool   `json:"success"`
		Error   string `json:"error"`
		Code    string `json:"code"`
		Message string `json:"message"`
	}{false, message, code, message})
	n.write(w, status, "application/json", body)
}

func (n *Connection) write(w http.ResponseWriter, status int, contentType string, body []byte) {
	n.Status = status
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body) // a sender that is gone needs no answer
}

// cors lets any page read the answer. The origin is echoed, since "*" fails
// for requests with credentials, such as a JSON beacon.
func cors(h http.Header, r *http.Request) {
	h.Set("Access-Control-Allow-Origin", "*")
	if origin := r.Header.Get("Origin"); origin != "" {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	h.Add("Vary", "Origin")
	h.Set("Access-Control-Expose-Headers", "Retry-After, X-RateLimit-Reset")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("X-Content-Type-Options", "nosniff")
}

// preflight answers what a browser asks before it sends. The asked headers are
// echoed, since "*" never covers Authorization.
func preflight(h http.Header, r *http.Request, rt route) {
	h.Set("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
	h.Set("Allow", strings.Join(append(rt.door.methods(), "OPTIONS"), ", "))
	asked := r.Header.Get("Access-Control-Request-Headers")
	if asked == "" {
		asked = "authorization, content-type, x-retry-count"
	}
	h.Set("Access-Control-Allow-Headers", asked)
	h.Set("Access-Control-Max-Age", "600")
	h.Add("Vary", "Access-Control-Request-Headers")
	if r.Header.Get("Access-Control-Request-Private-Network") == "true" {
		h.Set("Access-Control-Allow-Private-Network", "true")
	}
}
