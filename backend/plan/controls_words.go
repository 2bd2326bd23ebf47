package plan

import (
	"fmt"
	"strings"
)

// Whole is the entry with allow where nothing is set.
func (e *Enforcement) Whole() Enforcement {
	out := Enforcement{Sources: []string{}}
	if e != nil {
		out = *e
	}
	for _, c := range []*Controls{&out.Track, &out.Identify, &out.Group} {
		for _, one := range []*Control{&c.UnplannedEvents, &c.UnplannedFields, &c.Violations, &c.Common} {
			if one.Do == "" {
				one.Do = Allow
			}
		}
	}
	return out
}

// Words lists what a transformation does, a sentence each.
func (t *Transformation) Words() []string {
	list := []string{}
	if t.Drop {
		list = append(list, "Drop the event.")
	}
	for _, r := range t.Renames {
		list = append(list, fmt.Sprintf("Rename %s to %s.", strings.Join(r.From, "."), strings.Join(r.To, ".")))
	}
	for _, c := range t.Casts {
		for _, p := range c.Paths {
			list = append(list, fmt.Sprintf("Make %s a %s.", strings.Join(p, "."), c.To))
		}
	}
	for _, v := range t.Values {
		for _, p := range v.Paths {
			list = append(list, fmt.Sprintf("Set %s to %s.", strings.Join(p, "."), clip(string(v.Value.AppendJSON(nil)))))
		}
	}
	if t.NewName != "" {
		list = append(list, fmt.Sprintf("Call the event %s.", t.NewName))
	}
	return list
}
