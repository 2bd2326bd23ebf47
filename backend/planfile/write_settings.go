package planfile

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"sidetrack/backend/plan"
)

// putSettings writes what is done on the way to destinations.
func putSettings(root *yaml.Node, p *plan.Plan) {
	entries := &yaml.Node{Kind: yaml.SequenceNode}
	for _, e := range p.Enforcement {
		entries.Content = append(entries.Content, yamlEnforcement(e))
	}
	if len(entries.Content) > 0 {
		put(root, "enforcement", entries)
	}
	transformations := &yaml.Node{Kind: yaml.SequenceNode}
	for _, t := range p.Transformations {
		transformations.Content = append(transformations.Content, yamlTransformation(t))
	}
	if len(transformations.Content) > 0 {
		put(root, "transformations", transformations)
	}
}

func yamlEnforcement(e *plan.Enforcement) *yaml.Node {
	out := yamlMap()
	if len(e.Sources) > 0 {
		put(out, "sources", yamlTexts(e.Sources))
	}
	for _, row := range []struct {
		call     plan.Call
		controls plan.Controls
	}{{plan.Track, e.Track}, {plan.Identify, e.Identify}, {plan.Group, e.Group}} {
		call := yamlMap()
		for _, c := range []struct {
			key     string
			control plan.Control
		}{{"unplanned_events", row.controls.UnplannedEvents}, {"unplanned_" + row.call.Section(), row.controls.UnplannedFields}, {"violations", row.controls.Violations}, {"common_violations", row.controls.Common}} {
			if c.control.Do != "" {
				put(call, c.key, yamlText(string(c.control.Do)))
			}
		}
		if len(call.Content) > 0 {
			put(out, string(row.call), call)
		}
	}
	putText(out, "forward_violations_to", e.ForwardViolationsTo)
	putText(out, "forward_blocked_to", e.ForwardBlockedTo)
	return out
}

func yamlTransformation(t *plan.Transformation) *yaml.Node {
	out := yamlMap("name", yamlText(t.Name))
	if t.Off {
		put(out, "enabled", yamlScalar("false", "!!bool"))
	}
	putText(out, "source", t.Source)
	putText(out, "destination", t.Destination)
	putText(out, "event", t.Event)
	if t.Call != plan.Track {
		put(out, "type", yamlText(string(t.Call)))
	}
	if t.Drop {
		put(out, "drop", yamlScalar("true", "!!bool"))
	}
	putText(out, "rename_event", t.NewName)
	if len(t.Renames) > 0 {
		renames := yamlMap()
		for _, r := range t.Renames {
			put(renames, pathText(r.From), yamlText(pathText(r.To)))
		}
		put(out, "rename", renames)
	}
	casts, values := &yaml.Node{Kind: yaml.SequenceNode}, &yaml.Node{Kind: yaml.SequenceNode}
	for _, c := range t.Casts {
		casts.Content = append(casts.Content, yamlMap("paths", pathTexts(c.Paths), "to", yamlText(c.To)))
	}
	for _, v := range t.Values {
		values.Content = append(values.Content, yamlMap("paths", pathTexts(v.Paths), "value", yamlOf(v.Value)))
	}
	if len(casts.Content) > 0 {
		put(out, "cast", casts)
	}
	if len(values.Content) > 0 {
		put(out, "set", values)
	}
	return out
}

func putText(out *yaml.Node, key, text string) {
	if text != "" {
		put(out, key, yamlText(text))
	}
}

func yamlTexts(list []string) *yaml.Node {
	out := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, s := range list {
		out.Content = append(out.Content, yamlText(s))
	}
	return out
}

func pathTexts(paths [][]string) *yaml.Node {
	list := make([]string, len(paths))
	for i, p := range paths {
		list[i] = pathText(p)
	}
	return yamlTexts(list)
}

// pathText writes a path as pathOf reads it.
func pathText(steps []string) string {
	list := make([]string, len(steps))
	for i, s := range steps {
		list[i] = strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), ".", `\.`)
	}
	return strings.Join(list, ".")
}
