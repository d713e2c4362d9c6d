package pass

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/tlslint/tlslint/analyzers"
	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/config"
	"github.com/tlslint/tlslint/internal/needle"
	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/internal/search"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
	"github.com/tlslint/tlslint/rules"
)

// flags are the values of the analyzer's flags. "" = not given: the
// configuration decides, then the default. Every flag can be set back to "".
var flags struct {
	severity   severityFlag
	confidence confidenceFlag
	tests      testsFlag
	config     string
}

func init() {
	Analyzer.Flags.Var(&flags.severity, "severity", "report findings of this effective severity or above: low, medium, high, critical (default medium)")
	Analyzer.Flags.Var(&flags.confidence, "confidence", "report findings of this confidence or above: low, medium, high (default medium)")
	Analyzer.Flags.Var(&flags.tests, "tests", "findings in test code: note (at most low), same (like any other code), off (default note)")
	Analyzer.Flags.StringVar(&flags.config, "config", "", "path of a tlslint.toml")
}

type severityFlag struct{ min finding.Severity }

func (f *severityFlag) String() string {
	if f.min == 0 {
		return ""
	}
	return f.min.String()
}

func (f *severityFlag) Set(text string) (err error) {
	if text == "" {
		f.min = 0
		return nil
	}
	f.min, err = finding.ParseSeverity(text)
	return err
}

type confidenceFlag struct{ min finding.Confidence }

func (f *confidenceFlag) String() string {
	if f.min == 0 {
		return ""
	}
	return f.min.String()
}

func (f *confidenceFlag) Set(text string) (err error) {
	if text == "" {
		f.min = 0
		return nil
	}
	f.min, err = finding.ParseConfidence(text)
	return err
}

type testsFlag struct{ level string }

func (f *testsFlag) String() string { return f.level }

func (f *testsFlag) Set(text string) error {
	switch text {
	case "", "note", "same", "off":
		f.level = text
		return nil
	}
	return fmt.Errorf("unknown level %q: want note, same or off", text)
}

// settings are a configuration, compiled. They do not change once loaded, so
// packages that are analysed at the same time share them.
type settings struct {
	config *config.Config
	dir    string // absolute folder of the configuration, "" without one
	rows   *pattern.Set
	search *search.Search

	severity map[string]finding.Severity // in place of a rule's own
	vars     languages.Vars
}

type loaded struct {
	once sync.Once
	s    *settings
	err  error
}

var (
	cacheLock sync.Mutex
	cache     = map[string]*loaded{}
)

// load compiles the configuration of that path, "" for the defaults, once.
func load(path string) (*settings, error) {
	cacheLock.Lock()
	l := cache[path]
	if l == nil {
		l = &loaded{}
		cache[path] = l
	}
	cacheLock.Unlock()
	l.once.Do(func() { l.s, l.err = compile(path) })
	return l.s, l.err
}

func compile(path string) (*settings, error) {
	s := &settings{config: config.Default(), severity: map[string]finding.Severity{}}
	builtin, err := analyzers.Rows()
	if err != nil {
		return nil, err
	}
	var own pattern.File
	if path != "" {
		if own, err = s.configure(path); err != nil {
			return nil, err
		}
	}
	if s.rows, err = pattern.New(builtin, own); err != nil {
		return nil, err
	}
	known := func(id string) bool {
		_, rule := rules.Get(id)
		// A pattern of another language cannot be told from a misspelt one here.
		return rule || !strings.HasPrefix(id, "TLS")
	}
	if err := s.config.Validate(known); err != nil {
		return nil, err
	}
	if v := s.config.Lint.Rules["TLS201"].MinVersion; v != "" {
		if err := s.rows.SetMinVersion(v); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	for rule, rc := range s.config.Lint.Rules {
		if v, err := finding.ParseSeverity(rc.Severity); err == nil {
			s.severity[rule] = v
		}
	}
	s.vars = languages.Vars{CAEnv: s.config.Fix.CAEnv, CABundle: s.config.Fix.CABundle}
	s.search, err = search.Compile(s.rows)
	return s, err
}

// configure reads a configuration and returns the team's own rows for Go.
func (s *settings) configure(path string) (pattern.File, error) {
	var own pattern.File
	abs, err := filepath.Abs(path)
	if err != nil {
		return own, fmt.Errorf("%s: %w", path, err)
	}
	s.dir = filepath.Dir(abs)
	if s.config, err = config.Load(path); err != nil || s.config.Patterns == nil {
		return own, err
	}
	if own, err = pattern.Parse(s.config.PatternsFile, "", s.config.Patterns); err != nil {
		return own, err
	}
	own.Rows = slices.DeleteFunc(own.Rows, func(r *pattern.Row) bool { return r.Lang != "go" })
	return own, nil
}

// matters reports whether some row has its anchor in one of the files and a
// context in one of them.
func (s *settings) matters(files [][]byte) bool {
	var all search.Bits
	var hits needle.Hits
	for _, data := range files {
		all = search.Or(all, s.search.Find(data, &hits))
	}
	return s.search.Matters(all, nil)
}

func (s *settings) tests() string {
	if flags.tests.level != "" {
		return flags.tests.level
	}
	return s.config.Lint.Tests.Level
}

func (s *settings) testPath(rel string) string {
	return scan.TestPath(rel, s.config.Lint.Tests.Patterns)
}

// loud says which findings are reported. go vet fails on any diagnostic, so the
// configuration may raise the bar, and only a flag lowers it.
func (s *settings) loud() func(*finding.Finding) bool {
	severity, confidence := finding.Medium, finding.ConfidenceMedium
	if v, err := finding.ParseSeverity(s.config.Lint.Severity); err == nil {
		severity = max(severity, v)
	}
	if v, err := finding.ParseConfidence(s.config.Lint.MinConfidence); err == nil {
		confidence = max(confidence, v)
	}
	if flags.severity.min != 0 {
		severity = flags.severity.min
	}
	if flags.confidence.min != 0 {
		confidence = flags.confidence.min
	}
	return func(f *finding.Finding) bool {
		return f.Suppressed == nil && f.Severity >= severity && f.Confidence >= confidence
	}
}

// wants reports whether the configuration looks for a finding at all.
func (s *settings) wants(f *finding.Finding) bool {
	l, rel := &s.config.Lint, f.Path
	if len(l.Select) > 0 && !selects(l.Select, f) || selects(l.Ignore, f) {
		return false
	}
	for _, glob := range l.Exclude {
		if scan.MatchGlob(glob, rel) {
			return false
		}
	}
	for glob, pf := range l.PerFile {
		if scan.MatchGlob(glob, rel) && selects(pf.Ignore, f) {
			return false
		}
	}
	return true
}

// capSeverity applies what the configuration says about single files.
func (s *settings) capSeverity(f *finding.Finding) {
	for glob, pf := range s.config.Lint.PerFile {
		if v, err := finding.ParseSeverity(pf.Severity); err == nil && scan.MatchGlob(glob, f.Path) {
			f.Lower(v, "configuration: "+glob)
		}
	}
}

// selects reports whether one of the rule ids, prefixes of them or pattern ids
// names the finding.
func selects(selectors []string, f *finding.Finding) bool {
	return slices.ContainsFunc(selectors, func(text string) bool {
		return text == f.Pattern || strings.HasPrefix(text, "TLS") && strings.HasPrefix(f.Rule, text) || strings.EqualFold(text, "all")
	})
}
