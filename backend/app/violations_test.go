package app

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/api"
)

// call asks the API with a JSON body, reads the answer into out, and returns
// the status and what a problem says.
func (r *running) call(method, path string, body, out any) (status int, detail string) {
	r.Helper()
	var text io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			r.Fatal(err)
		}
		text = strings.NewReader(string(b))
	}
	req, err := http.NewRequest(method, r.Endpoint().URL+path, text)
	if err != nil {
		r.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		r.Fatal(err)
	}
	if resp.StatusCode >= 300 {
		var problem struct{ Detail string }
		_ = json.Unmarshal(answer, &problem)
		return resp.StatusCode, problem.Detail
	}
	if out != nil {
		if err := json.Unmarshal(answer, out); err != nil {
			r.Fatal(err, string(answer))
		}
	}
	return resp.StatusCode, ""
}

func (r *running) violations(query string) (list api.ViolationList) {
	r.Helper()
	if status, detail := r.call("GET", "/api/violations"+query, nil, &list); status != 200 {
		r.Fatal(status, detail)
	}
	return list
}

// send sends a track call.
func (r *running) send(event, properties string) {
	r.Helper()
	body := fmt.Sprintf(`{"writeKey":%q,"userId":"u1","event":%q,"type":"track","properties":%s}`, r.Endpoint().Sources[0].WriteKey, event, properties)
	resp, err := http.Post(r.Endpoint().URL+"/v1/track", "application/json", strings.NewReader(body))
	if err != nil || resp.StatusCode != 200 {
		r.Fatal(resp, err)
	}
	resp.Body.Close()
}

const shopPlan = `# What the shop sends.
sidetrack-plan: 1
name: Shop
events:
  Order Completed:
    description: Somebody bought.
    properties:
      total: number!   # with tax
      coupon: string
      items:
        type: array
        items:
          type: object
          properties:
            sku: string!
  Signed In:
    properties:
      method: [password, google]
`

func TestViolationsAreListedWithWhatToDo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shop.plan.yaml")
	writePlan(t, file, shopPlan)
	r := withPlan(t, t.TempDir(), file)
	r.send("Order Completed", `{"total":"1","items":[{"sku":"a"},{"sky":"b"}]}`)
	r.send("Order Completed", `{"total":"2.5","items":[{"sku":1}]}`)
	r.send("Order Completed", `{"total":1}`)
	r.send("Order Complete", `{}`)
	r.send("Signed In", `{"method":"saml","x":1}`)
	list := r.violations("")
	if list.Totals != (api.ViolationTotals{Violations: 4, UnplannedEvents: 1, UnplannedProperties: 2, Events: 4}) {
		t.Errorf("%+v", list.Totals)
	}
	v := list.Items[0]
	if v.Code != "plan.wrong_type" || v.Event != "Order Completed" || v.Property != "total" || v.Count != 2 || v.LatestSeq != 2 || v.Wants != "a number" ||
		strings.Join(v.Sent, " ") != `"2.5" "1"` || v.At == nil || v.At.File != "shop.plan.yaml" || v.At.Line != 8 || v.Sources[0].Name != "Dev" || v.Severity != "violation" {
		t.Errorf("%+v at %+v", v, v.At)
	}
	for _, v := range list.Items {
		var found struct{ Items []struct{ Seq int64 } }
		if status, detail := r.call("GET", "/api/events?q="+url.QueryEscape(v.Query), nil, &found); status != 200 || int64(len(found.Items)) != v.Count || found.Items[0].Seq != v.LatestSeq {
			t.Errorf("%s lists %d of %d events: %d %s", v.Query, len(found.Items), v.Count, status, detail)
		}
		if v.Code == "plan.unplanned_event" && (v.Nearest != "Order Completed" || v.Version != 0) {
			t.Errorf("%+v", v)
		}
	}
	if got := r.violations("?q=sku&limit=1"); len(got.Items) != 1 || got.Totals.Violations != 2 || got.Totals.UnplannedProperties != 0 {
		t.Errorf("%+v", got)
	}
	if got := r.violations("?label=prod"); len(got.Items) != 0 || got.Totals.Events != 0 {
		t.Errorf("%+v", got)
	}
	if status, detail := r.call("GET", "/api/violations?since=soon", nil, nil); status != 422 || !strings.Contains(detail, "since") {
		t.Error(status, detail)
	}
	writePlan(t, file, strings.Replace(shopPlan, "total: number!", "total: number | string!", 1))
	within(t, 10*time.Second, "the plan that takes text", func() bool { return r.violations("").Totals.Violations == 3 })
}
