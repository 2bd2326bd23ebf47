package app

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"

	"sidetrack/backend/api"
)

func (r *running) fix(ask string) (fix api.EventFix) {
	r.Helper()
	resp, body := r.ask("GET", r.Endpoint().URL+"/api/events/"+ask)
	if resp.StatusCode != http.StatusOK {
		r.Fatal(resp.Status, body)
	}
	if err := json.Unmarshal([]byte(body), &fix); err != nil {
		r.Fatal(err, body)
	}
	return fix
}

func TestAnEventIsMendedByItsPlanAndStaysAsItCame(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "plan.json")
	writePlan(t, file, segmentPlan("number"))
	a := withPlan(t, filepath.Join(dir, "data"), file)
	a.order(`"281.90","orderId":"x"`)
	_, stored := a.ask("GET", a.Endpoint().URL+"/api/events/1")
	fix := a.fix("1/fix")
	if fix.Seq != 1 || len(fix.Changes) != 2 || len(fix.Left) != 1 || fix.Left[0].Code != "plan.unplanned_property" {
		t.Fatalf("%+v", fix)
	}
	for _, c := range fix.Changes {
		if c.Code == "plan.wrong_type" && (c.From != `"281.90"` || c.To != "281.90" || !c.Certain) {
			t.Errorf("%+v", c)
		}
	}
	if one := a.fix("1/fix?code=plan.wrong_type&path=/properties/total"); len(one.Changes) != 1 || len(one.Left) != 0 || one.Before != fix.Before {
		t.Errorf("%+v", one)
	}
	if none := a.fix("1/fix?code=plan.pattern"); none.After != none.Before {
		t.Errorf("%+v", none)
	}
	if _, after := a.ask("GET", a.Endpoint().URL+"/api/events/1"); after != stored {
		t.Errorf("the stored event was\n%s\nand is\n%s", stored, after)
	}
	if resp, _ := a.ask("GET", a.Endpoint().URL+"/api/events/99/fix"); resp.StatusCode != http.StatusNotFound {
		t.Error(resp.Status)
	}
}
