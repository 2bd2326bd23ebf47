package query

import (
	"slices"
	"strings"
)

// kind says how the values of a key are read and compared.
type kind int

const (
	kindText   kind = iota // text, upper and lower case alike, * stands for anything
	kindExact              // an identifier: case counts, * stands for anything
	kindChoice             // one of Key.Choices
	kindTime               // a moment
	kindSize               // bytes, with kb and mb
	kindWhole              // a whole number
)

// Key is one thing a query can ask about.
type Key struct {
	Name    string   `json:"name"`
	Aliases []string `json:"aliases,omitempty"`
	Choices []string `json:"choices,omitempty"` // empty when any value may follow
	Example string   `json:"example"`
	Explain string   `json:"explain"`
	kind    kind
}

// Keys lists what a query can ask about, in the order docs and suggestions show.
var Keys = []Key{
	{Name: "name", Example: `name:"Order Completed"`, Explain: "The event's or page's name. Upper and lower case are alike, `*` stands for anything."},
	{Name: "type", Example: "type:track,page", Explain: "The kind of call, any text."},
	{Name: "source", Example: "source:Web", Explain: "The source's name or id."},
	{Name: "label", Aliases: []string{"env"}, kind: kindChoice, Choices: []string{"dev", "staging", "prod", "none"}, Example: "label:dev", Explain: "The source's label; `none` while nobody has claimed it."},
	{Name: "user", kind: kindExact, Example: "user:u_42", Explain: "The userId. Case counts, `*` stands for anything."},
	{Name: "anon", kind: kindExact, Example: "anon:8f2*", Explain: "The anonymousId. Case counts."},
	{Name: "id", Aliases: []string{"messageId"}, kind: kindExact, Example: "id:ajs-next-1", Explain: "The messageId. Case counts."},
	{Name: "run", kind: kindExact, Example: "run:checkout", Explain: "The run the event belongs to. Case counts."},
	{Name: "code", Example: "code:plan.*", Explain: "A finding's code, muted findings too. A JSON pointer may follow, where it was found: `code:plan.wrong_type@/properties/products/*/price`. In it case counts."},
	{Name: "verdict", kind: kindChoice, Choices: []string{"good", "warning", "violation", "would_drop"}, Example: "verdict:would_drop", Explain: "The worst finding of the event."},
	{Name: "disposition", kind: kindChoice, Choices: []string{"accepted", "blocked", "suppressed", "rejected"}, Example: "disposition:blocked", Explain: "What Sidetrack did with the event."},
	{Name: "is", kind: kindChoice, Choices: []string{"would-drop", "rejected", "blocked", "suppressed", "good", "unclaimed"}, Example: "is:would-drop", Explain: "A state of the event; `is:dropped` is the same as `is:would-drop`."},
	{Name: "has", kind: kindChoice, Choices: []string{"violation", "warning", "notice", "duplicate", "pii", "finding"}, Example: "has:pii", Explain: "A finding of this kind that is not muted."},
	{Name: "after", kind: kindTime, Example: "after:15m", Explain: "Received at or after a moment: RFC 3339, a date, or `15m`, `2h`, `3d` ago."},
	{Name: "before", kind: kindTime, Example: "before:2026-03-01", Explain: "Received before a moment."},
	{Name: "size", kind: kindSize, Example: "size>20kb", Explain: "Bytes as sent; `kb` is 1,024 bytes, `mb` 1,024 kb."},
	{Name: "seq", kind: kindWhole, Example: "seq>100", Explain: "The place in the log."},
}

// roots are the parts of a message a dotted path may start with.
var roots = []string{"properties", "traits", "context"}

// findKey returns the key called name, by its own name or an alias.
func findKey(name string) (Key, bool) {
	for _, k := range Keys {
		if strings.EqualFold(k.Name, name) {
			return k, true
		}
		for _, a := range k.Aliases {
			if strings.EqualFold(a, name) {
				return k, true
			}
		}
	}
	return Key{}, false
}

// isPath reports whether the key leads into the message.
func isPath(key string) bool {
	root, rest, ok := strings.Cut(key, ".")
	return ok && rest != "" && slices.Contains(roots, root)
}

// nearest returns the known key that takes the fewest edits to reach, if they
// are few enough for a slip of the fingers.
func nearest(name string) (key string, ok bool) {
	root, rest, dotted := strings.Cut(name, ".")
	least := max(1, min(3, len(root)/2)) + 1
	try := func(known, written string) {
		if d := distance(strings.ToLower(root), strings.ToLower(known)); d < least {
			key, least, ok = written, d, true
		}
	}
	if dotted && rest != "" {
		for _, r := range roots {
			try(r, r+"."+rest)
		}
		return key, ok
	}
	for _, k := range Keys {
		for _, n := range append([]string{k.Name}, k.Aliases...) {
			try(n, n)
		}
	}
	for _, r := range roots {
		try(r, r+".…")
	}
	return key, ok
}

// distance is Levenshtein's, over bytes. Long names are cut: nobody misspells that far.
func distance(a, b string) int {
	a = a[:min(len(a), 40)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
