// Package e2e drives the built program from Go: what survives a crash, and Segment's own client.
package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var binary string

// TestMain builds the program once, perhaps without its user interface.
// SIDETRACK_BIN names another copy to test.
func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	if binary = os.Getenv("SIDETRACK_BIN"); binary != "" {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "sidetrack-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "sidetrack")
	build := exec.Command("go", "build", "-o", binary, "..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// server is a running copy of the program, and its ready line.
type server struct {
	URL       string `json:"url"`
	TokenFile string `json:"tokenFile"`
	Joined    bool   `json:"joined"`
	Sources   []struct {
		ID       string `json:"id"`
		WriteKey string `json:"writeKey"`
	} `json:"sources"`

	cmd *exec.Cmd
	log *bytes.Buffer
}

func serve(t *testing.T, data string) *server {
	t.Helper()
	s := &server{cmd: exec.Command(binary, "serve", "--data", data, "--listen", "127.0.0.1:0"), log: new(bytes.Buffer)}
	s.cmd.Stderr = s.log
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)

	line := make(chan []byte, 1)
	go func() {
		b, _ := bufio.NewReader(stdout).ReadBytes('\n')
		line <- b
	}()
	select {
	case b := <-line:
		if err := json.Unmarshal(b, s); err != nil {
			s.kill()
			t.Fatalf("ready line %q: %v\n%s", b, err, s.log)
		}
	case <-time.After(30 * time.Second):
		s.kill()
		t.Fatalf("not ready after 30 s\n%s", s.log)
	}
	return s
}

// kill is what a power cut looks like to the program: no chance to tidy up.
func (s *server) kill() {
	if s.cmd.ProcessState == nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	}
}

// records calls visit with every stored record, oldest first.
func (s *server) records(t *testing.T, visit func(record)) {
	t.Helper()
	token, err := os.ReadFile(s.TokenFile)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodGet, s.URL+"/api/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	req.Header.Set("Accept", "application/x-ndjson")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("GET /api/events: %s", res.Status)
	}
	lines := json.NewDecoder(res.Body)
	for lines.More() {
		var r record
		if err := lines.Decode(&r); err != nil {
			t.Fatal(err)
		}
		visit(r)
	}
}

type record struct {
	Seq       int64           `json:"seq"`
	MessageID string          `json:"messageId"`
	Added     []string        `json:"added"`
	Message   json.RawMessage `json:"message"`
}
