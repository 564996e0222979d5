package sandbox

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// niceness of the renderer, as that of the threads of the worker that plan: what the worker does for people, and git, go first
// on a busy machine.
const niceness = 5

// giveWay lowers the priority of this process. On Linux each thread has its own, and a new thread takes that of the one
// that starts it: looking twice finds those that were started by one that had not been lowered yet. A priority that
// cannot be set is no error.
func giveWay() {
	for range 2 {
		threads, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return
		}
		for _, thread := range threads {
			if id, err := strconv.Atoi(thread.Name()); err == nil {
				_ = unix.Setpriority(unix.PRIO_PROCESS, id, niceness)
			}
		}
	}
}
