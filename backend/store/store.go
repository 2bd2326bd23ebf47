// Package store keeps the event log in one SQLite file: one writer, many
// readers.
//
// An event is on disk before Append returns, and has a seq that is never given
// out again. What was sent comes back byte for byte. Readers never make the
// writer wait. Rows are the store's own; outside, only records travel.
//
// It leaves to others what an event means: findings and verdicts arrive with
// the record, except for duplicate ids, which only the log can see.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"sidetrack/backend/event"
)

// Options say where the log lives and who wants to hear of it.
type Options struct {
	Dir       string
	Log       *slog.Logger
	Now       func() time.Time
	Retention Retention
	OnCommit  func([]event.Record) // records in seq order, after the commit; must not block
	// SentDuplicate is called before rec is stored when its source sent the same
	// messageId within 24 hours. It adds the finding; the verdict follows.
	SentDuplicate func(rec *event.Record, firstSeq int64)
	QueueEvents   int // waiting for the disk at most, 20,000 by default
	QueueBytes    int // 64 MB by default
}

// Retention says how much is kept. Zero is no limit.
type Retention struct {
	MaxAge    time.Duration
	MaxBytes  int64
	MaxEvents int64
}

// Store is an open event log.
type Store struct {
	opt      Options
	problems []string
	problem  atomic.Pointer[string]

	write   sync.Mutex // held for the length of a transaction
	hot     *sql.DB
	conn    *sql.Conn // of hot; used under write
	st      statements
	rows    *gorm.DB // sources and what else is not hot; written under write
	readers *sql.DB

	queue    queue
	tally    tally
	sources  atomic.Pointer[sourceSet]
	codes    atomic.Pointer[map[string]int64]
	blocks   *blockCache
	packer   packer
	deletes  deletes
	stop     context.CancelFunc
	finished sync.WaitGroup
}

// Open opens the log in o.Dir, and makes it the first time. A file that cannot
// be read is set aside, never deleted; see Problems.
func Open(o Options) (*Store, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.QueueEvents == 0 {
		o.QueueEvents = 20_000
	}
	if o.QueueBytes == 0 {
		o.QueueBytes = 64 << 20
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	path, err := filepath.Abs(filepath.Join(o.Dir, "sidetrack.db"))
	if err != nil {
		return nil, err
	}
	s, err := open(o, path)
	if !corrupt(err) {
		return s, err
	}
	aside, moveErr := setAside(path, o.Now())
	if moveErr != nil {
		return nil, errors.Join(err, moveErr)
	}
	problem := fmt.Sprintf("The event log could not be read (%v). It was set aside as %s and a new one was started.", err, aside)
	o.Log.Error("event log set aside", "file", aside, "err", err)
	if s, err = open(o, path); err != nil {
		return nil, err
	}
	s.problems = append(s.problems, problem)
	return s, nil
}

func open(o Options, path string) (*Store, error) {
	s := &Store{opt: o, blocks: newBlockCache()}
	s.queue.init(o.QueueEvents, o.QueueBytes)
	if err := s.connect(path); err != nil {
		s.disconnect()
		return nil, fmt.Errorf("open the event log %s: %w", path, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.finished.Go(s.writeLoop)
	s.finished.Go(func() { s.maintain(ctx) })
	return s, nil
}

// connect opens the three handles and reads what is kept in memory.
func (s *Store) connect(path string) error {
	ctx := context.Background()
	var err error
	if s.hot, err = openWriter(path); err != nil {
		return err
	}
	if s.conn, err = s.hot.Conn(ctx); err != nil {
		return err
	}
	if err := migrate(ctx, s.conn); err != nil {
		return err
	}
	if s.rows, err = openRows(path); err != nil {
		return err
	}
	if s.readers, err = openReaders(path); err != nil {
		return err
	}
	if err := s.st.prepare(ctx, s.conn); err != nil {
		return err
	}
	if err := s.packer.init(); err != nil {
		return err
	}
	for _, load := range []func(context.Context) error{s.loadCounters, s.loadCodes, s.loadDeletes, s.firstSources} {
		if err := load(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) disconnect() error {
	var errs []error
	s.st.close()
	if s.conn != nil {
		errs = append(errs, s.conn.Close())
	}
	if s.readers != nil {
		errs = append(errs, s.readers.Close())
	}
	if s.rows != nil {
		db, err := s.rows.DB()
		errs = append(errs, err)
		if err == nil {
			errs = append(errs, db.Close())
		}
	}
	if s.hot != nil {
		errs = append(errs, s.hot.Close())
	}
	s.packer.close()
	s.blocks.close()
	return errors.Join(errs...)
}

// Close commits what waits, then closes the file. Later calls of Append fail.
func (s *Store) Close() error {
	s.queue.close()
	s.stop()
	s.finished.Wait()
	return s.disconnect()
}

// Problem returns why writes fail at the moment, and "" when they do not.
func (s *Store) Problem() string {
	if p := s.problem.Load(); p != nil {
		return *p
	}
	return ""
}

// Problems returns what a person should know about this start.
func (s *Store) Problems() []string { return s.problems }
