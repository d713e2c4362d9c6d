package cli

import (
	"fmt"
	"io"

	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/pattern"
)

// explainNoHit says why no row matches a node that was lowered.
func explainNoHit(w io.Writer, n *ir.Node, set *pattern.Set) {
	switch {
	case n.Dead:
		fmt.Fprintln(w, "why not: the code never runs with this value, or the value is written over before it is used")
	case set != nil:
		for _, reason := range set.Why(n) {
			fmt.Fprintf(w, "why not: %s\n", reason)
		}
	}
}
