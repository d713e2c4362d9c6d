// Package pass is what all rule analyzers share: it lowers a Go package once and
// judges it with every row.
//
// A package of any driver of golang.org/x/tools/go/analysis comes in; a Result
// goes out, from which each rule analyzer reports the findings of its own rule.
// A package in whose files no row can match is answered by a search of its text
// alone. Nothing here uses cgo.
package pass

import (
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"golang.org/x/tools/go/analysis"

	"github.com/tlslint/tlslint/analyzers/lowering"
	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/judge"
	"github.com/tlslint/tlslint/internal/suppress"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/golang"
	"github.com/tlslint/tlslint/pattern"
)

// Analyzer lowers and judges a package; its result is a *Result. It reports
// nothing by itself: the rule analyzers do.
//
// Its flags are severity and confidence (the least that is reported, "medium"
// by default), tests ("note", "same" or "off": how loud test code is) and config
// (a tlslint.toml).
var Analyzer = &analysis.Analyzer{
	Name:             "tlslintlower",
	Doc:              "collect insecure uses of TLS for the tlslint analyzers\n\nThis analyzer reports nothing itself.",
	URL:              "https://github.com/tlslint/tlslint",
	Run:              run,
	RunDespiteErrors: true, // what is unresolved only lowers the confidence
	ResultType:       reflect.TypeFor[*Result](),
}

// Result is what one package holds.
type Result struct {
	// Findings are all findings that nobody has switched off, sorted by position;
	// those below the asked severity or confidence and suppressed ones included.
	Findings []*finding.Finding

	files map[string]*token.File
	loud  func(*finding.Finding) bool
}

// unit is a package while it is being judged.
type unit struct {
	pass    *analysis.Pass
	set     *settings
	tests   string
	sources map[string][]byte
	files   map[string]*token.File // by the path that findings have
}

func run(p *analysis.Pass) (any, error) {
	s, err := load(flags.config)
	if err != nil {
		return nil, err
	}
	u := &unit{pass: p, set: s, tests: s.tests(), sources: map[string][]byte{}, files: map[string]*token.File{}}
	result := &Result{files: u.files, loud: s.loud()}
	if err := u.read(); err != nil {
		return nil, err
	}
	texts := make([][]byte, 0, len(u.sources))
	for _, data := range u.sources {
		texts = append(texts, data)
	}
	if !s.matters(texts) {
		return result, nil
	}
	nodes, err := u.lower()
	if err != nil {
		return nil, err
	}
	result.Findings = u.judge(nodes)
	return result, nil
}

// read reads the package's files, by the names that the file set knows.
func (u *unit) read() error {
	readFile := u.pass.ReadFile
	if readFile == nil { // an old driver
		readFile = os.ReadFile
	}
	for _, f := range u.pass.Files {
		tok := u.pass.Fset.File(f.FileStart)
		if tok == nil {
			continue
		}
		data, err := readFile(tok.Name())
		if err != nil {
			return fmt.Errorf("cannot read %s: %w", tok.Name(), err)
		}
		if len(data) != tok.Size() {
			return fmt.Errorf("%s changed while it was being analysed", tok.Name())
		}
		u.sources[tok.Name()], u.files[u.rel(tok.Name())] = data, tok
	}
	return nil
}

func (u *unit) source(name string) []byte { return u.sources[name] }

func (u *unit) lower() (nodes []*ir.Node, err error) {
	defer func() {
		// Types of other drivers and of broken code come in all shapes.
		if r := recover(); r != nil {
			err = fmt.Errorf("cannot lower package %s: %v", u.path(), r)
		}
	}()
	info := u.pass.TypesInfo
	if info == nil {
		info = lowering.NewInfo()
	}
	l := &lowering.Unit{
		Fset: u.pass.Fset, Files: u.pass.Files, Source: u.source, Pkg: u.pass.Pkg, Info: info,
		Set: u.set.rows, GoVersion: u.goVersion(),
	}
	if m := u.pass.Module; m != nil {
		l.Module = m.Path
	}
	nodes = lowering.Lower(l)
	tests := map[string]string{}
	for _, n := range nodes {
		why, ok := tests[n.Path]
		if !ok {
			why = golang.TestCode(u.pass.Files, u.pass.Fset, n.Path)
			tests[n.Path] = why
		}
		n.TestCode = why
	}
	return nodes, nil
}

// goVersion is the go line of the module, "go1.22"; "" when the driver does not say.
func (u *unit) goVersion() string {
	v := ""
	if m := u.pass.Module; m != nil {
		v = m.GoVersion
	}
	if v == "" && u.pass.Pkg != nil {
		v = u.pass.Pkg.GoVersion()
	}
	if v != "" && !strings.HasPrefix(v, "go") {
		v = "go" + v
	}
	return v
}

func (u *unit) judge(nodes []*ir.Node) []*finding.Finding {
	judged := judge.Findings(nodes, u.set.rows, judge.Options{
		Rel:      u.rel,
		Source:   u.source,
		Tests:    u.tests,
		TestPath: u.set.testPath,
		Severity: func(rule, _ string) finding.Severity { return u.set.severity[rule] },
		Lang:     &golang.Go{},
		Vars:     u.set.vars,
	})
	var out []*finding.Finding
	lines := map[*finding.Finding][4]int{}
	for _, j := range judged {
		if u.set.wants(j.Finding) {
			u.set.capSeverity(j.Finding)
			lines[j.Finding] = j.Node.Lines
			out = append(out, j.Finding)
		}
	}
	u.suppress(out, lines)
	return out
}

// suppress marks what comments and the configuration have accepted. What there
// is to say about the comments themselves (TLS901 and so on) is left to the
// command line, which sees whole projects.
func (u *unit) suppress(findings []*finding.Finding, lines map[*finding.Finding][4]int) {
	if len(findings) == 0 {
		return
	}
	anchor := func(f *finding.Finding) suppress.Anchor {
		l := lines[f]
		return suppress.Anchor{Start: l[0], End: l[1], StmtStart: l[2], StmtEnd: l[3]}
	}
	with := map[string]bool{}
	for _, f := range findings {
		with[f.Path] = true
	}
	var directives []suppress.Directive
	for _, f := range u.pass.Files {
		tok := u.pass.Fset.File(f.FileStart)
		if tok != nil && with[u.rel(tok.Name())] {
			directives = append(directives, u.directives(f, tok)...)
		}
	}
	policy, now := suppress.PolicyOf(u.set.config.Suppressions), time.Now()
	suppress.Apply(findings, anchor, directives, policy, now)
	suppress.ApplyTable(findings, u.set.config.Suppress, policy, now)
}

// directives are the suppressions in a file's comments.
func (u *unit) directives(f *ast.File, tok *token.File) []suppress.Directive {
	src := u.sources[tok.Name()]
	// Lines count as those of nodes do, also behind a //line comment.
	at := func(offset int) finding.Position {
		p := tok.Position(pos(tok, offset))
		return finding.Position{Offset: offset, Line: p.Line, Column: p.Column}
	}
	var comments []suppress.Comment
	for _, c := range golang.Comments(u.pass.Fset, f, tok.Name(), src) {
		comments = append(comments, suppress.Comment{Text: c.Text, Span: finding.Span{Start: at(c.Start), End: at(c.End)}})
	}
	return suppress.Directives(u.rel(tok.Name()), src, comments)
}

// path is the package's import path without what a test variant adds to it.
func (u *unit) path() string {
	if u.pass.Pkg == nil {
		return ""
	}
	path, _, _ := strings.Cut(u.pass.Pkg.Path(), " ")
	return path
}

// rel is a file's slash path below the project: below the configuration's
// folder where there is one, else below the module. The module's folder is not
// always known, but import paths follow it.
func (u *unit) rel(name string) string {
	if dir := u.set.dir; dir != "" {
		if rel, err := filepath.Rel(dir, name); err == nil && filepath.IsLocal(rel) {
			return filepath.ToSlash(rel)
		}
	}
	path := u.path()
	if m := u.pass.Module; m != nil && m.Path != "" {
		if path == m.Path {
			path = ""
		} else {
			path = strings.TrimPrefix(path, m.Path+"/")
		}
	}
	if path == "command-line-arguments" || path == "main" {
		path = "" // files named on the command line are judged as themselves
	}
	if path != "" {
		path += "/"
	}
	return path + filepath.Base(name)
}

// Needed reports whether a package with these files can hold a finding. It
// searches their text for the needles of the rows and parses nothing.
func Needed(files [][]byte) (bool, error) {
	s, err := load(flags.config)
	if err != nil {
		return false, err
	}
	return s.matters(files), nil
}

// Rows are the rows in force.
func Rows() (*pattern.Set, error) {
	s, err := load(flags.config)
	if err != nil {
		return nil, err
	}
	return s.rows, nil
}
