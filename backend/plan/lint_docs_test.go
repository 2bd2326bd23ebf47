package plan_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"sidetrack/backend/plan"
)

var update = flag.Bool("update", false, "write the tables of docs/plan-cli.md")

// The page is made from the tables, so that it cannot say anything else.
func TestThePageShowsTheTables(t *testing.T) {
	const file, end = "../../docs/plan-cli.md", "<!-- End of what is made. -->\n"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := string(page)
	for from, table := range map[string]string{"LintCodes": lintTable(), "ChangeKinds": changeTable()} {
		begin := "<!-- Made by go test ./backend/plan -update from " + from + ". -->\n"
		before, rest, _ := strings.Cut(want, begin)
		_, after, found := strings.Cut(rest, end)
		if !found {
			t.Fatal("docs/plan-cli.md has no place for the table of", from)
		}
		want = before + begin + table + end + after
	}
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if string(page) != want {
		t.Error("docs/plan-cli.md is out of date; run go test ./backend/plan -update")
	}
}

func lintTable() string {
	var b strings.Builder
	b.WriteString("| code | severity | what it means |\n|---|---|---|\n")
	for _, c := range plan.LintCodes() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.Code, c.Severity, c.Explanation)
	}
	return b.String()
}

func changeTable() string {
	var b strings.Builder
	b.WriteString("| kind | | what it means |\n|---|---|---|\n")
	for _, k := range plan.ChangeKinds() {
		mark := "compatible"
		if k.Breaking {
			mark = "breaking"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", k.Kind, mark, k.Explanation)
	}
	return b.String()
}
