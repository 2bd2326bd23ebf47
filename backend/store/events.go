package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
)

const (
	pageSize = 500
	// searchBudget bounds a search that finds little, so that its first answer
	// comes; next then says where to go on.
	searchBudget = 2 * time.Second
)

const columns = `seq, received_at, source_n, type, name, user_id, anonymous_id, message_id, happened_at, disposition, verdict,
	findings, added, masked, summary, size, run_id, block_id, request_at, message_at, span_offset, span_length, item`

// place is where an event's bytes are.
type place struct {
	block                          int64
	requestAt, messageAt           int
	spanOffset, spanLength, itemNo int
}

func scan(rows interface{ Scan(...any) error }, set *sourceSet, r *event.Record, p *place) error {
	var received, happened, sourceN int64
	var findings, added, masked sql.NullString
	err := rows.Scan(&r.Seq, &received, &sourceN, &r.Type, &r.Name, &r.UserID, &r.AnonymousID, &r.MessageID, &happened, &r.Disposition, &r.Verdict,
		&findings, &added, &masked, &r.Summary, &r.Size, &r.RunID, &p.block, &p.requestAt, &p.messageAt, &p.spanOffset, &p.spanLength, &p.itemNo)
	if err != nil {
		return err
	}
	r.ReceivedAt, r.Timestamp = time.UnixMicro(received).UTC(), time.UnixMicro(happened).UTC()
	r.Source = set.ref(sourceN)
	r.Findings, r.Added, r.Masked = []event.Finding{}, []string{}, []string{}
	for _, f := range []struct {
		text sql.NullString
		into any
	}{{findings, &r.Findings}, {added, &r.Added}, {masked, &r.Masked}} {
		if f.text.Valid {
			if err := json.Unmarshal([]byte(f.text.String), f.into); err != nil {
				return err
			}
		}
	}
	return nil
}

// page reads up to pageSize rows that meet the conditions, from one side.
func (s *Store) page(ctx context.Context, c *conditions, order string, message bool) ([]event.Record, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT "+columns+" FROM events WHERE "+c.String()+" ORDER BY seq "+order+" LIMIT ?", append(append([]any{}, c.args...), pageSize)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	set := s.sources.Load()
	var list []event.Record
	var places []place
	for rows.Next() {
		var r event.Record
		var p place
		if err := scan(rows, set, &r, &p); err != nil {
			return nil, err
		}
		list, places = append(list, r), append(places, p)
	}
	if err := rows.Err(); err != nil || !message {
		return list, err
	}
	for i := range list {
		if list[i].Message, err = s.message(ctx, places[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// openBlock returns a block's bytes.
func (s *Store) openBlock(ctx context.Context, id int64) ([]byte, error) {
	if b, ok := s.blocks.get(id); ok {
		return b, nil
	}
	var packed []byte
	if err := s.read.QueryRowContext(ctx, "SELECT data FROM blocks WHERE id = ?", id).Scan(&packed); err != nil {
		return nil, err
	}
	b, err := s.blocks.dec.DecodeAll(packed, nil)
	if err != nil {
		return nil, errors.Join(errBlock, err)
	}
	s.blocks.put(id, b)
	return b, nil
}

func (s *Store) message(ctx context.Context, p place) ([]byte, error) {
	if p.messageAt == noMessage {
		return nil, nil
	}
	b, err := s.openBlock(ctx, p.block)
	if err != nil {
		return nil, err
	}
	return messageIn(b, p.requestAt, p.messageAt, p.spanOffset, p.spanLength)
}

// walk calls fn with every match until it returns false or, when until is set,
// time is up. It returns the last Seq it looked at, 0 when it saw everything.
// order is ASC or DESC.
func (s *Store) walk(ctx context.Context, a Ask, order string, fn func(r *event.Record) bool, until time.Time) (last int64, err error) {
	message := a.Message || a.Query.NeedsMessage()
	for {
		list, err := s.page(ctx, s.where(a), order, message)
		if err != nil {
			return last, err
		}
		for i := range list {
			r := &list[i]
			last = r.Seq
			if !a.Query.Match(r) {
				continue
			}
			if !a.Message {
				r.Message = nil
			}
			if !fn(r) {
				return last, nil
			}
		}
		if len(list) < pageSize {
			return 0, nil
		}
		if order == "DESC" {
			a.Before = last
		} else {
			a.After = last
		}
		if err := ctx.Err(); err != nil || (!until.IsZero() && time.Now().After(until)) {
			return last, err
		}
	}
}

// Events returns the newest matches first. next is what to pass as Before for
// the page after, 0 when there is none. A search that finds little ends after
// two seconds with what it has; next then goes on from there.
func (s *Store) Events(ctx context.Context, a Ask) (items []event.Record, next int64, err error) {
	items = []event.Record{}
	until := time.Now().Add(searchBudget)
	more := false
	last, err := s.walk(ctx, a, "DESC", func(r *event.Record) bool {
		if len(items) == a.Limit {
			more = true
			return false
		}
		items = append(items, *r)
		return true
	}, until)
	if more {
		last = items[len(items)-1].Seq
	}
	return items, last, err
}

// Each calls fn with every match, oldest first, up to the newest event there was
// when the call began.
func (s *Store) Each(ctx context.Context, a Ask, fn func(*event.Record) error) error {
	if head := s.Counters().Head; a.Before == 0 || a.Before > head {
		a.Before = head + 1
	}
	var failed error
	n := 0
	_, err := s.walk(ctx, a, "ASC", func(r *event.Record) bool {
		failed = fn(r)
		n++
		return failed == nil && (a.Limit == 0 || n < a.Limit)
	}, time.Time{})
	if failed != nil {
		return failed
	}
	return err
}

// Count returns how many events match.
func (s *Store) Count(ctx context.Context, a Ask) (int64, error) {
	var n int64
	if len(a.Query.Terms) == 0 {
		c := s.where(a)
		err := s.read.QueryRowContext(ctx, "SELECT count(*) FROM events WHERE "+c.String(), c.args...).Scan(&n)
		return n, err
	}
	_, err := s.walk(ctx, a, "ASC", func(*event.Record) bool { n++; return true }, time.Time{})
	return n, err
}

// one reads a single row.
func (s *Store) one(ctx context.Context, seq int64) (r event.Record, p place, err error) {
	row := s.read.QueryRowContext(ctx, "SELECT "+columns+" FROM events WHERE deletion IS NULL AND seq = ?", seq)
	if err = scan(row, s.sources.Load(), &r, &p); errors.Is(err, sql.ErrNoRows) {
		err = fault.New(fault.NotFound, "there is no event #%d; it may have been deleted or pruned", seq)
	}
	return r, p, err
}

// Event returns one event with its message.
func (s *Store) Event(ctx context.Context, seq int64) (event.Record, error) {
	r, p, err := s.one(ctx, seq)
	if err == nil {
		r.Message, err = s.message(ctx, p)
	}
	return r, err
}

// Raw returns the request an event came in: how it came, the body after
// Content-Encoding was undone, and the event's place in it.
func (s *Store) Raw(ctx context.Context, seq int64) (event.Request, []byte, event.Span, error) {
	_, p, err := s.one(ctx, seq)
	if err != nil {
		return event.Request{}, nil, event.Span{}, err
	}
	b, err := s.openBlock(ctx, p.block)
	if err != nil {
		return event.Request{}, nil, event.Span{}, err
	}
	req, body, err := requestIn(b, p.requestAt)
	return req, body, event.Span{Offset: p.spanOffset, Length: p.spanLength, Index: p.itemNo}, err
}
