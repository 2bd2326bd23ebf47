package store

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"

	"sidetrack/backend/event"
)

// flusher puts what was committed on disk, and tells the senders then.
//
// SQLite at synchronous=FULL flushes its write-ahead log within COMMIT, and
// nothing else can be written meanwhile. The hot connection leaves that flush to
// us: the log is flushed all the same before anybody is answered, and the writer
// puts the rows of its next commit together in that time. Everything else,
// checkpoints too, SQLite flushes itself.
type flusher struct {
	file  string       // the write-ahead log
	sync  func() error // flushes it
	given chan flushing
	ended chan struct{} // one for each that was given
	out   int           // given and not ended, two at most; for the writer's goroutine only
	log   *os.File      // for the flusher's goroutine, and the writer's while that rests

	failed atomic.Bool // until the log was begun anew
}

var errUnflushed = errors.New("flush the event log: it failed before, and the log was not begun anew yet")

type flushing struct {
	jobs    []*job
	records []event.Record
}

// begin sets the flusher going; tell hears what became of every commit, in
// their order, and then has its turn after each.
func (f *flusher) begin(tell func([]*job, []event.Record, error), then func()) {
	f.given, f.ended = make(chan flushing, 1), make(chan struct{}, 2)
	go func() {
		for c := range f.given {
			tell(c.jobs, c.records, f.flush())
			then()
			f.ended <- struct{}{}
		}
		if f.log != nil {
			_ = f.log.Close() // what was written is on disk
		}
		close(f.ended)
	}()
}

// flush puts the log on disk. Once that has failed, a system may take for written
// what never was: the next flush would succeed, and what it acknowledged would
// stand behind a gap. So nothing is acknowledged until the log was begun anew.
func (f *flusher) flush() error {
	if f.failed.Load() {
		return errUnflushed
	}
	err := f.sync()
	f.failed.Store(err != nil)
	return err
}

// start flushes a commit while the writer goes on. One commit may wait for its
// turn.
func (f *flusher) start(jobs []*job, records []event.Record) {
	for f.out > 1 {
		f.hear()
	}
	f.out++
	f.given <- flushing{jobs, records}
}

// hear waits for a flush to end.
func (f *flusher) hear() {
	<-f.ended
	f.out--
}

// wait returns when nothing is left to be flushed.
func (f *flusher) wait() {
	for f.out > 0 {
		f.hear()
	}
}

// end waits for the last flush and ends the flusher.
func (f *flusher) end() {
	f.wait()
	close(f.given)
	<-f.ended
}

// flushLog opens the log at the first commit, when it is there for certain.
func (f *flusher) flushLog() (err error) {
	if f.log == nil {
		f.log, err = os.OpenFile(f.file, os.O_RDWR, 0)
	}
	if err == nil {
		err = flushData(f.log)
	}
	if err != nil {
		return fmt.Errorf("flush the event log: %w", err)
	}
	return nil
}

// mend begins the log anew when a flush of it has failed: all of it is copied
// into the database, which SQLite flushes.
func (w *writer) mend() error {
	if !w.flush.failed.Load() {
		return nil
	}
	w.flush.wait()
	stmt, err := w.hot.prepare("PRAGMA wal_checkpoint(TRUNCATE)")
	if err != nil {
		return err
	}
	busy, _, err := stmt.find()
	if err != nil || busy != 0 {
		return errors.Join(errUnflushed, err)
	}
	w.flush.failed.Store(false)
	return nil
}
