package cli

import (
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"sidetrack/backend/api"
	"sidetrack/backend/document"
	"sidetrack/backend/event"
	"sidetrack/backend/naming"
	"sidetrack/backend/plan"
)

// SARIF 2.1.0 (OASIS), as far as findings need it.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID      string    `json:"id"`
		Short   sarifText `json:"shortDescription"`
		HelpURI string    `json:"helpUri,omitempty"`
		Default struct {
			Level string `json:"level"`
		} `json:"defaultConfiguration"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
		Related   []sarifLocation `json:"relatedLocations,omitempty"`
	}
	sarifLocation struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
			Region *sarifRegion `json:"region,omitempty"`
		} `json:"physicalLocation"`
		Message *sarifText `json:"message,omitempty"`
	}
	sarifRegion struct {
		Line   int `json:"startLine"`
		Column int `json:"startColumn,omitempty"`
	}
)

// sarif begins a log with the rules of these kinds.
func sarif(version string, rules []sarifRule) *sarifLog {
	return &sarifLog{
		Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0",
		Runs: []sarifRun{{Tool: sarifTool{sarifDriver{"Sidetrack", version, rules}}, ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}},
	}
}

func ruleOf(id, explanation, page, level string) sarifRule {
	r := sarifRule{ID: id, Short: sarifText{explanation}}
	if strings.HasPrefix(page, "https://") {
		r.HelpURI = page
	}
	r.Default.Level = level
	return r
}

// add lists a result of a known rule.
func (l *sarifLog) add(id, level, message string, at document.Place, related ...sarifLocation) {
	run := &l.Runs[0]
	for i := range run.Tool.Driver.Rules {
		if run.Tool.Driver.Rules[i].ID == id {
			run.Results = append(run.Results, sarifResult{id, i, level, sarifText{message}, []sarifLocation{locationOf(at)}, related})
			return
		}
	}
}

func locationOf(at document.Place) (l sarifLocation) {
	l.Physical.Artifact.URI = (&url.URL{Path: filepath.ToSlash(at.File)}).String()
	if at.Line > 0 {
		l.Physical.Region = &sarifRegion{at.Line, at.Column}
	}
	return l
}

// placeOf reads a place as findings tell it, file:line:column.
func placeOf(text string) document.Place {
	m := regexp.MustCompile(`^(.*?)(?::(\d+))?(?::(\d+))?$`).FindStringSubmatch(text)
	if m == nil {
		return document.Place{}
	}
	line, _ := strconv.Atoi(m[2]) // no digits are line 0, which is unknown
	column, _ := strconv.Atoi(m[3])
	return document.Place{File: m[1], Line: line, Column: column}
}

// levelOf is SARIF's word for a severity.
func levelOf(severity string) string {
	switch event.Severity(severity) {
	case event.Violation, event.Drop, "error":
		return "error"
	case event.Warning:
		return "warning"
	}
	return "note"
}

func sarifOfFlaws(version string, flaws []plan.Flaw) *sarifLog {
	var rules []sarifRule
	for _, c := range plan.LintCodes() {
		rules = append(rules, ruleOf(c.Code, c.Explanation, "", levelOf(c.Severity)))
	}
	for _, r := range naming.Rules() {
		rules = append(rules, ruleOf(r.Code, r.Explanation, r.Page, "warning"))
	}
	log := sarif(version, rules)
	for _, f := range flaws {
		log.add(f.Code, levelOf(f.Severity), f.Message, f.At)
	}
	return log
}

func sarifOfEvents(version, file string, items []judgedEvent) *sarifLog {
	var rules []sarifRule
	for _, c := range plan.Codes {
		rules = append(rules, ruleOf(c.Code, c.Explanation, "", levelOf(string(c.Severity))))
	}
	if file == "-" {
		file = "stdin"
	}
	log := sarif(version, rules)
	for _, j := range items {
		for _, f := range j.Findings {
			var related []sarifLocation
			if rule := placeOf(f.Rule); rule.File != "" {
				l := locationOf(rule)
				l.Message = &sarifText{"The rule."}
				related = append(related, l)
			}
			log.add(f.Code, levelOf(string(f.Severity)), f.Message, document.Place{File: file, Line: j.Line}, related...)
		}
	}
	return log
}

func sarifOfChanges(version string, changes []plan.Change) *sarifLog {
	var rules []sarifRule
	level := map[bool]string{true: "error", false: "note"}
	for _, k := range plan.ChangeKinds() {
		rules = append(rules, ruleOf(k.Kind, k.Explanation, "", level[k.Breaking]))
	}
	log := sarif(version, rules)
	for i := range changes {
		log.add(changes[i].Kind, level[changes[i].Breaking], changes[i].Message, placeOfChange(&changes[i]))
	}
	return log
}

// sarifOfCoverage reports what never came, and what came and is not planned. An
// event that is not planned has no place, so it is told of the plan's file.
func sarifOfCoverage(version string, plans []api.PlanCoverage) *sarifLog {
	log := sarif(version, []sarifRule{
		ruleOf("coverage.never_seen", "An event or a property is planned, and never came.", "", "note"),
		ruleOf("coverage.unplanned", "An event or a property came, and is not planned.", "", "warning"),
	})
	add := func(state api.CoverageState, what string, at document.Place) {
		switch state {
		case plan.NeverSeen:
			log.add("coverage.never_seen", "note", what+" is planned and never came.", at)
		case plan.Unplanned:
			log.add("coverage.unplanned", "warning", what+" came and is not planned.", at)
		}
	}
	for _, p := range plans {
		var file document.Place
		for i := range p.Items { // those that are planned come first
			item, at := &p.Items[i], file
			if item.At != nil {
				at = *item.At
				file.File = at.File
			}
			what := strings.TrimSpace(string(item.Call) + " " + item.Name)
			add(item.State, what, at)
			for j := range item.Properties {
				if item.State == plan.Seen {
					add(item.Properties[j].State, item.Properties[j].Name+" of "+what, at)
				}
			}
		}
	}
	return log
}

func sarifOfLost(version string, lost []plan.Problem) *sarifLog {
	log := sarif(version, []sarifRule{ruleOf("convert.not_said", "The other format cannot say it.", "", "warning")})
	for _, p := range lost {
		log.add("convert.not_said", "warning", p.Message, p.At)
	}
	return log
}
