package cli

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// memoryGoal is how many bytes the Go runtime may hold before it collects
// garbage more often than gcPercent asks for. It is no hard limit: a package
// whose syntax and types need more gets more, and is then slower.
const memoryGoal = 96 << 20

// gcPercent lets the heap grow to several times what is in use before it is
// collected: a run is short, and most of them never get near memoryGoal.
const gcPercent = 400

// boundMemory sets both, unless the environment says otherwise.
func boundMemory() {
	if os.Getenv("GOMEMLIMIT") == "" && os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
		debug.SetMemoryLimit(memoryGoal)
		afterCollection()
	}
}

// afterCollection raises the limit after every collection to one and a half times what is in use,
// where that is more than memoryGoal: a limit that the program cannot keep makes it
// collect garbage all the time, which doubles the cost of a run.
func afterCollection() {
	runtime.SetFinalizer(new([16]byte), func(*[16]byte) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		if live[0].Value.Kind() == metrics.KindUint64 {
			debug.SetMemoryLimit(max(memoryGoal, 3*int64(live[0].Value.Uint64())/2))
		}
		afterCollection()
	})
}
