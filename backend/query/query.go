// Package query is the language that selects events, the same in API, window,
// command line and delete.
package query

// Term is one condition. Terms of a query are ANDed; values of one term are ORed.
type Term struct {
	Key     string   `json:"key"` // name, type, source, label, user, ... ; "" for free text; a dotted path for properties.x
	Op      string   `json:"op"`  // ":" "=" ">" ">=" "<" "<="
	Values  []string `json:"values"`
	Negated bool     `json:"negated"`
	Start   int      `json:"start"` // byte offsets in the query text
	End     int      `json:"end"`
}

// Query is a parsed query. The zero value matches everything.
type Query struct {
	Text  string `json:"text"`
	Terms []Term `json:"terms"`
}

// Error says what is wrong with a query and where.
type Error struct {
	Position int // byte offset
	Message  string
}

func (e *Error) Error() string { return e.Message }
