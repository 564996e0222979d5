package sandbox

import "golang.org/x/sys/unix"

// limitData bounds the process's private writable memory (not the address space that Go merely reserves).
func limitData(bytes uint64) {
	_ = unix.Setrlimit(unix.RLIMIT_DATA, &unix.Rlimit{Cur: bytes, Max: bytes})
}
