package collector

import (
	"errors"
	"io"
	"math"
	"net/http"
	"os"
	"unicode/utf8"

	"sidetrack/backend/event"
	"sidetrack/backend/rawjson"
	"sidetrack/backend/source"
	"sidetrack/backend/spec"
)

// refusal is why a request cannot be read. It is kept as a finding and
// answered with a status.
type refusal struct {
	status  int
	finding event.Finding
}

func (r *refusal) Error() string { return r.finding.Message }

func unreadable(code, format string, args ...any) *refusal {
	return &refusal{http.StatusBadRequest, spec.Found(code, "", format, args...)}
}

func overCap(code, format string, args ...any) *refusal {
	return &refusal{http.StatusRequestEntityTooLarge, spec.Found(code, "", format, args...)}
}

// tooLarge knows the size when the sender announced it.
func tooLarge(size int64) *refusal {
	if size > 0 {
		return overCap("request.too_large", "The body has %.1f MB, the collector reads 10 MB. Send fewer messages at once.", math.Ceil(float64(size)/(1<<20)*10)/10)
	}
	return overCap("request.too_large", "The body is larger than 10 MB, which is all the collector reads. Send fewer messages at once.")
}

func cutShort(got int, of int64, err error) *refusal {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return unreadable("request.cut_short", "The body was not all there after a minute; %d bytes had come. Send it again.", got)
	}
	if of < 0 {
		return unreadable("request.cut_short", "The connection ended inside the body, after %d bytes. Send it again.", got)
	}
	return unreadable("request.cut_short", "The connection ended after %d of %d bytes. Send it again.", got, of)
}

func badEncoding(encoding string, size int, err error) *refusal {
	if errors.Is(err, errInflatedTooLarge) {
		return overCap("request.inflated_too_large", "The body unpacks to more than 32 MB, which is all the collector reads. Send fewer messages at once.")
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return unreadable("request.bad_encoding", "The body cannot be unpacked as %s: it ends too early, at byte %d. Send all of it.", clip(encoding, 40), size)
	}
	return unreadable("request.bad_encoding", "The body cannot be unpacked as %s: %v. Check Content-Encoding.", clip(encoding, 40), err)
}

// notJSON explains what Check found. offset is where the checked text starts
// in the body.
func notJSON(body []byte, offset int, err error) *refusal {
	var at *rawjson.Error
	if !errors.As(err, &at) {
		return unreadable("request.not_json", "The body is not JSON: %v.", err)
	}
	place := at.Offset + offset
	switch {
	case at.TooDeep:
		return overCap("request.too_deep", "The body nests deeper than 512 levels at byte %d, which is all the collector reads.", place)
	case len(body) == 0:
		return unreadable("request.not_json", "The body is empty (byte 0). Send a JSON object.")
	case isUTF16(body):
		return unreadable("request.not_json", "The body is not JSON at byte 0: it looks like UTF-16. Send UTF-8.")
	case len(body) > 2 && body[0] == 0x1f && body[1] == 0x8b:
		return unreadable("request.not_json", "The body is not JSON at byte 0: it looks like gzip. Send Content-Encoding: gzip with it.")
	}
	return unreadable("request.not_json", "The body is not JSON: %s, at byte %d.", at.Reason, place)
}

// isUTF16 knows it by its mark, or by a zero beside the first bracket.
func isUTF16(body []byte) bool {
	if len(body) < 2 {
		return false
	}
	switch string(body[:2]) {
	case "\xff\xfe", "\xfe\xff", "{\x00", "\x00{":
		return true
	}
	return false
}

// rejectedRecord is the record of a request or item nobody could read, or of a
// batch of nothing. It has no message.
func (c *Collector) rejectedRecord(in *incoming, src source.Source, f event.Finding) event.Record {
	rec := event.Record{
		ReceivedAt:  in.received,
		Timestamp:   in.received,
		Source:      refOf(src),
		RunID:       in.run,
		Type:        in.route.call,
		Disposition: event.Rejected,
		Verdict:     event.WouldDrop,
		Findings:    []event.Finding{f},
		Added:       []string{},
		Masked:      []string{},
		Summary:     clipRunes(f.Message, maxSummary),
		Size:        len(in.body),
	}
	c.Mutes.Apply(&rec)
	return rec
}

func refOf(s source.Source) event.SourceRef {
	return event.SourceRef{ID: s.ID, Name: s.Name, Label: s.Label}
}

// clip shortens a text to so many bytes without cutting a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func clipRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
