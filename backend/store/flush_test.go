package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
)

// heldFlush makes every flush wait until it is let go.
func heldFlush(s *Store) (began, letGo chan struct{}) {
	began, letGo = make(chan struct{}, 100), make(chan struct{})
	flush := s.w.flush.sync
	s.w.flush.sync = func() error {
		began <- struct{}{}
		<-letGo
		return flush()
	}
	return began, letGo
}

// answered appends an event of its own in the background.
func (s *Store) answered(t *testing.T, id string) <-chan error {
	t.Helper()
	done := make(chan error, 1)
	a := s.single(time.Now(), id, "u", `{}`)
	go func() { done <- s.Append(context.Background(), a) }()
	return done
}

func TestNobodyIsAnsweredBeforeTheLogIsFlushed(t *testing.T) {
	var heard atomic.Int64
	s := openLog(t, Options{OnCommit: func(rs []event.Record) { heard.Add(int64(len(rs))) }})
	began, letGo := heldFlush(s)
	done := s.answered(t, "a")
	<-began
	select {
	case err := <-done:
		t.Fatal("answered before the flush:", err)
	case <-time.After(50 * time.Millisecond):
	}
	if c := s.Counters(); c.Stored != 0 || c.Pending != 1 || heard.Load() != 0 {
		t.Errorf("before the flush: %+v, %d heard", c, heard.Load())
	}
	close(letGo)
	if err := <-done; err != nil || s.Counters().Stored != 1 || heard.Load() != 1 {
		t.Error("after it:", err, s.Counters(), heard.Load())
	}
}

// What arrives while a commit is flushed makes one commit, in order.
func TestArrivalsGatherWhileTheLogIsFlushed(t *testing.T) {
	var mu sync.Mutex
	var commits [][]int64
	s := openLog(t, Options{OnCommit: func(rs []event.Record) {
		mu.Lock()
		defer mu.Unlock()
		var seqs []int64
		for _, r := range rs {
			seqs = append(seqs, r.Seq)
		}
		commits = append(commits, seqs)
	}})
	began, letGo := heldFlush(s)
	var all []<-chan error
	for i := range 4 {
		all = append(all, s.answered(t, fmt.Sprint(i)))
		if i == 0 {
			<-began
		}
	}
	eventually(t, "all of them", func() bool { return s.Counters().Pending == 4 })
	close(letGo)
	for _, done := range all {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if got := fmt.Sprint(commits); got != "[[1] [2 3 4]]" {
		t.Error("the commits are", got)
	}
}

// A commit that is large enough does not wait for the flush of the one before,
// and a third waits for both.
func TestALargeCommitIsWrittenWhileTheLogIsFlushed(t *testing.T) {
	s := openLog(t, Options{})
	began, letGo := heldFlush(s)
	held, release := make(chan struct{}), make(chan struct{})
	go s.change(context.Background(), holdOpen(held, release))
	<-held
	all := []<-chan error{s.answered(t, "0"), s.answered(t, "1")} // one alone the writer flushes itself
	eventually(t, "two that wait", func() bool { return s.Counters().Pending == 2 })
	close(release)
	<-began
	for i := range 3 * aheadEvents {
		all = append(all, s.answered(t, fmt.Sprint("more", i)))
	}
	visible := func(n int64) func() bool {
		return func() bool {
			var have int64
			err := s.read.QueryRow("SELECT count(*) FROM events").Scan(&have)
			return err == nil && have >= n
		}
	}
	eventually(t, "a second commit in the log", visible(2+aheadEvents-1))
	if c := s.Counters(); c.Stored != 0 {
		t.Errorf("%d are said to be stored", c.Stored)
	}
	close(letGo)
	for _, done := range all {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if c := s.Counters(); c.Stored != int64(len(all)) || c.Head != c.Stored {
		t.Errorf("%+v", c)
	}
}

// A change waits until those before it were told, and what comes after waits
// for it.
func TestChangesKeepTheirTurnWhileTheLogIsFlushed(t *testing.T) {
	s := openLog(t, Options{})
	began, letGo := heldFlush(s)
	first := s.answered(t, "a")
	<-began
	var then Counters
	change := &job{done: make(chan error, 1), change: func(*sql.Conn) error {
		then = s.Counters()
		return nil
	}}
	if err := s.w.enqueue(context.Background(), change); err != nil {
		t.Fatal(err)
	}
	second := s.answered(t, "b")
	eventually(t, "one that waits", func() bool { return s.Counters().Pending == 2 })
	close(letGo)
	for _, done := range []<-chan error{first, change.done, second} {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if then.Stored != 1 || then.Pending != 1 || s.Counters().Stored != 2 {
		t.Errorf("at the change %+v, at the end %+v", then, s.Counters())
	}
}

// What could not be flushed is not acknowledged. It may still be there, and is
// known for the same when it comes again.
func TestAFailedFlushIsNotAcknowledged(t *testing.T) {
	s := openLog(t, Options{SentDuplicate: firstOf})
	flush := s.w.flush.sync
	s.w.flush.sync = func() error { return errors.New("the disk is gone") }
	a := s.single(time.Now(), "a", "u", `{}`)
	if err := s.Append(context.Background(), a); fault.KindOf(err) != fault.Unavailable || a.Records[0].Seq != 0 {
		t.Error(err, a.Records[0].Seq)
	}
	if s.Problem() == "" {
		t.Error("nobody is told")
	}
	s.w.flush.sync = flush
	length := func() int64 {
		info, err := os.Stat(s.file + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	before := length()
	again := s.must(t, s.single(time.Now(), "a", "u", `{}`))
	if length() >= before {
		t.Error("the log goes on behind what may never have been written")
	}
	if r := again.Records[0]; r.Seq != 2 || len(r.Findings) != 1 || s.Problem() != "" {
		t.Errorf("#%d %v %q", r.Seq, r.Findings, s.Problem())
	}
	if c := s.Counters(); c.Stored != 2 || c.Received != 2 || c.Head != 2 {
		t.Errorf("%+v", c)
	}
}

// A flush that works again acknowledges nothing while the log may have a gap.
func TestAGapInTheLogIsNotWrittenBehind(t *testing.T) {
	s := openLog(t, Options{})
	flush, failing := s.w.flush.sync, true
	s.w.flush.sync = func() error {
		if failing {
			failing = false
			return errors.New("the disk is gone")
		}
		return flush()
	}
	if err := s.Append(context.Background(), s.single(time.Now(), "a", "u", `{}`)); err == nil {
		t.Fatal("acknowledged")
	}
	rows, err := s.read.Query("SELECT seq FROM events") // keeps the log from being begun anew
	if err != nil || !rows.Next() {
		t.Fatal(err)
	}
	s.w.hot.conn.SetBusyTimeout(0)
	if err := s.Append(context.Background(), s.single(time.Now(), "b", "u", `{}`)); fault.KindOf(err) != fault.Unavailable {
		t.Error(err)
	}
	if _, _, err := s.Delete(context.Background(), Ask{}); err == nil {
		t.Error("a change was made behind the gap")
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	s.must(t, s.single(time.Now(), "c", "u", `{}`))
}

func TestACommitThatCannotBeginIsAnswered(t *testing.T) {
	s := openLog(t, Options{})
	begin := s.w.insert.begin
	s.w.insert.begin = s.w.insert.commit // fails: there is nothing to commit
	if err := s.Append(context.Background(), s.single(time.Now(), "a", "u", `{}`)); fault.KindOf(err) != fault.Unavailable {
		t.Error(err)
	}
	s.w.insert.begin = begin
	if r := s.must(t, s.single(time.Now(), "a", "u", `{}`)).Records[0]; r.Seq != 1 || s.Counters().Stored != 1 {
		t.Error(r.Seq, s.Counters())
	}
}
