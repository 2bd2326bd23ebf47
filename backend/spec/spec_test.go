package spec_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/spec"
)

var update = flag.Bool("update", false, "write docs/findings.md")

const findingsPage = "../../docs/findings.md"

// The page is made from the table, so that it cannot say anything else.
func TestFindingsPageShowsTheTable(t *testing.T) {
	want := renderRules()
	if *update {
		if err := os.WriteFile(findingsPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(findingsPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/findings.md is out of date; run go test ./backend/spec -update")
	}
}

func renderRules() string {
	var b strings.Builder
	b.WriteString("<!-- Made by go test ./backend/spec -update from backend/spec/rules.go. -->\n# Findings\n\n" +
		"What Sidetrack says about a message or a request. An event's verdict is its worst finding: `notice` leaves it good, " +
		"`warning` is probably not what was meant, `violation` breaks what the team agreed, `drop` is what Segment would refuse, drop or cut.\n\n" +
		"| code | severity | measured against | what it means | the rule is on |\n|---|---|---|---|---|\n")
	for _, r := range spec.Rules {
		page, name := strings.TrimPrefix(r.Page, "docs/"), strings.TrimSuffix(strings.TrimPrefix(r.Page, "docs/"), ".md")
		if _, path, ok := strings.Cut(r.Page, "segment.com/docs/"); ok {
			name = strings.TrimSuffix(path, "/")
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | [%s](%s) |\n", r.Code, r.Severity, r.Threshold, r.Explanation, name, page)
	}
	return b.String()
}

func TestCodesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range spec.Rules {
		if seen[r.Code] || r.Explanation == "" || r.Severity == "" {
			t.Errorf("%q is repeated or incomplete", r.Code)
		}
		seen[r.Code] = true
		if theirs := strings.HasPrefix(r.Code, "segment."); theirs && r.Page == "docs/findings.md" || r.Page == "" {
			t.Errorf("%s does not say where the rule is from", r.Code)
		}
	}
}

// Found calls an unknown code a warning, so a typing mistake must not ship.
func TestEveryCodeInUseIsInTheTable(t *testing.T) {
	known := map[string]bool{"segment.": true} // the start of a code made from a name
	for _, r := range spec.Rules {
		known[r.Code] = true
	}
	files, _ := filepath.Glob("../spec/*.go")
	more, _ := filepath.Glob("../collector/*.go")
	for _, file := range append(files, more...) {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"((?:segment|lens|request)\.[a-z_]*)"`).FindAllSubmatch(src, -1) {
			if !known[string(m[1])] {
				t.Errorf("%s: %s is not in the table", file, m[1])
			}
		}
	}
}

var at = time.Date(2026, 1, 31, 10, 7, 5, 200e6, time.UTC)

func check(typ, message string, c spec.Context) []event.Finding {
	f := spec.ReadFields([]byte(message))
	prod := "prod"
	return spec.Check(&event.Record{
		Type: typ, Message: []byte(message), Size: len(message), ReceivedAt: at, Timestamp: spec.When(&f, at),
		Source: event.SourceRef{Name: "Shop", Label: &prod},
	}, c)
}

func codes(findings []event.Finding) string {
	var out []string
	for _, f := range findings {
		_, name, _ := strings.Cut(f.Code, ".")
		out = append(out, name+f.Path)
	}
	return strings.Join(out, " ")
}

func TestRules(t *testing.T) {
	big := strings.Repeat("x", 40000)
	for _, c := range []struct {
		typ, message string
		c            spec.Context
		want         string
	}{
		{"track", `{"type":"track","event":"E","userId":"u"}`, spec.Context{}, ""},
		{"track", `{"event":"E","userId":"u"}`, spec.Context{PathType: "track"}, ""},
		{"track", `{"type":"track","event":"E","userId":null,"anonymousId":"a"}`, spec.Context{}, ""},
		{"track", `{"type":"track","userId":"u"}`, spec.Context{}, "event_missing/event"},
		{"track", `{"type":"track","userId":"u","event":""}`, spec.Context{}, "event_missing/event"},
		{"track", `{"type":"track","userId":"u","event":7}`, spec.Context{}, "event_not_string/event"},
		{"track", `{"type":"track","event":"E"}`, spec.Context{}, "no_user_or_anonymous_id"},
		{"track", `{"type":"track","event":"E","userId":7}`, spec.Context{}, "id_not_string/userId"},
		{"track", `{"type":"track","event":"E","userId":""}`, spec.Context{}, "id_not_string/userId"},
		{"track", `{"type":"track","event":"E","userId":"u","messageId":"` + big[:101] + `"}`, spec.Context{}, "id_too_long/messageId"},
		{"track", `{"type":"track","event":"E","userId":"u","messageId":"` + big[:100] + `"}`, spec.Context{}, ""},
		{"track", `{"type":"track","event":"E","userId":"u","properties":[]}`, spec.Context{}, "properties_not_object/properties"},
		{"track", `{"type":"track","event":"E","userId":"u","context":1,"integrations":"x"}`, spec.Context{}, "context_not_object/context integrations_not_object/integrations"},
		{"track", `{"type":"track","event":"E","userId":"u","properties":{"revenue":"281.90","currency":"euro"}}`, spec.Context{}, "reserved_type/properties/revenue reserved_type/properties/currency"},
		{"identify", `{"type":"identify","userId":"u","traits":1}`, spec.Context{}, "traits_not_object/traits"},
		{"identify", `{"type":"identify","userId":"u","traits":{"age":"9","email":null}}`, spec.Context{}, "reserved_type/traits/age"},
		{"page", `{"type":"page","userId":"u","name":"","category":1}`, spec.Context{}, "name_not_string/name category_not_string/category"},
		{"identify", `{"type":"identify","userId":"u","traits":{"createdAt":1769853600,"birthday":"1990-02-03"}}`, spec.Context{}, "reserved_type/traits/createdAt"},
		{"page", `{"type":"page","userId":"u","properties":{"url":7,"keywords":["a"],"title":null}}`, spec.Context{}, "reserved_type/properties/url"},
		{"screen", `{"type":"screen","userId":"u","properties":{"url":7,"name":[]}}`, spec.Context{}, "reserved_type/properties/name"},
		{"track", `{"type":"track","event":"Segment Consent Preference Updated","userId":"u"}`, spec.Context{}, "consent_preferences_missing/context/consent/categoryPreferences"},
		{"track", `{"type":"track","event":"Segment Consent Preference Updated","userId":"u","context":{"consent":{"categoryPreferences":{"a":true},"version":2}}}`, spec.Context{}, ""},
		{"page", `{"type":"page","userId":"u","context":{"consent":{"categoryPreferences":[],"version":"2"}}}`, spec.Context{}, "consent_preferences_not_object/context/consent/categoryPreferences consent_version_not_number/context/consent/version"},
		{"page", `{"type":"page","userId":"u","context":{"consent":{"categoryPreferences":{"a/b":1,"1st":true,"` + big[:35] + `":false,"` + big[:34] + `":false}}}}`, spec.Context{},
			"consent_category_not_boolean/context/consent/categoryPreferences/a~1b consent_category_id/context/consent/categoryPreferences/1st consent_category_id/context/consent/categoryPreferences/" + big[:35]},
		{"page", `{"type":"page","userId":"u","context":{"consent":{}}}`, spec.Context{}, ""},
		{"page", `{"type":"page","userId":"u","context":{"device":{"advertisingId":7}}}`, spec.Context{}, "advertising_id_not_string/context/device/advertisingId"},
		{"page", `{"type":"page","userId":"u","properties":` + members(300) + `}`, spec.Context{}, ""},
		{"page", `{"type":"page","userId":"u","properties":` + members(301) + `}`, spec.Context{}, "unify_too_many_properties/properties"},
		{"identify", `{"type":"identify","userId":"u","traits":` + members(299) + `}`, spec.Context{}, ""},
		{"identify", `{"type":"identify","userId":"u","traits":` + members(300) + `}`, spec.Context{}, "unify_too_many_properties/traits"},
		{"group", `{"type":"group","userId":"u","groupId":"` + big[:500] + `"}`, spec.Context{}, ""},
		{"group", `{"type":"group","userId":"u","groupId":"` + big[:501] + `"}`, spec.Context{}, "unify_group_id_too_long/groupId"},
		{"group", `{"type":"group","userId":"u"}`, spec.Context{}, "group_id_missing/groupId"},
		{"alias", `{"type":"alias"}`, spec.Context{}, "alias_user_id_missing/userId previous_id_missing/previousId"},
		{"", `{"userId":"u"}`, spec.Context{Batch: true, Items: 1}, "missing_type/type"},
		{"Track", `{"type":"Track","userId":"u"}`, spec.Context{Batch: true, Items: 1}, "unknown_type/type"},
		{"page", `{"type":"track","userId":"u"}`, spec.Context{PathType: "page"}, "type_differs_from_path/type"},
		{"page", `{"type":"page","userId":"u"}`, spec.Context{Batch: true, BodySize: 512001, Items: 2501, BadEnvelope: []spec.BadPart{{Name: "context", Value: []byte("1")}}}, "batch_too_big batch_too_long context_not_object"},
		{"page", `{"type":"page","userId":"u"}`, spec.Context{Batch: true, BodySize: 512000, Items: 2500}, ""},
		{"page", `{"type":"page","userId":"u","timestamp":"yesterday"}`, spec.Context{}, "timestamp_unreadable/timestamp"},
		{"page", `{"type":"page","userId":"u","timestamp":"2026-01-31T10:12:05.200Z"}`, spec.Context{}, ""},
		{"page", `{"type":"page","userId":"u","timestamp":"2026-01-31T10:12:05.201Z"}`, spec.Context{}, "timestamp_in_future/timestamp"},
		{"page", `{"type":"page","userId":"u","timestamp":"2026-01-31T11:00:00Z","sentAt":"2026-01-31T11:00:00Z"}`, spec.Context{}, ""},
		{"page", `{"type":"page","userId":"u"}`, spec.Context{KeysDiffer: [2]string{"a", "b"}, KeyTooLong: 201, FromLoopback: true}, "write_key_conflict/writeKey write_key_too_long/writeKey prod_key_on_localhost"},
		{"page", `{"type":"page","userId":"u","x":"` + big[:32768-35] + `"}`, spec.Context{}, "near_limit"},
	} {
		if got := codes(check(c.typ, c.message, c.c)); got != c.want {
			t.Errorf("%.120s:\n got %q\nwant %q", c.message, got, c.want)
		}
	}
}

// members is an object of n members.
func members(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"k%d":1`, i)
	}
	return "{" + b.String()[1:] + "}"
}

// What was sent stands in the sentence, beside what Segment takes.
func TestFindingsTellWhatWasMeasured(t *testing.T) {
	for _, c := range []struct {
		typ, message string
		c            spec.Context
		want         string
	}{
		{"page", `{"type":"page","userId":"u","properties":` + members(10001) + `}`, spec.Context{},
			"`properties` has 10,001 keys, Segment keeps 10,000. The rest is cut. Send fewer."},
		{"page", `{"type":"page","userId":"u","properties":` + members(4000) + `}`, spec.Context{},
			"38 KB, Segment takes 32 KB. It would be dropped without a word. Biggest part: `properties`, 38 KB."},
		{"identify", `{"type":"identify","userId":"u","traits":` + members(312) + `}`, spec.Context{},
			"`traits` has 312 keys, Unify takes 299. Profiles would not see this event; destinations would. Send fewer if you use profiles."},
		{"identify", `{"type":"identify","userId":"u","traits":{"createdAt":1769853600}}`, spec.Context{},
			"`createdAt` is 1769853600, Segment reads a date. Destinations cannot read it as a date. Send ISO 8601, such as 2026-01-31T12:00:00.000Z."},
		{"track", `{"type":"track","event":"E","userId":"u","properties":{"revenue":"281.90"}}`, spec.Context{},
			"`revenue` is text, Segment reads a number. Reports cannot add up text. Send 281.90 without the quotes."},
		{"page", `{"type":"page","userId":"u"}`, spec.Context{Batch: true, BodySize: 512001},
			"The batch is 512,001 bytes, Segment takes 500 KB. All of it would be refused. Send fewer messages at once."},
		{"page", `{"type":"page","userId":"u"}`, spec.Context{Batch: true, Items: 2501},
			"The batch holds 2,501 messages, Segment takes 2,500. All of them would be dropped. Send fewer at once."},
		{"page", `{"type":"page","userId":"u","timestamp":"2026-01-31T10:17:05Z"}`, spec.Context{},
			"It happened 10 minutes after it arrived. Reports would show it on a later day or hour. Check the sender's clock, or the `timestamp`."},
		{"page", `{"type":"page","userId":"u","messageId":"` + strings.Repeat("é", 101) + `"}`, spec.Context{},
			"The `messageId` has 101 characters, Segment takes 100. The message may be refused. Send a shorter one."},
		{"page", `{"type":"page","userId":"u"}`, spec.Context{KeyTooLong: 1201},
			"A write key has 1,201 bytes, more than the 200 a key can have, so it was ignored. Copy the key from Sources."},
	} {
		f := check(c.typ, c.message, c.c)
		if !slices.ContainsFunc(f, func(f event.Finding) bool { return f.Message == c.want }) {
			t.Errorf("got %+v\nwant %s", f, c.want)
		}
	}
}

// design: no blame, no please, no exclamation mark, a sentence that ends.
func TestMessagesArePlain(t *testing.T) {
	for _, r := range spec.Rules {
		for _, word := range []string{"please", "Please", "!", "invalid", "Invalid", "illegal", "schema", "mismatch"} {
			if strings.Contains(r.Explanation, word) {
				t.Errorf("%s says %q", r.Code, word)
			}
		}
		if !strings.HasSuffix(r.Explanation, ".") {
			t.Errorf("%s does not end", r.Code)
		}
	}
}

func TestTooBigNamesTheBiggestPart(t *testing.T) {
	m := `{"type":"track","event":"E","userId":"u","properties":{"a":1,"cart":"` + strings.Repeat("x", 38*1024-2) + `"},"p":"` + strings.Repeat("y", 3163) + `"}`
	f := check("track", m, spec.Context{})
	want := "41.2 KB, Segment takes 32 KB. It would be dropped without a word. Biggest part: `properties.cart`, 38 KB."
	if len(f) != 1 || f[0].Code != "segment.too_big" || f[0].Severity != event.Drop || f[0].Message != want {
		t.Errorf("got %+v (%d bytes)", f, len(m))
	}
}

func TestClockIsCorrected(t *testing.T) {
	for message, want := range map[string]string{
		`{"timestamp":"2026-01-31T10:00:00.000Z","sentAt":"2026-01-31T10:00:05.000Z"}`:         "2026-01-31T10:07:00.2Z",
		`{"originalTimestamp":"2026-01-31T10:00:00.000Z","sentAt":"2026-01-31T10:00:05.000Z"}`: "2026-01-31T10:07:00.2Z",
		`{"timestamp":"2026-01-31T12:00:00+02:00"}`:                                            "2026-01-31T10:00:00Z",
		`{"timestamp":"1200-01-01"}`:                                                           "1200-01-01T00:00:00Z",
		`{"timestamp":"x","sentAt":"2026-01-31T10:00:05.000Z"}`:                                "2026-01-31T10:07:05.2Z",
		`{"timestamp":"9999-12-31T23:59:59Z","sentAt":"2026-01-31T10:00:05.000Z"}`:             "2026-01-31T10:07:05.2Z",
		`{}`: "2026-01-31T10:07:05.2Z",
	} {
		f := spec.ReadFields([]byte(message))
		if got := spec.When(&f, at).Format(time.RFC3339Nano); got != want {
			t.Errorf("%s: %s, want %s", message, got, want)
		}
	}
}

func TestDuplicateWouldDrop(t *testing.T) {
	rec := event.Record{Verdict: event.Good}
	spec.DuplicateID(&rec, 12)
	if rec.Verdict != event.WouldDrop || codes(rec.Findings) != "duplicate_id/messageId" {
		t.Errorf("got %+v", rec)
	}
}

// One message can be wrong in a million places; what is said of it stays small,
// and no graver finding is crowded out.
func TestManyFindingsOfAKindAreCounted(t *testing.T) {
	long := strings.Repeat("x", 5000)
	message := `{"event":"E","userId":"u","properties":{` + strings.Repeat(`"revenue":"",`, 1000) + `"value":1},` +
		`"context":{"consent":{"categoryPreferences":{"` + long + `":1` + strings.Repeat(`,"a":1`, 1999) + `}}}}`
	found := check("track", message, spec.Context{PathType: "track"})
	counted := map[string]int{}
	var more []string
	for _, f := range found {
		counted[f.Code]++
		if f.Code == "lens.more_findings" {
			more = append(more, f.Message)
		}
		if len(f.Path)+len(f.Message) > 500 {
			t.Errorf("%s takes %d bytes", f.Code, len(f.Path)+len(f.Message))
		}
	}
	if counted["segment.reserved_type"] != 20 || counted["segment.consent_category_not_boolean"] != 20 || counted["segment.consent_category_id"] != 1 || len(found) != 44 {
		t.Errorf("%d findings: %v", len(found), counted)
	}
	if all := strings.Join(more, " "); !strings.Contains(all, "1,980 more findings of segment.consent_category_not_boolean") || !strings.Contains(all, "980 more findings of segment.reserved_type") {
		t.Errorf("said %q", more)
	}
	if v := event.VerdictOf(found); v != event.WouldDrop {
		t.Errorf("verdict %s", v)
	}
}

func TestEveryISOTimeIsRead(t *testing.T) {
	for text, want := range map[string]string{
		"2024-02-29T10:00:00.000Z": "2024-02-29T10:00:00Z", "2024-02-29T10:00:00.123456789Z": "2024-02-29T10:00:00.123456789Z",
		"2024-02-29T10:00:00,5Z": "2024-02-29T10:00:00.5Z", "2024-02-29t10:00:00z": "2024-02-29T10:00:00Z",
		"2024-02-29T10:00:00+02:00": "2024-02-29T08:00:00Z", "2024-02-29T10:00:00+0200": "2024-02-29T08:00:00Z", "2024-02-29T10:00:00+02": "2024-02-29T08:00:00Z",
		"2024-02-29 10:00:00": "2024-02-29T10:00:00Z", "2024-02-29 10:00:00+02": "2024-02-29T08:00:00Z", "2024-02-29T10:00Z": "2024-02-29T10:00:00Z",
		"20240229T100000Z": "2024-02-29T10:00:00Z", "20240229T100000.5+0200": "2024-02-29T08:00:00.5Z", "20240229T100000": "2024-02-29T10:00:00Z",
		"2024-02-29": "2024-02-29T00:00:00Z", "20240229": "2024-02-29T00:00:00Z", "2024-02": "2024-02-01T00:00:00Z",
		"2024-02-30": "", "1709200800": "", "yesterday": "", "Thu, 29 Feb 2024 10:00:00 GMT": "", "": "",
	} {
		at, ok := spec.ParseTime([]byte(`"` + text + `"`))
		if got := at.Format(time.RFC3339Nano); ok != (want != "") || ok && got != want {
			t.Errorf("%s: %s %v, want %q", text, got, ok, want)
		}
	}
	if _, ok := spec.ParseTime([]byte("1709200800")); ok {
		t.Error("a number was read as a date")
	}
}

func TestTimesAreToldInPlainWords(t *testing.T) {
	for stamp, want := range map[string]string{
		`"timestamp":"2030-01-01T00:00:00Z"`: "It happened 1,431 days after it arrived.", `"timestamp":"2026-01-31T14:00:00Z"`: "It happened 4 hours after it arrived.",
		`"timestamp":"yesterday"`: "The time of arrival stands in.", `"sentAt":17`: "So the sender's clock is not corrected.",
	} {
		found := check("page", `{"type":"page","userId":"u",`+stamp+`}`, spec.Context{})
		if len(found) != 1 || !strings.Contains(found[0].Message, want) {
			t.Errorf("%s: %v", stamp, found)
		}
	}
}
