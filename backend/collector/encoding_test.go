package collector_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
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
		w = brotli.NewWriterLevel(&b, brotli.BestSpeed)
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

// The bomb is one packed megabyte 33 times over, which gzip calls members.
func TestABombIsRefusedAtTheCap(t *testing.T) {
	d := open(t)
	mega := strings.Repeat(" ", 1<<20)
	w := d.send("POST", "/v1/b", strings.Repeat(pack(t, "gzip", mega), 33), "Content-Encoding", "gzip")
	if w.Code != 413 || codes(d.last().Records[0]) != "request.inflated_too_large" || len(d.last().Body) > 64<<10 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestGzipOfSeveralMembersIsOneBody(t *testing.T) {
	a := open(t).accepted("/v1/t", pack(t, "gzip", `{"userId":"u",`)+pack(t, "gzip", `"event":"E"}`), "Content-Encoding", "x-gzip")
	if a.Records[0].Name != "E" {
		t.Errorf("got %q", a.Body)
	}
}

func TestARefusalSaysWhatItLooksLike(t *testing.T) {
	packed := pack(t, "gzip", `{"userId":"u","event":"E"}`)
	for _, c := range []struct{ body, encoding, want string }{
		{packed, "", "it looks like gzip"},
		{packed[:len(packed)-9], "gzip", fmt.Sprintf("it ends too early, at byte %d.", len(packed)-9)},
		{"", "gzip", "it ends too early, at byte 0."},
		{"\xff\xfe{\x00}\x00", "", "at byte 0: it looks like UTF-16"},
		{"\x00{\x00}", "", "at byte 0: it looks like UTF-16"},
		{"{\x00}\x00", "", "at byte 0: it looks like UTF-16"},
		{"userId=u&event=E", "", "a value should start here, at byte 0"},
		{`{"a":NaN}`, "", "a value should start here, at byte 5"},
	} {
		d := open(t)
		w := d.send("POST", "/v1/t", c.body, "Content-Encoding", c.encoding)
		if got := d.last().Records[0].Findings[0].Message; w.Code != 400 || !strings.Contains(got, c.want) {
			t.Errorf("%q: %d %s, want %s", c.body, w.Code, got, c.want)
		}
	}
}
