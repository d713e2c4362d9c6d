package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/tlslint/tlslint/internal/report"
)

// flags are the flags of check and fix. Those that a configuration has too are
// read through flagKeys, so that only a flag that was given overrides it.
type flags struct {
	config   []string
	isolated bool
	jobs     int

	newMergeBase, newRev, newPatch string
	staged                         bool

	langs       []string
	noGitignore bool
	stdinName   string
	types       string

	fix, unsafe, diff, allowDirty bool

	maxFindings     int
	exitZero        bool
	showLearned     bool
	allowIncomplete bool

	noSuppressions bool
	now            string

	formats    []string
	color      string
	quiet      bool
	verbose    int
	statistics bool
	category   string
}

// flagKeys maps flags to the configuration keys that they override.
var flagKeys = []struct{ flag, key string }{
	{"select", "lint.select"}, {"ignore", "lint.ignore"}, {"severity", "lint.severity"}, {"confidence", "lint.min-confidence"},
	{"exclude", "lint.exclude"}, {"fail-on", "lint.fail-on"}, {"tests", "lint.tests.level"},
	{"ca-env", "fix.ca-env"}, {"ca-bundle", "fix.ca-bundle"}, {"fix-style", "fix.style"}, {"unsafe-fixes", "fix.unsafe"},
	{"require-reason", "suppressions.require-reason"}, {"require-until", "suppressions.require-until"},
	{"max-until", "suppressions.max-until"}, {"foreign", "suppressions.foreign"}, {"new-mode", "diff.mode"},
	{"probe-timeout", "probe.timeout"}, {"probe-max", "probe.max"},
}

func (f *flags) add(fs *pflag.FlagSet) {
	fs.StringSlice("select", nil, "rules or patterns to look for: TLS1, TLS201, go-... (default all)")
	fs.StringSlice("ignore", nil, "rules or patterns not to look for")
	fs.String("severity", "medium", "show findings from this severity up: low, medium, high, critical")
	fs.String("confidence", "medium", "show findings from this confidence up: low, medium, high")
	fs.StringSliceVar(&f.langs, "lang", nil, "languages to look at (default all)")
	fs.StringSlice("exclude", nil, "globs of files not to look at")
	fs.BoolVar(&f.noGitignore, "no-gitignore", false, "look at ignored files too")
	fs.StringVar(&f.stdinName, "stdin-filename", "", "check standard input under this name")
	fs.String("tests", "note", "test, example and documentation code: note, same, off")
	fs.StringVar(&f.types, "types", "stub", "types of Go packages: stub (fast, offline) or full (asks the go command where a type is unknown)")

	fs.StringVar(&f.newMergeBase, "new-from-merge-base", "", "only findings that are new since this branch left REF: origin/main")
	fs.StringVar(&f.newRev, "new-from-rev", "", "only findings that are new since a revision: HEAD, v1.2.0")
	fs.StringVar(&f.newPatch, "new-from-patch", "", "only findings that a patch brings: FILE, or - for standard input")
	fs.String("new-mode", "findings", "what is new: findings that the base has not, findings on changed lines, all findings of changed files")
	fs.BoolVar(&f.staged, "staged", false, "look at the staged files, as they are staged")

	fs.BoolVar(&f.unsafe, "unsafe-fixes", false, "also apply fixes that need a deploy step or flip a default")
	fs.BoolVar(&f.diff, "diff", false, "print the repairs as a diff and change nothing")
	fs.BoolVar(&f.allowDirty, "allow-dirty", false, "repair files that differ from the git index")
	fs.String("ca-env", "", "the environment variable that names your CA bundle")
	fs.String("ca-bundle", "", "the path of your CA bundle")
	fs.String("fix-style", "env", "env: the library's own variable decides; bundle: the code names --ca-bundle; remove: the switch goes")

	fs.String("fail-on", "high", "exit 1 from this severity up")
	fs.IntVar(&f.maxFindings, "max-findings", 0, "exit 1 only with more gating findings than this")
	fs.BoolVar(&f.exitZero, "exit-zero", false, "exit 0 whatever is found")
	fs.BoolVar(&f.allowIncomplete, "allow-incomplete", false, "exit 0 although a file could not be analysed")

	fs.BoolVar(&f.noSuppressions, "no-suppressions", false, "show suppressed findings as well")
	fs.Bool("require-reason", false, "a suppression needs a reason")
	fs.Bool("require-until", false, "a suppression needs a last day")
	fs.String("max-until", "", "how far ahead a suppression's last day may lie (180d)")
	fs.String("foreign", "report", "comments for other tools (nosec, noqa, ...): honour, report, ignore")
	fs.StringVar(&f.now, "now", "", "the day to judge suppressions by, YYYY-MM-DD (default today)")

	fs.StringArrayVarP(&f.formats, "format", "f", nil, "FORMAT or FORMAT=FILE, repeatable: "+strings.Join(report.Formats(), ", "))
	fs.StringVar(&f.color, "color", "", "auto, always or never (default auto)")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "no summary")
	fs.CountVarP(&f.verbose, "verbose", "v", "say more: skipped files, reasons, who decides")
	fs.BoolVar(&f.statistics, "statistics", false, "count findings by rule on standard error")
	fs.StringVar(&f.category, "category", "", "tells several runs on one commit apart (SARIF)")

	addConfigFlags(fs, f)
	fs.IntVar(&f.jobs, "jobs", 0, "workers (default: one a processor)")
}

func addConfigFlags(fs *pflag.FlagSet, f *flags) {
	fs.StringArrayVar(&f.config, "config", nil, "a tlslint.toml, or KEY=VALUE")
	fs.BoolVar(&f.isolated, "isolated", false, "no configuration file, environment or baseline")
}

// day is the day that suppressions are judged by.
func (f *flags) day() (time.Time, error) {
	if f.now == "" {
		return time.Now(), nil
	}
	t, err := time.ParseInLocation("2006-01-02", f.now, time.Local)
	if err != nil {
		return t, usageError("--now %s: want a day as YYYY-MM-DD", f.now)
	}
	return t, nil
}

type output struct{ format, path string }

// outputs parses --format. One format may go to standard output.
func outputs(list []string) ([]output, error) { return parseOutputs(list, report.Formats()) }

func parseOutputs(list, formats []string) ([]output, error) {
	var out []output
	stdout := ""
	for _, item := range list {
		format, path, _ := strings.Cut(item, "=")
		if !slices.Contains(formats, format) {
			return nil, usageError("unknown format %q: want one of %s", format, strings.Join(formats, ", "))
		}
		if path == "" || path == "-" {
			path = ""
			if stdout != "" {
				return nil, usageError("--format %s and %s both go to standard output: give one a file, as in %s=FILE", stdout, format, format)
			}
			stdout = format
		}
		out = append(out, output{format, path})
	}
	return out, nil
}

// checkValues refuses values that a flag does not take.
func (f *flags) checkValues() error {
	if f.types != "stub" && f.types != "full" {
		return usageError("--types %s: want stub or full", f.types)
	}
	if err := checkColor(f.color); err != nil {
		return err
	}
	if f.jobs < 0 {
		return usageError("--jobs %d: want a positive number", f.jobs)
	}
	if f.stdinName != "" && filepath.Base(f.stdinName) == "." {
		return usageError("--stdin-filename %s: want the name of a file", f.stdinName)
	}
	return nil
}

func checkColor(color string) error {
	if color != "" && !slices.Contains([]string{"auto", "always", "never"}, color) {
		return usageError("--color %s: want auto, always or never", color)
	}
	return nil
}

func plural(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, one)
	}
	return fmt.Sprintf("%d %s", n, many)
}
