package planfile

import (
	"bytes"
	"encoding/json"
	"sort"
	"strconv"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/plan"
	"sidetrack/backend/rawjson"
)

// SegmentJSON writes a plan as Segment's Public API has it: the plan with its
// rules, schemas as they were read. Lint settings and sources are ours and are
// left out.
func SegmentJSON(p *plan.Plan) ([]byte, error) {
	var b []byte
	field := func(key string, value []byte) {
		if b[len(b)-1] != '{' {
			b = append(b, ',')
		}
		b = append(append(append(b, rawjson.Quote(key)...), ':'), value...)
	}
	b = append(b, '{')
	field("name", rawjson.Quote(p.Name))
	field("description", rawjson.Quote(p.Description))
	field("type", rawjson.Quote("LIVE"))
	b = append(b, `,"rules":[`...)
	for i, r := range p.Rules {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '{')
		field("type", rawjson.Quote(strings.ToUpper(string(r.Call))))
		field("key", rawjson.Quote(r.Name))
		field("version", strconv.AppendInt(nil, int64(r.Version), 10))
		if r.Deprecated {
			field("deprecatedAt", rawjson.Quote(deprecated))
		}
		field("jsonSchema", segmentSchema(r).AppendJSON(nil))
		b = append(b, '}')
	}
	b = append(b, "]}"...)
	var out bytes.Buffer
	if err := json.Indent(&out, b, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// deprecated stands for the time somebody deprecated a rule, which a plan does
// not keep. Segment's own zero time says that nobody did.
const deprecated = "1970-01-01T00:00:00.000Z"

// segmentSchema is a rule's schema with what Segment keeps inside it: the
// description, the labels and the draft.
func segmentSchema(r *plan.Rule) *document.Node {
	schema := r.Schema
	if !schema.Is(document.Object) {
		schema = object(r.At)
		if r.Schema.Is(document.Bool) && r.Schema.Text == "false" {
			schema = object(r.At, member("not", object(r.At)))
		}
	}
	var head []document.Member
	if schema.Get("$schema") == nil {
		head = append(head, member("$schema", text("http://json-schema.org/draft-07/schema#", r.At)))
	}
	if schema.Get("description") == nil && r.Description != "" {
		head = append(head, member("description", text(r.Description, r.At)))
	}
	if schema.Get("labels") == nil && len(r.Labels) > 0 {
		labels := object(r.At)
		for _, key := range sortedKeys(r.Labels) {
			labels.Members = append(labels.Members, member(key, text(r.Labels[key], r.At)))
		}
		head = append(head, member("labels", labels))
	}
	c := *schema
	c.Members = append(head, schema.Members...)
	return &c
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
