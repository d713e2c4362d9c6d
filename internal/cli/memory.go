package cli

import (
	"os"
	"runtime/debug"
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
	}
}
