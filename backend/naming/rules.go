package naming

import (
	"strings"

	"sidetrack/backend/event"
	"sidetrack/backend/spec"
)

const (
	segmentDocs   = "https://segment.com/docs/"
	pagePlanning  = segmentDocs + "getting-started/03-planning-full-install/"
	pageInstall   = segmentDocs + "getting-started/04-full-install/"
	pageTrack     = segmentDocs + "connections/spec/track/"
	pagePractices = segmentDocs + "protocols/tracking-plan/best-practices/"
	pageIdentify  = segmentDocs + "connections/spec/identify/"
)

// Example is a name a rule finds and the one it suggests, empty where there is
// nothing general to suggest.
type Example struct{ Bad, Good string }

// Rule is one naming rule.
type Rule struct {
	spec.Rule
	Example Example
}

// Rules returns the table docs/naming.md is rendered from. None is a violation:
// a name is a habit, and a team may have another one.
func Rules() []Rule {
	row := func(code string, severity event.Severity, threshold, page, explanation, bad, good string) Rule {
		return Rule{spec.Rule{Code: "naming." + code, Severity: severity, Threshold: threshold, Page: page, Explanation: explanation}, Example{bad, good}}
	}
	return []Rule{
		row("event_casing", event.Notice, "Title Case", pageInstall, "The name of the event is not in Title Case.", "orderCompleted", "Order Completed"),
		row("event_structure", event.Notice, "Object Action", pageInstall, "The name of the event does not say first what it is about, then what happened to it, in the past tense.", "Completed Order", "Order Completed"),
		row("dynamic_event", event.Warning, "", pagePractices, "The name of the event holds a value that changes: a date, an id, an e-mail address, a long number. Each value makes a table of its own.", "User Signed Up (11-01-2019)", "User Signed Up"),
		row("value_in_event", event.Notice, "5 words", pagePlanning, "The name of the event holds what belongs into a property, or is longer than a name should be.", "Step 2 Completed", "Step Completed"),
		row("unclear_event", event.Notice, "", pageTrack, "The name of the event tells a colleague nothing.", "Event 12", ""),
		row("page_view_as_event", event.Notice, "", pageInstall, "A track call tells of a view that a page or screen call tells better: those gather the address and the title on their own.", "Home Page Viewed", ""),
		row("near_duplicate_event", event.Warning, "", pageInstall, "Another spelling of the event's name is more usual here. Names are compared letter by letter, so these are two events.", "order completed", "Order Completed"),
		row("property_casing", event.Notice, "snake_case", pageInstall, "The name of a property or trait is not in snake_case. Reserved names such as firstName are fine.", "orderId", "order_id"),
		row("dynamic_property", event.Warning, "", pagePractices, "The name of a property holds a value that changes. Each value makes a column of its own.", "score_20240131", "score"),
		row("numbered_properties", event.Warning, "2 names", pagePractices, "Several properties differ only in a number. They are a list.", "feature_1, feature_2", ""),
		row("near_duplicate_property", event.Warning, "", pageIdentify, "One object has a name in two spellings. Some tools make two traits of it.", "orderId, order_id", "order_id"),
		row("text_boolean", event.Warning, "", pagePractices, "A value is the text true or false. Text cannot be counted as yes and no.", "\"true\"", "true"),
	}
}

// Findings returns the table as the API lists it.
func Findings() []spec.Rule {
	rules := Rules()
	list := make([]spec.Rule, len(rules))
	for i := range rules {
		list[i] = rules[i].Rule
	}
	return list
}

// Known reports whether a plan can switch a rule of this name: naming, for all
// of them, or a code with or without its area.
func Known(name string) bool {
	if name == "naming" {
		return true
	}
	for _, r := range Rules() {
		if r.Code == name || r.Code == "naming."+name {
			return true
		}
	}
	return false
}

// On reports whether a plan that switches rules as lint says leaves the rule
// with this code on. The particular counts more than the general.
func On(lint map[string]bool, code string) bool {
	for _, name := range [...]string{code, strings.TrimPrefix(code, "naming."), "naming"} {
		if on, there := lint[name]; there {
			return on
		}
	}
	return true
}

// Own reports whether a finding is of these rules.
func Own(f *event.Finding) bool { return strings.HasPrefix(f.Code, "naming.") }
