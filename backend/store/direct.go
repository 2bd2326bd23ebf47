package store

import (
	"fmt"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
)

// direct is a connection to SQLite for the writer's hot statements. It drives
// the engine of the other connections without database/sql, whose driver parses
// the SQL anew each time a statement runs: that took more than half of the time
// of an insert. One goroutine at a time may use it.
type direct struct{ conn *sqlite.Conn }

func openDirect(file string, pragmas ...string) (*direct, error) {
	conn, err := sqlite.OpenConn(file, sqlite.OpenReadWrite)
	if err != nil {
		return nil, fmt.Errorf("open the event log: %w", err)
	}
	conn.SetBusyTimeout(10 * time.Second)
	d := &direct{conn}
	for _, p := range pragmas {
		if err := d.exec("PRAGMA " + p); err != nil {
			d.close()
			return nil, fmt.Errorf("open the event log: %w", err)
		}
	}
	if err := d.keepMemory(); err != nil {
		d.close()
		return nil, fmt.Errorf("open the event log: %w", err)
	}
	return d, nil
}

// keepMemory holds a little of the engine's memory of every size for as long as
// the connection is open. Its allocator gives a page back to the system whenever
// the last piece of it is freed, and asks for it again for the next row: without
// this a fifth of the writer's time goes there.
func (d *direct) keepMemory() error {
	stmt, err := d.conn.Prepare("SELECT " + strings.Repeat("?,", 10) + "?")
	if err != nil {
		return err
	}
	for i := range 11 {
		stmt.BindBytes(i+1, make([]byte, 16<<i))
	}
	return nil
}

// exec runs SQL that is not worth keeping.
func (d *direct) exec(text string) error {
	stmt, _, err := d.conn.PrepareTransient(text)
	if err != nil {
		return err
	}
	_, err = stmt.Step()
	if e := stmt.Finalize(); err == nil {
		err = e
	}
	return err
}

// close ends the statements too; closing twice does no harm.
func (d *direct) close() {
	if d.conn != nil {
		_ = d.conn.Close() // what was committed is on disk
		d.conn = nil
	}
}

// statement is a prepared statement. Its values are given in order, with int,
// text, blob and null; then run or find runs it, once.
type statement struct {
	stmt *sqlite.Stmt
	n    int
}

func (d *direct) prepare(text string) (*statement, error) {
	stmt, err := d.conn.Prepare(text)
	return &statement{stmt: stmt}, err
}

func (s *statement) next() int { s.n++; return s.n }

func (s *statement) int(v int64) *statement   { s.stmt.BindInt64(s.next(), v); return s }
func (s *statement) text(v string) *statement { s.stmt.BindText(s.next(), v); return s }
func (s *statement) blob(v []byte) *statement { s.stmt.BindBytes(s.next(), v); return s }
func (s *statement) null() *statement         { s.stmt.BindNull(s.next()); return s }

// run runs a statement that returns nothing.
func (s *statement) run() error {
	_, _, err := s.find()
	return err
}

// find runs a statement and returns the first column of its first row, if any.
func (s *statement) find() (v int64, found bool, err error) {
	if found, err = s.stmt.Step(); found {
		v = s.stmt.ColumnInt64(0)
	}
	s.again()
	return v, found, err
}

// row runs a statement and hands its first row to read, if there is one.
func (s *statement) row(read func(*sqlite.Stmt)) (found bool, err error) {
	if found, err = s.stmt.Step(); found {
		read(s.stmt)
	}
	s.again()
	return found, err
}

// again makes the statement ready for other values.
func (s *statement) again() {
	_ = s.stmt.Reset() // repeats the error of Step
	s.n = 0
}
