package report

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/tlslint/tlslint/finding"
)

var (
	githubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// githubCommand is the workflow command for a severity's level.
var githubCommand = map[string]string{"error": "error", "warning": "warning", "note": "notice"}

// writeGitHub writes a GitHub Actions workflow command a finding; the runner
// makes annotations of them. Line ends are encoded as GitHub wants it, every
// other control character is written out: the same lines stand in a log.
func writeGitHub(b *bytes.Buffer, r *Result, _ Options) error {
	src, rules := r.sources(), r.ruleIndex()
	for _, f := range r.shownFindings() {
		at := src.locate(f.Path, f.Span)
		fmt.Fprintf(b, "::%s file=%s,line=%d,endLine=%d", githubCommand[f.Severity.Level()],
			property(f.Path), at.startLine, at.endLine)
		// GitHub takes columns only where the region stays on one line.
		if at.startLine == at.endLine {
			fmt.Fprintf(b, ",col=%d,endColumn=%d", at.startColumn, at.endColumn)
		}
		rule := rules[f.Rule]
		title := strings.TrimSpace(f.Rule + " " + rule.Name)
		fmt.Fprintf(b, ",title=%s::%s\n", property(title), githubData.Replace(visible(githubMessage(f, rule), "\r\n")))
	}
	return nil
}

func property(s string) string { return githubProperty.Replace(visible(s, "\r\n")) }

func githubMessage(f *finding.Finding, rule Rule) string {
	if rule.Why == "" {
		return f.Message
	}
	return f.Message + ": " + rule.Why
}
