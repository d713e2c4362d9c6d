package cli

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// TestMemoryLimit: the limit follows what is in use, so that a large run does not
// spend its time on collecting garbage.
func TestMemoryLimit(t *testing.T) {
	t.Setenv("GOMEMLIMIT", "")
	t.Setenv("GOGC", "")
	percent := debug.SetGCPercent(100)
	defer func() { debug.SetGCPercent(percent) }()
	boundMemory()
	live := make([][]byte, 120)
	for i := range live {
		live[i] = make([]byte, 1<<20)
	}
	for range 200 {
		runtime.GC()
		if debug.SetMemoryLimit(-1) >= 3*120<<20/2 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if got := debug.SetMemoryLimit(-1); got < 3*120<<20/2 {
		t.Errorf("120 MiB are in use, the limit is %d MiB", got>>20)
	}
	runtime.KeepAlive(live)
}
