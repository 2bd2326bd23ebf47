package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"sidetrack/backend/cli"
)

// sarifLog is what the tests look at.
type sarifLog struct {
	Runs []struct {
		Tool struct {
			Driver struct{ Rules []struct{ ID string } }
		}
		Results []struct {
			RuleID    string
			RuleIndex int
			Level     string
			Locations []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI string }
					Region           struct{ StartLine int }
				}
			}
			RelatedLocations []any
		}
	}
}

// sarif runs a command that reports as SARIF, and holds it against the shape.
func sarif(t *testing.T, wantCode int, args ...string) sarifLog {
	t.Helper()
	var out, errs bytes.Buffer
	code := cli.Main(t.Context(), append(args, "--sarif"), cli.Host{Out: &out, Err: &errs, UI: fstest.MapFS{}, Version: "1.2.3"})
	if code != wantCode {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	shape, err := c.Compile("testdata/sarif/shape.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := shape.Validate(instance); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
	var log sarifLog
	if err := json.Unmarshal(out.Bytes(), &log); err != nil || len(log.Runs) != 1 {
		t.Fatal(err, out.String())
	}
	for _, r := range log.Runs[0].Results {
		if rules := log.Runs[0].Tool.Driver.Rules; r.RuleIndex >= len(rules) || rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("%s is not rule %d", r.RuleID, r.RuleIndex)
		}
	}
	return log
}

func TestCheckReportsAsSARIF(t *testing.T) {
	log := sarif(t, 1, "plan", "check", "../plan/testdata/lint/contradictions.json")
	levels := map[string]int{}
	for _, r := range log.Runs[0].Results {
		levels[r.Level]++
		if at := r.Locations[0].PhysicalLocation; at.ArtifactLocation.URI != "../plan/testdata/lint/contradictions.json" || at.Region.StartLine == 0 {
			t.Errorf("%+v", at)
		}
	}
	if levels["error"] != 10 || levels["warning"] != 8 {
		t.Error(levels)
	}
	if log := sarif(t, 0, "plan", "check", "../plan/testdata/lint/names.plan.yaml"); len(log.Runs[0].Results) != 7 {
		t.Errorf("%+v", log)
	}
}

func TestValidateReportsAsSARIF(t *testing.T) {
	events := filepath.Join(t.TempDir(), "more events.ndjson")
	text := `{"type":"track","event":"Order Completed","properties":{"order_id":5,"products":[],"colour":1}}` + "\n" + `{"type":"track","event":"Order Completed","properties":{}}` + "\n"
	if err := os.WriteFile(events, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	log := sarif(t, 1, "plan", "validate", events, "--plan", "../planfile/testdata/sidetrack/shop.plan.yaml")
	found := map[string]int{}
	for _, r := range log.Runs[0].Results {
		found[r.RuleID+" "+r.Level]++
		if len(r.RelatedLocations) != 1 || r.Locations[0].PhysicalLocation.Region.StartLine > 2 {
			t.Errorf("%+v", r)
		}
	}
	if found["plan.wrong_type error"] != 1 || found["plan.missing_property error"] < 2 || found["plan.unplanned_property warning"] != 1 {
		t.Error(found)
	}
}

func TestDiffReportsAsSARIF(t *testing.T) {
	log := sarif(t, 1, "plan", "diff", "../planfile/testdata/sidetrack/shop.plan.yaml", "../plan/testdata/lint/names.plan.yaml")
	found := map[string]string{}
	for _, r := range log.Runs[0].Results {
		found[r.RuleID] = r.Level
		want := "../plan/testdata/lint/names.plan.yaml"
		if r.RuleID == "event_removed" {
			want = "../planfile/testdata/sidetrack/shop.plan.yaml"
		}
		if at := r.Locations[0].PhysicalLocation; r.RuleID == "event_removed" && (at.ArtifactLocation.URI != want || at.Region.StartLine == 0) {
			t.Errorf("%+v", at)
		}
	}
	if found["event_removed"] != "error" || found["event_added"] != "note" {
		t.Error(found)
	}
}

func TestConvertReportsAsSARIF(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plan.csv")
	log := sarif(t, 0, "plan", "convert", "../plan/testdata/diff/after.plan.yaml", "--to", "csv", "--out", file)
	if len(log.Runs[0].Results) == 0 || log.Runs[0].Results[0].Locations[0].PhysicalLocation.Region.StartLine == 0 {
		t.Errorf("%+v", log)
	}
	if text, err := os.ReadFile(file); err != nil || len(text) == 0 {
		t.Error(err)
	}
	var errs bytes.Buffer
	if code := cli.Main(t.Context(), []string{"plan", "convert", "../plan/testdata/diff/after.plan.yaml", "--to", "csv", "--sarif"}, cli.Host{Out: &errs, Err: &errs, UI: fstest.MapFS{}}); code != 2 {
		t.Error(code, errs.String())
	}
}
