package enforce

import (
	"bytes"
	"strings"

	"sidetrack/backend/rawjson"
)

// Cast writes a value as a string, number, integer or boolean, with the digits
// it has. It is false where that would lose or invent something.
func Cast(value []byte, to string) (out []byte, ok bool) {
	value = bytes.TrimSpace(value)
	text, isText := rawjson.String(value)
	kind := rawjson.KindOf(value)
	switch {
	case kind == rawjson.Null || kind == rawjson.Object || kind == rawjson.Array:
		return nil, false
	case to == "string":
		if isText {
			return value, true
		}
		return rawjson.Quote(string(value)), true
	case to == "boolean":
		return toBool(value, text, isText)
	case kind == rawjson.Bool:
		return map[string][]byte{"true": []byte("1"), "false": []byte("0")}[string(value)], true
	}
	number := string(value)
	if isText {
		number = strings.TrimSpace(text)
	}
	if rawjson.Check([]byte(number), 1) != nil || rawjson.KindOf([]byte(number)) != rawjson.Number {
		return nil, false
	}
	if to == "integer" {
		return toInteger(number)
	}
	return []byte(number), true
}

func toBool(value []byte, text string, isText bool) ([]byte, bool) {
	if !isText {
		text = string(value)
	}
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "1":
		return []byte("true"), true
	case "false", "0":
		return []byte("false"), true
	}
	return nil, false
}

// toInteger takes zeros behind the point off; another fraction, or an exponent,
// stays as it is.
func toInteger(number string) ([]byte, bool) {
	whole, fraction, _ := strings.Cut(number, ".")
	if strings.ContainsAny(number, "eE") || strings.Trim(fraction, "0") != "" {
		return nil, false
	}
	return []byte(whole), true
}
