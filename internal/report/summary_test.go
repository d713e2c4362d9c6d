package report

import (
	"bytes"
	"testing"
	"time"

	"github.com/tlslint/tlslint/finding"
)

func TestSummary(t *testing.T) {
	edit := []finding.Fix{{Class: finding.Safe, Edits: []finding.Edit{{}}}}
	high := &finding.Finding{Severity: finding.High, Confidence: finding.ConfidenceHigh, Fixes: edit}
	medium := &finding.Finding{Severity: finding.Medium, Confidence: finding.ConfidenceHigh}
	note := &finding.Finding{Severity: finding.Low, Confidence: finding.ConfidenceHigh}
	unsure := &finding.Finding{Severity: finding.High, Confidence: finding.ConfidenceLow}
	silent := &finding.Finding{Severity: finding.High, Suppressed: &finding.Suppression{}}
	skips := []Skip{{"a", "too big", true}, {"b", "vendored", false}}
	shown := func(least finding.Severity) func(*finding.Finding) bool {
		return func(f *finding.Finding) bool {
			return f.Severity >= least && f.Confidence >= finding.ConfidenceMedium
		}
	}
	all := []*finding.Finding{high, high, medium, note, note, silent}
	for _, test := range []struct {
		name string
		r    Result
		o    Options
		want string
	}{
		{"nothing", Result{Files: 120}, Options{}, "no findings in 120 files\n"},
		{"nothing in one", Result{Files: 1}, Options{}, "no findings in 1 file\n"},
		{"everything", Result{Findings: all, MinSeverity: finding.Medium}, Options{},
			"3 findings (2 errors, 1 warning), 2 fixable, 1 suppressed, 2 notes: --severity low shows them\n"},
		{"one of each", Result{Findings: []*finding.Finding{high, note}, MinSeverity: finding.Medium}, Options{},
			"1 finding (1 error), 1 fixable, 1 note: --severity low shows it\n"},
		{"notes shown", Result{Findings: all, MinSeverity: finding.Low}, Options{},
			"5 findings (2 errors, 1 warning, 2 notes), 2 fixable, 1 suppressed\n"},
		{"warnings hidden", Result{Findings: all, MinSeverity: finding.High}, Options{},
			"2 findings (2 errors), 2 fixable, 1 suppressed, 1 warning, 2 notes: --severity low shows them\n"},
		{"unsure", Result{Files: 2, Findings: []*finding.Finding{unsure}, MinSeverity: finding.Medium, Shown: shown(finding.Medium)}, Options{},
			"no findings in 2 files, 1 less certain: --confidence low shows it\n"},
		{"hidden otherwise", Result{Files: 2, Findings: []*finding.Finding{high}, Shown: func(*finding.Finding) bool { return false }}, Options{},
			"no findings in 2 files, 1 not shown\n"},
		{"skipped", Result{Files: 2, Skipped: skips}, Options{},
			"no findings in 2 files\n2 files skipped, 1 of them could hold findings (-v lists them)\n  why: too big\n"},
		{"one skipped", Result{Files: 2, Skipped: skips[1:]}, Options{},
			"no findings in 2 files\n1 file skipped (-v lists it)\n"},
		{"verbose", Result{Files: 2, Skipped: skips, Elapsed: 1234567 * time.Microsecond}, Options{Verbose: 1},
			"no findings in 2 files\n2 files skipped, 1 of them could hold findings:\n  a: too big\n  b: vendored\nchecked 2 files in 1.235s\n"},
		{"quiet", Result{Findings: all, Skipped: skips}, Options{Quiet: true, Verbose: 1}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b bytes.Buffer
			Summary(&b, &test.r, test.o)
			if b.String() != test.want {
				t.Errorf("got\n%swant\n%s", b.String(), test.want)
			}
		})
	}
}
