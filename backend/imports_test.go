package backend_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Imports point inwards: words <- rules <- work <- edges <- wiring.
// ARCHITECTURE.md draws this table; here it is held. A new package joins a layer first.
const (
	words = iota
	rules
	work
	edges
	wiring
)

var layerNames = [...]string{"words", "rules", "work", "edges", "wiring"}

var layers = map[string]int{
	"event": words, "source": words, "fault": words, "rawjson": words, "document": words,
	"spec": rules, "query": rules, "mute": rules, "plan": rules, "planfile": rules, "schema": rules, "naming": rules, "typed": rules, "draft": rules, "repair": rules, "enforce": rules,
	"collector": work, "stream": work, "demo": work,
	"store": edges, "watch": edges, "api": edges, "config": edges, "client": edges,
	"app": wiring, "cli": wiring,
}

func TestImportsPointInwards(t *testing.T) {
	eachImport(t, func(t *testing.T, pkg, file, path string) {
		layer, known := layers[pkg]
		if !known {
			t.Errorf("%s: package %q is in no layer; add it to the table in imports_test.go", file, pkg)
			return
		}
		other, ours := strings.CutPrefix(path, "sidetrack/backend/")
		if !ours {
			return
		}
		other, _, _ = strings.Cut(other, "/")
		if other == pkg {
			return
		}
		target, known := layers[other]
		switch {
		case !known:
			t.Errorf("%s imports %s, which is in no layer", file, path)
		case target > layer:
			t.Errorf("%s (%s) imports %s (%s): imports point inwards", file, layerNames[layer], other, layerNames[target])
		case layer == edges && target == edges:
			t.Errorf("%s imports %s: edges meet only in app", file, other)
		}
	})
}

// The window is a guest; the program is the server.
func TestBackendKnowsNoWindow(t *testing.T) {
	eachImport(t, func(t *testing.T, pkg, file, path string) {
		if strings.HasPrefix(path, "github.com/wailsapp/") {
			t.Errorf("%s imports %s: only the files beside main.go may", file, path)
		}
	})
}

// eachImport visits every import of the code that ships. Tests may reach further:
// the collector's may open a real store.
func eachImport(t *testing.T, visit func(t *testing.T, pkg, file, path string)) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == "testdata" {
			return filepath.SkipDir
		}
		path = filepath.ToSlash(path)
		pkg, _, inPackage := strings.Cut(path, "/")
		if d.IsDir() || !inPackage || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		files++
		for _, imp := range f.Imports {
			name, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return err
			}
			visit(t, pkg, path, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files == 0 {
		t.Fatal("found no Go files; is the test run from backend/?")
	}
}
