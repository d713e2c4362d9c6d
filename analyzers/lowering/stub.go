package lowering

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/analyzers/stubs"
	"github.com/tlslint/tlslint/pattern"
)

// NewInfo returns the tables that lowering reads.
func NewInfo() *types.Info {
	return &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Instances: map[*ast.Ident]types.Instance{},
	}
}

// StubImporter resolves imports to the embedded stubs and to those of a set's rows.
func StubImporter(set *pattern.Set) *stubs.Importer {
	index := map[string][]string{}
	for _, s := range set.Stubs {
		index[s.Path] = append(index[s.Path], s.Source)
	}
	for _, r := range set.Rows {
		if r.Stub == "" {
			continue
		}
		for _, path := range StubPaths(r) {
			if !slices.Contains(index[path], r.Stub) {
				index[path] = append(index[path], r.Stub)
			}
		}
	}
	return stubs.New(CanonicalPath, func(path string) []string { return index[path] })
}

// StubPaths are the canonical import paths that a row's stub stands for: of the
// sinks whose symbol the stub declares.
func StubPaths(r *pattern.Row) []string {
	f, _ := parser.ParseFile(token.NewFileSet(), "", r.Stub, parser.SkipObjectResolution)
	if f == nil {
		return nil
	}
	declared := map[string]bool{}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				declared[d.Name.Name] = true
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					declared[s.Name.Name] = true
				case *ast.ValueSpec:
					for _, n := range s.Names {
						declared[n.Name] = true
					}
				}
			}
		}
	}
	var out []string
	for _, k := range r.At {
		for _, name := range pattern.Expand(k.Call + k.Member + k.Ref) {
			at := strings.LastIndexByte(name, '/') + 1
			for i := at; i < len(name); i++ {
				if name[i] != '.' {
					continue
				}
				sym, _, _ := strings.Cut(name[i+1:], ".")
				if declared[sym] {
					if path := name[:i]; !slices.Contains(out, path) {
						out = append(out, path)
					}
					break
				}
			}
		}
	}
	return out
}
