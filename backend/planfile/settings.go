package planfile

import (
	"fmt"
	"slices"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/plan"
)

// Enforcement stands in our own plan, or for a plan in another format in a file
// of its own beside it.

func isSettings(u *unit) bool { return u.node.Get("sidetrack-enforcement") != nil }

func readSettings(r *reader, units []*unit) error {
	for _, u := range units {
		version := u.node.Get("sidetrack-enforcement")
		if v, ok := version.Int(); !ok || v != 1 {
			return &document.Error{At: version.At, Reason: "this version of the format is not known", Expected: "sidetrack-enforcement: 1"}
		}
		for _, m := range u.node.Members {
			switch m.Key {
			case "sidetrack-enforcement":
			case "enforcement", "transformations":
				if err := r.settings(m); err != nil {
					return err
				}
			default:
				return strange(m, "enforcement", "transformations")
			}
		}
	}
	return nil
}

// settings reads enforcement or transformations: a list, or one entry alone.
// A mistake here stops the plan: what is not blocked because a word was misspelt
// would be sent.
func (r *reader) settings(m document.Member) error {
	entries := []*document.Node{m.Value}
	if m.Value.Is(document.Array) {
		entries = m.Value.Items
	}
	for _, n := range entries {
		if n.Is(document.Null) {
			continue
		}
		if !n.Is(document.Object) {
			return &document.Error{At: n.At, Reason: "an entry of " + m.Key + " is " + n.Kind.String(), Expected: "keys and values, indented"}
		}
		if m.Key == "enforcement" {
			e, err := enforcement(n)
			if err != nil {
				return err
			}
			r.plan.Enforcement = append(r.plan.Enforcement, e)
			continue
		}
		t, err := transformation(n)
		if err != nil {
			return err
		}
		r.plan.Transformations = append(r.plan.Transformations, t)
	}
	return nil
}

func strange(m document.Member, known ...string) error {
	e := &document.Error{At: m.KeyAt, Reason: fmt.Sprintf("%q is not known here", m.Key), Expected: oneOfWords(known)}
	if near := plan.Nearest(m.Key, known); near != "" {
		e.Expected = near
	}
	return e
}

func oneOfWords(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

func enforcement(n *document.Node) (*plan.Enforcement, error) {
	e := &plan.Enforcement{Sources: []string{}, At: n.At}
	var err error
	for _, m := range n.Members {
		switch m.Key {
		case "sources":
			e.Sources, err = texts(m)
		case "track":
			e.Track, err = controls(m, "properties", plan.Allow, plan.Omit, plan.Block)
		case "identify":
			e.Identify, err = controls(m, "traits", plan.Allow, plan.Omit)
		case "group":
			e.Group, err = controls(m, "traits", plan.Allow, plan.Omit)
		case "forward_violations_to":
			e.ForwardViolationsTo, err = oneText(m)
		case "forward_blocked_to":
			e.ForwardBlockedTo, err = oneText(m)
		default:
			err = strange(m, "sources", "track", "identify", "group", "forward_violations_to", "forward_blocked_to")
		}
		if err != nil {
			return nil, err
		}
	}
	return e, nil
}

// controls reads the row of one call. violations may be what is given.
func controls(m document.Member, section string, violations ...plan.Reaction) (c plan.Controls, err error) {
	if !m.Value.Is(document.Object) {
		return c, &document.Error{At: m.Value.At, Reason: m.Key + " is " + m.Value.Kind.String(), Expected: "unplanned_" + section + ", violations and so on, indented beneath it"}
	}
	for _, row := range m.Value.Members {
		switch {
		case row.Key == "unplanned_events" && m.Key == "track":
			c.UnplannedEvents, err = control(row, plan.Allow, plan.Block)
		case row.Key == "unplanned_"+section:
			c.UnplannedFields, err = control(row, plan.Allow, plan.Omit)
		case row.Key == "violations":
			c.Violations, err = control(row, violations...)
		case row.Key == "common_violations":
			c.Common, err = control(row, plan.Allow, plan.Omit, plan.Block)
		default:
			known := []string{"unplanned_" + section, "violations", "common_violations"}
			if m.Key == "track" {
				known = append([]string{"unplanned_events"}, known...)
			}
			err = strange(row, known...)
		}
		if err != nil {
			return c, err
		}
	}
	return c, nil
}

func control(m document.Member, among ...plan.Reaction) (plan.Control, error) {
	do := plan.Reaction(m.Value.String())
	if !slices.Contains(among, do) {
		var words []string
		for _, r := range among {
			words = append(words, string(r))
		}
		return plan.Control{}, &document.Error{At: m.Value.At, Reason: fmt.Sprintf("%s cannot be %s", m.Key, shownNode(m.Value)), Expected: oneOfWords(words)}
	}
	return plan.Control{Do: do, At: m.KeyAt}, nil
}

func shownNode(n *document.Node) string {
	if n.Is(document.Text) {
		return fmt.Sprintf("%q", n.Text)
	}
	return n.Kind.String()
}

func texts(m document.Member) ([]string, error) {
	list := []string{}
	for _, n := range itemsOf(m.Value) {
		if n.String() == "" {
			return nil, &document.Error{At: n.At, Reason: "an entry of " + m.Key + " is " + n.Kind.String(), Expected: "text"}
		}
		list = append(list, n.Text)
	}
	if !m.Value.Is(document.Array) {
		return nil, &document.Error{At: m.Value.At, Reason: m.Key + " is " + m.Value.Kind.String(), Expected: "a list, such as [Website]"}
	}
	return list, nil
}

func oneText(m document.Member) (string, error) {
	if m.Value.String() == "" {
		return "", &document.Error{At: m.Value.At, Reason: m.Key + " is " + m.Value.Kind.String(), Expected: "text"}
	}
	return m.Value.Text, nil
}
