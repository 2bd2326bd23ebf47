package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"sidetrack/backend/fault"
)

// Restore puts a backup in the place of the log in dir, which nobody may have
// open. The log that was there is renamed, never deleted; its new name is
// returned, empty when there was none. A file that is no whole backup, or one
// of a newer Sidetrack, is refused before anything is touched.
func Restore(ctx context.Context, dir, backup string, now time.Time) (aside string, err error) {
	file := filepath.Join(dir, fileName)
	fresh := file + ".restoring"
	if err := copyFile(fresh, backup); err != nil {
		return "", err
	}
	defer os.Remove(fresh) // gone already when all went well
	if err := checkBackup(ctx, fresh); err != nil {
		return "", err
	}
	for _, suffix := range []string{"", "-wal", "-shm", damageMark} {
		moved := file + ".before-restore-" + now.UTC().Format("20060102T150405") + suffix
		err := os.Rename(file+suffix, moved)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return aside, fmt.Errorf("set the log aside: %w", err)
		}
		if err == nil && suffix == "" {
			aside = moved
		}
	}
	return aside, os.Rename(fresh, file)
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return fault.New(fault.NotFound, "read the backup: %w", err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("write to the data folder: %w", err)
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}

// checkBackup makes sure that a file is a whole log this program can read.
func checkBackup(ctx context.Context, file string) error {
	db, err := open(file, "mode=ro", "query_only(1)")
	if err != nil {
		return err
	}
	defer db.Close()
	var version, events int
	var state string
	for _, ask := range []struct {
		query string
		into  any
	}{{"PRAGMA quick_check(1)", &state}, {"PRAGMA user_version", &version}, {"SELECT count(*) FROM pragma_table_info('events')", &events}} {
		if err := db.QueryRowContext(ctx, ask.query).Scan(ask.into); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.Conflict, "this is no backup of Sidetrack (%w); nothing was changed", err)
		}
	}
	known, err := fs.Glob(migrations, "migrations/*.sql")
	switch {
	case err != nil:
		return err
	case state != "ok" || events == 0:
		return fault.New(fault.Conflict, "this is no backup of Sidetrack, or a damaged one; nothing was changed")
	case version > len(known):
		return fault.New(fault.Conflict, "this backup was written by a newer Sidetrack; upgrade, and nothing was changed")
	}
	return nil
}
