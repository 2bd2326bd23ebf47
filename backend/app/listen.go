package app

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"sidetrack/backend/api"
	"sidetrack/backend/config"
	"sidetrack/backend/fault"
)

const (
	usualPort = 4747
	lastPort  = 4757
)

// mayOpen holds that a file somebody else may have written, such as one that
// came with a checkout, never opens this machine to others.
func (a *App) mayOpen(addr *net.TCPAddr) error {
	v := a.cfg.Values.Of(config.Listen)
	if addr.IP.IsLoopback() || v.Layer == config.Flag || v.Layer == config.Environment || a.cfg.Values == nil {
		return nil
	}
	return fault.New(fault.Invalid, "%s would let other machines in, and is set by %s; if that is meant, say --listen %s", addr, v.Explain(), a.cfg.Listen)
}

// listen binds the address that was asked for, or both loopbacks on the usual
// port, the next free one, or any.
func (a *App) listen() error {
	if a.cfg.Listen != "" {
		addr, err := net.ResolveTCPAddr("tcp", a.cfg.Listen)
		if err != nil {
			return fault.New(fault.Invalid, "listen is %q: %w; it is an address and a port, such as 127.0.0.1:4747, and port 0 takes any", a.cfg.Listen, err)
		}
		if err := a.mayOpen(addr); err != nil {
			return err
		}
		l, err := net.Listen("tcp", a.cfg.Listen)
		if err != nil {
			return fmt.Errorf("listen on %s: %w; choose another address with --listen", a.cfg.Listen, err)
		}
		a.take(l)
		return nil
	}
	for port := usualPort; port <= lastPort; port++ {
		if a.bindBoth(port) {
			if port != usualPort {
				a.moved = strconv.Itoa(port)
			}
			return nil
		}
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen on this machine: %w", err)
	}
	a.take(l)
	if six, err := net.Listen("tcp6", "[::1]:"+strconv.Itoa(a.port())); err == nil {
		a.take(six)
	}
	a.moved = strconv.Itoa(a.port())
	return nil
}

// bindBoth takes a port on IPv4 and, where the machine has it, on IPv6.
func (a *App) bindBoth(port int) bool {
	four, err := net.Listen("tcp4", "127.0.0.1:"+strconv.Itoa(port))
	if err != nil {
		return false
	}
	six, err := net.Listen("tcp6", "[::1]:"+strconv.Itoa(port))
	if err != nil && strings.Contains(err.Error(), "in use") {
		_ = four.Close()
		return false
	}
	a.take(four)
	if err == nil {
		a.take(six)
	}
	return true
}

func (a *App) take(l net.Listener) {
	a.listeners = append(a.listeners, l)
	a.onClose("listener", func() error { _ = l.Close(); return nil }) // the server may have closed it
}

func (a *App) port() int { return a.listeners[0].Addr().(*net.TCPAddr).Port }

// url is the address to print. An address for every interface is reached on
// loopback from here.
func (a *App) url() string {
	addr := a.listeners[0].Addr().(*net.TCPAddr)
	host := addr.IP.String()
	if addr.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(addr.Port))
}

// Open reports an address that other machines can reach.
func (a *App) Open() bool {
	for _, l := range a.listeners {
		if !l.Addr().(*net.TCPAddr).IP.IsLoopback() {
			return true
		}
	}
	return false
}

// hosts are the Host values the API answers to.
func (a *App) hosts() []string {
	port := strconv.Itoa(a.port())
	list := []string{"127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port}
	for _, l := range a.listeners {
		addr := l.Addr().(*net.TCPAddr)
		if own := addr.String(); !addr.IP.IsUnspecified() && !addr.IP.IsLoopback() {
			list = append(list, own)
		}
	}
	if host, _, err := net.SplitHostPort(a.cfg.Listen); err == nil && host != "" && net.ParseIP(host) == nil {
		list = append(list, strings.ToLower(host)+":"+port)
	}
	if port == "80" { // clients leave it out
		for _, h := range list {
			list = append(list, strings.TrimSuffix(h, ":80"))
		}
	}
	return list
}

func (a *App) facts() api.Facts {
	r := retentionOf(a.store.Retention())
	return api.Facts{
		Version: a.cfg.Version, URL: a.endpoint.URL, DataDir: a.cfg.Data,
		RetentionDays: r.MaxAgeDays, RetentionBytes: r.MaxBytes, RetentionEvents: r.MaxEvents,
	}
}
