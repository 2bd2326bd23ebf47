package store

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/event"
)

func records(from, to int64) (list []event.Record) {
	for seq := from; seq <= to; seq++ {
		list = append(list, event.Record{Seq: seq, Message: []byte(`{}`)})
	}
	return list
}

func TestRecentEventsFollowWithoutAGap(t *testing.T) {
	var r recent
	r.add(records(5, 7))
	r.add(records(8, 12))
	after := func(seq int64, most int) string {
		var s []string
		for _, rec := range r.after(seq, most) {
			s = append(s, fmt.Sprint(rec.Seq))
		}
		return strings.Join(s, " ")
	}
	for _, c := range []struct {
		seq  int64
		most int
		want string
	}{{3, 10, ""}, {4, 2, "5 6"}, {6, 10, "7"}, {7, 10, "8 9 10 11 12"}, {9, 2, "10 11"}, {4, 10, ""}, {12, 10, ""}, {20, 10, ""}} {
		if got := after(c.seq, c.most); got != c.want {
			t.Errorf("after %d: %q, want %q", c.seq, got, c.want)
		}
	}
	r.add(records(13, 14))
	r.forget()
	if got := after(12, 10); got != "" {
		t.Error("after they were forgotten:", got)
	}
	r.add(records(15, 15+recentEvents-1))
	r.add(records(15+recentEvents, 15+recentEvents))
	if got := after(14, 1); got != "" {
		t.Error("more is held than may be:", got)
	}
	r.add([]event.Record{{Seq: 16 + recentEvents, Message: make([]byte, recentBytes+1)}})
	if len(r.lists) != 0 || r.events != 0 || r.bytes != 0 {
		t.Error("a large message is held:", len(r.lists), r.events, r.bytes)
	}
}

// What was deleted before it was counted leaves no value in the schema, though
// it was still held.
func TestDeletedEventsAreNotCountedFromMemory(t *testing.T) {
	s := openLog(t, Options{})
	s.must(t, s.single(time.Now(), "a", "ann", `{"properties":{"a":"secret"}}`))
	s.must(t, s.single(time.Now(), "b", "bob", `{"properties":{"b":1}}`))
	if _, n, err := s.Delete(context.Background(), ask(t, "user:ann")); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	s.must(t, s.single(time.Now(), "c", "bob", `{"properties":{"b":2}}`))
	s.counted(t)
	s.wantSchema(t, "all", SchemaAsk{}, "Dev track/Order Completed 2 b:2")
}

// Counting what is held comes out as counting what is read.
func TestCountingFromMemoryIsCountingFromTheLog(t *testing.T) {
	day := time.Now().UTC().Truncate(24 * time.Hour)
	held, readAll := openLog(t, Options{}), openLog(t, Options{})
	for range 20 {
		held.sendSome(t, day)
		readAll.sendSome(t, day)
		readAll.seen.recent.forget()
		held.counted(t)
	}
	readAll.counted(t)
	if a, b := said(held.schemaOf(t, SchemaAsk{})), said(readAll.schemaOf(t, SchemaAsk{})); a != b || !strings.Contains(a, "Completed 40") {
		t.Errorf("%s\n%s", a, b)
	}
}
