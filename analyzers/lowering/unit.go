// Package lowering turns type-checked Go packages into ir nodes.
//
// A Unit (syntax, types and sources of one package) comes in; the nodes that
// some row could match go out, each with who decides its value, what it flows
// into and which conditions guard it. It does not matter where the types come
// from: embedded stubs, go/packages and the export data that go vet hands over
// give the same nodes.
package lowering

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sort"
	"strings"

	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/pattern"
)

// Unit is one Go package to lower. Types may be incomplete: what is unresolved
// is said to be so, and never guessed.
type Unit struct {
	Fset  *token.FileSet
	Files []*ast.File
	// Source returns a file's bytes by the name that Fset knows it by.
	Source func(name string) []byte
	Pkg    *types.Package
	Info   *types.Info
	Set    *pattern.Set
	// Module is the path of the module being checked, "" when unknown; GoVersion
	// its go line ("go1.22"); Main says that the module builds a program here.
	Module    string
	GoVersion string

	files   map[*ast.File]*fileInfo
	uses    map[types.Object][]*ast.Ident
	fileOf  map[string]*ast.File
	names   map[types.Object]string
	decls   map[types.Object]*ast.Ident
	decodes *[]types.Type
	setting map[string]*ir.Const
	// defaults are what gives settings their defaults, by the setting's name.
	defaults map[string][]settingDefault
	fields   map[*types.Var]*ir.Value
	stubText string
	// assumed are parameters that are taken to be given.
	assumed map[*types.Var]ir.Const
	flags   map[*ast.CallExpr]bool // whose default is being evaluated
}

// fileInfo is what one file needs while it is being lowered.
type fileInfo struct {
	file *ast.File
	name string
	src  []byte
	tok  *token.File
	// parents are those of the declarations that somebody asked about: of most
	// files only one or two matter, and the table of a whole file is large.
	parents map[ast.Node]ast.Node
	covered []bool // by index of file.Decls
	gofmt   *bool  // whether the whole file is in gofmt's format, once somebody asked
}

func (u *Unit) init() {
	u.files = map[*ast.File]*fileInfo{}
	u.fileOf = map[string]*ast.File{}
	u.names = map[types.Object]string{}
	u.setting = map[string]*ir.Const{}
	u.fields = map[*types.Var]*ir.Value{}
	u.flags = map[*ast.CallExpr]bool{}
	for _, f := range u.Files {
		u.fileOf[u.Fset.Position(f.FileStart).Filename] = f
	}
}

// info returns what is known of a file; the parents are those of its imports
// until cover asks for more.
func (u *Unit) info(f *ast.File) *fileInfo {
	if fi := u.files[f]; fi != nil {
		return fi
	}
	tok := u.Fset.File(f.FileStart)
	fi := &fileInfo{file: f, name: tok.Name(), tok: tok, parents: map[ast.Node]ast.Node{}, covered: make([]bool, len(f.Decls))}
	fi.src = u.Source(tok.Name())
	for i, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			fi.enter(i)
		}
	}
	u.files[f] = fi
	return fi
}

// cover makes the parents of the nodes of the top-level declaration at pos known.
func (fi *fileInfo) cover(pos token.Pos) {
	decls := fi.file.Decls
	i := sort.Search(len(decls), func(i int) bool { return decls[i].End() > pos })
	if i < len(decls) {
		fi.enter(i)
	}
	if i > 0 && decls[i-1].End() == pos {
		fi.enter(i - 1) // a node without text, which broken source has
	}
}

func (fi *fileInfo) enter(i int) {
	if fi.covered[i] {
		return
	}
	fi.covered[i] = true
	stack := []ast.Node{fi.file}
	ast.Inspect(fi.file.Decls[i], func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		fi.parents[n] = stack[len(stack)-1]
		stack = append(stack, n)
		return true
	})
}

// at returns the file that a node stands in, nil for a node of another package.
func (u *Unit) at(n ast.Node) *fileInfo {
	tok := u.Fset.File(n.Pos())
	if tok == nil {
		return nil
	}
	f := u.fileOf[tok.Name()]
	if f == nil {
		return nil
	}
	fi := u.info(f)
	fi.cover(n.Pos())
	return fi
}

func (fi *fileInfo) span(n ast.Node) ir.Span { return fi.posSpan(n.Pos(), n.End()) }

func (fi *fileInfo) posSpan(from, to token.Pos) ir.Span {
	return ir.Span{Start: fi.tok.Offset(from), End: fi.tok.Offset(to)}
}

func (fi *fileInfo) place(n ast.Node) ir.Place { return ir.Place{Path: fi.name, Span: fi.span(n)} }

func (fi *fileInfo) text(n ast.Node) string {
	s := fi.span(n)
	if s.End > len(fi.src) || s.Start > s.End {
		return ""
	}
	return string(fi.src[s.Start:s.End])
}

func (u *Unit) text(n ast.Node) string {
	if fi := u.at(n); fi != nil {
		return strings.Join(strings.Fields(fi.text(n)), " ")
	}
	return ""
}

// usesOf is the index from a symbol to its uses.
func (u *Unit) usesOf(obj types.Object) []*ast.Ident {
	if u.uses == nil {
		u.uses = make(map[types.Object][]*ast.Ident, len(u.Info.Uses))
		for id, o := range u.Info.Uses {
			if v, ok := o.(*types.Var); ok {
				o = v.Origin()
			}
			u.uses[o] = append(u.uses[o], id)
		}
		for _, ids := range u.uses {
			slices.SortFunc(ids, func(a, b *ast.Ident) int { return int(a.Pos() - b.Pos()) })
		}
	}
	return u.uses[obj]
}

var majorElem = lazyregexp.New(`/v[0-9]+(/|$)`)
var majorSuffix = lazyregexp.New(`\.v[0-9]+(-unstable)?(/|$)`)

// CanonicalPath drops the major version of an import path, and what vendoring
// puts before it: gopkg.in/mail.v2 is gopkg.in/mail, example.com/x/v3/y is
// example.com/x/y.
func CanonicalPath(path string) string {
	if !strings.ContainsAny(path, " ") && !strings.Contains(path, "/v") && !strings.Contains(path, ".v") && !strings.HasPrefix(path, "v") {
		return path
	}
	if i := strings.LastIndex(path, "/vendor/"); i >= 0 {
		path = path[i+len("/vendor/"):]
	}
	path = strings.TrimPrefix(path, "vendor/")
	if i := strings.IndexByte(path, ' '); i >= 0 { // "p [p.test]"
		path = path[:i]
	}
	path = majorElem.ReplaceAllString(path, "$1")
	path = majorSuffix.ReplaceAllString(path, "$2")
	return path
}

// objName is the canonical name of a package-level object or method, "" for
// locals and for objects without a package.
func (u *Unit) objName(obj types.Object) string {
	if name, ok := u.names[obj]; ok {
		return name
	}
	name := ""
	switch o := obj.(type) {
	case nil:
	case *types.Func:
		name = u.funcName(o)
	case *types.TypeName, *types.Const, *types.Var:
		if obj.Pkg() != nil && obj.Parent() == obj.Pkg().Scope() {
			name = CanonicalPath(obj.Pkg().Path()) + "." + obj.Name()
		}
	}
	u.names[obj] = name
	return name
}

func (u *Unit) funcName(f *types.Func) string {
	if f.Pkg() == nil {
		return ""
	}
	sig, _ := f.Type().(*types.Signature)
	if sig != nil && sig.Recv() != nil {
		if owner := typeName(sig.Recv().Type()); owner != "" {
			return owner + "." + f.Name()
		}
		return ""
	}
	return CanonicalPath(f.Pkg().Path()) + "." + f.Name()
}

// typeName is the canonical name of a named type, seen through pointers and
// aliases; "" for any other type.
func typeName(t types.Type) string {
	if t == nil {
		return ""
	}
	t = types.Unalias(t)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		if _, named := t.(*types.Named); !named {
			t = types.Unalias(p.Elem())
		}
	}
	named, ok := t.(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return ""
	}
	return CanonicalPath(named.Obj().Pkg().Path()) + "." + named.Obj().Name()
}

// structOf returns the struct below a type, seen through pointers.
func structOf(t types.Type) *types.Struct {
	if t == nil {
		return nil
	}
	t = types.Unalias(t)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, _ := t.Underlying().(*types.Struct)
	return s
}

// fieldOwner names the type that declares a selected field: the last named type
// on the way through embedded fields.
func fieldOwner(sel *types.Selection) string {
	t := sel.Recv()
	owner := typeName(t)
	for _, i := range sel.Index()[:len(sel.Index())-1] {
		s := structOf(t)
		if s == nil {
			return owner
		}
		t = s.Field(i).Type()
		owner = typeName(t)
	}
	return owner
}

// pkgOf returns the package that a qualifier names.
func (u *Unit) pkgOf(x ast.Expr) *types.PkgName {
	id, ok := x.(*ast.Ident)
	if !ok {
		return nil
	}
	p, _ := u.Info.Uses[id].(*types.PkgName)
	return p
}

// symbolName is the canonical name of what an identifier or selector refers to,
// "" for locals. A symbol of a package without types is named by its import.
func (u *Unit) symbolName(x ast.Expr) string {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return u.objName(u.Info.Uses[x])
	case *ast.SelectorExpr:
		if p := u.pkgOf(x.X); p != nil {
			return CanonicalPath(p.Imported().Path()) + "." + x.Sel.Name
		}
		if sel := u.Info.Selections[x]; sel != nil {
			if f, ok := sel.Obj().(*types.Func); ok {
				return u.funcName(f)
			}
			if owner := fieldOwner(sel); owner != "" {
				return owner + "." + x.Sel.Name
			}
		}
	case *ast.IndexExpr, *ast.IndexListExpr: // an instantiated generic function
		return u.symbolName(generic(x))
	}
	return ""
}

// callee is the canonical name of what a call calls; resolved is false where
// the receiver's type is unknown, and the name is then "?." and the method.
func (u *Unit) callee(call *ast.CallExpr) (name string, resolved bool) {
	fun := ast.Unparen(call.Fun)
	if name := u.symbolName(fun); name != "" {
		return name, true
	}
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		return "?." + sel.Sel.Name, false
	}
	return "", false
}

// inModule reports whether a canonical name belongs to the checked module.
func (u *Unit) inModule(name string) bool {
	m := CanonicalPath(u.Module)
	if u.Pkg != nil && strings.HasPrefix(name, CanonicalPath(u.Pkg.Path())+".") {
		return true
	}
	return m != "" && (strings.HasPrefix(name, m+"/") || strings.HasPrefix(name, m+"."))
}

// isStd reports whether a canonical name belongs to the standard library: the
// first element of its path has no dot.
func isStd(name string) bool {
	path := name
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		path = path[:strings.IndexByte(path, '/')]
		return !strings.Contains(path, ".")
	}
	pkg, _, _ := strings.Cut(path, ".")
	return stdRoots[pkg]
}

// stdRoots are the standard library's packages of one element that code near
// TLS uses; a module path of one element is never one of them.
var stdRoots = map[string]bool{
	"bufio": true, "bytes": true, "context": true, "errors": true, "flag": true, "fmt": true, "io": true,
	"log": true, "net": true, "os": true, "reflect": true, "runtime": true, "strconv": true, "strings": true,
	"sync": true, "syscall": true, "testing": true, "time": true, "unicode": true, "crypto": true,
}

// enclosing walks up from n to the nearest function declaration, "" at top level.
func (fi *fileInfo) enclosingDecl(n ast.Node) *ast.FuncDecl {
	for ; n != nil; n = fi.parents[n] {
		if d, ok := n.(*ast.FuncDecl); ok {
			return d
		}
	}
	return nil
}

// enclosingFunc is the innermost function around n, declared or literal.
func (fi *fileInfo) enclosingFunc(n ast.Node) ast.Node {
	for n = fi.parents[n]; n != nil; n = fi.parents[n] {
		switch n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			return n
		}
	}
	return nil
}

func funcBody(fn ast.Node) *ast.BlockStmt {
	switch fn := fn.(type) {
	case *ast.FuncDecl:
		return fn.Body
	case *ast.FuncLit:
		return fn.Body
	}
	return nil
}

func funcType(fn ast.Node) *ast.FuncType {
	switch fn := fn.(type) {
	case *ast.FuncDecl:
		return fn.Type
	case *ast.FuncLit:
		return fn.Type
	}
	return nil
}

// symbolOf names the declaration around a node as a person would: "Dial",
// "(*Client).Dial", "var client", "".
func (fi *fileInfo) symbolOf(n ast.Node) string {
	for ; n != nil; n = fi.parents[n] {
		switch d := n.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil || len(d.Recv.List) == 0 {
				return d.Name.Name
			}
			recv := strings.Join(strings.Fields(fi.text(d.Recv.List[0].Type)), "")
			if strings.HasPrefix(recv, "*") {
				recv = "(" + recv + ")"
			}
			return recv + "." + d.Name.Name
		case *ast.ValueSpec:
			if g, ok := fi.parents[d].(*ast.GenDecl); ok {
				if _, top := fi.parents[g].(*ast.File); top && len(d.Names) > 0 {
					return g.Tok.String() + " " + d.Names[0].Name
				}
			}
		}
	}
	return ""
}
