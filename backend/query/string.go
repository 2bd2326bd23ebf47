package query

import "strings"

// String writes the query in its plainest form, which parses to the same terms.
func (q Query) String() string {
	var b strings.Builder
	for i, t := range q.Terms {
		if i > 0 {
			b.WriteByte(' ')
		}
		if t.Negated {
			b.WriteByte('-')
		}
		if t.Key != "" {
			b.WriteString(t.Key + t.Op)
		}
		for j, v := range t.Values {
			if j > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quote(v))
		}
	}
	return b.String()
}

// quote puts quotes around a value unless it reads the same without them.
func quote(v string) string {
	plain := v != "" && v[0] != '-'
	for i := range len(v) {
		c := v[i]
		if c <= ' ' || strings.IndexByte(`,":<>=\`, c) >= 0 {
			plain = false
		}
	}
	if plain {
		return v
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v) + `"`
}
