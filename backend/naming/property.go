package naming

import (
	"strings"

	"sidetrack/backend/event"
	"sidetrack/backend/rawjson"
)

// plain reports whether a name is in snake_case and holds no digit, which is
// what most are.
func plain(key []byte) bool {
	before := byte('_')
	for _, b := range key {
		if !('a' <= b && b <= 'z') && (b != '_' || before == '_') {
			return false
		}
		before = b
	}
	return before != '_'
}

// snake reports whether a name is in snake_case, digits and all; an empty one
// is Segment's to judge.
func snake(key []byte) bool {
	before := byte('_')
	for i, b := range key {
		digit := '0' <= b && b <= '9'
		if !('a' <= b && b <= 'z') && !(digit && i > 0) && (b != '_' || before == '_') {
			return false
		}
		before = b
	}
	return before != '_' || len(key) == 0
}

// Property holds the name of a property or trait against the rules.
func (c *Checker) Property(key string) (event.Finding, bool) {
	return c.property(nil, []byte(key))
}

// property holds a name against the rules; object is where it stands.
func (c *Checker) property(object, key []byte) (event.Finding, bool) {
	if plain(key) {
		return nothing()
	}
	name := string(key)
	if what := c.dynamicKey(name); what != "" {
		better := c.Snake(name)
		advice := "Send it as a value."
		if better != "" {
			advice = "Send " + code(better) + ", and it as a value."
		}
		return c.found("dynamic_property", "", better, "%s holds %s. Each value would make a column of its own in a warehouse. %s", code(name), what, advice), true
	}
	if snake(key) {
		return nothing()
	}
	better := c.Snake(name)
	if better != "" && rawjson.Get(object, better) != nil {
		return c.found("near_duplicate_property", "", better, "%s stands beside %s. Names are compared letter by letter, so these are two columns. Send only %s.", code(name), code(better), code(better)), true
	}
	if c.properties[name] || better == "" && !isASCII(name) || !isASCII(name) && strings.ToLower(name) == name {
		return nothing()
	}
	advice := "Choose letters, digits and single underscores."
	if better != "" {
		advice = "Send " + code(better) + "."
	}
	return c.found("property_casing", "", better, "%s is not in snake_case. One habit keeps columns together. %s", code(name), advice), true
}

func (c *Checker) dynamicKey(name string) string {
	if isNumber(name) {
		return "only a number"
	}
	if !strings.ContainsAny(name, "0123456789@") {
		return ""
	}
	if what := c.dynamic(name); what != "a value in brackets" {
		return what
	}
	return ""
}

// stem returns a name without the number at its end; empty when there is none,
// or when the number is usual there.
func (c *Checker) stem(key []byte) string {
	name := string(key)
	bare := strings.TrimRight(name, "0123456789")
	if bare == name {
		return ""
	}
	bare = strings.TrimRight(bare, "_-")
	if c.numbered[bare] || bare == "" {
		return ""
	}
	return bare
}
