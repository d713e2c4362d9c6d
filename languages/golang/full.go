package golang

import (
	"context"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/tlslint/tlslint/analyzers/lowering"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
)

// full loads a folder through go/packages. It asks the go command, offline and
// with the modules that are there. seen are the wanted files that it lowered:
// the go command leaves out what is not built on this machine.
func (g *Go) full(ctx context.Context, dir string, mod Module, in languages.Input, wanted map[string]bool) (nodes []*ir.Node, seen map[string]bool) {
	conf := &packages.Config{
		Context: ctx, Dir: dir, Tests: true,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
			packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedDeps | packages.NeedExportFile,
		// No network and no other toolchain: a check never downloads anything.
		// Nothing of the scanned module is written: -mod=mod would change its go.mod.
		Env: append(os.Environ(), "GOPROXY=off", "GOTOOLCHAIN=local", "GOFLAGS=", "GOWORK=off"),
	}
	conf.Mode &^= packages.NeedDeps
	pkgs, err := packages.Load(conf, ".")
	if err != nil {
		return nil, nil
	}
	seen = map[string]bool{}
	for _, p := range pkgs {
		if p.Types == nil || p.TypesInfo == nil || len(p.Syntax) == 0 || slices.ContainsFunc(p.Errors, missingImport) {
			continue
		}
		sources := map[string][]byte{}
		for _, name := range p.CompiledGoFiles {
			data, err := os.ReadFile(name)
			if err != nil {
				return nil, nil
			}
			sources[name] = data
		}
		u := &lowering.Unit{
			Fset: p.Fset, Files: p.Syntax, Pkg: p.Types, Info: p.TypesInfo, Set: in.Set, Module: mod.Path, GoVersion: mod.Go,
			Source: func(name string) []byte { return sources[name] },
		}
		// A test variant repeats the package's own files.
		fresh := map[string]bool{}
		for _, name := range p.CompiledGoFiles {
			fresh[name] = wanted[name] && !seen[name]
		}
		lowered := lowering.Lower(u)
		lowering.Wrappers(u, lowered)
		for _, n := range lowered {
			if fresh[n.Path] {
				if why := TestCode(p.Syntax, p.Fset, n.Path); why != "" {
					n.TestCode = why
				}
				nodes = append(nodes, n)
			}
		}
		for name, ok := range fresh {
			seen[name] = seen[name] || ok
		}
	}
	return nodes, seen
}

// missingImport reports whether a package was loaded without one of its imports:
// the stub of that one then knows more.
func missingImport(err packages.Error) bool {
	return err.Kind == packages.ListError || strings.Contains(err.Msg, "could not import")
}
