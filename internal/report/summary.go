package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/tlslint/tlslint/finding"
)

// counts is what a summary says about the findings of a result.
type counts struct {
	shown, fixable, suppressed int
	bySeverity                 map[finding.Severity]int // shown ones
	byLevel                    map[string]int           // shown ones
	quiet                      map[string]int           // below the severity asked for, by level
	unsure, other              int                      // not shown for their confidence, or for another reason
	leastSure                  finding.Confidence       // the lowest confidence among unsure
	incomplete                 int                      // skipped files that may hold findings
	compared                   bool                     // with a base: shown ones are new
	old                        int                      // not shown because the base has them
}

func (r *Result) count() counts {
	c := counts{
		bySeverity: map[finding.Severity]int{},
		byLevel:    map[string]int{},
		quiet:      map[string]int{},
		leastSure:  finding.ConfidenceHigh,
		compared:   r.New != nil,
	}
	for _, f := range r.Findings {
		switch {
		case f.Suppressed != nil:
			c.suppressed++
		case r.shown(f):
			c.shown++
			c.bySeverity[f.Severity]++
			c.byLevel[f.Severity.Level()]++
			if len(editFixes(f)) > 0 {
				c.fixable++
			}
		case r.New != nil && !r.New(f):
			if r.Visible(f) {
				c.old++
			}
		case f.Severity < r.MinSeverity:
			c.quiet[f.Severity.Level()]++
		case f.Confidence < finding.ConfidenceHigh:
			c.unsure++
			c.leastSure = min(c.leastSure, f.Confidence)
		default:
			c.other++
		}
	}
	for _, s := range r.Skipped {
		if s.Incomplete {
			c.incomplete++
		}
	}
	return c
}

// Summary writes how much was found, for the error stream: a line, and one more
// when files were skipped. Verbose adds each of those files and the time that
// the scan took; quiet writes nothing. Errors of w are ignored, as nobody could
// be told of them.
func Summary(w io.Writer, r *Result, o Options) {
	if o.Quiet {
		return
	}
	c := r.count()
	fmt.Fprintln(w, strings.Join(c.parts(r.Files), ", "))
	if line := c.skippedLine(len(r.Skipped), o); line != "" {
		fmt.Fprintln(w, line)
	}
	if o.Verbose < 1 {
		if reason := unreadReason(r.Skipped); reason != "" {
			fmt.Fprintf(w, "  why: %s\n", visible(reason, ""))
		}
		return
	}
	for _, s := range r.Skipped {
		fmt.Fprintf(w, "  %s: %s\n", visible(s.Path, ""), visible(s.Reason, ""))
	}
	if r.Elapsed > 0 {
		fmt.Fprintf(w, "checked %s in %s\n", plural(r.Files, "file"), r.Elapsed.Round(time.Millisecond))
	}
}

func (c counts) parts(files int) []string {
	var parts []string
	switch {
	case c.shown+c.old == 0:
		parts = append(parts, "no findings in "+plural(files, "file"))
	case c.compared:
		parts = append(parts, fmt.Sprintf("%s (%d new)", plural(c.shown+c.old, "finding"), c.shown))
		if c.shown > 0 {
			parts = append(parts, levels(c.byLevel))
		}
	default:
		parts = append(parts, fmt.Sprintf("%s (%s)", plural(c.shown, "finding"), levels(c.byLevel)))
	}
	if c.fixable > 0 {
		parts = append(parts, fmt.Sprintf("%d fixable", c.fixable))
	}
	if c.suppressed > 0 {
		parts = append(parts, fmt.Sprintf("%d suppressed", c.suppressed))
	}
	if c.other > 0 {
		parts = append(parts, fmt.Sprintf("%d not shown", c.other))
	}
	if c.unsure > 0 {
		parts = append(parts, fmt.Sprintf("%d less certain: --confidence %s shows %s", c.unsure, c.leastSure, them(c.unsure)))
	}
	if len(c.quiet) > 0 {
		parts = append(parts, fmt.Sprintf("%s: --severity low shows %s", levels(c.quiet),
			them(c.quiet["error"]+c.quiet["warning"]+c.quiet["note"])))
	}
	return parts
}

func (c counts) skippedLine(skipped int, o Options) string {
	if skipped == 0 {
		return ""
	}
	line := plural(skipped, "file") + " skipped"
	if c.incomplete > 0 {
		line += fmt.Sprintf(", %d of them could hold findings", c.incomplete)
	}
	if o.Verbose > 0 {
		return line + ":"
	}
	return line + " (-v lists " + them(skipped) + ")"
}

// unreadReason is why files that could hold findings were not analysed, where all
// of them have the same reason: nobody should have to ask for it.
func unreadReason(skipped []Skip) string {
	reason := ""
	for _, s := range skipped {
		switch {
		case !s.Incomplete:
		case reason == "":
			reason = s.Reason
		case s.Reason != reason:
			return ""
		}
	}
	return reason
}

// levels reads "2 errors, 1 warning".
func levels(byLevel map[string]int) string {
	var parts []string
	for _, level := range []string{"error", "warning", "note"} {
		if n := byLevel[level]; n > 0 {
			parts = append(parts, plural(n, level))
		}
	}
	return strings.Join(parts, ", ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func them(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}
