package cli_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	official "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"sidetrack/backend/cli"
)

// sarifSchema is the schema OASIS publishes for SARIF 2.1.0 (errata 01), as the
// module go-sarif carries it.
func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3").Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(dir)), "pkg/report/v210/sarif/schema.go"), nil, 0)
	if err != nil {
		t.Fatalf("%v; run go mod download", err)
	}
	text := ""
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && len(literal.Value) > len(text) {
			text, _ = strconv.Unquote(literal.Value)
		}
		return true
	})
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if root, ok := schema.(map[string]any); !ok || !strings.Contains(root["id"].(string), "sarif-schema-2.1.0.json") {
		t.Fatal("the module carries another schema")
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// What is reported fits the schema of OASIS, and is read by another program.
func TestSARIFFitsTheOfficialSchema(t *testing.T) {
	schema := sarifSchema(t)
	if schema.Validate(map[string]any{"version": "2.1.0"}) == nil || schema.Validate(map[string]any{"version": "2.1.0", "runs": []any{map[string]any{"tool": map[string]any{}}}}) == nil {
		t.Fatal("the schema takes anything")
	}
	for _, args := range [][]string{
		{"plan", "check", "../plan/testdata/lint/contradictions.json"},
		{"plan", "check", "../plan/testdata/lint/names.plan.yaml"},
		{"plan", "check", "../planfile/testdata/sidetrack/shop.plan.yaml"},
		{"plan", "validate", "testdata/sarif/events.ndjson", "--plan", "../planfile/testdata/sidetrack/shop.plan.yaml"},
		{"plan", "diff", "../planfile/testdata/sidetrack/shop.plan.yaml", "../plan/testdata/lint/names.plan.yaml"},
		{"plan", "convert", "../plan/testdata/diff/after.plan.yaml", "--to", "csv", "--out", filepath.Join(t.TempDir(), "plan.csv")},
	} {
		var out, errs bytes.Buffer
		if code := cli.Main(t.Context(), append(args, "--sarif"), cli.Host{Out: &out, Err: &errs, UI: fstest.MapFS{}, Version: "1.2.3"}); code > 1 {
			t.Fatalf("%v: %d %s", args, code, errs.String())
		}
		log, err := jsonschema.UnmarshalJSON(bytes.NewReader(out.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(log); err != nil {
			t.Errorf("%v: %v\n%s", args, err, out.String())
		}
		report, err := official.FromBytes(out.Bytes())
		if err != nil || len(report.Runs) != 1 || report.Runs[0].Tool.Driver.Name == nil {
			t.Errorf("%v: another program cannot read it: %v", args, err)
		}
	}
}
