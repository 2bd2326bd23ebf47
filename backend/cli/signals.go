package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// UntilStopped returns a context that ends when somebody asks the program to
// stop: Ctrl C, SIGTERM, or a terminal that closes. Whoever asks again does not
// want to wait: the second signal ends the program at once. nohup stays obeyed.
func UntilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	asks := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		asks = append(asks, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(ctx, asks...)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
