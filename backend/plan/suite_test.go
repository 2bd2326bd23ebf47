package plan

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xeipuuv/gojsonschema"

	"sidetrack/backend/document"
	"sidetrack/backend/rawjson"
)

// suite finds the cases of the JSON Schema Test Suite that come with
// gojsonschema, the validator Segment's samples show.
func suite(t *testing.T) string {
	t.Helper()
	_ = gojsonschema.Draft7 // keeps the module in go.mod
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/xeipuuv/gojsonschema").Output()
	dir := filepath.Join(strings.TrimSpace(string(out)), "testdata")
	if _, missing := os.Stat(dir); err != nil || missing != nil {
		t.Fatalf("the suite is not in the module cache: %v %v; run go mod download", err, missing)
	}
	return dir
}

type suiteGroup struct {
	Description string
	Schema      json.RawMessage
	Tests       []struct {
		Description string
		Data        json.RawMessage
		Valid       bool
	}
}

func TestJSONSchemaSuite(t *testing.T) {
	dir := suite(t)
	cases, differ := 0, map[string]bool{}
	for _, draft := range []string{"draft6", "draft7"} {
		err := filepath.WalkDir(filepath.Join(dir, draft), func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(file) != ".json" {
				return err
			}
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			var groups []suiteGroup
			if err := json.Unmarshal(text, &groups); err != nil {
				return err
			}
			rel, _ := filepath.Rel(dir, file)
			for i := range groups {
				cases += len(groups[i].Tests)
				for _, name := range differences(t, &groups[i]) {
					differ[filepath.ToSlash(rel)+": "+name] = true
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if cases < 1000 {
		t.Errorf("only %d cases were found", cases)
	}
	for _, draft := range []string{"draft6/", "draft7/"} {
		for name, why := range knownDifferences {
			if name = draft + name; !differ[name] && (draft == "draft7/" || !strings.HasPrefix(name, "draft6/optional/")) {
				t.Errorf("%s no longer differs (%s)", name, why)
			}
			delete(differ, name)
		}
	}
	for name := range differ {
		t.Errorf("%s comes out otherwise", name)
	}
}

const (
	nothingIsFetched = "a plan reaches nothing outside of it; such a rule is not in force, and that is said"
	idsAreDropped    = "$id is dropped: exports carry ids there that are no addresses, and would move every reference"
	contentIsText    = "contentEncoding and contentMediaType say nothing in Segment's vocabulary"
	looseFormat      = "the format is checked less strictly, or as RFC 3986 has it"
)

// knownDifferences are the cases that come out otherwise on purpose, or that do
// not matter to a plan.
var knownDifferences = map[string]string{
	"ref.json: Recursive references between schemas: valid tree":   idsAreDropped,
	"ref.json: Recursive references between schemas: invalid tree": idsAreDropped,

	"refRemote.json: remote ref: remote ref valid":                                    nothingIsFetched,
	"refRemote.json: remote ref: remote ref invalid":                                  nothingIsFetched,
	"refRemote.json: fragment within remote ref: remote fragment valid":               nothingIsFetched,
	"refRemote.json: fragment within remote ref: remote fragment invalid":             nothingIsFetched,
	"refRemote.json: ref within remote ref: ref within ref valid":                     nothingIsFetched,
	"refRemote.json: ref within remote ref: ref within ref invalid":                   nothingIsFetched,
	"refRemote.json: root ref in remote ref: string is valid":                         nothingIsFetched,
	"refRemote.json: root ref in remote ref: null is valid":                           nothingIsFetched,
	"refRemote.json: root ref in remote ref: object is invalid":                       nothingIsFetched,
	"refRemote.json: base URI change: base URI change ref valid":                      nothingIsFetched,
	"refRemote.json: base URI change: base URI change ref invalid":                    nothingIsFetched,
	"refRemote.json: base URI change - change folder: number is valid":                nothingIsFetched,
	"refRemote.json: base URI change - change folder: string is invalid":              nothingIsFetched,
	"refRemote.json: base URI change - change folder in subschema: number is valid":   nothingIsFetched,
	"refRemote.json: base URI change - change folder in subschema: string is invalid": nothingIsFetched,

	"optional/content.json: validation of string-encoded content based on media type: an invalid JSON document":                               contentIsText,
	"optional/content.json: validation of binary string-encoding: an invalid base64 string (% is not a valid character)":                      contentIsText,
	"optional/content.json: validation of binary-encoded media type documents: a validly-encoded invalid JSON document":                       contentIsText,
	"optional/content.json: validation of binary-encoded media type documents: an invalid base64 string that is valid JSON":                   contentIsText,
	"optional/format/idn-email.json: validation of an internationalized e-mail addresses: an invalid idn e-mail address":                      looseFormat,
	"optional/format/idn-hostname.json: validation of internationalized host names: a host name with a component too long":                    looseFormat,
	"optional/format/idn-hostname.json: validation of internationalized host names: illegal first char U+302E Hangul single dot tone mark":    looseFormat,
	"optional/format/idn-hostname.json: validation of internationalized host names: contains illegal char U+302E Hangul single dot tone mark": looseFormat,
	"optional/format/iri.json: validation of IRIs: a valid IRI based on IPv6":                                                                 looseFormat,
}

// differences holds the cases of one schema against how a rule of a plan is
// judged, and lists those that come out otherwise.
func differences(t *testing.T, g *suiteGroup) (names []string) {
	t.Helper()
	schema, err := document.JSON("suite.json", g.Schema)
	if err != nil {
		t.Fatal(g.Description, err)
	}
	j := &Judge{plan: &Plan{}}
	ready, err := j.ready(&Rule{Call: Common, Schema: schema}, 0)
	for _, c := range g.Tests {
		valid := err == nil && ready.schema.Validate(tame(rawjson.Value(c.Data))) == nil
		if err != nil || valid != c.Valid {
			names = append(names, g.Description+": "+c.Description)
		}
	}
	return names
}
