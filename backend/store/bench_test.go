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
func BenchmarkAppend(b *testing.B) {
	s := openLog(b, Options{SentDuplicate: firstOf})
	messages := make([]string, 20)
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
			for left.Add(-20) > -20 {
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
	r := s.batch(time.Now(), []string{benchMessage}, nil).Records[0]
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; n += 1000 {
		if err := s.change(context.Background(), func(*sql.Conn) error {
			for i := n; i < min(n+1000, b.N); i++ {
				r.Seq, r.MessageID = int64(i+1), fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64())
				if err := s.w.insertRow(&r, row{messageAt: asSent}, 1); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
}
