package demo

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Request is one request of a script: when it is due, counted from the start,
// and what it carries.
type Request struct {
	Due     time.Duration
	Path    string
	Headers map[string]string
	Count   int // messages in it
	body    object
}

// Body writes the body as it is at the moment of sending.
func (r *Request) Body(now time.Time) ([]byte, error) { return at(r.body, now).(object).MarshalJSON() }

const (
	desktop = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
	site    = "https://shop.fernhill.example"
)

// shopper is one visit: who, with what, and how far along in time.
type shopper struct {
	rng       *rand.Rand
	who       person
	anonymous string
	user      string // empty until known
	number    int
	now       time.Duration
	out       []Request
}

// think lets some time pass, as a person does between two clicks.
func (s *shopper) think() { s.now += time.Duration(1500+s.rng.IntN(3500)) * time.Millisecond }

func (s *shopper) uuid() string {
	a, b := s.rng.Uint64(), s.rng.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>52, b&0xffffffffffff)
}

func (s *shopper) pick(n int) int { return s.rng.IntN(n) }

// ids are the ids a library adds to every message.
func (s *shopper) ids() object {
	if s.user == "" {
		return obj("userId", nil, "anonymousId", s.anonymous)
	}
	return obj("userId", s.user, "anonymousId", s.anonymous)
}

func pageContext(path, title string) object {
	return obj("path", path, "referrer", "", "search", "", "title", title, "url", site+path)
}

// browserMessage is a call the way Segment's browser library writes it.
func (s *shopper) browserMessage(kind, path, title string, fields object) object {
	m := obj("timestamp", ago(0), "integrations", obj(), "type", kind)
	m = append(m, fields...)
	m = m.with("context", obj(
		"page", pageContext(path, title), "userAgent", desktop, "locale", "en-GB",
		"library", obj("name", "analytics.js", "version", "next-1.84.3"), "timezone", "Europe/London",
	))
	m = append(m, s.ids()...)
	return m.with("messageId", "ajs-next-"+s.uuid())
}

func browserHeaders() map[string]string {
	return map[string]string{"Content-Type": "text/plain", "Origin": site, "Referer": site + "/", "User-Agent": desktop}
}

// browser sends one call at once, as the browser library does.
func (s *shopper) browser(kind, path, title string, fields object) {
	m := s.browserMessage(kind, path, title, fields).with("sentAt", ago(0))
	s.out = append(s.out, Request{Due: s.now, Path: "/v1/" + kind[:1], Headers: browserHeaders(), Count: 1, body: m})
}

// browserBatch sends several calls in one request.
func (s *shopper) browserBatch(messages ...object) {
	s.out = append(s.out, Request{Due: s.now, Path: "/v1/b", Headers: browserHeaders(), Count: len(messages), body: obj("batch", messages, "sentAt", ago(0))})
}

// appMessage is a call of the iOS app, made a while before it is sent.
func (s *shopper) appMessage(before time.Duration, kind string, fields object) object {
	m := obj("type", kind)
	m = append(m, fields...)
	m = append(m, s.ids()...)
	return m.with("timestamp", ago(before), "messageId", s.uuid(), "integrations", obj(), "context", obj(
		"app", obj("name", "Fernhill", "version", "2.18.0", "build", "611", "namespace", "example.fernhill.app"),
		"device", obj("id", s.anonymous, "manufacturer", "Apple", "model", "iPhone17,3", "type", "ios"),
		"library", obj("name", "analytics-swift", "version", "1.9.1"),
		"os", obj("name", "iOS", "version", "19.1"), "locale", "en-GB", "timezone", "Europe/London",
		"screen", obj("width", 393, "height", 852), "network", obj("cellular", false, "wifi", true),
	))
}

// app sends a batch of the iOS app.
func (s *shopper) app(messages ...object) {
	s.out = append(s.out, Request{
		Due: s.now, Path: "/v1/b", Count: len(messages),
		Headers: map[string]string{"Content-Type": "application/json; charset=utf-8", "User-Agent": "analytics-ios/1.9.1"},
		body:    obj("batch", messages, "sentAt", ago(0)),
	})
}

// server sends a batch of the shop's server. Its messages carry only the ids
// that are given.
func (s *shopper) server(kind string, ids, fields object) {
	m := obj("timestamp", ago(20*time.Millisecond), "integrations", obj(), "type", kind)
	m = append(m, fields...)
	m = append(m, ids...)
	m = m.with("context", obj("library", obj("name", "@segment/analytics-node", "version", "3.1.0")), "messageId", "node-next-"+s.uuid())
	s.out = append(s.out, Request{
		Due: s.now, Path: "/v1/batch", Count: 1,
		Headers: map[string]string{"Content-Type": "application/json", "User-Agent": "analytics-node-next/latest"},
		body:    obj("batch", []object{m}, "sentAt", ago(0)),
	})
}
