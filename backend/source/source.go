// Package source names where events come from. Its label travels with every
// decision about them.
package source

import (
	"crypto/rand"
	"log/slog"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Label is the environment of a source: dev, staging or prod.
type Label = string

// The labels. An unclaimed source has none.
const (
	Dev     Label = "dev"
	Staging Label = "staging"
	Prod    Label = "prod"
)

// WriteKey is the key an SDK sends. It logs masked.
type WriteKey string

// Masked keeps the ends so that a person can tell two keys apart. Anybody may
// send any text as a key, so what cannot be shown on a line is left out.
func (k WriteKey) Masked() string {
	shown := []rune(strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, string(k)))
	if len(shown) <= 8 {
		return "••••"
	}
	return string(shown[:4]) + "••••" + string(shown[len(shown)-2:])
}

// LogValue implements slog.LogValuer.
func (k WriteKey) LogValue() slog.Value { return slog.StringValue(k.Masked()) }

// NewWriteKey makes a key of 32 alphanumeric characters.
func NewWriteKey() WriteKey { return WriteKey(random(32)) }

// NewID makes a short source id.
func NewID() string { return "src_" + random(12) }

func random(n int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	out := make([]byte, 0, n)
	buf := make([]byte, 2*n)
	for len(out) < n {
		rand.Read(buf) // never fails: crypto/rand panics instead
		for _, b := range buf {
			if int(b) < 256/len(letters)*len(letters) && len(out) < n {
				out = append(out, letters[int(b)%len(letters)])
			}
		}
	}
	return string(out)
}

// Source is one site, app or server that sends events.
type Source struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Label     *Label    `json:"label" enum:"dev,staging,prod" nullable:"true" doc:"null while unclaimed"`
	WriteKey  WriteKey  `json:"writeKey"`
	Demo      bool      `json:"demo" doc:"Filled by the demo shop; never forwarded"`
	CreatedAt time.Time `json:"createdAt"`
}
