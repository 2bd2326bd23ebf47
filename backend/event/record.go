// Package event holds the words everything else speaks: the record of one
// event, what we found about it, and the request it arrived in.
//
// It knows nothing of HTTP, SQLite or the screen.
package event

import (
	"encoding/json"
	"time"
)

// Disposition is what Sidetrack did with an event.
type Disposition string

// The dispositions.
const (
	Accepted   Disposition = "accepted"
	Blocked    Disposition = "blocked"
	Suppressed Disposition = "suppressed"
	Rejected   Disposition = "rejected" // an unreadable request or batch item only
)

// SourceRef names the source of a record as it was when the event arrived.
type SourceRef struct {
	ID    string  `json:"id"`
	Name  string  `json:"name"`
	Label *string `json:"label" enum:"dev,staging,prod" nullable:"true" doc:"null while nobody has claimed the source"`
}

// Library is the tracking library as it named itself in context.library.
type Library struct{ Name, Version string }

// Record is one event in the log: what was sent, and what we made of it. The
// JSON form is a line of NDJSON, an item of a list and the body of
// GET /api/events/{seq}; the message is left out of lists.
type Record struct {
	Seq         int64           `json:"seq" doc:"Place in the log; 0 until committed"`
	ReceivedAt  time.Time       `json:"receivedAt"`
	Source      SourceRef       `json:"source"`
	RunID       string          `json:"runId" doc:"Empty when the event belongs to no run"`
	Type        string          `json:"type" doc:"As the path or the message says; any text on a batch path"`
	Name        string          `json:"name" doc:"track: event; page, screen: name; empty otherwise"`
	UserID      string          `json:"userId"`
	AnonymousID string          `json:"anonymousId"`
	MessageID   string          `json:"messageId"`
	Timestamp   time.Time       `json:"timestamp" doc:"When it happened, corrected for the sender's clock"`
	Disposition Disposition     `json:"disposition" enum:"accepted,blocked,suppressed,rejected"`
	Verdict     Verdict         `json:"verdict" enum:"good,warning,violation,would_drop"`
	Findings    []Finding       `json:"findings"`
	Added       []string        `json:"added" doc:"JSON pointers to what the envelope or Sidetrack added to the message"`
	Masked      []string        `json:"masked" doc:"JSON pointers to what a privacy rule changed"`
	Summary     string          `json:"summary" doc:"A few words of the payload for a list row"`
	Size        int             `json:"size" doc:"Bytes of the message as sent"`
	Message     json.RawMessage `json:"message,omitempty" doc:"The item as sent plus what Added names"`

	Library Library `json:"-"` // for the sources page, not part of the record
}

// Request is how an arrival came over the wire. Header values that carry a
// write key or a token are masked before they get here.
type Request struct {
	Method   string      `json:"method"`
	Path     string      `json:"path"`
	Query    string      `json:"query,omitempty"`
	Proto    string      `json:"proto"`
	Remote   string      `json:"remote"`
	Origin   string      `json:"origin,omitempty"`
	Encoding string      `json:"encoding,omitempty"` // Content-Encoding as sent
	Headers  [][2]string `json:"headers"`
	WireSize int         `json:"wireSize"` // body bytes as received
	BodySize int         `json:"bodySize"` // body bytes after Content-Encoding was undone
	Items    int         `json:"items"`    // messages in the batch, 1 for a single call
}

// Arrival is one request on its way into the log, or back out of it. Body is
// kept unchanged; Spans[i] says where Records[i] stood in it.
type Arrival struct {
	// Imported says that the records were stored before: they keep their
	// findings and are no sign of somebody sending.
	Imported bool

	Request Request
	Body    []byte
	Records []Record
	Spans   []Span
}

// Span is the place of an item in the request's body, in bytes. Index is its
// place in the batch, 0 for a single call. Sources of pixel calls, whose
// message is not literally in the body, have Length 0.
type Span struct{ Offset, Length, Index int }
