package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"sidetrack/backend/fault"
)

// Backup writes the log, as it is at this moment, to a new file that Open can
// read. Events go on being stored meanwhile. A file that is there already is
// never overwritten; one that could not be finished is removed.
func (s *Store) Backup(ctx context.Context, file string) error {
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fault.New(fault.Conflict, "%s is there already and is left as it is; choose another name", file)
	}
	if err != nil {
		return fault.New(fault.Invalid, "cannot write the backup: %w", err)
	}
	defer f.Close()
	err = s.copyInto(ctx, file)
	if err == nil {
		err = f.Sync() // SQLite leaves a vacuumed copy to the operating system
	}
	if err != nil {
		_ = os.Remove(file)
		return fmt.Errorf("the backup could not be finished: %w", err)
	}
	return nil
}

// copyInto needs a connection of its own: the readers' may change nothing.
func (s *Store) copyInto(ctx context.Context, file string) error {
	db, err := open(s.file, "")
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", file)
	return err
}
