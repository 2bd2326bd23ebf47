package api

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// windowOrigins are the pages of our own desktop window.
var windowOrigins = []string{"wails://wails", "http://wails.localhost"}

const (
	codeLife    = 24 * time.Hour
	sessionLife = 30 * 24 * time.Hour
	wsProtocol  = "sidetrack.v1"
)

// guard checks Host, Origin and token, in this order. The order and the
// answers are those of the contract's "Who may ask the API".
//
// The operations see nothing but what it let through: what is not under /api/
// goes to the screen and never to their mux.
func (a *API) guard(operations, screen http.Handler) http.Handler {
	policy := a.policy()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Content-Security-Policy", policy)
		if !slices.Contains(a.Hosts, strings.ToLower(r.Host)) {
			writeProblem(w, http.StatusMisdirectedRequest, "This is not the address of Sidetrack's API: "+strconv.Quote(r.Host)+". Ask one of "+strings.Join(a.Hosts, ", ")+".")
			return
		}
		if !strings.HasPrefix(r.URL.Path, "/api/") {
			screen.ServeHTTP(w, r)
			return
		}
		origin := r.Header.Get("Origin")
		if origin != "" && !a.ourOrigin(origin) {
			writeProblem(w, http.StatusForbidden, "A page at "+strconv.Quote(origin)+" may not ask Sidetrack's API. Open the address that sidetrack printed.")
			return
		}
		if slices.Contains(windowOrigins, origin) {
			allowWindow(h, origin)
			if r.Method == http.MethodOptions {
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
		exchange := r.Method == http.MethodPost && r.URL.Path == "/api/session"
		if !exchange && !a.allowed(r) {
			h.Set("WWW-Authenticate", "Bearer")
			writeProblem(w, http.StatusUnauthorized, "The API wants a token: send Authorization: Bearer with the content of the token file (sidetrack status names it), or open the address that sidetrack open prints.")
			return
		}
		operations.ServeHTTP(w, r)
	})
}

// policy lets the page talk to nobody but us. Browsers that do not count
// websockets as 'self' need our names with ws; an IPv6 address cannot be named.
func (a *API) policy() string {
	names := ""
	for _, h := range a.Hosts {
		if h[0] != '[' {
			names += " ws://" + h
		}
	}
	return "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
		"connect-src 'self'" + names + "; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
}

func allowWindow(h http.Header, origin string) {
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Allow-Headers", "authorization, content-type")
	h.Set("Access-Control-Allow-Methods", "GET, POST, PATCH, PUT, DELETE")
	h.Set("Access-Control-Max-Age", "600")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Add("Vary", "Origin")
}

// ourOrigin tells whether a page at origin is ours: our own addresses over
// http or https, or the desktop window.
func (a *API) ourOrigin(origin string) bool {
	if slices.Contains(windowOrigins, origin) {
		return true
	}
	scheme, host, ok := strings.Cut(origin, "://")
	return ok && (scheme == "http" || scheme == "https") && slices.Contains(a.Hosts, strings.ToLower(host))
}

// allowed looks for the token or for a session cookie. Cookies ignore ports,
// and localhost:3000 is the same site as us, so a cookie counts only when the
// browser says the request comes from our own page, reads included.
func (a *API) allowed(r *http.Request) bool {
	if scheme, bearer, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return a.isToken(bearer)
	}
	for _, p := range strings.Split(r.Header.Get("Sec-WebSocket-Protocol"), ",") {
		if bearer, ok := strings.CutPrefix(strings.TrimSpace(p), "bearer."); ok {
			return a.isToken(bearer)
		}
	}
	site := r.Header.Get("Sec-Fetch-Site")
	if site != "same-origin" && site != "none" && !a.ourOrigin(r.Header.Get("Origin")) {
		return false
	}
	// A page on another port can set a cookie of this name; it must not hide ours.
	return slices.ContainsFunc(r.CookiesNamed(a.cookieName()), func(c *http.Cookie) bool { return a.sessions.valid(c.Value) })
}

func (a *API) isToken(s string) bool {
	return a.Token != "" && subtle.ConstantTimeCompare([]byte(s), []byte(a.Token)) == 1
}

func (a *API) cookieName() string { return "sidetrack_" + strconv.Itoa(a.Port) }

// startSession exchanges the one-time code of the printed address for a
// cookie whose value is a random session id, never the token.
func (a *API) startSession(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Code string `json:"code"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096)).Decode(&in); err != nil {
		writeProblem(w, http.StatusUnprocessableEntity, `Send {"code":"…"} with the code of the printed address.`)
		return
	}
	id, ok := a.sessions.exchange(in.Code)
	if !ok {
		writeProblem(w, http.StatusUnauthorized, "This code was used already or is too old. Run sidetrack open for a new address.")
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: a.cookieName(), Value: id, Path: "/", HttpOnly: true,
		SameSite: http.SameSiteStrictMode, MaxAge: int(sessionLife.Seconds()),
	})
	w.WriteHeader(http.StatusNoContent)
}

// sessions holds the one-time codes and the sessions of this start.
type sessions struct {
	now    func() time.Time
	mu     sync.Mutex
	codes  map[string]time.Time
	issued map[string]time.Time
}

func newSessions(now func() time.Time) *sessions {
	return &sessions{now: now, codes: map[string]time.Time{}, issued: map[string]time.Time{}}
}

func (s *sessions) newCode() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.codes, func(_ string, until time.Time) bool { return s.now().After(until) })
	code := randomID()
	s.codes[code] = s.now().Add(codeLife)
	return code
}

func (s *sessions) exchange(code string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	until, ok := s.codes[code]
	delete(s.codes, code)
	if !ok || s.now().After(until) {
		return "", false
	}
	id := randomID()
	s.issued[id] = s.now().Add(sessionLife)
	return id, true
}

func (s *sessions) valid(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	until, ok := s.issued[id]
	return ok && s.now().Before(until)
}

func randomID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return hex.EncodeToString(b)
}

func writeProblem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"title": http.StatusText(status), "status": status, "detail": detail})
}
