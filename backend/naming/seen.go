package naming

import (
	"strings"
	"sync"
	"unicode"

	"sidetrack/backend/event"
)

// MaxSeen is how many names a Seen remembers unless told otherwise. Names with
// changing values are not among them.
const MaxSeen = 10000

// Seen remembers names of events by their letters, and how often each spelling
// came. It is bounded: what comes when it is full is not remembered.
type Seen struct {
	mu    sync.Mutex
	most  int
	names map[string]*spelling
	first map[string]*family
}

// family is the spellings of one name, the earliest first.
type family struct{ spellings []*spelling }

type spelling struct {
	name   string
	times  int64
	family *family
}

// NewSeen makes a Seen for so many names.
func NewSeen(most int) *Seen {
	return &Seen{most: most, names: map[string]*spelling{}, first: map[string]*family{}}
}

// Add counts a name so many times.
func (s *Seen) Add(name string, times int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found := s.spelling(name); found != nil {
		found.times += times
	}
}

// Usual implements Spellings: it returns the spelling that came more often, or,
// of two as frequent, earlier.
func (s *Seen) Usual(r *event.Record) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	own := s.spelling(r.Name)
	if own == nil {
		return ""
	}
	own.times++
	if len(own.family.spellings) == 1 {
		return ""
	}
	usual := own.family.spellings[0]
	for _, other := range own.family.spellings[1:] {
		if other.times > usual.times {
			usual = other
		}
	}
	if usual == own {
		return ""
	}
	return usual.name
}

func (s *Seen) spelling(name string) *spelling {
	if found := s.names[name]; found != nil {
		return found
	}
	if len(s.names) >= s.most {
		return nil
	}
	letters := Letters(name)
	if letters == "" {
		return nil
	}
	f := s.first[letters]
	if f == nil {
		f = &family{}
		s.first[letters] = f
	}
	n := &spelling{name: name, family: f}
	f.spellings = append(f.spellings, n)
	s.names[name] = n
	return n
}

// Letters leaves the letters and digits of a name, in lower case. Names with
// the same letters are spellings of one.
func Letters(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}
