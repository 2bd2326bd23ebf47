package store

import (
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"sidetrack/backend/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate runs the numbered files above the database's version, each in a
// transaction of its own.
func migrate(db *sql.DB) error {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	var version int
	if err := db.QueryRow("PRAGMA user_version").Scan(&version); err != nil {
		return fmt.Errorf("open the event log: %w", err)
	}
	if version > len(names) {
		return fault.New(fault.Conflict, "this data folder was written by a newer Sidetrack (schema %d, this one knows %d); upgrade, or choose another folder with --data", version, len(names))
	}
	for i := version; i < len(names); i++ {
		text, err := migrations.ReadFile(names[i])
		if err != nil {
			return err
		}
		tx, err := db.Begin()
		if err != nil {
			return fmt.Errorf("open the event log: %w", err)
		}
		if _, err = tx.Exec(string(text)); err == nil {
			_, err = tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", i+1))
		}
		if err != nil {
			_ = tx.Rollback()
			return fmt.Errorf("%s: %w", names[i], err)
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}

// damageMark lies beside a file in which damage was met while it was open.
const damageMark = ".damaged"

// noticed passes an error on, and makes damage met while reading a problem
// that a person is told of.
func (s *Store) noticed(err error) error {
	if err == nil || !isCorrupt(err) && !errors.Is(err, errBlock) {
		return err
	}
	text := "Some events cannot be read: a part of the database is damaged. Export what can be read, and restore a backup if there is one."
	if isCorrupt(err) {
		text = "The database is damaged (" + err.Error() + "). Start Sidetrack again; it keeps the damaged file and begins a new one."
	}
	if s.damage.Swap(&text) == nil {
		s.o.Log.Error("the database is damaged", "reason", err)
	}
	if isCorrupt(err) {
		s.markDamage()
	}
	return err
}

// markDamage remembers damage for the next start, which sets the file aside.
func (s *Store) markDamage() {
	if err := os.WriteFile(s.file+damageMark, nil, 0o600); err != nil {
		s.o.Log.Warn("could not note that the database is damaged", "reason", err)
	}
}

// checkDamage reads the whole file when it was marked, which takes too long to
// do at every start.
func (s *Store) checkDamage() error {
	if _, err := os.Stat(s.file + damageMark); err != nil {
		return nil
	}
	var verdict string
	if err := s.read.QueryRow("PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return fmt.Errorf("the database is malformed: %s", verdict)
	}
	return os.Remove(s.file + damageMark)
}

// isCorrupt tells a damaged file from one that cannot be opened.
func isCorrupt(err error) bool {
	text := err.Error()
	return strings.Contains(text, "file is not a database") || strings.Contains(text, "malformed")
}

// setAside renames the database and its companions, and returns the new name.
func setAside(file string, now time.Time) (string, error) {
	name := file + ".corrupt-" + now.UTC().Format("20060102T150405")
	aside := name
	for n := 2; ; n++ {
		if _, err := os.Lstat(aside); os.IsNotExist(err) {
			break
		}
		aside = fmt.Sprintf("%s-%d", name, n)
	}
	if err := os.Rename(file, aside); err != nil {
		return "", err
	}
	for _, suffix := range []string{"-wal", "-shm", damageMark} {
		if err := os.Rename(file+suffix, aside+suffix); err != nil && !os.IsNotExist(err) {
			return "", err
		}
	}
	return aside, nil
}
