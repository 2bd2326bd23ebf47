package plan

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"sidetrack/backend/event"
)

// wanted puts what a schema asks for into words: "a number".
func wanted(k jsonschema.ErrorKind) (findingCode, wants string) {
	switch k := k.(type) {
	case *kind.Type:
		return "plan.wrong_type", oneOf(k.Want)
	case *kind.Enum:
		return "plan.value_not_allowed", "one of " + values(k.Want)
	case *kind.Const:
		return "plan.value_not_allowed", sent(k.Want)
	case *kind.Pattern:
		return "plan.pattern", "text that matches " + code(k.Want)
	case *kind.Format:
		return "plan.format", formatWords(k.Want)
	case *kind.Minimum:
		return "plan.out_of_range", "at least " + number(k.Want)
	case *kind.Maximum:
		return "plan.out_of_range", "at most " + number(k.Want)
	case *kind.ExclusiveMinimum:
		return "plan.out_of_range", "more than " + number(k.Want)
	case *kind.ExclusiveMaximum:
		return "plan.out_of_range", "less than " + number(k.Want)
	case *kind.MultipleOf:
		return "plan.out_of_range", "a multiple of " + number(k.Want)
	case *kind.PropertyNames:
		return "plan.property_not_allowed", "names that fit its rule for names"
	case *kind.FalseSchema:
		return "plan.property_not_allowed", "it not to be there"
	}
	if wants := sizeWords(k); wants != "" {
		return "plan.wrong_length", wants
	}
	return "plan.condition", conditionWords(k)
}

func sizeWords(k jsonschema.ErrorKind) string {
	switch k := k.(type) {
	case *kind.MinLength:
		return "at least " + count(k.Want, "character")
	case *kind.MaxLength:
		return "at most " + count(k.Want, "character")
	case *kind.MinItems:
		return "at least " + count(k.Want, "item")
	case *kind.MaxItems:
		return "at most " + count(k.Want, "item")
	case *kind.MinProperties:
		return "at least " + count(k.Want, "member")
	case *kind.MaxProperties:
		return "at most " + count(k.Want, "member")
	case *kind.AdditionalItems:
		return count(k.Count, "item") + " fewer"
	}
	return ""
}

func conditionWords(k jsonschema.ErrorKind) string {
	switch k := k.(type) {
	case *kind.UniqueItems:
		return fmt.Sprintf("no item twice (items %d and %d are the same)", k.Duplicates[0]+1, k.Duplicates[1]+1)
	case *kind.Contains, *kind.MinContains:
		return "an item that fits its rule"
	case *kind.MaxContains:
		return "fewer items that fit its rule"
	case *kind.Dependency:
		return code(k.Prop) + " to come with " + names(k.Missing)
	case *kind.DependentRequired:
		return code(k.Prop) + " to come with " + names(k.Missing)
	case *kind.Not:
		return "something its rule does not exclude"
	case *kind.AnyOf:
		return "one of several forms, and it fits none"
	case *kind.OneOf:
		if len(k.Subschemas) > 0 {
			return "exactly one of several forms, and it fits more"
		}
		return "one of several forms, and it fits none"
	}
	return "something else"
}

var typeWords = map[string]string{
	"string": "text", "number": "a number", "integer": "a whole number", "boolean": "true or false",
	"array": "a list", "object": "an object", "null": "null",
}

func oneOf(types []string) string {
	list := make([]string, len(types))
	for i, t := range types {
		list[i] = typeWords[t]
	}
	if n := len(list); n > 1 {
		return strings.Join(list[:n-1], ", ") + " or " + list[n-1]
	}
	return strings.Join(list, "")
}

func formatWords(format string) string {
	words := map[string]string{
		"date-time": "a time such as 2026-03-01T12:30:00Z", "date": "a day such as 2026-03-01", "time": "a time of day such as 12:30:00Z",
		"email": "an e-mail address", "idn-email": "an e-mail address", "uri": "an address with a scheme, such as https://example.com",
		"uuid": "a UUID", "ipv4": "an IPv4 address", "ipv6": "an IPv6 address", "hostname": "a host name",
	}[format]
	if words == "" {
		return "text in the format " + code(format)
	}
	return words
}

func values(list []any) string {
	const most = 12
	var texts []string
	for i, v := range list {
		if i == most {
			texts = append(texts, fmt.Sprintf("%d more", len(list)-most))
			break
		}
		texts = append(texts, sent(v))
	}
	return strings.Join(texts, ", ")
}

func names(list []string) string {
	texts := make([]string, len(list))
	for i, n := range list {
		texts[i] = code(n)
	}
	return strings.Join(texts, ", ")
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

func number(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	f, _ := r.Float64()
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// described says what was sent, as much of it as the finding is about.
func described(f event.Finding, value any) string {
	switch f.Code {
	case "plan.wrong_type":
		return kindWords(value)
	case "plan.wrong_length":
		switch v := value.(type) {
		case string:
			return count(utf8.RuneCountInString(v), "character") + " long"
		case []any:
			return "a list of " + count(len(v), "item")
		case map[string]any:
			return "an object of " + count(len(v), "member")
		}
	case "plan.condition", "plan.property_not_allowed":
		return "there"
	}
	return f.Sent
}

func kindWords(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case string:
		return "text"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	case json.Number:
		if strings.ContainsAny(string(v), ".eE") {
			return "the number " + clip(string(v))
		}
	}
	return "a number"
}

// advice says what to do where that is plain.
func advice(k jsonschema.ErrorKind, f event.Finding, value any) string {
	switch k := k.(type) {
	case *kind.Type:
		text, isText := value.(string)
		for _, t := range k.Want {
			_, notNumber := strconv.ParseFloat(text, 64)
			switch {
			case isText && (t == "number" || t == "integer") && notNumber == nil, isText && t == "boolean" && (text == "true" || text == "false"):
				return " Send " + text + " without the quotes."
			case !isText && t == "string" && isScalar(value):
				return " Send " + string(mustQuote(f.Sent)) + ", in quotes."
			}
		}
	case *kind.Enum:
		var texts []string
		for _, v := range k.Want {
			if s, ok := v.(string); ok {
				texts = append(texts, s)
			}
		}
		if s, ok := value.(string); ok {
			if near := Nearest(s, texts); near != "" {
				return " Did you mean " + quoted(near) + "?"
			}
		}
	}
	return ""
}

func isScalar(value any) bool {
	switch value.(type) {
	case bool, json.Number, float64:
		return true
	}
	return false
}

func mustQuote(s string) []byte { return []byte(`"` + strings.Trim(s, `"`) + `"`) }
