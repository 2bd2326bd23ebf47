package app

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/api"
)

// edits is the body of POST /api/plan/edits.
func edits(more map[string]any, list ...map[string]any) map[string]any {
	body := map[string]any{"edits": list}
	for k, v := range more {
		body[k] = v
	}
	return body
}

func contentOf(t testing.TB, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (r *running) edit(body map[string]any) (out api.PlanEdited) {
	r.Helper()
	if status, detail := r.call("POST", "/api/plan/edits", body, &out); status != 200 {
		r.Fatal(status, detail)
	}
	return out
}

func TestAnEditIsLookedAtAndThenWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shop.plan.yaml")
	writePlan(t, file, shopPlan)
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	r := withPlan(t, t.TempDir(), file)
	r.send("Signed In", `{"method":"saml"}`)
	allow := map[string]any{"action": "change", "event": "Signed In", "property": "method", "enum": []string{"password", "google", "saml"}}
	rename := map[string]any{"action": "rename", "event": "Order Completed", "property": "coupon", "name": "voucher"}
	dry := r.edit(edits(nil, allow, rename))
	var lines []string
	for _, h := range dry.Hunks {
		for _, l := range h.Lines {
			if l.Op != " " {
				lines = append(lines, l.Op+l.Text)
			}
		}
	}
	want := "-      coupon: string\n+      voucher: string\n-      method: [password, google]\n+      method: [password, google, saml]"
	if got := strings.Join(lines, "\n"); dry.Written || got != want {
		t.Errorf("%+v\n%s", dry, got)
	}
	if contentOf(t, file) != shopPlan {
		t.Fatal("a dry run wrote the file")
	}
	if status, detail := r.call("POST", "/api/plan/edits", edits(map[string]any{"dryRun": false}, allow), nil); status != 422 || !strings.Contains(detail, "expect") {
		t.Error("written without a look:", status, detail)
	}
	out := r.edit(edits(map[string]any{"dryRun": false, "expect": dry.BeforeSum}, allow, rename))
	if !out.Written || out.File != file || sumOf([]byte(contentOf(t, file))) != dry.AfterSum {
		t.Errorf("%+v", out)
	}
	if got := contentOf(t, file); !strings.Contains(got, "# with tax") || !strings.Contains(got, "google, saml]") || !strings.Contains(got, "voucher: string") {
		t.Errorf("the file is\n%s", got)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o640 {
		t.Error(info.Mode(), err)
	}
	within(t, 5*time.Second, "what was stored", func() bool { return r.codes(1) == "good" })
	// What was looked at before is not written over what came since.
	if status, detail := r.call("POST", "/api/plan/edits", edits(map[string]any{"dryRun": false, "expect": dry.BeforeSum}, map[string]any{"action": "remove", "event": "Signed In"}), nil); status != 409 || !strings.Contains(detail, "changed since") {
		t.Error(status, detail)
	}
}

func TestEditsThatCannotBeMadeSayWhy(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shop.plan.yaml")
	writePlan(t, file, shopPlan)
	r := withPlan(t, t.TempDir(), file)
	for _, c := range []struct {
		words, plan string
		edit        map[string]any
	}{
		{"no rule for", "", map[string]any{"action": "remove", "event": "Nothing"}},
		{"no property", "", map[string]any{"action": "remove", "event": "Signed In", "property": "nothing"}},
		{"in the plan already", "", map[string]any{"action": "add", "event": "Signed In"}},
		{"is no type", "", map[string]any{"action": "change", "event": "Signed In", "property": "method", "types": []string{"colour"}}},
		{"validation failed", "", map[string]any{"action": "guess", "event": "Signed In"}},
		{"new name is empty", "", map[string]any{"action": "rename", "event": "Signed In"}},
		{"say which plan", "other", map[string]any{"action": "remove", "event": "Signed In"}},
	} {
		status, detail := r.call("POST", "/api/plan/edits", edits(map[string]any{"plan": c.plan}, c.edit), nil)
		if status < 400 || status > 499 || !strings.Contains(detail, c.words) {
			t.Errorf("%v: %d %s", c.edit, status, detail)
		}
	}
	if contentOf(t, file) != shopPlan {
		t.Error("the file was changed")
	}
	if status, detail := withPlan(t, t.TempDir(), "").call("POST", "/api/plan/edits", edits(nil, map[string]any{"action": "remove", "event": "x"}), nil); status != 409 || !strings.Contains(detail, "no tracking plan is named") {
		t.Error(status, detail)
	}
}

// remove is an edit, and dry and wet its two steps.
func (r *running) removeSignedIn() (status int, detail string) {
	r.Helper()
	remove := map[string]any{"action": "remove", "event": "Signed In"}
	dry := r.edit(edits(nil, remove))
	return r.call("POST", "/api/plan/edits", edits(map[string]any{"dryRun": false, "expect": dry.BeforeSum}, remove), nil)
}

func TestALinkStaysALink(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real", "shop.plan.yaml"), filepath.Join(dir, "shop.plan.yaml")
	if err := os.Mkdir(filepath.Dir(real), 0o755); err != nil {
		t.Fatal(err)
	}
	writePlan(t, real, shopPlan)
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	r := withPlan(t, t.TempDir(), link)
	if status, detail := r.removeSignedIn(); status != 200 {
		t.Fatal(status, detail)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 || strings.Contains(contentOf(t, real), "Signed In") {
		t.Error(info.Mode(), err, contentOf(t, real))
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*", ".sidetrack-*")); err != nil || len(left) != 0 {
		t.Error(left, err)
	}
}

func TestAReadOnlyFileIsLeftAlone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shop.plan.yaml")
	writePlan(t, file, shopPlan)
	if err := os.Chmod(file, 0o444); err != nil {
		t.Fatal(err)
	}
	r := withPlan(t, t.TempDir(), file)
	if status, detail := r.removeSignedIn(); status != 409 || !strings.Contains(detail, "read-only") {
		t.Error(status, detail)
	}
	if contentOf(t, file) != shopPlan {
		t.Error("it was changed")
	}
}

func TestAFormatThatIsNotWrittenSaysWhatToDo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plan.csv")
	writePlan(t, file, "Event Name,Property Name,Status,Data Type\nSigned In,method,required,string\n")
	r := withPlan(t, t.TempDir(), file)
	status, detail := r.call("POST", "/api/plan/edits", edits(nil, map[string]any{"action": "remove", "event": "Signed In"}), nil)
	if status != 422 || !strings.Contains(detail, "Segment CSV") || !strings.Contains(detail, "plan convert plan.csv") {
		t.Error(status, detail)
	}
}

// Each file of a folder is changed where its rule stands.
func TestAnEditFindsTheFileOfAFolder(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"Order Completed", "Signed In"} {
		writePlan(t, filepath.Join(dir, name+".json"), fmt.Sprintf(`{"title":%q,"type":"object","properties":{"a":{"type":"string"}}}`, name))
	}
	r := withPlan(t, t.TempDir(), dir)
	change := map[string]any{"action": "change", "event": "Signed In", "property": "a", "types": []string{"number"}}
	dry := r.edit(edits(nil, change))
	if filepath.Base(dry.File) != "Signed In.json" || len(dry.Hunks) != 1 {
		t.Errorf("%+v", dry)
	}
	other := map[string]any{"action": "change", "event": "Order Completed", "property": "a", "types": []string{"number"}}
	if status, detail := r.call("POST", "/api/plan/edits", edits(nil, change, other), nil); status != 422 || !strings.Contains(detail, "several files") {
		t.Error(status, detail)
	}
}

// Two plans bound to different sources: the edit goes to the one that has the
// rule, or is named.
func TestAnEditGoesToOnePlanOfSeveral(t *testing.T) {
	dir := t.TempDir()
	web, app := filepath.Join(dir, "web.yaml"), filepath.Join(dir, "app.yaml")
	writePlan(t, web, "sidetrack-plan: 1\nname: Web\nsources: [Dev]\nevents:\n  Clicked:\n    properties: {a: string}\n")
	writePlan(t, app, "sidetrack-plan: 1\nname: App\nsources: [Prod]\nevents:\n  Tapped:\n    properties: {a: string}\n")
	r := withPlan(t, t.TempDir(), web+","+app)
	if out := r.edit(edits(nil, map[string]any{"action": "remove", "event": "Tapped"})); out.File != app || out.Plan != "App" {
		t.Errorf("%+v", out)
	}
	add := map[string]any{"action": "add", "event": "New", "schema": json.RawMessage(`{"properties":{"n":{"type":"integer"}}}`)}
	if status, detail := r.call("POST", "/api/plan/edits", edits(nil, add), nil); status != 422 || !strings.Contains(detail, `0 "Web", 1 "App"`) {
		t.Error(status, detail)
	}
	for plan, file := range map[string]string{"Web": web, "1": app} {
		if out := r.edit(edits(map[string]any{"plan": plan}, add)); out.File != file {
			t.Errorf("%s: %+v", plan, out)
		}
	}
}

// Editing while an editor saves and the watcher reads: whoever comes second is
// told, and nothing is lost.
func TestEditsRaceWithAnEditor(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shop.plan.yaml")
	writePlan(t, file, shopPlan)
	r := withPlan(t, t.TempDir(), file)
	written := 0
	for n := range 20 {
		add := map[string]any{"action": "add", "event": fmt.Sprint("Event ", n)}
		dry := r.edit(edits(nil, add))
		if n%4 == 3 {
			writePlan(t, file, contentOf(t, file)+fmt.Sprintf("# saved %d\n", n))
		}
		status, detail := r.call("POST", "/api/plan/edits", edits(map[string]any{"dryRun": false, "expect": dry.BeforeSum}, add), nil)
		switch {
		case status == 200 && n%4 != 3:
			written++
		case status == 409 && n%4 == 3:
		default:
			t.Errorf("%d: %d %s", n, status, detail)
		}
	}
	text := contentOf(t, file)
	if strings.Count(text, "Event ") != written || strings.Count(text, "# saved") != 5 {
		t.Errorf("%d were written\n%s", written, text)
	}
	within(t, 5*time.Second, "the plan in force", func() bool { return len(r.plan().Plans[0].Rules) == 2+written })
}
