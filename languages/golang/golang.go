// Package golang lets tlslint read Go without a Go toolchain.
//
// The .go files and go.mod files of a folder come in; ir nodes go out. Packages
// are type-checked against embedded stubs (see analyzers/stubs), so missing
// modules, type errors and a missing go command do not matter, and nothing of
// the scanned program is run. Asked for full types, folders in which a type
// stays unknown are loaded once more through go/packages.
package golang

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/modfile"

	"github.com/tlslint/tlslint/analyzers"
	"github.com/tlslint/tlslint/analyzers/lowering"
	"github.com/tlslint/tlslint/analyzers/stubs"
	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

func init() { languages.Register(&Go{}) }

// Go is the language. It is safe for concurrent use.
type Go struct {
	mu        sync.Mutex
	importers map[*pattern.Set]*stubs.Importer
	modules   map[string]Module
	load      budget
}

// Name implements languages.Language.
func (*Go) Name() string { return "go" }

// Handles implements languages.Language.
func (*Go) Handles(p string) bool {
	return strings.HasSuffix(p, ".go") || path.Base(p) == "go.mod"
}

// Unit implements languages.Language: a folder is a package.
func (*Go) Unit(p string) string { return path.Dir(p) }

// Rows implements languages.Language.
func (*Go) Rows() (pattern.File, error) { return analyzers.Rows() }

// Examples implements languages.Language.
func (*Go) Examples() ([]pattern.Example, error) { return analyzers.Examples() }

// FileName implements languages.Language.
func (*Go) FileName() string { return "main.go" }

// Edit implements languages.Language.
func (*Go) Edit(ops []languages.Op, vars languages.Vars) ([]finding.Edit, bool) {
	if syn, ok := ops[0].Hit.Node.Syntax.(*modSyntax); ok {
		return syn.drop(ops[0].Fix)
	}
	return lowering.Edit(ops, vars)
}

// Flip implements languages.Language.
func (*Go) Flip(hit pattern.Hit, at ir.Place) ([]finding.Edit, bool) { return lowering.Flip(hit, at) }

// maxImporters is how many sets of rows keep their checked stubs at a time.
const maxImporters = 4

func (g *Go) importer(set *pattern.Set) *stubs.Importer {
	g.mu.Lock()
	defer g.mu.Unlock()
	if im := g.importers[set]; im != nil {
		return im
	}
	// Every run has a set of its own; a repair makes many runs.
	if g.importers == nil || len(g.importers) >= maxImporters {
		g.importers = map[*pattern.Set]*stubs.Importer{}
	}
	im := lowering.StubImporter(set)
	g.importers[set] = im
	return im
}

// Module is what the go.mod above a folder says.
type Module struct {
	Path, Go string // "go1.22", "" when there is none
	Dir      string
}

var moduleLine = regexp.MustCompile(`(?m)^\s*module\s+"?([^\s"]+)`)
var goLine = regexp.MustCompile(`(?m)^\s*go\s+([0-9][^\s/]*)`)

// moduleOf finds the module that a folder belongs to. It looks no further than
// the root of the file system and caches what it finds.
func (g *Go) moduleOf(dir string) Module {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.modules == nil {
		g.modules = map[string]Module{}
	}
	return g.module(dir)
}

func (g *Go) module(dir string) Module {
	if m, ok := g.modules[dir]; ok {
		return m
	}
	var m Module
	if data, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil && len(data) < 1<<20 {
		m.Dir = dir
		if x := moduleLine.FindSubmatch(data); x != nil {
			m.Path = string(x[1])
		}
		if x := goLine.FindSubmatch(data); x != nil {
			m.Go = "go" + string(x[1])
		} else {
			m.Go = "go1.16" // what a go.mod without a go line means
		}
	} else if parent := filepath.Dir(dir); parent != dir {
		m = g.module(parent)
	}
	g.modules[dir] = m
	return m
}

// maxFile is the largest file that is parsed, in bytes.
const maxFile = 8 << 20

// Lower implements languages.Language.
func (g *Go) Lower(ctx context.Context, in languages.Input) (out languages.Output, err error) {
	wanted := map[string]bool{}
	var dir string
	var goFiles []languages.File
	for _, f := range in.Files {
		if path.Base(f.Rel) == "go.mod" {
			lowerMod(f, in.Set, &out)
			out.Parsed++
			continue
		}
		if len(f.Data) > maxFile {
			out.Unlowered = append(out.Unlowered, languages.Unlowered{Path: f.Path, Reason: fmt.Sprintf("too large to parse (%d bytes)", len(f.Data))})
			continue
		}
		wanted[f.Path] = true
		dir = filepath.Dir(f.Path)
		goFiles = append(goFiles, f)
	}
	if len(goFiles) == 0 {
		return out, nil
	}
	out.Sources = map[string][]byte{}
	sources := out.Sources
	tests := false
	for _, f := range goFiles {
		sources[f.Path] = f.Data
		tests = tests || strings.HasSuffix(f.Path, "_test.go")
	}
	siblings(dir, tests, sources, in.Overlay)
	mod := g.moduleOf(dir)
	size := 0
	for _, data := range sources {
		size += len(data)
	}
	g.load.take(size)
	defer g.load.give(size)
	pkgs, fset := parse(sources, wanted, &out)
	for _, name := range slices.Sorted(maps.Keys(pkgs)) {
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		p := pkgs[name]
		p.path = importPath(mod, dir, name)
		if err := g.lowerPackage(p, fset, sources, mod, in, wanted, &out); err != nil {
			for _, f := range p.files {
				if n := fset.Position(f.FileStart).Filename; wanted[n] {
					out.Unlowered = append(out.Unlowered, languages.Unlowered{Path: n, Reason: err.Error()})
				}
			}
		}
	}
	if in.Types == "full" && slices.ContainsFunc(out.Nodes, func(n *ir.Node) bool { return !n.Resolved }) {
		if nodes, seen := g.full(ctx, dir, mod, in, wanted); len(seen) > 0 {
			rest := slices.DeleteFunc(out.Nodes, func(n *ir.Node) bool { return seen[n.Path] })
			out.Nodes = append(nodes, rest...)
		}
	}
	return out, nil
}

type pkg struct {
	path  string
	files []*ast.File
}

// siblings adds the other Go files of the folder: a package is checked whole.
// Its tests belong to it only if asked for: what they set decides nothing for
// the program.
func siblings(dir string, tests bool, sources, overlay map[string][]byte) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		if sources[name] != nil || !strings.HasSuffix(e.Name(), ".go") || !e.Type().IsRegular() {
			continue
		}
		if !tests && strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		if data := overlay[name]; data != nil {
			sources[name] = data
			continue
		}
		if info, err := e.Info(); err != nil || info.Size() > maxFile {
			continue
		}
		if data, err := os.ReadFile(name); err == nil {
			sources[name] = data
		}
	}
}

// parse groups the files of a folder by package and keeps the packages that have
// a wanted file.
func parse(sources map[string][]byte, wanted map[string]bool, out *languages.Output) (map[string]*pkg, *token.FileSet) {
	fset := token.NewFileSet()
	all := map[string]*pkg{}
	keep := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		f, err := parser.ParseFile(fset, name, sources[name], parser.ParseComments|parser.SkipObjectResolution)
		if wanted[name] {
			out.Parsed++
		}
		if f == nil || f.Name == nil || f.Name.Name == "" || f.Name.Name == "_" {
			if wanted[name] {
				out.Unlowered = append(out.Unlowered, languages.Unlowered{Path: name, Reason: "not a Go file: " + firstError(err)})
			}
			continue
		}
		if !wanted[name] && len(sources[name]) > bigSibling {
			dropBodies(f)
		}
		if wanted[name] {
			keep[f.Name.Name] = true
			out.Comments = append(out.Comments, Comments(fset, f, name, sources[name])...)
		}
		p := all[f.Name.Name]
		if p == nil {
			p = &pkg{}
			all[f.Name.Name] = p
		}
		p.files = append(p.files, f)
	}
	maps.DeleteFunc(all, func(name string, _ *pkg) bool { return !keep[name] })
	return all, fset
}

// bigSibling is the size, in bytes, above which the function bodies of a file
// without needles are not looked at. Files of that size are generated clients
// and tables; what they declare counts, what their functions do does not.
const bigSibling = 256 << 10

func dropBodies(f *ast.File) {
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name != "init" && fn.Name.Name != "main" {
			fn.Body = nil
		}
	}
}

func firstError(err error) string {
	if err == nil {
		return "no package clause"
	}
	msg, _, _ := strings.Cut(err.Error(), "\n")
	if i := strings.LastIndex(msg, ": "); i >= 0 {
		msg = msg[i+2:]
	}
	return msg
}

func importPath(mod Module, dir, name string) string {
	if mod.Path == "" {
		return name
	}
	rel, err := filepath.Rel(mod.Dir, dir)
	if err != nil || rel == "." {
		rel = ""
	}
	p := path.Join(mod.Path, filepath.ToSlash(rel))
	if strings.HasSuffix(name, "_test") {
		p += "_test"
	}
	return p
}

func (g *Go) lowerPackage(p *pkg, fset *token.FileSet, sources map[string][]byte, mod Module, in languages.Input, wanted map[string]bool, out *languages.Output) (err error) {
	defer func() {
		// The type checker is not ours, and hostile source must not end the run.
		if r := recover(); r != nil {
			err = fmt.Errorf("the Go type checker gave up: %v", r)
		}
	}()
	tpkg, info, _ := check(p, fset, g.importer(in.Set))
	u := &lowering.Unit{
		Fset: fset, Files: p.files, Pkg: tpkg, Info: info, Set: in.Set, Module: mod.Path, GoVersion: mod.Go,
		Source: func(name string) []byte { return sources[name] },
	}
	lowered := lowering.Lower(u)
	lowering.Wrappers(u, lowered)
	for _, n := range lowered {
		if wanted[n.Path] {
			if why := TestCode(p.files, fset, n.Path); why != "" {
				n.TestCode = why
			}
			out.Nodes = append(out.Nodes, n)
		}
	}
	return nil
}

func check(p *pkg, fset *token.FileSet, im types.Importer) (*types.Package, *types.Info, []error) {
	var errs []error
	conf := types.Config{
		Importer: im, FakeImportC: true, DisableUnusedImportCheck: false,
		Error: func(err error) { errs = append(errs, err) },
	}
	info := lowering.NewInfo()
	tpkg, _ := conf.Check(p.path, fset, p.files, info)
	return tpkg, info, errs
}

var testTags = regexp.MustCompile(`^(test|tests|testing|integration|integrationtests?|e2e|functional|acceptance|mock|mocks)$`)

// TestCode says why the content of the file called name makes it test code: it
// imports the testing packages, or is only built under a test tag. The name is
// the one that fset knows.
func TestCode(files []*ast.File, fset *token.FileSet, name string) string {
	for _, f := range files {
		if fset.Position(f.FileStart).Filename != name {
			continue
		}
		for _, spec := range f.Imports {
			switch spec.Path.Value {
			case `"testing"`, `"net/http/httptest"`:
				return "imports " + strings.Trim(spec.Path.Value, `"`)
			}
		}
		for _, g := range f.Comments {
			if g.Pos() > f.Package {
				break
			}
			for _, c := range g.List {
				x, err := constraint.Parse(c.Text)
				if err != nil {
					continue
				}
				if tag := testTag(x); tag != "" {
					return "built with the tag " + tag
				}
			}
		}
	}
	return ""
}

// testTag is a test tag without which a constraint never holds, "" when there is
// none.
func testTag(x constraint.Expr) string {
	switch x := x.(type) {
	case *constraint.TagExpr:
		if testTags.MatchString(x.Tag) {
			return x.Tag
		}
	case *constraint.AndExpr:
		if tag := testTag(x.X); tag != "" {
			return tag
		}
		return testTag(x.Y)
	case *constraint.OrExpr:
		if tag := testTag(x.X); tag != "" && testTag(x.Y) != "" {
			return tag
		}
	}
	return ""
}

// Comments returns the comments of a parsed file with their places in src.
func Comments(fset *token.FileSet, f *ast.File, name string, src []byte) []languages.Comment {
	var out []languages.Comment
	tok := fset.File(f.FileStart)
	for _, g := range f.Comments {
		// Lines are those on disk, whatever //line directives say.
		end := fset.PositionFor(g.End(), false).Line
		for _, c := range g.List {
			start := tok.Offset(c.Pos())
			text := c.Text
			// go/scanner drops carriage returns from comments; the length on disk counts.
			ending, with := "\n", 0
			if strings.HasPrefix(text, "/*") {
				ending, with = "*/", len("*/")
			}
			stop := len(src)
			if i := bytes.Index(src[start:], []byte(ending)); i >= 0 {
				stop = start + i + with
			}
			lc := languages.Comment{Path: name, Text: text, Start: start, End: stop}
			if alone(src, start) {
				lc.GroupEnd = end
			}
			out = append(out, lc)
		}
	}
	return out
}

func alone(src []byte, offset int) bool {
	for i := offset - 1; i >= 0 && src[i] != '\n'; i-- {
		if src[i] != ' ' && src[i] != '\t' && !(i < 3 && src[i] >= 0x80) {
			return false
		}
	}
	return true
}

// Check implements languages.Language: the edited file must parse, and the
// package must not get a type error that it did not have.
func (g *Go) Check(_ context.Context, name string, old, edited []byte, overlay map[string][]byte) error {
	if filepath.Base(name) == "go.mod" {
		_, err := modfile.ParseLax("go.mod", edited, nil)
		return err
	}
	fset := token.NewFileSet()
	if _, err := parser.ParseFile(fset, name, edited, parser.SkipObjectResolution); err != nil {
		if _, before := parser.ParseFile(token.NewFileSet(), name, old, parser.SkipObjectResolution); before == nil {
			return fmt.Errorf("the edited file does not parse: %s", firstError(err))
		}
	}
	set, err := analyzers.Set()
	if err != nil {
		return err
	}
	dir := filepath.Dir(name)
	mod := g.moduleOf(dir)
	sources := map[string][]byte{}
	siblings(dir, true, sources, overlay)
	before := g.errorsOf(name, old, sources, set, mod)
	after := g.errorsOf(name, edited, sources, set, mod)
	for _, msg := range slices.Sorted(maps.Keys(after)) {
		if after[msg] > before[msg] {
			return errors.New("the edited package would not compile: " + msg)
		}
	}
	return nil
}

func (g *Go) errorsOf(name string, data []byte, sources map[string][]byte, set *pattern.Set, mod Module) (out map[string]int) {
	out = map[string]int{}
	defer func() { _ = recover() }()
	with := maps.Clone(sources)
	with[name] = data
	var unused languages.Output
	pkgs, fset := parse(with, map[string]bool{name: true}, &unused)
	for n, p := range pkgs {
		p.path = importPath(mod, filepath.Dir(name), n)
		_, _, errs := check(p, fset, g.importer(set))
		for _, err := range errs {
			var te types.Error
			// A line that begins with a tab belongs to the error before it.
			if errors.As(err, &te) && !strings.HasPrefix(te.Msg, "\t") {
				out[te.Msg]++
			}
		}
	}
	return out
}
