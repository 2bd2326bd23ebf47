// Package store keeps the event log and the sources in one SQLite file.
//
// There is one writer and there are many readers, chosen by intent: whatever
// waits while a commit runs is the next commit (group commit, no timer), and
// readers never make the writer wait. Append returns after COMMIT and a flush of
// the write-ahead log, as synchronous=FULL does it, so what was acknowledged
// survives a power cut.
//
// All SQL and the dialect stay in here; nothing outside knows them.
package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/glebarez/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"sidetrack/backend/event"
	"sidetrack/backend/query"
)

// Options say where the log is and what its owner wants to hear.
type Options struct {
	Dir       string
	Log       *slog.Logger
	Now       func() time.Time
	Retention Retention
	// Bounds decides the retention instead, with the stored settings known. It
	// is asked before anything is pruned.
	Bounds func(stored map[string]string) (Retention, error)

	// OnCommit hears of every commit, in Seq order. It must not block.
	OnCommit func([]event.Record)
	// SentDuplicate adds the finding for a message id that was stored within
	// the last 24 hours for the same source.
	SentDuplicate func(rec *event.Record, firstSeq int64)

	QueueEvents int // waiting events at most, 20,000 by default
	QueueBytes  int // waiting bytes at most, 64 MB by default
}

// Retention bounds the log; zero means without that bound.
type Retention struct {
	MaxAge    time.Duration
	MaxBytes  int64
	MaxEvents int64
}

// Counters are cumulative for the data folder, except Pending, Head and Bytes.
// Received = Stored + Pending; Rejected counts unreadable requests and items.
type Counters struct {
	Received, Stored, Pending, Rejected, Dropped, Pruned, Deleted, Head int64
	Bytes                                                               int64
	LastReceived                                                        time.Time
}

// Ask selects events. Zero fields do not restrict.
type Ask struct {
	Query         query.Query
	After, Before int64
	Since, Until  time.Time
	Source, Run   string
	Limit         int
	Message       bool
}

// Store is an open log.
type Store struct {
	o        Options
	file     string
	write    *sql.DB
	read     *sql.DB
	rows     *gorm.DB // reader pool, for rows that are not events
	w        *writer
	sources  atomic.Pointer[sourceSet]
	blocks   *blockCache
	seen     seen
	stop     context.CancelFunc
	loading  sync.Mutex // so that an older set of sources never replaces a newer one
	oldBytes bool       // deleted bytes are in the write-ahead log; for tend only
	tending  sync.WaitGroup
	problems []string
	damage   atomic.Pointer[string] // met while reading, until the next start

	retention atomic.Pointer[Retention] // nil while that of the options holds
	tidy      chan struct{}             // asks tend to prune now
}

const fileName = "sidetrack.db"

// Open opens the log in o.Dir and makes it when it is not there. A file that
// is not a readable database is set aside, never deleted; one from a newer
// version of Sidetrack is refused.
func Open(o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	s := &Store{o: o, file: filepath.Join(o.Dir, fileName), blocks: newBlockCache(32), tidy: make(chan struct{}, 1)}
	if info, err := os.Stat(s.file); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s is a folder, and the database belongs there; move it away, or choose another data folder", s.file)
	}
	err := s.begin()
	if err != nil && isCorrupt(err) {
		aside, moved := setAside(s.file, o.Now())
		if moved != nil {
			return nil, fmt.Errorf("the database is damaged and could not be set aside: %w", moved)
		}
		note := fmt.Sprintf("The database was damaged (%v). It was kept as %s and a new one was started.", err, aside)
		s.problems = append(s.problems, note)
		o.Log.Error(note)
		err = s.begin()
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// begin opens the file and sets the writer going, or leaves nothing open.
func (s *Store) begin() error {
	if err := s.connect(); err != nil {
		return fmt.Errorf("%s: %w", s.file, err)
	}
	err := s.checkDamage()
	if err == nil {
		err = s.start()
	}
	if err != nil {
		_ = s.Close()
		return fmt.Errorf("%s: %w", s.file, err)
	}
	return nil
}

// connect opens both handles and brings the schema up to date.
func (s *Store) connect() error {
	err := keepPrivate(s.file)
	if err != nil {
		return err
	}
	if s.write, err = open(s.file, "_txlock=immediate", append([]string{"auto_vacuum(incremental)", "journal_mode(WAL)"}, writerPragmas...)...); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	if err = migrate(s.write); err == nil {
		s.read, err = open(s.file, "", "query_only(1)", "cache_size(-16384)")
	}
	if err != nil {
		_ = s.write.Close()
		return err
	}
	s.read.SetMaxOpenConns(4)
	s.rows, err = gorm.Open(sqlite.Dialector{Conn: s.read}, &gorm.Config{SkipDefaultTransaction: true, Logger: logger.Discard})
	if err != nil {
		_, _ = s.read.Close(), s.write.Close()
	}
	return err
}

// keepPrivate makes the file readable by its owner only, whatever the folder
// allows. SQLite gives the files beside it the same rights.
func keepPrivate(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDONLY, 0o600)
	if err != nil {
		return err
	}
	_ = f.Close()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		_ = os.Chmod(file+suffix, 0o600) // somebody else's file stays as it is
	}
	return nil
}

// writerPragmas are those of both connections that change the database. Only
// one of them is at work at a time.
var writerPragmas = []string{"busy_timeout(10000)", "temp_store(memory)", "synchronous(FULL)", fmt.Sprintf("wal_autocheckpoint(%d)", checkpointPages), "journal_size_limit(67108864)", "cache_size(-32768)"}

func open(file, option string, pragmas ...string) (*sql.DB, error) {
	v := url.Values{"_pragma": append([]string{"busy_timeout(10000)", "temp_store(memory)"}, pragmas...)}
	dsn := "file:" + (&url.URL{Path: file}).EscapedPath() + "?" + v.Encode()
	if option != "" {
		dsn += "&" + option
	}
	return sql.Open(sqlite.DriverName, dsn)
}

// start reads what is held in memory and sets the writer going.
func (s *Store) start() error {
	w, err := newWriter(s)
	if err != nil {
		return err
	}
	s.w = w
	if err := s.loadSources(); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	w.running.Go(w.run)
	if err := s.firstSources(ctx); err != nil {
		return err
	}
	if err := s.takeBackUnfinished(ctx); err != nil {
		return err
	}
	if err := s.loadRetention(ctx); err != nil {
		return err
	}
	s.tending.Go(func() { s.tend(ctx) })
	s.tending.Go(func() { s.countViolations(ctx) })
	return nil
}

// Close commits what waits and closes the file.
func (s *Store) Close() error {
	if s.stop != nil {
		s.stop()
	}
	s.tending.Wait()
	if s.w != nil {
		s.w.close()
	}
	err := s.read.Close()
	if e := s.write.Close(); err == nil {
		err = e
	}
	return err
}

// Problem says why writing fails at the moment, or what was found damaged;
// empty when all is well.
func (s *Store) Problem() string {
	for _, p := range []*string{s.w.problem.Load(), s.damage.Load()} {
		if p != nil {
			return *p
		}
	}
	return ""
}

// Problems tells what happened at the start that a person should know.
func (s *Store) Problems() []string { return s.problems }

// Counters returns the counters without asking the database.
func (s *Store) Counters() Counters {
	c := s.w.snapshot()
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(s.file + suffix); err == nil {
			c.Bytes += info.Size()
		}
	}
	return c
}
