package collector_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

func pack(t testing.TB, encoding, body string) string {
	var b bytes.Buffer
	var w io.WriteCloser
	switch encoding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	case "raw":
		w, _ = flate.NewWriter(&b, 6)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		w, _ = zstd.NewWriter(&b)
	}
	io.WriteString(w, body)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestEncodingsAreUndone(t *testing.T) {
	const body = `{"batch":[{"type":"page","userId":"u"}]}`
	for _, e := range []string{"gzip", "deflate", "raw", "br", "zstd"} {
		name := strings.Replace(e, "raw", "deflate", 1)
		a := open(t).accepted("/v1/b", pack(t, e, body), "Content-Encoding", name)
		if string(a.Body) != body || a.Request.BodySize != len(body) || a.Request.Encoding != name {
			t.Errorf("%s: %q", e, a.Body)
		}
	}
	open(t).accepted("/v1/b", pack(t, "br", pack(t, "gzip", body)), "Content-Encoding", "gzip, br")
	for name, sent := range map[string]string{"gzip": body, "br": "\xff\xff", "zstd": body, "lzma": body} {
		d := open(t)
		if w := d.send("POST", "/v1/b", sent, "Content-Encoding", name); w.Code != 400 || codes(d.last().Records[0]) != "request.bad_encoding" {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

func TestBombsAreBounded(t *testing.T) {
	for _, e := range []string{"gzip", "deflate", "br", "zstd"} {
		d := open(t)
		w := d.send("POST", "/v1/b", pack(t, e, strings.Repeat(" ", 33<<20)), "Content-Encoding", e)
		if w.Code != 413 || codes(d.last().Records[0]) != "request.inflated_too_large" || len(d.last().Body) > 64<<10 {
			t.Errorf("%s: %d %s", e, w.Code, w.Body)
		}
	}
}
