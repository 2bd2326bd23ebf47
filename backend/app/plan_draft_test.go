package app

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/api"
)

func (r *running) draft(body map[string]any) (out api.Drafted) {
	r.Helper()
	if status, detail := r.call("POST", "/api/plan/draft", body, &out); status != 200 {
		r.Fatal(status, detail)
	}
	return out
}

// A plan drafted from what was seen has nothing against it; what comes next and
// is different is told.
func TestADraftOfWhatWasSeenIsThePlanThen(t *testing.T) {
	r := withPlan(t, t.TempDir(), "")
	for i := range 25 {
		r.send("Order Completed", fmt.Sprintf(`{"total":%d.5,"order_id":"o%d","method":%q,"products":[{"sku":"s%d"}]}`, i, i, []string{"card", "paypal"}[i%2], i))
	}
	r.send("Signed In", `{"first":true}`)
	file := filepath.Join(t.TempDir(), "shop.plan.yaml")
	only := r.draft(map[string]any{"from": "events", "q": "signed"})
	if only.Events != 1 || only.Path != "" || only.Used || only.Name != "Draft" {
		t.Errorf("%+v", only)
	}
	d := r.draft(map[string]any{"from": "events", "name": "Shop", "path": file, "use": true})
	if d.Events != 2 || !d.Used || d.Path != file || contentOf(t, file) != d.Text || len(d.Notes) != 2 {
		t.Errorf("%+v", d)
	}
	if v := r.plan(); v.State != "in_force" || v.Plans[0].Name != "Shop" || len(v.Plans[0].Problems) != 0 {
		t.Errorf("%+v", v)
	}
	within(t, 15*time.Second, "judging all by the draft", func() bool { p := r.plan().Rejudging; return !p.Running && p.Done >= 26 })
	if list := r.violations(""); len(list.Items) != 0 {
		t.Errorf("%+v", list)
	}
	r.send("Order Completed", `{"total":"1","order_id":"x","method":"cash","products":[],"new":1}`)
	if got := r.violations("").Totals; got.Violations != 2 || got.UnplannedProperties != 1 {
		t.Errorf("%+v", got)
	}
}

func TestReadyMadeDraftsAreListedAndGiven(t *testing.T) {
	r := withPlan(t, t.TempDir(), "")
	var list api.Drafts
	if status, detail := r.call("GET", "/api/plan/drafts", nil, &list); status != 200 {
		t.Fatal(status, detail)
	}
	if len(list.Specs) != 9 || len(list.UseCases) != 16 || list.Specs[0].ID != "ecommerce_v2" || list.Specs[0].Events != 28 || !strings.HasPrefix(list.UseCases[0].Page, "https://segment.com/docs/") {
		t.Errorf("%+v", list)
	}
	if d := r.draft(map[string]any{"from": "spec", "spec": "video", "name": "Player"}); d.Name != "Player" || d.Events != 17 || !strings.Contains(d.Text, "Video Ad Started:") {
		t.Errorf("%+v", d)
	}
	if d := r.draft(map[string]any{"from": "use_case", "useCase": "mitigate-cart-abandonment"}); d.Events != 2 || !strings.Contains(d.Text, "Checkout Started:") {
		t.Errorf("%+v", d)
	}
}

func TestADraftOverwritesNothing(t *testing.T) {
	r := withPlan(t, t.TempDir(), "")
	dir := t.TempDir()
	file, link := filepath.Join(dir, "plan.yaml"), filepath.Join(dir, "link.yaml")
	writePlan(t, file, "mine")
	if err := os.Symlink(filepath.Join(dir, "nowhere.yaml"), link); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		body   map[string]any
		status int
		words  string
	}{
		{map[string]any{"from": "spec", "spec": "video", "path": file}, 409, "is there already"},
		{map[string]any{"from": "spec", "spec": "video", "path": link}, 409, "is there already"},
		{map[string]any{"from": "spec", "spec": "video", "path": "plan.yaml"}, 422, "absolute"},
		{map[string]any{"from": "spec", "spec": "video", "path": filepath.Join(dir, "plan.txt")}, 422, "ends in .yaml"},
		{map[string]any{"from": "spec", "spec": "video", "path": filepath.Join(dir, "none", "plan.yaml")}, 422, "no folder"},
		{map[string]any{"from": "spec", "spec": "video", "use": true}, 422, "path"},
		{map[string]any{"from": "spec", "spec": "nothing"}, 404, "there is no spec"},
		{map[string]any{"from": "use_case", "useCase": "../catalog"}, 404, "there is no use case"},
		{map[string]any{"from": "events"}, 422, "nothing was seen"},
		{map[string]any{"from": "elsewhere"}, 422, "validation failed"},
	} {
		if status, detail := r.call("POST", "/api/plan/draft", c.body, nil); status != c.status || !strings.Contains(detail, c.words) {
			t.Errorf("%v: %d %s", c.body, status, detail)
		}
	}
	if contentOf(t, file) != "mine" {
		t.Error("it was overwritten")
	}
	flagged := withPlan(t, t.TempDir(), func() string {
		named := filepath.Join(dir, "named.yaml")
		writePlan(t, named, shopPlan)
		return named
	}())
	fresh := filepath.Join(dir, "fresh.yaml")
	if status, detail := flagged.call("POST", "/api/plan/draft", map[string]any{"from": "spec", "spec": "video", "path": fresh, "use": true}, nil); status != 409 || !strings.Contains(detail, "flag") {
		t.Error(status, detail)
	}
	if _, err := os.Lstat(fresh); err == nil {
		t.Error("a file was written that could not be used")
	}
}
