package store

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
)

func TestANewerSchemaIsRefused(t *testing.T) {
	dir := t.TempDir()
	s := openLog(t, Options{Dir: dir})
	if err := s.change(context.Background(), func(c *sql.Conn) error {
		_, err := c.ExecContext(context.Background(), "PRAGMA user_version = 9999")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	s.Close()
	_, err := Open(Options{Dir: dir})
	if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "newer Sidetrack") || !strings.Contains(err.Error(), "9999") {
		t.Fatal(err)
	}
	if kept, _ := filepath.Glob(filepath.Join(dir, "*corrupt*")); len(kept) != 0 {
		t.Error("it was set aside:", kept)
	}
}

func TestANewFileIsSetUpForDurability(t *testing.T) {
	s := openLog(t, Options{})
	for pragma, want := range map[string]int{"auto_vacuum": 2, "synchronous": 2} {
		var got int
		if err := s.w.conn.QueryRowContext(context.Background(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %d, want %d: %v", pragma, got, want, err)
		}
	}
	var mode string
	if err := s.w.conn.QueryRowContext(context.Background(), "PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		t.Error(mode, err)
	}
	if _, err := s.read.Exec("DELETE FROM events"); err == nil {
		t.Error("a reader can change the log")
	}
}

// damage overwrites a page of the database; the first one makes it one.
func damage(t *testing.T, file string, page int) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4096 {
		b[(page-1)*4096+i] = 0xAB
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestADamagedFileIsSetAside(t *testing.T) {
	dir := t.TempDir()
	s := openLog(t, Options{Dir: dir})
	s.must(t, s.single(time.Now(), "a", "u", `{}`))
	s.Close()
	damage(t, s.file, 1)
	s = openLog(t, Options{Dir: dir})
	if n := len(s.seqs(t, Ask{})); n != 0 || len(s.Problems()) != 1 {
		t.Error(n, s.Problems())
	}
	s.must(t, s.single(time.Now(), "b", "u", `{}`))
	kept, _ := filepath.Glob(s.file + ".corrupt-*")
	if len(kept) != 1 || !strings.Contains(s.Problems()[0], kept[0]) {
		t.Error(kept, s.Problems())
	}
}

// Damage in the middle is met while the log is open. Nothing is acknowledged
// then, and the next start sets the file aside.
func TestDamageInTheMiddleIsMetAndSetAside(t *testing.T) {
	dir := t.TempDir()
	s := openLog(t, Options{Dir: dir})
	s.must(t, s.single(time.Now(), "a", "u", `{}`))
	var page int
	if err := s.read.QueryRow("SELECT rootpage FROM sqlite_schema WHERE name = 'message_ids'").Scan(&page); err != nil {
		t.Fatal(err)
	}
	s.Close()
	damage(t, s.file, page)
	s = openLog(t, Options{Dir: dir})
	if len(s.Problems()) != 0 {
		t.Fatal("a start is not to read this page:", s.Problems())
	}
	err := s.Append(context.Background(), s.single(time.Now(), "b", "u", `{}`))
	if fault.KindOf(err) != fault.Unavailable || !strings.Contains(s.Problem(), "damaged") {
		t.Fatal(err, s.Problem())
	}
	s.Close()
	s = openLog(t, Options{Dir: dir})
	if len(s.Problems()) != 1 {
		t.Error(s.Problems())
	}
	s.must(t, s.single(time.Now(), "b", "u", `{}`))
	s.Close()
	if s = openLog(t, Options{Dir: dir}); len(s.Problems()) != 0 || len(s.seqs(t, Ask{})) != 1 {
		t.Error("the new file was set aside too:", s.Problems())
	}
}

// Reading meets damage too: of a page, and of the bytes of a block, which
// SQLite cannot know of.
func TestDamageMetByReadingIsTold(t *testing.T) {
	dir := t.TempDir()
	s := openLog(t, Options{Dir: dir})
	s.must(t, s.single(time.Now(), "a", "u", `{"n":1}`))
	if err := Verify(context.Background(), dir); err != nil {
		t.Error(err)
	}
	if err := s.w.do(context.Background(), &job{change: func(c *sql.Conn) error {
		_, err := c.ExecContext(context.Background(), "UPDATE blocks SET data = x'28b52ffd00'")
		return err
	}}); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if err := Verify(context.Background(), dir); err == nil || !strings.Contains(err.Error(), "events 1 to 1") {
		t.Error(err)
	}
	s = openLog(t, Options{Dir: dir})
	if _, err := s.Event(context.Background(), 1); err == nil || !strings.Contains(s.Problem(), "cannot be read") {
		t.Error(err, s.Problem())
	}
	var page int
	if err := s.read.QueryRow("SELECT rootpage FROM sqlite_schema WHERE name = 'events_deletion'").Scan(&page); err != nil {
		t.Fatal(err)
	}
	s.Close()
	damage(t, s.file, page)
	if err := Verify(context.Background(), dir); err == nil {
		t.Error("a damaged page was not found")
	}
	s = openLog(t, Options{Dir: dir})
	_, err := s.Count(context.Background(), Ask{})
	if err == nil || !strings.Contains(s.Problem(), "Start Sidetrack again") {
		t.Error(err, s.Problem())
	}
	s.Close()
	if s = openLog(t, Options{Dir: dir}); len(s.Problems()) != 1 {
		t.Error("not set aside:", s.Problems())
	}
}

func TestTheFileIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // rights there are the folder's
	}
	dir := t.TempDir()
	s := openLog(t, Options{Dir: dir})
	s.must(t, s.single(time.Now(), "a", "u", `{}`))
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(s.file + suffix)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Error(suffix, info, err)
		}
	}
	folder := filepath.Join(t.TempDir(), fileName)
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Dir: filepath.Dir(folder)}); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Error(err)
	}
}

func TestABackupIsWholeAndOverwritesNothing(t *testing.T) {
	s := openLog(t, Options{})
	s.must(t, s.batch(time.Now(), awkward, nil))
	dir := t.TempDir()
	file := filepath.Join(dir, fileName)
	if err := s.Backup(context.Background(), file); err != nil {
		t.Fatal(err)
	}
	s.must(t, s.single(time.Now(), "later", "u", `{}`))
	if err := s.Backup(context.Background(), file); fault.KindOf(err) != fault.Conflict {
		t.Error("written twice:", err)
	}
	if err := s.Backup(context.Background(), filepath.Join(dir, "no", "folder")); fault.KindOf(err) != fault.Invalid {
		t.Error("without a folder:", err)
	}
	over, stop := context.WithCancel(context.Background())
	stop()
	other := filepath.Join(dir, "other")
	if err := s.Backup(over, other); err == nil {
		t.Error("a backup nobody waits for was made")
	}
	if _, err := os.Stat(other); !os.IsNotExist(err) {
		t.Error("half a backup stayed:", err)
	}
	b := openLog(t, Options{Dir: dir})
	got := []string{}
	if err := b.Each(context.Background(), Ask{Message: true}, func(r *event.Record) error { got = append(got, string(r.Message)); return nil }); err != nil {
		t.Fatal(err)
	}
	if strings.Join(got, "|") != strings.Join(awkward, "|") || b.Sources()[0].WriteKey != s.Sources()[0].WriteKey {
		t.Errorf("%q", got)
	}
}
