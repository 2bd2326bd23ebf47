package spec

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"sidetrack/backend/rawjson"
)

// kilobytes writes a size as people say it. A size that would read the same as
// its limit is written in bytes.
func kilobytes(n, limit int) string {
	s := strings.TrimSuffix(fmt.Sprintf("%.1f", float64(n)/1024), ".0")
	if limit > 0 && s == strconv.Itoa(limit/1024) {
		return thousands(n) + " bytes"
	}
	if n < 1024 {
		return thousands(n) + " bytes"
	}
	return s + " KB"
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// span writes a length of time in the largest unit that says it well.
func span(d time.Duration) string {
	for _, u := range [...]struct {
		name string
		unit time.Duration
	}{{"days", 24 * time.Hour}, {"hours", time.Hour}, {"minutes", time.Minute}} {
		if d >= 2*u.unit {
			return thousands(int(d.Round(u.unit)/u.unit)) + " " + u.name
		}
	}
	return thousands(int(d/time.Second)) + " seconds"
}

// biggestPart names the largest member of a message; of an object, the largest
// member inside it, since "properties" alone helps nobody, unless that is just
// one of many small ones.
func biggestPart(message []byte) (path string, size int) {
	key, value := biggestMember(message)
	if rawjson.KindOf(value) == rawjson.Object {
		if inner, v := biggestMember(value); 4*len(v) >= len(value) {
			return key + "." + inner, len(v)
		}
	}
	return key, len(value)
}

func biggestMember(object []byte) (key string, value []byte) {
	for m := range rawjson.Members(object) {
		if v := m.Of(object); len(v) > len(value) {
			key, value = cut(string(m.Key), 60), v
		}
	}
	return key, value
}

// shown writes a value short enough for a sentence.
func shown(value []byte) string {
	switch rawjson.KindOf(value) {
	case rawjson.Array, rawjson.Object:
		return kindWord(value)
	}
	return cut(string(value), 40)
}

// cut shortens a text to so many characters.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
