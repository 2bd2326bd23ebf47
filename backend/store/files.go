package store

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	driver "github.com/glebarez/go-sqlite"
	"github.com/glebarez/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

const readerCount = 4

// dsn names the file with what every connection to it sets.
func dsn(path string, extra ...string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/...
	}
	pragmas := append([]string{"busy_timeout(10000)"}, extra...)
	q := url.Values{"_pragma": pragmas, "_txlock": {"immediate"}}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}

func openWriter(path string) (*sql.DB, error) {
	if f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, err // SQLite would say less
	} else if err := f.Close(); err != nil {
		return nil, err
	}
	db, err := sql.Open(sqlite.DriverName, dsn(path,
		"auto_vacuum(incremental)", // counts only before the file has content, so first
		"journal_mode(WAL)",
		"synchronous(FULL)",
		"wal_autocheckpoint(4000)",
		"journal_size_limit(67108864)",
		"cache_size(-65536)",
	))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

func openRows(path string) (*gorm.DB, error) {
	db, err := gorm.Open(sqlite.Open(dsn(path, "synchronous(FULL)")), &gorm.Config{Logger: logger.Discard})
	if err != nil {
		return nil, err
	}
	pool, err := db.DB()
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(1)
	return db, nil
}

func openReaders(path string) (*sql.DB, error) {
	db, err := sql.Open(sqlite.DriverName, dsn(path, "query_only(1)", "cache_size(-8192)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(readerCount)
	db.SetMaxIdleConns(readerCount)
	return db, nil
}

// corrupt reports whether SQLite could not make sense of the file.
func corrupt(err error) bool {
	var e *driver.Error
	if !errors.As(err, &e) {
		return false
	}
	const sqliteCorrupt, sqliteNotADB = 11, 26
	code := e.Code() & 0xff
	return code == sqliteCorrupt || code == sqliteNotADB
}

// setAside renames the file and its companions, and returns the new name.
func setAside(path string, now time.Time) (string, error) {
	base := path + ".corrupt-" + now.UTC().Format("20060102T150405Z")
	aside := base
	for i := 2; ; i++ {
		if _, err := os.Lstat(aside); errors.Is(err, os.ErrNotExist) {
			break
		}
		aside = fmt.Sprintf("%s-%d", base, i)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		err := os.Rename(path+suffix, aside+suffix)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", fmt.Errorf("set the unreadable event log aside: %w", err)
		}
	}
	return aside, nil
}
