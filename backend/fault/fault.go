// Package fault gives our own failures a kind, so that one table can turn them
// into status codes and exit codes.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure an error is.
type Kind int

// The kinds.
const (
	Internal    Kind = iota // our mistake
	Invalid                 // the caller's input cannot be used
	NotFound                // it is not here
	Conflict                // it clashes with what is here
	Unavailable             // not now: queue full, disk full, shutting down
)

// Error is a failure with a kind.
type Error struct {
	Kind    Kind
	Message string
	Cause   error
}

func (e *Error) Error() string { return e.Message }
func (e *Error) Unwrap() error { return e.Cause }

// New makes an error of a kind. A %w in the format keeps its cause.
func New(k Kind, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &Error{Kind: k, Message: err.Error(), Cause: errors.Unwrap(err)}
}

// KindOf returns the kind of err, Internal when it is not ours.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}
