package cli

import (
	"bytes"
	"crypto/rand"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"sidetrack/backend/api"
	"sidetrack/backend/client"
	"sidetrack/backend/store"
)

// copy looks for a Sidetrack that runs on the data folder.
func (x *examination) copy(e *env) {
	if x.running == nil {
		if client.Held(x.dir) {
			x.add("Running", broken, "another program holds %s but does not answer; end it and start Sidetrack again", x.dir)
			return
		}
		x.add("Running", fine, "no Sidetrack is running on this data folder")
		return
	}
	var st api.Status
	if err := x.running.Get(e.ctx, "/api/status", nil, &st); err != nil {
		x.add("Running", broken, "Sidetrack answers, but not to what it stores: %v", err)
		return
	}
	x.status = &st
	r := x.running.Running
	switch {
	case st.Problem != "":
		x.add("Running", broken, "%s: %s", r.URL, st.Problem)
	case r.Version != e.host.Version:
		x.add("Running", note, "%s answers and is version %s; this is %s", r.URL, r.Version, e.host.Version)
	default:
		x.add("Running", fine, "%s answers (process %d)", r.URL, r.PID)
	}
}

// folder writes a file into the data folder and reads it back.
func (x *examination) folder() {
	dir := x.existing()
	text := make([]byte, 4096)
	rand.Read(text)
	f, err := os.CreateTemp(dir, "doctor-")
	if err != nil {
		x.add("Data folder", broken, "cannot be written: %v; choose another with --data", err)
		return
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	var back []byte
	if err == nil {
		back, err = os.ReadFile(f.Name())
	}
	switch {
	case err != nil:
		x.add("Data folder", broken, "%s: %v", dir, err)
	case !bytes.Equal(text, back):
		x.add("Data folder", broken, "%s does not give back what was written to it; the disk may be failing", dir)
	case dir != x.dir:
		x.add("Data folder", fine, "%s is not there yet; the first start makes it", x.dir)
	default:
		x.add("Data folder", fine, "%s can be written and read", x.dir)
	}
}

// database reads the log of a data folder nobody has open.
func (x *examination) database(e *env) {
	if x.running != nil {
		return // it says itself how it is
	}
	if !store.Exists(x.dir) {
		x.add("Event log", fine, "there is none yet; the first start makes it")
		return
	}
	if _, err := store.StoredSettings(e.ctx, x.dir); err != nil {
		x.add("Event log", broken, "cannot be read: %v. The next start keeps it under another name and begins a new one; sidetrack restore brings a backup back", err)
		return
	}
	if err := store.Verify(e.ctx, x.dir); err != nil {
		x.add("Event log", broken, "%v. Export what can be read, then bring a backup back with sidetrack restore", err)
		return
	}
	x.add("Event log", fine, "every event can be read")
}

const (
	fullDisk   = 100 << 20
	nearlyFull = 1 << 30
)

// disk looks how much room is left.
func (x *examination) disk() {
	free, err := freeBytes(x.existing())
	switch mb := free >> 20; {
	case err != nil:
		x.add("Disk", note, "how much is free could not be found out: %v", err)
	case free < fullDisk:
		x.add("Disk", broken, "%d MB are free; events cannot be stored for long", mb)
	case free < nearlyFull:
		x.add("Disk", note, "%d MB are free", mb)
	default:
		x.add("Disk", fine, "%d GB are free", free>>30)
	}
}

// port looks whether the usual port can be had.
func (x *examination) port() {
	const usual = "4747"
	if x.running != nil {
		if u, err := url.Parse(x.running.Running.URL); err == nil && u.Port() == usual {
			x.add("Port", fine, "%s is ours", usual)
			return
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:"+usual)
	if err != nil {
		x.add("Port", note, "%s is used by another program; Sidetrack takes the next free one and says which", usual)
		return
	}
	_ = l.Close()
	x.add("Port", fine, "%s is free", usual)
}

// ipv6 looks whether localhost works under both of its addresses.
func (x *examination) ipv6() {
	l, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		x.add("IPv6", note, "this machine has no [::1]; an SDK that insists on it must be given 127.0.0.1")
		return
	}
	_ = l.Close()
	x.add("IPv6", fine, "[::1] works")
}

// clock looks whether time can be right: nothing here was written later than now.
func (x *examination) clock(now time.Time) {
	text := now.UTC().Format(time.RFC3339)
	info, err := os.Stat(filepath.Join(x.dir, "sidetrack.db"))
	switch {
	case now.Year() < 2025:
		x.add("Clock", broken, "it says %s; set it, or times of events will be wrong", text)
	case err == nil && info.ModTime().After(now.Add(time.Minute)):
		x.add("Clock", broken, "it says %s, but the log was written at %s; times of events will be wrong", text, info.ModTime().UTC().Format(time.RFC3339))
	default:
		x.add("Clock", fine, "it says %s", text)
	}
}
