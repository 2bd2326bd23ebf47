package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// program is a running server: Sidetrack, or the bare one.
type program struct {
	cmd  *exec.Cmd
	took time.Duration // from start to the line that says ready

	URL       string `json:"url"`
	TokenFile string `json:"tokenFile"`
	Sources   []struct {
		WriteKey string `json:"writeKey"`
	} `json:"sources"`
}

func launch(name string, args ...string) (*program, error) {
	p := &program{cmd: exec.Command(name, args...)}
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	p.took = time.Since(begin)
	if err == nil {
		err = json.Unmarshal(line, p)
	}
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("%s did not say it is ready: %w", name, err)
	}
	return p, nil
}

func (b *bench) sidetrack(dir string) (*program, error) {
	return launch(b.binary, "serve", "--data", dir, "--listen", "127.0.0.1:0")
}

func (p *program) addr() string { return strings.TrimPrefix(p.URL, "http://") }

func (p *program) key() string {
	if len(p.Sources) == 0 {
		return "bare"
	}
	return p.Sources[0].WriteKey
}

func (p *program) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	_ = p.cmd.Wait()
}

func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait() // says that it was killed
}

// cpu is what the program has used since it began.
func (p *program) cpu() (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
	ticks := 0
	for _, f := range fields[11:13] { // user and system time, in hundredths
		n, err := strconv.Atoi(f)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond, nil
}

// token is what the API wants.
func (p *program) token() (string, error) {
	b, err := os.ReadFile(p.TokenFile)
	return strings.TrimSpace(string(b)), err
}

// serveBare is the yardstick of HTTP: it reads, forgets and answers.
func serveBare() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf(`{"url":"http://%s"}`+"\n", l.Addr())
	err = http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a sender that goes away is none of our business
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"success":true}`)
	}))
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func bareServer() (*program, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return launch(self, "-bare")
}
