package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/schema"
)

const (
	seenPage  = 64     // events counted in one step, about a millisecond and a half
	seenFlush = 2_000  // events counted before what they changed is written
	seenRows  = 64     // rows written in one of the writer's turns
	seenHeld  = 20_000 // properties held in memory between two steps
	seenDays  = 400    // how long counts are kept
	seenDelay = time.Second
)

// seen follows the log and counts what sources send (package schema). It reads
// what was committed and writes its rows in turns of the writer, so that nobody
// who sends waits for it. A row knows the newest event that is in it, and going
// over events again does no harm: after a crash it goes on from the place that
// was written last.
type seen struct {
	mu     sync.Mutex // for all of it; not held by readers of the rows
	loaded bool
	after  int64 // counted up to this Seq
	rows   map[schema.Key]*seenRow
	names  map[string]map[seenName]bool // by source
	fresh  int                          // events counted since rows were written
	held   int                          // properties in rows
	wrote  time.Time
	today  int64 // when old days were removed
	upsert *statement
	move   *statement

	through atomic.Int64 // counted and written up to this Seq
	recent  recent
}

type seenRow struct {
	tally *schema.Tally
	dirty bool
}

type seenName struct{ call, name string }

// CountedSchema tells how far counting has come.
type CountedSchema struct {
	Events int  // looked at in this step
	More   bool // there is more to count at once
}

// CountSchema counts the next events of the log into the schema, a few at a
// time. What it counted is written once a second, or after 2,000 events.
func (s *Store) CountSchema(ctx context.Context) (CountedSchema, error) {
	f := &s.seen
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := s.loadSeen(ctx); err != nil {
		return CountedSchema{}, err
	}
	var out CountedSchema
	if head := s.Counters().Head; head > f.after {
		n, err := s.countNext(ctx, head)
		if err != nil {
			return out, s.startOver(ctx, err)
		}
		out = CountedSchema{n, f.after < head}
	}
	if f.fresh == 0 {
		f.through.Store(f.after)
		return out, nil
	}
	if f.fresh < seenFlush && f.held < seenHeld && time.Since(f.wrote) < seenDelay {
		return out, nil
	}
	if err := s.writeSeen(ctx); err != nil {
		return out, s.startOver(ctx, err)
	}
	return out, nil
}

var errTally = errors.New("a row of the schema cannot be read")

// startOver goes back to what was written: a step counts whole, or not at all.
// When that cannot be read, the log is counted anew.
func (s *Store) startOver(ctx context.Context, err error) error {
	s.forgetSeen()
	if errors.Is(err, errTally) {
		err = errors.Join(err, s.change(ctx, func(conn *sql.Conn) error { return clearSeen(ctx, conn) }))
	}
	return s.noticed(err)
}

// SchemaThrough is the Seq up to which Schema has counted.
func (s *Store) SchemaThrough() int64 { return s.seen.through.Load() }

// loadSeen reads how far the log was counted. Counts by other rules are thrown
// away.
func (s *Store) loadSeen(ctx context.Context) error {
	f := &s.seen
	if today := schema.DayOf(s.o.Now()); f.today != today {
		err := s.change(ctx, func(conn *sql.Conn) error {
			_, err := conn.ExecContext(ctx, "DELETE FROM schema_days WHERE day < ?", today-seenDays)
			return err
		})
		if err != nil {
			return err
		}
		s.forgetSeen()
		f.today = today
	}
	if f.loaded {
		return nil
	}
	var version int
	if err := s.read.QueryRowContext(ctx, "SELECT version, after_seq FROM schema_progress").Scan(&version, &f.after); err != nil {
		return err
	}
	if version != schema.Version {
		if err := s.change(ctx, func(conn *sql.Conn) error { return clearSeen(ctx, conn) }); err != nil {
			return err
		}
		f.after = 0
	}
	f.loaded = true
	f.through.Store(f.after)
	return nil
}

// clearSeen throws all counts away; the log is counted from its start then.
func clearSeen(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, "DELETE FROM schema_days"); err != nil {
		return err
	}
	_, err := conn.ExecContext(ctx, "UPDATE schema_progress SET version = ?, after_seq = 0", schema.Version)
	return err
}

// forgetSeen drops what is in memory; what was written is read again. The
// caller holds mu.
func (s *Store) forgetSeen() {
	f := &s.seen
	f.loaded, f.fresh, f.held = false, 0, 0
	f.rows, f.names = map[schema.Key]*seenRow{}, map[string]map[seenName]bool{}
}

// countNext counts some of the events up to head: those that are still held, or
// a page of the log.
func (s *Store) countNext(ctx context.Context, head int64) (n int, err error) {
	f := &s.seen
	if list := f.recent.after(f.after, seenPage); len(list) > 0 {
		for i := range list {
			r := list[i]
			f.after = r.Seq
			if err := s.countOne(ctx, &r); err != nil {
				return 0, err
			}
		}
		return len(list), nil
	}
	list, err := s.page(ctx, s.where(Ask{After: f.after}), "ASC", seenPage)
	if err == nil {
		err = s.countPage(ctx, list)
	}
	if err == nil && len(list) < seenPage {
		f.after = max(f.after, head) // what is not there was deleted
	}
	return len(list), err
}

// countPage counts a page of events. One whose message cannot be read counts
// without its properties.
func (s *Store) countPage(ctx context.Context, list []rowAt) error {
	var b openBlock
	for i := range list {
		r := &list[i]
		s.seen.after = r.Seq
		if _, counts := schema.KeyOf(&r.Record); counts {
			here, err := s.fill(ctx, r, &b)
			if err != nil && !errors.Is(err, errBlock) {
				return err
			}
			if !here && err == nil {
				continue // deleted meanwhile
			}
		}
		if err := s.countOne(ctx, &r.Record); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) countOne(ctx context.Context, r *event.Record) error {
	f := &s.seen
	f.fresh++
	key, counts := schema.KeyOf(r)
	if !counts {
		return nil
	}
	row, err := s.seenRow(ctx, key, r)
	if err != nil {
		return err
	}
	before := len(row.tally.Properties)
	row.tally.Fold(r)
	row.dirty = true
	f.held += len(row.tally.Properties) - before
	return nil
}

// seenRow returns where an event is counted. What has no place of its own loses
// its message: only that it came is counted.
func (s *Store) seenRow(ctx context.Context, key schema.Key, r *event.Record) (*seenRow, error) {
	f := &s.seen
	names := f.names[key.Source]
	if names == nil {
		var err error
		if names, err = s.seenNames(ctx, key.Source); err != nil {
			return nil, err
		}
		f.names[key.Source] = names
	}
	name := seenName{key.Call, key.Name}
	if !names[name] && (len(names) >= schema.MaxEvents || !key.Countable()) {
		key, r.Message = key.Uncounted(), nil
	} else {
		names[name] = true
	}
	if row := f.rows[key]; row != nil {
		return row, nil
	}
	row := &seenRow{tally: &schema.Tally{}}
	var packed []byte
	err := s.read.QueryRowContext(ctx, "SELECT tally FROM schema_days WHERE source_n = ? AND call = ? AND name = ? AND day = ?",
		s.sources.Load().number(key.Source), key.Call, key.Name, key.Day).Scan(&packed)
	if err == nil {
		row.tally, err = s.blocks.tally(packed)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	f.rows[key] = row
	f.held += len(row.tally.Properties)
	return row, nil
}

// seenNames lists the names of a source that are counted.
func (s *Store) seenNames(ctx context.Context, source string) (map[seenName]bool, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT DISTINCT call, name FROM schema_days WHERE source_n = ? AND call <> ''", s.sources.Load().number(source))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names := map[seenName]bool{}
	for rows.Next() {
		var n seenName
		if err := rows.Scan(&n.call, &n.name); err != nil {
			return nil, err
		}
		names[n] = true
	}
	return names, rows.Err()
}

// tally opens a row's counts.
func (p packer) tally(packed []byte) (*schema.Tally, error) {
	t := &schema.Tally{}
	text, err := p.dec.DecodeAll(packed, nil)
	if err == nil {
		err = json.Unmarshal(text, t)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errTally, err)
	}
	return t, nil
}
