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

// rowAt is a row and where its bytes are.
type rowAt struct {
	event.Record
	place
}

// page reads up to size rows that meet the conditions, from one side.
func (s *Store) page(ctx context.Context, c *conditions, order string, size int) ([]rowAt, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT "+columns+" FROM events WHERE "+c.String()+" ORDER BY seq "+order+" LIMIT ?", append(append([]any{}, c.args...), size)...)
	if err != nil {
		return nil, s.noticed(err)
	}
	defer rows.Close()
	set := s.sources.Load()
	var list []rowAt
	for rows.Next() {
		var r rowAt
		if err := scan(rows, set, &r.Record, &r.place); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, s.noticed(rows.Err())
}

// openBlock is the block last read, for rows in a row that share one.
type openBlock struct {
	id   int64
	data []byte
}

// fill reads the message of a row. A deletion that became final since the row
// was read has moved the bytes of its neighbours; the row is read again then.
// It returns false when the event itself is gone.
func (s *Store) fill(ctx context.Context, r *rowAt, b *openBlock) (bool, error) {
	for {
		err := s.message(ctx, r, b)
		if !errors.Is(err, sql.ErrNoRows) {
			return err == nil, err
		}
		moved := r.block
		r.Record, r.place, err = s.one(ctx, r.Seq)
		if fault.KindOf(err) == fault.NotFound {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if r.block == moved {
			return false, errBlock // the row names a block there is not
		}
	}
}

// block returns a block's bytes; sql.ErrNoRows when it was written anew.
func (s *Store) block(ctx context.Context, id int64) ([]byte, error) {
	if b, ok := s.blocks.get(id); ok {
		return b, nil
	}
	var packed []byte
	if err := s.read.QueryRowContext(ctx, "SELECT data FROM blocks WHERE id = ?", id).Scan(&packed); err != nil {
		return nil, s.noticed(err)
	}
	b, err := s.blocks.dec.DecodeAll(packed, nil)
	if err != nil {
		return nil, s.noticed(errors.Join(errBlock, err))
	}
	s.blocks.put(id, b)
	return b, nil
}

func (s *Store) message(ctx context.Context, r *rowAt, b *openBlock) (err error) {
	if r.messageAt == noMessage {
		return nil
	}
	if b.data == nil || b.id != r.block {
		if b.data, err = s.block(ctx, r.block); err != nil {
			return err
		}
		b.id = r.block
	}
	r.Message, err = messageIn(b.data, r.requestAt, r.messageAt, r.spanOffset, r.spanLength)
	return err
}

// walk calls fn with every match until it returns false or, when until is set,
// time is up. It returns the last Seq it looked at, 0 when it saw everything.
// order is ASC or DESC.
func (s *Store) walk(ctx context.Context, a Ask, order string, fn func(r *event.Record) bool, until time.Time) (last int64, err error) {
	var b openBlock
	size := pageSize
	if a.Limit > 0 && len(a.Query.Terms) == 0 {
		size = min(size, a.Limit+1)
	}
	for {
		list, err := s.page(ctx, s.where(a), order, size)
		if err != nil {
			return last, err
		}
		for i := range list {
			r := &list[i]
			last = r.Seq
			ok, err := s.matches(ctx, a, r, &b)
			if err != nil {
				return last, err
			}
			if ok && !fn(&r.Record) {
				return last, nil
			}
		}
		if len(list) < size {
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

// matches has the last word on a row, and reads its message only when that is
// needed or wanted.
func (s *Store) matches(ctx context.Context, a Ask, r *rowAt, b *openBlock) (bool, error) {
	needs := a.Query.NeedsMessage()
	if needs {
		if here, err := s.fill(ctx, r, b); err != nil || !here {
			return false, err
		}
	}
	if !a.Query.Match(&r.Record) {
		return false, nil
	}
	if !a.Message {
		r.Message = nil
		return true, nil
	}
	if needs {
		return true, nil
	}
	return s.fill(ctx, r, b)
}

// Events returns the newest matches first. next is what to pass as Before for
// the page after, 0 when there is none. A search that finds little ends after
// two seconds with what it has; next then goes on from there.
func (s *Store) Events(ctx context.Context, a Ask) (items []event.Record, next int64, err error) {
	items = []event.Record{}
	until := time.Now().Add(searchBudget)
	more := false
	last, err := s.walk(ctx, a, "DESC", func(r *event.Record) bool {
		if a.Limit > 0 && len(items) == a.Limit {
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
		text := "SELECT count(*) FROM events WHERE " + c.String()
		if len(c.text) == 1 { // each of these is answered by an index alone
			text = "SELECT (SELECT count(*) FROM events) - (SELECT count(*) FROM events WHERE deletion IS NOT NULL)"
		}
		err := s.read.QueryRowContext(ctx, text, c.args...).Scan(&n)
		return n, s.noticed(err)
	}
	_, err := s.walk(ctx, a, "ASC", func(*event.Record) bool { n++; return true }, time.Time{})
	return n, err
}

// one reads a single row.
func (s *Store) one(ctx context.Context, seq int64) (r event.Record, p place, err error) {
	row := s.read.QueryRowContext(ctx, "SELECT "+columns+" FROM events WHERE deletion IS NULL AND seq = ?", seq)
	if err = scan(row, s.sources.Load(), &r, &p); errors.Is(err, sql.ErrNoRows) {
		err = noEvent(seq)
	}
	return r, p, s.noticed(err)
}

// Event returns one event with its message.
func (s *Store) Event(ctx context.Context, seq int64) (event.Record, error) {
	r, err := s.whole(ctx, seq, &openBlock{})
	return r.Record, err
}

// whole reads a row with its message, and leaves its block open.
func (s *Store) whole(ctx context.Context, seq int64, b *openBlock) (r rowAt, err error) {
	if r.Record, r.place, err = s.one(ctx, seq); err != nil {
		return r, err
	}
	here, err := s.fill(ctx, &r, b)
	if err == nil && !here {
		err = noEvent(seq)
	}
	return r, err
}

func noEvent(seq int64) error {
	return fault.New(fault.NotFound, "there is no event #%d; it may have been deleted or pruned", seq)
}

// Raw returns the request an event came in: how it came, the body after
// Content-Encoding was undone, and the event's place in it.
func (s *Store) Raw(ctx context.Context, seq int64) (event.Request, []byte, event.Span, error) {
	for {
		_, p, err := s.one(ctx, seq)
		if err != nil {
			return event.Request{}, nil, event.Span{}, err
		}
		b, err := s.block(ctx, p.block)
		if errors.Is(err, sql.ErrNoRows) && ctx.Err() == nil {
			continue // written anew meanwhile
		}
		if err != nil {
			return event.Request{}, nil, event.Span{}, err
		}
		req, body, err := requestIn(b, p.requestAt)
		return req, body, event.Span{Offset: p.spanOffset, Length: p.spanLength, Index: p.itemNo}, err
	}
}
