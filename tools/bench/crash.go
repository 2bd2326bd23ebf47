package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// crash is P5: how many acknowledged events a kill under load loses.
func (b *bench) crash() ([]result, error) {
	dir, err := b.folder()
	if err != nil {
		return nil, err
	}
	p, err := b.sidetrack(dir)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	acknowledged := map[string]bool{}
	ended := make(chan struct{})
	l := load{addr: p.addr(), key: p.key(), conns: 16, batch: 20, spell: time.Minute, ended: ended, acknowledge: func(ids []string) {
		mu.Lock()
		defer mu.Unlock()
		for _, id := range ids {
			acknowledged[id] = true
		}
	}}
	time.AfterFunc(b.spell, func() {
		close(ended)
		p.kill()
	})
	if _, err := l.run(); err != nil {
		return nil, err
	}
	if p, err = b.sidetrack(dir); err != nil {
		return nil, err
	}
	defer p.stop()
	sent := len(acknowledged)
	if err := p.strike(acknowledged); err != nil {
		return nil, err
	}
	missing := len(acknowledged)
	return []result{{"P5", "acknowledged and missing after kill -9", fmt.Sprint(missing), fmt.Sprintf("acknowledged %d", sent), "", "0", missing == 0 && sent > 0}}, nil
}

// strike takes out of a set the message ids that the program has.
func (p *program) strike(ids map[string]bool) error {
	token, err := p.token()
	if err != nil {
		return err
	}
	req, err := http.NewRequest("GET", p.URL+"/api/events", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Accept", "application/x-ndjson")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("reading the log back was answered %s", resp.Status)
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e struct {
			MessageID string `json:"messageId"`
		}
		if err := json.Unmarshal(bytes.TrimSpace(lines.Bytes()), &e); err != nil {
			return err
		}
		delete(ids, e.MessageID)
	}
	return lines.Err()
}
