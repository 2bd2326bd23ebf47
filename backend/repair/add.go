package repair

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/rawjson"
)

// missing mends a required member that is not there: by one that was sent under
// a name near it, or else by a placeholder.
func (f *fixing) missing(found *event.Finding) []candidate {
	steps := rawjson.Steps(found.Path)
	if len(steps) == 0 {
		return nil
	}
	name, in := steps[len(steps)-1], steps[:len(steps)-1]
	var list []candidate
	if found.Nearest != "" {
		there := *found
		there.Path = rawjson.Pointer(append(in[:len(in):len(in)], found.Nearest)...)
		certain := near(found.Nearest, name)
		if after, ok := rawjson.Rename(f.message, rawjson.Steps(there.Path), name); ok {
			words := fmt.Sprintf("Rename `%s` to `%s`.", found.Nearest, name)
			if !certain {
				words += lost(found.Nearest, name, "property")
			}
			list = append(list, candidate{Change{Action: Rename, At: there.Path, From: found.Nearest, To: name, Certain: certain, Words: words}, after, []move{{there.Path, found.Path}}})
		}
	}
	for _, schema := range append(f.schemas(found.Path), &document.Node{Kind: document.Object}) {
		value, only := placeholder(schema, name, 0)
		list = append(list, f.added(in, name, value, only)...)
	}
	return list
}

// added is a change that puts a member in; known where the plan leaves no other
// value.
func (f *fixing) added(in []string, name string, value []byte, known bool) []candidate {
	after, ok := f.insert(in, name, value)
	if !ok {
		return nil
	}
	c := Change{Action: Add, At: rawjson.Pointer(append(in[:len(in):len(in)], name)...), To: string(value), Certain: known, Placeholder: !known}
	c.Words = fmt.Sprintf("Add `%s`: the plan allows only %s.", name, short(value))
	if !known {
		c.Words = fmt.Sprintf("Add `%s`. Its value %s stands in for one only you know.", name, short(value))
	}
	return []candidate{{c, after, nil}}
}

// insert adds a member, with the section it stands in where that is missing, and
// takes the place of a null where the object was sent as null.
func (f *fixing) insert(in []string, name string, value []byte) ([]byte, bool) {
	if after, ok := rawjson.Insert(f.message, in, name, value); ok {
		return after, true
	}
	if _, there := rawjson.Find(f.message, in); there || len(in) != 1 {
		return nil, false
	}
	return rawjson.Insert(f.message, nil, in[0], append(append(append([]byte{'{'}, rawjson.Quote(name)...), ':'), append(value, '}')...))
}

const maxDepth = 8

// placeholder makes a value that fits a schema as far as that can be told. It is
// certain where the schema allows no other.
func placeholder(schema *document.Node, name string, depth int) (value []byte, only bool) {
	if list := choices(schema); len(list) > 0 {
		return list[0].AppendJSON(nil), len(list) == 1
	}
	for _, keyword := range []string{"default", "example"} {
		if v := schema.Get(keyword); v != nil {
			return v.AppendJSON(nil), false
		}
	}
	if list := schema.Get("examples"); list.Is(document.Array) && len(list.Items) > 0 {
		return list.Items[0].AppendJSON(nil), false
	}
	kind := ""
	for _, t := range plan.TypesOf(schema) {
		if kind == "" || kind == "null" {
			kind = t
		}
	}
	switch kind {
	case "number", "integer":
		return numberWithin(schema, kind == "integer"), false
	case "boolean":
		return []byte("false"), false
	case "null":
		return []byte("null"), true
	case "array":
		return listOf(schema, name, depth), false
	case "object":
		return objectOf(schema, depth), false
	}
	return rawjson.Quote(textOf(schema, name)), false
}

func textOf(schema *document.Node, name string) string {
	switch schema.Get("format").String() {
	case "date-time":
		return "1970-01-01T00:00:00Z"
	case "date":
		return "1970-01-01"
	case "time":
		return "00:00:00Z"
	case "email", "idn-email":
		return "somebody@example.com"
	case "uri", "iri":
		return "https://example.com/"
	case "uuid":
		return "00000000-0000-0000-0000-000000000000"
	case "ipv4":
		return "192.0.2.1"
	case "hostname":
		return "example.com"
	}
	text := "<" + name + ">"
	if least, ok := schema.Get("minLength").Int(); ok && len([]rune(text)) < least && least <= 1000 {
		text += strings.Repeat(".", least-len([]rune(text)))
	}
	if most, ok := schema.Get("maxLength").Int(); ok && most >= 0 && len([]rune(text)) > most {
		text = string([]rune(text)[:most])
	}
	return text
}

// numberWithin is 0, or the number next to it that the bounds allow.
func numberWithin(schema *document.Node, whole bool) []byte {
	step := big.NewRat(1, 1)
	if s, ok := rat(schema.Get("multipleOf")); ok && s.Sign() > 0 {
		step = s
	}
	n := new(big.Rat)
	if low, ok := rat(schema.Get("minimum")); ok && low.Sign() > 0 {
		n = up(low, step)
	}
	if low, ok := rat(schema.Get("exclusiveMinimum")); ok && low.Cmp(n) >= 0 {
		n = up(new(big.Rat).Add(low, step), step)
	}
	if high, ok := rat(schema.Get("maximum")); ok && high.Cmp(n) < 0 {
		n = high
	}
	if high, ok := rat(schema.Get("exclusiveMaximum")); ok && high.Cmp(n) <= 0 {
		n = new(big.Rat).Sub(high, step)
	}
	if n.IsInt() || whole {
		return []byte(n.Num().String())
	}
	f, _ := n.Float64()
	return []byte(strconv.FormatFloat(f, 'f', -1, 64))
}

func rat(n *document.Node) (*big.Rat, bool) {
	if !n.Is(document.Number) || len(n.Text) > 40 || strings.ContainsAny(n.Text, "eE") {
		return nil, false
	}
	return new(big.Rat).SetString(n.Text)
}

// up rounds up to a multiple of step.
func up(n, step *big.Rat) *big.Rat {
	times := new(big.Rat).Quo(n, step)
	whole := new(big.Int).Quo(times.Num(), times.Denom())
	if !times.IsInt() && times.Sign() > 0 {
		whole.Add(whole, big.NewInt(1))
	}
	return new(big.Rat).Mul(new(big.Rat).SetInt(whole), step)
}

func listOf(schema *document.Node, name string, depth int) []byte {
	out := []byte{'['}
	least, _ := schema.Get("minItems").Int()
	for i := 0; i < min(least, 20) && depth < maxDepth; i++ {
		if i > 0 {
			out = append(out, ',')
		}
		item, _ := placeholder(schema.Get("items"), name, depth+1)
		out = append(out, item...)
	}
	return append(out, ']')
}

func objectOf(schema *document.Node, depth int) []byte {
	out := []byte("{}")
	required := schema.Get("required")
	if !required.Is(document.Array) || depth >= maxDepth {
		return out
	}
	for _, n := range required.Items {
		value, _ := placeholder(schema.In("properties", n.String()), n.String(), depth+1)
		out, _ = rawjson.Insert(out, nil, n.String(), value)
	}
	return out
}
