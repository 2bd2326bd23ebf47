package plan

import (
	"sort"
	"strings"
	"unicode"
)

// Nearest returns the name of a list that was probably meant: the same but for
// case and separators, or a few letters away. It is empty when none is near.
func Nearest(name string, among []string) string {
	among = append([]string(nil), among...)
	sort.Strings(among) // the same answer whatever the order
	best, least := "", len(name)/4+1
	plain := squeeze(name)
	for _, other := range among {
		if other == name {
			continue
		}
		o := squeeze(other)
		if o == plain {
			return other
		}
		if d := distance(plain, o, least); d <= least && (best == "" || d < least) {
			best, least = other, d
		}
	}
	return best
}

// squeeze leaves the letters and digits, in lower case.
func squeeze(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// distance is the number of letters to insert, delete, change or swap with a
// neighbour to come from a to b (optimal string alignment), or more than most
// when it is that far.
func distance(a, b string, most int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > most || len(y)-len(x) > most || len(x) > 200 || len(y) > 200 {
		return most + 1
	}
	rows := [3][]int{make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(x); i++ {
		before, last, row := rows[0], rows[1], rows[2]
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		rows = [3][]int{last, row, before}
	}
	return rows[1][len(y)]
}
