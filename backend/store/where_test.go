package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/source"
)

// variety fills a log with records that differ in everything a query names.
func variety(t *testing.T, s *Store, rnd *rand.Rand, at time.Time) []event.Record {
	t.Helper()
	staging := source.Staging
	for name, label := range map[string]*source.Label{"Shop": &staging, "Nobody's": nil} {
		if _, err := s.CreateSource(context.Background(), name, label, false); err != nil {
			t.Fatal(err)
		}
	}
	sources := s.Sources()
	pick := func(list ...string) string { return list[rnd.IntN(len(list))] }
	var all []event.Record
	for range 30 {
		when := at.Add(time.Duration(rnd.IntN(7200)-3600) * time.Second) // clocks jump back
		a := s.batch(when, slices.Repeat([]string{`{"properties":{"total":5}}`}, 1+rnd.IntN(12)), func(i int, r *event.Record) {
			src := sources[rnd.IntN(len(sources))]
			r.Source = event.SourceRef{ID: src.ID, Name: src.Name, Label: src.Label}
			if rnd.IntN(20) == 0 {
				r.Source = event.SourceRef{}
			}
			r.Type, r.Name = pick("track", "page", "Track", ""), pick("Order Completed", "order completed", "Cart", "")
			r.UserID, r.AnonymousID, r.RunID = pick("ann", "Ann", "bob", ""), pick("x", "y", ""), pick("ci", "CI", "")
			r.MessageID, r.Size = pick("m1", "m2", "M1", ""), rnd.IntN(3000)
			r.Disposition = event.Disposition(pick("accepted", "accepted", "blocked", "suppressed", "rejected"))
			for range rnd.IntN(3) {
				code := pick("segment.duplicate_id", "lens.sent_twice", "plan.missing_property", "privacy.email")
				r.Findings = append(r.Findings, event.Finding{Code: code, Muted: rnd.IntN(4) == 0, Path: pick("", "/properties/a"),
					Severity: event.Severity(pick("notice", "warning", "violation", "drop"))})
			}
			r.Verdict = event.VerdictOf(r.Findings)
		})
		all = append(all, s.must(t, a).Records...)
	}
	return all
}

// terms are queries of one term each; %d and %s take what a record might have.
func terms(rnd *rand.Rand, at time.Time, id string) []string {
	moment := func() string {
		return at.Add(time.Duration(rnd.IntN(9000)-4500) * time.Second).Format(time.RFC3339Nano)
	}
	n := func(max int) int { return rnd.IntN(max) }
	return []string{`user:ann`, `user:ann,bob`, `user:a*`, `user:""`, `anon:x`, `run:ci`, `run:ci,CI`, `run:*`, `id:m1`, `id:M1,m2`, `type:track`, `type:track,page`,
		`name:"order completed"`, `name:cart`, `source:dev`, `source:shop,prod`, `source:` + id, `source:nothing`, `label:staging`, `label:none`, `label:dev,prod`,
		`verdict:good`, `verdict:warning,would_drop`, `disposition:blocked`, `is:rejected`, `is:would-drop`, `is:good,blocked`, `is:unclaimed`,
		`has:duplicate`, `has:pii`, `has:violation`, `has:warning,notice`, `code:lens.sent_twice`, `code:LENS.SENT_TWICE,privacy.email`, `code:segment.*`, `code:plan.missing_property@/properties/*`, `code:lens.sent_twice@`,
		fmt.Sprintf("seq:%d", n(200)), fmt.Sprintf("seq>%d", n(200)), fmt.Sprintf("seq<=%d", n(200)), fmt.Sprintf("size>%d", n(3000)), "size<1kb", fmt.Sprintf("size>=%d", n(3000)),
		"after:" + moment(), "before:" + moment(), "properties.total>3", "cart"}
}

func TestWhatSQLNarrowsIsWhatTheQueryMatches(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	rnd := rand.New(rand.NewPCG(seed, 1))
	s := openLog(t, Options{})
	at := time.Date(2026, 7, 1, 12, 0, 0, 500_000_000, time.UTC)
	all := variety(t, s, rnd, at)
	found := 0
	for range 80 {
		list := terms(rnd, at, s.Sources()[0].ID)
		var parts []string
		for range 1 + rnd.IntN(3) {
			parts = append(parts, strings.Repeat("-", rnd.IntN(4)/3)+list[rnd.IntN(len(list))])
		}
		a := ask(t, strings.Join(parts, " "))
		if rnd.IntN(4) == 0 {
			a.Since = at.Add(time.Duration(rnd.IntN(7200)-3600) * time.Second)
		}
		if rnd.IntN(4) == 0 {
			a.Until = at.Add(time.Duration(rnd.IntN(7200)-3600) * time.Second)
		}
		want := []int64{}
		for i := range all {
			r := all[i]
			if a.Query.Match(&r) && (a.Since.IsZero() || !r.ReceivedAt.Before(a.Since)) && (a.Until.IsZero() || r.ReceivedAt.Before(a.Until)) {
				want = append(want, r.Seq)
			}
		}
		if got := s.seqs(t, a); !slices.Equal(got, want) {
			t.Errorf("seed %d: %q since %v until %v\ngot  %v\nwant %v", seed, a.Query.Text, a.Since, a.Until, got, want)
		}
		found += len(want)
	}
	if found < 150 {
		t.Errorf("the queries match next to nothing: %d", found)
	}
}

func TestASourceOrRunNarrows(t *testing.T) {
	s := openLog(t, Options{})
	all := variety(t, s, rand.New(rand.NewPCG(1, 2)), time.Now())
	for _, a := range []Ask{{Source: "Shop"}, {Source: s.Sources()[0].ID}, {Source: "nobody"}, {Run: "ci"}, {Run: "other"}} {
		want := []int64{}
		for _, r := range all {
			if (a.Source == "" || r.Source.ID == a.Source || r.Source.Name == a.Source) && (a.Run == "" || r.RunID == a.Run) {
				want = append(want, r.Seq)
			}
		}
		if got := s.seqs(t, a); !slices.Equal(got, want) {
			t.Errorf("%+v: got %v, want %v", a, got, want)
		}
	}
}

// A chart must show the same whether the sums or the rows answer it.
func TestTheVolumeOfSumsIsTheVolumeOfRows(t *testing.T) {
	s := openLog(t, Options{})
	at := time.Now().Truncate(time.Hour)
	variety(t, s, rand.New(rand.NewPCG(3, 4)), at)
	for _, text := range []string{"", "type:track", "label:staging", "-verdict:good", "name:cart", "source:shop"} {
		a := ask(t, text)
		sums, err := s.Volume(context.Background(), a, at.Add(-2*time.Hour), at.Add(2*time.Hour), 24)
		if err != nil {
			t.Fatal(err)
		}
		a.After, a.Before = -1, 1<<40 // no sum answers this
		rows, err := s.Volume(context.Background(), a, at.Add(-2*time.Hour), at.Add(2*time.Hour), 24)
		if err != nil || !slices.Equal(sums, rows) {
			t.Errorf("%q: %v\nsums %v\nrows %v", text, err, sums, rows)
		}
	}
	for _, n := range []int{0, -1, 1 << 40} {
		if _, err := s.Volume(context.Background(), Ask{}, at, at.Add(time.Second), n); err == nil {
			t.Error("a volume in", n, "parts")
		}
	}
	if _, err := s.Volume(context.Background(), Ask{}, at, at.Add(-time.Hour), 10); err == nil {
		t.Error("a volume of time that runs back")
	}
}
