package golang

import (
	"context"
	"os"

	"golang.org/x/tools/go/packages"

	"github.com/tlslint/tlslint/analyzers/lowering"
	"github.com/tlslint/tlslint/languages"
)

// full loads a folder through go/packages. It asks the go command, offline and
// with the modules that are there; ok is false when that gives no types.
func (g *Go) full(ctx context.Context, dir string, mod Module, in languages.Input, wanted map[string]bool) (out languages.Output, ok bool) {
	conf := &packages.Config{
		Context: ctx, Dir: dir, Tests: true,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
			packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedDeps | packages.NeedExportFile,
		// No network and no other toolchain: a check never downloads anything.
		Env: append(os.Environ(), "GOPROXY=off", "GOTOOLCHAIN=local", "GOFLAGS=-mod=mod", "GOWORK=off"),
	}
	conf.Mode &^= packages.NeedDeps
	pkgs, err := packages.Load(conf, ".")
	if err != nil {
		return out, false
	}
	seen := map[string]bool{}
	for _, p := range pkgs {
		if p.Types == nil || p.TypesInfo == nil || len(p.Syntax) == 0 {
			continue
		}
		sources := map[string][]byte{}
		for _, name := range p.CompiledGoFiles {
			data, err := os.ReadFile(name)
			if err != nil {
				return out, false
			}
			sources[name] = data
		}
		u := &lowering.Unit{
			Fset: p.Fset, Files: p.Syntax, Pkg: p.Types, Info: p.TypesInfo, Set: in.Set, Module: mod.Path, GoVersion: mod.Go,
			Source: func(name string) []byte { return sources[name] },
		}
		fresh := map[string]bool{}
		for _, n := range lowering.Lower(u) {
			// A test variant repeats the package's own files.
			if wanted[n.Path] && !seen[n.Path] {
				if why := TestCode(p.Syntax, p.Fset, n.Path); why != "" {
					n.TestCode = why
				}
				out.Nodes = append(out.Nodes, n)
				fresh[n.Path] = true
			}
		}
		for name := range fresh {
			seen[name] = true
		}
		ok = true
	}
	return out, ok
}
