package golang

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/analyzers"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

// tree writes files below a new folder and returns it.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func builtin(t *testing.T) *pattern.Set {
	t.Helper()
	set, err := analyzers.Set()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// lowerFiles lowers the named files of a folder.
func lowerFiles(t *testing.T, dir string, names ...string) languages.Output {
	t.Helper()
	in := languages.Input{Set: builtin(t)}
	for _, name := range names {
		p := filepath.Join(dir, filepath.FromSlash(name))
		data, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		in.Files = append(in.Files, languages.File{Path: p, Rel: name, Data: data})
	}
	out, err := new(Go).Lower(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// skips are the files in which InsecureSkipVerify was lowered, with who decides.
func skips(out languages.Output) string {
	var got []string
	for _, n := range out.Nodes {
		if strings.HasSuffix(n.Name, ".InsecureSkipVerify") {
			s := filepath.Base(n.Path)
			if n.Value.Known {
				s += fmt.Sprint("=", n.Value.Const.Bool)
			}
			got = append(got, s)
		}
	}
	slices.Sort(got)
	return strings.Join(got, " ")
}

func TestModule(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files map[string]string
		dir   string
		want  Module
	}{
		{"beside it", map[string]string{"go.mod": "module example.org/a\n\ngo 1.22.1\n"}, ".", Module{Path: "example.org/a", Go: "go1.22.1"}},
		{"above it", map[string]string{"go.mod": "module example.org/a\ngo 1.22\n", "x/y/z.go": ""}, "x/y", Module{Path: "example.org/a", Go: "go1.22"}},
		{"nearest wins", map[string]string{"go.mod": "module example.org/a\ngo 1.22\n", "x/go.mod": "module example.org/x\ngo 1.17\n", "x/y/z.go": ""}, "x/y", Module{Path: "example.org/x", Go: "go1.17"}},
		{"no go line", map[string]string{"go.mod": "module example.org/a\n"}, ".", Module{Path: "example.org/a", Go: "go1.16"}},
		{"quoted, with a comment", map[string]string{"go.mod": "// A comment.\nmodule \"example.org/a\" // it\n\ngo 1.20 // old\n"}, ".", Module{Path: "example.org/a", Go: "go1.20"}},
		{"release candidate", map[string]string{"go.mod": "module a\ngo 1.23rc1\n"}, ".", Module{Path: "a", Go: "go1.23rc1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := tree(t, tt.files)
			got := new(Go).moduleOf(filepath.Join(dir, filepath.FromSlash(tt.dir)))
			got.Dir = ""
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
	if m := new(Go).moduleOf(t.TempDir()); m.Path != "" {
		t.Errorf("a module where there is none: %+v", m)
	}
}

func TestImportPath(t *testing.T) {
	m := Module{Path: "example.org/a", Dir: filepath.FromSlash("/m")}
	for _, tt := range []struct{ dir, pkg, want string }{
		{"/m", "a", "example.org/a"},
		{"/m/x/y", "y", "example.org/a/x/y"},
		{"/m/x", "x_test", "example.org/a/x_test"},
	} {
		if got := importPath(m, filepath.FromSlash(tt.dir), tt.pkg); got != tt.want {
			t.Errorf("importPath(%s, %s) = %s, want %s", tt.dir, tt.pkg, got, tt.want)
		}
	}
	if got := importPath(Module{}, "/x", "main"); got != "main" {
		t.Errorf("without a module: %s", got)
	}
}

const client = "import \"crypto/tls\"\n\nvar c = tls.Config{InsecureSkipVerify: skip}\n"

// TestPackagesOfAFolder: a folder may hold a package, its external tests and
// programs that are never built; each is checked with its own files.
func TestPackagesOfAFolder(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files map[string]string
		ask   []string
		want  string
	}{
		{"a constant in another file", map[string]string{"a.go": "package p\n\n" + client, "b.go": "package p\n\nconst skip = true\n"}, []string{"a.go"}, "a.go=true"},
		{"only the files that were asked for", map[string]string{"a.go": "package p\n\nconst skip = true\n", "b.go": "package p\n\n" + client}, []string{"a.go"}, ""},
		{"external test", map[string]string{"a.go": "package p\n\nconst skip = false\n\n" + "var x = 1\n", "a_test.go": "package p_test\n\n" + client + "\nconst skip = true\n"}, []string{"a.go", "a_test.go"}, "a_test.go=true"},
		{"internal test", map[string]string{"a.go": "package p\n\nconst skip = true\n", "a_test.go": "package p\n\n" + client}, []string{"a_test.go"}, "a_test.go=true"},
		{"a program that is not built", map[string]string{"a.go": "package p\n\nconst skip = false\n", "gen.go": "//go:build ignore\n\npackage main\n\n" + client + "\nconst skip = true\n"}, []string{"a.go", "gen.go"}, "gen.go=true"},
		{"files for several systems", map[string]string{"a_linux.go": "package p\n\n" + client + "\nconst skip = true\n", "a_windows.go": "package p\n\nimport \"crypto/tls\"\n\nvar c = tls.Config{InsecureSkipVerify: true}\n"}, []string{"a_linux.go", "a_windows.go"}, "a_linux.go=true a_windows.go=true"},
		{"a sibling that does not parse", map[string]string{"a.go": "package p\n\n" + client + "\nconst skip = true\n", "b.go": "package p\n\nfunc ( {\n"}, []string{"a.go"}, "a.go=true"},
		{"a sibling that is no Go", map[string]string{"a.go": "package p\n\n" + client + "\nconst skip = true\n", "b.go": "\x00\x01"}, []string{"a.go"}, "a.go=true"},
		{"a local error", map[string]string{"a.go": "package p\n\n" + client + "\nconst skip = true\n\nfunc f() { undefined(1 + ) }\n"}, []string{"a.go"}, "a.go=true"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out := lowerFiles(t, tree(t, tt.files), tt.ask...)
			if got := skips(out); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if len(out.Unlowered) > 0 {
				t.Errorf("not lowered: %v", out.Unlowered)
			}
			if out.Parsed != len(tt.ask) {
				t.Errorf("parsed %d of %d", out.Parsed, len(tt.ask))
			}
		})
	}
}

// TestUnlowered: a file that is no Go at all is said to be not checked.
func TestUnlowered(t *testing.T) {
	out := lowerFiles(t, tree(t, map[string]string{"a.go": "this is InsecureSkipVerify\n"}), "a.go")
	if len(out.Unlowered) != 1 || !strings.HasPrefix(out.Unlowered[0].Reason, "not a Go file: ") || strings.Contains(out.Unlowered[0].Reason, "\n") {
		t.Errorf("got %v", out.Unlowered)
	}
	out = lowerFiles(t, tree(t, map[string]string{"go.mod": "module\ngodebug tls10server=1\n"}), "go.mod")
	if len(out.Unlowered) != 1 {
		t.Errorf("a go.mod that nobody can read: %v", out.Unlowered)
	}
}

// TestOverlay: edits that are not written yet replace what is on disk.
func TestOverlay(t *testing.T) {
	dir := tree(t, map[string]string{"a.go": "package p\n\n" + client, "b.go": "package p\n\nconst skip = true\n"})
	a, b := filepath.Join(dir, "a.go"), filepath.Join(dir, "b.go")
	data, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	out, err := new(Go).Lower(t.Context(), languages.Input{
		Set: builtin(t), Files: []languages.File{{Path: a, Rel: "a.go", Data: data}},
		Overlay: map[string][]byte{b: []byte("package p\n\nconst skip = false\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := skips(out); got != "a.go=false" {
		t.Errorf("got %q", got)
	}
}

func TestTestCode(t *testing.T) {
	for src, want := range map[string]string{
		"package p\n": "",
		"package p\n\nimport \"testing\"\n\nvar _ testing.T\n":                         "imports testing",
		"package p\n\nimport h \"net/http/httptest\"\n\nvar _ h.Server\n":              "imports net/http/httptest",
		"//go:build integration\n\npackage p\n":                                        "built with the tag integration",
		"//go:build linux && e2e\n\npackage p\n":                                       "built with the tag e2e",
		"//go:build test || integration\n\npackage p\n":                                "built with the tag test",
		"//go:build linux || integration\n\npackage p\n":                               "",
		"//go:build !integration\n\npackage p\n":                                       "",
		"//go:build linux\n\npackage p\n":                                              "",
		"// +build integration\n\npackage p\n":                                         "built with the tag integration",
		"package p\n\n//go:build integration\n":                                        "",
		"package p\n\nimport \"testing/fstest\"\n\nvar _ fstest.MapFS\n":               "",
		"// Package p is built with go:build integration.\npackage p\n":                "",
		"//go:build mocks\n// +build mocks\n\n// Package p has mocks.\npackage p\n":    "built with the tag mocks",
		"package p\n\nimport \"github.com/stretchr/testify\"\n\nvar _ = testify.Any\n": "",
	} {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "x.go", src, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if got := TestCode(append(parsedFiles(t, fset, "other.go", "package p\n\nimport \"testing\"\n"), f), fset, "x.go"); got != want {
			t.Errorf("TestCode(%q) = %q, want %q", src, got, want)
		}
	}
}

// TestGoMod: settings of a go.mod, as lines and as a block, are nodes, and are
// dropped by their line.
func TestGoMod(t *testing.T) {
	for name, text := range map[string]string{
		"line":  "module a\n\ngo 1.23\n\ngodebug tls10server=1\n",
		"block": "module a\n\ngo 1.23\n\ngodebug (\n\thttp2client=0\n\ttls10server=1 // old\n)\n",
		"CRLF":  "module a\r\n\r\ngo 1.23\r\n\r\ngodebug (\r\n\tdefault=go1.22\r\n\ttls10server=1\r\n)\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			out := lowerFiles(t, tree(t, map[string]string{"go.mod": text}), "go.mod")
			if len(out.Unlowered) > 0 {
				t.Fatal(out.Unlowered)
			}
			set := builtin(t)
			found := 0
			for _, n := range out.Nodes {
				if n.Name != "GODEBUG.tls10server" {
					continue
				}
				found++
				if n.Value.Const.Str != "1" {
					t.Errorf("value %q", n.Value.Const.Str)
				}
				if got := text[n.Span.Start:n.Span.End]; !strings.Contains(got, "tls10server=1") {
					t.Errorf("span %q", got)
				}
				if line := 1 + strings.Count(text[:strings.Index(text, "tls10server")], "\n"); n.Lines[0] != line {
					t.Errorf("line %d, want %d", n.Lines[0], line)
				}
				hits := set.Match(n)
				if len(hits) == 0 {
					t.Fatal("no row matches it")
				}
				edits, ok := new(Go).Edit([]languages.Op{{Hit: hits[0], Fix: pattern.Fix{Drop: "line"}}}, languages.Vars{})
				if !ok || len(edits) != 1 {
					t.Fatal("no edit")
				}
				after := text[:edits[0].Start] + edits[0].New + text[edits[0].End:]
				if strings.Contains(after, "tls10server") || strings.Count(after, "\n") != strings.Count(text, "\n")-1 {
					t.Errorf("after the edit:\n%s", after)
				}
				if err := new(Go).Check(t.Context(), n.Path, []byte(text), []byte(after), nil); err != nil {
					t.Error(err)
				}
				if _, ok := new(Go).Edit([]languages.Op{{Hit: hits[0], Fix: pattern.Fix{Value: "x"}}}, languages.Vars{}); ok {
					t.Error("a go.mod line has no other repair than to go")
				}
			}
			if found != 1 {
				t.Errorf("%d nodes", found)
			}
		})
	}
}

// TestGoVersionOfModule: rows about defaults ask the go line of the module.
func TestGoVersionOfModule(t *testing.T) {
	for mod, want := range map[string]string{
		"module a\n\ngo 1.17\n": "go1.17",
		"module a\n":            "go1.16",
		"":                      "",
	} {
		files := map[string]string{"a.go": "package p\n\n" + client + "\nconst skip = true\n"}
		if mod != "" {
			files["go.mod"] = mod
		}
		for _, n := range lowerFiles(t, tree(t, files), "a.go").Nodes {
			if n.Version != want {
				t.Errorf("%q: version %q, want %q", mod, n.Version, want)
			}
		}
	}
}

// TestCheck: an edited file must parse, and its package must not get an error
// that it did not have.
func TestCheck(t *testing.T) {
	const old = "package p\n\nimport (\n\t\"crypto/tls\"\n\t\"os\"\n)\n\nvar c = tls.Config{InsecureSkipVerify: os.Args == nil}\n\nvar x = undefined\n"
	dir := tree(t, map[string]string{"a.go": old, "b.go": "package p\n\nconst other = 1\n"})
	for _, tt := range []struct{ name, edited, want string }{
		{"the same", old, ""},
		{"fewer errors", strings.Replace(old, "undefined", "other", 1), ""},
		{"an import is left over", strings.Replace(old, "os.Args == nil", "false", 1), `"os" imported and not used`},
		{"an undefined name", strings.Replace(old, "os.Args == nil", "os.Args == nothing", 1), "undefined: nothing"},
		{"another type", strings.Replace(old, "os.Args == nil", "len(os.Args)", 1), "would not compile"},
		{"one more of an error that was there", strings.Replace(old, "os.Args == nil", "os.Args == undefined", 1), "undefined: undefined"},
		{"it does not parse", strings.Replace(old, "os.Args", "os.(Args", 1), "does not parse"},
		{"a name of another file again", old + "\nconst other = 2\n", "other redeclared"},
		{"an unused variable", old + "\nfunc f() { v := 1 }\n", "declared and not used: v"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := new(Go).Check(t.Context(), filepath.Join(dir, "a.go"), []byte(old), []byte(tt.edited), nil)
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("got %v, want %q", err, tt.want)
			case err != nil && strings.Contains(err.Error(), "\n"):
				t.Errorf("more than a line: %v", err)
			}
		})
	}
	t.Run("a file that did not parse before", func(t *testing.T) {
		broken := []byte("package p\n\nfunc (\n")
		if err := new(Go).Check(t.Context(), filepath.Join(dir, "c.go"), broken, append(broken, "// x\n"...), nil); err != nil {
			t.Error(err)
		}
	})
	t.Run("edits of other files count", func(t *testing.T) {
		edited := []byte(strings.Replace(old, "undefined", "fresh", 1))
		overlay := map[string][]byte{filepath.Join(dir, "b.go"): []byte("package p\n\nconst other, fresh = 1, 2\n")}
		if err := new(Go).Check(t.Context(), filepath.Join(dir, "a.go"), []byte(old), edited, overlay); err != nil {
			t.Error(err)
		}
	})
	t.Run("a go.mod that go cannot read", func(t *testing.T) {
		if err := new(Go).Check(t.Context(), filepath.Join(dir, "go.mod"), nil, []byte("module (\n"), nil); err == nil {
			t.Error("no error")
		}
	})
}

// TestComments: comments carry their bytes on disk and the end of their group,
// whatever line endings and //line directives the file has.
func TestComments(t *testing.T) {
	src := "package p\r\n\r\n// one\r\n// two\r\nvar a = 1 // behind\r\n\r\n//line other.y:100\r\n/* three\r\nfour */\r\nvar b = 2\r\n"
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "a.go", src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	type comment struct {
		text  string
		group int
	}
	var got []comment
	for _, c := range Comments(fset, f, "a.go", []byte(src)) {
		got = append(got, comment{src[c.Start:c.End], c.GroupEnd})
	}
	want := []comment{{"// one\r", 4}, {"// two\r", 4}, {"// behind\r", 0}, {"//line other.y:100\r", 9}, {"/* three\r\nfour */", 9}}
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestLinesOnDisk: //line directives move no finding and no suppression.
func TestLinesOnDisk(t *testing.T) {
	out := lowerFiles(t, tree(t, map[string]string{"a.go": "package p\n\n//line gen.y:500\nimport \"crypto/tls\"\n\nvar c = tls.Config{\n\tInsecureSkipVerify: true,\n}\n"}), "a.go")
	for _, n := range out.Nodes {
		if strings.HasSuffix(n.Name, "InsecureSkipVerify") && n.Lines != [4]int{7, 7, 6, 8} {
			t.Errorf("lines %v", n.Lines)
		}
	}
	if skips(out) != "a.go=true" {
		t.Errorf("got %q", skips(out))
	}
}

func TestHandles(t *testing.T) {
	for p, want := range map[string]bool{"a.go": true, "x/go.mod": true, "go.sum": false, "a.go.txt": false, "go.mod.bak": false, "x.mod": false} {
		if got := new(Go).Handles(p); got != want {
			t.Errorf("Handles(%q) = %v", p, got)
		}
	}
	if got := new(Go).Unit("a/b/c.go"); got != "a/b" {
		t.Errorf("unit %q", got)
	}
}

// TestImportersAreBounded: a repair scans with a new set each time.
func TestImportersAreBounded(t *testing.T) {
	g := &Go{}
	for range 3 * maxImporters {
		set, err := pattern.New()
		if err != nil {
			t.Fatal(err)
		}
		if a, b := g.importer(set), g.importer(set); a != b {
			t.Error("the stubs of one set are checked twice")
		}
	}
	if len(g.importers) > maxImporters {
		t.Errorf("%d importers are kept", len(g.importers))
	}
}

// TestParallelLowering: one Go serves many goroutines.
func TestParallelLowering(t *testing.T) {
	g := &Go{}
	set := builtin(t)
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			dir := tree(t, map[string]string{"go.mod": "module a\n", "a.go": "package p\n\n" + client + "\nconst skip = true\n"})
			p := filepath.Join(dir, "a.go")
			data, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			out, err := g.Lower(t.Context(), languages.Input{Set: set, Files: []languages.File{{Path: p, Rel: "a.go", Data: data}}})
			if err != nil || skips(out) != "a.go=true" {
				t.Errorf("got %q, %v", skips(out), err)
			}
		})
	}
}

func parsedFiles(t *testing.T, fset *token.FileSet, name, src string) []*ast.File {
	t.Helper()
	f, err := parser.ParseFile(fset, name, src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return []*ast.File{f}
}
