package source_test

import (
	"bytes"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"sidetrack/backend/source"
)

func TestKeysAreMasked(t *testing.T) {
	for key, want := range map[source.WriteKey]string{
		"":                                 "••••",
		"12345678":                         "••••",
		"4wwVEplxDTTF84Ynq02nWHiGII7KATOi": "4wwV••••Oi",
		"😀😀😀😀😀😀😀😀😀":                        "😀😀😀😀••••😀😀",
		"ab\x00\n\u202ecdefghij\x1b\xff":   "abcd••••ij",
	} {
		if got := key.Masked(); got != want {
			t.Errorf("%q: %q, want %q", key, got, want)
		}
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "key", source.WriteKey("4wwVEplxDTTF84Ynq02nWHiGII7KATOi"))
	if strings.Contains(log.String(), "plxDTTF") {
		t.Errorf("logged %s", log.String())
	}
}

func TestNewKeysAndIDs(t *testing.T) {
	a, b := source.NewWriteKey(), source.NewWriteKey()
	if a == b || !regexp.MustCompile("^[A-Za-z0-9]{32}$").MatchString(string(a)) {
		t.Errorf("%q and %q", a, b)
	}
	if id := source.NewID(); !regexp.MustCompile("^src_[A-Za-z0-9]{12}$").MatchString(id) {
		t.Errorf("%q", id)
	}
}
