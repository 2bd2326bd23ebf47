package plan

import "sidetrack/backend/event"

// Code is one kind of finding of the plan.
type Code struct {
	Code        string
	Severity    event.Severity
	Violation   string // Segment's violationType (protocols/validate/forward-violations); empty for none
	Explanation string
}

// Codes is the table of them. Segment's own words for violation types are
// confirmed for Required and Invalid Type and inferred for the others.
var Codes = []Code{
	{"plan.unplanned_event", event.Warning, "", "The event is not in the plan."},
	{"plan.unplanned_property", event.Warning, "", "The property or trait is not in the plan."},
	{"plan.missing_property", event.Violation, "Required", "A required property or trait is missing."},
	{"plan.wrong_type", event.Violation, "Invalid Type", "The value is of another type than planned."},
	{"plan.value_not_allowed", event.Violation, "Enum", "The value is none of those planned."},
	{"plan.pattern", event.Violation, "Pattern", "The text does not match the planned expression."},
	{"plan.format", event.Violation, "Format", "The text is not in the planned format."},
	{"plan.out_of_range", event.Violation, "Number", "The number is too small, too large or no multiple."},
	{"plan.wrong_length", event.Violation, "Length", "The text, list or object is too short or too long."},
	{"plan.property_not_allowed", event.Violation, "Additional Property Not Allowed", "The plan forbids the name here."},
	{"plan.condition", event.Violation, "Condition", "A condition of the plan does not hold."},
	{"plan.oldest_version", event.Notice, "", "The event names no version the plan has, so the oldest was taken."},
}

// SeverityOf returns how bad a finding of the plan is.
func SeverityOf(code string) event.Severity {
	for i := range Codes {
		if Codes[i].Code == code {
			return Codes[i].Severity
		}
	}
	return event.Violation
}
