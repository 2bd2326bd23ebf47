package plan

import (
	"slices"
	"testing"
)

// A name inside lists within lists is told at the same place every time: a
// finding that moves would be a change whenever stored events are judged again.
func TestWhereAnUnplannedNameIsToldDoesNotHangOnChance(t *testing.T) {
	j := judge(t, rule(t, Track, "A", `{"type":"object","properties":{"l":{"type":"array","items":{"type":"object","properties":{
		"m":{"type":"array","items":{"type":"object","properties":{"x":{}}}},"n":{"type":"array","items":{"type":"object","properties":{"x":{}}}},"o":{"type":"object","properties":{"x":{}}}}}}}}`))
	r := record(t, `{"type":"track","event":"A","properties":{"l":[{"o":{"y":1},"n":[{"y":1}],"m":[{"y":1}],"y":1}]}}`)
	want := told(j.Check(r, r.Message))
	for range 200 {
		if got := told(j.Check(r, r.Message)); !slices.Equal(got, want) {
			t.Fatalf("%v, then %v", want, got)
		}
	}
}
