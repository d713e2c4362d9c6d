package report

import (
	"bytes"
	"fmt"
)

// writeConcise writes a line a finding, "path:line:col: TLS101 message", with
// " [*]" at its end when a fix is at hand. Columns count bytes.
func writeConcise(b *bytes.Buffer, r *Result, _ Options) error {
	src := r.sources()
	for _, f := range r.shownFindings() {
		at := src.locate(f.Path, f.Span)
		mark := ""
		if len(editFixes(f)) > 0 {
			mark = " [*]"
		}
		fmt.Fprintf(b, "%s:%d:%d: %s %s%s\n", visible(f.Path, ""), at.startLine, at.startByte,
			visible(f.Rule, ""), visible(f.Message, ""), mark)
	}
	return nil
}
