// Package repair mends a message by what was found about it: it says which
// findings can be mended without asking anybody, which only by a guess, and
// which a person has to decide.
//
// Every change is tried on the message and held against the rules again before
// it is told, so a change never claims what it does not do. The package is
// pure; the stored message is never touched.
package repair

import (
	"cmp"
	"slices"
	"strings"

	"sidetrack/backend/event"
	"sidetrack/backend/naming"
	"sidetrack/backend/plan"
	"sidetrack/backend/rawjson"
)

// Action is what a change does.
type Action string

// The actions. None takes anything away.
const (
	Rename      Action = "rename"       // a property or trait gets another name
	Set         Action = "set"          // a value becomes another of the same kind
	Add         Action = "add"          // a member that is missing is put in
	ChangeType  Action = "change_type"  // a value becomes another kind of JSON
	RenameEvent Action = "rename_event" // the event gets another name
)

// Ref names a finding of an event.
type Ref struct {
	Code string `json:"code"`
	Path string `json:"path"`
}

// Change is one step from the message as it came to the corrected one.
type Change struct {
	Ref
	Action      Action `json:"action" enum:"rename,set,add,change_type,rename_event"`
	At          string `json:"at" doc:"JSON pointer to what changes, as it is when the changes before it are made"`
	From        string `json:"from" doc:"rename, rename_event: the name; otherwise the value as JSON, empty where there was none"`
	To          string `json:"to" doc:"rename, rename_event: the new name; otherwise the new value as JSON"`
	Certain     bool   `json:"certain" doc:"False: a guess a person should look at"`
	Placeholder bool   `json:"placeholder" doc:"The value stands in for one only a person knows"`
	Words       string `json:"words" doc:"The change in a sentence"`
	Also        []Ref  `json:"also" nullable:"false" doc:"Other findings of the event that go with it"`
}

// Left is a finding that a person has to decide.
type Left struct {
	Ref
	Words string `json:"words" doc:"What there is to decide"`
}

// Result is a message before and after, and what lies between.
type Result struct {
	Before, After []byte
	Changes       []Change
	Left          []Left
	Notes         []string // what to look at before using After
}

// Rules are what a message is held against.
type Rules struct {
	Plan  *plan.Judge     // nil for no plan
	Names *naming.Checker // without a memory of spellings; nil for none
}

// Fix mends a message. findings are those of the event that are to be mended;
// those that come up once they are, are mended where that is certain.
func Fix(r *event.Record, findings []event.Finding, rules Rules) Result {
	f := &fixing{record: r, rules: rules, message: r.Message, out: Result{Before: r.Message, Changes: []Change{}, Left: []Left{}, Notes: []string{}}}
	if r.Disposition == event.Rejected || rawjson.KindOf(r.Message) != rawjson.Object {
		for i := range findings {
			f.leave(&findings[i], "There is no message that could be mended.")
		}
		f.out.After = r.Message
		return f.out
	}
	f.first = f.judge(f.message)
	f.now = f.first
	f.all(inOrder(findings), true)
	for range maxRounds {
		arose := f.arose()
		if len(arose) == 0 {
			break
		}
		f.all(inOrder(arose), false)
	}
	f.note()
	f.out.After = f.message
	return f.out
}

// maxRounds bounds how often what a change brings up is mended in turn.
const maxRounds = 4

// fixing is one message being mended.
type fixing struct {
	record  *event.Record
	rules   Rules
	message []byte // as far as it is mended
	first   set    // what the rules say of the message as it came
	now     set    // what they say of message
	told    map[Ref]bool
	moves   []move
	out     Result
}

// move is a member that was renamed: findings under it stand elsewhere now.
type move struct{ from, to string }

// candidate is a change that is to be tried.
type candidate struct {
	Change
	after []byte
	moves []move
}

// all goes through findings. Those that a change before has solved are listed
// with it.
func (f *fixing) all(findings []event.Finding, asked bool) {
	if f.told == nil {
		f.told = map[Ref]bool{}
	}
	open := map[Ref]bool{}
	for i := range findings {
		open[Ref{findings[i].Code, findings[i].Path}] = true
	}
	for i := range findings {
		ref := Ref{findings[i].Code, findings[i].Path}
		if f.told[ref] {
			continue
		}
		f.told[ref] = true
		before := f.now
		made := len(f.out.Changes)
		f.one(&findings[i], asked)
		if len(f.out.Changes) == made {
			continue
		}
		for _, other := range sorted(open) {
			moved := f.moved(other)
			if !f.told[other] && before[other] && !f.now[moved] {
				f.told[other] = true
				f.out.Changes[made].Also = append(f.out.Changes[made].Also, other)
			}
		}
	}
}

// one mends a finding, or leaves it with words.
func (f *fixing) one(found *event.Finding, asked bool) {
	here := *found
	here.Path = f.moved(Ref{found.Code, found.Path}).Path
	if again(found.Code) && !f.now[Ref{here.Code, here.Path}] {
		f.leave(found, "The rules in force do not say this any more.")
		return
	}
	why := ""
	for _, try := range f.candidates(&here) {
		kept, because := f.keep(found, &here, try, asked)
		if kept {
			return
		}
		why = cmp.Or(why, because)
	}
	f.leave(found, cmp.Or(why, undecided(&here)))
}

// keep tries a change and keeps it when the finding is gone then. It may say why
// it did not.
func (f *fixing) keep(found, here *event.Finding, try candidate, asked bool) (kept bool, why string) {
	now := f.judge(try.after)
	if again(here.Code) && now[Ref{here.Code, here.Path}] {
		return false, ""
	}
	if at, bad := f.worse(now, here, &try); bad {
		return false, "Mending it would break another rule: " + at.Code + " at " + at.Path + "."
	}
	if !asked && !try.Certain {
		return false, "It came up once the other changes were made. A guess: " + try.Words
	}
	try.Ref = Ref{found.Code, found.Path}
	if try.Also == nil {
		try.Also = []Ref{}
	}
	f.out.Changes = append(f.out.Changes, try.Change)
	f.message, f.now = try.after, now
	f.moves = append(f.moves, try.moves...)
	return true, ""
}

// worse finds a rule that a value would break which it did not before.
func (f *fixing) worse(now set, here *event.Finding, try *candidate) (Ref, bool) {
	if try.Action != Set && try.Action != ChangeType && try.Action != Add {
		return Ref{}, false
	}
	for _, ref := range sorted(now) {
		switch ref.Code {
		case "plan.wrong_type", "plan.value_not_allowed", "segment.reserved_type":
			if !f.now[ref] && (ref.Path == here.Path || strings.HasPrefix(ref.Path, here.Path+"/")) {
				return ref, true
			}
		}
	}
	return Ref{}, false
}

// arose lists what the rules say now and did not of the message as it came.
func (f *fixing) arose() []event.Finding {
	var list []event.Finding
	was := map[Ref]bool{}
	for ref := range f.first {
		was[f.moved(ref)] = true
	}
	for _, found := range f.findings(f.message) {
		ref := Ref{found.Code, found.Path}
		if !was[ref] && !f.told[ref] && found.Severity != event.Notice {
			list = append(list, found)
		}
	}
	return list
}

// moved is where a finding stands once members were renamed.
func (f *fixing) moved(ref Ref) Ref {
	for _, m := range f.moves {
		if rest, inside := strings.CutPrefix(ref.Path+"/", m.from+"/"); inside {
			ref.Path = strings.TrimSuffix(m.to+"/"+rest, "/")
		}
	}
	return ref
}

func (f *fixing) leave(found *event.Finding, words string) {
	f.out.Left = append(f.out.Left, Left{Ref{found.Code, found.Path}, words})
}

// note says what has to be looked at.
func (f *fixing) note() {
	for _, c := range f.out.Changes {
		if c.Placeholder {
			f.out.Notes = append(f.out.Notes, "The value at "+c.At+" is a placeholder, "+c.To+". Put the real one there.")
		}
	}
}

// inOrder sorts findings so that names are mended before what they lead to.
func inOrder(findings []event.Finding) []event.Finding {
	list := slices.Clone(findings)
	slices.SortStableFunc(list, func(a, b event.Finding) int {
		return cmp.Or(stage(&a)-stage(&b), strings.Count(a.Path, "/")-strings.Count(b.Path, "/"))
	})
	return list
}

func stage(f *event.Finding) int {
	switch {
	case strings.HasPrefix(f.Code, "segment."):
		return 0
	case f.Code == "plan.unplanned_event":
		return 1
	case f.Path == "/event":
		return 2
	case f.Code == "plan.missing_property" && f.Nearest != "", f.Code == "plan.property_not_allowed", f.Code == "plan.unplanned_property":
		return 3
	case strings.HasPrefix(f.Code, "naming."):
		return 5
	}
	return 4
}

func sorted(s set) []Ref {
	list := make([]Ref, 0, len(s))
	for ref := range s {
		list = append(list, ref)
	}
	slices.SortFunc(list, func(a, b Ref) int { return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Code, b.Code)) })
	return list
}
