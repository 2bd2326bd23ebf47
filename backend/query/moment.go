package query

import (
	"strconv"
	"strings"
	"time"
)

// Moment reads RFC 3339, a date in local time, or a span before now: 15m, 2h,
// 1h30m, 3d. Query, API and command line read time with it.
func Moment(v string, now time.Time) (time.Time, bool) {
	if m, err := time.Parse(time.RFC3339, v); err == nil {
		return m, inYears(m)
	}
	if m, err := time.ParseInLocation(time.DateOnly, v, now.Location()); err == nil {
		return m, inYears(m)
	}
	if days, ok := strings.CutSuffix(v, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		m := now.AddDate(0, 0, -int(n))
		return m, err == nil && inYears(m)
	}
	span, err := time.ParseDuration(v)
	m := now.Add(-span)
	return m, err == nil && span >= 0 && inYears(m)
}

// inYears holds that a moment survives being written in UTC and read again.
func inYears(m time.Time) bool { y := m.UTC().Year(); return y >= 1 && y <= 9999 }
