package lowering

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/printer"
	"go/token"
	"go/types"
	"strings"

	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/wrappers"
)

// A function whose parameter throws a switch is a way to that switch. Which value
// throws it is found out by lowering the declaration again with the parameter set.

// maxParams bounds the parameters of a package that are tried.
const maxParams = 24

// declared is a parameter and the function that declares it.
type declared struct {
	v    *types.Var
	decl *ast.FuncDecl
}

// Wrappers fills in what the nodes of a lowered unit become when callers give the
// parameters that decide them.
func Wrappers(u *Unit, nodes []*ir.Node) {
	wrappers.Finder[declared]{
		Most: maxParams,
		Giver: func(n *ir.Node, o ir.Option) (declared, bool) {
			syn, _ := n.Syntax.(*Syntax)
			if syn == nil || syn.node == nil || o.Kind != "parameter" {
				return declared{}, false
			}
			decl := syn.file.enclosingDecl(syn.node)
			if decl == nil {
				return declared{}, false
			}
			v := u.parameter(decl, o.Name)
			return declared{v, decl}, v != nil
		},
		Param: func(d declared) (ir.Param, bool) { return u.paramOf(d.decl, d.v) },
		Again: func(d declared, c ir.Const, _ []*ir.Node) []*ir.Node { return u.assuming(d.v, d.decl, c) },
	}.Fill(nodes)
}

// parameter is a parameter of a declaration that callers give as true or false.
func (u *Unit) parameter(decl *ast.FuncDecl, name string) *types.Var {
	for _, field := range decl.Type.Params.List {
		for _, id := range field.Names {
			if v, ok := u.Info.Defs[id].(*types.Var); ok && id.Name == name && mayBeBool(v.Type()) {
				return v
			}
		}
	}
	return nil
}

// paramOf says how callers give a parameter.
func (u *Unit) paramOf(decl *ast.FuncDecl, v *types.Var) (ir.Param, bool) {
	f, _ := u.Info.Defs[decl.Name].(*types.Func)
	fi := u.at(decl)
	if f == nil || fi == nil {
		return ir.Param{}, false
	}
	name := u.funcName(f)
	if name == "" || f.Pkg() == nil {
		return ir.Param{}, false
	}
	p := ir.Param{Func: name, Name: v.Name(), At: fi.place(decl.Name), Title: f.Pkg().Path()[strings.LastIndexByte(f.Pkg().Path(), '/')+1:] + "." + f.Name() + "()"}
	p.Stub = u.stub()
	if sig := f.Type().(*types.Signature); sig.Recv() != nil {
		p.Title = fi.symbolOf(decl.Body) + "()"
	}
	for _, field := range decl.Type.Params.List {
		if _, variadic := field.Type.(*ast.Ellipsis); variadic {
			return p, false
		}
		for _, id := range field.Names {
			if u.Info.Defs[id] == v {
				return p, true
			}
			p.Index++
		}
		if len(field.Names) == 0 {
			p.Index++
		}
	}
	return p, false
}

// assuming lowers a declaration again with a parameter set.
func (u *Unit) assuming(v *types.Var, decl *ast.FuncDecl, c ir.Const) []*ir.Node {
	fields := u.fields
	defer func() { u.assumed, u.fields = nil, fields }()
	u.assumed, u.fields = map[*types.Var]ir.Const{v: c}, map[*types.Var]*ir.Value{}
	fi := u.at(decl)
	l := &lowerer{u: u, anchors: u.Set.Anchors(), drivers: len(u.Set.Drivers()) > 0, decl: decl}
	l.declaration(fi.file, decl)
	return l.nodes
}

// stub is the source of a package's exported declarations: other packages that call
// it are typed with that. Types that are written with what they do not import stay
// unknown.
func (u *Unit) stub() string {
	if u.stubText != "" || u.Pkg == nil {
		return u.stubText
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "package %s\n", u.Pkg.Name())
	imports := map[string]bool{}
	var decls bytes.Buffer
	put := func(n any) {
		decls.WriteByte('\n')
		if printer.Fprint(&decls, u.Fset, n) == nil {
			decls.WriteByte('\n')
		}
	}
	for _, f := range u.Files {
		if fi := u.info(f); strings.HasSuffix(fi.name, "_test.go") {
			continue
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() {
					put(&ast.FuncDecl{Recv: d.Recv, Name: d.Name, Type: d.Type})
				}
			case *ast.GenDecl:
				switch d.Tok {
				case token.IMPORT:
					for _, s := range d.Specs {
						s := s.(*ast.ImportSpec)
						text := s.Path.Value
						if s.Name != nil {
							text = s.Name.Name + " " + text
						}
						if !imports[text] {
							imports[text] = true
							fmt.Fprintf(&b, "import %s\n", text)
						}
					}
				case token.TYPE:
					for _, s := range d.Specs {
						put(&ast.GenDecl{Tok: token.TYPE, Specs: []ast.Spec{s}})
					}
				}
			}
		}
	}
	u.stubText = b.String() + decls.String()
	return u.stubText
}
