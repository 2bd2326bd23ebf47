package collector

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/source"
)

// incoming is one request after its body was read, before it was understood.
type incoming struct {
	route    route
	received time.Time
	run      string
	key      source.WriteKey // of the Authorization header or a pixel's query
	loopback bool
	own      *source.Source // set for events of our own tools: decides over every key
	request  event.Request
	body     []byte   // unpacked; as it came when that failed
	refused  *refusal // why the body could not be had
	literal  bool     // the message stands in the body, as it does but for pixels
	seat     seat
}

// receive reads a request's body and the head around it. The error is a
// fault.Unavailable when there is no seat for a large one.
func (c *Collector) receive(w http.ResponseWriter, r *http.Request, rt route) (*incoming, error) {
	in := head(r, rt)
	in.received, in.literal, in.seat.of = c.Now().UTC(), true, &c.seats
	whole := c.hurry(w)
	wire, refused, err := readBody(r, &in.seat)
	in.request.WireSize = len(wire)
	in.body, in.refused = wire, refused
	if refused != nil || err != nil {
		return in, err
	}
	whole()
	body, err := unpack(wire, in.request.Encoding, maxSmall)
	if errors.Is(err, errInflatedTooLarge) {
		if err := in.seat.take(r.Context()); err != nil {
			return in, err
		}
		body, err = unpack(wire, in.request.Encoding, maxInflated)
	}
	if err != nil {
		in.refused = badEncoding(in.request.Encoding, len(wire), err)
		return in, nil
	}
	in.body, in.request.BodySize = body, len(body)
	return in, nil
}

// head keeps what came before the body, with the secrets in it masked.
func head(r *http.Request, rt route) *incoming {
	return &incoming{
		route:    rt,
		run:      runOf(r, rt),
		key:      headerKey(r.Header.Get("Authorization")),
		loopback: isLoopback(r.RemoteAddr),
		request: event.Request{
			Method:   r.Method,
			Path:     maskPath(r.URL.Path, rt),
			Query:    maskQuery(r.URL.RawQuery),
			Proto:    r.Proto,
			Remote:   r.RemoteAddr,
			Origin:   r.Header.Get("Origin"),
			Encoding: strings.Join(r.Header.Values("Content-Encoding"), ", "),
			Headers:  maskHeaders(r),
		},
	}
}

// runOf names the run a request belongs to: by path, header or query.
func runOf(r *http.Request, rt route) string {
	if rt.run != "" {
		return rt.run
	}
	if h := r.Header.Get("X-Sidetrack-Run"); h != "" {
		return runName(h)
	}
	if !strings.Contains(r.URL.RawQuery, "run=") {
		return ""
	}
	return runName(r.URL.Query().Get("run"))
}

// headerKey reads the key out of Basic auth, whose colon some clients forget.
func headerKey(authorization string) source.WriteKey {
	scheme, rest, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return ""
	}
	decoded, err := decodeBase64(strings.TrimSpace(rest))
	if err != nil {
		return ""
	}
	key, _, _ := strings.Cut(string(decoded), ":")
	return source.WriteKey(key)
}

// decodeBase64 takes both alphabets, with padding or without.
func decodeBase64(s string) ([]byte, error) {
	s = strings.NewReplacer("-", "+", "_", "/", " ", "+").Replace(strings.TrimRight(s, "="))
	return base64.RawStdEncoding.DecodeString(s)
}

func isLoopback(remote string) bool {
	return strings.HasPrefix(remote, "127.") || strings.HasPrefix(remote, "[::1]")
}

const hidden = "••••"

func maskPath(path string, rt route) string {
	if rt.key == "" {
		return path
	}
	return strings.Replace(path, string(rt.key), rt.key.Masked(), 1)
}

// maskQuery hides write keys and keeps everything else as it was sent.
func maskQuery(raw string) string {
	if !strings.Contains(strings.ToLower(raw), "key") {
		return raw
	}
	pairs := strings.Split(raw, "&")
	for i, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
		if strings.EqualFold(name, "writeKey") || strings.EqualFold(name, "write_key") {
			pairs[i] = name + "=" + source.WriteKey(value).Masked()
		}
	}
	return strings.Join(pairs, "&")
}

// maskHeaders lists the headers by name, secrets masked.
func maskHeaders(r *http.Request) [][2]string {
	out := make([][2]string, 0, len(r.Header)+1)
	out = append(out, [2]string{"Host", r.Host})
	for name, values := range r.Header {
		for _, v := range values {
			out = append(out, [2]string{name, maskHeader(name, clip(v, 4<<10))})
		}
	}
	slices.SortStableFunc(out, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return out
}

func maskHeader(name, value string) string {
	switch name {
	case "Authorization":
		if key := headerKey(value); key != "" {
			return "Basic " + key.Masked()
		}
		scheme, _, found := strings.Cut(value, " ")
		if !found {
			return hidden
		}
		return scheme + " " + hidden
	case "Cookie", "Proxy-Authorization":
		return hidden
	case "X-Write-Key":
		return source.WriteKey(value).Masked()
	}
	return value
}
