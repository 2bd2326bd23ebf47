package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"maps"
	"testing"
	"time"
)

// left counts the rows of the tables that retention must keep small.
func (s *Store) left(t *testing.T) map[string]int64 {
	t.Helper()
	n := map[string]int64{}
	for name, table := range map[string]string{"events": "events", "minutes": "minutes", "ids": "message_ids",
		"findings of none": "findings WHERE seq NOT IN (SELECT seq FROM events)", "ids of none": "message_ids WHERE seq NOT IN (SELECT seq FROM events)",
		"blocks of none": "blocks WHERE id NOT IN (SELECT block_id FROM events)", "empty sums": "rollups WHERE n <= 0"} {
		var k int64
		if err := s.read.QueryRow("SELECT count(*) FROM " + table).Scan(&k); err != nil {
			t.Fatal(err)
		}
		n[name] = k
	}
	return n
}

func TestRetentionByAge(t *testing.T) {
	c := newClock()
	s := openLog(t, Options{Now: c.now, Retention: Retention{MaxAge: time.Hour}, SentDuplicate: firstOf})
	for i := range 12 {
		s.must(t, s.batch(c.now(), make100(), nil))
		s.must(t, s.single(c.now(), "same", "u", `{}`))
		if i == 5 {
			c.pass(2 * time.Hour)
		}
	}
	if err := s.prune(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := s.seqs(t, Ask{}); len(got) != 606 || got[0] != 607 {
		t.Error(len(got), got[0])
	}
	want := map[string]int64{"events": 606, "minutes": 1, "ids": 606, "findings of none": 0, "ids of none": 0, "blocks of none": 0, "empty sums": 0}
	if n := s.left(t); !maps.Equal(n, want) {
		t.Error("left behind:", n)
	}
	if got := s.sums(t, c.now().Add(-2*time.Hour)); got != 0 {
		t.Error("the sums still count", got)
	}
	if got := s.sums(t, c.now()); got != 606 {
		t.Error("the sums count", got)
	}
	if k := s.Counters(); k.Pruned != 606 || k.Stored != 1212 {
		t.Errorf("%+v", k)
	}
}

func TestRetentionByCount(t *testing.T) {
	s := openLog(t, Options{Retention: Retention{MaxEvents: 250}})
	for range 10 {
		s.must(t, s.batch(time.Now(), make100(), nil))
	}
	if err := s.prune(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := s.seqs(t, Ask{Message: true}); len(got) != 250 || got[0] != 751 || s.Counters().Pruned != 750 {
		t.Error(len(got), got[0], s.Counters().Pruned)
	}
}

func TestRetentionBySizeGivesSpaceBack(t *testing.T) {
	dir := t.TempDir()
	s := openLog(t, Options{Dir: dir})
	for i := range 300 {
		noise := make([]byte, 10<<10)
		rand.Read(noise)
		s.must(t, s.single(time.Now(), fmt.Sprint(i), "u", `{"noise":"`+hex.EncodeToString(noise)+`"}`))
	}
	checkpoint := func() { // waits for readers, and for the pruning that a start begins
		var busy, pages, moved int
		for range 100 {
			if err := s.read.QueryRow("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
				t.Fatal(err)
			}
			if busy == 0 {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Fatal("the log is never at rest")
	}
	checkpoint()
	before := s.Counters().Bytes
	s.Close()
	s = openLog(t, Options{Dir: dir, Retention: Retention{MaxBytes: before / 3}})
	if err := s.prune(context.Background()); err != nil { // beside the one that a start begins
		t.Fatal(err)
	}
	after := before
	for range 100 { // the other may still be giving pages back
		checkpoint()
		if after = s.Counters().Bytes; after <= before/2 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if after > before/2 {
		t.Errorf("%d bytes before, %d after, %d allowed", before, after, before/3)
	}
	if c := s.Counters(); c.Pruned == 0 {
		t.Errorf("%+v", c)
	}
}
