//go:build !linux

package store

import "os"

// flushData puts a file on disk.
func flushData(f *os.File) error { return f.Sync() }
