package backend_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The first commands a newcomer types are the ones written in the README.
func TestReadmeCommandsExist(t *testing.T) {
	makefile := read(t, "../Makefile")
	commands := regexp.MustCompile(`(?m)^make ([a-z-]+)`).FindAllStringSubmatch(read(t, "../README.md"), -1)
	seen := map[string]bool{}
	for _, c := range commands {
		seen[c[1]] = true
		if !regexp.MustCompile(`(?m)^` + c[1] + `:`).MatchString(makefile) {
			t.Errorf("README says `make %s`, which is no target of the Makefile", c[1])
		}
	}
	for _, want := range []string{"run", "test"} {
		if !seen[want] {
			t.Errorf("README does not mention `make %s`", want)
		}
	}
}

func TestReadmeLinksExist(t *testing.T) {
	for _, m := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(read(t, "../README.md"), -1) {
		if strings.Contains(m[1], "://") {
			continue
		}
		if _, err := os.Stat("../" + m[1]); err != nil {
			t.Errorf("README links to %s: %v", m[1], err)
		}
	}
}

// Continuous integration and a person check the same things.
func TestCIRunsMakeTest(t *testing.T) {
	script := read(t, "../.ci/run")
	if !regexp.MustCompile(`(?m)^make test$`).MatchString(script) {
		t.Error(".ci/run does not call `make test`")
	}
	info, err := os.Stat("../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode()&0o111 == 0 {
		t.Error(".ci/run is not executable")
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
