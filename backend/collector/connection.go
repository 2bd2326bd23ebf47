package collector

import (
	"net/http"
	"sync"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/source"
)

// Connection is one request as the first-run diagnosis shows it: enough to say
// "the browser asked first, then sent nothing".
type Connection struct {
	Time       time.Time `json:"at"`
	Kind       string    `json:"kind" enum:"preflight,settings,bundle,events,rejected,pixel,metrics"`
	Method     string    `json:"method"`
	Path       string    `json:"path" doc:"Write keys are masked"`
	Origin     string    `json:"origin"`
	UserAgent  string    `json:"userAgent"`
	SourceID   string    `json:"sourceId" doc:"Empty when the request names no known source"`
	SourceName string    `json:"sourceName"`
	Status     int       `json:"status"`
	Items      int       `json:"items" doc:"Messages it carried"`
}

func newConnection(r *http.Request, rt route, at time.Time) *Connection {
	return &Connection{
		Time:      at.UTC(),
		Kind:      rt.door.kind(),
		Method:    clip(r.Method, 20),
		Path:      clip(maskPath(r.URL.Path, rt), 300),
		Origin:    clip(r.Header.Get("Origin"), 300),
		UserAgent: clip(r.UserAgent(), 300),
	}
}

// took notes what an arrival carried.
func (n *Connection) took(a *event.Arrival) {
	n.Items = a.Request.Items
	if len(a.Records) > 0 {
		n.SourceID, n.SourceName = a.Records[0].Source.ID, a.Records[0].Source.Name
	}
}

// names notes whose key a path carries. Reading never makes a source.
func (n *Connection) names(s Sources, key source.WriteKey) {
	if src, ok := s.SourceByKey(key); ok {
		n.SourceID, n.SourceName = src.ID, src.Name
	}
}

// ring keeps the newest connections.
type ring struct {
	mu   sync.Mutex
	list [200]Connection
	seen int
}

func (r *ring) add(n *Connection) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list[r.seen%len(r.list)] = *n
	r.seen++
}

func (r *ring) newest() []Connection {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]Connection, 0, min(r.seen, len(r.list)))
	for i := 1; i <= cap(out); i++ {
		out = append(out, r.list[(r.seen-i)%len(r.list)])
	}
	return out
}
