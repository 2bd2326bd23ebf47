package watch

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// watching runs a watcher; told waits for it to speak.
func watching(t *testing.T, paths ...string) (told func() bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	said, ended := make(chan struct{}, 100), make(chan struct{})
	go func() {
		defer close(ended)
		Run(ctx, paths, slog.New(slog.DiscardHandler), func() { said <- struct{}{} })
	}()
	t.Cleanup(func() { cancel(); <-ended })
	time.Sleep(100 * time.Millisecond) // it has looked once
	return func() bool {
		select {
		case <-said:
			for {
				select {
				case <-said: // the rest of the same change
				case <-time.After(200 * time.Millisecond):
					return true
				}
			}
		case <-time.After(4 * time.Second):
			return false
		}
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestEveryWayAFileChanges(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "plan.json")
	write(t, file, "1")
	told := watching(t, file)
	for _, step := range []struct {
		what   string
		change func()
	}{
		{"written", func() { write(t, file, "22") }},
		{"replaced", func() { write(t, file+".tmp", "33"); must(t, os.Rename(file+".tmp", file)) }},
		{"removed", func() { must(t, os.Remove(file)) }},
		{"back", func() { write(t, file, "4") }},
	} {
		step.change()
		if !told() {
			t.Errorf("%s: nothing was told", step.what)
		}
	}
}

func TestFoldersAndWhatIsNotThereYet(t *testing.T) {
	dir := t.TempDir()
	plans := filepath.Join(dir, "plans")
	told := watching(t, plans)
	write(t, filepath.Join(plans, "a.yaml"), "1")
	if !told() {
		t.Error("a folder that appears was not told")
	}
	write(t, filepath.Join(plans, "deep", "er", "b.yaml"), "1")
	if !told() {
		t.Error("a file deep down was not told")
	}
	write(t, filepath.Join(plans, "deep", "er", "b.yaml"), "2")
	if !told() {
		t.Error("its change was not told")
	}
	must(t, os.RemoveAll(plans))
	if !told() {
		t.Error("a folder that went was not told")
	}
}

func TestNothingIsToldOfOtherFiles(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "plan.json")
	write(t, file, "1")
	told := watching(t, file)
	write(t, filepath.Join(dir, "other.json"), "x")
	if told() {
		t.Error("told of another file")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
