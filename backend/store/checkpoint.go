package store

import (
	"encoding/binary"
	"os"
	"sync"
	"sync/atomic"
)

// checkpointPages is how long the write-ahead log gets before it is copied into
// the database, about 4 MB: while so much is put on disk, commits wait for the
// disk, and more of it at once makes them wait longer.
const checkpointPages = 1_000

// checkpointer copies the write-ahead log into the database. SQLite does so
// within a COMMIT, and whoever sends waits for tens of milliseconds then. Here a
// connection of its own copies nearly all of it while the writer goes on; the
// writer copies what came meanwhile, a little, after which SQLite begins the log
// anew.
type checkpointer struct {
	file    string
	conn    *direct
	index   *os.File // the write-ahead log's index
	next    uint32   // pages in the log that make a copy due; for the flusher's goroutine, and the writer's while that rests
	stage   atomic.Int32
	running sync.WaitGroup
}

const (
	resting int32 = iota
	copying
	copied // all but what came since
)

// look begins to copy when the log has become long. It is for the flusher's
// goroutine only.
func (c *checkpointer) look() {
	n := c.pages()
	if n+checkpointPages < c.next {
		c.next = checkpointPages // the log was begun anew
	}
	if n < max(c.next, checkpointPages) || !c.stage.CompareAndSwap(resting, copying) {
		return
	}
	c.next = n + checkpointPages // should a reader keep the log from beginning anew
	c.running.Go(func() {
		_ = c.copy() // as on a full disk: it stays in the log, and is tried again
		c.stage.Store(copied)
	})
}

// copy opens a connection for the first time.
func (c *checkpointer) copy() (err error) {
	if c.conn == nil {
		if c.conn, err = openDirect(c.file, "cache_size(-256)"); err != nil {
			return err
		}
	}
	return c.conn.checkpoint()
}

// finish copies what came while most of the log was copied. It is for the
// writer's goroutine only, between two commits.
func (c *checkpointer) finish(hot *direct) {
	if c.stage.Load() == copied {
		_ = hot.checkpoint() // likewise
		c.stage.Store(resting)
	}
}

func (d *direct) checkpoint() error { return d.exec("PRAGMA wal_checkpoint(PASSIVE)") }

// pages is the length of the log by its index (sqlite.org/walformat.html, the
// field mxFrame); 0 when that cannot be read. SQLite itself copies a log of four
// times the length.
func (c *checkpointer) pages() uint32 {
	var err error
	if c.index == nil {
		if c.index, err = os.Open(c.file + "-shm"); err != nil {
			return 0
		}
	}
	var field [4]byte
	if _, err := c.index.ReadAt(field[:], 16); err != nil {
		return 0
	}
	return binary.NativeEndian.Uint32(field[:])
}

// end waits for a copy that is being made.
func (c *checkpointer) end() {
	c.running.Wait()
	if c.conn != nil {
		c.conn.close()
	}
	if c.index != nil {
		_ = c.index.Close() // was only read
	}
}
