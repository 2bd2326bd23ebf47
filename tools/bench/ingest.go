package main

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/glebarez/sqlite"
	"github.com/klauspost/compress/zstd"

	"sidetrack/backend/store"
)

// onSidetrack sends one spell of load to a program of its own on an empty folder.
func (b *bench) onSidetrack(conns, batch int) (float64, error) {
	dir, err := b.folder()
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	p, err := b.sidetrack(dir)
	if err != nil {
		return 0, err
	}
	defer p.stop()
	return b.send(p, conns, batch)
}

func (b *bench) send(p *program, conns, batch int) (float64, error) {
	l := load{addr: p.addr(), key: p.key(), conns: conns, batch: batch, spell: b.spell}
	out, err := l.run()
	if err != nil {
		return 0, err
	}
	return out.perSecond(), nil
}

// throughput is P1: batches of 20 on 64 connections against SQLite alone.
func (b *bench) throughput() ([]result, error) {
	m, y, ratio, err := b.medianOf(func() (float64, error) { return b.onSidetrack(64, 20) }, b.rawInserts)
	return []result{{"P1", "durable events/s, batch 20, 64 connections", perSecond(m), "raw SQLite " + perSecond(y), times(ratio), ">= 0.80x", ratio >= 0.8}}, err
}

// perRequest is P2: single events on 64 connections against a bare server.
func (b *bench) perRequest() ([]result, error) {
	bare, err := bareServer()
	if err != nil {
		return nil, err
	}
	defer bare.stop()
	m, y, ratio, err := b.medianOf(func() (float64, error) { return b.onSidetrack(64, 1) }, func() (float64, error) { return b.send(bare, 64, 1) })
	return []result{{"P2", "durable events/s, one a request, 64 connections", perSecond(m), "bare net/http " + perSecond(y), times(ratio), ">= 0.25x", ratio >= 0.25}}, err
}

func perSecond(n float64) string { return fmt.Sprintf("%.0f/s", n) }
func times(ratio float64) string { return fmt.Sprintf("%.2fx", ratio) }

// idle is P3: the middle latency of one event at a time, in fsyncs.
func (b *bench) idle() ([]result, error) {
	dir, err := b.folder()
	if err != nil {
		return nil, err
	}
	p, err := b.sidetrack(dir)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	m, y, ratio, err := b.medianOf(func() (float64, error) {
		l := load{addr: p.addr(), key: p.key(), conns: 1, batch: 1, spell: b.spell / 2, rate: 100}
		out, err := l.run()
		if err != nil {
			return 0, err
		}
		return float64(out.at(0.5).Microseconds()), nil
	}, func() (float64, error) { return fsyncs(dir, b.spell/2) })
	return []result{{"P3", "p50 of one durable event on an idle collector", micros(m), "append and fsync " + micros(y), times(ratio), "<= 3x", ratio <= 3}}, err
}

func micros(n float64) string { return fmt.Sprintf("%.0f µs", n) }

// fsyncs appends a page to a file and flushes it, at the pace of the load it is
// compared with, and returns the median in microseconds.
func fsyncs(dir string, spell time.Duration) (float64, error) {
	f, err := os.Create(filepath.Join(dir, "fsync"))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	page := make([]byte, 4096)
	var took []float64
	for begin := time.Now(); time.Since(begin) < spell; time.Sleep(10 * time.Millisecond) {
		start := time.Now()
		if _, err = f.Write(page); err == nil {
			err = f.Sync()
		}
		if err != nil {
			return 0, err
		}
		took = append(took, float64(time.Since(start).Microseconds()))
	}
	return median(took), nil
}

// rawInserts is the yardstick of P1: how many events a single writer gets into
// SQLite with our driver and schema, 1,000 in a transaction, with nothing around
// it: no HTTP, no reading of JSON, no look for duplicates, no sums.
func (b *bench) rawInserts() (float64, error) {
	dir, err := b.folder()
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	s, err := store.Open(store.Options{Dir: dir}) // makes the schema
	if err != nil {
		return 0, err
	}
	if err := s.Close(); err != nil {
		return 0, err
	}
	dsn := "file:" + filepath.Join(dir, "sidetrack.db") + "?_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(4000)&_pragma=cache_size(-65536)"
	db, err := sql.Open(sqlite.DriverName, dsn)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	packer, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1)) // as the log does
	if err != nil {
		return 0, err
	}
	n := 0
	begin := time.Now()
	for time.Since(begin) < b.spell {
		if err := rawCommit(db, packer, n); err != nil {
			return 0, err
		}
		n += rawGroup
	}
	return float64(n) / time.Since(begin).Seconds(), nil
}

const (
	rawGroup = 1000
	rawBlock = 60 // three requests of 20
)

func rawCommit(db *sql.DB, packer *zstd.Encoder, n int) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	event, err := tx.Prepare(`INSERT INTO events (seq, received_at, source_n, type, name, user_id, anonymous_id, message_id, happened_at, disposition, verdict,
		summary, size, run_id, block_id, request_at, message_at, span_offset, span_length, item) VALUES (?,?,1,'track','Order Completed',?,?,?,?,'accepted','good',?,1024,'',?,0,-1,0,1024,0)`)
	if err != nil {
		return err
	}
	id, err := tx.Prepare("INSERT INTO message_ids (hash, seq) VALUES (?,?)")
	if err != nil {
		return err
	}
	block, err := tx.Prepare("INSERT INTO blocks (id, first_seq, last_seq, data) VALUES (?,?,?,?)")
	if err != nil {
		return err
	}
	var bytes []byte
	for i := range rawGroup {
		seq := n + i + 1
		messageID := fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64())
		now := time.Now().UnixMicro()
		if _, err := event.Exec(seq, now, fmt.Sprintf("user-%05d", seq*7919%20000), "5f0c1d2e-0001-4b6a-9c8d-77aa66bb55cc", messageID, now, "o-12345 total 55.5 EUR", seq/rawBlock); err != nil {
			return err
		}
		if _, err := id.Exec(int64(xxhash.Sum64String(messageID)), seq); err != nil {
			return err
		}
		text, at := message(seq)
		bytes = append(append(append(bytes, text[:at]...), messageID...), text[at+idLength:]...)
		if seq%rawBlock == 0 || i == rawGroup-1 {
			if _, err := block.Exec(seq, seq-rawBlock, seq, packer.EncodeAll(bytes, nil)); err != nil {
				return err
			}
			bytes = bytes[:0]
		}
	}
	return tx.Commit()
}
