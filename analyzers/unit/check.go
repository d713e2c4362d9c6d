package unit

import (
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"runtime"

	"golang.org/x/tools/go/analysis"

	"github.com/tlslint/tlslint/analyzers/lowering"
	"github.com/tlslint/tlslint/analyzers/pass"
)

// checker parses, type-checks and analyses one package, as often as its sources
// change.
type checker struct {
	desc      *description
	analyzers []*analysis.Analyzer
	fset      *token.FileSet
	imports   *unitImporter
}

func newChecker(d *description, analyzers []*analysis.Analyzer) *checker {
	fset := token.NewFileSet()
	return &checker{
		desc: d, analyzers: analyzers, fset: fset, imports: newImporter(d, fset),
	}
}

// outcome is what the analyzers say about a package.
type outcome struct {
	// diagnostics of every analyzer that has some, by its name.
	diagnostics map[string][]analysis.Diagnostic
	// errors counts the type errors by their text.
	errors map[string]int
}

func (o *outcome) count() int {
	n := 0
	for _, ds := range o.diagnostics {
		n += len(ds)
	}
	return n
}

// check analyses the package with these sources. Type errors are no obstacle;
// an error is a file that does not parse, or an analyzer that failed.
func (c *checker) check(sources map[string][]byte) (*outcome, error) {
	var files []*ast.File
	for _, name := range c.desc.GoFiles {
		f, err := parser.ParseFile(c.fset, name, sources[name], parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	out := &outcome{diagnostics: map[string][]analysis.Diagnostic{}, errors: map[string]int{}}
	info := lowering.NewInfo()
	info.FileVersions = map[*ast.File]string{}
	arch := os.Getenv("GOARCH")
	if arch == "" {
		arch = runtime.GOARCH
	}
	conf := types.Config{
		Importer: c.imports, GoVersion: c.desc.GoVersion, FakeImportC: true, Sizes: types.SizesFor("gc", arch),
		Error: func(err error) {
			text := err.Error()
			var te types.Error
			if errors.As(err, &te) {
				text = te.Msg // without the position, which edits move
			}
			out.errors[text]++
		},
	}
	pkg, err := c.types(&conf, files, info)
	if err != nil {
		return nil, err
	}
	run := &execution{checker: c, sources: sources, files: files, pkg: pkg, info: info, sizes: conf.Sizes, out: out, results: map[*analysis.Analyzer]any{}}
	for _, a := range c.analyzers {
		if err := run.do(a); err != nil {
			return nil, fmt.Errorf("%s: %w", a.Name, err)
		}
	}
	return out, nil
}

// types runs the type checker, which is not ours and must not take the tool down.
func (c *checker) types(conf *types.Config, files []*ast.File, info *types.Info) (pkg *types.Package, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: the type checker gave up: %v", c.desc.ImportPath, r)
		}
	}()
	pkg, _ = conf.Check(c.desc.ImportPath, c.fset, files, info)
	return pkg, nil
}

// execution runs analyzers on one state of a package, each once.
type execution struct {
	*checker
	sources map[string][]byte
	files   []*ast.File
	pkg     *types.Package
	info    *types.Info
	sizes   types.Sizes
	out     *outcome
	results map[*analysis.Analyzer]any
}

func (x *execution) do(a *analysis.Analyzer) error {
	if _, done := x.results[a]; done {
		return nil
	}
	inputs := map[*analysis.Analyzer]any{}
	for _, r := range a.Requires {
		if err := x.do(r); err != nil {
			return err
		}
		inputs[r] = x.results[r]
	}
	result, err := a.Run(&analysis.Pass{
		Analyzer: a, Fset: x.fset, Files: x.files, Pkg: x.pkg, TypesInfo: x.info, TypesSizes: x.sizes,
		Module: x.module(), ResultOf: inputs,
		ReadFile: func(name string) ([]byte, error) {
			if data, ok := x.sources[name]; ok {
				return data, nil
			}
			return os.ReadFile(name)
		},
		Report: func(d analysis.Diagnostic) {
			x.out.diagnostics[a.Name] = append(x.out.diagnostics[a.Name], d)
		},
	})
	x.results[a] = result
	return err
}

func (x *execution) module() *analysis.Module {
	if x.desc.ModulePath == "" {
		return nil
	}
	return &analysis.Module{Path: x.desc.ModulePath, Version: x.desc.ModuleVersion, GoVersion: x.desc.GoVersion}
}

// unitImporter takes types from export data, and from stubs where there is none.
type unitImporter struct {
	desc *description
	gc   types.Importer
	stub types.Importer // made when first needed
}

func newImporter(d *description, fset *token.FileSet) *unitImporter {
	return &unitImporter{desc: d, gc: importer.ForCompiler(fset, "gc", func(pkgPath string) (io.ReadCloser, error) {
		name := d.PackageFile[pkgPath]
		if name == "" {
			return nil, fmt.Errorf("no export data for %s", pkgPath)
		}
		return os.Open(name)
	})}
}

// Import implements types.Importer. It fails only if there are no stubs.
func (im *unitImporter) Import(path string) (*types.Package, error) {
	pkgPath, ok := im.desc.ImportMap[path]
	if !ok {
		pkgPath = path
	}
	if p, err := im.exported(pkgPath); err == nil {
		return p, nil
	}
	if im.stub == nil {
		rows, err := pass.Rows()
		if err != nil {
			return nil, err
		}
		im.stub = lowering.StubImporter(rows)
	}
	return im.stub.Import(path)
}

// exported reads a package's export data. The compiler may be newer than the
// reader, which then complains or panics.
func (im *unitImporter) exported(pkgPath string) (p *types.Package, err error) {
	defer func() {
		if r := recover(); r != nil {
			p, err = nil, fmt.Errorf("export data of %s: %v", pkgPath, r)
		}
	}()
	return im.gc.Import(pkgPath)
}
