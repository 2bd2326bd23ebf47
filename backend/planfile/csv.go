package planfile

import (
	"fmt"
	"regexp"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/plan"
)

// Segment's CSV (protocols/tracking-plan/create): a row for each property.

func isCSV(u *unit) bool { return u.table != nil }

func readCSV(r *reader, units []*unit) error {
	for _, u := range units {
		for _, title := range u.table.ignored {
			r.warn(title.at, fmt.Sprintf("The column %q is not understood and is left out.", title.text))
		}
		s := sheet{reader: r, table: u.table, known: map[string]*sheetRule{}}
		for _, row := range u.table.rows {
			if err := s.row(row); err != nil {
				return err
			}
		}
		for _, rule := range s.order {
			rule.Schema = message(rule.Call, rule.fields.schema(rule.At), rule.At)
			r.add(&rule.Rule)
		}
	}
	return nil
}

type sheet struct {
	reader *reader
	table  *table
	known  map[string]*sheetRule
	order  []*sheetRule
	last   *sheetRule // an empty event cell goes on with it
}

type sheetRule struct {
	plan.Rule
	fields branch
}

// row reads one row: a property, or an event when it names none.
func (s *sheet) row(row tableRow) error {
	get := func(c column) string { return s.table.cell(row, c).text }
	blank := true
	for _, c := range row.cells {
		blank = blank && c.text == ""
	}
	if blank {
		return nil
	}
	rule := s.rule(row)
	if rule == nil {
		at := s.table.cell(row, colEvent).at
		return &document.Error{At: at, Reason: "this row belongs to no event", Expected: "the name of an event in the column for it, or a type such as IDENTIFY"}
	}
	if d := get(colEventDescription); d != "" {
		rule.Description = d
	}
	if labels := get(colLabels); labels != "" && rule.Labels == nil {
		items := list(row.at)
		for _, l := range strings.FieldsFunc(labels, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
			items.Items = append(items.Items, text(l, row.at))
		}
		rule.Labels = labelsOf(items)
	}
	property := s.table.cell(row, colProperty)
	if property.text == "" {
		if _, own := s.table.columns[colEventDescription]; !own && rule.Description == "" {
			rule.Description = get(colDescription)
		}
		return nil
	}
	schema, err := s.schema(row)
	if err != nil {
		return err
	}
	required, err := requiredBy(s.table.cell(row, colStatus))
	if err != nil {
		return err
	}
	steps := pathSteps(property.text)
	if rule.Call.Section() == "traits" && len(steps) > 1 && steps[0] == "traits" {
		steps = steps[1:] // traits.email
	}
	rule.fields.put(steps, schema, required, property.at)
	return nil
}

// rule is the one a row belongs to.
func (s *sheet) rule(row tableRow) *sheetRule {
	name, kind, version := s.table.cell(row, colEvent), s.table.cell(row, colCall), s.table.cell(row, colVersion)
	if name.text == "" && kind.text == "" {
		return s.last
	}
	call, known := callOf(kind.text)
	if !known {
		call = plan.Track
		if name.text == "" {
			return s.last
		}
	}
	if call == plan.Identify || call == plan.Group || call == plan.Common {
		name.text = ""
	}
	if call == plan.Track && name.text == "" {
		return s.last
	}
	v := versionOf(text(version.text, version.at))
	id := fmt.Sprint(call, "\x00", name.text, "\x00", v)
	rule := s.known[id]
	if rule == nil {
		rule = &sheetRule{Rule: plan.Rule{Call: call, Name: name.text, Version: v, At: name.at}, fields: branch{at: row.at}}
		s.known[id] = rule
		s.order = append(s.order, rule)
	}
	s.last = rule
	return rule
}

// requiredBy reads the column Status: required or optional, or yes and no.
func requiredBy(c cell) (bool, error) {
	switch strings.ToLower(c.text) {
	case "required", "yes", "true", "y", "1", "x", "always":
		return true, nil
	case "", "optional", "no", "false", "n", "0", "-", "recommended", "sometimes":
		return false, nil
	}
	return false, &document.Error{At: c.at, Reason: fmt.Sprintf("%q is no status", c.text), Expected: "required or optional"}
}

// pathSteps splits products.$.price, or products[].price; a backslash keeps a dot.
func pathSteps(path string) []string {
	var steps []string
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		switch {
		case path[i] == '\\' && i+1 < len(path):
			i++
			b.WriteByte(path[i])
		case strings.HasPrefix(path[i:], "[]"):
			steps = append(steps, b.String())
			b.Reset()
			b.WriteByte('$')
			i++
		case path[i] == '.':
			steps = append(steps, b.String())
			b.Reset()
		default:
			b.WriteByte(path[i])
		}
	}
	return append(steps, b.String())
}

// expression tells an expression from a plain list of values.
var expression = regexp.MustCompile(`[\\^$*+?()\[\]{}|]`)

// values splits a list: JSON, lines, or commas or semicolons.
func values(c cell) []*document.Node {
	if strings.HasPrefix(c.text, "[") {
		if n, err := document.JSON(c.at.File, []byte(c.text)); err == nil && n.Is(document.Array) {
			n.Move(func(document.Place) document.Place { return c.at })
			return n.Items
		}
	}
	var items []*document.Node
	for _, v := range strings.FieldsFunc(c.text, func(r rune) bool { return strings.ContainsRune(",;|\n", r) }) {
		if v = strings.TrimSpace(v); v != "" {
			items = append(items, text(strings.Trim(v, `"'`), c.at))
		}
	}
	return items
}

// schema is what a row says about its property.
func (s *sheet) schema(row tableRow) (*document.Node, error) {
	out := object(row.at)
	kind, enum, permitted := s.table.cell(row, colType), s.table.cell(row, colEnum), s.table.cell(row, colPermitted)
	types := list(kind.at)
	for _, t := range strings.FieldsFunc(kind.text, func(r rune) bool { return strings.ContainsRune(",;|/\n[]\"", r) }) {
		names, format, err := dataType(cell{strings.TrimSpace(t), kind.at})
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			types.Items = append(types.Items, text(name, kind.at))
		}
		if format != "" {
			out.Members = append(out.Members, member("format", text(format, kind.at)))
		}
		if squeeze(t) == "enum" && enum.text == "" {
			enum, permitted.text = permitted, ""
		}
	}
	if len(types.Items) > 0 {
		out.Members = append(out.Members, member("type", types))
	}
	if items := values(enum); len(items) > 0 {
		out.Members = append(out.Members, member("enum", list(enum.at, items...)))
	}
	if permitted.text != "" {
		pattern := permitted.text
		if !expression.MatchString(pattern) || strings.HasPrefix(pattern, "[\"") {
			// Segment makes alternatives of a list; nothing anchors them.
			var alternatives []string
			for _, v := range values(permitted) {
				alternatives = append(alternatives, v.Text)
			}
			pattern = strings.Join(alternatives, "|")
		}
		out.Members = append(out.Members, member("pattern", text(pattern, permitted.at)))
	}
	if f := s.table.cell(row, colFormat); f.text != "" && out.Get("format") == nil {
		out.Members = append(out.Members, member("format", text(f.text, f.at)))
	}
	if d := s.table.cell(row, colDescription); d.text != "" {
		out.Members = append(out.Members, member("description", text(d.text, d.at)))
	}
	return out, nil
}

// dataType reads a name of the editor: string, Date time, Enum.
func dataType(c cell) (types []string, format string, err error) {
	switch t := squeeze(c.text); t {
	case "", "any", "enum":
		return nil, "", nil
	case "array", "object", "boolean", "integer", "number", "string", "null":
		return []string{t}, "", nil
	case "datetime", "timestamp":
		return []string{"string"}, "date-time", nil
	case "date":
		return []string{"string"}, "date", nil
	case "text":
		return []string{"string"}, "", nil
	case "bool":
		return []string{"boolean"}, "", nil
	case "list":
		return []string{"array"}, "", nil
	case "int", "wholenumber":
		return []string{"integer"}, "", nil
	case "float", "double", "decimal":
		return []string{"number"}, "", nil
	}
	return nil, "", &document.Error{At: c.at, Reason: fmt.Sprintf("%q is no data type", c.text), Expected: "any, array, object, boolean, integer, number, string, null, Date time or Enum"}
}
