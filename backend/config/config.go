// Package config is what the program was told at its start: plain data, made
// once and passed down.
package config

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// Config is the settings of one start.
type Config struct {
	Version string
	Data    string // data folder, absolute
	Listen  string // exact address to bind; empty: 4747 on both loopbacks, or the next free port
	Values  Values // every setting and where it was set; nil is all defaults
}

// Retention bounds the log; zero is without a bound.
type Retention struct {
	MaxAge    time.Duration
	MaxBytes  int64
	MaxEvents int64
}

// DataDir returns the folder for data: dir when given, else the platform's
// place for the data of a user's programs.
func DataDir(dir string) (string, error) {
	if dir != "" {
		return filepath.Abs(dir)
	}
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		base, err := os.UserConfigDir()
		return filepath.Join(base, "Sidetrack"), err
	}
	if base := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(base) {
		return filepath.Join(base, "sidetrack"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find the data folder: %w; say where with --data", err)
	}
	return filepath.Join(home, ".local", "share", "sidetrack"), nil
}
