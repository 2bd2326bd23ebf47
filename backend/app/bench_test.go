package app

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// BenchmarkIngest takes events in over real HTTP on 64 connections, durable
// when answered; an op is an event. The sender's own work is part of it.
func BenchmarkIngest(b *testing.B) {
	b.Run("single", func(b *testing.B) { ingest(b, 1) })
	b.Run("batch20", func(b *testing.B) { ingest(b, 20) })
}

func ingest(b *testing.B, batch int) {
	r := start(b, b.TempDir(), "127.0.0.1:0")
	key, address := r.Endpoint().Sources[0].WriteKey, strings.TrimPrefix(r.Endpoint().URL, "http://")
	var left atomic.Int64
	left.Store(int64(b.N))
	b.ReportAllocs()
	b.ResetTimer()
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				b.Error(err)
				return
			}
			defer conn.Close()
			in := bufio.NewReader(conn)
			for left.Add(-int64(batch)) > -int64(batch) {
				if err := send(conn, in, key, batch); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}

// send writes a batch of new events of about 1 KB and waits for its answer.
func send(conn net.Conn, in *bufio.Reader, key string, batch int) error {
	items := make([]string, batch)
	for i := range items {
		items[i] = fmt.Sprintf(`{"type":"track","messageId":"%016x%016x","event":"Order Completed","userId":"u-%d","properties":{"total":25.5,"note":%q}}`,
			rand.Uint64(), rand.Uint64(), rand.IntN(20000), note)
	}
	body := fmt.Sprintf(`{"writeKey":%q,"batch":[%s]}`, key, strings.Join(items, ","))
	_, err := fmt.Fprintf(conn, "POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	if err != nil {
		return err
	}
	resp, err := http.ReadResponse(in, nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s", resp.Status)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

var note = strings.Repeat("lorem ipsum ", 70)
