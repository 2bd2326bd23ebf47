package store

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"

	"sidetrack/backend/event"
)

// A block holds requests of one commit, compressed together: 64 similar
// messages take an eighth of what they take alone. Inside stand entries, found
// by their place:
//
//	request:     length, event.Request as JSON, length, body
//	difference:  bytes of the item kept in front, bytes kept behind, length, what stands between
//
// A message is the item in the body with a difference laid over it. That keeps
// every byte, and costs a few bytes where the envelope added something.
const insertBlock = "INSERT INTO blocks (id, first_seq, last_seq, data) VALUES (?,?,?,?)"

const (
	blockEvents = 64
	blockBytes  = 256 << 10

	asSent    = -1 // message_at: the item as it stands in the body
	noMessage = -2 // message_at: an unreadable request
)

// appendRequest adds a request and returns its place.
func appendRequest(block []byte, r event.Request, body []byte) ([]byte, int, error) {
	at := len(block)
	meta, err := json.Marshal(r)
	if err != nil {
		return block, 0, err
	}
	return appendBytes(appendBytes(block, meta), body), at, nil
}

// appendMessage adds what is needed to get the message back from the item, and
// returns its place.
func appendMessage(block []byte, item, message []byte) ([]byte, int) {
	if message == nil {
		return block, noMessage
	}
	front := 0
	for front < len(item) && front < len(message) && item[front] == message[front] {
		front++
	}
	if front == len(item) && front == len(message) {
		return block, asSent
	}
	behind := 0
	for behind < len(item)-front && behind < len(message)-front && item[len(item)-1-behind] == message[len(message)-1-behind] {
		behind++
	}
	at := len(block)
	block = binary.AppendUvarint(block, uint64(front))
	block = binary.AppendUvarint(block, uint64(behind))
	return appendBytes(block, message[front:len(message)-behind]), at
}

func appendBytes(block, b []byte) []byte {
	return append(binary.AppendUvarint(block, uint64(len(b))), b...)
}

var errBlock = fmt.Errorf("a block of the event log is damaged")

// reader walks entries of a block.
type reader struct {
	data []byte
	err  error
}

func readAt(block []byte, at int) *reader {
	if at < 0 || at > len(block) {
		return &reader{err: errBlock}
	}
	return &reader{data: block[at:]}
}

func (r *reader) number() int {
	n, size := binary.Uvarint(r.data)
	if size <= 0 || n > 1<<31 {
		r.err = errBlock
		return 0
	}
	r.data = r.data[size:]
	return int(n)
}

func (r *reader) bytes() []byte {
	n := r.number()
	if r.err != nil || n > len(r.data) {
		r.err = errBlock
		return nil
	}
	b := r.data[:n:n]
	r.data = r.data[n:]
	return b
}

// requestIn reads the request at a place.
func requestIn(block []byte, at int) (event.Request, []byte, error) {
	r := readAt(block, at)
	meta, body := r.bytes(), r.bytes()
	var req event.Request
	if r.err != nil {
		return req, nil, r.err
	}
	return req, body, json.Unmarshal(meta, &req)
}

// messageIn puts a message together again.
func messageIn(block []byte, requestAt, messageAt, offset, length int) ([]byte, error) {
	if messageAt == noMessage {
		return nil, nil
	}
	if offset < 0 || length < 0 {
		return nil, errBlock
	}
	r := readAt(block, requestAt)
	_, body := r.bytes(), r.bytes()
	if r.err != nil || offset+length > len(body) {
		return nil, errBlock
	}
	item := body[offset : offset+length : offset+length]
	if messageAt == asSent {
		return item, nil
	}
	d := readAt(block, messageAt)
	front, behind := d.number(), d.number()
	middle := d.bytes()
	if d.err != nil || front+behind > len(item) {
		return nil, errBlock
	}
	out := make([]byte, 0, front+len(middle)+behind)
	out = append(append(out, item[:front]...), middle...)
	return append(out, item[len(item)-behind:]...), nil
}

// packer compresses and opens blocks.
type packer struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

func newPacker() packer {
	// Neither constructor fails with these options.
	enc, _ := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	dec, _ := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(1<<30))
	return packer{enc, dec}
}

// blockCache keeps the newest opened blocks, for pages that read on.
type blockCache struct {
	packer
	mu    sync.Mutex
	max   int
	order []int64
	open  map[int64][]byte
}

func newBlockCache(n int) *blockCache {
	return &blockCache{packer: newPacker(), max: n, open: map[int64][]byte{}}
}

func (c *blockCache) get(id int64) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b, ok := c.open[id]
	return b, ok
}

func (c *blockCache) put(id int64, b []byte) {
	if len(b) > 8<<20 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.open[id]; ok {
		return
	}
	if len(c.order) >= c.max {
		delete(c.open, c.order[0])
		c.order = c.order[1:]
	}
	c.order = append(c.order, id)
	c.open[id] = b
}

// forget drops everything, so that deleted bytes do not stay in memory.
func (c *blockCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order, c.open = nil, map[int64][]byte{}
}
