package sandbox

import (
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	lookEvery = 20 * time.Millisecond
	mebibyte  = 1 << 20
	// Most leaves need little: collecting garbage seldom makes them faster. From so much on, garbage is the larger part.
	smallHeap                   = 64 * mebibyte
	percentOfSmall, percentElse = 400, 100
	// What a process may keep when it has nothing to do.
	keptWhenIdle = 192 * mebibyte
)

// LimitMemory ends the process, through tooMuch, when it uses more than limit bytes. The garbage collector works harder
// from nine tenths on. One allocation that is larger than the limit by itself is refused by the system where it can
// do so; the process then dies with Go's `out of memory`.
//
// The system counts addresses, also those whose memory went back to it, and in which a larger block does not fit. Its
// limit is twice ours: otherwise a leaf fails that needs half.
func LimitMemory(limit int64, tooMuch func()) {
	debug.SetMemoryLimit(limit / 10 * 9)
	debug.SetGCPercent(percentOfSmall)
	limitData(2 * uint64(limit))
	go func() {
		percent := percentOfSmall
		for range time.Tick(lookEvery) {
			used, live := look()
			if isTooMuch(used, uint64(limit)) {
				tooMuch()
			}
			wanted := percentOfSmall
			if live > smallHeap {
				wanted = percentElse
			}
			if wanted != percent {
				debug.SetGCPercent(wanted)
				percent = wanted
			}
		}
	}()
}

// isTooMuch collects what is garbage before it says so: while the collector works, a render goes on, and may take some
// more than it is meant to. By a quarter it may not.
func isTooMuch(used, limit uint64) bool {
	if used <= limit {
		return false
	}
	if used <= limit+limit/4 {
		debug.FreeOSMemory()
		used, _ = look()
	}
	return used > limit
}

// ReturnMemory gives what a large leaf has left behind back to the system; there are several processes like this one.
func ReturnMemory() {
	if used, _ := look(); used > keptWhenIdle {
		debug.FreeOSMemory()
	}
}

// look answers what the process uses, and what of it the last collection found in use.
func look() (used, live uint64) {
	samples := []metrics.Sample{
		{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}, {Name: "/gc/heap/live:bytes"},
	}
	metrics.Read(samples)
	return samples[0].Value.Uint64() - samples[1].Value.Uint64(), samples[2].Value.Uint64()
}
