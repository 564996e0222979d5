package sandbox

import "testing"

func TestAHeapGrowsBySoMuchBeforeGarbageIsCollected(t *testing.T) {
	for _, one := range []struct{ live, percent int }{
		{0, 1200}, {4, 1200}, {9, 1000}, {16, 600}, {24, 400}, {64, 400}, {65, 100}, {512, 100},
	} {
		if got := percentFor(uint64(one.live) * mebibyte); got != one.percent {
			t.Errorf("%d MiB in use: %d %%, wanted %d", one.live, got, one.percent)
		}
	}
}
