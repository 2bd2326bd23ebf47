package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Settings returns what was set on the screen, by name.
func (s *Store) Settings(ctx context.Context) (map[string]string, error) {
	return readSettings(ctx, s.read)
}

func readSettings(ctx context.Context, db *sql.DB) (map[string]string, error) {
	rows, err := db.QueryContext(ctx, "SELECT name, value FROM settings")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	stored := map[string]string{}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return nil, err
		}
		stored[name] = value
	}
	return stored, rows.Err()
}

// SaveSettings keeps settings, all or none.
func (s *Store) SaveSettings(ctx context.Context, settings map[string]string) error {
	return s.change(ctx, func(conn *sql.Conn) error {
		for name, value := range settings {
			_, err := conn.ExecContext(ctx, "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", name, value)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Exists reports whether a data folder holds a log.
func Exists(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, fileName))
	return !errors.Is(err, fs.ErrNotExist)
}

// StoredSettings reads the settings of a data folder nobody has open; none
// when it holds no log yet, or one from before there were settings.
func StoredSettings(ctx context.Context, dir string) (map[string]string, error) {
	if !Exists(dir) {
		return nil, nil
	}
	db, err := open(filepath.Join(dir, fileName), "mode=ro", "query_only(1)")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	stored, err := readSettings(ctx, db)
	if err != nil && strings.Contains(err.Error(), "no such table") {
		return nil, nil
	}
	return stored, err
}

// Retention returns the bounds in force.
func (s *Store) Retention() Retention {
	if r := s.retention.Load(); r != nil {
		return *r
	}
	return s.o.Retention
}

// SetRetention changes the bounds, and has the log brought within them at once.
func (s *Store) SetRetention(r Retention) {
	s.retention.Store(&r)
	select {
	case s.tidy <- struct{}{}:
	default: // it will be already
	}
}

// loadRetention decides the bounds before anything is pruned.
func (s *Store) loadRetention(ctx context.Context) error {
	if s.o.Bounds == nil {
		return nil
	}
	stored, err := s.Settings(ctx)
	if err != nil {
		return err
	}
	r, err := s.o.Bounds(stored)
	if err == nil {
		s.retention.Store(&r)
	}
	return err
}
