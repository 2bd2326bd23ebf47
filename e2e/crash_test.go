package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// A 200 means it is on disk: whatever was acknowledged before the program was
// killed is there, once and whole, when it comes back.
func TestKilledUnderLoadLosesNothingAcknowledged(t *testing.T) {
	data := t.TempDir()
	acked := map[string]bool{}

	for round := range 3 {
		s := serve(t, data)
		got := killUnderLoad(t, s, round)
		if len(got) == 0 {
			t.Fatalf("round %d: nothing was acknowledged before the kill\n%s", round, s.log)
		}
		for _, id := range got {
			acked[id] = true
		}

		s = serve(t, data)
		stored := map[string]bool{}
		var last int64
		s.records(t, func(r record) {
			if r.Seq <= last {
				t.Fatalf("seq %d after %d", r.Seq, last)
			}
			last = r.Seq
			if stored[r.MessageID] {
				t.Errorf("%s is stored twice", r.MessageID)
			}
			stored[r.MessageID] = true
		})
		missing := 0
		for id := range acked {
			if !stored[id] {
				missing++
			}
		}
		if missing > 0 {
			t.Fatalf("round %d: %d of %d acknowledged events are missing", round, missing, len(acked))
		}
		t.Logf("round %d: %d acknowledged, %d stored, none missing", round, len(acked), len(stored))
		s.kill()
	}
}

// killUnderLoad writes from several clients, kills the program in the middle,
// and returns the ids whose batch was answered with 200.
func killUnderLoad(t *testing.T, s *server, round int) []string {
	const clients, batch = 8, 10
	var (
		mu    sync.Mutex
		acked []string
		wg    sync.WaitGroup
	)
	for client := range clients {
		wg.Go(func() {
			for n := 0; ; n++ {
				ids := make([]string, batch)
				items := make([]string, batch)
				for i := range ids {
					ids[i] = fmt.Sprintf("r%d-c%d-n%d-%d", round, client, n, i)
					items[i] = fmt.Sprintf(`{"messageId":%q,"type":"track","event":"Load","userId":"u","properties":{"n":%d}}`, ids[i], n)
				}
				body := fmt.Sprintf(`{"writeKey":%q,"batch":[%s]}`, s.Sources[0].WriteKey, strings.Join(items, ","))
				res, err := http.Post(s.URL+"/v1/batch", "application/json", strings.NewReader(body))
				if err != nil {
					return // killed
				}
				_, err = io.Copy(io.Discard, res.Body)
				res.Body.Close()
				if err != nil {
					return // killed while answering
				}
				switch res.StatusCode {
				case http.StatusOK:
					mu.Lock()
					acked = append(acked, ids...)
					mu.Unlock()
				case http.StatusServiceUnavailable:
					time.Sleep(10 * time.Millisecond)
				default:
					t.Errorf("POST /v1/batch: %s", res.Status)
					return
				}
			}
		})
	}
	// Killed at no moment in particular, but not before something was acknowledged.
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		mu.Lock()
		enough := len(acked) >= 500
		mu.Unlock()
		if enough {
			break
		}
	}
	time.Sleep(time.Duration(137*(round+1)) * time.Millisecond)
	s.kill()
	wg.Wait()
	return acked
}
