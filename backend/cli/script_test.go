package cli_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/testscript"

	"sidetrack/backend/cli"
	"sidetrack/backend/client"
)

// The scripts in testdata run the program as a person would.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sidetrack": func() {
		ctx, stop := cli.UntilStopped(context.Background())
		code := cli.Main(ctx, os.Args[1:], cli.Host{Out: os.Stdout, Err: os.Stderr, UI: fstest.MapFS{}, Notices: "Sidetrack contains the following software", Version: "1.2.3"})
		stop()
		os.Exit(code)
	}})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("SIDETRACK_DATA", filepath.Join(e.WorkDir, "data"))
			e.Setenv("HOME", filepath.Join(e.WorkDir, "home"))
			return os.Mkdir(filepath.Join(e.WorkDir, "home"), 0o755)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "post": post, "sameevents": sameEvents, "put": put, "inzip": inZip, "undo": undo,
		},
		RequireExplicitExec: false,
	})
}

// exits runs sidetrack and wants an exit code: exits 3 status
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE ARGS...")
	}
	err := ts.Exec("sidetrack", args[1:]...)
	code := "0"
	if err != nil {
		code = regexp.MustCompile(`\d+$`).FindString(err.Error())
	}
	if code != args[0] {
		ts.Fatalf("exit code %s (%v), want %s", code, err, args[0])
	}
}

// post sends a file to the collector as it is: post PATH FILE
func post(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: post PATH FILE")
	}
	c, err := client.Open(context.Background(), ts.Getenv("SIDETRACK_DATA"))
	ts.Check(err)
	req, err := http.NewRequest(http.MethodPost, c.Running.URL+args[0], bytes.NewReader([]byte(ts.ReadFile(args[1]))))
	ts.Check(err)
	req.SetBasicAuth(c.Running.Sources[0].WriteKey, "")
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	ts.Check(resp.Body.Close())
	if taken := resp.StatusCode == http.StatusOK; taken == neg {
		ts.Fatalf("the collector answered %s", resp.Status)
	}
}

// put sends JSON to the API as the screen would: put PATH JSON
func put(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: put PATH JSON")
	}
	c, err := client.Open(context.Background(), ts.Getenv("SIDETRACK_DATA"))
	ts.Check(err)
	err = c.Put(context.Background(), args[0], json.RawMessage(args[1]), nil)
	if err != nil {
		fmt.Fprintln(ts.Stderr(), err)
	}
	if neg == (err == nil) {
		ts.Fatalf("the API answered %v", err)
	}
}

// sameevents compares two exports byte for byte, but for the numbers of events
// and the ids of sources, which belong to a data folder.
func sameEvents(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sameevents FILE FILE")
	}
	ours := regexp.MustCompile(`(?m)^\{"seq":\d+,("receivedAt":"[^"]+","source":\{)"id":"[^"]+"`)
	a := ours.ReplaceAllString(ts.ReadFile(args[0]), "{${1}")
	b := ours.ReplaceAllString(ts.ReadFile(args[1]), "{${1}")
	if a == "" || a != b {
		ts.Fatalf("the exports differ:\n%s\n---\n%s", a, b)
	}
}

// undo takes back the deletion whose JSON a file holds: undo FILE
func undo(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: undo FILE")
	}
	var out struct{ ID string }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &out))
	ts.Check(ts.Exec("sidetrack", "delete", "--undo", out.ID))
}

// inzip looks for a pattern in a file of a zip, in all of them when the name is
// empty: inzip ZIP NAME PATTERN
func inZip(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: inzip ZIP NAME PATTERN")
	}
	z, err := zip.OpenReader(ts.MkAbs(args[0]))
	ts.Check(err)
	defer z.Close()
	found, looked := false, false
	for _, f := range z.File {
		if args[1] != "" && args[1] != f.Name {
			continue
		}
		r, err := f.Open()
		ts.Check(err)
		b, err := io.ReadAll(r)
		ts.Check(err)
		looked = true
		found = found || regexp.MustCompile(args[2]).Match(b)
	}
	if !looked || found == neg {
		ts.Fatalf("%s %s: looked %v, found %v", args[1], args[2], looked, found)
	}
}
