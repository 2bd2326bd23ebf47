package spec

import (
	"strings"
	"time"

	"sidetrack/backend/rawjson"
)

// layouts are the ISO 8601 forms SDKs send, the usual one first. A time
// without a zone is read as UTC.
var layouts = []string{
	time.RFC3339Nano,
	"2006-01-02T15:04:05.999999999Z0700",
	"2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999",
	"2006-01-02T15:04:05.999999999Z07",
	"2006-01-02 15:04:05.999999999Z0700",
	"2006-01-02 15:04:05.999999999Z07",
	"20060102T150405.999999999Z0700",
	"20060102T150405.999999999Z07",
	"20060102T150405.999999999",
	"20060102",
	"2006-01",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04",
	"2006-01-02",
}

// ParseTime reads an ISO 8601 time out of a JSON value.
func ParseTime(value []byte) (time.Time, bool) {
	s, ok := rawjson.String(value)
	if !ok || len(s) > 64 {
		return time.Time{}, false
	}
	s = strings.ToUpper(strings.TrimSpace(s))
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// When tells when a message happened, corrected for the sender's clock as
// Segment does: receivedAt - (sentAt - originalTimestamp). Without a readable
// timestamp it is the time of arrival, without a readable sentAt the
// timestamp itself.
func When(f *Fields, received time.Time) time.Time {
	original, ok := ParseTime(f.original())
	if !ok {
		return received
	}
	if sent, ok := ParseTime(f.SentAt); ok {
		original = original.Add(received.Sub(sent))
	}
	if y := original.Year(); y < 1 || y > 9999 { // no RFC 3339 form
		return received
	}
	return original
}

// original is the time the sender gave. RudderStack calls it
// originalTimestamp and sends no timestamp.
func (f *Fields) original() []byte {
	if missing(f.Timestamp) {
		return f.OriginalTimestamp
	}
	return f.Timestamp
}

// HasTime reports whether the sender gave a time at all.
func (f *Fields) HasTime() bool { return f.Timestamp != nil || f.OriginalTimestamp != nil }
