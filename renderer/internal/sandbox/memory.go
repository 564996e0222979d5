package sandbox

import (
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	lookEvery = 5 * time.Millisecond
	mebibyte  = 1 << 20
	// Most leaves need little: collecting garbage seldom makes them faster. From so much on, garbage is the larger part.
	smallHeap                   = 64 * mebibyte
	percentOfSmall, percentElse = 400, 100
	// What a heap may grow by in any case: what is in use between most leaves is a tenth of it.
	smallGrowth, leastHeap = 96 * mebibyte, 8 * mebibyte
	// Go takes addresses in pieces of 64 MiB, and some for itself.
	addressesBeside = 128 * mebibyte
	// What a process may keep when it has nothing to do.
	keptWhenIdle = 192 * mebibyte
)

// LimitMemory ends the process, through tooMuch, when it uses more than limit bytes. The garbage collector works harder
// from three quarters on: while it works a render goes on, and takes some more. One allocation that is larger than the
// limit by itself is refused by the system where it can do so; the process then dies with Go's `out of memory`.
//
// The system counts addresses, also those whose memory went back to it, and in which a larger block does not fit. Its
// limit is higher by a quarter and what is taken in any case: otherwise a leaf fails that needs half.
func LimitMemory(limit int64, tooMuch func()) {
	debug.SetMemoryLimit(limit / 4 * 3)
	debug.SetGCPercent(percentOfSmall)
	limitData(uint64(limit) + uint64(limit)/4 + addressesBeside)
	go func() {
		percent := percentOfSmall
		for range time.Tick(lookEvery) {
			used, live := look()
			if used > uint64(limit) {
				tooMuch()
			}
			if wanted := percentFor(live); wanted != percent {
				debug.SetGCPercent(wanted)
				percent = wanted
			}
		}
	}()
}

// percentFor says by how much a heap may grow, of which so much was in use, before garbage is collected.
func percentFor(live uint64) int {
	if live > smallHeap {
		return percentElse
	}
	// In steps, so that it seldom changes. Before the first collection nothing is known to be in use.
	return max(percentOfSmall, int(smallGrowth/(max(live, leastHeap)/100))/100*100)
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
