package planfile

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/plan"
)

// CSV writes a plan as a table with a row for each property. The table cannot
// say all a JSON Schema can; what it leaves out comes back as problems.
func CSV(p *plan.Plan) ([]byte, []plan.Problem) {
	var out bytes.Buffer
	w := tableWriter{csv: csv.NewWriter(&out)}
	w.write([]string{"Rule Type", "Event Name", "Event Version", "Event Description", "Labels", "Property Name", "Property Description", "Status", "Data Type", "Allowed Property Values", "Enum Values", "Format"})
	for _, r := range p.Rules {
		w.rule(r)
	}
	w.csv.Flush()
	return out.Bytes(), w.lost
}

type tableWriter struct {
	csv  *csv.Writer
	head []string // of the rule being written
	lost []plan.Problem
}

// write adds a row; the writer's buffer does not fail.
func (w *tableWriter) write(row []string) { _ = w.csv.Write(row) }

func (w *tableWriter) lose(at document.Place, what string) {
	w.lost = append(w.lost, plan.Problem{At: at, Message: "The table cannot say " + what + ".", Severity: "warning"})
}

func (w *tableWriter) rule(r *plan.Rule) {
	var labels []string
	for _, key := range sortedKeys(r.Labels) {
		labels = append(labels, key+":"+r.Labels[key])
	}
	w.head = []string{strings.ToUpper(string(r.Call)), r.Name, strconv.Itoa(r.Version)}
	w.write(append(append([]string{}, w.head...), r.Description, strings.Join(labels, ", "), "", "", "", "", "", "", ""))
	if r.Name != strings.TrimSpace(r.Name) {
		w.lose(r.At, "the space around the name "+r.Label())
	}
	if r.Deprecated {
		w.lose(r.At, "that "+r.Label()+" is deprecated")
	}
	fields := r.Schema
	if r.Call != plan.Common {
		fields = r.Fields()
		w.outside(r)
	}
	path := ""
	if r.Call.Section() == "traits" {
		path = "traits."
	}
	w.object(r, fields, path, 0)
}

// outside tells what a rule says about the message beside its fields.
func (w *tableWriter) outside(r *plan.Rule) {
	for _, m := range r.Schema.Members {
		switch {
		case quietKeywords[m.Key], m.Key == "required":
		case m.Key == "properties":
			for _, section := range m.Value.Members {
				if section.Key != r.Call.Section() && !empty(section.Value, 1) {
					w.lose(section.KeyAt, "what "+r.Label()+" asks of "+section.Key)
				}
			}
		default:
			w.lose(m.KeyAt, m.Key+" of "+r.Label())
		}
	}
}

// object writes the members of a schema.
func (w *tableWriter) object(r *plan.Rule, schema *document.Node, path string, depth int) {
	required := map[string]bool{}
	for _, name := range itemsOf(schema.Get("required")) {
		required[name.String()] = true
	}
	if schema == nil || depth > maxSteps {
		return
	}
	if depth == 0 {
		w.others(r, schema, strings.TrimSuffix(path, "."))
	}
	seen := map[string]bool{}
	for _, m := range membersOf(schema.Get("properties")) {
		seen[m.Key] = true
		w.property(r, m, path, required[m.Key], depth)
	}
	for _, name := range itemsOf(schema.Get("required")) {
		if !seen[name.String()] && name.String() != "" {
			w.property(r, document.Member{Key: name.Text, KeyAt: name.At, Value: object(name.At)}, path, true, depth)
		}
	}
}

func membersOf(n *document.Node) []document.Member {
	if n == nil {
		return nil
	}
	return n.Members
}

func (w *tableWriter) property(r *plan.Rule, m document.Member, path string, required bool, depth int) {
	if m.Key == "" || m.Key != strings.TrimSpace(m.Key) || m.Key == "$" {
		w.lose(m.KeyAt, "the name "+strconv.Quote(m.Key)+" in "+r.Label())
		return
	}
	path += escapeStep(m.Key)
	w.value(r, m.Value, path, required, depth)
}

// value writes the row of a property or of the items of a list, and of what is in it.
func (w *tableWriter) value(r *plan.Rule, schema *document.Node, path string, required bool, depth int) {
	status := "optional"
	if required {
		status = "required"
	}
	kind, format := w.dataType(r, schema, path)
	w.write(append(append([]string{}, w.head...), "", "", path, schema.Get("description").String(), status, kind, permitted(schema.Get("pattern").String()), enumCell(schema.Get("enum")), format))
	w.others(r, schema, path)
	w.object(r, schema, path+".", depth+1)
	if items := schema.Get("items"); items.Is(document.Object) && depth <= maxSteps {
		w.value(r, items, path+".$", false, depth+1)
	}
}

// tableKeywords are those a row can say, or that say nothing.
var tableKeywords = map[string]bool{"type": true, "enum": true, "pattern": true, "format": true, "description": true, "properties": true, "required": true, "id": true, "$id": true, "key": true, "$schema": true, "labels": true, "eventMetadata": true, "$comment": true, "title": true, "index": true, "nameMapping": true}

func (w *tableWriter) others(r *plan.Rule, schema *document.Node, path string) {
	if !schema.Is(document.Object) {
		w.lose(schema.At, "the schema of "+path+" in "+r.Label())
	}
	for _, m := range schema.Members {
		if !tableKeywords[m.Key] && !(m.Key == "items" && m.Value.Is(document.Object)) {
			w.lose(m.KeyAt, strings.TrimSpace(m.Key+" "+ofPath(path))+" in "+r.Label())
		}
	}
}

func ofPath(path string) string {
	if path == "" {
		return ""
	}
	return "of " + path
}

func (w *tableWriter) dataType(r *plan.Rule, schema *document.Node, path string) (kind, format string) {
	format = schema.Get("format").String()
	var words []string
	for _, t := range typeNames(schema.Get("type")) {
		if names, _, err := dataType(cell{t, schema.At}); err != nil || len(names) != 1 || names[0] != t {
			if t != "any" {
				w.lose(schema.At, "the type "+t+" of "+path+" in "+r.Label())
			}
			words = nil
			break
		}
		words = append(words, t)
	}
	if schema.Get("enum") != nil {
		words = append([]string{"Enum"}, words...)
	}
	if len(words) == 1 && words[0] == "string" && format == "date-time" {
		return "Date time", ""
	}
	if len(words) == 0 {
		return "any", format
	}
	return strings.Join(words, ", "), format
}

func typeNames(t *document.Node) []string {
	if t.Is(document.Text) {
		return []string{t.Text}
	}
	var names []string
	for _, item := range itemsOf(t) {
		names = append(names, item.String())
	}
	return names
}

// permitted writes an expression so that it is not taken for a list.
func permitted(pattern string) string {
	list := strings.HasPrefix(pattern, `["`) || !expression.MatchString(pattern) && strings.ContainsAny(pattern, ",;\n")
	if list || pattern != strings.TrimSpace(pattern) {
		return "(?:" + pattern + ")"
	}
	return pattern
}

// enumCell writes values with commas between, or as JSON where that would not
// come back as it was.
func enumCell(enum *document.Node) string {
	var texts []string
	for _, v := range itemsOf(enum) {
		if !v.Is(document.Text) || v.Text == "" || strings.ContainsAny(v.Text, ",;|\n") || strings.Trim(v.Text, ` "'[`) != v.Text {
			return string(enum.AppendJSON(nil))
		}
		texts = append(texts, v.Text)
	}
	return strings.Join(texts, ", ")
}

func escapeStep(name string) string {
	return strings.NewReplacer(`\`, `\\`, ".", `\.`, "[]", `\[]`).Replace(name)
}
