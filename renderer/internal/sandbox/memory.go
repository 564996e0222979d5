package sandbox

import (
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const lookEvery = 20 * time.Millisecond

// LimitMemory ends the process, through tooMuch, when it uses more than limit bytes. The garbage collector works harder
// from nine tenths on. One allocation that is larger than the limit by itself is refused by the system where it can
// do so; the process then dies with Go's `out of memory`.
func LimitMemory(limit int64, tooMuch func()) {
	debug.SetMemoryLimit(limit / 10 * 9)
	limitData(uint64(limit) + uint64(limit)/4)
	go func() {
		for range time.Tick(lookEvery) {
			if used() > uint64(limit) {
				tooMuch()
			}
		}
	}()
}

func used() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64() - samples[1].Value.Uint64()
}
