package app

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
)

func TestThePlanInForceIsGivenAsAFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "plan.yaml")
	writePlan(t, file, strings.Replace(shopPlan, "name: Shop", `name: "Shöp & \"Co\"\nx"`, 1)+"    additionalProperties: false\nenforcement:\n  - track:\n      unplanned_properties: omit\n")
	r := withPlan(t, t.TempDir(), file)
	for format, want := range map[string]struct{ name, kind, is string }{
		"segment": {`attachment; filename="sh-p-co-x.plan.json"`, "application/json", planfile.SegmentPublic},
		"csv":     {`attachment; filename="sh-p-co-x.plan.csv"`, "text/csv; charset=utf-8", planfile.SegmentCSV}, "sidetrack": {`attachment; filename="sh-p-co-x.plan.yaml"`, "application/yaml", planfile.Sidetrack},
	} {
		resp, body := r.ask("GET", r.Endpoint().URL+"/api/plan/export?format="+format)
		if resp.StatusCode != 200 || resp.Header.Get("Content-Disposition") != want.name || resp.Header.Get("Content-Type") != want.kind {
			t.Errorf("%s: %d %v %s", format, resp.StatusCode, resp.Header, body)
		}
		p, err := planfile.Read([]planfile.File{{Name: "x", Data: []byte(body)}})
		if err != nil || p.Format != want.is || len(p.Rules) != 2 {
			t.Errorf("%s: %v %v\n%s", format, p, err, body)
		}
		var notes struct {
			File  string
			Notes []plan.Problem
		}
		if status, detail := r.call("GET", "/api/plan/export/notes?format="+format, nil, &notes); status != 200 {
			t.Fatal(status, detail)
		}
		lost := map[string]int{"csv": 2, "segment": 1}[format] // enforcement; that other names are forbidden
		if len(notes.Notes) != lost || resp.Header.Get("Sidetrack-Notes") != strconv.Itoa(lost) || !strings.Contains(want.name, notes.File) {
			t.Errorf("%s: %+v %s", format, notes, resp.Header.Get("Sidetrack-Notes"))
		}
	}
	for query, words := range map[string]string{"": "format", "?format=word": "format", "?format=csv&plan=Other": "Say which plan, by name or place: 0", "?format=csv&plan=1": "Say which plan"} {
		if status, detail := r.call("GET", "/api/plan/export"+query, nil, nil); status != 422 || !strings.Contains(detail, words) && detail != "validation failed" {
			t.Errorf("%s: %d %s", query, status, detail)
		}
	}
	if status, detail := withPlan(t, t.TempDir(), "").call("GET", "/api/plan/export?format=csv", nil, nil); status != 409 || !strings.Contains(detail, "No tracking plan") {
		t.Error(status, detail)
	}
}
