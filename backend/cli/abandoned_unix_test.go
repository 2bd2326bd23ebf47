//go:build unix

package cli

import (
	"context"
	"os"
	"testing"
	"time"
)

func TestATailEndsWhenNobodyReadsItAnyMore(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	left := make(chan struct{})
	go abandoned(t.Context(), write, func() { close(left) })
	select {
	case <-left:
		t.Fatal("left while somebody reads")
	case <-time.After(300 * time.Millisecond):
	}
	_ = read.Close()
	select {
	case <-left:
	case <-time.After(5 * time.Second):
		t.Fatal("nobody reads, and the tail goes on")
	}
}

func TestATailIntoAFileIsNotAbandoned(t *testing.T) {
	f, err := os.Create(t.TempDir() + "/tail.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	abandoned(ctx, f, func() { t.Error("left") })
}
