package app

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"sidetrack/backend/fault"
)

// replaceFile puts another content in the place of a file, whole or not at all,
// when it still has the one that is expected. A link stays a link: what it leads
// to is replaced. The file keeps its mode.
func replaceFile(path string, expected, content []byte) error {
	file, err := filepath.EvalSymlinks(path)
	if err != nil {
		return fault.New(fault.Conflict, "%s cannot be written: %w", path, err)
	}
	info, err := os.Stat(file)
	if err != nil {
		return fault.New(fault.Conflict, "%s cannot be written: %w", path, err)
	}
	if err := writable(file, info); err != nil {
		return err
	}
	fresh, err := writeBeside(file, content, info.Mode().Perm())
	if err != nil {
		return err
	}
	now, err := os.ReadFile(file)
	if err == nil && !bytes.Equal(now, expected) {
		err = fault.New(fault.Conflict, "%s has changed since it was looked at; look at the change again", path)
	}
	if err == nil {
		err = os.Rename(fresh, file)
	}
	if err != nil {
		_ = os.Remove(fresh) // nothing to keep
		if fault.KindOf(err) == fault.Conflict {
			return err
		}
		return fault.New(fault.Conflict, "%s cannot be written: %w", path, err)
	}
	return nil
}

// writable respects a file that says it is not to be written, though replacing
// it needs no more than its folder.
func writable(file string, info fs.FileInfo) error {
	if info.Mode().Perm()&0o222 == 0 {
		return fault.New(fault.Conflict, "%s is read-only; make it writable, or change it by hand", file)
	}
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrPermission) {
		return fault.New(fault.Conflict, "%s cannot be written: Sidetrack may not write it; make it writable, or change it by hand", file)
	}
	if err != nil {
		return fault.New(fault.Conflict, "%s cannot be written: %w", file, err)
	}
	return f.Close()
}

// writeBeside writes a new file into the folder of another.
func writeBeside(file string, content []byte, mode fs.FileMode) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(file), ".sidetrack-*")
	if err != nil {
		return "", fault.New(fault.Conflict, "%s cannot be written: its folder takes no new file: %w", file, err)
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err != nil {
		_ = os.Remove(f.Name()) // nothing to keep
		return "", fault.New(fault.Conflict, "%s cannot be written: %w", file, fmt.Errorf("%w", err))
	}
	return f.Name(), nil
}
