package collector

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// squeeze packs a text that shrinks to nearly nothing.
func squeeze(t *testing.T, encoding string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch encoding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	case "br":
		w = brotli.NewWriterLevel(&b, brotli.BestSpeed)
	case "zstd":
		w, _ = zstd.NewWriter(&b) // fails for bad options only, and has none
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Every stage stops at the limit, whatever the encoding and however deep.
func TestUnpackingStopsAtTheLimit(t *testing.T) {
	const limit = 256 << 10
	for _, e := range []string{"gzip", "deflate", "br", "zstd"} {
		fits, over := squeeze(t, e, make([]byte, limit)), squeeze(t, e, make([]byte, limit+1))
		if out, err := unpack(fits, e, limit); err != nil || len(out) != limit {
			t.Errorf("%s: %d bytes, %v", e, len(out), err)
		}
		if out, err := unpack(over, e, limit); !errors.Is(err, errInflatedTooLarge) || out != nil {
			t.Errorf("%s: %d bytes, %v", e, len(out), err)
		}
		if _, err := unpack(squeeze(t, "gzip", over), e+", gzip", limit); !errors.Is(err, errInflatedTooLarge) {
			t.Errorf("%s in gzip: %v", e, err)
		}
	}
	if _, err := unpack(nil, "gzip, gzip, gzip, gzip", limit); err == nil {
		t.Error("four encodings were undone")
	}
}
