package query

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/query.md")

const (
	queryPage = "../../docs/query.md"
	above     = `<!-- Made by go test ./backend/query -update from backend/query/keys.go. -->
# Asking for events

One language in the window, the command line, the API, and for what to delete.

- Terms are separated by blanks, and all of them must hold: ` + "`type:track user:u_42`" + `
- Values of one key are separated by commas, and one of them is enough: ` + "`type:track,page`" + `
- A minus in front means not: ` + "`-has:violation`" + `
- Anything else is free text. It is looked for in the name, the ids and the message, upper and lower case alike:
  ` + "`refund`, `\"Order Completed\"`" + `. Text is found however it was sent: ` + "`é`" + ` also where the message says ` + "`\\u00e9`" + `.
- Quotes hold blanks, commas and colons together. Within them ` + "`\\\"`" + ` is a quote and ` + "`\\\\`" + ` a backslash: ` + "`name:\"Say \\\"Hi\\\"\"`, `\"http://shop.example\"`" + `
- ` + "`\"\"`" + ` behind a key asks for what is empty: ` + "`user:\"\"`" + `

| key | also | values | example | what it asks |
|---|---|---|---|---|
`
	below = "| `properties.…` `traits.…` `context.…` |  | any | `properties.total>100` | A part of the message, by its path. Of an array any item will do, or one by its place: " +
		"`properties.products.0.sku:S-1`. `\\.` is a dot within a name. Numbers are compared by every digit. |\n\n" +
		"`size`, `seq` and paths also take `>` `>=` `<` `<=`, with or without a colon before it: `size:>20kb`.\n\n" +
		"A query that cannot be read is answered with what is wrong and the byte at which it went wrong; nothing is guessed.\n"
)

// The page is made from Keys, so that it cannot say anything else.
func TestQueryPageShowsTheKeys(t *testing.T) {
	want := renderKeys()
	if *update {
		if err := os.WriteFile(queryPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(queryPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/query.md is out of date; run go test ./backend/query -update")
	}
}

func renderKeys() string {
	var b strings.Builder
	b.WriteString(above)
	for _, k := range Keys {
		values := map[kind]string{kindTime: "a moment", kindSize: "bytes", kindWhole: "a whole number"}[k.kind]
		if values == "" {
			values = "any text"
		}
		if len(k.Choices) > 0 {
			values = "`" + strings.Join(k.Choices, "` `") + "`"
		}
		also := ""
		for _, alias := range k.Aliases {
			also += "`" + alias + ":`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | `%s` | %s |\n", k.Name, also, values, k.Example, k.Explain)
	}
	b.WriteString(below)
	return b.String()
}
