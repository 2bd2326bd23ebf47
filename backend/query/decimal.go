package query

import (
	"cmp"
	"strconv"
	"strings"
)

// decimal is a number as written: ±0.digits × 10^exponent. Numbers stay text so
// that every digit counts and 1e999999999 costs nothing.
type decimal struct {
	sign     int
	digits   string // no zero at either end
	exponent int64
}

// parseDecimal reads what JSON calls a number, and also 007 and +1.
func parseDecimal(s string) (decimal, bool) {
	d := decimal{sign: 1}
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		d.sign, s = -1, rest
	} else {
		s = strings.TrimPrefix(s, "+")
	}
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		e, err := strconv.ParseInt(s[i+1:], 10, 48)
		if err != nil {
			return d, false
		}
		d.exponent, s = e, s[:i]
	}
	whole, fraction, _ := strings.Cut(s, ".")
	all := whole + fraction
	if all == "" || strings.Trim(all, "0123456789") != "" {
		return d, false
	}
	d.exponent += int64(len(whole))
	d.digits = strings.TrimLeft(all, "0")
	d.exponent -= int64(len(all) - len(d.digits))
	d.digits = strings.TrimRight(d.digits, "0")
	if d.digits == "" {
		return decimal{}, true
	}
	return d, true
}

// compare is cmp.Compare for decimals.
func (d decimal) compare(o decimal) int {
	if d.sign != o.sign || d.sign == 0 {
		return cmp.Compare(d.sign, o.sign)
	}
	if c := cmp.Compare(d.exponent, o.exponent); c != 0 {
		return c * d.sign
	}
	return strings.Compare(d.digits, o.digits) * d.sign
}
