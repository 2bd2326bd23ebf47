package stream

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"sidetrack/backend/event"
	"sidetrack/backend/query"
)

func TestNoGapAndNoRepeatWhilePublishing(t *testing.T) {
	const total = 8000
	r := open(t, time.Millisecond)
	r.commit("before", 1234) // older than what the hub remembers as batches
	var readers sync.WaitGroup
	for i := range 6 {
		readers.Go(func() {
			time.Sleep(time.Duration(i) * 5 * time.Millisecond)
			after := []int64{0, 0, 700, 1234, r.book.head(), 5}[i]
			l := r.dial(after, "")
			for l.last < total {
				l.next()
				if i%2 == 0 && rand.IntN(5) == 0 { // gone without a word, back with the cursor
					l.conn.Close()
					l.conn = r.dial(l.last, "").conn
				}
			}
			l.allFrom(after, total)
		})
	}
	for n := int64(1234); n < total; n = r.book.head() {
		r.commit("more", min(1+rand.IntN(40), int(total-n)))
		if rand.IntN(4) == 0 {
			time.Sleep(time.Millisecond)
		}
	}
	readers.Wait()
}

func TestAHugeCommitComesInFramesOfAThousand(t *testing.T) {
	r := open(t, time.Millisecond)
	plain := r.dial(0, "")
	r.commit("huge", 50000)
	plain.upTo(50000)
	plain.allFrom(0, 50000)
	odd := r.dial(50000, "name:odd")
	odd.until("status")
	r.commit("other", 3)
	r.commit("odd", 2500)
	odd.upTo(52503)
	odd.allFrom(50003, 52503)
}

func TestFromNowOnTellsWhereNowIs(t *testing.T) {
	r := open(t, time.Millisecond)
	r.commit("old", 7)
	l := r.dial(-1, "")
	if f := l.until("events"); f.Records != 0 || f.Last != 7 {
		t.Errorf("began with %+v", f)
	}
	r.commit("new", 2)
	l.upTo(9)
	l.allFrom(7, 9)
}

func TestFiltersHoldLiveAndInTheBacklogAndMoveOn(t *testing.T) {
	r := open(t, time.Millisecond)
	for range 600 { // more than one frame of the backlog
		r.commit("yes", 1)
		r.commit("no", 2)
	}
	l := r.dial(0, "name:yes")
	l.upTo(1800)
	if len(l.seqs) != 600 {
		t.Errorf("the backlog gave %d", len(l.seqs))
	}
	r.commit("no", 5)
	l.upTo(1805) // by a frame without records
	r.commit("yes", 1)
	l.upTo(1806)
	if len(l.seqs) != 601 || l.seqs[600] != 1806 {
		t.Errorf("saw %d", len(l.seqs))
	}
}

// forgetful makes the hub remember little, and wait so long for a write.
func forgetful(wait time.Duration) func(*room) {
	return func(r *room) { r.hub.mostBytes, r.hub.writeWait = 1<<20, wait }
}

// flood commits 20 MB of frames: more than sockets hold of a reader that reads
// nothing, and more than a forgetful hub remembers.
func (r *room) flood() {
	r.Helper()
	for range 45 {
		r.commit(strings.Repeat("x", 4000), 100)
		for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
			r.hub.mu.Lock()
			done := r.hub.last == r.book.head()
			r.hub.mu.Unlock()
			if done {
				break
			}
			if time.Now().After(deadline) {
				r.Fatal("a slow reader held up the hub")
			}
		}
	}
}

func TestASlowReaderIsLetGoAndComesBack(t *testing.T) {
	r := open(t, time.Millisecond, forgetful(time.Minute)) // it is slow, not stuck
	l := r.dial(0, "")
	r.commit("first", 1)
	l.upTo(1)
	r.flood()
	bye := l.until("bye")
	if bye.Reason != "too_slow" || bye.After != l.last || bye.After == r.book.head() {
		t.Fatalf("said %+v at %d", bye, l.last)
	}
	if _, _, err := l.conn.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseTryAgainLater) {
		t.Errorf("closed with %v", err)
	}
	l.conn = r.dial(bye.After, "").conn
	l.upTo(r.book.head())
	l.allFrom(0, r.book.head())
}

// A page in the background reads nothing for a while. What it is told then is
// whole frames and why it was let go, not half a frame and an end.
func TestAReaderThatPausesIsToldWhyItWasLetGo(t *testing.T) {
	t.Parallel()
	wait := NewHub(Options{}).writeWait
	r := open(t, time.Millisecond, forgetful(wait))
	l := r.dial(0, "")
	r.commit("first", 1)
	l.upTo(1)
	r.flood()
	time.Sleep(6 * time.Second)
	if bye := l.until("bye"); bye.Reason != "too_slow" || bye.After != l.last {
		t.Errorf("said %+v at %d", bye, l.last)
	}
}

func TestAReaderStuckInAWriteIsLetGoAlone(t *testing.T) {
	r := open(t, time.Millisecond, forgetful(200*time.Millisecond))
	stuck, well := r.dial(0, ""), r.dial(0, "name:well")
	stuck.until("status")
	well.until("status")
	r.flood()
	r.commit("well", 1)
	well.upTo(r.book.head())
	if len(well.seqs) != 1 {
		t.Errorf("saw %v", well.seqs)
	}
	for deadline := time.Now().Add(5 * time.Second); r.readers() > 1; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the stuck reader is still there")
		}
	}
}

func (r *room) readers() int {
	r.hub.mu.Lock()
	defer r.hub.mu.Unlock()
	return len(r.hub.readers)
}

func TestCloseSaysGoingAwayAndWaitsForTheLastWord(t *testing.T) {
	r := open(t, time.Millisecond)
	l := r.dial(0, "")
	r.commit("a", 3)
	l.upTo(3)
	r.hub.Close()
	if n := r.readers(); n != 0 {
		t.Errorf("%d readers are left", n)
	}
	if bye := l.until("bye"); bye.Reason != "going_away" || bye.After != 3 {
		t.Errorf("said %+v", bye)
	}
	if _, _, err := l.conn.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseGoingAway) {
		t.Errorf("closed with %v", err)
	}
	late := r.dial(3, "")
	if bye := late.until("bye"); bye.Reason != "going_away" || bye.After != 3 {
		t.Errorf("a late reader was told %+v", bye)
	}
}

func TestCloseCutsOffAStuckReader(t *testing.T) {
	r := open(t, time.Millisecond, forgetful(time.Minute))
	r.dial(0, "").until("status")
	r.flood()
	start := time.Now()
	r.hub.Close()
	if took := time.Since(start); took > 3*farewell || r.readers() != 0 {
		t.Errorf("took %v, %d readers are left", took, r.readers())
	}
}

// slowBook never finds anything.
type slowBook struct{ begun chan struct{} }

func (s slowBook) Each(ctx context.Context, _ int64, _ query.Query, _ int, _ func(*event.Record) error) error {
	close(s.begun)
	<-ctx.Done()
	return ctx.Err()
}

func TestCloseEndsALongSearchOfTheBacklog(t *testing.T) {
	slow := slowBook{make(chan struct{})}
	r := open(t, time.Millisecond, func(r *room) {
		r.hub = NewHub(Options{Backlog: slow, Head: func() int64 { return 10 }})
	})
	l := r.dial(0, "")
	<-slow.begun
	start := time.Now()
	r.hub.Close()
	if took := time.Since(start); took > farewell {
		t.Errorf("took %v", took)
	}
	if bye := l.until("bye"); bye.Reason != "going_away" || bye.After != 0 {
		t.Errorf("said %+v", bye)
	}
}

func TestChangedIsToldToEveryReaderOncePerTick(t *testing.T) {
	r := open(t, 20*time.Millisecond)
	readers := []*listener{r.dial(0, ""), r.dial(0, "name:none")}
	for _, l := range readers {
		l.until("status")
	}
	r.hub.Changed("warmup") // its tick gathers the rest
	for _, l := range readers {
		l.until("changed")
	}
	r.hub.Changed("sources", "a")
	r.hub.Changed("sources", "b", "a")
	r.hub.Changed("events")
	for _, l := range readers {
		seen := map[string][]string{}
		for range 2 {
			f := l.until("changed")
			seen[f.Topic] = f.IDs
		}
		if !slices.Equal(seen["sources"], []string{"a", "b"}) || seen["events"] == nil || len(seen["events"]) != 0 {
			t.Errorf("told %v", seen)
		}
	}
}

func TestStatusIsToldWhenItChangedOnceASecond(t *testing.T) {
	r := open(t, time.Millisecond)
	l := r.dial(0, "")
	if f := l.until("status"); f.Received != 0 {
		t.Errorf("began with %+v", f)
	}
	start := time.Now()
	for i := range int64(50) {
		r.status.Store(i + 1)
	}
	if f := l.until("status"); f.Received != 50 {
		t.Errorf("told %+v", f)
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("took %v", took)
	}
	if f := r.dial(0, "").until("status"); f.Received != 50 {
		t.Errorf("a new reader was told %+v", f)
	}
	_ = l.conn.SetReadDeadline(time.Now().Add(1500 * time.Millisecond))
	if _, m, err := l.conn.ReadMessage(); err == nil {
		t.Errorf("told %s though nothing changed", m)
	}
}

func TestAReaderThatLeavesIsForgotten(t *testing.T) {
	r := open(t, time.Millisecond)
	l := r.dial(0, "")
	l.until("status")
	_ = l.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second))
	for deadline := time.Now().Add(5 * time.Second); r.readers() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("still there")
		}
	}
}

// BenchmarkTenReaders commits 1,000 records at a time; nine readers take
// everything, one filters.
func BenchmarkTenReaders(b *testing.B) {
	r := open(b, time.Millisecond)
	var readers []*listener
	for range 9 {
		readers = append(readers, r.dial(0, ""))
	}
	readers = append(readers, r.dial(0, "name:never"))
	b.ReportAllocs()
	for b.Loop() {
		r.commit("Order Completed", 1000)
		head := r.book.head()
		for _, l := range readers[:9] {
			for l.last < head {
				_ = l.conn.SetReadDeadline(time.Now().Add(20 * time.Second))
				_, m, err := l.conn.ReadMessage()
				if err != nil {
					b.Fatal(err)
				}
				if strings.HasPrefix(string(m[:16]), `{"type":"events"`) {
					l.last += 1000
				}
			}
		}
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "records/s")
}
