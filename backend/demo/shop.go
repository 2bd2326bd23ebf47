package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"sidetrack/backend/fault"
	"sidetrack/backend/source"
)

// SourceName is the source the demo sends to.
const SourceName = "Demo shop"

// Sources finds or makes the source of the demo.
type Sources interface {
	Sources() []source.Source
	CreateSource(ctx context.Context, name string, label *source.Label, demo bool) (source.Source, error)
}

// Options are the parts of a Shop. Client, Logger and Changed have defaults.
type Options struct {
	URL     string // the collector's address
	Sources Sources
	Client  *http.Client
	Logger  *slog.Logger
	Changed func() // called when the demo starts or ends
}

// Run says how to run the demo once; zero fields take the defaults.
type Run struct {
	Speed    float64 // 2 is twice as fast
	Shoppers int
	Seed     uint64 // any, unless set
}

// State is what the demo does at the moment.
type State struct {
	Running  bool   `json:"running"`
	Sent     int    `json:"sent" doc:"Messages sent since the demo was started"`
	SourceID string `json:"sourceId" doc:"The source they go to, empty before the first start"`
}

// Shop runs one demo at a time.
type Shop struct {
	o Options

	mu     sync.Mutex
	state  State
	cancel context.CancelFunc
	closed bool
	done   sync.WaitGroup
}

// New makes a Shop. It sends nothing before Start.
func New(o Options) *Shop {
	if o.Client == nil {
		o.Client = &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{}} // no proxy: it is this machine
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Changed == nil {
		o.Changed = func() {}
	}
	return &Shop{o: o}
}

// Start opens the shop and returns at once. A demo that runs goes on as it is.
func (s *Shop) Start(ctx context.Context, r Run) (State, error) {
	if err := r.complete(); err != nil {
		return State{}, err
	}
	src, err := s.source(ctx)
	if err != nil {
		return State{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state.Running {
		return s.state, nil
	}
	if s.closed {
		return State{}, fault.New(fault.Unavailable, "Sidetrack is shutting down")
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.cancel = cancel
	s.state = State{Running: true, SourceID: src.ID}
	s.done.Go(func() {
		s.o.Changed()
		s.send(run, r, src)
		cancel()
		s.mu.Lock()
		s.state.Running = false
		s.mu.Unlock()
		s.o.Changed()
	})
	return s.state, nil
}

func (r *Run) complete() error {
	if r.Speed == 0 {
		r.Speed = 1
	}
	if r.Shoppers == 0 {
		r.Shoppers = DefaultShoppers
	}
	if r.Seed == 0 {
		r.Seed = rand.Uint64()
	}
	if r.Speed < 0.1 || r.Speed > 100 {
		return fault.New(fault.Invalid, "speed is a number from 0.1 to 100; 2 is twice as fast")
	}
	if r.Shoppers < 1 || r.Shoppers > MaxShoppers {
		return fault.New(fault.Invalid, "shoppers is a whole number from 1 to %d", MaxShoppers)
	}
	return nil
}

// source finds the demo's source, or makes it.
func (s *Shop) source(ctx context.Context) (source.Source, error) {
	for _, src := range s.o.Sources.Sources() {
		if src.Demo && src.Name == SourceName {
			return src, nil
		}
	}
	dev := source.Dev
	return s.o.Sources.CreateSource(ctx, SourceName, &dev, true)
}

// Stop ends the demo and returns once it sends no more.
func (s *Shop) Stop() State {
	s.mu.Lock()
	if s.cancel != nil {
		s.cancel()
	}
	s.mu.Unlock()
	s.done.Wait()
	return s.State()
}

// Close ends the demo for good.
func (s *Shop) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.Stop()
}

// State tells what the demo does.
func (s *Shop) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// send sends the script, each request when it is due.
func (s *Shop) send(ctx context.Context, r Run, src source.Source) {
	start := time.Now()
	script := Script(r.Seed, r.Shoppers)
	for i := range script {
		due := start.Add(time.Duration(float64(script[i].Due) / r.Speed))
		select {
		case <-ctx.Done():
		case <-time.After(time.Until(due)):
		}
		if ctx.Err() != nil {
			return
		}
		if err := s.post(ctx, &script[i], src.WriteKey); err != nil {
			if ctx.Err() == nil {
				s.o.Logger.Warn("the demo could not send", "reason", err)
			}
			continue
		}
		s.mu.Lock()
		s.state.Sent += script[i].Count
		s.mu.Unlock()
	}
}

func (s *Shop) post(ctx context.Context, r *Request, key source.WriteKey) error {
	body, err := r.Body(time.Now())
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.o.URL+r.Path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	for name, value := range r.Headers {
		req.Header.Set(name, value)
	}
	req.SetBasicAuth(string(key), "")
	resp, err := s.o.Client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the collector answered %s", resp.Status)
	}
	return nil
}
