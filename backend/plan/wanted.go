package plan

import (
	"strconv"

	"sidetrack/backend/document"
	"sidetrack/backend/event"
)

// SchemasAt returns what the plan says of the value at a place of a message,
// whether it is there or not: the schema of each rule that speaks of it, the
// event's own and the common ones.
func (j *Judge) SchemasAt(r *event.Record, message []byte, steps []string) []*document.Node {
	if j == nil {
		return nil
	}
	var list []*document.Node
	c := check{judge: j, record: r, message: message}
	rules := j.common
	if own := c.rule(); own != nil {
		rules = append([]*judged{own}, rules...)
	}
	for _, rule := range rules {
		walk := walker{root: rule.Schema, found: &list}
		walk.from(rule.Schema, steps, 0)
	}
	return list
}

// EventNames returns the names of the planned track events, sorted.
func (j *Judge) EventNames() []string {
	if j == nil {
		return nil
	}
	return j.names
}

// Covers reports whether the plan has a rule for the event of a record.
func (j *Judge) Covers(r *event.Record) bool { return j != nil && len(j.rulesOf(r)) > 0 }

// walker follows the steps of an instance through a schema. Of conditions and
// choices it knows nothing: which of them holds depends on the message.
type walker struct {
	root  *document.Node
	found *[]*document.Node
}

func (w *walker) from(schema *document.Node, steps []string, depth int) {
	if !schema.Is(document.Object) || depth > maxNesting {
		return
	}
	if ref := schema.Get("$ref").String(); len(ref) > 0 && ref[0] == '#' {
		w.from(w.root.Pointer(ref[1:]), steps, depth+1)
	}
	if all := schema.Get("allOf"); all.Is(document.Array) {
		for _, part := range all.Items {
			w.from(part, steps, depth+1)
		}
	}
	if len(steps) == 0 {
		*w.found = append(*w.found, schema)
		return
	}
	if own := schema.In("properties", steps[0]); own != nil {
		w.from(own, steps[1:], depth+1)
		return
	}
	if _, err := strconv.Atoi(steps[0]); err == nil {
		w.from(schema.Get("items"), steps[1:], depth+1)
	}
}

// Distance is the number of letters to insert, delete, change or swap with a
// neighbour to come from one name to the other, whatever their case and
// separators; most+1 when it is more than most.
func Distance(a, b string, most int) int {
	return min(distance(squeeze(a), squeeze(b), most), most+1)
}
