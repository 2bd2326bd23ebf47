package planfile

import "strings"

// Hunk is a stretch of a file that changes, with the lines around it.
type Hunk struct {
	OldStart int    `json:"oldStart" doc:"Its first line before the change, from 1"`
	NewStart int    `json:"newStart" doc:"Its first line after the change, from 1"`
	Lines    []Line `json:"lines" nullable:"false"`
}

// Line is a line of a hunk, without its end.
type Line struct {
	Op   string `json:"op" enum:" ,-,+" doc:"A blank for a line that stays, - for one that goes, + for one that comes"`
	Text string `json:"text"`
}

// around is how many lines that stay are shown beside those that change.
const around = 3

// Hunks tells what changes between two texts, line by line, as diff -u does.
func Hunks(before, after []byte) []Hunk {
	lines := diffLines(split(before), split(after))
	hunks := []Hunk{}
	oldLine, newLine, last := 1, 1, -1 // last: index behind the newest hunk's lines
	starts := make([][2]int, len(lines))
	for i, l := range lines {
		starts[i] = [2]int{oldLine, newLine}
		if l.Op != "+" {
			oldLine++
		}
		if l.Op != "-" {
			newLine++
		}
	}
	for i, l := range lines {
		if l.Op == " " {
			continue
		}
		from := max(i-around, 0)
		if last >= from {
			h := &hunks[len(hunks)-1]
			end := min(i+around+1, len(lines))
			if end > last {
				h.Lines = append(h.Lines, lines[last:end]...)
				last = end
			}
			continue
		}
		last = min(i+around+1, len(lines))
		hunks = append(hunks, Hunk{starts[from][0], starts[from][1], append([]Line{}, lines[from:last]...)})
	}
	return hunks
}

// split cuts a text into lines; what follows the last end of line is one more
// when there is anything.
func split(text []byte) []string {
	if len(text) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// mostCompared bounds the table of the comparison. What differs beyond it is
// told as gone and come.
const mostCompared = 4_000_000

// diffLines lays two lists side by side, keeping the most lines that are the
// same.
func diffLines(a, b []string) []Line {
	var head, tail []Line
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		head = append(head, Line{" ", a[0]})
		a, b = a[1:], b[1:]
	}
	n := 0
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	for _, text := range a[len(a)-n:] {
		tail = append(tail, Line{" ", text})
	}
	a, b = a[:len(a)-n], b[:len(b)-n]
	return append(append(head, between(a, b)...), tail...)
}

// between compares what has neither beginning nor end in common, by the longest
// common list.
func between(a, b []string) []Line {
	var out []Line
	i, j := 0, 0
	if len(a)*len(b) <= mostCompared {
		width := len(b) + 1
		table := make([]int32, (len(a)+1)*width)
		for x := len(a) - 1; x >= 0; x-- {
			for y := len(b) - 1; y >= 0; y-- {
				if a[x] == b[y] {
					table[x*width+y] = table[(x+1)*width+y+1] + 1
				} else {
					table[x*width+y] = max(table[(x+1)*width+y], table[x*width+y+1])
				}
			}
		}
		for i < len(a) && j < len(b) {
			switch {
			case a[i] == b[j]:
				out = append(out, Line{" ", a[i]})
				i, j = i+1, j+1
			case table[(i+1)*width+j] >= table[i*width+j+1]:
				out = append(out, Line{"-", a[i]})
				i++
			default:
				out = append(out, Line{"+", b[j]})
				j++
			}
		}
	}
	for ; i < len(a); i++ {
		out = append(out, Line{"-", a[i]})
	}
	for ; j < len(b); j++ {
		out = append(out, Line{"+", b[j]})
	}
	return out
}
