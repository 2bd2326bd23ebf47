package plan

import (
	"maps"
	"regexp"
	"slices"
	"strconv"

	"sidetrack/backend/document"
	"sidetrack/backend/rawjson"
)

// fieldSet is the names planned inside an object.
type fieldSet struct {
	members  map[string]*fieldSet
	patterns []*regexp.Regexp
	items    *fieldSet // of a list
	open     bool      // says nothing about names, or allows any
}

// newFieldSet reads the names of a call's properties or traits. There, a rule
// without any name plans none; deeper down an object without names may hold
// anything.
func newFieldSet(schema *document.Node) *fieldSet {
	s := readFieldSet(schema, 0)
	s.open = speaksOfOthers(schema)
	return s
}

func readFieldSet(schema *document.Node, depth int) *fieldSet {
	s := &fieldSet{}
	if depth > maxNesting {
		s.open = true
		return s
	}
	properties := schema.Get("properties")
	s.open = properties == nil || len(properties.Members) == 0 || speaksOfOthers(schema)
	if properties != nil {
		s.members = make(map[string]*fieldSet, len(properties.Members))
		for _, m := range properties.Members {
			s.members[m.Key] = readFieldSet(m.Value, depth+1)
		}
	}
	if patterns := schema.Get("patternProperties"); patterns != nil {
		for _, m := range patterns.Members {
			if re, err := regexp.Compile(m.Key); err == nil {
				s.patterns = append(s.patterns, re)
			}
		}
	}
	if items := schema.Get("items"); items.Is(document.Object) {
		s.items = readFieldSet(items, depth+1)
	}
	return s
}

// speaksOfOthers reports whether a schema says more about names than its own
// list: that others are fine, that they are forbidden, which makes them a
// violation instead, or that they stand elsewhere.
func speaksOfOthers(schema *document.Node) bool {
	for _, keyword := range []string{"additionalProperties", "unevaluatedProperties", "$ref", "allOf", "anyOf", "oneOf", "if"} {
		if schema.Get(keyword) != nil {
			return true
		}
	}
	return false
}

func (s *fieldSet) has(name string) bool {
	if _, ok := s.members[name]; ok {
		return true
	}
	for _, re := range s.patterns {
		if re.MatchString(name) {
			return true
		}
	}
	return false
}

// unplanned calls found for every member that is not planned. Of a list it
// tells a name once, at its first place.
func (s *fieldSet) unplanned(value any, pointer string, told map[string]bool, found func(in *fieldSet, pointer, name string)) {
	switch v := value.(type) {
	case map[string]any:
		if told != nil { // the first place that is told must not hang on chance
			for _, name := range slices.Sorted(maps.Keys(v)) {
				s.member(name, v[name], pointer, told, found)
			}
			return
		}
		for name, inner := range v {
			s.member(name, inner, pointer, nil, found)
		}
	case []any:
		if s.items == nil {
			return
		}
		if told == nil {
			told = map[string]bool{}
		}
		for i, inner := range v {
			s.items.unplanned(inner, pointer+"/"+strconv.Itoa(i), told, func(in *fieldSet, at, name string) {
				if mark := pointer + "\x00" + name; !told[mark] {
					told[mark] = true
					found(in, at, name)
				}
			})
		}
	}
}

func (s *fieldSet) member(name string, value any, pointer string, told map[string]bool, found func(in *fieldSet, pointer, name string)) {
	at := pointer + "/" + rawjson.Escape(name)
	if deeper := s.members[name]; deeper != nil {
		deeper.unplanned(value, at, told, found)
	} else if !s.open && !s.has(name) {
		found(s, at, name)
	}
}

// departs reports whether unplanned would find anything. Most values are as
// planned, and then no places need to be written.
func (s *fieldSet) departs(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			if deeper := s.members[name]; deeper != nil {
				if deeper.departs(inner) {
					return true
				}
			} else if !s.open && !s.has(name) {
				return true
			}
		}
	case []any:
		if s.items == nil {
			return false
		}
		for _, inner := range v {
			if s.items.departs(inner) {
				return true
			}
		}
	}
	return false
}

// names lists the planned names of an object.
func (s *fieldSet) names() []string {
	list := make([]string, 0, len(s.members))
	for name := range s.members {
		list = append(list, name)
	}
	return list
}
