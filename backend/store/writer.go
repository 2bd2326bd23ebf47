package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
)

// writer is the only one that changes the database.
type writer struct {
	s          *Store
	conn       *sql.Conn
	hot        *direct // for arrivals; conn is for everything else
	insert     inserter
	examiner   examiner
	violations violationBook
	group      group // for the writer's goroutine only
	block      int64 // id of the last block; an id is used once, so what was read under it stays true
	head       int64 // newest Seq that was committed
	ids        heldIDs
	flush      flusher
	checkpoint checkpointer
	running    sync.WaitGroup
	work       chan struct{} // something was queued
	problem    atomic.Pointer[string]

	mu       sync.Mutex
	queue    []*job
	events   int           // waiting and being committed
	bytes    int           // likewise
	messages int64         // of readable requests, likewise
	room     chan struct{} // closed and replaced when the queue shrinks
	closing  bool
	counts   Counters
}

func newWriter(s *Store) (*writer, error) {
	conn, err := s.write.Conn(context.Background())
	if err != nil {
		return nil, fmt.Errorf("open the event log: %w", err)
	}
	w := &writer{s: s, conn: conn, work: make(chan struct{}, 1), room: make(chan struct{})}
	w.group = group{ids: map[idKey]heldID{}, rollups: map[rollupKey]int64{}, minutes: map[int64]stretch{}, sightings: map[sightingKey]int64{}}
	if s.o.QueueEvents <= 0 {
		s.o.QueueEvents = defaultQueue
	}
	if s.o.QueueBytes <= 0 {
		s.o.QueueBytes = defaultBytes
	}
	var last int64
	c := &w.counts
	err = conn.QueryRowContext(context.Background(), "SELECT stored, rejected, pruned, deleted, head, last_received FROM counters").
		Scan(&c.Stored, &c.Rejected, &c.Pruned, &c.Deleted, &c.Head, &last)
	if err != nil {
		return nil, fmt.Errorf("read the counters: %w", err)
	}
	if last > 0 {
		c.LastReceived = time.UnixMicro(last).UTC()
	}
	if err := conn.QueryRowContext(context.Background(), "SELECT coalesce(max(id), 0) FROM blocks").Scan(&w.block); err != nil {
		return nil, fmt.Errorf("read the newest block: %w", err)
	}
	w.head = c.Head
	if err := w.ids.load(context.Background(), conn); err != nil {
		return nil, err
	}
	w.checkpoint.file = s.file
	w.flush.file, w.flush.sync = s.file+"-wal", w.flush.flushLog
	if w.hot, err = openDirect(s.file, append(slices.Clone(writerPragmas), "synchronous(NORMAL)", fmt.Sprintf("wal_autocheckpoint(%d)", 4*checkpointPages))...); err != nil {
		return nil, err
	}
	w.violations.conn = conn
	if err := errors.Join(w.insert.prepare(w.hot), w.violations.prepare(w.hot)); err != nil {
		w.hot.close()
		return nil, fmt.Errorf("open the event log: %w", err)
	}
	return w, nil
}

// newBlockID is for the writer's goroutine only.
func (w *writer) newBlockID() int64 {
	w.block++
	return w.block
}

// run commits what waits, again and again, until close and an empty queue.
func (w *writer) run() {
	w.flush.begin(w.acknowledge, w.checkpoint.look)
	for {
		jobs, last := w.next(0, 0)
		switch {
		case len(jobs) == 0 && last:
			w.flush.end()
			w.checkpoint.end()
			return
		case len(jobs) == 0:
			<-w.work
		case jobs[0].change != nil:
			w.flush.wait() // what came before is told before
			w.makeChange(jobs)
		default:
			w.commit(jobs)
		}
	}
}

func (w *writer) makeChange(jobs []*job) {
	err := w.mend()
	switch j := jobs[0]; {
	case err != nil:
	case j.hot:
		err = w.hotTransaction(j.change)
	default:
		w.s.seen.recent.forget()
		if err = w.writeHeldIDs(); err != nil {
			break
		}
		if j.bare {
			err = j.change(w.conn)
		} else {
			err = w.transaction(j.change)
		}
	}
	w.settle(jobs, nil, err)
	jobs[0].done <- err
}

// commit stores arrivals and hands them on to be flushed. Until the commit
// before it is on disk, it takes in what arrives.
func (w *writer) commit(jobs []*job) {
	g := w.newGroup(jobs)
	w.checkpoint.finish(w.hot)
	err := w.mend()
	if err == nil {
		err = w.insert.begin.run()
	}
	if err != nil {
		g.jobs = jobs
	}
	for err == nil && len(jobs) > 0 {
		if err = w.insertJobs(g, jobs); err == nil {
			jobs = w.more(g)
		}
	}
	if err == nil {
		err = w.endGroup(g)
	}
	if err != nil {
		w.flush.wait()
		w.violations.forget()
		_ = w.insert.rollback.run() // fails when SQLite has rolled back by itself
		w.acknowledge(g.jobs, nil, err)
		return
	}
	if len(g.records) > 0 {
		w.ids.take(g)
		w.head = g.records[len(g.records)-1].Seq
	}
	if w.flush.out == 0 && len(g.jobs) == 1 && w.isIdle() { // nothing to do meanwhile
		w.acknowledge(g.jobs, g.records, w.flush.flush())
		w.checkpoint.look()
		return
	}
	w.flush.start(g.jobs, g.records)
}

func (w *writer) isIdle() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.queue) == 0
}

// more waits for further jobs while the last commit is flushed; none when that
// is over, when the commit is large enough to follow it at once, or when the
// next job is not for this commit.
func (w *writer) more(g *group) []*job {
	for w.flush.out > 1 || w.flush.out == 1 && g.events < aheadEvents {
		select {
		case <-w.flush.ended:
			w.flush.out--
		case <-w.work:
		}
		if jobs, _ := w.next(max(1, g.events), g.bytes); len(jobs) > 0 {
			return jobs
		}
	}
	return nil
}

// acknowledge tells everybody what became of a commit.
func (w *writer) acknowledge(jobs []*job, records []event.Record, err error) {
	if len(records) > 0 {
		w.s.seen.recent.add(records) // before anybody hears of them
	}
	w.settle(jobs, records, err)
	if len(records) > 0 && w.s.o.OnCommit != nil {
		w.s.o.OnCommit(records)
	}
	for _, j := range jobs {
		if err == nil {
			j.done <- nil
			continue
		}
		for i := range j.arrival.Records {
			j.arrival.Records[i].Seq = 0
		}
		j.done <- fault.New(fault.Unavailable, "could not be stored: %w", err)
	}
}

func (w *writer) hotTransaction(fn func(*sql.Conn) error) error {
	if err := w.insert.begin.run(); err != nil {
		return err
	}
	err := fn(nil)
	if err == nil {
		err = w.violations.writeArrivals()
	}
	if err == nil {
		err = w.insert.commit.run()
	}
	if err != nil {
		w.violations.forget()
		_ = w.insert.rollback.run() // fails when SQLite has rolled back by itself
	}
	return err
}

func (w *writer) transaction(fn func(*sql.Conn) error) error {
	ctx := context.Background()
	if _, err := w.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := fn(w.conn)
	if err == nil {
		err = w.violations.writeChange(ctx, w.conn)
	}
	if err == nil {
		_, err = w.conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		w.violations.forget()
		_, _ = w.conn.ExecContext(ctx, "ROLLBACK") // fails when SQLite has rolled back by itself
	}
	return err
}

// settle brings the counters in memory up to date with what was committed.
func (w *writer) settle(jobs []*job, records []event.Record, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, j := range jobs {
		w.count(j, -1)
	}
	if len(records) > 0 {
		stored, rejected := tally(records)
		w.counts.Stored += stored
		w.counts.Rejected += rejected
		w.counts.Head = records[len(records)-1].Seq
		if last := records[len(records)-1].ReceivedAt; last.After(w.counts.LastReceived) { // an import brings older ones
			w.counts.LastReceived = last
		}
	}
	close(w.room)
	w.room = make(chan struct{})
	if jobs[0].arrival == nil && !jobs[0].probe {
		return
	}
	if err == nil {
		w.problem.Store(nil)
		return
	}
	text := "Events cannot be stored at the moment: " + err.Error() + ". Senders are asked to come back; free some space or make the folder writable."
	if isCorrupt(err) {
		w.s.markDamage()
		text = "Events cannot be stored: the database is damaged (" + err.Error() + "). Start Sidetrack again; it keeps the damaged file and begins a new one."
	}
	if w.problem.Swap(&text) == nil {
		w.s.o.Log.Error("cannot store", "reason", err)
	}
}

// adjust changes a counter that the database already has.
func (w *writer) adjust(fn func(c *Counters)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	fn(&w.counts)
}

func (w *writer) snapshot() Counters {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.counts
	c.Pending = w.messages
	c.Received = c.Stored + c.Pending
	return c
}

func (w *writer) close() {
	w.mu.Lock()
	w.closing = true
	w.mu.Unlock()
	select {
	case w.work <- struct{}{}:
	default:
	}
	w.running.Wait()
	w.hot.close()
	_ = w.conn.Close()
}
