package golang

import "sync"

// maxLoad is how many bytes of source are type-checked at a time. Syntax and
// types take about 40 times as much, so that two large packages side by side
// would need more memory than all the rest of a run.
const maxLoad = 1 << 20

// budget hands out bytes of source. What is larger than all of it gets its turn
// alone. The zero value is ready for use.
type budget struct {
	mu    sync.Mutex
	freed sync.Cond
	used  int
}

// take waits until n more bytes fit.
func (b *budget) take(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.freed.L == nil {
		b.freed.L = &b.mu
	}
	for b.used > 0 && b.used+n > maxLoad {
		b.freed.Wait()
	}
	b.used += n
}

// give returns what take took.
func (b *budget) give(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.used -= n
	b.freed.Broadcast()
}
