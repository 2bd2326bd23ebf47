package store

import (
	"bytes"
	"container/list"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"

	"sidetrack/backend/event"
)

// A block is a run of entries. A request entry is the request as JSON and its
// body, each behind its length. An event entry says how the message is kept,
// where its request stands, its span, and the message unless it is a piece of
// the body.
const (
	keptAsSpan  = iota // the message is body[span]
	keptInFull         // the message differs from what was sent
	keptNothing        // there is no message
)

const (
	blockEvents = 64
	blockBytes  = 256 << 10
)

// packer builds blocks. Only the writer uses it.
type packer struct {
	buf    []byte
	out    []byte
	events int
	zstd   *zstd.Encoder
}

func (p *packer) init() (err error) {
	p.zstd, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	return err
}

func (p *packer) close() {
	if p.zstd != nil {
		p.zstd.Close()
	}
}

// fits reports whether the arrival may share the block that is being built.
func (p *packer) fits(j *job) bool {
	return p.events+len(j.arrival.Records) <= blockEvents && len(p.buf)+j.size <= blockBytes
}

// add appends the arrival and puts the places of its events into places.
func (p *packer) add(a *event.Arrival, places []int64) ([]int64, error) {
	request, err := json.Marshal(a.Request)
	if err != nil {
		return places, fmt.Errorf("write down the request: %w", err)
	}
	start := len(p.buf)
	p.buf = appendBytes(appendBytes(p.buf, request), a.Body)
	for i := range a.Records {
		places = append(places, int64(len(p.buf)))
		kept, span := byte(keptInFull), spanOf(a, i)
		switch {
		case a.Records[i].Message == nil:
			kept = keptNothing
		case verbatim(a, i):
			kept = keptAsSpan
		}
		p.buf = append(p.buf, kept)
		for _, n := range [...]int{start, span.Offset, span.Length, span.Index} {
			p.buf = binary.AppendVarint(p.buf, int64(n))
		}
		if kept == keptInFull {
			p.buf = appendBytes(p.buf, a.Records[i].Message)
		}
	}
	p.events += len(a.Records)
	return places, nil
}

// pack returns the compressed block, good until the next call, and starts anew.
func (p *packer) pack() []byte {
	p.out = p.zstd.EncodeAll(p.buf, p.out[:0])
	const keep = 4 << 20 // a rare giant must not pin its memory
	out := p.out
	if cap(p.buf) > keep {
		p.buf, p.out = nil, nil
	}
	p.buf, p.events = p.buf[:0], 0
	return out
}

func spanOf(a *event.Arrival, i int) event.Span {
	if i < len(a.Spans) {
		return a.Spans[i]
	}
	return event.Span{}
}

// verbatim reports whether the message is just a piece of the body.
func verbatim(a *event.Arrival, i int) bool {
	span, m := spanOf(a, i), a.Records[i].Message
	return len(m) > 0 && span.Length == len(m) && span.Offset >= 0 && span.Offset+span.Length <= len(a.Body) &&
		bytes.Equal(m, a.Body[span.Offset:span.Offset+span.Length])
}

func appendBytes(to, b []byte) []byte {
	return append(binary.AppendUvarint(to, uint64(len(b))), b...)
}

// cut takes one length-prefixed piece off the front.
func cut(b []byte) (piece, rest []byte, err error) {
	n, w := binary.Uvarint(b)
	if w <= 0 || n > uint64(len(b)-w) {
		return nil, nil, errDamaged()
	}
	return b[w : w+int(n)], b[w+int(n):], nil
}

func errDamaged() error { return errors.New("a block of the event log is damaged") }

// entry is an event as its block tells it. The slices belong to the cache.
type entry struct {
	request, body, message []byte
	span                   event.Span
}

func readEntry(block []byte, place int64) (entry, error) {
	var e entry
	if place < 0 || place >= int64(len(block)) {
		return e, errDamaged()
	}
	kept, rest := block[place], block[place+1:]
	var start int
	for _, to := range [...]*int{&start, &e.span.Offset, &e.span.Length, &e.span.Index} {
		n, w := binary.Varint(rest)
		if w <= 0 {
			return e, errDamaged()
		}
		*to, rest = int(n), rest[w:]
	}
	if start < 0 || start > len(block) {
		return e, errDamaged()
	}
	var after []byte
	var err error
	if e.request, after, err = cut(block[start:]); err != nil {
		return e, err
	}
	if e.body, _, err = cut(after); err != nil {
		return e, err
	}
	switch kept {
	case keptAsSpan:
		if e.span.Offset < 0 || e.span.Length < 0 || e.span.Offset+e.span.Length > len(e.body) {
			return e, errDamaged()
		}
		e.message = e.body[e.span.Offset : e.span.Offset+e.span.Length]
	case keptInFull:
		e.message, _, err = cut(rest)
	}
	return e, err
}

// blockCache keeps the blocks that were read last.
type blockCache struct {
	sync.Mutex
	order *list.List // of *cached, newest first
	byID  map[int64]*list.Element
	bytes int
	zstd  *zstd.Decoder
}

type cached struct {
	id   int64
	data []byte
}

const (
	cacheBlocks = 32
	cacheBytes  = 16 << 20
)

func newBlockCache() *blockCache {
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(readerCount))
	if err != nil {
		panic(err) // only an impossible option fails
	}
	return &blockCache{order: list.New(), byID: map[int64]*list.Element{}, zstd: dec}
}

func (c *blockCache) close() { c.zstd.Close() }

func (c *blockCache) get(id int64) ([]byte, bool) {
	c.Lock()
	defer c.Unlock()
	e, ok := c.byID[id]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached).data, true
}

func (c *blockCache) put(id int64, data []byte) {
	c.Lock()
	defer c.Unlock()
	if _, ok := c.byID[id]; ok || len(data) > cacheBytes {
		return
	}
	c.byID[id] = c.order.PushFront(&cached{id, data})
	c.bytes += len(data)
	for c.order.Len() > cacheBlocks || c.bytes > cacheBytes {
		old := c.order.Remove(c.order.Back()).(*cached)
		delete(c.byID, old.id)
		c.bytes -= len(old.data)
	}
}

// block returns a block unpacked. A block never changes, so the cache is never stale.
func (s *Store) block(ctx context.Context, id int64) ([]byte, error) {
	if data, ok := s.blocks.get(id); ok {
		return data, nil
	}
	var packed []byte
	if err := s.readers.QueryRowContext(ctx, "SELECT data FROM blocks WHERE id = ?", id).Scan(&packed); err != nil {
		return nil, err
	}
	data, err := s.blocks.zstd.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged(), err)
	}
	s.blocks.put(id, data)
	return data, nil
}
