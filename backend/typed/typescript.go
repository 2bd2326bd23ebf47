package typed

import (
	"fmt"
	"strings"

	"sidetrack/backend/plan"
	"sidetrack/backend/rawjson"
)

// script is a TypeScript file being written.
type script struct {
	strings.Builder
	node      bool // for analytics-node
	functions taken
	types     taken
}

func typeScript(p *plan.Plan, calls []*call, library string) []byte {
	w := &script{node: library == Node, functions: takenOf("withVersion"), types: takenOf("AnalyticsBrowser", "Analytics", "Options", "Message", "Callback", "Record", "Array", "Date", "Omit", "Pick", "Parameters")}
	w.head(p, calls, library)
	for _, c := range calls {
		w.call(c)
	}
	return []byte(w.String())
}

func (w *script) head(p *plan.Plan, calls []*call, library string) {
	fmt.Fprintf(w, "// Made by sidetrack plan generate from the tracking plan %s. Do not edit.\n", rawjson.Quote(oneLine(p.Name)))
	if w.node {
		fmt.Fprintf(w, `import type { Analytics } from '@segment/%s'

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** Who, when and whatever else belongs to a call beside what the plan says. */
export type Message<Call extends 'identify' | 'group' | 'track' | 'page' | 'screen'> =
  Without<Parameters<Analytics[Call]>[0], 'event' | 'properties' | 'traits' | 'name'>

/** Called when the library has sent the call, or given up. */
export type Callback = Parameters<Analytics['track']>[1]
`, library)
		return
	}
	fmt.Fprintf(w, "import type { AnalyticsBrowser, Options } from '@segment/%s'\n", library)
	for _, c := range calls {
		if c.versioned {
			w.WriteString("\nfunction withVersion(options: Options | undefined, version: number): Options {\n" +
				"  return { ...options, context: { ...options?.context, protocols: { event_version: version } } }\n}\n")
			return
		}
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// comment writes a description above what follows.
func (w *script) comment(indent, text string, deprecated bool) {
	list := lines(strings.ReplaceAll(text, "*/", "*\\/"))
	if deprecated {
		list = append(list, "@deprecated The plan says so.")
	}
	switch len(list) {
	case 0:
	case 1:
		fmt.Fprintf(w, "%s/** %s */\n", indent, list[0])
	default:
		fmt.Fprintf(w, "%s/**\n", indent)
		for _, line := range list {
			fmt.Fprintln(w, strings.TrimRight(indent+" * "+line, " "))
		}
		fmt.Fprintf(w, "%s */\n", indent)
	}
}

func (w *script) call(c *call) {
	name := lowerCamel(c.words...)
	if tsWords[name] {
		name += "Event"
	}
	name = w.functions.unique(name)
	typeName := w.types.unique(upperCamel(c.words) + typeSuffix(c))
	if !c.bare() {
		w.WriteString("\n")
		w.comment("", c.Description, false)
		fmt.Fprintf(w, "export type %s = %s\n", typeName, w.object(c.fields, c.open, ""))
	}
	w.WriteString("\n")
	text := c.Description
	if text == "" {
		text = "Sends " + title(c) + "."
	}
	w.comment("", text, c.Deprecated)
	if w.node {
		w.nodeFunction(c, name, typeName)
	} else {
		w.nextFunction(c, name, typeName)
	}
}

// typeSuffix keeps the type of a call without a name apart from what it is.
func typeSuffix(c *call) string {
	switch {
	case c.kind() == plan.Identify || c.kind() == plan.Group:
		return "Traits"
	case c.kind() != plan.Track && len(c.words) == 1:
		return "Properties"
	}
	return ""
}

// title names a call in a sentence.
func title(c *call) string {
	if c.Name != "" && !c.viewed {
		return string(rawjson.Quote(oneLine(c.Name)))
	}
	if c.kind() == plan.Identify {
		return "an identify call"
	}
	return "a " + string(c.kind()) + " call"
}

// parameter is the parameter for a call's fields, with its comma, and what is
// handed on.
func (w *script) parameter(c *call, typeName string) (declared, passed string) {
	section := c.section()
	switch {
	case c.bare():
		return "", "{}"
	case c.optional():
		return fmt.Sprintf("%s: %s = {}, ", section, typeName), section + " as Record<string, any>"
	}
	return fmt.Sprintf("%s: %s, ", section, typeName), section + " as Record<string, any>"
}

func (w *script) nextFunction(c *call, name, typeName string) {
	declared, passed := w.parameter(c, typeName)
	options := "options"
	if c.versioned {
		options = fmt.Sprintf("withVersion(options, %d)", c.Version)
	}
	kind, before, first := c.kind(), "", string(rawjson.Quote(c.Name))+", "
	switch {
	case kind == plan.Identify:
		before, first = "userId: string | undefined, ", "..."
	case kind == plan.Group:
		before, first = "groupId: string, ", "groupId, "
	case kind != plan.Track && (c.Name == "" || c.viewed):
		before, first = "name: string, ", "name, "
	}
	fmt.Fprintf(w, "export function %s(analytics: Pick<AnalyticsBrowser, '%s'>, %s%soptions?: Options) {\n", name, kind, before, declared)
	if first == "..." {
		fmt.Fprintf(w, "  return userId === undefined ? analytics.identify(%s, %s) : analytics.identify(userId, %s, %s)\n}\n", passed, options, passed, options)
		return
	}
	fmt.Fprintf(w, "  return analytics.%s(%s%s, %s)\n}\n", kind, first, passed, options)
}

func (w *script) nodeFunction(c *call, name, typeName string) {
	declared, passed := w.parameter(c, typeName)
	if c.bare() && (c.kind() == plan.Identify || c.kind() == plan.Group) {
		passed = "{}"
	}
	kind, before, called := c.kind(), "", "event: "+string(rawjson.Quote(c.Name))+", "
	switch {
	case kind == plan.Identify || kind == plan.Group:
		called = ""
	case kind != plan.Track && (c.Name == "" || c.viewed):
		before, called = "name: string, ", "name, "
	case kind != plan.Track:
		called = "name: " + string(rawjson.Quote(c.Name)) + ", "
	}
	version := ""
	if c.versioned {
		version = fmt.Sprintf(", context: { ...message.context, protocols: { event_version: %d } }", c.Version)
	}
	fmt.Fprintf(w, "export function %s(analytics: Pick<Analytics, '%s'>, message: Message<'%s'>, %s%scallback?: Callback): void {\n", name, kind, kind, before, declared)
	fmt.Fprintf(w, "  analytics.%s({ ...message, %s%s: %s%s }, callback)\n}\n", kind, called, c.section(), passed, version)
}

// object writes the type of an object over several lines.
func (w *script) object(fields []field, open bool, indent string) string {
	if len(fields) == 0 {
		if open {
			return "Record<string, unknown>"
		}
		return "Record<string, never>"
	}
	inner := indent + "  "
	out := &script{}
	out.WriteString("{\n")
	for i := range fields {
		f := &fields[i]
		out.comment(inner, f.doc, false)
		key, mark := f.key, ""
		if !isIdentifier(key) {
			key = string(rawjson.Quote(key))
		}
		if !f.required {
			mark = "?"
		}
		fmt.Fprintf(out, "%s%s%s: %s\n", inner, key, mark, w.typeOf(&f.shape, inner))
	}
	if open {
		fmt.Fprintf(out, "%s[name: string]: unknown\n", inner)
	}
	out.WriteString(indent + "}")
	return out.String()
}

// typeOf writes the type of a value.
func (w *script) typeOf(s *shape, indent string) string {
	var list []string
	if len(s.values) > 0 {
		for _, v := range s.values {
			list = append(list, string(v.AppendJSON(nil)))
		}
	} else {
		for _, t := range s.types {
			list = append(list, w.named(s, t, indent))
		}
	}
	if len(list) == 0 {
		return "unknown"
	}
	if s.nullable {
		list = append(list, "null")
	}
	return strings.Join(list, " | ")
}

func (w *script) named(s *shape, t, indent string) string {
	switch t {
	case "string":
		if s.format == "date-time" {
			return "Date | string"
		}
	case "integer":
		return "number"
	case "object":
		return w.object(s.fields, s.open, indent)
	case "array":
		if s.item == nil {
			return "Array<unknown>"
		}
		return "Array<" + w.typeOf(s.item, indent) + ">"
	}
	return t
}
