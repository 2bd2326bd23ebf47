package planfile

import (
	"fmt"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/plan"
)

// RudderStack's API (rudderstack.com/docs, Tracking Plan API): the older form
// is a Config plan whose versions are texts such as 1-0-0, the newer one a
// list of events with eventType and identitySection.

func isRudderAPI(u *unit) bool {
	for _, about := range rudderPlans(u.node) {
		for _, e := range rudderEvents(about).Items {
			version := e.Get("version").String()
			if e.Get("eventType") != nil || e.Get("identitySection") != nil || strings.Count(version, "-") == 2 && e.Get("rules") != nil {
				return true
			}
		}
	}
	return false
}

// rudderPlans are the places a plan may be in an answer.
func rudderPlans(n *document.Node) []*document.Node {
	plans := []*document.Node{n, n.Get("data"), n.Get("tracking_plan")}
	if several := firstOf(n, "tracking_plans", "trackingPlans"); several.Is(document.Array) {
		plans = append(plans, several.Items...)
	}
	if n.Is(document.Array) {
		plans = append(plans, n.Items...)
	}
	return plans
}

func rudderEvents(about *document.Node) *document.Node {
	for _, events := range []*document.Node{about.In("rules", "events"), about.Get("events"), about.Get("data")} {
		if events.Is(document.Array) {
			return events
		}
	}
	return &document.Node{Kind: document.Array}
}

func readRudderAPI(r *reader, units []*unit) error {
	for _, u := range units {
		for _, about := range rudderPlans(u.node) {
			events := rudderEvents(about)
			if len(events.Items) > 0 {
				r.named(firstOf(about, "display_name", "name"), about.Get("description"))
			}
			for _, e := range events.Items {
				if err := r.rudderEvent(e); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (r *reader) rudderEvent(e *document.Node) error {
	if !e.Is(document.Object) {
		return &document.Error{At: e.At, Reason: "an event is " + e.Kind.String(), Expected: "an object with name, eventType and rules"}
	}
	call := plan.Track
	if kind := firstOf(e, "eventType", "event_type"); kind.Is(document.Text) {
		known := false
		if call, known = callOf(kind.Text); !known {
			r.fail(kind.At, fmt.Sprintf("An event of type %q is not in force: track, identify, group, page and screen are known.", kind.Text))
			return nil
		}
	}
	d := draft{call: call, name: e.Get("name").String(), of: e, schema: e.Get("rules")}
	if call == plan.Identify || call == plan.Group {
		d.name = ""
	}
	switch section := e.Get("identitySection").String(); section {
	case "context.traits":
		// RudderStack's own libraries put traits there, Segment's do not.
		if inner := d.schema.In("properties", "context", "properties", "traits"); inner != nil {
			d.schema = message(call, inner, inner.At)
		}
	case "properties", "traits":
		if inner := d.schema.In("properties", section); inner != nil && section != call.Section() {
			d.schema = message(call, inner, inner.At)
		}
	}
	return r.schemaRule(d)
}
