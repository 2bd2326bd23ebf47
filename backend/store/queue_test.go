package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"testing"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
)

// holdOpen is a change that keeps the writer busy until released.
func holdOpen(held, release chan struct{}) func(*sql.Conn) error {
	return func(c *sql.Conn) error {
		if _, err := c.ExecContext(context.Background(), "UPDATE counters SET head = head"); err != nil {
			return err
		}
		close(held)
		<-release
		return nil
	}
}

func TestAFullQueueIsUnavailable(t *testing.T) {
	s := openLog(t, Options{QueueEvents: 3})
	held, release := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() { s.change(context.Background(), holdOpen(held, release)) })
	<-held
	for i := range 3 {
		all.Go(func() { s.Append(context.Background(), s.single(time.Now(), fmt.Sprint(i), "u", `{}`)) })
	}
	eventually(t, "three that wait", func() bool { c := s.Counters(); return c.Pending == 3 && c.Received == 3 && c.Stored == 0 })
	late := s.single(time.Now(), "late", "u", `{}`)
	if err := s.Append(context.Background(), late); fault.KindOf(err) != fault.Unavailable || late.Records[0].Seq != 0 {
		t.Error(err, late.Records[0].Seq)
	}
	gone, stop := context.WithCancel(context.Background())
	stop()
	if err := s.Append(gone, s.single(time.Now(), "gone", "u", `{}`)); fault.KindOf(err) != fault.Unavailable {
		t.Error("a sender that left:", err)
	}
	all.Go(func() { // room in time
		if err := s.Append(context.Background(), s.single(time.Now(), "patient", "u", `{}`)); err != nil {
			t.Error(err)
		}
	})
	time.Sleep(50 * time.Millisecond)
	close(release)
	all.Wait()
	if c := s.Counters(); c.Stored != 4 || c.Pending != 0 || c.Dropped != 0 {
		t.Errorf("%+v", c)
	}
}

// An arrival larger than the whole queue is taken when nothing else waits.
func TestAnArrivalLargerThanTheQueueIsTaken(t *testing.T) {
	s := openLog(t, Options{QueueEvents: 2, QueueBytes: 10})
	s.must(t, s.batch(time.Now(), []string{`{}`, `{}`, `{}`, `{}`}, nil))
}

func TestAFailedCommitNumbersNothing(t *testing.T) {
	heard := 0
	s := openLog(t, Options{OnCommit: func([]event.Record) { heard++ }})
	broken := func(to, from string) {
		if err := s.change(context.Background(), func(c *sql.Conn) error {
			_, err := c.ExecContext(context.Background(), "ALTER TABLE "+from+" RENAME TO "+to)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	broken("sums", "rollups")
	a := s.batch(time.Now(), []string{`{}`, `{}`}, nil)
	if err := s.Append(context.Background(), a); fault.KindOf(err) != fault.Unavailable || a.Records[0].Seq != 0 || a.Records[1].Seq != 0 {
		t.Fatal(err, a.Records[0].Seq)
	}
	if c := s.Counters(); s.Problem() == "" || c.Head != 0 || c.Stored != 0 || c.Pending != 0 || heard != 0 {
		t.Errorf("%q %+v, %d commits heard", s.Problem(), c, heard)
	}
	broken("rollups", "sums")
	s.must(t, a)
	if s.Problem() != "" || a.Records[0].Seq != 1 || heard != 1 {
		t.Error(s.Problem(), a.Records[0].Seq, heard)
	}
}

func TestCloseStoresWhatWaits(t *testing.T) {
	dir := t.TempDir()
	s := openLog(t, Options{Dir: dir})
	held, release := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() { s.change(context.Background(), holdOpen(held, release)) })
	<-held
	for i := range 20 {
		all.Go(func() {
			if err := s.Append(context.Background(), s.single(time.Now(), fmt.Sprint(i), "u", `{}`)); err != nil {
				t.Error(err)
			}
		})
	}
	eventually(t, "twenty that wait", func() bool { return s.Counters().Pending == 20 })
	all.Go(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	close(release)
	all.Wait()
	if err := s.Append(context.Background(), &event.Arrival{}); fault.KindOf(err) != fault.Unavailable {
		t.Error("after Close:", err)
	}
	if n := len(openLog(t, Options{Dir: dir}).seqs(t, Ask{})); n != 20 {
		t.Errorf("%d of 20 are there", n)
	}
}

// pragma is a change that sets a pragma.
func pragma(name string, value int) func(*sql.Conn) error {
	return func(c *sql.Conn) error {
		_, err := c.ExecContext(context.Background(), fmt.Sprintf("PRAGMA %s = %d", name, value))
		return err
	}
}
