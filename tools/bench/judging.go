package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// planned is a plan in force in a running program.
type planned struct {
	*program
	file string
}

// withPlan starts a program whose plan has a full order schema for every event
// that is sent.
func (b *bench) withPlan(dir string) (*planned, error) {
	p := &planned{file: filepath.Join(dir, "shop.plan.json")}
	err := p.write("number")
	if err == nil {
		p.program, err = launch(b.binary, "serve", "--data", filepath.Join(dir, "data"), "--listen", "127.0.0.1:0", "--plan", p.file)
	}
	return p, err
}

// write puts another plan in the file's place. total is the type of the order's
// total: a number is what is sent.
func (p *planned) write(total string) error {
	var rules []string
	for _, name := range names {
		rules = append(rules, fmt.Sprintf(`{"type":"TRACK","key":%q,"version":1,"jsonSchema":{"type":"object","properties":{"context":{},"traits":{},"properties":{"type":"object",
			"required":["order_id","total","currency","products"],"properties":{
			"order_id":{"type":["string"],"pattern":"^o-[0-9]+$"},"total":{"type":[%q]},"currency":{"type":["string"],"enum":["EUR","USD","GBP"]},
			"products":{"type":["array"],"items":{"type":["object"],"required":["product_id","price"],"properties":{
				"product_id":{"type":["string"]},"price":{"type":["number"],"minimum":0},"quantity":{"type":["integer"],"minimum":1}}}}}}}}}`, name, total))
	}
	text := `{"name":"Shop","rules":[` + strings.Join(rules, ",") + `]}`
	if err := os.WriteFile(p.file+".new", []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(p.file+".new", p.file)
}

// judging is P4: what holding every event against its plan costs, and how fast
// stored events are held against another one.
func (b *bench) judging() ([]result, error) {
	m, y, ratio, err := b.medianOf(func() (float64, error) { return b.cpuOfLoad(true) }, func() (float64, error) { return b.cpuOfLoad(false) })
	if err != nil {
		return nil, err
	}
	list := []result{{"P4", "CPU per event, held against a plan", fmt.Sprintf("%.1f µs", m), fmt.Sprintf("no plan %.1f µs", y), times(ratio), "<= 1.50x", ratio <= 1.5}}
	more, err := b.rejudging()
	return append(list, more...), err
}

// cpuOfLoad is the CPU of an event in microseconds at full load, batches of 20
// on 64 connections.
func (b *bench) cpuOfLoad(withPlan bool) (float64, error) {
	dir, err := b.folder()
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	var p *program
	if withPlan {
		var judged *planned
		if judged, err = b.withPlan(dir); err == nil {
			p = judged.program
		}
	} else {
		p, err = b.sidetrack(dir)
	}
	if err != nil {
		return 0, err
	}
	defer p.stop()
	before, err := p.cpu()
	if err != nil {
		return 0, err
	}
	l := load{addr: p.addr(), key: p.key(), conns: 64, batch: 20, spell: b.spell}
	out, err := l.run()
	if err != nil {
		return 0, err
	}
	after, err := p.cpu()
	return float64((after - before).Microseconds()) / float64(out.events), err
}

// rejudged is how many stored events are held against another plan.
const rejudged = 100_000

// rejudging measures it alone, and what it does to senders meanwhile.
func (b *bench) rejudging() ([]result, error) {
	dir, err := b.folder()
	if err != nil {
		return nil, err
	}
	p, err := b.withPlan(dir)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	for sent := 0; sent < min(b.events, rejudged); {
		l := load{addr: p.addr(), key: p.key(), conns: 16, batch: 20, spell: b.spell}
		out, err := l.run()
		if err != nil {
			return nil, err
		}
		sent += out.events
	}
	same, sameCPU, err := p.replace("number\",\"null")
	if err != nil {
		return nil, err
	}
	changed, changedCPU, err := p.replace("string")
	if err != nil {
		return nil, err
	}
	list := []result{
		{"P4", "stored events/s held against another plan", perSecond(same), fmt.Sprintf("CPU of one %.0f µs", sameCPU), "", ">= 20,000/s", same >= 20000},
		{"P4", "the same, every event coming out differently", perSecond(changed), fmt.Sprintf("CPU of one %.0f µs", changedCPU), "", "none", true},
	}
	for _, load := range []struct{ what, even, odd string }{{"nothing changes", "number", "number\",\"null"}, {"every event changes", "string", "number"}} {
		alone, with, err := b.whileRejudging(p, load.even, load.odd)
		if err != nil {
			return nil, err
		}
		change := with / alone
		list = append(list, result{"P4", "ingest p99 meanwhile, 2,000 events/s, " + load.what, micros(with), "otherwise " + micros(alone), times(change), "< 1.10x", change < 1.1})
	}
	return list, nil
}

// replace puts another plan in force. It returns how many stored events a second
// were held against it, and the microseconds of CPU of one.
func (p *planned) replace(total string) (perSecond, micros float64, err error) {
	if err := p.idle(); err != nil { // what came while a plan changed is looked at again for a few seconds
		return 0, 0, err
	}
	before, err := p.cpu()
	if err == nil {
		err = p.write(total)
	}
	if err != nil {
		return 0, 0, err
	}
	var began time.Time
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		running, done, total, err := p.progress()
		switch {
		case err != nil:
			return 0, 0, err
		case running && began.IsZero():
			began = time.Now()
		case !began.IsZero() && (done >= total || !running): // then it waits for stragglers
			after, err := p.cpu()
			return float64(total) / time.Since(began).Seconds(), float64((after - before).Microseconds()) / float64(total), err
		}
	}
	return 0, 0, fmt.Errorf("stored events were not held against another plan in time")
}

// idle waits until no stored event is being held against a plan.
func (p *planned) idle() error {
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if running, _, _, err := p.progress(); err != nil || !running {
			return err
		}
	}
	return fmt.Errorf("stored events are still held against a plan")
}

func (p *planned) progress() (running bool, done, total int64, err error) {
	token, err := p.token()
	if err != nil {
		return false, 0, 0, err
	}
	req, err := http.NewRequest("GET", p.URL+"/api/plan", nil)
	if err != nil {
		return false, 0, 0, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false, 0, 0, err
	}
	defer resp.Body.Close()
	var view struct {
		Rejudging struct {
			Running     bool
			Done, Total int64
		}
	}
	err = json.NewDecoder(resp.Body).Decode(&view)
	return view.Rejudging.Running, view.Rejudging.Done, view.Rejudging.Total, err
}

// whileRejudging sends at a steady pace by turns with and without stored events
// being held against another plan, and returns the median p99 of both.
func (b *bench) whileRejudging(p *planned, even, odd string) (alone, with float64, err error) {
	var quiet, busy []float64
	paced := func() (float64, error) {
		l := load{addr: p.addr(), key: p.key(), conns: 4, batch: 10, spell: b.spell, rate: 2000}
		out, err := l.run()
		if err != nil {
			return 0, err
		}
		return float64(out.at(0.99).Microseconds()), nil
	}
	for round := range b.rounds {
		if err := p.idle(); err != nil {
			return 0, 0, err
		}
		late, err := paced()
		if err != nil {
			return 0, 0, err
		}
		quiet = append(quiet, late)
		ended := make(chan error, 1)
		go func() {
			_, _, err := p.replace([]string{even, odd}[round%2])
			ended <- err
		}()
		if late, err = paced(); err != nil {
			return 0, 0, err
		}
		busy = append(busy, late)
		if err := <-ended; err != nil {
			return 0, 0, err
		}
	}
	return median(quiet), median(busy), nil
}
