//go:build unix

package cli_test

import (
	"bufio"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"sidetrack/backend/client"
)

// program is sidetrack serve as a process of its own.
type program struct {
	*testing.T
	cmd   *exec.Cmd
	ready client.Running
	ended chan error
}

// serve runs this test binary as sidetrack, by way of TestMain.
func serve(t *testing.T, ways ...func(*exec.Cmd)) *program {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{T: t, cmd: exec.Command(exe), ended: make(chan error, 1)}
	p.cmd.Args = []string{"sidetrack", "--data", t.TempDir(), "serve", "--listen", "127.0.0.1:0"}
	for _, way := range ways {
		way(p.cmd)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &p.ready)
	}
	if err != nil {
		t.Fatalf("no ready line: %v", err)
	}
	go func() { p.ended <- p.cmd.Wait() }()
	return p
}

func (p *program) signal(s os.Signal) {
	p.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.Fatal(err)
	}
}

func (p *program) note() bool {
	_, err := os.Stat(filepath.Join(p.ready.DataDir, "running.json"))
	return err == nil
}

func TestEverySignalToStopIsACleanEnd(t *testing.T) {
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		p := serve(t)
		if !p.note() {
			t.Errorf("%v: serves without a note", s)
		}
		p.signal(s)
		if err := <-p.ended; err != nil || p.note() {
			t.Errorf("%v: ended with %v, the note is left: %v", s, err, p.note())
		}
	}
}

// A request that never ends holds a stop up for seconds.
func TestTheSecondSignalEndsAtOnce(t *testing.T) {
	p := serve(t)
	c, err := net.Dial("tcp", strings.TrimPrefix(p.ready.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte("POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond) // the request is being read
	begun := time.Now()
	p.signal(os.Interrupt)
	for p.note() { // the first was heard
		time.Sleep(time.Millisecond)
	}
	for over := false; !over; { // until one comes after the first was dealt with
		_ = p.cmd.Process.Signal(os.Interrupt) // fails once it has ended
		select {
		case <-p.ended:
			over = true
		case <-time.After(20 * time.Millisecond):
		}
	}
	if took := time.Since(begun); took > 3*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestNohupIsObeyed(t *testing.T) {
	p := serve(t, func(c *exec.Cmd) {
		c.Args = append([]string{"sh", "-c", `trap "" HUP; exec -a sidetrack "$0" "$@"`, c.Path}, c.Args[1:]...)
		c.Path = "/bin/bash"
	})
	p.signal(syscall.SIGHUP)
	select {
	case err := <-p.ended:
		t.Errorf("ended with %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	p.signal(os.Interrupt)
	<-p.ended
}
