package store

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// The write-ahead log is copied beside the commits and begun anew, so that it
// does not grow with what is sent.
func TestTheLogIsCopiedWhileEventsArrive(t *testing.T) {
	s := openLog(t, Options{})
	wide := make([]string, 20)
	random := func(n int) string { return fmt.Sprintf("%064x", int64(n)*0x9E3779B97F4A7C) }
	n, copies := 0, 0
	var largest int64
	for range 1500 {
		for i := range wide {
			var b strings.Builder
			for b.Len() < 2500 {
				n++
				b.WriteString(random(n))
			}
			wide[i] = `{"properties":{"a":"` + b.String() + `"}}`
		}
		before := s.w.checkpoint.stage.Load()
		s.must(t, s.batch(time.Now(), wide, nil))
		if before == resting && s.w.checkpoint.stage.Load() != resting {
			copies++
		}
		if info, err := os.Stat(s.file + "-wal"); err == nil {
			largest = max(largest, info.Size())
		}
		if copies > 2 {
			break
		}
	}
	if copies < 2 || largest > 2*checkpointPages*4120 {
		t.Errorf("copied %d times, the log was %d bytes long", copies, largest)
	}
	if n, err := s.Count(t.Context(), Ask{}); err != nil || n != s.Counters().Stored {
		t.Error(n, err)
	}
}
