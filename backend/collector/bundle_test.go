package collector_test

import (
	"bytes"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"sidetrack/backend/collector"
)

// The library that ships, not a stand-in: its key is replaced, and every piece
// it may ask for later is there.
func TestTheBundledLibraryIsServedWhole(t *testing.T) {
	const folder = "../app/sdkbundle"
	f := &fake{}
	d := &door{t: t, fake: f, Collector: collector.New(collector.Options{Log: f, Sources: f, Bundle: os.DirFS(folder)})}
	w := d.send("GET", "/analytics.js/v1/abcDEF0123456789abcDEF0123456789/analytics.min.js", "")
	library, err := os.ReadFile(folder + "/standalone.js")
	if err != nil {
		t.Fatal(err)
	}
	_, served, _ := bytes.Cut(w.Body.Bytes(), []byte("\n"))
	want := bytes.ReplaceAll(library, []byte("__WRITE_KEY__"), []byte("abcDEF0123456789abcDEF0123456789"))
	if w.Code != 200 || bytes.Equal(want, library) || !bytes.Equal(served, want) {
		t.Errorf("%d, %d of %d bytes", w.Code, len(served), len(want))
	}
	pieces := 0
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		m := regexp.MustCompile(`\.bundle\.([0-9a-f]{20})\.js$`).FindStringSubmatch(e.Name())
		if m == nil {
			continue
		}
		pieces++
		file, err := os.ReadFile(path.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if w := d.send("GET", "/analytics-next/bundles/"+e.Name(), "", "Origin", "http://localhost:3000"); w.Code != 200 || !bytes.Equal(w.Body.Bytes(), file) || w.Header().Get("Access-Control-Allow-Origin") == "" {
			t.Errorf("%s: %d", e.Name(), w.Code)
		}
		if !bytes.Contains(library, []byte(m[1])) {
			t.Errorf("%s is not of this library", e.Name())
		}
	}
	for _, hash := range regexp.MustCompile(`\b[0-9a-f]{20}\b`).FindAllString(string(library), -1) {
		has := false
		for _, e := range entries {
			has = has || strings.Contains(e.Name(), hash)
		}
		if !has {
			t.Errorf("the library may ask for a piece %s, which is not here", hash)
		}
	}
	if pieces == 0 {
		t.Error("no piece is here")
	}
}
