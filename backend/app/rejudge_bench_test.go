package app

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// BenchmarkRejudge holds stored events against another plan; an op is an event.
func BenchmarkRejudge(b *testing.B) {
	for name, next := range map[string]string{"same": `number","null`, "changed": `string`} {
		b.Run(name, func(b *testing.B) { benchRejudge(b, next) })
	}
}

func benchRejudge(b *testing.B, next string) {
	dir := b.TempDir()
	file := filepath.Join(dir, "plan.json")
	writePlan(b, file, segmentPlan("number"))
	a := withPlan(b, filepath.Join(dir, "data"), file)
	item := `{"type":"track","userId":"u1","event":"Order Completed","properties":{"total":25.5,"note":"` + note + `"}},`
	for left := b.N; left > 0; left -= 1000 {
		body := fmt.Sprintf(`{"writeKey":%q,"batch":[%s]}`, a.Endpoint().Sources[0].WriteKey, strings.TrimSuffix(strings.Repeat(item, min(left, 1000)), ","))
		resp, err := http.Post(a.Endpoint().URL+"/v1/batch", "application/json", strings.NewReader(body))
		if err != nil || resp.StatusCode != http.StatusOK {
			b.Fatal(resp, err)
		}
		resp.Body.Close()
	}
	a.schemaCounted() // which would be counted meanwhile
	b.ResetTimer()
	writePlan(b, file, strings.ReplaceAll(segmentPlan("number"), `"number"`, `"`+next+`"`))
	for range 60_000 {
		r := a.plan().Rejudging
		if r.Total > 0 && r.Done >= int64(b.N) {
			return
		}
		time.Sleep(time.Millisecond)
	}
	b.Fatal("stored events were not held against another plan")
}
