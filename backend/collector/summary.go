package collector

import (
	"slices"
	"strings"
	"unicode"

	"sidetrack/backend/event"
	"sidetrack/backend/rawjson"
	"sidetrack/backend/spec"
)

// maxSummary is how many characters of a summary a list row has room for.
const maxSummary = 80

// summary is a few words of the payload. It is shown in lists, over people's
// shoulders, so addresses in it are masked.
func summary(rec *event.Record, f *spec.Fields) string {
	var words []string
	switch rec.Type {
	case "identify":
		words = append([]string{rec.UserID}, keys(f.Traits)...)
	case "page":
		words = []string{pagePath(f)}
	case "group":
		words = []string{text(f.GroupID)}
	case "alias":
		words = []string{text(f.PreviousID), "→", rec.UserID}
	default:
		words = scalars(f.Properties)
	}
	for i, w := range words {
		words[i] = tidy(w)
	}
	return clipRunes(strings.TrimSpace(strings.Join(words, " ")), maxSummary)
}

// scalars writes the first three properties that fit in a word or two, each text
// once. A number needs its key to mean anything.
func scalars(properties []byte) []string {
	var out []string
	for m := range rawjson.Members(properties) {
		value := m.Of(properties)
		switch rawjson.KindOf(value) {
		case rawjson.Text:
			if s := clip(text(value), maxSummary); s != "" && !slices.Contains(out, s) {
				out = append(out, s)
			}
		case rawjson.Number, rawjson.Bool:
			out = append(out, clip(string(m.Key), maxSummary)+" "+clip(string(value), maxSummary))
		}
		if len(out) == 3 {
			break
		}
	}
	return out
}

// keys names the first traits.
func keys(object []byte) []string {
	var out []string
	for m := range rawjson.Members(object) {
		out = append(out, clip(string(m.Key), maxSummary))
		if len(out) == 8 {
			break
		}
	}
	return out
}

func pagePath(f *spec.Fields) string {
	for _, in := range [][]byte{f.Properties, rawjson.Get(f.Context, "page")} {
		for _, key := range []string{"path", "url"} {
			if s := text(rawjson.Get(in, key)); s != "" {
				return clip(s, 4*maxSummary)
			}
		}
	}
	return ""
}

// tidy keeps a text on one line and masks the addresses in it.
func tidy(s string) string {
	if strings.ContainsFunc(s, unicode.IsControl) {
		s = strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				return ' '
			}
			return r
		}, s)
	}
	if !strings.Contains(s, "@") {
		return s
	}
	fields := strings.Fields(s)
	for i, w := range fields {
		fields[i] = maskEmail(w)
	}
	return strings.Join(fields, " ")
}

// maskEmail leaves the first letter and the domain: m•••@example.com.
func maskEmail(word string) string {
	at := strings.LastIndexByte(word, '@')
	if at < 1 || !strings.Contains(word[at:], ".") {
		return word
	}
	local := word[:at]
	start := strings.LastIndexAny(local, "<(:\"'=,;/") + 1
	if start >= len(local) {
		return word
	}
	first := []rune(local[start:])[0]
	return local[:start] + string(first) + "•••" + word[at:]
}
