package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// load is what a number of connections send.
type load struct {
	addr, key   string
	conns       int
	batch       int // 1: single calls
	spell       time.Duration
	rate        int             // events a second over all connections, 0: as fast as answers come
	acknowledge func([]string)  // hears the message ids of every request answered 200
	ended       <-chan struct{} // ends early, and a broken connection is no error then
}

// outcome is what came of it.
type outcome struct {
	events    int
	took      time.Duration
	latencies []time.Duration // of requests, sorted
}

func (o *outcome) perSecond() float64 { return float64(o.events) / o.took.Seconds() }

func (o *outcome) at(share float64) time.Duration {
	if len(o.latencies) == 0 {
		return 0
	}
	return o.latencies[min(int(share*float64(len(o.latencies))), len(o.latencies)-1)]
}

const idLength = 32

// eventBytes is the size of a message, as in the goals.
const eventBytes = 1024

// message is a track event whose id is filled in at idAt.
func message(n int) (text []byte, idAt int) {
	front := `{"type":"track","messageId":"`
	rest := fmt.Sprintf(`","event":"%s","userId":"user-%05d","anonymousId":"5f0c1d2e-%04x-4b6a-9c8d-77aa66bb55cc","timestamp":"2026-07-01T12:00:00.000Z",`+
		`"properties":{"order_id":"o-%d","total":%d.5,"currency":"EUR","products":[{"product_id":"p-%d","price":9.5,"quantity":2},{"product_id":"p-%d","price":19,"quantity":1}]},`+
		`"context":{"library":{"name":"bench","version":"1.0.0"},"page":{"path":"/shop/%d","url":"https://shop.example/shop/%d"},"note":"`,
		names[n%len(names)], n*7919%20000, n%65536, n, n%500, n%97, n%89, n%50, n%50)
	pad := max(0, eventBytes-len(front)-idLength-len(rest)-len(`"}}`))
	text = append([]byte(front), bytes.Repeat([]byte{'0'}, idLength)...)
	text = append(append(text, rest...), strings.Repeat("lorem ipsum dolor ", pad/18+1)[:pad]...)
	return append(text, `"}}`...), len(front)
}

var names = [...]string{"Order Completed", "Product Viewed", "Product Added", "Cart Viewed", "Checkout Started", "Signed Up", "Search Performed"}

// request is one prepared request; its ids are new each time it is sent.
type request struct {
	bytes []byte
	ids   []int
}

func (l *load) request(rnd *rand.Rand) request {
	var body []byte
	var ids []int
	path := "/v1/track"
	if l.batch > 1 {
		path, body = "/v1/batch", append(body, `{"batch":[`...)
	}
	for i := range l.batch {
		if i > 0 {
			body = append(body, ',')
		}
		text, at := message(rnd.IntN(100_000))
		ids = append(ids, len(body)+at)
		body = append(body, text...)
	}
	if l.batch > 1 {
		body = append(body, `]}`...)
	}
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Basic %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n",
		path, l.addr, base64.StdEncoding.EncodeToString([]byte(l.key+":")), len(body))
	for i := range ids {
		ids[i] += len(head)
	}
	return request{append([]byte(head), body...), ids}
}

func (r *request) renew(rnd *rand.Rand) {
	const hex = "0123456789abcdef"
	for _, at := range r.ids {
		for half := range 2 {
			n := rnd.Uint64()
			for i := range idLength / 2 {
				r.bytes[at+half*idLength/2+i] = hex[n&15]
				n >>= 4
			}
		}
	}
}

func (r *request) idList() []string {
	var list []string
	for _, at := range r.ids {
		list = append(list, string(r.bytes[at:at+idLength]))
	}
	return list
}

// run sends until the spell is over and all answers have come.
func (l *load) run() (*outcome, error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	out := &outcome{}
	var failed error
	begin := time.Now()
	for c := range l.conns {
		all.Go(func() {
			n, latencies, err := l.connection(begin, uint64(c)+uint64(begin.UnixNano()))
			mu.Lock()
			defer mu.Unlock()
			out.events += n
			out.latencies = append(out.latencies, latencies...)
			failed = errors.Join(failed, err)
		})
	}
	all.Wait()
	out.took = time.Since(begin)
	slices.Sort(out.latencies)
	return out, failed
}

// connection sends one request after the other. With a rate, latency counts
// from when a request was due, so that a stall is not hidden.
func (l *load) connection(begin time.Time, seed uint64) (events int, latencies []time.Duration, err error) {
	rnd := rand.New(rand.NewPCG(seed, 7))
	conn, err := net.Dial("tcp", l.addr)
	if err != nil {
		return 0, nil, err
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	prepared := make([]request, 64/l.batch+1)
	for i := range prepared {
		prepared[i] = l.request(rnd)
	}
	due := time.Now()
	for i := 0; time.Since(begin) < l.spell; i++ {
		r := &prepared[i%len(prepared)]
		r.renew(rnd)
		start := time.Now()
		if l.rate > 0 {
			due = due.Add(time.Duration(float64(time.Second) * float64(l.conns*l.batch) / float64(l.rate)))
			time.Sleep(time.Until(due))
			start = due
		}
		if _, err = conn.Write(r.bytes); err == nil {
			err = answered(in)
		}
		if err != nil {
			select {
			case <-l.ended:
				return events, latencies, nil
			default:
				return events, latencies, err
			}
		}
		latencies = append(latencies, time.Since(start))
		if events += l.batch; l.acknowledge != nil {
			l.acknowledge(r.idList())
		}
	}
	return events, latencies, nil
}

// answered reads an answer, which must be 200.
func answered(in *bufio.Reader) error {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.Contains(line, []byte(" 200 ")) {
		return fmt.Errorf("answered %q", line)
	}
	length := 0
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			_, err := io.CopyN(io.Discard, in, int64(length))
			return err
		}
		if name, value, _ := strings.Cut(string(line), ":"); strings.EqualFold(name, "Content-Length") {
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return err
			}
		}
	}
}
