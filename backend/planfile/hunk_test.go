package planfile_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"sidetrack/backend/planfile"
)

// patched makes the changes of hunks in a text, and checks that they say what
// stands there.
func patched(t *testing.T, before string, hunks []planfile.Hunk) string {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(before, "\n"), "\n")
	if before == "" {
		lines = nil
	}
	var out []string
	at := 1
	for _, h := range hunks {
		if h.OldStart < at {
			t.Fatalf("hunks overlap: %+v", hunks)
		}
		out = append(out, lines[at-1:h.OldStart-1]...)
		if at = h.OldStart; len(out)+1 != h.NewStart {
			t.Errorf("a hunk begins at line %d, and says %d", len(out)+1, h.NewStart)
		}
		for _, l := range h.Lines {
			if l.Op != "+" {
				if lines[at-1] != l.Text {
					t.Fatalf("line %d is %q, and is said to be %q", at, lines[at-1], l.Text)
				}
				at++
			}
			if l.Op != "-" {
				out = append(out, l.Text)
			}
		}
	}
	return strings.Join(append(out, lines[at-1:]...), "\n")
}

func TestHunksMakeOneTextOfTheOther(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	for range 3000 {
		text := func() string {
			var lines []string
			for range random.IntN(25) {
				lines = append(lines, string(rune('a'+random.IntN(4))))
			}
			return strings.Join(lines, "\n")
		}
		before, after := text(), text()
		if random.IntN(2) == 0 { // mostly alike
			after = strings.Replace(before, "a\nb", "x", 2)
		}
		if got := patched(t, before, planfile.Hunks([]byte(before), []byte(after))); got != strings.TrimSuffix(after, "\n") {
			t.Fatalf("%q to %q gave %q", before, after, got)
		}
	}
}

func TestHunksShowThreeLinesAround(t *testing.T) {
	var a []string
	for i := range 30 {
		a = append(a, fmt.Sprint("line ", i+1))
	}
	b := append([]string{}, a...)
	b[4], b[9], b[25] = "five", "ten", "twenty-six"
	hunks := planfile.Hunks([]byte(strings.Join(a, "\n")+"\n"), []byte(strings.Join(b, "\n")+"\n"))
	if len(hunks) != 2 || hunks[0].OldStart != 2 || len(hunks[0].Lines) != 14 || hunks[1].OldStart != 23 || hunks[1].NewStart != 23 || len(hunks[1].Lines) != 8 {
		t.Errorf("%+v", hunks)
	}
	if same := planfile.Hunks([]byte("a\n"), []byte("a\n")); len(same) != 0 || same == nil {
		t.Errorf("%+v", same)
	}
}
