// Package stubs gives the type checker just enough of other packages.
//
// Import paths go in; small packages of ours come out: embedded declarations of
// the standard library's parts that matter for TLS, the stubs that rows carry
// for their libraries, and an empty package for everything else. Nothing is read
// from the disk of the machine and nothing of the scanned program is run, so
// checking works without a Go toolchain, with missing modules and with errors.
package stubs

import (
	"embed"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"regexp"
	"strings"
	"sync"
)

//go:embed src
var sources embed.FS

// Importer resolves import paths to stub packages. It is safe for concurrent
// use; packages are checked on first use and shared.
type Importer struct {
	extra func(path string) []string // sources of a canonical path, from rows
	canon func(path string) string

	mu   sync.Mutex
	fset *token.FileSet
	pkgs map[string]*types.Package
}

// New returns an importer. extra gives the stub sources of a canonical import
// path (without major versions), canon makes a path canonical.
func New(canon func(string) string, extra func(string) []string) *Importer {
	return &Importer{extra: extra, canon: canon, fset: token.NewFileSet(), pkgs: map[string]*types.Package{}}
}

// Import implements types.Importer. It never fails: an unknown path is an empty
// package whose name is guessed.
func (im *Importer) Import(importPath string) (*types.Package, error) {
	im.mu.Lock()
	defer im.mu.Unlock()
	return im.load(importPath), nil
}

func (im *Importer) load(importPath string) *types.Package {
	if p := im.pkgs[importPath]; p != nil {
		return p
	}
	if importPath == "unsafe" {
		return types.Unsafe
	}
	canon := im.canon(importPath)
	var texts []string
	if std, err := sources.ReadFile("src/" + importPath + ".go.txt"); err == nil {
		texts = append(texts, string(std))
	}
	if im.extra != nil {
		texts = append(texts, im.extra(canon)...)
	}
	if len(texts) == 0 {
		p := types.NewPackage(importPath, GuessName(importPath))
		p.MarkComplete()
		im.pkgs[importPath] = p
		return p
	}
	file := im.merge(texts)
	if file.Name == nil {
		file.Name = ast.NewIdent(GuessName(importPath))
	}
	name := file.Name.Name
	conf := types.Config{Importer: nested{im}, Error: func(error) {}, IgnoreFuncBodies: true, FakeImportC: true}
	// A placeholder first, so that stubs which import each other end.
	placeholder := types.NewPackage(importPath, name)
	im.pkgs[importPath] = placeholder
	p, _ := conf.Check(importPath, im.fset, []*ast.File{file}, nil)
	if p == nil {
		p = placeholder
	}
	p.MarkComplete()
	im.pkgs[importPath] = p
	return p
}

// nested imports while the importer's lock is held.
type nested struct{ im *Importer }

func (n nested) Import(path string) (*types.Package, error) { return n.im.load(path), nil }

// merge joins the stubs of several rows for one package: declarations by name,
// the fields of one struct united. The name is nil when no stub is Go.
func (im *Importer) merge(texts []string) *ast.File {
	out := &ast.File{}
	seen := map[string]bool{}
	structs := map[string]*ast.StructType{}
	imports := map[string]bool{}
	var decls []ast.Decl
	for _, text := range texts {
		f, _ := parser.ParseFile(im.fset, "", text, parser.SkipObjectResolution)
		if f == nil || f.Name == nil || f.Name.Name == "" || f.Name.Name == "_" {
			continue
		}
		if out.Name == nil {
			out.Name = f.Name
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				key := d.Name.Name
				if d.Recv != nil && len(d.Recv.List) > 0 {
					key = recvName(d.Recv.List[0].Type) + "." + key
				}
				if !seen[key] {
					seen[key] = true
					decls = append(decls, d)
				}
			case *ast.GenDecl:
				if kept := mergeGen(d, seen, structs, imports); kept != nil {
					if d.Tok == token.IMPORT {
						for _, s := range kept.Specs {
							out.Imports = append(out.Imports, s.(*ast.ImportSpec))
						}
						out.Decls = append(out.Decls, kept)
						continue
					}
					decls = append(decls, kept)
				}
			}
		}
	}
	out.Decls = append(out.Decls, decls...)
	return out
}

func mergeGen(d *ast.GenDecl, seen map[string]bool, structs map[string]*ast.StructType, imports map[string]bool) *ast.GenDecl {
	kept := *d
	kept.Specs = nil
	declares := false // something that no other stub has
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.ImportSpec:
			key := s.Path.Value
			if s.Name != nil {
				key = s.Name.Name + key
			}
			if imports[key] {
				continue
			}
			imports[key] = true
		case *ast.TypeSpec:
			st, isStruct := s.Type.(*ast.StructType)
			if old := structs[s.Name.Name]; old != nil && isStruct {
				unite(old, st)
				continue
			}
			if seen[s.Name.Name] {
				continue
			}
			seen[s.Name.Name] = true
			if isStruct {
				structs[s.Name.Name] = st
			}
		case *ast.ValueSpec:
			fresh := unseen(s, seen)
			if fresh == nil && d.Tok != token.CONST {
				continue
			}
			if fresh == nil {
				// iota must go on counting.
				fresh = &ast.ValueSpec{Names: []*ast.Ident{ast.NewIdent("_")}, Type: s.Type, Values: s.Values}
			} else {
				declares = true
			}
			kept.Specs = append(kept.Specs, fresh)
			continue
		}
		declares = true
		kept.Specs = append(kept.Specs, s)
	}
	if !declares {
		return nil
	}
	return &kept
}

// unseen is a spec without the names that are declared already, nil when there
// is no other.
func unseen(s *ast.ValueSpec, seen map[string]bool) *ast.ValueSpec {
	fresh := *s
	fresh.Names = nil
	any := false
	for _, name := range s.Names {
		if name.Name == "_" || !seen[name.Name] {
			any = true
			seen[name.Name] = name.Name != "_"
			fresh.Names = append(fresh.Names, name)
		} else {
			fresh.Names = append(fresh.Names, ast.NewIdent("_"))
		}
	}
	if !any {
		return nil
	}
	return &fresh
}

func unite(into, from *ast.StructType) {
	have := map[string]bool{}
	for _, f := range into.Fields.List {
		for _, n := range f.Names {
			have[n.Name] = true
		}
		if len(f.Names) == 0 {
			have[recvName(f.Type)] = true
		}
	}
	for _, f := range from.Fields.List {
		if len(f.Names) == 0 {
			if !have[recvName(f.Type)] {
				into.Fields.List = append(into.Fields.List, f)
			}
			continue
		}
		var names []*ast.Ident
		for _, n := range f.Names {
			if !have[n.Name] {
				names = append(names, n)
			}
		}
		if len(names) > 0 {
			into.Fields.List = append(into.Fields.List, &ast.Field{Names: names, Type: f.Type})
		}
	}
}

func recvName(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return recvName(t.X)
	case *ast.IndexExpr:
		return recvName(t.X)
	case *ast.SelectorExpr:
		return t.Sel.Name
	case *ast.Ident:
		return t.Name
	}
	return ""
}

var major = regexp.MustCompile(`^v[0-9]+$`)
var dotMajor = regexp.MustCompile(`\.v[0-9]+(-unstable)?$`)

// GuessName guesses the package name of an import path as people write it: the
// last element without a major version, "go-" before and "-go", ".go" behind,
// and without what stands before the last dash otherwise.
func GuessName(importPath string) string {
	base := path.Base(importPath)
	if major.MatchString(base) {
		base = path.Base(path.Dir(importPath))
	}
	base = dotMajor.ReplaceAllString(base, "")
	base = strings.TrimPrefix(base, "go-")
	for _, suffix := range []string{"-go", ".go", "-golang", ".golang"} {
		base = strings.TrimSuffix(base, suffix)
	}
	if i := strings.LastIndexByte(base, '.'); i >= 0 {
		base = base[i+1:]
	}
	return strings.NewReplacer("-", "", ".", "").Replace(base)
}
