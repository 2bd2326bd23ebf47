package main

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

const (
	readersAt   = 5000 // events a second
	readerCount = 10
)

// readers is P8: what ten live readers cost, beside the same load without any.
func (b *bench) readers() ([]result, error) {
	dir, err := b.folder()
	if err != nil {
		return nil, err
	}
	p, err := b.sidetrack(dir)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	var alone, with []float64 // microseconds of CPU an event
	var slower []float64
	var p99 []float64
	for range b.rounds {
		cpu0, late0, err := b.paced(p)
		if err != nil {
			return nil, err
		}
		leave, err := p.listen(readerCount)
		if err != nil {
			return nil, err
		}
		cpu1, late1, err := b.paced(p)
		if err != nil {
			return nil, err
		}
		if err := leave(); err != nil {
			return nil, err
		}
		alone, with = append(alone, cpu0), append(with, cpu1)
		slower, p99 = append(slower, float64(late1)/float64(late0)), append(p99, float64(late0.Microseconds()))
	}
	cost, change := median(with)-median(alone), median(slower)
	return []result{
		{"P8", fmt.Sprintf("CPU per event for %d readers at %d events/s", readerCount, readersAt), fmt.Sprintf("%.1f µs", cost), fmt.Sprintf("without readers %.1f µs", median(alone)), times(median(with) / median(alone)), "<= 10 µs", cost <= 10},
		{"P8", "ingest p99 with these readers", micros(median(p99) * change), "without " + micros(median(p99)), times(change), "< 1.10x", change < 1.1},
	}, nil
}

// paced sends at a steady pace, and returns the CPU of an event and the p99.
func (b *bench) paced(p *program) (cpu float64, p99 time.Duration, err error) {
	before, err := p.cpu()
	if err != nil {
		return 0, 0, err
	}
	l := load{addr: p.addr(), key: p.key(), conns: 4, batch: 10, spell: b.spell, rate: readersAt}
	out, err := l.run()
	if err != nil {
		return 0, 0, err
	}
	after, err := p.cpu()
	return float64((after - before).Microseconds()) / float64(out.events), out.at(0.99), err
}

// listen opens live readers. leave ends them, and fails when one saw nothing.
func (p *program) listen(n int) (leave func() error, err error) {
	token, err := p.token()
	if err != nil {
		return nil, err
	}
	var conns []*websocket.Conn
	saw := make(chan int, n)
	for range n {
		conn, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(p.URL, "http")+"/api/stream", http.Header{"Authorization": {"Bearer " + token}})
		if err != nil {
			return nil, err
		}
		conns = append(conns, conn)
		go func() {
			bytes := 0
			for {
				_, frame, err := conn.ReadMessage()
				if err != nil {
					saw <- bytes
					return
				}
				bytes += len(frame)
			}
		}()
	}
	return func() error {
		for _, c := range conns {
			_ = c.Close() // ends its reader
		}
		for range conns {
			if bytes := <-saw; bytes < 100_000 {
				return fmt.Errorf("a live reader got %d bytes only", bytes)
			}
		}
		return nil
	}, nil
}
