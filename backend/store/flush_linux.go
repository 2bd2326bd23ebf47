package store

import (
	"os"

	"golang.org/x/sys/unix"
)

// flushData puts a file's data on disk, and of the rest what is needed to read
// it again, as its length.
func flushData(f *os.File) error {
	for {
		if err := unix.Fdatasync(int(f.Fd())); err != unix.EINTR {
			return err
		}
	}
}
