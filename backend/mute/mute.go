// Package mute lets a person set a kind of finding aside: a rule that does not
// fit this app, a duplicate that is meant.
//
// A muted finding stays in the record and in every count. It only no longer
// decides the verdict, and taking the mute away brings the verdict back. The
// package is pure: package store keeps the mutes, app hands them round.
package mute

import (
	"strings"
	"sync/atomic"
	"time"

	"sidetrack/backend/event"
)

// Mute covers the findings of one code, everywhere or only where its other
// fields say.
type Mute struct {
	ID        string    `json:"id"`
	Code      string    `json:"code" doc:"Code of the findings it covers"`
	Event     string    `json:"event" doc:"Only for this event, page or screen name; empty for any"`
	Path      string    `json:"path" doc:"Only at this JSON pointer, where * stands for any one step; empty for any"`
	SourceID  string    `json:"sourceId" doc:"Only for this source; empty for any"`
	Reason    string    `json:"reason"`
	By        string    `json:"by" doc:"Name of the person"`
	CreatedAt time.Time `json:"createdAt"`
}

// Covers reports whether the mute covers a finding of a record.
func (m *Mute) Covers(r *event.Record, f *event.Finding) bool {
	return m.Code == f.Code &&
		(m.Event == "" || m.Event == r.Name) &&
		(m.SourceID == "" || m.SourceID == r.Source.ID) &&
		(m.Path == "" || atPath(m.Path, f.Path))
}

// SamePlace reports whether two mutes cover the same findings by the same
// words.
func (m *Mute) SamePlace(o *Mute) bool {
	return m.Code == o.Code && m.Event == o.Event && m.Path == o.Path && m.SourceID == o.SourceID
}

// atPath compares JSON pointers step by step.
func atPath(pattern, path string) bool {
	if pattern == path {
		return true
	}
	if !strings.Contains(pattern, "*") {
		return false
	}
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		if want[i] != have[i] && want[i] != "*" {
			return false
		}
	}
	return true
}

// Set is the mutes in force. Its zero value mutes nothing, and it can be
// replaced while others use it.
type Set struct {
	byCode atomic.Pointer[map[string][]Mute]
}

// Replace puts other mutes in force.
func (s *Set) Replace(mutes []Mute) {
	byCode := map[string][]Mute{}
	for _, m := range mutes {
		byCode[m.Code] = append(byCode[m.Code], m)
	}
	s.byCode.Store(&byCode)
}

// Apply marks the findings of a record that are muted, unmarks those that no
// longer are, and sets the verdict from the rest. It reports whether anything
// changed.
func (s *Set) Apply(r *event.Record) (changed bool) {
	for i := range r.Findings {
		f := &r.Findings[i]
		if muted := s.covers(r, f); muted != f.Muted {
			f.Muted, changed = muted, true
		}
	}
	verdict := event.VerdictOf(r.Findings)
	changed = changed || verdict != r.Verdict
	r.Verdict = verdict
	return changed
}

func (s *Set) covers(r *event.Record, f *event.Finding) bool {
	byCode := s.byCode.Load()
	if byCode == nil {
		return false
	}
	for i := range (*byCode)[f.Code] {
		if (*byCode)[f.Code][i].Covers(r, f) {
			return true
		}
	}
	return false
}
