package pass_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/tlslint/tlslint/analyzers/lowering"
	"github.com/tlslint/tlslint/analyzers/pass"
	"github.com/tlslint/tlslint/analyzers/suite"
	"github.com/tlslint/tlslint/rules"
)

// code is a package as a driver would present it.
type code struct {
	path, name, source string
	module             *analysis.Module
	readFile           func(string) ([]byte, error)
}

// run runs the shared analyzer and those of all rules.
func run(t testing.TB, c code) ([]analysis.Diagnostic, error) {
	t.Helper()
	rows, err := pass.Rows()
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	if c.name == "" {
		c.name = "p.go"
	}
	name := c.name
	if !filepath.IsAbs(name) {
		name = filepath.Join(t.TempDir(), c.name)
	}
	f, err := parser.ParseFile(fset, name, c.source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	info := lowering.NewInfo()
	conf := types.Config{Importer: lowering.StubImporter(rows), Error: func(error) {}}
	pkg, _ := conf.Check(c.path, fset, []*ast.File{f}, info)
	if c.readFile == nil {
		c.readFile = func(string) ([]byte, error) { return []byte(c.source), nil }
	}
	p := analysis.Pass{
		Analyzer: pass.Analyzer, Fset: fset, Files: []*ast.File{f}, Pkg: pkg, TypesInfo: info,
		Module: c.module, ReadFile: c.readFile,
	}
	result, err := pass.Analyzer.Run(&p)
	if err != nil {
		return nil, err
	}
	var out []analysis.Diagnostic
	for _, a := range suite.Analyzers() {
		q := p
		q.Analyzer, q.ResultOf = a, map[*analysis.Analyzer]any{pass.Analyzer: result}
		q.Report = func(d analysis.Diagnostic) { out = append(out, d) }
		if _, err := a.Run(&q); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func one(t testing.TB, c code) analysis.Diagnostic {
	t.Helper()
	ds, err := run(t, c)
	if err != nil || len(ds) != 1 {
		t.Fatalf("%d diagnostics, %v, want one", len(ds), err)
	}
	return ds[0]
}

func none(t testing.TB, c code) {
	t.Helper()
	if ds, err := run(t, c); err != nil || len(ds) != 0 {
		t.Fatalf("%v, %v, want no diagnostic", ds, err)
	}
}

const insecure = "package p\n\nimport \"crypto/tls\"\n\nvar c = tls.Config{InsecureSkipVerify: true}\n"

// set gives a flag a value for one test.
func set(t *testing.T, name, value string) {
	t.Helper()
	f := pass.Analyzer.Flags.Lookup(name)
	before := f.Value.String()
	if err := f.Value.Set(value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Value.Set(before); err != nil {
			t.Fatal(err)
		}
	})
}

// configure puts a configuration into force and returns its folder.
func configure(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "tlslint.toml")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	set(t, "config", path)
	return dir
}

func TestDiagnostic(t *testing.T) {
	d := one(t, code{path: "m", source: insecure})
	if d.Category != "TLS101" || !strings.HasPrefix(d.Message, "TLS101: ") || !strings.HasSuffix(d.URL, "TLS101.md") || !d.End.IsValid() {
		t.Errorf("got %+v", d)
	}
	if len(d.SuggestedFixes) != 1 || !strings.Contains(d.Message, "(fix: "+d.SuggestedFixes[0].Message+")") {
		t.Errorf("the message %q does not name the fix %+v", d.Message, d.SuggestedFixes)
	}
}

func TestTestCodeIsANote(t *testing.T) {
	mod := &analysis.Module{Path: "example.com/test/m"}
	none(t, code{path: "example.com/test/m/testdata/p", module: mod, source: insecure})
	none(t, code{path: "example.com/test/m", module: mod, name: "p_test.go", source: insecure})
	none(t, code{path: "example.com/test/m [example.com/test/m.test]", module: mod, name: "p_test.go", source: insecure})
	none(t, code{path: "example.com/test/m", module: mod, source: strings.Replace(insecure, "\nvar", "\nimport \"testing\"\n\nvar _ testing.T\n\nvar", 1)})
	// What lies above the module is no sign.
	one(t, code{path: "example.com/test/m", module: mod, source: insecure})
	one(t, code{path: "command-line-arguments", source: insecure})

	set(t, "tests", "same")
	one(t, code{path: "example.com/test/m/testdata/p", module: mod, source: insecure})
	set(t, "tests", "off")
	none(t, code{path: "example.com/test/m/testdata/p", module: mod, source: insecure})
}

func TestSeverityFlag(t *testing.T) {
	option := "package p\n\nimport \"crypto/tls\"\n\nfunc F(skip bool) *tls.Config { return &tls.Config{InsecureSkipVerify: skip} }\n"
	none(t, code{path: "m", source: option})
	set(t, "severity", "low")
	d := one(t, code{path: "m", source: option})
	if len(d.SuggestedFixes) != 0 || !strings.Contains(d.Message, "(by hand: ") {
		t.Errorf("got %+v, want a recipe and no fix", d)
	}
	set(t, "severity", "critical")
	none(t, code{path: "m", source: insecure})
}

func TestBadFlags(t *testing.T) {
	for _, name := range []string{"severity", "confidence", "tests"} {
		set(t, name, "")
		if err := pass.Analyzer.Flags.Set(name, "nonsense"); err == nil {
			t.Errorf("-%s=nonsense is no error", name)
		}
	}
}

func TestUnsafeFixIsOnlyMentioned(t *testing.T) {
	configure(t, `[[pattern]]
id = "own"
rule = "TLS301"
lang = "go"
title = "plaintext"
at = [ { call = "example.com/own.Dial", arg = 0 } ]
bad = ["true"]
fix = [ { class = "unsafe", value = "false" } ]
`)
	d := one(t, code{path: "m", source: "package p\n\nimport \"example.com/own\"\n\nfunc F() { own.Dial(true) }\n"})
	if len(d.SuggestedFixes) != 0 || !strings.Contains(d.Message, "fix that needs a look: ") {
		t.Errorf("got %+v", d)
	}
}

func TestVersionConditions(t *testing.T) {
	configure(t, `[[pattern]]
id = "old-default"
rule = "TLS201"
lang = "go"
title = "old default"
at = [ { call = "example.com/own.Serve" } ]
bad = ["present"]
when = [ { version = "go<1.22" } ]
`)
	source := "package p\n\nimport \"example.com/own\"\n\nfunc F() { own.Serve() }\n"
	for version, found := range map[string]bool{"1.21": true, "go1.21.4": true, "go1.22": false, "1.24": false, "": false} {
		c := code{path: "m", source: source, module: &analysis.Module{Path: "m", GoVersion: version}}
		if ds, err := run(t, c); err != nil || (len(ds) == 1) != found {
			t.Errorf("go %q: %v, %v", version, ds, err)
		}
	}
}

func TestConfiguration(t *testing.T) {
	for _, tc := range []struct {
		name, config string
		found        bool
	}{
		{"empty", "", true},
		{"ignored", "[lint]\nignore = [\"TLS1\"]\n", false},
		{"not selected", "[lint]\nselect = [\"TLS2\"]\n", false},
		{"selected", "[lint]\nselect = [\"TLS101\"]\n", true},
		{"excluded", "[lint]\nexclude = [\"sub/**\"]\n", false},
		{"another file excluded", "[lint]\nexclude = [\"other/**\"]\n", true},
		{"higher bar", "[lint]\nseverity = \"critical\"\n", false},
		{"a lower bar needs a flag", "[lint]\nseverity = \"low\"\n[lint.rules.TLS101]\nseverity = \"low\"\n", false},
		{"ignored in the file", "[lint.per-file.\"sub/*.go\"]\nignore = [\"TLS101\"]\n", false},
		{"capped in the file", "[lint.per-file.\"sub/*.go\"]\nseverity = \"low\"\n", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := configure(t, tc.config)
			ds, err := run(t, code{path: "m/sub", name: filepath.Join(dir, "sub", "p.go"), source: insecure})
			if err != nil || (len(ds) == 1) != tc.found {
				t.Errorf("%v, %v", ds, err)
			}
		})
	}
}

func TestMinVersion(t *testing.T) {
	source := "package p\n\nimport \"crypto/tls\"\n\nvar c = tls.Config{MinVersion: tls.VersionTLS12}\n"
	none(t, code{path: "m", source: source})
	configure(t, "[lint.rules.TLS201]\nmin-version = \"1.3\"\n")
	one(t, code{path: "m", source: source})
}

func TestBrokenConfiguration(t *testing.T) {
	for _, text := range []string{"[lnt]\n", "[lint]\nignore = [\"TLS999\"]\n", "[[pattern]]\nid = \"x\"\n", "[[pattern]]\nid = \"x\"\nrule = \"TLS101\"\nlang = \"go\"\ntitle = \"x\"\nat = [ { call = \"a.B\" } ]\nbad = [\"nonsense test\"]\n"} {
		dir := configure(t, text)
		_, err := pass.Needed(nil)
		if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, "tlslint.toml")) {
			t.Errorf("%q: got %v, want an error that names the file", text, err)
		}
	}
}

func TestTextMadeFromAnotherFileGetsNoFix(t *testing.T) {
	d := one(t, code{path: "m", source: strings.Replace(insecure, "\nvar", "\n//line grammar.y:7\nvar", 1)})
	if len(d.SuggestedFixes) != 0 {
		t.Errorf("got %+v, want no fix", d.SuggestedFixes)
	}
}

func TestUnreadableFiles(t *testing.T) {
	for what, read := range map[string]func(string) ([]byte, error){
		"unreadable": func(string) ([]byte, error) { return nil, errors.New("no") },
		"changed":    func(string) ([]byte, error) { return []byte("package p"), nil },
	} {
		if _, err := run(t, code{path: "m", source: insecure, readFile: read}); err == nil || !strings.Contains(err.Error(), "p.go") {
			t.Errorf("%s: got %v, want an error that names the file", what, err)
		}
	}
}

func TestNeeded(t *testing.T) {
	for _, tc := range []struct {
		files []string
		want  bool
	}{
		{nil, false},
		{[]string{"package p\n"}, false},
		{[]string{insecure}, true},
		{[]string{"package p\n", insecure, ""}, true},
	} {
		var files [][]byte
		for _, f := range tc.files {
			files = append(files, []byte(f))
		}
		if got, err := pass.Needed(files); err != nil || got != tc.want {
			t.Errorf("%q: %v, %v", tc.files, got, err)
		}
	}
	// A context may stand in another file than the anchor.
	configure(t, `[[pattern]]
id = "own"
rule = "TLS101"
lang = "go"
title = "x"
at = [ { member = "example.com/own/lib.Config.NoVerifyAtAll" } ]
bad = ["true"]
`)
	anchor, context := []byte("c.NoVerifyAtAll = true"), []byte(`import "example.com/own/lib"`)
	for _, tc := range []struct {
		files [][]byte
		want  bool
	}{{[][]byte{anchor}, false}, {[][]byte{context}, false}, {[][]byte{context, anchor}, true}, {[][]byte{anchor, context}, true}} {
		if got, err := pass.Needed(tc.files); err != nil || got != tc.want {
			t.Errorf("%q: %v, %v", tc.files, got, err)
		}
	}
}

func TestRulesAreDocumented(t *testing.T) {
	for _, a := range suite.Analyzers() {
		r, ok := rules.Get(strings.ToUpper(a.Name))
		if !ok {
			t.Fatalf("%s has no rule", a.Name)
		}
		if !strings.HasPrefix(a.Doc, r.Title+"\n\n") || !strings.Contains(a.Doc, r.URL()) || len(a.Doc) < len(r.Title)+len(r.URL())+50 {
			t.Errorf("%s: documentation %q", a.Name, a.Doc)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("NewRule of an unknown rule does not panic")
		}
	}()
	pass.NewRule("TLS000")
}

func TestPackagesAtTheSameTime(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if ds, err := run(t, code{path: "m", source: insecure}); err != nil || len(ds) != 1 {
				t.Errorf("%v, %v", ds, err)
			}
		})
	}
	wg.Wait()
}
