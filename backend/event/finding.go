package event

// Severity says how bad a finding is. See docs/findings.md for the table.
type Severity string

// The severities, mildest first.
const (
	Notice    Severity = "notice"    // worth knowing; leaves the event good
	Warning   Severity = "warning"   // probably not what was meant
	Violation Severity = "violation" // breaks what the team agreed
	Drop      Severity = "drop"      // Segment would refuse, drop or truncate it
)

// Verdict is the worst of an event's findings.
type Verdict string

// The verdicts, best first.
const (
	Good         Verdict = "good"
	HasWarning   Verdict = "warning"
	HasViolation Verdict = "violation"
	WouldDrop    Verdict = "would_drop"
)

// Finding is something worth telling the person who wrote the tracking code.
// It describes the event; a failure of Sidetrack itself is an error instead.
type Finding struct {
	Code     string   `json:"code" doc:"Stable code, area.snake_case; the table is in docs/findings.md"`
	Severity Severity `json:"severity" enum:"notice,warning,violation,drop"`
	Path     string   `json:"path" doc:"JSON pointer into the message, empty for the whole of it"`
	Message  string   `json:"message" doc:"What happened, why it matters, what to do"`
	Muted    bool     `json:"muted,omitempty" doc:"True when a person muted this kind of finding"`

	// What follows is said by findings of the tracking plan; Nearest by those of
	// naming rules, too.
	Sent    string `json:"sent,omitempty" doc:"The value as sent, as JSON, cut when long"`
	Wants   string `json:"wants,omitempty" doc:"What the plan wants, in words"`
	Nearest string `json:"nearest,omitempty" doc:"The name that was probably meant, or that naming rules suggest"`
	Rule    string `json:"rule,omitempty" doc:"Where the rule stands, file:line:column"`
	Version int    `json:"version,omitempty" doc:"Version of the rule; left out for the first, and where there is no rule"`
}

// VerdictOf returns the worst of the findings that are not muted.
func VerdictOf(findings []Finding) Verdict {
	v := Good
	for _, f := range findings {
		if f.Muted {
			continue
		}
		switch f.Severity {
		case Drop:
			return WouldDrop
		case Violation:
			v = HasViolation
		case Warning:
			if v == Good {
				v = HasWarning
			}
		}
	}
	return v
}
