package golang

import (
	"sync"
	"sync/atomic"
	"testing"
)

func TestBudgetKeepsLargePackagesApart(t *testing.T) {
	var b budget
	var load atomic.Int64
	var wg sync.WaitGroup
	sizes := []int{maxLoad / 3, maxLoad / 3, maxLoad / 2, maxLoad, 3 * maxLoad, 0, 1}
	for range 20 {
		for _, n := range sizes {
			wg.Go(func() {
				b.take(n)
				defer b.give(n)
				if now := load.Add(int64(n)); now > maxLoad && now != int64(n) {
					t.Errorf("%d bytes at a time, of which %d are one package", now, n)
				}
				load.Add(int64(-n))
			})
		}
	}
	wg.Wait()
	if b.used != 0 {
		t.Errorf("%d bytes are still taken at the end", b.used)
	}
}
