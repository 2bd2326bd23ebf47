package collector

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// Our own caps. Segment's are findings; these keep the machine alive.
const (
	maxBody     = 10 << 20
	maxInflated = 32 << 20
	maxAdded    = 64 << 20 // to the messages of a request
	maxItems    = 50_000
	maxDepth    = 512
	maxKept     = 64 << 10  // of a rejected body
	maxSmall    = 512 << 10 // a body beyond it needs a seat; Segment's limit is a little less
	maxLarge    = 2         // such bodies at once
	maxRun      = 100       // bytes of a run's name, and of a library's
	maxColumn   = 1000      // bytes of a name or id as lists show it
	maxStages   = 3         // encodings on top of one another
	maxTogether = 5000      // items stored in one commit; twice Segment's limit
	partItems   = 1000      // items of a part of a longer batch
)

var errInflatedTooLarge = errors.New("the unpacked body is too large")

// readBody reads a body as it came. What was read is returned with a refusal
// too, to be kept. The error says that there was no seat for a large one.
func readBody(r *http.Request, seat *seat) ([]byte, *refusal, error) {
	if r.ContentLength > maxBody && r.Header.Get("Expect") != "" {
		return nil, tooLarge(r.ContentLength), nil // it asked before it sent: reading would tell it to go on
	}
	if r.ContentLength > maxBody {
		head, _ := io.ReadAll(io.LimitReader(r.Body, maxKept))
		drain(r)
		return head, tooLarge(r.ContentLength), nil
	}
	var buf bytes.Buffer
	if r.ContentLength > 0 {
		buf.Grow(int(min(r.ContentLength, maxSmall)) + bytes.MinRead)
	}
	_, err := buf.ReadFrom(io.LimitReader(r.Body, maxSmall+1))
	if err == nil && buf.Len() > maxSmall {
		if err := seat.take(r.Context()); err != nil {
			drain(r)
			return nil, nil, err
		}
		_, err = buf.ReadFrom(io.LimitReader(r.Body, maxBody-maxSmall))
	}
	switch {
	case err != nil:
		return buf.Bytes(), cutShort(buf.Len(), r.ContentLength, err), nil
	case buf.Len() > maxBody:
		drain(r)
		return buf.Bytes(), tooLarge(-1), nil
	}
	return buf.Bytes(), nil, nil
}

// drain reads some of what is left, so that the sender sees the answer rather
// than a reset connection.
func drain(r *http.Request) { io.Copy(io.Discard, io.LimitReader(r.Body, maxInflated)) }

// unpack undoes Content-Encoding, last applied first. Every stage is bounded by
// limit, so that a bomb inside a bomb costs no more than one.
func unpack(body []byte, encodings string, limit int) ([]byte, error) {
	if encodings == "" {
		return body, nil
	}
	names := strings.Split(strings.ToLower(encodings), ",")
	if len(names) > maxStages {
		return nil, errors.New("more than three encodings on top of one another")
	}
	for i := len(names) - 1; i >= 0; i-- {
		var err error
		if body, err = inflate(body, strings.TrimSpace(names[i]), limit); err != nil {
			return nil, err
		}
	}
	return body, nil
}

func inflate(body []byte, encoding string, limit int) ([]byte, error) {
	in := bytes.NewReader(body)
	switch encoding {
	case "", "identity":
		return body, nil
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(bufio.NewReader(in))
		if err != nil {
			return nil, err
		}
		return bounded(z, limit)
	case "deflate":
		// Both readings of "deflate" are in use; zlib's has a checked header.
		if z, err := zlib.NewReader(in); err == nil {
			return bounded(z, limit)
		}
		return bounded(flate.NewReader(bytes.NewReader(body)), limit)
	case "br":
		return bounded(brotli.NewReader(in), limit)
	case "zstd":
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(2*maxInflated), zstd.WithDecoderMaxWindow(maxInflated))
		if err != nil {
			return nil, err
		}
		defer z.Close()
		return bounded(z, limit)
	}
	return nil, errors.New(`nothing here unpacks "` + clip(encoding, 40) + `"`)
}

// bounded reads no more than the cap.
func bounded(r io.Reader, limit int) ([]byte, error) {
	var buf bytes.Buffer
	_, err := buf.ReadFrom(io.LimitReader(r, int64(limit)+1))
	switch {
	case buf.Len() > limit || errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return nil, errInflatedTooLarge
	case err != nil:
		return nil, err
	}
	return buf.Bytes(), nil
}
