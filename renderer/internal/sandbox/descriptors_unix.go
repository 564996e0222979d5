//go:build linux || darwin

package sandbox

import (
	"time"

	"golang.org/x/sys/unix"
)

// closeDescriptors lowers the limit of open files to those that are open, so that no file, socket or pipe (which a new
// process needs) can be opened any more. A limit that cannot be set is no error: it is the second line of defence.
func closeDescriptors() {
	// The runtime's poller opens its descriptors with the first timer, and ends the process where it cannot.
	<-time.After(time.Millisecond)
	lowest, err := unix.Dup(0)
	if err != nil {
		return
	}
	_ = unix.Close(lowest)
	_ = unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: uint64(lowest), Max: uint64(lowest)})
}
