package collector_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"sidetrack/backend/collector"
	"sidetrack/backend/event"
	"sidetrack/backend/fault"
	"sidetrack/backend/source"
)

func longBatch(n int) string {
	items := make([]string, n)
	for i := range items {
		items[i] = fmt.Sprintf(`{"type":"page","userId":"u%d"}`, i)
	}
	return `{"batch":[` + strings.Join(items, " , ") + `]}`
}

func TestAVeryLongBatchIsKeptInPartsThatMakeUpItsBody(t *testing.T) {
	for n, parts := range map[int]int{5000: 1, 5001: 6} {
		d := open(t)
		d.accepted("/v1/b", longBatch(n), "Authorization", basic)
		var body []byte
		seen := 0
		for _, a := range d.arrivals {
			for i, r := range a.Records {
				s := a.Spans[i]
				if want := fmt.Sprintf(`{"type":"page","userId":"u%d"}`, seen); string(a.Body[s.Offset:s.Offset+s.Length]) != want || s.Index != seen || r.UserID != fmt.Sprintf("u%d", seen) {
					t.Fatalf("item %d of %d: %+v %s", seen, n, s, r.UserID)
				}
				seen++
			}
			body = append(body, a.Body...)
		}
		if seen != n || len(d.arrivals) != parts || !bytes.Equal(body, []byte(longBatch(n))) {
			t.Errorf("%d items in %d parts, %d of %d bytes", seen, len(d.arrivals), len(body), len(longBatch(n)))
		}
	}
}

// A few megabytes must not ask for gigabytes: here by a long path that each of
// many additions is named with.
func TestWhatIsAddedIsBounded(t *testing.T) {
	long := strings.Repeat("k", 1<<20)
	var inside strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&inside, `"%d":1,`, i)
	}
	body := fmt.Sprintf(`{"context":{"%s":{%s"last":1}},"batch":[{"type":"page","userId":"u","context":{"%[1]s":{}}}]}`, long, inside.String())
	d := open(t)
	w := d.send("POST", "/v1/b", body)
	if r := d.last().Records; w.Code != http.StatusRequestEntityTooLarge || len(d.arrivals) != 1 || codes(r[0]) != "request.inflated_too_large" {
		t.Errorf("answered %d, kept %d arrivals, %s", w.Code, len(d.arrivals), codes(r[0]))
	}
	a := d.accepted("/v1/b", strings.Replace(strings.ReplaceAll(body, long, "k"), `{"context"`, `{"writeKey":"K","context"`, 1))
	if added := a.Records[0].Added; len(added) != 1003 || added[0] != "/context/k/0" {
		t.Errorf("added %d: %.40s", len(added), added)
	}
}

// A list carries names and ids in every row, so a thousand rows of megabytes
// each must not come of it. Long ids stay apart, or one would seem a repeat.
func TestColumnsStaySmall(t *testing.T) {
	d := open(t)
	for _, end := range []string{"1", "2", "1"} {
		long := strings.Repeat("é", 1<<19) + end
		d.accepted("/v1/b", fmt.Sprintf(`{"batch":[{"type":"track","event":%[1]q,"userId":%[1]q,"anonymousId":%[1]q,"messageId":%[1]q,"context":{"library":{"name":%[1]q,"version":%[1]q}}},{"type":%[1]q},{"type":"page","name":%[1]q}]}`, long))
	}
	for i, a := range d.arrivals {
		for _, r := range a.Records {
			if size := len(r.Type) + len(r.Name) + len(r.UserID) + len(r.AnonymousID) + len(r.MessageID) + len(r.Library.Name) + len(r.Library.Version); size > 6000 {
				t.Errorf("the columns of a %.10s take %d bytes", r.Type, size)
			}
		}
		first, r := d.arrivals[0].Records[0], a.Records[0]
		if same := i != 1; (first.MessageID == r.MessageID) != same || (first.Name == r.Name) != same || !strings.Contains(string(r.Message), strings.Repeat("é", 1<<19)) {
			t.Errorf("arrival %d: %.20s… and %.20s…", i, first.MessageID, r.MessageID)
		}
	}
}

// fullAfter is a log with room for so many arrivals.
type fullAfter struct {
	*fake
	room int
}

func (l *fullAfter) Append(ctx context.Context, a *event.Arrival) error {
	if len(l.arrivals) == l.room {
		return fault.New(fault.Unavailable, "the disk is full")
	}
	return l.fake.Append(ctx, a)
}

func TestALongBatchOfWhichAPartCannotBeKeptIsSentAgain(t *testing.T) {
	f := &fake{}
	d := &door{t: t, fake: f, Collector: collector.New(collector.Options{Log: &fullAfter{f, 5}, Sources: f})}
	if w := d.send("POST", "/v1/b", longBatch(5001)); w.Code != http.StatusServiceUnavailable || len(f.arrivals) != 5 {
		t.Errorf("answered %d, kept %d parts", w.Code, len(f.arrivals))
	}
}

// oneAtATime is a log whose commits take as long as they are large.
type oneAtATime struct {
	*fake
	commit sync.Mutex
}

func (l *oneAtATime) Append(ctx context.Context, a *event.Arrival) error {
	l.commit.Lock()
	defer l.commit.Unlock()
	time.Sleep(time.Duration(len(a.Records)) * 20 * time.Microsecond)
	return l.fake.Append(ctx, a)
}

func TestAVeryLongBatchDoesNotStarveOthers(t *testing.T) {
	f := &fake{}
	c := collector.New(collector.Options{Log: &oneAtATime{fake: f}, Sources: f})
	done := make(chan struct{})
	go func() {
		defer close(done)
		if _, err := c.Accept(context.Background(), source.Source{}, "batch", []byte(longBatch(5001))); err != nil {
			t.Error(err)
		}
	}()
	for open := true; open; {
		select {
		case <-done:
			open = false
		default:
			if _, err := c.Accept(context.Background(), source.Source{}, "track", []byte(`{"userId":"u","event":"E"}`)); err != nil {
				t.Error(err)
			}
		}
	}
	var kept strings.Builder
	for _, a := range f.arrivals {
		kept.WriteByte("1n"[min(1, len(a.Records)-1)])
	}
	if between := strings.Trim(kept.String(), "1"); strings.Count(between, "1n") < 2 {
		t.Errorf("kept in this order, n being a part: %.80s", between)
	}
}
