package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
	"sidetrack/backend/query"
)

// Ask selects events. Zero fields do not restrict. After and Before are seqs,
// exclusive; Since is inclusive, Until exclusive; Source is a name or an id.
type Ask struct {
	Query         query.Query
	After, Before int64
	Since, Until  time.Time
	Source, Run   string
	Limit         int
	Message       bool
}

const (
	defaultLimit = 100
	pageRows     = 500
	scanRows     = 200_000 // one call of Events looks at no more rows than this
	columns      = `seq, received_at, source, type, name, user_id, anonymous_id, message_id, timestamp,
		disposition, verdict, findings, added, masked, summary, size, run, block, place`
)

// row is a record and where its payload is.
type row struct {
	event.Record
	block, place int64
}

// Events returns the newest events first. next is the seq to pass as Before for
// the next page, 0 at the end. A search that finds little stops after a while
// and returns what it has, with a next.
func (s *Store) Events(ctx context.Context, a Ask) (items []event.Record, next int64, err error) {
	if a.Limit <= 0 {
		a.Limit = defaultLimit
	}
	items, left := []event.Record{}, scanRows
	more := false
	err = s.scan(ctx, a, true, func(r *event.Record) (bool, error) {
		if len(items) == a.Limit {
			more = true
			return false, nil
		}
		items = append(items, *r)
		next = r.Seq
		return true, nil
	}, &left)
	if err != nil {
		return nil, 0, err
	}
	switch {
	case left < 0:
		next = int64(-left) // see scan
	case !more:
		next = 0
	}
	return items, next, nil
}

// Each calls fn for the oldest event first, with its message, up to the newest
// event at the time of the call. It holds a page in memory, not the log.
func (s *Store) Each(ctx context.Context, a Ask, fn func(*event.Record) error) error {
	a.Message = true
	head := s.Counters().Head
	if a.Before == 0 || a.Before > head+1 {
		a.Before = head + 1
	}
	sent := 0
	return s.scan(ctx, a, false, func(r *event.Record) (bool, error) {
		if err := fn(r); err != nil {
			return false, err
		}
		sent++
		return a.Limit <= 0 || sent < a.Limit, nil
	}, nil)
}

// Event returns one event with its message.
func (s *Store) Event(ctx context.Context, seq int64) (event.Record, error) {
	r, err := s.row(ctx, seq)
	if err != nil {
		return event.Record{}, err
	}
	err = s.fillMessage(ctx, &r)
	return r.Record, err
}

// Raw returns the request an event came in, its body, and where the event stood in it.
func (s *Store) Raw(ctx context.Context, seq int64) (event.Request, []byte, event.Span, error) {
	var request event.Request
	r, err := s.row(ctx, seq)
	if err != nil {
		return request, nil, event.Span{}, err
	}
	e, err := s.entry(ctx, &r)
	if err != nil {
		return request, nil, event.Span{}, err
	}
	err = json.Unmarshal(e.request, &request)
	return request, slices.Clone(e.body), e.span, err
}

// Count counts the events that a selects.
func (s *Store) Count(ctx context.Context, a Ask) (int64, error) {
	w := s.where(ctx, a)
	if w.exact {
		var n int64
		err := s.readers.QueryRowContext(ctx, "SELECT count(*) FROM events WHERE "+w.String(), w.args...).Scan(&n)
		return n, err
	}
	n := int64(0)
	a.Message = false
	err := s.scan(ctx, a, false, func(*event.Record) (bool, error) { n++; return true, nil }, nil)
	return n, err
}

// scan goes through the events that a selects, a page at a time, until fn says
// false. With left, it stops after that many rows; left is then the negative of
// the seq to carry on before.
func (s *Store) scan(ctx context.Context, a Ask, newest bool, fn func(*event.Record) (bool, error), left *int) error {
	w := s.where(ctx, a)
	inMatch := !w.exact && a.Query.NeedsMessage()
	limit := pageRows
	if w.exact && a.Limit > 0 {
		limit = min(pageRows, a.Limit+1)
	}
	for {
		page, err := s.page(ctx, w, newest, limit)
		if err != nil {
			return err
		}
		for i := range page {
			r := &page[i]
			if a.Message || inMatch {
				if err := s.fillMessage(ctx, r); errors.Is(err, sql.ErrNoRows) {
					continue // purged since the page was read
				} else if err != nil {
					return err
				}
			}
			if !w.exact && !a.Query.Match(&r.Record) {
				continue
			}
			if !a.Message {
				r.Message = nil
			}
			if more, err := fn(&r.Record); err != nil || !more {
				return err
			}
		}
		if len(page) < limit {
			return nil
		}
		last := page[len(page)-1].Seq
		if newest {
			w.before = last
		} else {
			w.after = last
		}
		if left != nil {
			if *left -= len(page); *left <= 0 {
				*left = -int(last)
				return nil
			}
		}
	}
}

func (s *Store) page(ctx context.Context, w *where, newest bool, limit int) ([]row, error) {
	order := " ORDER BY seq LIMIT ?"
	if newest {
		order = " ORDER BY seq DESC LIMIT ?"
	}
	rows, err := s.readers.QueryContext(ctx, "SELECT "+columns+" FROM events WHERE "+w.String()+order, append(slices.Clip(w.args), limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var page []row
	for rows.Next() {
		var r row
		if err := s.read(rows, &r); err != nil {
			return nil, err
		}
		page = append(page, r)
	}
	return page, rows.Err()
}

func (s *Store) row(ctx context.Context, seq int64) (row, error) {
	var r row
	err := s.read(s.readers.QueryRowContext(ctx, "SELECT "+columns+" FROM events WHERE seq = ? AND deleted = 0", seq), &r)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fault.New(fault.NotFound, "There is no event %d. It may have been deleted, or pruned by retention.", seq)
	}
	return r, err
}

func (s *Store) read(from interface{ Scan(...any) error }, r *row) error {
	var received, source, timestamp, verdict int64
	var disposition string
	var findings, added, masked sql.NullString
	err := from.Scan(&r.Seq, &received, &source, &r.Type, &r.Name, &r.UserID, &r.AnonymousID, &r.MessageID, &timestamp,
		&disposition, &verdict, &findings, &added, &masked, &r.Summary, &r.Size, &r.RunID, &r.block, &r.place)
	if err != nil {
		return err
	}
	r.ReceivedAt, r.Timestamp = fromMicros(received), fromMicros(timestamp)
	r.Source = s.sources.Load().ref(source)
	r.Disposition, r.Verdict = event.Disposition(disposition), verdicts()[verdict&3]
	r.Findings, r.Added, r.Masked = []event.Finding{}, []string{}, []string{}
	return errors.Join(fromJSON(findings, &r.Findings), fromJSON(added, &r.Added), fromJSON(masked, &r.Masked))
}

func fromJSON(text sql.NullString, to any) error {
	if !text.Valid {
		return nil
	}
	return json.NewDecoder(strings.NewReader(text.String)).Decode(to)
}

func (s *Store) entry(ctx context.Context, r *row) (entry, error) {
	block, err := s.block(ctx, r.block)
	if err != nil {
		return entry{}, err
	}
	return readEntry(block, r.place)
}

func (s *Store) fillMessage(ctx context.Context, r *row) error {
	e, err := s.entry(ctx, r)
	r.Message = slices.Clone(e.message)
	return err
}

func verdicts() [4]event.Verdict {
	return [4]event.Verdict{event.Good, event.HasWarning, event.HasViolation, event.WouldDrop}
}

func verdictNumber(v event.Verdict) int {
	return max(slices.Index([]event.Verdict{event.Good, event.HasWarning, event.HasViolation, event.WouldDrop}, v), 0)
}
