package spec

import "sidetrack/backend/rawjson"

// reservedName is a property or trait whose type is agreed on: destinations
// read it and do not convert.
type reservedName struct {
	name string
	want rawjson.Kind
	why  string
}

const (
	skipped   = "Destinations skip it"
	mistaken  = "Destinations cannot read it as a date"
	addressed = "Destinations read its city, country and so on"
)

// The reserved names whose type Segment's spec fixes.
var (
	reservedProperties = []reservedName{
		{"revenue", rawjson.Number, "Reports cannot add up text"},
		{"value", rawjson.Number, "Reports cannot add up text"},
		{"currency", rawjson.Text, "Amounts are read as USD"},
	}
	reservedPage = []reservedName{
		{"name", rawjson.Text, skipped},
		{"path", rawjson.Text, skipped},
		{"referrer", rawjson.Text, skipped},
		{"search", rawjson.Text, skipped},
		{"title", rawjson.Text, skipped},
		{"url", rawjson.Text, skipped},
		{"keywords", rawjson.Array, skipped},
	}
	reservedScreen = []reservedName{{"name", rawjson.Text, skipped}}
	reservedUser   = []reservedName{
		{"email", rawjson.Text, skipped},
		{"firstName", rawjson.Text, skipped},
		{"lastName", rawjson.Text, skipped},
		{"name", rawjson.Text, skipped},
		{"phone", rawjson.Text, "Destinations skip it, and a number loses its leading zero"},
		{"username", rawjson.Text, skipped},
		{"website", rawjson.Text, skipped},
		{"avatar", rawjson.Text, skipped},
		{"gender", rawjson.Text, skipped},
		{"title", rawjson.Text, skipped},
		{"description", rawjson.Text, skipped},
		{"birthday", rawjson.Text, mistaken},
		{"createdAt", rawjson.Text, mistaken},
		{"age", rawjson.Number, "Audiences cannot compare text"},
		{"address", rawjson.Object, addressed},
		{"company", rawjson.Object, "Destinations read its name and id"},
	}
	reservedGroup = []reservedName{
		{"createdAt", rawjson.Text, mistaken},
		{"email", rawjson.Text, skipped},
		{"name", rawjson.Text, skipped},
		{"phone", rawjson.Text, "Destinations skip it, and a number loses its leading zero"},
		{"industry", rawjson.Text, skipped},
		{"website", rawjson.Text, skipped},
		{"avatar", rawjson.Text, skipped},
		{"description", rawjson.Text, skipped},
		{"plan", rawjson.Text, skipped},
		{"address", rawjson.Object, addressed},
	}
)

func (k *checker) reserved() {
	switch k.r.Type {
	case "track":
		k.names("properties", k.f.Properties, reservedProperties)
	case "page":
		k.names("properties", k.f.Properties, reservedPage)
	case "screen":
		k.names("properties", k.f.Properties, reservedScreen)
	case "identify":
		k.names("traits", k.f.Traits, reservedUser)
	case "group":
		k.names("traits", k.f.Traits, reservedGroup)
	}
}

func (k *checker) names(within string, object []byte, table []reservedName) {
	for m := range rawjson.Members(object) {
		for i := range table {
			if string(m.Key) == table[i].name {
				k.name(within, &table[i], m.Of(object))
			}
		}
	}
}

func (k *checker) name(within string, n *reservedName, value []byte) {
	path := "/" + within + "/" + n.name
	switch kind := rawjson.KindOf(value); {
	case kind == rawjson.Null:
	case n.why == mistaken:
		if !isDate(value) {
			k.add("segment.reserved_type", path, "`%s` is %s, Segment reads a date. %s. Send ISO 8601, such as 2026-01-31T12:00:00.000Z.", n.name, shown(value), n.why)
		}
	case kind != n.want:
		k.add("segment.reserved_type", path, "`%s` is %s, Segment reads %s. %s. Send %s.", n.name, kindWord(value), wanted(n.want), n.why, example(n.want, value))
	case n.name == "currency" && !isCurrency(value):
		k.add("segment.reserved_type", path, "`currency` is %s, Segment reads a three-letter ISO 4217 code. Amounts may be read as USD. Send one such as EUR.", shown(value))
	}
}

func isDate(value []byte) bool {
	_, ok := ParseTime(value)
	return ok
}

func isCurrency(value []byte) bool {
	s, _ := rawjson.String(value)
	if len(s) != 3 {
		return false
	}
	for _, c := range []byte(s) {
		if c|0x20 < 'a' || c|0x20 > 'z' {
			return false
		}
	}
	return true
}

func wanted(k rawjson.Kind) string {
	switch k {
	case rawjson.Number:
		return "a number"
	case rawjson.Array:
		return "a list"
	case rawjson.Object:
		return "an object"
	}
	return "text"
}

// example says what to send instead, with the value itself where that works.
func example(want rawjson.Kind, value []byte) string {
	s, isText := rawjson.String(value)
	switch want {
	case rawjson.Number:
		if isText && rawjson.Check([]byte(s), 1) == nil && rawjson.KindOf([]byte(s)) == rawjson.Number && len(s) <= 32 {
			return s + " without the quotes"
		}
		return "a number without quotes"
	case rawjson.Array:
		return "[…]"
	case rawjson.Object:
		return "{…}"
	}
	return "it in quotes"
}
