package scan

import "time"

// SetUnitLimit sets how long one unit may take, until undo is called.
func SetUnitLimit(d time.Duration) (undo func()) {
	old := unitLimit
	unitLimit = d
	return func() { unitLimit = old }
}
