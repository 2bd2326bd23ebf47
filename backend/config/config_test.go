package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/config"
	"sidetrack/backend/fault"
)

// place is a project folder with a folder in it, a user's file and variables.
func place(t *testing.T, project, user string, env map[string]string) config.Surroundings {
	t.Helper()
	root := t.TempDir()
	s := config.Surroundings{
		Dir: filepath.Join(root, "shop", "web"), UserFile: filepath.Join(root, "home", config.FileName),
		Lookup: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
	}
	for file, text := range map[string]string{filepath.Join(root, "shop", config.FileName): project, s.UserFile: user} {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if text == "" {
			continue
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(s.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStrongerLayersWin(t *testing.T) {
	all := map[string]string{"listen": "1", "keep-for": "1h", "keep-bytes": "1kb", "keep": "1"}
	user := "listen: u\nkeep-for: 2h\nkeep-bytes: 2kb\nkeep: 2\n"
	s := place(t, "listen: p\nkeep-for: 3h\n", user, map[string]string{"SIDETRACK_KEEP_FOR": "4h", "SIDETRACK_LISTEN": "e"})
	values, err := config.Resolve(map[string]string{"listen": all["listen"]}, s)
	if err != nil {
		t.Fatal(err)
	}
	values = values.WithStored(map[string]string{"keep": "9", "data": "stored"})
	want := []struct {
		name, value string
		layer       config.Layer
	}{
		{"data", "stored", config.Stored}, {"listen", "1", config.Flag}, {"keep-for", "4h", config.Environment},
		{"keep-bytes", "2kb", config.User}, {"keep", "2", config.User},
	}
	for i, w := range want {
		if got := values[i]; got.Name != w.name || got.Value != w.value || got.Layer != w.layer {
			t.Errorf("%s: %+v, want %q by %s", w.name, got, w.value, w.layer)
		}
	}
	if got := values.Of("keep-bytes").Explain(); got != "user's file ("+s.UserFile+")" {
		t.Errorf("explained as %s", got)
	}
}

func TestAFileNeverBeatsTheEnvironment(t *testing.T) {
	for _, files := range [][2]string{{"keep: 1", ""}, {"", "keep: 1"}, {"keep: 1", "keep: 2"}} {
		values, err := config.Resolve(nil, place(t, files[0], files[1], map[string]string{"SIDETRACK_KEEP": "7"}))
		if err != nil || values.Of("keep").Value != "7" || values.Of("keep").Layer != config.Environment {
			t.Errorf("%q: %+v, %v", files, values.Of("keep"), err)
		}
	}
}

func TestADataFolderInAFileIsRelativeToTheFile(t *testing.T) {
	s := place(t, "data: .sidetrack", "", nil)
	values, err := config.Resolve(nil, s)
	if want := filepath.Join(filepath.Dir(s.Dir), ".sidetrack"); err != nil || values.Of("data").Value != want {
		t.Errorf("data is %s, %v; want %s", values.Of("data").Value, err, want)
	}
}

func TestBadFilesAreRefusedWithTheirPlace(t *testing.T) {
	for text, want := range map[string]string{
		"listen: x\nkeepfor: 1h": `line 2: there is no setting "keepfor"`,
		"listen: [a]":            "line 1: listen is one value",
		"just words":             "holds no settings",
		"a: b: c":                "cannot be read",
	} {
		_, err := config.Resolve(nil, place(t, text, "", nil))
		if err == nil || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestRetentionIsReadAsPeopleWriteIt(t *testing.T) {
	values := config.Values{{Name: "keep-for", Value: "36h"}, {Name: "keep-bytes", Value: "500 MB"}, {Name: "keep", Value: "1000"}}
	r, err := values.Retention()
	if err != nil || r != (config.Retention{MaxAge: 36 * time.Hour, MaxBytes: 500 << 20, MaxEvents: 1000}) {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err = (config.Values{}).Retention(); err != nil || r != (config.Retention{MaxAge: 720 * time.Hour, MaxBytes: 20 << 30}) {
		t.Errorf("by default %+v, %v", r, err)
	}
	for _, bad := range []config.Value{{Name: "keep-for", Value: "a while"}, {Name: "keep-for", Value: "-1h"}, {Name: "keep-bytes", Value: "9999999tb"}, {Name: "keep", Value: "-1"}} {
		if _, err := (config.Values{bad}).Retention(); fault.KindOf(err) != fault.Invalid || err == nil || !strings.Contains(err.Error(), bad.Name) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	for _, age := range []time.Duration{0, time.Minute, 36 * time.Hour, 30 * 24 * time.Hour} {
		if back, err := config.ParseAge(config.FormatAge(age)); err != nil || back != age {
			t.Errorf("%s is written %s and read %s, %v", age, config.FormatAge(age), back, err)
		}
	}
	for _, n := range []int64{0, 1, 1024, 20 << 30, 5000} {
		if back, err := config.ParseBytes(config.FormatBytes(n)); err != nil || back != n {
			t.Errorf("%d is written %s and read %d, %v", n, config.FormatBytes(n), back, err)
		}
	}
}
