package plan

import (
	"encoding/json"
	"math"
	"sort"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"sidetrack/backend/event"
	"sidetrack/backend/rawjson"
)

// maxFindings is how many findings of the plan an event lists.
const maxFindings = 50

// Check holds a message against the plan, as Segment Protocols does
// (protocols/validate): an event that is not planned and a property that is not
// planned are told, a planned one that is missing or wrong is a violation.
// Rejected records and alias calls are not judged.
func (j *Judge) Check(r *event.Record, message []byte) []event.Finding {
	if j == nil || r.Disposition == event.Rejected || len(message) == 0 {
		return nil
	}
	c := check{judge: j, record: r, message: message}
	for _, rule := range j.common {
		c.validate(rule)
	}
	if rule := c.rule(); rule != nil {
		c.validate(rule)
		c.unplanned(rule)
	}
	if len(c.found) > maxFindings {
		c.found = c.found[:maxFindings]
	}
	return c.found
}

// check is one event being judged.
type check struct {
	judge   *Judge
	record  *event.Record
	message []byte
	asEvent string         // "page_name" where the rule takes a page call for an event
	seen    map[string]any // what the rule judged last decoded, its own fields with it
	found   []event.Finding
}

// rule chooses the rule for the event; nil when there is none, which is told
// where the plan speaks of such calls at all.
func (c *check) rule() *judged {
	call, name := Call(c.record.Type), c.record.Name
	switch call {
	case Track:
		if versions := c.judge.events[key{Track, name}]; versions != nil {
			return c.version(versions)
		}
		if name != "" {
			c.unplannedEvent("event", name, c.judge.names)
		}
	case Page, Screen:
		for _, k := range []key{{call, name}, {call, ""}} {
			if versions := c.judge.events[k]; versions != nil {
				return c.version(versions)
			}
		}
		viewed := map[Call]string{Page: "Page Viewed", Screen: "Screen Viewed"}[call]
		if versions := c.judge.events[key{Track, viewed}]; versions != nil {
			c.asEvent = string(call) + "_name"
			return c.version(versions)
		}
	case Identify, Group:
		if versions := c.judge.events[key{call, ""}]; versions != nil {
			return c.version(versions)
		}
	}
	return nil
}

// version chooses by context.protocols.event_version, and takes the oldest when
// it is missing, no integer or unknown.
func (c *check) version(versions []*judged) *judged {
	if len(versions) == 1 {
		return versions[0]
	}
	sent := rawjson.Get(rawjson.Get(rawjson.Get(c.message, "context"), "protocols"), "event_version")
	wanted, err := strconv.Atoi(string(sent))
	for _, v := range versions {
		if err == nil && v.Version == wanted {
			return v
		}
	}
	oldest := versions[0]
	text := "context.protocols.event_version is missing"
	if sent != nil {
		text = "there is no version " + clip(string(sent)) + " of it"
	}
	c.add(event.Finding{
		Code: "plan.oldest_version", Path: "/context/protocols/event_version", Sent: clip(string(sent)), Rule: oldest.At.String(), Version: laterVersion(oldest),
		Message: "Held against version " + strconv.Itoa(oldest.Version) + " of " + strconv.Itoa(len(versions)) + ", the oldest: " + text + ". Send the version the call was written for.",
	})
	return oldest
}

func (c *check) unplannedEvent(field, name string, among []string) {
	f := event.Finding{Code: "plan.unplanned_event", Path: "/" + field, Sent: quoted(name), Nearest: Nearest(name, among)}
	f.Message = code(name) + " is not in the plan."
	if f.Nearest != "" {
		f.Message += " Did you mean " + code(f.Nearest) + "?"
	} else {
		f.Message += " Add it to the plan, or stop sending it."
	}
	c.add(f)
}

// unplanned tells the properties or traits the plan does not name.
func (c *check) unplanned(rule *judged) {
	section := rule.Call.Section()
	value := rawjson.Get(c.message, section)
	if rawjson.KindOf(value) != rawjson.Object || rule.fields.open && len(rule.fields.members) == 0 {
		return
	}
	var list []event.Finding
	decoded, there := c.seen[section] // by the rule itself, a moment ago
	if !there || c.asEvent != "" {    // which a page's name was added to
		decoded = rawjson.Value(value)
	}
	if !rule.fields.departs(decoded) {
		return
	}
	rule.fields.unplanned(decoded, "/"+section, nil, func(in *fieldSet, pointer, name string) {
		f := event.Finding{Code: "plan.unplanned_property", Path: pointer, Nearest: Nearest(name, in.names()), Rule: rule.At.String(), Version: laterVersion(rule)}
		f.Message = code(words(pointer)) + " is not in the plan."
		if f.Nearest != "" {
			f.Message += " Did you mean " + code(f.Nearest) + "?"
		}
		list = append(list, f)
	})
	sort.Slice(list, func(a, b int) bool { return list[a].Path < list[b].Path })
	for _, f := range list {
		c.add(f)
	}
}

// validate holds the message against a rule's schema.
func (c *check) validate(rule *judged) {
	instance := c.instance(rule)
	if rule.needs == nil || rule.needs[rule.Call.Section()] {
		c.seen = instance
	}
	err := rule.schema.Validate(instance)
	if err == nil {
		return
	}
	failed, ok := err.(*jsonschema.ValidationError)
	if !ok {
		c.add(event.Finding{Code: "plan.condition", Rule: rule.At.String(), Version: laterVersion(rule), Message: "The message could not be held against the plan: " + err.Error() + "."})
		return
	}
	t := teller{check: c, rule: rule, instance: instance}
	t.leaves(failed)
}

// instance is the message as the validator sees it. Members the rule does not
// look into are there, and not decoded.
func (c *check) instance(rule *judged) map[string]any {
	out := map[string]any{}
	for m := range rawjson.Members(c.message) {
		name := string(m.Key)
		if rule.needs != nil && !rule.needs[name] {
			out[name] = true
			continue
		}
		out[name] = tame(rawjson.Value(m.Of(c.message)))
	}
	if _, there := out[rule.Call.Section()]; !there && rule.Call != Common {
		out[rule.Call.Section()] = map[string]any{} // a call without properties has none, it does not lack them
	}
	if c.asEvent != "" && c.record.Name != "" {
		if properties, ok := out["properties"].(map[string]any); ok {
			properties[c.asEvent] = c.record.Name
		}
	}
	return out
}

// maxDigits bounds the numbers that are compared exactly: 1e999999999 would
// take a gigabyte.
const maxDigits = 400

// tame makes numbers of absurd size into the nearest that can be compared.
func tame(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for k, inner := range v {
			v[k] = tame(inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = tame(inner)
		}
	case json.Number:
		text := string(v)
		exponent := 0
		if at := strings.IndexAny(text, "eE"); at >= 0 {
			n, err := strconv.Atoi(strings.TrimPrefix(text[at+1:], "+"))
			if exponent = n; err != nil {
				exponent = maxDigits + 1
			}
		}
		if len(text) > maxDigits || exponent > maxDigits || exponent < -maxDigits {
			f, _ := v.Float64() // infinite when out of range
			return math.Max(-math.MaxFloat64, math.Min(math.MaxFloat64, f))
		}
	}
	return value
}

func (c *check) add(f event.Finding) {
	f.Severity = SeverityOf(f.Code)
	c.found = append(c.found, f)
}

// laterVersion is the version of a rule as a finding tells it.
func laterVersion(rule *judged) int {
	if rule.Version == 1 {
		return 0
	}
	return rule.Version
}
