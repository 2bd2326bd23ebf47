package watch

import "io/fs"

// identity tells a file from another one of the same name, size and time.
// Windows does not say cheaply; size and time have to do.
func identity(fs.FileInfo) uint64 { return 0 }
