package config

import (
	"strconv"
	"strings"
	"time"

	"sidetrack/backend/fault"
)

// day is what "d" stands for.
const day = 24 * time.Hour

func defaultOf(name string) string {
	switch name {
	case KeepFor:
		return "30d"
	case KeepBytes:
		return "20gb"
	case Keep:
		return "0"
	}
	return ""
}

// Retention reads the bounds of the log out of the values.
func (v Values) Retention() (Retention, error) {
	var r Retention
	var err error
	if r.MaxAge, err = ParseAge(v.Of(KeepFor).Value); err != nil {
		return r, wrong(v.Of(KeepFor), err)
	}
	if r.MaxBytes, err = ParseBytes(v.Of(KeepBytes).Value); err != nil {
		return r, wrong(v.Of(KeepBytes), err)
	}
	if r.MaxEvents, err = strconv.ParseInt(v.Of(Keep).Value, 10, 64); err != nil || r.MaxEvents < 0 {
		return r, wrong(v.Of(Keep), fault.New(fault.Invalid, "it is a whole number of events, 0 for no limit"))
	}
	return r, nil
}

func wrong(v Value, err error) error {
	return fault.New(fault.Invalid, "%s is %q, set by %s: %w", v.Name, v.Value, v.Explain(), err)
}

// ParseAge reads how long, such as 30d, 12h or 90m; 0 is for ever.
func ParseAge(text string) (time.Duration, error) {
	text = strings.TrimSpace(text)
	if text == "0" {
		return 0, nil
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.ParseInt(days, 10, 32); err == nil && n >= 0 && n <= 36500 {
			return time.Duration(n) * day, nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return d, nil
	}
	return 0, fault.New(fault.Invalid, "it is how long, such as 30d, 12h or 90m; 0 is for ever")
}

// FormatAge writes a time the way ParseAge reads it.
func FormatAge(d time.Duration) string {
	if d == 0 {
		return "0"
	}
	if d%day == 0 {
		return strconv.FormatInt(int64(d/day), 10) + "d"
	}
	return d.String()
}

// ParseBytes reads a size, such as 20gb, 500mb or 1048576; 0 is without a limit.
// A kb is 1,024 bytes.
func ParseBytes(text string) (int64, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	shift := 0
	for suffix, by := range map[string]int{"kb": 10, "mb": 20, "gb": 30, "tb": 40} {
		if number, ok := strings.CutSuffix(text, suffix); ok {
			text, shift = strings.TrimSpace(number), by
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > (1<<62)>>shift {
		return 0, fault.New(fault.Invalid, "it is a size, such as 20gb, 500mb or 1048576; 0 is without a limit")
	}
	return n << shift, nil
}

// FormatBytes writes a size the way ParseBytes reads it.
func FormatBytes(n int64) string {
	for _, unit := range []struct {
		suffix string
		shift  int
	}{{"tb", 40}, {"gb", 30}, {"mb", 20}, {"kb", 10}} {
		if n > 0 && n%(1<<unit.shift) == 0 {
			return strconv.FormatInt(n>>unit.shift, 10) + unit.suffix
		}
	}
	return strconv.FormatInt(n, 10)
}
