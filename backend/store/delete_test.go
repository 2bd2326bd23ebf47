package store

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
)

// sums adds up the volume of the hour around t.
func (s *Store) sums(t testing.TB, at time.Time) (n int64) {
	t.Helper()
	list, err := s.Volume(context.Background(), Ask{}, at.Add(-time.Hour), at.Add(time.Hour), 12)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range list {
		n += b.Good + b.Warning + b.Violation + b.WouldDrop
	}
	return n
}

func TestDeletedIsGoneAtOnceAndUndoBringsItBack(t *testing.T) {
	c := newClock()
	s := openLog(t, Options{Now: c.now, SentDuplicate: firstOf})
	s.must(t, s.single(c.now(), "a", "ann", `{"a":1}`))
	s.must(t, s.single(c.now(), "b", "bob", `{"b":1}`))
	id, n, err := s.Delete(context.Background(), ask(t, "user:ann"))
	if err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if got := s.seqs(t, Ask{}); len(got) != 1 || got[0] != 2 || s.sums(t, c.now()) != 1 {
		t.Error("after the deletion:", got, s.sums(t, c.now()))
	}
	if _, err := s.Event(context.Background(), 1); fault.KindOf(err) != fault.NotFound {
		t.Error("the event:", err)
	}
	if _, _, _, err := s.Raw(context.Background(), 1); fault.KindOf(err) != fault.NotFound {
		t.Error("its request:", err)
	}
	if n, err := s.Count(context.Background(), Ask{}); n != 1 || err != nil {
		t.Error("the count:", n, err)
	}
	if again := s.must(t, s.single(c.now(), "a", "cy", `{}`)); len(again.Records[0].Findings) != 0 {
		t.Error("a duplicate of what was deleted:", again.Records[0].Findings)
	}
	c.pass(undoFor - time.Second)
	if n, err := s.Undo(context.Background(), id); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if got := s.seqs(t, Ask{}); len(got) != 3 || s.sums(t, c.now()) != 3 {
		t.Error("after undo:", got, s.sums(t, c.now()))
	}
	if _, err := s.Undo(context.Background(), id); fault.KindOf(err) != fault.NotFound {
		t.Error("undone twice:", err)
	}
}

func TestDeletionsThatOverlapCountOnce(t *testing.T) {
	c := newClock()
	s := openLog(t, Options{Now: c.now})
	for i := range 12 { // more than one chunk
		s.must(t, s.batch(c.now().Add(time.Duration(i)), make100(), nil))
	}
	// A deletion that reads before and marks after another one.
	first, n1, err := s.Delete(context.Background(), ask(t, "seq<=700"))
	if err != nil || n1 != 700 {
		t.Fatal(n1, err)
	}
	if n, err := s.mark(context.Background(), []int64{699, 700, 701}, "del_other"); n != 1 || err != nil {
		t.Error("marked again:", n, err)
	}
	if got := s.sums(t, c.now()); got != 499 {
		t.Error("the sums:", got)
	}
	if n, err := s.Undo(context.Background(), first); n != 700 || err != nil {
		t.Error(n, err)
	}
	if got := s.sums(t, c.now()); got != 1199 {
		t.Error("the sums after undo:", got)
	}
}

func make100() []string {
	list := make([]string, 100)
	for i := range list {
		list[i] = `{"x":1}`
	}
	return list
}

// everywhere looks for a text in the files and in the opened blocks.
func (s *Store) everywhere(t *testing.T, text string) bool {
	t.Helper()
	rows, err := s.read.Query("SELECT data FROM blocks")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var packed []byte
		if err := rows.Scan(&packed); err != nil {
			t.Fatal(err)
		}
		open, err := s.blocks.dec.DecodeAll(packed, nil)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(open, []byte(text)) {
			return true
		}
	}
	files, err := filepath.Glob(s.file + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(text)) {
			return true
		}
	}
	return false
}

func TestPurgedBytesAreNowhereAndNeighboursKeepTheirs(t *testing.T) {
	c := newClock()
	dir := t.TempDir()
	s := openLog(t, Options{Now: c.now, Dir: dir})
	a := s.must(t, s.batch(c.now(), []string{`{"secret":"hunter2"}`, `{"mine":1}`, `{"yours":2}`}, func(i int, r *event.Record) {
		r.UserID = fmt.Sprint("person-", i)
		if i == 0 {
			r.Name, r.Findings = "Secret Bought", []event.Finding{{Code: "privacy.email", Message: "hunter2"}}
		}
		if i == 2 {
			r.Message = []byte(`{"yours":2,"context":{}}`)
		}
	}))
	other := s.must(t, s.single(c.now(), "other", "o", `{"other":3}`))
	if !s.everywhere(t, "hunter2") || !s.everywhere(t, "person-0") {
		t.Fatal("the search finds nothing, so the test proves nothing")
	}
	if _, n, err := s.Delete(context.Background(), ask(t, "user:person-0")); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	c.pass(undoFor + time.Second)
	for _, text := range []string{"hunter2", "person-0", "Secret Bought"} {
		eventually(t, text+" to be nowhere", func() bool { return !s.everywhere(t, text) })
	}
	check := func() {
		t.Helper()
		for seq, want := range map[int64]string{a.Records[1].Seq: `{"mine":1}`, a.Records[2].Seq: `{"yours":2,"context":{}}`, other.Records[0].Seq: `{"other":3}`} {
			r, err := s.Event(context.Background(), seq)
			if err != nil || string(r.Message) != want {
				t.Errorf("#%d: %s %v", seq, r.Message, err)
			}
		}
		if _, body, _, err := s.Raw(context.Background(), a.Records[1].Seq); err != nil || len(body) != 0 {
			t.Errorf("the request the event was in: %s %v", body, err)
		}
		if _, body, _, err := s.Raw(context.Background(), other.Records[0].Seq); err != nil || string(body) != `{"batch":[{"other":3}]}` {
			t.Errorf("a request it was not in: %s %v", body, err)
		}
	}
	check()
	// Once more from the same block, whose request has no body now.
	if _, n, err := s.Delete(context.Background(), ask(t, "user:nobody")); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	if c := s.Counters(); c.Deleted != 1 || c.Stored != 4 {
		t.Errorf("%+v", c)
	}
	s.Close()
	s = openLog(t, Options{Now: c.now, Dir: dir})
	check()
}

func TestReadersOnTheirWaySurviveAPurge(t *testing.T) {
	c := newClock()
	s := openLog(t, Options{Now: c.now})
	a := s.must(t, s.batch(c.now(), []string{`{"gone":1}`, `{"stays":1}`}, func(i int, r *event.Record) { r.UserID = fmt.Sprint("p", i) }))
	list, err := s.page(context.Background(), s.where(Ask{}), "ASC", 10)
	if err != nil || len(list) != 2 {
		t.Fatal(err, list)
	}
	if _, _, err := s.Delete(context.Background(), ask(t, "user:p0")); err != nil {
		t.Fatal(err)
	}
	c.pass(undoFor + time.Second)
	eventually(t, "the purge", func() bool { return s.Counters().Deleted == 1 })
	s.must(t, s.single(c.now(), "next", "p2", `{"next":1}`)) // must not get the old block's id
	if here, err := s.fill(context.Background(), &list[0], &openBlock{}); here || err != nil {
		t.Errorf("what is gone: %s %v %v", list[0].Message, here, err)
	}
	if here, err := s.fill(context.Background(), &list[1], &openBlock{}); !here || err != nil || string(list[1].Message) != `{"stays":1}` || list[1].Seq != a.Records[1].Seq {
		t.Errorf("what stays: %s %v %v", list[1].Message, here, err)
	}
}

func TestDeletionsCrossACrash(t *testing.T) {
	c, dir := newClock(), t.TempDir()
	s := openLog(t, Options{Now: c.now, Dir: dir})
	for i := range 4 {
		s.must(t, s.single(c.now(), fmt.Sprint(i), fmt.Sprint("p", i), `{}`))
	}
	if _, _, err := s.Delete(context.Background(), ask(t, "user:p0")); err != nil {
		t.Fatal(err)
	}
	// As a crash leaves it between two chunks: begun, one event marked.
	if err := s.change(context.Background(), func(conn *sql.Conn) error {
		_, err := conn.ExecContext(context.Background(), "INSERT INTO deletions (id, at, n) VALUES ('del_half', ?, 0)", int64(unfinished))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.mark(context.Background(), []int64{2}, "del_half"); err != nil {
		t.Fatal(err)
	}
	if got := s.seqs(t, Ask{}); len(got) != 2 {
		t.Fatal(got)
	}
	if _, err := s.Undo(context.Background(), "del_half"); fault.KindOf(err) != fault.NotFound {
		t.Error("a deletion that is not finished was undone:", err)
	}
	s.Close()
	c.pass(undoFor + time.Second)
	s = openLog(t, Options{Now: c.now, Dir: dir})
	if got := s.seqs(t, Ask{}); len(got) != 3 || got[0] != 2 || s.sums(t, c.now()) != 3 {
		t.Error("a half deletion stayed:", got, s.sums(t, c.now()))
	}
	eventually(t, "the purge of the whole deletion", func() bool { return s.Counters().Deleted == 1 })
}
