package app

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sidetrack/backend/event"
)

// While events arrive one is judged at a time, with rests; otherwise many at
// once and without.
func TestJudgingAgainLetsSendersGoFirst(t *testing.T) {
	var received, come, atWork, most atomic.Int64
	p := &patience{received: func() int64 { return received.Add(come.Load()) }, check: func(*event.Record) []event.Finding {
		for n := atWork.Add(1); ; {
			if m := most.Load(); n <= m || most.CompareAndSwap(m, n) {
				break
			}
		}
		time.Sleep(200 * time.Microsecond)
		atWork.Add(-1)
		return nil
	}}
	run := func() (took time.Duration, at int64) {
		most.Store(0)
		begin := time.Now()
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for range 50 {
					p.examine(&event.Record{})
				}
			})
		}
		all.Wait()
		return time.Since(begin), most.Load()
	}
	p.arriving() // takes it that they do
	time.Sleep(calmAfter + lookEach)
	quiet, many := run()
	come.Store(1) // between any two looks
	time.Sleep(lookEach)
	busy, one := run()
	if many < 2 || one != 1 {
		t.Errorf("%d at once while quiet, %d while events arrive", many, one)
	}
	if rests := 200 * 200 * time.Microsecond / workFor * restFor; busy < rests || busy < 2*quiet {
		t.Errorf("took %s while events arrived, %s otherwise; the rests alone are %s", busy, quiet, rests)
	}
}
