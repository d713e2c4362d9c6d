package finding

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
)

// FingerprintAll gives every finding its fingerprint: a hash over rule, path,
// enclosing symbol, node kind, the finding's own tokens and the sink, and an
// ordinal among equals. No line number goes in, so it survives moved and
// reformatted lines. The findings must be sorted (see Sort): the ordinal
// follows that order.
func FingerprintAll(fs []*Finding) {
	seen := make(map[string]int, len(fs))
	for _, f := range fs {
		h := sha256.New()
		for _, part := range []string{f.Rule, f.Path, f.Symbol, f.NodeKind, f.Tokens, f.Sink} {
			fmt.Fprintf(h, "%d:%s", len(part), part)
		}
		key := hex.EncodeToString(h.Sum(nil))[:32]
		f.Fingerprint = key + ":" + strconv.Itoa(seen[key])
		seen[key]++
	}
}
