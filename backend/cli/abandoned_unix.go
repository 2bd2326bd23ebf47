//go:build unix

package cli

import (
	"context"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// abandoned calls leave when nobody reads a pipe any more, as after
// sidetrack tail | head -1: without an event to write a tail would never notice.
func abandoned(ctx context.Context, out io.Writer, leave func()) {
	f, isFile := out.(*os.File)
	if !isFile {
		return
	}
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		fds := []unix.PollFd{{Fd: int32(f.Fd())}}
		if n, err := unix.Poll(fds, 0); err == nil && n > 0 && fds[0].Revents&unix.POLLERR != 0 {
			leave()
			return
		}
	}
}
