// Package draft makes a tracking plan to begin with: from what was really seen,
// from a spec Segment publishes, or from one of its use cases. It also suggests
// the edits that would make a plan say what is sent.
//
// A draft is for people to look through. What it takes for granted is told in
// notes, and docs/plan.md has the thresholds. The package is pure: package
// schema counted what was seen, planfile writes the text.
package draft

import (
	"embed"
	"encoding/json"
	"path"
	"strings"

	"sidetrack/backend/fault"
	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
)

//go:embed specs/*.yaml usecases/*.yaml
var catalog embed.FS

// Kind is a kind of ready-made draft.
type Kind string

// The kinds.
const (
	Specs    Kind = "specs"
	UseCases Kind = "usecases"
)

// Entry is a ready-made draft.
type Entry struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Page        string `json:"page"` // where Segment describes it
	Rules       int    `json:"events"`
}

// specs are the business specs of Segment (connections/spec), in the order of
// its documentation.
var specs = []struct{ id, page string }{
	{"ecommerce_v2", "connections/spec/ecommerce/v2"},
	{"b2b_saas", "connections/spec/b2b-saas"},
	{"native_mobile", "connections/spec/mobile"},
	{"video", "connections/spec/video"},
	{"ai_copilot", "connections/spec/copilot"},
	{"email", "connections/spec/email"},
	{"live_chat", "connections/spec/live-chat"},
	{"ab_testing", "connections/spec/ab-testing"},
	{"ecommerce_v1", "connections/spec/ecommerce"},
}

const (
	docs        = "https://segment.com/docs/"
	useCasePage = docs + "getting-started/use-cases/reference/"
)

// List lists the ready-made drafts of a kind.
func List(kind Kind) ([]Entry, error) {
	var list []Entry
	add := func(id, page string) error {
		p, _, err := ready(kind, id)
		if err == nil {
			list = append(list, Entry{id, p.Name, p.Description, page, len(p.Rules)})
		}
		return err
	}
	if kind == Specs {
		for _, s := range specs {
			if err := add(s.id, docs+s.page+"/"); err != nil {
				return nil, err
			}
		}
		return list, nil
	}
	files, err := catalog.ReadDir(string(kind))
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if err := add(strings.TrimSuffix(f.Name(), ".yaml"), useCasePage); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// ready reads a ready-made draft.
func ready(kind Kind, id string) (*plan.Plan, string, error) {
	text, err := catalog.ReadFile(path.Join(string(kind), id+".yaml"))
	if err != nil || strings.ContainsAny(id, "/\\") {
		what := map[Kind]string{Specs: "spec", UseCases: "use case"}[kind]
		return nil, "", fault.New(fault.NotFound, "there is no %s %q; GET /api/plan/drafts lists them", what, id)
	}
	p, err := planfile.Read([]planfile.File{{Name: id + ".yaml", Data: text}})
	return p, string(text), err
}

// Draft is a plan to begin with.
type Draft struct {
	Name  string
	Text  string // Sidetrack's YAML
	Rules int
	Notes []string // what to look at before it is relied on
}

// Ready returns a ready-made draft, under its own name when name is empty.
func Ready(kind Kind, id, name string) (Draft, error) {
	p, text, err := ready(kind, id)
	if err != nil {
		return Draft{}, err
	}
	d := Draft{Name: p.Name, Text: text, Rules: len(p.Rules), Notes: []string{
		"Nothing is required yet, because Segment's page does not say what is. Put a ! behind the types of what you rely on, such as `total: number!`.",
		"Take out the events your app does not send.",
	}}
	if name != "" {
		quoted, err := json.Marshal(name) // which YAML reads, too
		if err != nil {
			return Draft{}, err
		}
		before, rest, _ := strings.Cut(text, "\nname: ")
		_, after, _ := strings.Cut(rest, "\n")
		d.Name, d.Text = name, before+"\nname: "+string(quoted)+"\n"+after
	}
	return d, nil
}
