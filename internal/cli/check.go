package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/fix"
	"github.com/tlslint/tlslint/internal/repair"
	"github.com/tlslint/tlslint/internal/report"
	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/internal/suppress"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/rules"
)

func newCheck(s streams) *cobra.Command {
	cmd := &cobra.Command{
		Use: "check [paths...]", Short: "find insecure TLS (the default command)",
		Example: `  tlslint check ./...
  tlslint check -f sarif=out.sarif -f text internal/
  tlslint check --fix cmd/`,
	}
	cmd.RunE = addCheck(cmd, s)
	return cmd
}

func newFix(s streams) *cobra.Command {
	f := &flags{fix: true}
	cmd := &cobra.Command{
		Use: "fix [paths...]", Short: "repair what can be repaired; --diff previews",
		Example: `  tlslint fix --diff ./...
  tlslint fix ./...
  tlslint fix --fix-style bundle --ca-bundle /etc/ssl/corp-ca.pem --unsafe-fixes ./...`,
		RunE: func(cmd *cobra.Command, args []string) error { return runCheck(cmd, args, f, s) },
	}
	f.add(cmd.Flags())
	return cmd
}

func addCheck(cmd *cobra.Command, s streams) func(*cobra.Command, []string) error {
	f := &flags{}
	f.add(cmd.Flags())
	cmd.Flags().BoolVar(&f.showLearned, "show-learned", false, "print the functions that lead to a switch as [[pattern]] tables, instead of findings")
	cmd.Flags().BoolVar(&f.fix, "fix", false, "repair what can be repaired")
	return func(cmd *cobra.Command, args []string) error { return runCheck(cmd, args, f, s) }
}

// run is one check with its configuration.
type run struct {
	f       *flags
	s       streams
	root    string
	paths   []string
	configs *configs
	day     time.Time
	outputs []output
	color   bool
	scan    scan.Options
	start   time.Time
	args    []string
	change  change
}

func runCheck(cmd *cobra.Command, args []string, f *flags, s streams) error {
	if err := f.checkValues(); err != nil {
		return err
	}
	r, err := newRun(cmd, args, f, s)
	if err != nil {
		return err
	}
	if err := r.openChange(cmd.Context(), cmd.Flags()); err != nil {
		return failure(err)
	}
	defer r.change.close()
	res, err := r.check(cmd.Context())
	if err != nil {
		return failure(err)
	}
	if f.showLearned {
		writeLearned(s.out, res)
		return nil
	}
	code := 0
	if f.fix || f.diff {
		if code, err = r.repair(cmd.Context(), &res); err != nil {
			return failure(err)
		}
		if f.diff {
			return exit(code)
		}
	}
	gate := r.gate(res)
	if err := r.print(res, max(code, gate)); err != nil {
		return &exitError{code: 2, err: err}
	}
	if code == 2 {
		return exit(2)
	}
	return exit(gate)
}

func exit(code int) error {
	if code == 0 {
		return nil
	}
	return &exitError{code: code}
}

func failure(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	var e *exitError
	if errors.As(err, &e) {
		return err
	}
	return &exitError{code: 2, err: err}
}

func newRun(cmd *cobra.Command, args []string, f *flags, s streams) (*run, error) {
	root, err := workingDir()
	if err != nil {
		return nil, failure(err)
	}
	r := &run{f: f, s: s, root: root, paths: args, start: time.Now(), args: s.args}
	if r.configs, err = loadConfigs(cmd, f, root); err != nil {
		return nil, failure(err)
	}
	if r.day, err = f.day(); err != nil {
		return nil, err
	}
	top := r.configs.top
	formats := f.formats
	if len(formats) == 0 {
		formats = top.Output.Format
	}
	if r.outputs, err = outputs(formats); err != nil {
		return nil, err
	}
	for _, l := range f.langs {
		if languages.Named(l) == nil {
			return nil, usageError("--lang %s: this build knows %s", l, strings.Join(langNames(), ", "))
		}
	}
	if top.Fix.Style == "bundle" && top.Fix.CABundle == "" && (f.fix || f.diff) {
		return nil, usageError("--fix-style bundle needs --ca-bundle PATH")
	}
	r.color = useColor(f.color, top.Output.Color, s.out, f.isolated)
	own, err := r.configs.rows()
	if err != nil {
		return nil, failure(err)
	}
	r.scan = scan.Options{
		Root: root, Paths: args, Langs: f.langs, NoGitignore: f.noGitignore,
		CI: os.Getenv("CI") == "true" && !f.isolated, Jobs: f.jobs, Types: f.types, Own: own,
		MinTLS: top.Lint.Rules["TLS201"].MinVersion, Select: r.configs.selected, Severity: r.configs.severity,
		Tests: top.Lint.Tests.Level, TestPath: r.configs.testPath,
		Vars: languages.Vars{CAEnv: top.Fix.CAEnv, CABundle: top.Fix.CABundle},
	}
	if cmd.Flags().Changed("exclude") {
		r.scan.Exclude = top.Lint.Exclude // counts from here
	} else {
		r.scan.Excluded = r.configs.excluded
	}
	return r, nil
}

func langNames() []string {
	var out []string
	for _, l := range languages.All() {
		out = append(out, l.Name())
	}
	return out
}

// useColor decides about colours: the flag, then NO_COLOR, then the terminal.
func useColor(flag, conf string, out io.Writer, isolated bool) bool {
	mode := flag
	if mode == "" {
		mode = conf
	}
	switch mode {
	case "always":
		return true
	case "never":
		return false
	}
	if os.Getenv("NO_COLOR") != "" && !isolated || os.Getenv("TERM") == "dumb" {
		return false
	}
	return isTerminal(out)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// check scans, and applies suppressions.
func (r *run) check(ctx context.Context) (*scan.Result, error) {
	if r.f.stdinName != "" {
		if err := r.readStdin(); err != nil {
			return nil, err
		}
	}
	stop := r.progress()
	res, err := scan.Run(ctx, r.scan)
	stop()
	if err != nil {
		return nil, err
	}
	r.prepare(res)
	if err := r.markOld(ctx, res); err != nil {
		return nil, err
	}
	// What a broken configuration would have silenced or asked for is not known.
	if err := r.configs.err(); err != nil {
		return nil, err
	}
	for _, file := range r.configs.ownPatterns() {
		if !r.f.quiet {
			fmt.Fprintf(r.s.err, "tlslint: %s: its [[pattern]] tables count only for a run that starts in that folder\n", escape(file))
		}
	}
	return res, nil
}

// readStdin puts standard input in the place of the file that it is named after.
func (r *run) readStdin() error {
	if len(r.paths) > 0 {
		return usageError("--stdin-filename checks standard input alone: give no paths")
	}
	data, err := io.ReadAll(io.LimitReader(r.s.in, scan.MaxBytes+1))
	if err != nil {
		return fmt.Errorf("standard input: %w", err)
	}
	if len(data) > scan.MaxBytes {
		return fmt.Errorf("standard input: larger than %d bytes", scan.MaxBytes)
	}
	name := r.f.stdinName
	if !filepath.IsAbs(name) {
		name = filepath.Join(r.root, name)
	}
	if data == nil {
		data = []byte{}
	}
	r.scan.Stdin = name
	r.scan.Overlay = map[string][]byte{name: data}
	return nil
}

// progress says how many files are done.
func (r *run) progress() (stop func()) {
	if r.f.quiet {
		return func() {}
	}
	var done, total atomic.Int64
	r.scan.Progress = func(d, t int) { done.Store(int64(d)); total.Store(int64(t)) }
	return progressLine(r.s.err, func() string { return fmt.Sprintf("%d/%d files", done.Load(), total.Load()) })
}

// progressLine shows a line on a terminal once a run takes longer than a second,
// and takes it away when it is stopped. Elsewhere, and in CI, it shows nothing.
func progressLine(w io.Writer, line func() string) (stop func()) {
	if os.Getenv("CI") != "" || !isTerminal(w) {
		return func() {}
	}
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		shown := false
		wait := time.NewTimer(time.Second)
		defer wait.Stop()
		for {
			select {
			case <-quit:
				if shown {
					fmt.Fprint(w, "\r\x1b[K")
				}
				return
			case <-wait.C:
				fmt.Fprintf(w, "\r\x1b[K%s", line())
				shown = true
				wait.Reset(100 * time.Millisecond)
			}
		}
	}()
	return func() { close(quit); <-gone }
}

// prepare does what every scan needs before its findings are looked at.
func (r *run) prepare(res *scan.Result) {
	r.suppress(res)
	r.change.keepStaged(res)
	r.listSuppressions(res)
	finding.FingerprintAll(res.Findings())
}

// shown reports whether a finding passes --severity and --confidence.
func (r *run) shown(f *finding.Finding) bool { return r.visible(f) && !r.change.old[f] }

// visible is shown without the question whether a finding is new.
func (r *run) visible(f *finding.Finding) bool {
	if f.Suppressed != nil {
		return false
	}
	s, _ := finding.ParseSeverity(r.configs.top.Lint.Severity)
	c, _ := finding.ParseConfidence(r.configs.top.Lint.MinConfidence)
	return f.Severity >= s && f.Confidence >= c
}

// gate is the exit code that the findings ask for.
func (r *run) gate(res *scan.Result) int {
	if r.f.exitZero {
		return 0
	}
	failOn, _ := finding.ParseSeverity(r.configs.top.Lint.FailOn)
	conf, _ := finding.ParseConfidence(r.configs.top.Lint.MinConfidence)
	n := 0
	for _, f := range res.Findings() {
		// A suppression whose time is over gates whatever --fail-on says.
		expired := f.Rule == suppress.Expired && f.Severity > finding.Low
		if f.Suppressed == nil && !r.change.old[f] && (expired || f.Severity >= failOn && f.Confidence >= conf) {
			n++
		}
	}
	if n > r.f.maxFindings {
		return 1
	}
	if !r.f.allowIncomplete && slices.ContainsFunc(res.Skipped, func(s scan.Skip) bool { return s.Incomplete }) {
		return 3
	}
	return 0
}

// result is what the formats read.
func (r *run) result(res *scan.Result, code int) *report.Result {
	shown, _ := finding.ParseSeverity(r.configs.top.Lint.Severity)
	out := &report.Result{
		Tool: report.Tool{Name: "tlslint", Version: version(), InfoURI: "https://github.com/tlslint/tlslint"},
		Root: r.root, Category: r.f.category, Rules: reportRules(), Findings: res.Findings(), Shown: r.shown,
		Source: func(p string) []byte { return res.Sources[p] },
		New:    r.change.isNew(), Visible: r.visible,
		Files: res.Files, Parsed: res.Parsed, Elapsed: time.Since(r.start), MinSeverity: shown, Args: r.args, ExitCode: code,
	}
	for _, s := range res.Skipped {
		out.Skipped = append(out.Skipped, report.Skip{Path: s.Path, Reason: s.Reason, Incomplete: s.Incomplete})
	}
	return out
}

func reportRules() []report.Rule {
	var out []report.Rule
	for _, r := range rules.All() {
		out = append(out, report.Rule{
			ID: r.ID, Name: r.Name, Title: r.Title, CWE: r.CWE, Severity: r.Severity, Short: r.Title,
			Full: firstParagraph(r.Section("What it does")), Markdown: r.Body, HelpURI: r.URL(), Why: r.Why,
		})
	}
	return out
}

func firstParagraph(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n\n")
	return strings.Join(strings.Fields(text), " ")
}

// print writes every format to where it goes, and the summary to standard error.
func (r *run) print(res *scan.Result, code int) error {
	out := r.result(res, code)
	for _, o := range r.outputs {
		opt := report.Options{Color: r.color && o.path == "", Verbose: r.f.verbose, Quiet: r.f.quiet, Width: width()}
		if o.path == "" {
			if err := report.Write(r.s.out, o.format, out, opt); err != nil {
				return err
			}
			continue
		}
		var buf bytes.Buffer
		if err := report.Write(&buf, o.format, out, opt); err != nil {
			return err
		}
		if err := writeFile(o.path, buf.Bytes()); err != nil {
			return err
		}
	}
	report.Summary(r.s.err, out, report.Options{
		Color: useColor(r.f.color, r.configs.top.Output.Color, r.s.err, r.f.isolated), Verbose: r.f.verbose, Quiet: r.f.quiet, Width: width(),
	})
	if r.f.statistics {
		r.printStatistics(res)
	}
	return nil
}

func (r *run) printStatistics(res *scan.Result) {
	type row struct{ rule, name string }
	counts := map[row]int{}
	for _, f := range res.Findings() {
		if r.shown(f) {
			rule, _ := rules.Get(f.Rule)
			counts[row{f.Rule, rule.Name}]++
		}
	}
	var keys []row
	for k := range counts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b row) int { return strings.Compare(a.rule, b.rule) })
	for _, k := range keys {
		fmt.Fprintf(r.s.err, "%6d  %s  %s\n", counts[k], k.rule, k.name)
	}
}

// writeFile writes an output so that a reader never sees half of it.
func writeFile(path string, data []byte) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		// A pipe or a device, such as /dev/stdout.
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return fmt.Errorf("%s: %w", path, unwrapPath(err))
		}
		return nil
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".tlslint-*")
	if err != nil {
		return fmt.Errorf("%s: %w", path, unwrapPath(err))
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(tmp.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, unwrapPath(err))
	}
	return nil
}

func unwrapPath(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

func width() int {
	if w := os.Getenv("COLUMNS"); w != "" {
		var n int
		if _, err := fmt.Sscan(w, &n); err == nil && n >= 40 && n <= 400 {
			return n
		}
	}
	return 100
}

// repair applies fixes, or shows them; the scan result is replaced by one of the
// repaired files. The code is 1 for a non-empty diff, 2 when a file could not be
// repaired although it should have been.
func (r *run) repair(ctx context.Context, res **scan.Result) (int, error) {
	top := r.configs.top
	want := fix.Options{Style: finding.Style(top.Fix.Style), Unsafe: top.Fix.Unsafe}
	prepare := r.prepareRepair(ctx)
	prepare.first(*res)
	done, err := repair.Run(ctx, r.scan, *res, want, prepare.again)
	if err = errors.Join(err, prepare.err); err != nil {
		return 0, err
	}
	for _, x := range done.Refused {
		if r.f.verbose > 0 {
			fmt.Fprintf(r.s.err, "tlslint: %s:%d: not repaired: %s\n", escape(x.Finding.Path), x.Finding.Span.Start.Line, escape(x.Reason))
		}
	}
	if r.f.diff {
		for _, f := range done.Files {
			if _, err := io.WriteString(r.s.out, r.escapeDiff(fix.Diff(f.Rel, f.Old, f.New))); err != nil {
				return 0, err
			}
		}
		if len(done.Files) > 0 {
			return 1, nil
		}
		return 0, nil
	}
	code, err := r.write(ctx, done)
	if err != nil {
		return 0, err
	}
	// What is left is judged on the files as they are now.
	again := r.scan
	again.Progress = nil
	after, err := scan.Run(ctx, again)
	if err != nil {
		return 0, err
	}
	r.prepare(after)
	*res = after
	return code, r.markOld(ctx, after)
}

// escapeDiff keeps control bytes of the source away from a terminal; into a file
// or a pipe the diff goes as it is, so that it applies.
func (r *run) escapeDiff(text string) string {
	if isTerminal(r.s.out) {
		return escape(text)
	}
	return text
}

// maxListed is how many repairs are listed one by one.
const maxListed = 30

func (r *run) write(ctx context.Context, done *repair.Result) (code int, err error) {
	var paths []string
	for i, f := range done.Files {
		done.Files[i].Path = r.change.real(f)
		paths = append(paths, done.Files[i].Path)
	}
	if r.scan.Stdin != "" {
		// Standard input comes back repaired on standard output.
		for _, f := range done.Files {
			if _, err := r.s.out.Write(f.New); err != nil {
				return 0, err
			}
		}
		if len(done.Files) == 0 {
			if _, err := r.s.out.Write(r.scan.Overlay[r.scan.Stdin]); err != nil {
				return 0, err
			}
		}
		for _, f := range done.Files {
			r.scan.Overlay[f.Path] = f.New
		}
		r.outputs = nil
		return 0, nil
	}
	dirty := map[string]bool{}
	if !r.f.allowDirty {
		list, err := fix.Dirty(ctx, r.root, paths)
		if err != nil {
			return 0, err
		}
		for _, p := range list {
			dirty[p] = true
		}
	}
	fixed, count := 0, 0
	for _, f := range done.Files {
		if dirty[f.Path] {
			fmt.Fprintf(r.s.err, "tlslint: %s: differs from the git index: stage or stash it, or use --allow-dirty\n", escape(f.Rel))
			code = 2
			continue
		}
		if err := r.change.write(f); err != nil {
			fmt.Fprintf(r.s.err, "tlslint: %s\n", escape(err.Error()))
			code = 2
			continue
		}
		fixed += len(f.Fixed)
		count++
		if !r.f.quiet && fixed <= maxListed {
			// In a hook this is all that anybody sees of it.
			for _, x := range f.Fixed {
				fmt.Fprintf(r.s.err, "%s:%d: %s repaired: %s\n", escape(x.Path), x.Span.Start.Line, x.Rule, escape(x.Message))
			}
		}
	}
	if !r.f.quiet && fixed > 0 {
		fmt.Fprintf(r.s.err, "repaired %s in %s\n", plural(fixed, "finding", "findings"), plural(count, "file", "files"))
		if len(done.Hosts) > 0 {
			fmt.Fprintf(r.s.err, "now verified: %s\n", escape(strings.Join(done.Hosts, ", ")))
		}
	}
	return code, nil
}
