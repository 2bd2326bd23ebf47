package mute_test

import (
	"testing"

	"sidetrack/backend/event"
	"sidetrack/backend/mute"
)

func record(name, sourceID string, findings ...event.Finding) *event.Record {
	return &event.Record{Name: name, Source: event.SourceRef{ID: sourceID}, Findings: findings, Verdict: event.VerdictOf(findings)}
}

var (
	wrongType = event.Finding{Code: "segment.reserved_type", Severity: event.Warning, Path: "/properties/revenue"}
	tooBig    = event.Finding{Code: "segment.too_big", Severity: event.Drop}
	atItem    = event.Finding{Code: "plan.wrong_type", Severity: event.Violation, Path: "/properties/products/3/price"}
)

func TestAMuteCoversWhatItNamesAndNothingElse(t *testing.T) {
	for _, c := range []struct {
		mute    mute.Mute
		finding event.Finding
		want    bool
	}{
		{mute.Mute{Code: "segment.reserved_type"}, wrongType, true},
		{mute.Mute{Code: "segment.too_big"}, wrongType, false},
		{mute.Mute{Code: "segment.reserved_type", Event: "Order Completed"}, wrongType, true},
		{mute.Mute{Code: "segment.reserved_type", Event: "order completed"}, wrongType, false},
		{mute.Mute{Code: "segment.reserved_type", SourceID: "src_1"}, wrongType, true},
		{mute.Mute{Code: "segment.reserved_type", SourceID: "src_2"}, wrongType, false},
		{mute.Mute{Code: "segment.reserved_type", Path: "/properties/revenue"}, wrongType, true},
		{mute.Mute{Code: "segment.reserved_type", Path: "/properties"}, wrongType, false},
		{mute.Mute{Code: "segment.reserved_type", Path: "/properties/revenue", Event: "Refund"}, wrongType, false},
		{mute.Mute{Code: "plan.wrong_type", Path: "/properties/products/*/price"}, atItem, true},
		{mute.Mute{Code: "plan.wrong_type", Path: "/properties/*"}, atItem, false},
		{mute.Mute{Code: "plan.wrong_type", Path: "/properties/products/*/name"}, atItem, false},
	} {
		if got := c.mute.Covers(record("Order Completed", "src_1", c.finding), &c.finding); got != c.want {
			t.Errorf("%+v covers %s: %v", c.mute, c.finding.Path, got)
		}
	}
}

func TestAMutedFindingStaysButNoLongerDecides(t *testing.T) {
	var set mute.Set
	r := record("Order Completed", "src_1", wrongType, tooBig)
	if set.Apply(r) || r.Verdict != event.WouldDrop {
		t.Errorf("an empty set changed %+v", r)
	}
	set.Replace([]mute.Mute{{Code: "segment.too_big"}})
	if !set.Apply(r) || r.Verdict != event.HasWarning || len(r.Findings) != 2 || r.Findings[0].Muted || !r.Findings[1].Muted {
		t.Errorf("got %+v", r)
	}
	if set.Apply(r) {
		t.Error("a second time changed something")
	}
}

func TestUnmutingBringsTheVerdictBack(t *testing.T) {
	var set mute.Set
	set.Replace([]mute.Mute{{Code: "segment.too_big"}, {Code: "segment.too_big", Event: "Order Completed"}})
	r := record("Order Completed", "src_1", tooBig)
	set.Apply(r)
	set.Replace([]mute.Mute{{Code: "segment.too_big", Event: "Order Completed"}})
	if set.Apply(r) || r.Verdict != event.Good {
		t.Errorf("another mute still covers it: %+v", r)
	}
	set.Replace(nil)
	if !set.Apply(r) || r.Verdict != event.WouldDrop || r.Findings[0].Muted {
		t.Errorf("got %+v", r)
	}
}
