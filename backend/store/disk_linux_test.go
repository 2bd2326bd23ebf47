package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"sidetrack/backend/fault"
)

// smallDisk is a file system of some megabytes. Where only root may mount one
// and we are not root, a bound on the size of the database stands in for it.
func smallDisk(t *testing.T, megabytes int) (dir string, mounted bool) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm", megabytes)); err != nil {
		return dir, false
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir, true
}

// fill takes the rest of the disk, and gives it back.
func fill(t *testing.T, s *Store, dir string, mounted bool) (free func()) {
	t.Helper()
	if !mounted {
		bound := func(pages int) {
			for _, err := range []error{
				s.w.do(context.Background(), &job{bare: true, change: pragma("max_page_count", pages)}),
				s.w.do(context.Background(), &job{bare: true, change: func(*sql.Conn) error { return s.w.hot.exec(fmt.Sprintf("PRAGMA max_page_count(%d)", pages)) }}),
			} {
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		bound(1) // SQLite makes it what there is now
		return func() { bound(1 << 30) }
	}
	ballast := filepath.Join(dir, "ballast")
	f, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if f.Close(); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAFullDiskIsUnavailableAndRecovers(t *testing.T) {
	dir, mounted := smallDisk(t, 3)
	s := openLog(t, Options{Dir: dir})
	acknowledged := map[string]bool{}
	send := func(i int) error {
		id := fmt.Sprint("id-", i)
		a := s.single(time.Now(), id, "u", fmt.Sprintf(`{"n":%d,"pad":%q}`, i, strings.Repeat(id, 300)))
		err := s.Append(context.Background(), a)
		if err == nil {
			acknowledged[id] = true
		} else if a.Records[0].Seq != 0 {
			t.Error("a Seq for what was not stored:", a.Records[0].Seq)
		}
		return err
	}
	for i := range 50 {
		if err := send(i); err != nil {
			t.Fatal(err)
		}
	}
	free := fill(t, s, dir, mounted)
	var err error
	for i := 50; i < 3000 && err == nil; i++ {
		err = send(i)
	}
	if fault.KindOf(err) != fault.Unavailable || s.Problem() == "" {
		t.Fatal("the disk is full:", err, s.Problem())
	}
	if n := len(s.seqs(t, Ask{Message: true})); n != len(acknowledged) {
		t.Errorf("%d can be read, %d were acknowledged", n, len(acknowledged))
	}
	free()
	eventually(t, "the problem to go by itself", func() bool { return s.Problem() == "" })
	for i := 3000; i < 3010; i++ {
		if err := send(i); err != nil {
			t.Fatal("after space was made:", err)
		}
	}
	s.Close()
	s = openLog(t, Options{Dir: dir})
	list, _, err := s.Events(context.Background(), Ask{})
	if err != nil || len(list) != len(acknowledged) || len(s.Problems()) != 0 {
		t.Fatal(err, len(list), len(acknowledged), s.Problems())
	}
	for _, r := range list {
		if !acknowledged[r.MessageID] {
			t.Error("stored, yet never acknowledged:", r.MessageID)
		}
	}
}

func TestAReadOnlyFolderSaysSo(t *testing.T) {
	dir, mounted := smallDisk(t, 3)
	s := openLog(t, Options{Dir: dir})
	s.must(t, s.single(time.Now(), "a", "u", `{}`))
	s.Close()
	if mounted {
		if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
			t.Fatal(err)
		}
	} else {
		for name, mode := range map[string]os.FileMode{s.file: 0o400, dir: 0o500} {
			if err := os.Chmod(name, mode); err != nil {
				t.Fatal(err)
			}
		}
		t.Cleanup(func() { os.Chmod(dir, 0o700) })
	}
	_, err := Open(Options{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), dir) {
		t.Fatal("want an error that names the folder, got", err)
	}
	if kept, _ := filepath.Glob(s.file + ".corrupt-*"); len(kept) != 0 {
		t.Error("it was taken for damaged:", kept)
	}
}
