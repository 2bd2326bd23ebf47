package planfile

import (
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/plan"
)

// Segment's Config API, since replaced, and Typewriter up to version 7: rules
// is an object with events, global, identify and group.

// configPlans finds the plans of a file: a plan, a request to create one, a
// list of them, or only the rules.
func configPlans(n *document.Node) []*document.Node {
	for _, about := range []*document.Node{n, n.Get("tracking_plan"), n.Get("trackingPlan")} {
		if isConfigRules(about.Get("rules")) {
			return []*document.Node{about}
		}
	}
	var plans []*document.Node
	if several := firstOf(n, "tracking_plans", "trackingPlans"); several.Is(document.Array) {
		for _, about := range several.Items {
			if isConfigRules(about.Get("rules")) {
				plans = append(plans, about)
			}
		}
	}
	if plans == nil && isConfigRules(n) && firstOf(n, "global", "identify", "group", "identify_traits", "group_traits") != nil {
		plans = append(plans, object(n.At, member("rules", n)))
	}
	return plans
}

func isConfigRules(rules *document.Node) bool {
	if !rules.Is(document.Object) {
		return false
	}
	return rules.Get("events").Is(document.Array) || firstOf(rules, "global", "identify", "group").Is(document.Object)
}

func isConfig(u *unit) bool { return u.node != nil && len(configPlans(u.node)) > 0 }

func readConfig(r *reader, units []*unit) error {
	for _, u := range units {
		for _, about := range configPlans(u.node) {
			r.named(firstOf(about, "display_name", "displayName", "name"), about.Get("description"))
			if err := r.configRules(about.Get("rules")); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *reader) configRules(rules *document.Node) error {
	if events := rules.Get("events"); events != nil {
		for _, e := range events.Items {
			if !e.Is(document.Object) {
				return &document.Error{At: e.At, Reason: "an event is " + e.Kind.String(), Expected: "an object with name, version and rules"}
			}
			name := e.Get("name")
			if !name.Is(document.Text) {
				return &document.Error{At: e.At, Reason: "an event has no name", Expected: "name, as text"}
			}
			if err := r.schemaRule(draft{call: plan.Track, name: name.Text, of: e, schema: firstOf(e, "rules", "jsonSchema")}); err != nil {
				return err
			}
		}
	}
	for _, c := range []struct {
		key  string
		call plan.Call
	}{{"global", plan.Common}, {"identify", plan.Identify}, {"group", plan.Group}} {
		schema := rules.Get(c.key)
		if schema == nil {
			continue
		}
		if err := r.schemaRule(draft{call: c.call, of: schema, schema: schema}); err != nil {
			return err
		}
	}
	r.traitList(rules.Get("identify_traits"), plan.Identify)
	r.traitList(rules.Get("group_traits"), plan.Group)
	return nil
}

// traitList reads the older form of traits, a list of {name, type, description}.
// It is most often empty.
func (r *reader) traitList(traits *document.Node, call plan.Call) {
	if traits == nil || len(traits.Items) == 0 {
		return
	}
	properties := object(traits.At)
	for _, t := range traits.Items {
		name := firstOf(t, "name", "key").String()
		if name == "" {
			name = t.String()
		}
		schema := firstOf(t, "rules", "schema")
		if !schema.Is(document.Object) {
			schema = object(t.At)
			for _, m := range t.Members {
				if m.Key == "type" || m.Key == "description" || m.Key == "enum" || m.Key == "pattern" || m.Key == "format" {
					schema.Members = append(schema.Members, m)
				}
			}
		}
		if name != "" {
			properties.Members = append(properties.Members, document.Member{Key: name, KeyAt: t.At, Value: schema})
		}
	}
	fields := object(traits.At, member("properties", properties))
	r.add(&plan.Rule{Call: call, At: traits.At, Schema: message(call, fields, traits.At)})
}

// Avo (avo.app/docs, export): events with rules in Segment's layers.

func isAvo(u *unit) bool {
	events := u.node.Get("events")
	return events.Is(document.Array) && len(events.Items) > 0 && events.Items[0].Get("rules") != nil
}

func readAvo(r *reader, units []*unit) error {
	for _, u := range units {
		r.named(firstOf(u.node, "name", "display_name"), u.node.Get("description"))
		if err := r.configRules(u.node); err != nil {
			return err
		}
	}
	return nil
}

// typewriter.yml says where plan.json is.

func isPointer(u *unit) bool {
	plans := u.node.Get("trackingPlans")
	return plans.Is(document.Array) && len(plans.Items) > 0 && plans.Items[0].Get("path") != nil && plans.Items[0].Get("rules") == nil
}

func readPointer(r *reader, units []*unit) error {
	for _, u := range units {
		for _, p := range u.node.Get("trackingPlans").Items {
			r.named(p.Get("name"), nil)
			if where := p.Get("path"); where.String() != "" {
				if name := u.beside(pointedTo(where.Text)); r.unit(name) == nil {
					r.fail(where.At, name+" is not there. Save the plan with `typewriter`, or name the file here.")
				}
			}
		}
	}
	return nil
}

// pointedTo is the file a path of typewriter.yml means: the folder has plan.json.
func pointedTo(where string) string {
	if strings.HasSuffix(strings.ToLower(where), ".json") {
		return where
	}
	return strings.TrimSuffix(where, "/") + "/plan.json"
}

// dangling is the error for a pointer to files that are not there.
func (r *reader) dangling() error {
	for _, p := range r.plan.Problems {
		return &document.Error{At: p.At, Reason: p.Message, Expected: "a plan beside it"}
	}
	return &document.Error{At: r.units[0].node.At, Reason: "typewriter.yml names no path", Expected: "trackingPlans with id and path"}
}
