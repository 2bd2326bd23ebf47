package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"sidetrack/backend/config"
	"sidetrack/backend/fault"
	"sidetrack/backend/store"
)

// Backup writes the log of a data folder that nobody has open to a new file.
// ErrRunning when somebody has: the running Sidetrack writes it then.
func Backup(ctx context.Context, dir, file string) error {
	if !store.Exists(dir) {
		return fault.New(fault.NotFound, "there is no log in %s; say which folder with --data", dir)
	}
	return alone(dir, func() error {
		forEver := func(map[string]string) (store.Retention, error) { return store.Retention{}, nil } // a backup removes nothing
		log, err := store.Open(store.Options{Dir: dir, Bounds: forEver})
		if err != nil {
			return err
		}
		return errors.Join(log.Backup(ctx, file), log.Close())
	})
}

// Restore puts a backup in the place of a data folder's log and returns what
// the log that was there is called now.
func Restore(ctx context.Context, dir, file string, now time.Time) (aside string, err error) {
	err = alone(dir, func() error {
		aside, err = store.Restore(ctx, dir, file, now)
		return err
	})
	if errors.Is(err, ErrRunning) {
		err = fault.New(fault.Conflict, "Sidetrack is running on %s; stop it first, then restore", dir)
	}
	return aside, err
}

// alone runs fn while this program holds the data folder.
func alone(dir string, fn func() error) error {
	a := &App{cfg: config.Config{Data: dir}, log: slog.New(slog.DiscardHandler)}
	defer a.Close()
	if err := a.lock(); err != nil {
		return err
	}
	return fn()
}
