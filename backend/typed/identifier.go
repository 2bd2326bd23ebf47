package typed

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"sidetrack/backend/naming"
)

// taken makes identifiers that are there once: the second of a name gets a 2.
type taken map[string]bool

func (t taken) unique(name string) string {
	free := name
	for n := 2; t[free]; n++ {
		free = name + strconv.Itoa(n)
	}
	t[free] = true
	return free
}

func takenOf(names ...string) taken {
	t := taken{}
	for _, n := range names {
		t[n] = true
	}
	return t
}

func capital(word string) string {
	first, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(first)) + strings.ToLower(word[size:])
}

// upperCamel joins words: order, completed is OrderCompleted. Whatever is no
// letter or digit is left out.
func upperCamel(words []string) string {
	var b strings.Builder
	for _, w := range words {
		for _, part := range strings.FieldsFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			b.WriteString(capital(part))
		}
	}
	name := b.String()
	if first, _ := utf8.DecodeRuneInString(name); name == "" || !unicode.IsLetter(first) {
		return "Event" + name
	}
	return name
}

// lowerCamel is upperCamel with a small first letter.
func lowerCamel(words ...string) string {
	name := upperCamel(words)
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(first)) + name[size:]
}

// initialisms are written in capitals in Go.
var initialisms = map[string]bool{"Id": true, "Url": true, "Api": true, "Ip": true, "Html": true, "Json": true, "Uuid": true, "Http": true, "Sku": true, "Cpu": true, "Ui": true}

// exported is a name that Go exports. A script without capitals needs a letter
// that is one.
func exported(words []string) string {
	var b strings.Builder
	for _, w := range words {
		w = upperCamelPart(w)
		if initialisms[w] {
			w = strings.ToUpper(w)
		}
		b.WriteString(w)
	}
	name := b.String()
	if first, _ := utf8.DecodeRuneInString(name); !unicode.IsUpper(first) {
		return "X" + name
	}
	return name
}

func upperCamelPart(word string) string {
	var b strings.Builder
	for _, part := range strings.FieldsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		b.WriteString(capital(part))
	}
	return b.String()
}

func goName(key string) string { return exported(naming.Words(key)) }

func words(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// Words that no identifier may be.
var (
	goWords = words("break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var analytics maps time")
	tsWords = words("abstract any as asserts async await boolean break case catch class const constructor continue debugger declare default delete do else enum export extends false finally for from function get if implements import in instanceof interface is keyof let module namespace never new null number object of package private protected public readonly require return set static string super switch symbol this throw true try type typeof undefined unique unknown var void while with yield arguments eval analytics properties traits options message callback")
)
