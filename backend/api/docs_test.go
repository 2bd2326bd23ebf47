package api

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

// What the page tells people to ask for exists.
func TestThePageNamesRealOperations(t *testing.T) {
	page, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := open(t).OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(doc, &document); err != nil {
		t.Fatal(err)
	}
	beside := map[string]bool{"GET /api/stream": true, "GET /api/openapi.json": true} // no operations of the document
	named := regexp.MustCompile("`(GET|POST|DELETE) (/api/[a-z./{}]*)").FindAllStringSubmatch(string(page), -1)
	if len(named) < 8 {
		t.Fatalf("the page names %d operations", len(named))
	}
	for _, n := range named {
		if _, ok := document.Paths[n[2]][strings.ToLower(n[1])]; !ok && !beside[n[1]+" "+n[2]] {
			t.Errorf("docs/api.md names %s %s", n[1], n[2])
		}
	}
}

// A name in a path that no input reads is always empty, and nothing is found.
func TestEveryNameInAPathIsRead(t *testing.T) {
	doc, err := open(t).OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ In, Name string }
		}
	}
	if err := json.Unmarshal(doc, &document); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for path, methods := range document.Paths {
		for _, name := range regexp.MustCompile(`\{([^}]*)\}`).FindAllStringSubmatch(path, -1) {
			for method, operation := range methods {
				read := false
				for _, p := range operation.Parameters {
					read = read || p.In == "path" && p.Name == name[1]
				}
				if checked++; !read {
					t.Errorf("%s %s does not read its %s", method, path, name[1])
				}
			}
		}
	}
	if checked < 5 {
		t.Errorf("checked %d names", checked)
	}
}
