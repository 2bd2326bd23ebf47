package collector

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"sidetrack/backend/rawjson"
	"sidetrack/backend/source"
)

// gif is one transparent pixel.
const gif = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

// pixel takes a message out of a query. It answers the picture whatever
// happens, since a mail program can do nothing about a failure.
func (c *Collector) pixel(w http.ResponseWriter, r *http.Request, rt route, note *Connection) {
	if r.Method == http.MethodGet {
		out, err := c.accept(r.Context(), c.receivePixel(r, rt))
		note.took(out)
		var bad *refusal
		switch {
		case errors.As(err, &bad):
			note.Kind = "rejected"
		case err != nil:
			c.Logger.Error("could not keep a pixel call", "path", note.Path, "error", err)
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	note.write(w, http.StatusOK, "image/gif", []byte(gif))
}

// receivePixel reads either form: data is base64 of the JSON, or every
// parameter is a field and dots nest.
func (c *Collector) receivePixel(r *http.Request, rt route) *incoming {
	in := head(r, rt)
	in.received = c.Now().UTC()
	pairs := queryPairs(r.URL.RawQuery)
	data, encoded := "", false
	for _, p := range pairs {
		switch p[0] {
		case "data":
			data, encoded = p[1], true
		case "writeKey":
			in.key = source.WriteKey(p[1])
		}
	}
	if !encoded {
		in.body = flatMessage(pairs)
		return in
	}
	body, err := decodeBase64(data)
	if err != nil {
		in.refused = unreadable("request.bad_encoding", "The data of the pixel is not base64. Encode the JSON of one message.")
		return in
	}
	in.body = body
	return in
}

// maxPairs is how many parameters of a pixel are read.
const maxPairs = 5000

// queryPairs reads a query in the order it was written.
func queryPairs(raw string) [][2]string {
	var out [][2]string
	for pair := range strings.SplitSeq(raw, "&") {
		if len(out) == maxPairs {
			break
		}
		if name, value, _ := strings.Cut(pair, "="); name != "" {
			out = append(out, [2]string{unescapeQuery(name), unescapeQuery(value)})
		}
	}
	return out
}

// unescapeQuery leaves a text with a stray % as it came: a message with an odd
// text in it is better than one without.
func unescapeQuery(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// field is one member of a message made from a query.
type field struct {
	name   string
	value  string
	fields []*field // the members of an object; nil for a text
}

// flatMessage writes the parameters as a message. A name that is both a text
// and an object becomes the object. Beyond 32 levels dots no longer nest.
func flatMessage(pairs [][2]string) []byte {
	root := &field{}
	for _, p := range pairs {
		if p[0] == "run" {
			continue
		}
		at := root
		for _, part := range strings.SplitN(p[0], ".", 32) {
			at = at.member(part)
		}
		at.value = p[1]
	}
	return root.object(nil)
}

func (f *field) member(name string) *field {
	if i := slices.IndexFunc(f.fields, func(m *field) bool { return m.name == name }); i >= 0 {
		return f.fields[i]
	}
	m := &field{name: name}
	f.fields = append(f.fields, m)
	return m
}

func (f *field) object(to []byte) []byte {
	to = append(to, '{')
	for i, m := range f.fields {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(to, rawjson.Quote(m.name)...)
		to = append(to, ':')
		if m.fields == nil {
			to = append(to, rawjson.Quote(m.value)...)
			continue
		}
		to = m.object(to)
	}
	return append(to, '}')
}
