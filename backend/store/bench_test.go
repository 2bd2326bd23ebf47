package store

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var benchMessage = `{"type":"track","event":"Order Completed","properties":{"note":"` + strings.Repeat("lorem ipsum ", 76) + `"}}`

// BenchmarkAppend stores requests of 20 events from 64 senders; an op is an event.
func BenchmarkAppend(b *testing.B) { appendInBatches(b, 20) }

// BenchmarkAppendSingle stores requests of one event from 64 senders.
func BenchmarkAppendSingle(b *testing.B) { appendInBatches(b, 1) }

func appendInBatches(b *testing.B, size int) {
	s := openLog(b, Options{SentDuplicate: firstOf})
	messages := make([]string, size)
	for i := range messages {
		messages[i] = benchMessage
	}
	var left atomic.Int64
	left.Store(int64(b.N))
	b.ReportAllocs()
	b.ResetTimer()
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			for left.Add(-int64(size)) > -int64(size) {
				a := s.batch(time.Now(), messages, nil)
				for i := range a.Records {
					a.Records[i].MessageID = fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64())
				}
				if err := s.Append(context.Background(), a); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// BenchmarkRawInsert is the yardstick: the same rows, 1,000 in a commit, and
// nothing looked up, compressed or added up.
func BenchmarkRawInsert(b *testing.B) {
	s := openLog(b, Options{})
	insert, err := s.w.conn.PrepareContext(context.Background(), `INSERT INTO events (seq, received_at, source_n, type, name, user_id, anonymous_id, message_id, happened_at,
		disposition, verdict, summary, size, run_id, block_id, request_at, message_at, span_offset, span_length, item)
		VALUES (?,?,1,'track','Order Completed','u','',?,?,'accepted','good','',1024,'',1,0,-1,0,1024,0)`)
	if err != nil {
		b.Fatal(err)
	}
	id, err := s.w.conn.PrepareContext(context.Background(), "INSERT INTO message_ids (hash, seq) VALUES (?,?)")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; n += 1000 {
		if err := s.change(context.Background(), func(*sql.Conn) error {
			for i := n; i < min(n+1000, b.N); i++ {
				text, now := fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64()), time.Now().UnixMicro()
				if _, err := insert.Exec(i+1, now, text, now); err != nil {
					return err
				}
				if _, err := id.Exec(hashOf(text), i+1); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
}
