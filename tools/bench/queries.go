package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/query"
	"sidetrack/backend/store"
)

// fill stores events as the collector would, in batches of 20, an hour of time
// for every twentieth of them.
func (b *bench) fill(s *store.Store) (lastID string, err error) {
	rnd := rand.New(rand.NewPCG(1, 2))
	src := s.Sources()[0]
	begin := time.Now().Add(-20 * time.Hour)
	for n := 0; n < b.events; n += 20 {
		l := load{batch: 20}
		r := l.request(rnd)
		r.renew(rnd)
		at := begin.Add(time.Duration(float64(20*time.Hour) * float64(n) / float64(b.events)))
		a := &event.Arrival{Request: event.Request{Method: "POST", Path: "/v1/batch", Remote: "127.0.0.1:1", Headers: [][2]string{}}, Body: r.bytes}
		for i, id := range r.idList() {
			front := r.ids[i] - len(`{"type":"track","messageId":"`)
			text := r.bytes[front : front+eventBytes]
			a.Spans = append(a.Spans, event.Span{Offset: front, Length: eventBytes, Index: i})
			a.Records = append(a.Records, event.Record{ReceivedAt: at, Timestamp: at, Source: event.SourceRef{ID: src.ID}, Type: "track", Name: names[(n+i)%len(names)],
				UserID: fmt.Sprintf("user-%05d", (n+i)*7919%20000), AnonymousID: "5f0c1d2e-0001-4b6a-9c8d-77aa66bb55cc", MessageID: id,
				Disposition: event.Accepted, Verdict: event.Good, Summary: "o-12345 total 55.5 EUR", Size: eventBytes, Message: text})
			lastID = id
		}
		if err := s.Append(context.Background(), a); err != nil {
			return "", err
		}
	}
	return lastID, nil
}

// queries is P6, and P9 on the way. The yardstick is the newest row alone.
func (b *bench) queries() ([]result, error) {
	dir, err := b.folder()
	if err != nil {
		return nil, err
	}
	s, err := store.Open(store.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	id, err := b.fill(s)
	if err != nil {
		return nil, err
	}
	each := float64(s.Counters().Bytes) / float64(b.events)
	list := []result{{"P9", "bytes on disk for an event of 1,024", fmt.Sprintf("%.0f", each), "as sent 1024", times(each / eventBytes), "<= 1600", each <= 1600}}
	one, err := b.timed(func() error { return events(s, "", store.Ask{Limit: 1}, 1) })
	if err != nil {
		return nil, err
	}
	middle, now := int64(b.events/2), time.Now()
	for _, q := range []struct {
		what string
		ask  func() error
	}{
		{"newest 500", func() error { return events(s, "", store.Ask{Limit: 500}, 500) }},
		{"newest 500 of a source", func() error { return events(s, "source:dev", store.Ask{Limit: 500}, 500) }},
		{"500 in the middle", func() error { return events(s, "", store.Ask{Limit: 500, Before: middle}, 500) }},
		{"a message id", func() error { return events(s, "id:"+id, store.Ask{Limit: 100}, 1) }},
		{"newest 100 of a user", func() error { return events(s, "user:user-00077", store.Ask{Limit: 100}, min(100, b.events/20000)) }},
		{"newest 100 of half an hour, hours ago", func() error {
			return events(s, "", store.Ask{Limit: 100, Since: now.Add(-10 * time.Hour), Until: now.Add(-9*time.Hour - 30*time.Minute)}, 100)
		}},
		{"one event with its message", func() error { _, err := s.Event(context.Background(), middle); return err }},
		{"volume of 24 h by name", func() error { return volume(s, "name:\"Order Completed\"", now) }},
		{"how many there are", func() error { _, err := s.Count(context.Background(), store.Ask{}); return err }},
	} {
		took, err := b.timed(q.ask)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", q.what, err)
		}
		list = append(list, result{"P6", q.what + fmt.Sprintf(", of %d", b.events), took.String(), "the newest row " + one.String(), times(float64(took) / float64(one)), "<= 50 ms", took <= 50*time.Millisecond})
	}
	return list, nil
}

// timed is the median of some runs, after one to warm up.
func (b *bench) timed(fn func() error) (time.Duration, error) {
	var took []float64
	for i := range 2*b.rounds + 1 {
		begin := time.Now()
		if err := fn(); err != nil {
			return 0, err
		}
		if i > 0 {
			took = append(took, float64(time.Since(begin)))
		}
	}
	return time.Duration(median(took)).Round(time.Microsecond), nil
}

func events(s *store.Store, text string, a store.Ask, want int) (err error) {
	if a.Query, err = query.Parse(text); err != nil {
		return err
	}
	items, _, err := s.Events(context.Background(), a)
	if err == nil && len(items) != want {
		err = fmt.Errorf("%d came, want %d", len(items), want)
	}
	return err
}

func volume(s *store.Store, text string, now time.Time) error {
	q, err := query.Parse(text)
	if err != nil {
		return err
	}
	list, err := s.Volume(context.Background(), store.Ask{Query: q}, now.Add(-24*time.Hour), now, 96)
	for _, b := range list {
		if b.Good > 0 {
			return err
		}
	}
	return errors.Join(err, errors.New("the volume is empty"))
}
