package store

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
)

// awkward are messages that a decoder would not give back.
var awkward = []string{
	`{"a":"\u0000"}`, "{\"nul\":\"\x00\"}", `{"half":"\ud83d"}`, `{"k":1,"k":2,"k":1}`, "{ \t\r\n\"n\" : 1.0e+02 }", "{\"bad\":\"\xff\xfe\"}",
	`{"big":123456789012345678901234567890.10}`, `{}`, `7`, `"text"`, `null`, `{"writeKey":"K","é":"\u00e9"}`,
}

func TestEveryByteComesBack(t *testing.T) {
	dir := t.TempDir()
	s := openLog(t, Options{Dir: dir})
	at := time.Date(2026, 7, 1, 12, 0, 0, 123456789, time.UTC)
	a := s.must(t, s.batch(at, awkward, func(i int, r *event.Record) {
		r.UserID, r.Name, r.Summary = "u\x00\xff", "n\x00me", "s\xfe"
		switch i {
		case 1: // as the envelope adds
			r.Message, r.Added = []byte(strings.TrimSuffix(awkward[1], "}")+`,"context":{"ip":"1"},"messageId":"x"}`), []string{"/context", "/messageId"}
		case 3: // in the middle
			r.Message = []byte(`{"k":1,"k":2,"new":null,"k":1}`)
		case 6: // another altogether
			r.Message = []byte(`[]`)
		case 8:
			r.Message = nil
		}
	}))
	pixel := &event.Arrival{Request: a.Request, Records: []event.Record{a.Records[0]}, Spans: []event.Span{{}}}
	pixel.Records[0].Message = []byte(`{"from":"a pixel"}`)
	s.must(t, pixel)
	for _, again := range []bool{false, true} {
		if again {
			s.Close()
			s = openLog(t, Options{Dir: dir})
		}
		for _, want := range append(slices.Clone(a.Records), pixel.Records[0]) {
			got, err := s.Event(context.Background(), want.Seq)
			want.Library = event.Library{}
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("#%d: %v\ngot  %q\nwant %q", want.Seq, err, fmt.Sprint(got), fmt.Sprint(want))
			}
		}
		req, body, span, err := s.Raw(context.Background(), a.Records[4].Seq)
		if err != nil || !bytes.Equal(body, a.Body) || span != a.Spans[4] || !reflect.DeepEqual(req, a.Request) {
			t.Errorf("the request: %v, %q at %v", err, body, span)
		}
	}
}

func TestLargeArrivalsComeBack(t *testing.T) {
	s := openLog(t, Options{})
	messages := make([]string, 700)
	for i := range messages {
		messages[i] = fmt.Sprintf(`{"n":%d,"pad":%q}`, i, strings.Repeat("x", 400+i%7))
	}
	at := time.Now()
	s.must(t, s.batch(at, messages, nil))
	n := 0
	err := s.Each(context.Background(), Ask{Message: true}, func(r *event.Record) error {
		if string(r.Message) != messages[n] {
			return fmt.Errorf("#%d: %s", r.Seq, r.Message)
		}
		n++
		return nil
	})
	if err != nil || n != len(messages) {
		t.Fatal(n, err)
	}
}

func TestSeqHasNoGapAndFollowsCommits(t *testing.T) {
	var mu sync.Mutex
	var heard []int64
	s := openLog(t, Options{OnCommit: func(rs []event.Record) {
		mu.Lock()
		defer mu.Unlock()
		for _, r := range rs {
			heard = append(heard, r.Seq)
		}
	}})
	var all sync.WaitGroup
	for p := range 8 {
		all.Go(func() {
			last := int64(0)
			for i := range 25 {
				a := s.batch(time.Now(), []string{`{"a":1}`, `{"a":2}`, `{"a":3}`}, func(k int, r *event.Record) { r.MessageID = fmt.Sprint(p, i, k) })
				if err := s.Append(context.Background(), a); err != nil {
					t.Error(err)
				}
				for _, r := range a.Records {
					if r.Seq <= last {
						t.Errorf("#%d after #%d", r.Seq, last)
					}
					last = r.Seq
				}
			}
		})
	}
	all.Wait()
	stored := s.seqs(t, Ask{})
	for i := range 8 * 25 * 3 {
		if heard[i] != int64(i+1) || stored[i] != int64(i+1) {
			t.Fatalf("place %d: heard #%d, stored #%d", i, heard[i], stored[i])
		}
	}
	if len(heard) != len(stored) || len(stored) != 8*25*3 {
		t.Fatal(len(heard), len(stored))
	}
}

func TestSeqIsNeverUsedTwice(t *testing.T) {
	dir, c := t.TempDir(), newClock()
	s := openLog(t, Options{Dir: dir, Now: c.now})
	first := s.must(t, s.batch(c.now(), []string{`{"a":1}`, `{"a":2}`}, nil)).Records[1].Seq
	if _, n, err := s.Delete(context.Background(), Ask{}); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	c.pass(undoFor + time.Second)
	eventually(t, "the purge", func() bool { return s.Counters().Deleted == 2 })
	s.Close()
	s = openLog(t, Options{Dir: dir, Now: c.now})
	if got := s.must(t, s.single(c.now(), "b", "u", `{}`)).Records[0].Seq; got != first+1 {
		t.Fatalf("#%d came after #%d", got, first)
	}
}

func TestCountersSurviveReopen(t *testing.T) {
	dir := t.TempDir()
	s := openLog(t, Options{Dir: dir})
	s.must(t, s.batch(time.Now(), []string{`{}`, `1`, `{}`}, func(i int, r *event.Record) {
		if i == 1 {
			r.Disposition = event.Rejected
		}
	}))
	want := s.Counters()
	if want.Received != 2 || want.Stored != 2 || want.Rejected != 1 || want.Pending != 0 || want.Head != 3 || want.LastReceived.IsZero() {
		t.Fatalf("%+v", want)
	}
	s.Close()
	got := openLog(t, Options{Dir: dir}).Counters()
	got.Bytes, want.Bytes = 0, 0
	if got != want {
		t.Fatalf("got %+v, want %+v", got, want)
	}
}

func TestMisplacedRecordsAreRefused(t *testing.T) {
	s := openLog(t, Options{})
	for _, span := range []event.Span{{Offset: -1, Length: 1}, {Offset: 1, Length: 1 << 40}, {Offset: 1 << 62, Length: 1 << 62}, {Length: -1}} {
		a := s.single(time.Now(), "a", "u", `{}`)
		a.Spans[0] = span
		if err := s.Append(context.Background(), a); fault.KindOf(err) != fault.Internal || err == nil {
			t.Errorf("%v: %v", span, err)
		}
	}
	a := s.single(time.Now(), "a", "u", `{}`)
	a.Spans = nil
	if err := s.Append(context.Background(), a); err == nil {
		t.Error("a record without a place was taken")
	}
	s.must(t, s.single(time.Now(), "a", "u", `{}`))
}

func TestPagesMeetWithoutGapOrRepeat(t *testing.T) {
	s := openLog(t, Options{})
	for range 7 {
		s.must(t, s.batch(time.Now(), slices.Repeat([]string{`{}`}, 100), func(i int, r *event.Record) { r.Name = fmt.Sprint("e", i%3) }))
	}
	for text, want := range map[string]int{"": 700, "name:e1": 231} {
		a, got, last := ask(t, text), 0, int64(1<<62)
		for a.Limit = 100; ; {
			items, next, err := s.Events(context.Background(), a)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range items {
				if r.Seq >= last {
					t.Fatalf("%q: #%d after #%d", text, r.Seq, last)
				}
				last = r.Seq
			}
			got += len(items)
			if a.Before = next; next == 0 {
				break
			}
		}
		if n, err := s.Count(context.Background(), ask(t, text)); got != want || int(n) != want || err != nil {
			t.Errorf("%q: got %d, counted %d, want %d, %v", text, got, n, want, err)
		}
	}
	if items, next, err := s.Events(context.Background(), Ask{}); len(items) != 700 || next != 0 || err != nil {
		t.Error("without a limit:", len(items), next, err)
	}
}

func TestReadersRunWhileTheWriterWrites(t *testing.T) {
	s := openLog(t, Options{})
	s.must(t, s.single(time.Now(), "a", "u", `{"a":1}`))
	held, release := make(chan struct{}), make(chan struct{})
	var writing sync.WaitGroup
	writing.Go(func() {
		s.w.do(context.Background(), &job{change: holdOpen(held, release)})
	})
	<-held
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	r, err := s.Event(ctx, 1)
	close(release)
	writing.Wait()
	if err != nil || string(r.Message) != `{"a":1}` {
		t.Fatal(err, r)
	}
}
