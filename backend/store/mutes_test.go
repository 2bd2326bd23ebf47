package store_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
	"sidetrack/backend/mute"
	"sidetrack/backend/query"
	"sidetrack/backend/store"
)

var (
	start     = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	wrongType = event.Finding{Code: "segment.reserved_type", Severity: event.Warning, Path: "/properties/revenue", Message: "m"}
	tooBig    = event.Finding{Code: "segment.too_big", Severity: event.Drop, Message: "m"}
)

// mutedLog is a log, its mutes, and a clock that a test moves.
type mutedLog struct {
	*store.Store
	t   *testing.T
	set mute.Set
	at  time.Time
}

func openMuted(t *testing.T) *mutedLog {
	l := &mutedLog{t: t, at: start}
	s, err := store.Open(store.Options{Dir: t.TempDir(), Now: func() time.Time { return l.at }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	l.Store = s
	return l
}

// keep stores n events with these findings, as if no mute were there.
func (l *mutedLog) keep(n int, name string, findings ...event.Finding) {
	l.t.Helper()
	a := &event.Arrival{Body: []byte(`{}`), Request: event.Request{Headers: [][2]string{}}}
	for range n {
		a.Records = append(a.Records, event.Record{Source: event.SourceRef{ID: l.Sources()[0].ID}, Type: "track", Name: name, ReceivedAt: start, Timestamp: start,
			Disposition: event.Accepted, Findings: slices.Clone(findings), Verdict: event.VerdictOf(findings), Message: []byte(`{}`)})
		a.Spans = append(a.Spans, event.Span{Length: 2})
	}
	if err := l.Append(context.Background(), a); err != nil {
		l.t.Fatal(err)
	}
}

// rejudge goes on until nothing is left to do at once.
func (l *mutedLog) rejudge() (changed int, done bool) {
	l.t.Helper()
	for {
		r, err := l.Rejudge(context.Background(), l.set.Apply)
		if err != nil {
			l.t.Fatal(err)
		}
		if changed += r.Changed; !r.More {
			return changed, r.Done
		}
	}
}

func (l *mutedLog) mute(m mute.Mute) {
	l.t.Helper()
	m.CreatedAt = l.at
	if err := l.AddMute(context.Background(), m); err != nil {
		l.t.Fatal(err)
	}
	l.reload()
}

func (l *mutedLog) reload() {
	list, err := l.Mutes(context.Background())
	if err != nil {
		l.t.Fatal(err)
	}
	l.set.Replace(list)
}

func (l *mutedLog) count(text string) int64 {
	l.t.Helper()
	q, err := query.Parse(text)
	if err != nil {
		l.t.Fatal(err)
	}
	n, err := l.Count(context.Background(), store.Ask{Query: q})
	if err != nil {
		l.t.Fatal(err)
	}
	return n
}

// volume reads the sums: good, warning, violation, would drop.
func (l *mutedLog) volume() string {
	l.t.Helper()
	list, err := l.Volume(context.Background(), store.Ask{}, start.Add(-time.Minute), start.Add(time.Minute), 1)
	if err != nil {
		l.t.Fatal(err)
	}
	b := list[0]
	var out []string
	for _, n := range []int64{b.Good, b.Warning, b.Violation, b.WouldDrop} {
		out = append(out, strconv.FormatInt(n, 10))
	}
	return strings.Join(out, " ")
}

func TestMutingJudgesStoredEventsAgain(t *testing.T) {
	l := openMuted(t)
	l.keep(1200, "Order Completed", wrongType, tooBig)
	l.keep(3, "Refund", tooBig)
	l.keep(2, "Refund")
	l.mute(mute.Mute{ID: "m1", Code: "segment.too_big", Event: "Order Completed"})
	if n, done := l.rejudge(); n != 1200 || done {
		t.Errorf("changed %d, done %v", n, done)
	}
	if got := l.volume(); got != "2 1200 0 3" || l.count("verdict:warning") != 1200 || l.count("is:would-drop") != 3 {
		t.Errorf("sums %q, warning %d, would drop %d", got, l.count("verdict:warning"), l.count("is:would-drop"))
	}
	if n := l.count("code:segment.too_big"); n != 1203 {
		t.Errorf("%d events are found by the muted code", n)
	}
	r, err := l.Event(context.Background(), 1)
	if err != nil || len(r.Findings) != 2 || r.Findings[0].Muted || !r.Findings[1].Muted || r.Findings[1].Message != "m" {
		t.Errorf("%v %+v", err, r.Findings)
	}
	if n, err := l.Covered(context.Background(), mute.Mute{Code: "segment.too_big", Event: "Order Completed"}); n != 1200 || err != nil {
		t.Errorf("covers %d, %v", n, err)
	}
}

func TestUnmutingStoredEventsBringsTheVerdictBack(t *testing.T) {
	l := openMuted(t)
	l.keep(700, "Order Completed", wrongType)
	l.mute(mute.Mute{ID: "m1", Code: "segment.reserved_type", Path: "/properties/revenue"})
	if n, _ := l.rejudge(); n != 700 || l.volume() != "700 0 0 0" {
		t.Errorf("changed %d, sums %q", n, l.volume())
	}
	if err := l.RemoveMute(context.Background(), "m1"); err != nil {
		t.Fatal(err)
	}
	l.reload()
	if n, _ := l.rejudge(); n != 700 || l.volume() != "0 700 0 0" || l.count("has:warning") != 700 {
		t.Errorf("changed %d, sums %q", n, l.volume())
	}
	if err := l.RemoveMute(context.Background(), "m1"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("got %v", err)
	}
}

// An event may be judged just before the mutes change and committed just after.
func TestLateEventsAreJudgedAgainToo(t *testing.T) {
	l := openMuted(t)
	l.keep(1, "E", tooBig)
	l.mute(mute.Mute{ID: "m1", Code: "segment.too_big"})
	l.rejudge()
	l.keep(1, "E", tooBig)
	if n, done := l.rejudge(); n != 1 || done {
		t.Errorf("changed %d, done %v", n, done)
	}
	l.keep(1, "E", tooBig)
	l.at = l.at.Add(time.Minute)
	if n, done := l.rejudge(); n != 1 || !done || l.count("is:good") != 3 {
		t.Errorf("changed %d, done %v, %d are good", n, done, l.count("is:good"))
	}
}

func TestADeletionTakenBackKeepsTheSumsRight(t *testing.T) {
	l := openMuted(t)
	l.keep(4, "E", tooBig)
	id, n, err := l.Delete(context.Background(), store.Ask{})
	if err != nil || n != 4 {
		t.Fatal(n, err)
	}
	l.mute(mute.Mute{ID: "m1", Code: "segment.too_big"})
	l.rejudge()
	if got := l.volume(); got != "0 0 0 0" {
		t.Errorf("deleted events are counted: %q", got)
	}
	if _, err := l.Undo(context.Background(), id); err != nil || l.volume() != "4 0 0 0" {
		t.Errorf("%v, sums %q", err, l.volume())
	}
}

// Who sends an event waits for the commit that judges old ones again.
func TestOneStepJudgesFewEvents(t *testing.T) {
	l := openMuted(t)
	l.keep(250, "e", wrongType)
	l.mute(mute.Mute{Code: wrongType.Code})
	r, err := l.Rejudge(context.Background(), l.set.Apply)
	if err != nil || r.Changed == 0 || r.Changed > 100 || !r.More {
		t.Errorf("%+v %v", r, err)
	}
	if changed, _ := l.rejudge(); changed != 250-r.Changed {
		t.Errorf("then %d more", changed)
	}
}

func TestCountsAreOfFindings(t *testing.T) {
	l := openMuted(t)
	currency := event.Finding{Code: "segment.reserved_type", Severity: event.Warning, Path: "/properties/currency", Message: `"code":"segment.reserved_type"`}
	l.keep(3, "E", wrongType, currency, tooBig)
	l.keep(1, "F", currency)
	dev := l.Sources()[0].ID
	for _, c := range []struct {
		mute mute.Mute
		want int64
	}{
		{mute.Mute{}, 7}, {mute.Mute{Event: "E"}, 6}, {mute.Mute{Event: "none"}, 0}, {mute.Mute{SourceID: dev}, 7}, {mute.Mute{SourceID: l.Sources()[1].ID}, 0},
		{mute.Mute{Path: "/properties/currency"}, 4}, {mute.Mute{Path: "/properties/*", Event: "E"}, 6}, {mute.Mute{Path: "/traits/*"}, 0},
	} {
		c.mute.Code = "segment.reserved_type"
		if n, err := l.Covered(context.Background(), c.mute); n != c.want || err != nil {
			t.Errorf("%+v covers %d, want %d, %v", c.mute, n, c.want, err)
		}
	}
}

func TestTheSamePlaceIsMutedOnce(t *testing.T) {
	l := openMuted(t)
	l.mute(mute.Mute{ID: "m1", Code: "segment.too_big", Reason: "known", By: "Ada"})
	if err := l.AddMute(context.Background(), mute.Mute{ID: "m2", Code: "segment.too_big"}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("got %v", err)
	}
	l.mute(mute.Mute{ID: "m3", Code: "segment.too_big", Event: "E"})
	list, err := l.Mutes(context.Background())
	if err != nil || len(list) != 2 || list[0].Reason != "known" || list[0].By != "Ada" || !list[0].CreatedAt.Equal(start) {
		t.Errorf("%v %+v", err, list)
	}
}
