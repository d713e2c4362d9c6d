// Package report writes the outcome of a scan for people and for machines.
//
// One [Result] comes in: the findings, the rules behind them, the bytes of the
// files they stand in, and what was not looked at. Text, concise lines, JSON,
// SARIF, GitHub workflow commands or a unified diff go out, each from a file of
// its own. No format changes the result and none of them knows another one, so
// a run may write several. The same result always gives the same bytes.
//
// Paths and source text are not trusted: they may hold control characters that
// would drive a terminal or end a line early, and every format escapes them in
// its own way. Only a diff that is not written for a terminal passes source
// text on unchanged, because a patch has to match the file byte for byte.
package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/tlslint/tlslint/finding"
)

// Tool says which program made the result.
type Tool struct {
	Name    string // "tlslint"
	Version string // as in "1.4.0"; "" when unknown
	InfoURI string // home page, "" when there is none
}

// Result is what one scan found. Every format reads it and none changes it.
type Result struct {
	Tool Tool
	// Root is the absolute root of the scan. It is never printed.
	Root string
	// Category tells several runs on one commit apart, "" for the only one.
	Category string
	// Rules holds every rule that is known, in any order. A finding of a rule
	// that is missing here is still reported, with its id alone.
	Rules []Rule
	// Findings are all of them, in the order of [finding.Sort] and with their
	// fingerprints set: those to show, those that are too quiet to show, and
	// those that are suppressed.
	Findings []*finding.Finding
	// Shown tells whether a finding passes the severity and confidence that
	// the user asked for. A suppressed finding is never shown, whatever Shown
	// says. nil shows everything from MinSeverity up.
	Shown func(*finding.Finding) bool
	// New tells the findings that a change brings from those that were there
	// before, which are counted and not shown; nil when the run is about no change.
	// Visible is then what Shown would be without it.
	New, Visible func(*finding.Finding) bool
	// Source returns the bytes of the file at a [finding.Finding] Path, nil
	// when they are not known. It may itself be nil.
	Source func(path string) []byte
	// Files is the number of files that were looked at.
	Files int
	// Parsed is how many of them were parsed: the others hold nothing that matters.
	Parsed  int
	Skipped []Skip
	// Elapsed is the time the scan took. Only a verbose summary prints it.
	Elapsed     time.Duration
	MinSeverity finding.Severity
	// Args is the command line without the program's name.
	Args     []string
	ExitCode int
	// StartTime is left out of every format when it is zero, so that two runs
	// give the same bytes.
	StartTime time.Time
}

// Skip is a file that was not checked.
type Skip struct {
	Path   string // relative to the root, forward slashes
	Reason string
	// Incomplete says that the file could have had findings: the result may
	// miss some. false stands for a file that was left out on purpose.
	Incomplete bool
}

// Rule describes a weakness class.
type Rule struct {
	ID       string // "TLS101"
	Name     string // "certificate-verification-off"
	Title    string
	CWE      string // "CWE-295"; several are separated by commas
	Severity finding.Severity
	Short    string // one sentence
	Full     string // a paragraph
	Markdown string // the whole page
	HelpURI  string
	Why      string // the consequence in one line, printed after the carets
}

// Options are wishes about how a person sees the result. The formats for
// machines ignore them.
type Options struct {
	Color   bool
	Verbose int
	Quiet   bool
	Width   int // columns of the terminal; 0 = not known
}

// sink writes a result in one format.
type sink func(b *bytes.Buffer, r *Result, o Options) error

var sinks = map[string]sink{
	"concise": writeConcise,
	"diff":    writeDiff,
	"github":  writeGitHub,
	"json":    writeJSON,
	"sarif":   writeSARIF,
	"text":    writeText,
}

// Formats returns the names that [Write] knows, sorted.
func Formats() []string {
	names := make([]string, 0, len(sinks))
	for name := range sinks {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Write writes r in a format of [Formats]. It returns an error for a format
// that is not known, and the error of w. Nothing is written before the whole
// output is ready, so a failure leaves no half document.
func Write(w io.Writer, format string, r *Result, o Options) error {
	write, ok := sinks[format]
	if !ok {
		return fmt.Errorf("unknown format %q: want %s", format, strings.Join(Formats(), ", "))
	}
	var b bytes.Buffer
	if err := write(&b, r, o); err != nil {
		return fmt.Errorf("writing %s: %w", format, err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("writing %s: %w", format, err)
	}
	return nil
}

// shown tells whether f belongs into an output that lists what to look at.
func (r *Result) shown(f *finding.Finding) bool {
	switch {
	case f.Suppressed != nil:
		return false
	case r.Shown != nil:
		return r.Shown(f)
	default:
		return f.Severity >= r.MinSeverity
	}
}

// shownFindings returns the findings that are shown, in the result's order.
func (r *Result) shownFindings() []*finding.Finding {
	var out []*finding.Finding
	for _, f := range r.Findings {
		if r.shown(f) {
			out = append(out, f)
		}
	}
	return out
}

// ruleIndex returns the rules by id.
func (r *Result) ruleIndex() map[string]Rule {
	byID := make(map[string]Rule, len(r.Rules))
	for _, rule := range r.Rules {
		byID[rule.ID] = rule
	}
	return byID
}

// editFixes returns the fixes of f that change something.
func editFixes(f *finding.Finding) []finding.Fix {
	var out []finding.Fix
	for _, fix := range f.Fixes {
		if len(fix.Edits) > 0 {
			out = append(out, fix)
		}
	}
	return out
}
