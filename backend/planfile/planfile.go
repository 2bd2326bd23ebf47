// Package planfile reads the files teams keep their tracking plan in, and
// writes and changes them.
//
// Whatever the format, a rule becomes a JSON Schema of the whole message, as
// Segment lays it out, and every part of it keeps the place it has in its
// file, so that a finding can name file, line and column. docs/plan-formats.md
// says what is read and how it is recognised. The package is pure: it is given
// bytes and opens nothing.
package planfile

import (
	"path"
	"sort"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/plan"
)

// File is one file of a plan.
type File struct {
	Name string // as people know it: a path with slashes
	Data []byte
}

// The formats, as Plan.Format names them.
const (
	Sidetrack     = "Sidetrack YAML"
	SegmentPublic = "Segment Public API"
	SegmentConfig = "Segment Config API"
	Typewriter    = "Typewriter plan.json"
	Pointer       = "typewriter.yml"
	SegmentCSV    = "Segment CSV"
	Terraform     = "Terraform"
	RudderAPI     = "RudderStack API"
	RudderYAML    = "RudderStack YAML"
	Avo           = "Avo export"
	SelfDescribed = "self-describing JSON Schema"
	PlainSchema   = "JSON Schema"
)

// format is one of the ways to write a plan down.
type format struct {
	name   string
	claims func(u *unit) bool
	read   func(r *reader, units []*unit) error
}

// formats lists them in the order they are tried: the first that claims a file
// has it. The particular come before the general.
func formats() []format {
	return []format{
		{Sidetrack, isSidetrack, readSidetrack},
		{plan.SettingsFormat, isSettings, readSettings},
		{Terraform, isTerraform, readTerraform},
		{SegmentCSV, isCSV, readCSV},
		{Pointer, isPointer, readPointer},
		{RudderYAML, isRudderYAML, readRudderYAML},
		{RudderAPI, isRudderAPI, readRudderAPI},
		{SegmentConfig, isConfig, readConfig},
		{Typewriter, isTypewriter, readPublic},
		{SegmentPublic, isPublic, readPublic},
		{Avo, isAvo, readAvo},
		{SelfDescribed, isSelfDescribed, readSelfDescribed},
		{PlainSchema, isPlainSchema, readPlainSchema},
	}
}

const lookedFor = "a Segment plan (JSON with rules, CSV, Terraform's segment_tracking_plan), a Typewriter plan.json, a RudderStack or Avo plan, JSON Schemas, or YAML with sidetrack-plan: 1"

// reader makes one plan of several files.
type reader struct {
	plan  *plan.Plan
	units []*unit
	depth int // of references within references
}

// Read makes a plan of one file, several, or a folder's. The format is told by
// the content; Plan.Format says which it was. The error is a *document.Error.
func Read(files []File) (*plan.Plan, error) {
	r := &reader{plan: &plan.Plan{}}
	if len(files) == 0 {
		return nil, &document.Error{Reason: "there is no file", Expected: lookedFor}
	}
	for _, f := range files {
		units, err := parse(f)
		if err != nil {
			if len(files) > 1 && !mayBePlan(f.Name) {
				continue // a README beside the plan
			}
			return nil, err
		}
		r.units = append(r.units, units...)
	}
	if err := r.read(files[0]); err != nil {
		return nil, err
	}
	r.settle()
	if problems := r.plan.DropConflicts(); len(problems) > 0 {
		return nil, &document.Error{At: problems[0].At, Reason: strings.TrimSuffix(problems[0].Message, " It is not in force.")}
	}
	return r.plan, nil
}

// read hands each unit to the format that claims it.
func (r *reader) read(first File) error {
	var names []string
	taken := map[*unit]bool{}
	pointerOnly := true
	loaded := r.loaded()
	for _, f := range formats() {
		var mine []*unit
		for _, u := range r.units {
			if !taken[u] && !loaded[path.Clean(u.file.Name)] && f.claims(u) {
				taken[u] = true
				mine = append(mine, u)
			}
		}
		if len(mine) == 0 {
			continue
		}
		if err := f.read(r, mine); err != nil {
			return err
		}
		if f.name != Pointer {
			pointerOnly = false
		}
		names = append(names, f.name)
	}
	if len(names) == 0 {
		return &document.Error{At: document.Place{File: first.Name, Line: 1, Column: 1}, Reason: "this is no tracking plan in a format that is known", Expected: lookedFor}
	}
	if pointerOnly {
		return r.dangling()
	}
	r.plan.Format = strings.Join(names, ", ")
	for _, u := range r.units {
		if !taken[u] && !r.isPart(u) && mayBePlan(u.file.Name) {
			r.warn(document.Place{File: u.file.Name, Line: 1, Column: 1}, "This file is no part of a plan in a format that is known, and is left out.")
		}
	}
	return nil
}

// loaded are the files Terraform puts into its rules: no plans of their own.
func (r *reader) loaded() map[string]bool {
	names := map[string]bool{}
	for _, u := range r.units {
		if u.body != nil {
			for name := range u.references() {
				names[name] = true
			}
		}
	}
	return names
}

// mayBePlan reports whether a file beside others is meant to be read: its name
// says that it holds data.
func mayBePlan(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".json", ".yaml", ".yml", ".csv", ".tf":
		return true
	}
	return false
}

// isPart reports whether a file only serves others: a file of Terraform
// without a plan, a schema others refer to.
func (r *reader) isPart(u *unit) bool {
	return u.body != nil || r.referred()[path.Clean(u.file.Name)]
}

func (r *reader) warn(at document.Place, message string) {
	r.plan.Problems = append(r.plan.Problems, plan.Problem{At: at, Message: message, Severity: "warning"})
}

func (r *reader) fail(at document.Place, message string) {
	r.plan.Problems = append(r.plan.Problems, plan.Problem{At: at, Message: message, Severity: "error"})
}

// add takes a rule into the plan. Rules that lack a name they need, or say
// nothing, are left out.
func (r *reader) add(rule *plan.Rule) {
	if rule.Version < 1 {
		rule.Version = 1
	}
	switch {
	case rule.Call == plan.Track && rule.Name == "":
		r.fail(rule.At, "This rule names no event and is not in force.")
		return
	case rule.Call == plan.Track:
		rule.Pages = rule.Name == "Page Viewed" || rule.Name == "Screen Viewed"
	case rule.Name == "" && saysNothing(rule):
		return // exports carry empty rules for what nobody has planned
	}
	r.plan.Rules = append(r.plan.Rules, rule)
}

// settle drops rules that are there twice; the first stays.
func (r *reader) settle() {
	type identity struct {
		call    plan.Call
		name    string
		version int
	}
	first := map[identity]*plan.Rule{}
	kept := r.plan.Rules[:0]
	for _, rule := range r.plan.Rules {
		id := identity{rule.Call, rule.Name, rule.Version}
		if before := first[id]; before != nil {
			r.warn(rule.At, "The rule for "+rule.Label()+" is here a second time. The first, at "+before.At.String()+", is in force.")
			continue
		}
		first[id] = rule
		kept = append(kept, rule)
	}
	r.plan.Rules = kept
	if len(kept) == 0 && r.plan.Format != plan.SettingsFormat {
		at := document.Place{}
		if len(r.units) > 0 {
			at = document.Place{File: r.units[0].file.Name, Line: 1, Column: 1}
		}
		r.warn(at, "The plan has no rule. An export of Segment's API has them apart from the plan: save the answer of /tracking-plans/{id}/rules beside it.")
	}
}

// named takes over the plan's name and description, the first there are.
func (r *reader) named(name, description *document.Node) {
	if r.plan.Name == "" {
		r.plan.Name = name.String()
	}
	if r.plan.Description == "" {
		r.plan.Description = description.String()
	}
}

// References lists the further files a plan points to: those of
// typewriter.yml, schemas in other files, texts Terraform loads. The names are
// in the same form as File.Name; those of the files given are left out.
func References(files []File) []string {
	r := &reader{plan: &plan.Plan{}}
	have := map[string]bool{}
	for _, f := range files {
		have[path.Clean(f.Name)] = true
		if units, err := parse(f); err == nil {
			r.units = append(r.units, units...)
		}
	}
	var list []string
	for name := range r.referred() {
		if !have[name] {
			list = append(list, name)
		}
	}
	sort.Strings(list)
	return list
}
