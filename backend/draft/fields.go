package draft

import (
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"sidetrack/backend/document"
	"sidetrack/backend/schema"
)

// The thresholds of a draft. docs/plan.md names them.
const (
	requiredEvents = 20 // a property is required when it was in every one of at least so many
	listedEvents   = 20 // values are listed when the property came so often,
	listedValues   = 10 // with so many different values at most,
	listedEach     = 2  // each of them so often at least,
	listedLength   = 40 // and none longer, in characters
	timeExamples   = 3  // values that have to be times before a property is one
	maxNames       = 50 // names inside an object before it is left open
	maxTypes       = 3  // types of a property, null aside, before any is allowed
)

// drafter drafts the fields of one event.
type drafter struct {
	call, event string
	events      int64
	notes       *notes
}

// field is a property with what is nested in it.
type field struct {
	name   string
	path   string
	seen   *schema.Property
	inside []*field
	items  *field
}

// fields drafts the schema of an event's properties or traits.
func (d *drafter) fields(t *schema.Tally) *document.Node {
	root := &field{}
	grow(root, t.Properties)
	out := object(member("type", text("object")))
	return d.inside(out, root, d.events, false)
}

// grow makes a tree of dotted paths. A name may have dots in it: a path leads
// into another one when that was seen as an object, or a list.
func grow(root *field, properties map[string]*schema.Property) {
	known := map[string]*field{}
	for _, path := range slices.Sorted(maps.Keys(properties)) {
		f := &field{name: path, path: path, seen: properties[path]}
		known[path] = f
		if base, ok := strings.CutSuffix(path, ".$"); ok && known[base] != nil && known[base].seen.Types[schema.Array] > 0 {
			known[base].items = f
			continue
		}
		parent := root
		for at := strings.LastIndexByte(path, '.'); at > 0; at = strings.LastIndexByte(path[:at], '.') {
			if p := known[path[:at]]; p != nil && p.seen.Types[schema.Object] > 0 {
				parent, f.name = p, path[at+1:]
				break
			}
		}
		parent.inside = append(parent.inside, f)
	}
}

// inside adds the names in an object, and which of them are required: those
// every event had that had the object. Of traits none is, since libraries send
// only what has changed (protocols/tracking-plan/create), and in a list nobody
// knows whether every item had it.
func (d *drafter) inside(out *document.Node, f *field, events int64, inList bool) *document.Node {
	if len(f.inside) > maxNames && f.path != "" {
		d.notes.opens = append(d.notes.opens, d.event+": "+f.path)
		return out
	}
	properties := object()
	var required []string
	for _, c := range f.inside {
		properties.Members = append(properties.Members, member(c.name, d.schema(c, inList)))
		if !inList && d.call != "identify" && d.call != "group" && events >= requiredEvents && c.seen.Events == events {
			required = append(required, c.name)
		}
	}
	if len(properties.Members) > 0 {
		out.Members = append(out.Members, member("properties", properties))
	}
	if len(required) > 0 {
		out.Members = append(out.Members, member("required", texts(required)))
	}
	return out
}

// schema drafts the schema of one property.
func (d *drafter) schema(f *field, inList bool) *document.Node {
	out := object()
	types := typesOf(f)
	switch len(types) {
	case 0:
		return out
	case 1:
		out.Members = append(out.Members, member("type", text(types[0])))
	default:
		out.Members = append(out.Members, member("type", texts(types)))
	}
	switch {
	case slices.Contains(types, "string") && d.isTime(f):
		out.Members = append(out.Members, member("format", text("date-time")))
		d.notes.times = append(d.notes.times, d.event+": "+f.path)
	case len(types) == 1 && types[0] == "string" && isChoice(f):
		out.Members = append(out.Members, member("enum", choices(f)))
		d.notes.listed = append(d.notes.listed, d.event+": "+f.path)
	}
	if f.items != nil && slices.Contains(types, "array") {
		if items := d.schema(f.items, true); len(items.Members) > 0 {
			out.Members = append(out.Members, member("items", items))
		}
	}
	if slices.Contains(types, "object") {
		d.inside(out, f, f.seen.Types[schema.Object], inList)
	}
	return out
}

// amounts are names that Segment's specs give a number, whatever few values
// came so far.
var amounts = regexp.MustCompile(`(?i)^(revenue|total|subtotal|price|amount|value|tax|shipping|discount|cost|fee)$|(?i)_(amount|price|total|revenue|cost|value)$`)

// typesOf lists the types that were seen, null last; none when there are too
// many to mean anything.
func typesOf(f *field) []string {
	var list []string
	seen := func(k schema.Kind) bool { return f.seen.Types[k] > 0 }
	for _, k := range []schema.Kind{schema.String, schema.Number, schema.Integer, schema.Boolean, schema.Array, schema.Object} {
		switch {
		case !seen(k) || k == schema.Integer && seen(schema.Number):
		case k == schema.Integer && amounts.MatchString(f.name):
			list = append(list, "number")
		default:
			list = append(list, k.String())
		}
	}
	if len(list) > maxTypes || len(list) == 0 {
		return nil // null alone says nothing about what comes later
	}
	if seen(schema.Null) {
		list = append(list, "null")
	}
	return list
}

// words splits a name at case and separators: productId is product, id.
func words(name string) []string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		switch {
		case unicode.IsUpper(r) && lower, !unicode.IsLetter(r) && !unicode.IsDigit(r):
			b.WriteByte(' ')
		}
		lower = unicode.IsLower(r) || unicode.IsDigit(r)
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return strings.Fields(b.String())
}

// isTime takes a property for a time when its name says so and its first values
// are such times, or all its values are.
func (d *drafter) isTime(f *field) bool {
	examples := f.seen.Examples()
	if len(examples) < timeExamples {
		return false
	}
	values := f.seen.Values
	for _, v := range values {
		var s string
		if json.Unmarshal([]byte(v.JSON), &s) != nil {
			return false
		}
		if _, err := time.Parse(time.RFC3339, s); err != nil {
			return false
		}
	}
	if !f.seen.Many {
		return true
	}
	parts := words(f.name)
	return len(parts) > 0 && slices.Contains([]string{"at", "date", "time", "timestamp", "datetime", "on", "since", "until"}, parts[len(parts)-1])
}

// personal are words of names whose values are somebody's, or free text, or
// name one thing among many: never a list to choose from.
var personal = []string{"id", "ids", "uuid", "guid", "key", "token", "secret", "password", "hash", "session", "cookie",
	"email", "mail", "name", "firstname", "lastname", "fullname", "username", "nickname", "user", "person", "contact", "author", "phone", "mobile", "tel", "fax",
	"address", "street", "city", "town", "state", "region", "zip", "postcode", "postal", "country", "location", "lat", "latitude", "lng", "lon", "longitude", "ip",
	"birthday", "birth", "dob", "age", "gender", "sex", "ssn", "passport", "iban", "card", "account", "company", "employer", "religion", "nationality", "ethnicity", "health", "salary",
	"title", "description", "text", "message", "comment", "note", "notes", "reason", "body", "subject", "content", "query", "search", "term", "keyword", "keywords", "tags",
	"url", "uri", "href", "link", "path", "referrer", "referer", "image", "avatar", "photo", "file", "coupon", "code", "sku", "version", "build", "date", "time", "at", "timestamp"}

// isChoice reports whether the values of a property look like a list to choose
// from: few, short, each more than once, and nothing of a person.
func isChoice(f *field) bool {
	p := f.seen
	if p.Many || p.Events < listedEvents || len(p.Values) < 2 || len(p.Values) > listedValues {
		return false
	}
	for _, w := range words(f.path) {
		if slices.Contains(personal, w) {
			return false
		}
	}
	for _, v := range p.Values {
		var s string
		if v.Events < listedEach || json.Unmarshal([]byte(v.JSON), &s) != nil || !plain(s) {
			return false
		}
	}
	return true
}

var (
	number = regexp.MustCompile(`^[\d\s.,:+()/-]*$`)           // amounts, dates, telephone numbers
	random = regexp.MustCompile(`(?i)[0-9a-f]{8}|\d{4}|@|://`) // ids, e-mail, addresses
)

// plain reports whether a text may be a choice.
func plain(s string) bool {
	if s == "" || len([]rune(s)) > listedLength || len(strings.Fields(s)) > 3 || number.MatchString(s) || random.MatchString(s) {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && u.Host == ""
}

func choices(f *field) *document.Node {
	var list []string
	for _, v := range f.seen.Values {
		var s string
		if json.Unmarshal([]byte(v.JSON), &s) == nil {
			list = append(list, s)
		}
	}
	slices.Sort(list)
	return texts(slices.Compact(list))
}
