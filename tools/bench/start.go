package main

import (
	"compress/gzip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"
)

// start is P12: from start to ready, with a log that is there already.
func (b *bench) start() ([]result, error) {
	dir, err := b.folder()
	if err != nil {
		return nil, err
	}
	first, err := b.sidetrack(dir)
	if err != nil {
		return nil, err
	}
	first.stop()
	m, y, ratio, err := b.medianOf(func() (float64, error) {
		p, err := b.sidetrack(dir)
		if err != nil {
			return 0, err
		}
		p.stop()
		return float64(p.took.Microseconds()), nil
	}, func() (float64, error) {
		begin := time.Now()
		err := exec.Command(b.binary, "version").Run()
		return float64(time.Since(begin).Microseconds()), err
	})
	return []result{{"P12", "start to ready", micros(m), "the same program saying its version " + micros(y), times(ratio), "<= 150 ms", m <= 150_000}}, err
}

// firstScript is P13: the JavaScript that index.html asks for before it paints.
func (b *bench) firstScript() ([]result, error) {
	page, err := os.ReadFile(filepath.Join(b.dist, "index.html"))
	if err != nil {
		return nil, err
	}
	scripts := regexp.MustCompile(`(?:src|href)="\.?/?([^"]+\.js)"`)
	raw, packed := 0, 0
	for _, m := range scripts.FindAllSubmatch(page, -1) {
		js, err := os.ReadFile(filepath.Join(b.dist, string(m[1])))
		if err != nil {
			return nil, err
		}
		var n counter
		z, err := gzip.NewWriterLevel(&n, gzip.BestCompression)
		if err != nil {
			return nil, err
		}
		if _, err := z.Write(js); err != nil {
			return nil, err
		}
		if err := z.Close(); err != nil {
			return nil, err
		}
		raw, packed = raw+len(js), packed+int(n)
	}
	kb := float64(packed) / 1024
	return []result{{"P13", "first JavaScript, gzip", fmt.Sprintf("%.0f KB", kb), fmt.Sprintf("unpacked %d KB", raw/1024), times(float64(packed) / float64(max(raw, 1))), "<= 200 KB", packed > 0 && kb <= 200}}, nil
}

// counter counts what is written to it.
type counter int

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}
