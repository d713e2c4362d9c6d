package lowering

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/tlslint/tlslint/internal/dsn"
	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
)

// Syntax is what the editor needs of a node: where it stands in the tree.
type Syntax struct {
	unit *Unit
	file *fileInfo
	node ast.Node // the key-value pair, assignment, call, reference, literal or comment
	lhs  ast.Expr // of an assignment
}

// Lower lowers the nodes of a unit that some row of its set could match.
func Lower(u *Unit) []*ir.Node {
	u.init()
	l := &lowerer{u: u, anchors: u.Set.Anchors(), drivers: len(u.Set.Drivers()) > 0}
	for _, f := range u.Files {
		l.fi, l.decl = nil, nil
		l.file(f)
	}
	return l.nodes
}

type lowerer struct {
	u       *Unit
	fi      *fileInfo
	decl    ast.Decl // the top-level declaration that is being lowered
	anchors map[string]bool
	drivers bool
	nodes   []*ir.Node
}

func (l *lowerer) file(f *ast.File) {
	tok := l.u.Fset.File(f.FileStart)
	if tok == nil {
		return
	}
	l.directives(f)
	for _, d := range f.Decls {
		l.decl = d
		l.declaration(f, d)
	}
}

func (l *lowerer) declaration(f *ast.File, d ast.Decl) {
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.CompositeLit:
			l.literal(f, n)
		case *ast.AssignStmt:
			for i := range n.Lhs {
				l.assign(f, n, i)
			}
		case *ast.CallExpr:
			l.call(f, n)
		case *ast.UnaryExpr:
			l.address(f, n)
		case *ast.SelectorExpr:
			if l.anchors[n.Sel.Name] {
				l.ref(f, n)
			}
		case *ast.Ident:
			if l.anchors[n.Name] {
				l.ref(f, n)
			}
		case *ast.BasicLit:
			if l.drivers && n.Kind == token.STRING && len(n.Value) > 8 {
				l.text(f, n)
			}
		}
		return true
	})
}

// anchor reports whether a member could be a sink; keys of maps may hold dots.
func (l *lowerer) anchor(key string) bool {
	return l.anchors[key[strings.LastIndexByte(key, '.')+1:]]
}

func (l *lowerer) use(f *ast.File) *fileInfo {
	if l.fi == nil {
		l.fi = l.u.info(f)
	}
	if l.decl != nil {
		l.fi.cover(l.decl.Pos())
	}
	return l.fi
}

// add finishes a node with what every kind has.
func (l *lowerer) add(fi *fileInfo, n *ir.Node, at ast.Node, syn Syntax) {
	n.Path = fi.name
	if n.Span.IsZero() {
		n.Span = fi.span(at)
	}
	n.Symbol = fi.symbolOf(at)
	guards, dead := l.u.guards(fi, at)
	if !slices.ContainsFunc(guards, func(g ir.Guard) bool { return len(g.Options) > 0 }) {
		guards = append(guards, l.u.callerGuards(fi, at)...)
	}
	for _, name := range []string{"VerifyConnection", "VerifyPeerCertificate"} {
		if v := n.Siblings[name]; v != nil && v.Known && v.Const.Verdict == ir.AcceptsInBranch {
			guards = append(guards, ir.Guard{Options: v.Const.Options, Cond: name, Branch: true, Text: "an option that " + name + " asks"})
		}
	}
	n.Guards = guards
	if decl := fi.enclosingDecl(at); decl != nil && n.Kind == ir.Call && optionByName(decl) {
		n.SelfOption = decl.Name.Name
	}
	if decl := fi.enclosingDecl(at); decl != nil && testHelper.MatchString(decl.Name.Name) {
		n.TestCode = "test helper " + decl.Name.Name
	}
	n.Dead = n.Dead || dead
	n.Version = l.u.goVersion()
	n.Lines = fi.lines(at)
	n.Inspects = l.u.inspects(fi, at)
	syn.unit, syn.file = l.u, fi
	n.Syntax = &syn
	l.nodes = append(l.nodes, n)
}

// testHelper are functions that say of themselves that they only serve tests.
// TestConnection and its like are not among them: programs test connections too.
var testHelper = lazyregexp.New(`^(?i:make|new|create|setup|build|start|must)_?Test[A-Z_]|ForTest(s|ing)?$|^(?i:new|make)?_?(Mock|Fake)[A-Z]`)

// pinCheck are functions that compare a key or certificate with what is expected.
// A fingerprint alone is none: TLS clients have fingerprints of their own.
var pinCheck = lazyregexp.New(`(?i)(check|verif|valid|match|compare)\w*(spki|fingerprint|pins?)$|(spki|fingerprint|pins?)_?(check|verif|valid|match|compare)`)

// inspects reports whether the function around a node reads PeerCertificates
// outside of a verification callback: it connects in order to look at them.
func (u *Unit) inspects(fi *fileInfo, at ast.Node) bool {
	decl := fi.enclosingDecl(at)
	if decl == nil || decl.Body == nil {
		return false
	}
	found := false
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if k := keyText(n.Key); k == "VerifyConnection" || k == "VerifyPeerCertificate" {
				return false
			}
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				if sel, ok := l.(*ast.SelectorExpr); ok && (sel.Sel.Name == "VerifyConnection" || sel.Sel.Name == "VerifyPeerCertificate") {
					return false
				}
			}
		case *ast.SelectorExpr:
			if n.Pos() > at.Pos() && n.Sel.Name == "PeerCertificates" {
				found = true
			}
		case *ast.CallExpr:
			if id := calledIdent(n); id != nil && n.Pos() > at.Pos() && pinCheck.MatchString(id.Name) {
				found = true
			}
		}
		return !found
	})
	return found
}

// lines are the first and last lines of a node and of the statement, declaration
// or struct element around it: comments there speak about it.
func (fi *fileInfo) lines(at ast.Node) [4]int {
	// Lines are those on disk, whatever //line directives say.
	line := func(p token.Pos) int { return fi.tok.PositionFor(p, false).Line }
	out := [4]int{line(at.Pos()), line(at.End()), line(at.Pos()), line(at.End())}
	for n := at; n != nil; n = fi.parents[n] {
		switch n.(type) {
		case ast.Stmt, *ast.ValueSpec, *ast.GenDecl:
			if _, block := n.(*ast.BlockStmt); !block {
				out[2], out[3] = line(n.Pos()), line(n.End())
				if g, ok := fi.parents[n].(*ast.GenDecl); ok && !g.Lparen.IsValid() {
					out[2] = line(g.Pos())
				}
				return out
			}
		}
	}
	return out
}

func (l *lowerer) literal(f *ast.File, lit *ast.CompositeLit) {
	if len(lit.Elts) > 0 {
		hit := false
		for _, el := range lit.Elts {
			if kv, ok := el.(*ast.KeyValueExpr); ok && l.anchor(keyText(kv.Key)) {
				hit = true
				break
			}
		}
		if !hit && !l.wantsAbsent(lit) {
			return
		}
	} else if !l.wantsAbsent(lit) {
		return
	}
	fi := l.use(f)
	t := l.u.Info.TypeOf(lit)
	owner := typeName(t)
	resolved := owner != "" && t != types.Typ[types.Invalid]
	if owner == "" {
		owner = l.writtenType(lit)
		resolved = owner != "" && l.u.inModule(owner)
	}
	var obj *object
	object := func() *object {
		if obj == nil {
			obj = l.u.objectOf(fi, lit)
		}
		return obj
	}
	present := map[string]bool{}
	for _, el := range lit.Elts {
		kv, ok := el.(*ast.KeyValueExpr)
		if !ok {
			return // positional: every field is there
		}
		key := keyText(kv.Key)
		present[key] = true
		if !l.anchor(key) || owner == "" && t != nil && t != types.Typ[types.Invalid] {
			continue
		}
		n := &ir.Node{Kind: ir.Member, Name: owner + "." + key, Resolved: resolved}
		if owner == "" {
			n.Name = "?." + key
		}
		// A type of which we know that it is something else matches no "*.x" row.
		if !l.u.Set.HasExactly(ir.Member, n.Name) && (resolved || !l.u.Set.Has(ir.Member, n.Name)) {
			continue
		}
		v := l.u.eval(kv.Value)
		v.Pair = fi.span(kv)
		n.Value = &v
		object().describe(n)
		n.Dead = l.u.undone(fi, object(), key, kv)
		l.add(fi, n, kv, Syntax{node: kv})
	}
	for _, member := range l.u.Set.AbsentMembers(owner) {
		if present[member] || object().written[member] {
			continue
		}
		n := &ir.Node{Kind: ir.Member, Name: owner + "." + member, Resolved: resolved}
		n.Value = &ir.Value{Known: true, Const: ir.Const{Kind: ir.Absent, At: fi.place(lit)}, Span: fi.span(lit)}
		object().describe(n)
		end := lit.Lbrace
		if lit.Type != nil {
			end = lit.Type.End()
		}
		n.Span = fi.posSpan(lit.Pos(), end)
		l.add(fi, n, lit, Syntax{node: lit})
	}
}

func (l *lowerer) wantsAbsent(lit *ast.CompositeLit) bool {
	name := ""
	switch t := lit.Type.(type) {
	case *ast.Ident:
		name = t.Name
	case *ast.SelectorExpr:
		name = t.Sel.Name
	case nil:
		return false
	}
	if !l.anchors[name] {
		// The owner's last segment is not an anchor: ask by type only when cheap.
		return len(l.u.Set.AbsentMembers(typeName(l.u.Info.TypeOf(lit)))) > 0
	}
	return true
}

// writtenType names the type of a literal as it is written, where the type
// checker does not know it: by its import.
func (l *lowerer) writtenType(lit *ast.CompositeLit) string {
	sel, ok := lit.Type.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if p := l.u.pkgOf(sel.X); p != nil {
		return CanonicalPath(p.Imported().Path()) + "." + sel.Sel.Name
	}
	return ""
}

func keyText(key ast.Expr) string {
	switch k := key.(type) {
	case *ast.Ident:
		return k.Name
	case *ast.BasicLit:
		if k.Kind == token.STRING {
			s, _ := strconv.Unquote(k.Value)
			return s
		}
	}
	return ""
}

func (l *lowerer) assign(f *ast.File, as *ast.AssignStmt, i int) {
	if as.Tok != token.ASSIGN && as.Tok != token.DEFINE {
		return
	}
	lhs := ast.Unparen(as.Lhs[i])
	member := ""
	switch x := lhs.(type) {
	case *ast.SelectorExpr:
		member = x.Sel.Name
	case *ast.IndexExpr:
		member = keyText(x.Index)
	case *ast.StarExpr:
		if sel := l.pointee(x); sel != nil {
			member, lhs = sel.Sel.Name, sel
		}
	}
	if member == "" || !l.anchor(member) {
		return
	}
	fi := l.use(f)
	name, alt, resolved := l.u.memberName(lhs)
	exact := slices.ContainsFunc(append(alt, name), func(a string) bool { return l.u.Set.HasExactly(ir.Member, a) })
	if name == "" || !exact && (resolved || !l.u.Set.Has(ir.Member, name)) {
		return
	}
	n := &ir.Node{Kind: ir.Member, Name: name, Alt: alt, Resolved: resolved, Likely: !resolved && exact}
	var v ir.Value
	if len(as.Rhs) == len(as.Lhs) {
		v = l.u.eval(as.Rhs[i])
	} else {
		e := &evaluator{u: l.u, busy: map[types.Object]bool{}}
		v = e.tuple(as.Rhs[0], i)
		v.Span = fi.span(as.Rhs[0])
	}
	v.Pair = fi.span(as)
	n.Value = &v
	obj := l.u.objectOfMember(fi, lhs)
	obj.describe(n)
	n.Dead = l.u.undone(fi, obj, member, as)
	n.SelfOption = l.u.selfOption(fi, as)
	if len(as.Lhs) > 1 {
		n.Span = fi.span(as.Lhs[i])
	}
	l.add(fi, n, as, Syntax{node: as, lhs: as.Lhs[i]})
}

// pointee resolves *p to the field whose address p was given.
func (l *lowerer) pointee(x *ast.StarExpr) *ast.SelectorExpr {
	id, ok := ast.Unparen(x.X).(*ast.Ident)
	if !ok {
		return nil
	}
	obj := l.u.Info.Uses[id]
	if obj == nil {
		return nil
	}
	addr, ok := ast.Unparen(orNil(l.u.initOf(obj))).(*ast.UnaryExpr)
	if !ok || addr.Op != token.AND {
		return nil
	}
	sel, _ := ast.Unparen(addr.X).(*ast.SelectorExpr)
	return sel
}

// tlsNamed are expressions that say of themselves that they are a TLS configuration.
var tlsNamed = lazyregexp.New(`(?i)tls_?(client)?_?(conf|config|cfg)$`)

// memberName names the field or map entry that an expression selects.
func (u *Unit) memberName(x ast.Expr) (name string, alt []string, resolved bool) {
	switch x := x.(type) {
	case *ast.SelectorExpr:
		if u.pkgOf(x.X) != nil {
			return "", nil, false // a package variable
		}
		sel := u.Info.Selections[x]
		if sel == nil {
			if t := u.Info.TypeOf(x.X); t != nil && t != types.Typ[types.Invalid] {
				if owner := typeName(t); owner != "" && u.declaresType(t) {
					return owner + "." + x.Sel.Name, nil, true
				} else if owner != "" {
					// A stub that lacks this field.
					return owner + "." + x.Sel.Name, nil, false
				}
			}
			if tlsNamed.MatchString(u.text(x.X)) {
				// Made somewhere that we cannot see, but called what it is.
				alt = []string{"crypto/tls.Config." + x.Sel.Name}
			}
			return "?." + x.Sel.Name, alt, false
		}
		if sel.Kind() != types.FieldVal {
			return "", nil, false
		}
		owner := fieldOwner(sel)
		if owner == "" {
			return "", nil, false
		}
		if outer := typeName(sel.Recv()); outer != "" && outer != owner {
			alt = []string{outer + "." + x.Sel.Name}
		}
		return owner + "." + x.Sel.Name, alt, true
	case *ast.IndexExpr:
		t := u.Info.TypeOf(x.X)
		if owner := typeName(t); owner != "" {
			return owner + "." + keyText(x.Index), nil, true
		}
	}
	return "", nil, false
}

// declaresType reports whether a named type is declared in this unit.
func (u *Unit) declaresType(t types.Type) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && u.declFile(n.Obj()) != nil
}

// address lowers flag.BoolVar(&cfg.InsecureSkipVerify, ...): the flag writes the
// switch itself.
func (l *lowerer) address(f *ast.File, x *ast.UnaryExpr) {
	sel, ok := ast.Unparen(x.X).(*ast.SelectorExpr)
	if !ok || x.Op != token.AND || !l.anchors[sel.Sel.Name] {
		return
	}
	fi := l.use(f)
	call, ok := fi.parents[x].(*ast.CallExpr)
	if !ok {
		return
	}
	name, alt, resolved := l.u.memberName(sel)
	if name == "" || !resolved || !l.u.Set.HasExactly(ir.Member, name) {
		return
	}
	v, ok := l.u.flagTarget(call, x)
	if !ok {
		return
	}
	v.Span, v.Pair = fi.span(x), fi.span(x)
	n := &ir.Node{Kind: ir.Member, Name: name, Alt: alt, Resolved: true, Value: &v, Span: fi.span(x)}
	l.u.objectOfMember(fi, sel).describe(n)
	l.add(fi, n, call, Syntax{node: x})
}

func (l *lowerer) call(f *ast.File, call *ast.CallExpr) {
	last := ""
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		last = fun.Name
	case *ast.SelectorExpr:
		last = fun.Sel.Name
	}
	if last == "Setenv" {
		l.setenv(f, call)
	}
	if !l.anchors[last] {
		return
	}
	name, resolved := l.u.callee(call)
	if name == "" || !l.u.Set.HasExactly(ir.Call, name) {
		return
	}
	fi := l.use(f)
	n := &ir.Node{Kind: ir.Call, Name: name, Resolved: resolved, Open: call.Ellipsis.IsValid()}
	for _, a := range call.Args {
		v := l.u.eval(a)
		arg := ir.Arg{Value: &v, Span: fi.span(a)}
		e := &evaluator{u: l.u, busy: map[types.Object]bool{}}
		if lit := e.literalOf(a); lit != nil {
			arg.Keys = l.keys(lit)
		}
		n.Args = append(n.Args, arg)
	}
	_, n.Unused = fi.parents[call].(*ast.ExprStmt)
	if as, ok := fi.parents[call].(*ast.AssignStmt); ok && !n.Unused {
		n.Unused = !slices.ContainsFunc(as.Lhs, func(x ast.Expr) bool {
			id, ok := x.(*ast.Ident)
			return !ok || id.Name != "_"
		})
	}
	obj := l.u.objectOf(fi, call)
	obj.describe(n)
	// The call's own arguments name hosts as well as the calls around it.
	l.u.hostsOfCall(fi, call, n)
	l.add(fi, n, call, Syntax{node: call})
}

func (l *lowerer) keys(lit *ast.CompositeLit) map[string]*ir.Value {
	out := map[string]*ir.Value{}
	for _, el := range lit.Elts {
		kv, ok := el.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		if key := keyText(kv.Key); key != "" {
			v := l.u.eval(kv.Value)
			if fi := l.u.at(kv); fi != nil {
				v.Pair = fi.span(kv)
			}
			out[key] = &v
		}
	}
	return out
}

func (l *lowerer) setenv(f *ast.File, call *ast.CallExpr) {
	if len(call.Args) != 2 {
		return
	}
	fi := l.use(f)
	name := l.u.eval(call.Args[0])
	if !name.Known || name.Const.Kind != ir.String {
		return
	}
	key := name.Const
	v := l.u.eval(call.Args[1])
	if key.Str == "GODEBUG" {
		if v.Known {
			for _, s := range settings(v.Const.Str) {
				one := v
				one.Const = ir.Const{Kind: ir.String, Str: s.value, At: v.Const.At}
				n := &ir.Node{Kind: ir.Env, Name: "GODEBUG." + s.name, Resolved: true, Value: &one, Role: "process"}
				l.add(fi, n, call, Syntax{node: call})
			}
		}
		return
	}
	if l.u.Set.Has(ir.Env, key.Str) {
		n := &ir.Node{Kind: ir.Env, Name: key.Str, Resolved: true, Value: &v, Role: "process"}
		l.add(fi, n, call, Syntax{node: call})
	}
}

type setting struct {
	name, value string
	start, end  int
}

// settings splits "a=1,b=2" as GODEBUG is written; offsets count bytes of text.
func settings(text string) []setting {
	var out []setting
	at := 0
	for _, part := range strings.Split(text, ",") {
		if name, value, ok := strings.Cut(part, "="); ok {
			out = append(out, setting{name: strings.TrimSpace(name), value: strings.TrimSpace(value), start: at, end: at + len(part)})
		}
		at += len(part) + 1
	}
	return out
}

var debugDirective = lazyregexp.New(`^//go:debug[ \t]+([A-Za-z0-9]+)=([^\s]+)[ \t]*$`)

// directives lowers //go:debug lines. They count before the package clause of a
// main package or of a test.
func (l *lowerer) directives(f *ast.File) {
	for _, group := range f.Comments {
		if group.Pos() > f.Package {
			return
		}
		for _, c := range group.List {
			m := debugDirective.FindStringSubmatch(strings.TrimRight(c.Text, "\r"))
			if m == nil || !l.u.Set.Has(ir.Env, "GODEBUG."+m[1]) {
				continue
			}
			if f.Name.Name != "main" && !strings.HasSuffix(l.u.Fset.Position(f.FileStart).Filename, "_test.go") {
				continue
			}
			fi := l.use(f)
			v := ir.Value{Known: true, Const: ir.Const{Kind: ir.String, Str: m[2], At: fi.place(c)}, Span: fi.span(c), Pair: fi.span(c)}
			n := &ir.Node{Kind: ir.Env, Name: "GODEBUG." + m[1], Resolved: true, Value: &v, Role: "directive"}
			l.add(fi, n, c, Syntax{node: c})
		}
	}
}

func (l *lowerer) ref(f *ast.File, x ast.Expr) {
	name := l.u.symbolName(x)
	if name == "" || !l.u.Set.HasExactly(ir.Ref, name) {
		return
	}
	fi := l.use(f)
	switch p := fi.parents[x].(type) {
	case *ast.CallExpr:
		if p.Fun == x {
			return
		}
	case *ast.SelectorExpr:
		if p.Sel == x || p.X == x {
			return // the selector around it is the reference
		}
	case *ast.KeyValueExpr:
		if p.Key == x {
			return
		}
	}
	n := &ir.Node{Kind: ir.Ref, Name: name, Resolved: true}
	l.u.objectOf(fi, x).describe(n)
	l.add(fi, n, x, Syntax{node: x})
}

func (l *lowerer) text(f *ast.File, lit *ast.BasicLit) {
	raw := lit.Value[1 : len(lit.Value)-1]
	if !strings.ContainsAny(raw, "=") {
		return
	}
	d, ok := dsn.Parse(raw)
	if !ok {
		return
	}
	fi := l.use(f)
	if _, tag := fi.parents[lit].(*ast.Field); tag {
		return
	}
	if text := fi.text(lit); len(text) > len(lit.Value) {
		// The scanner takes carriage returns out of raw strings: offsets count the
		// text as it stands in the file.
		if d, ok = dsn.Parse(text[1 : len(text)-1]); !ok {
			return
		}
	}
	base := fi.span(lit).Start + 1
	for _, p := range d.Params {
		name := d.Driver + ":" + p.Name
		if !l.u.Set.Has(ir.Text, strings.ToLower(name)) {
			continue
		}
		v := ir.Value{
			Known: !hole.MatchString(p.Value),
			Const: ir.Const{Kind: ir.String, Str: p.Value, At: ir.Place{Path: fi.name, Span: ir.Span{Start: base + p.ValueStart, End: base + p.ValueEnd}}},
			Span:  ir.Span{Start: base + p.ValueStart, End: base + p.ValueEnd},
			Pair:  ir.Span{Start: base + p.Start, End: base + p.End},
		}
		v.Closed = !v.Known
		n := &ir.Node{Kind: ir.Text, Name: name, Resolved: true, Value: &v, Driver: d.Driver, Fold: true, Span: v.Pair}
		for _, h := range d.Hosts {
			if h.Name != "" && !hole.MatchString(h.Name) {
				n.Hosts = append(n.Hosts, ir.Host{Name: h.Name, Port: h.Port, How: "literal", Offset: base})
			}
		}
		l.add(fi, n, lit, Syntax{node: lit})
	}
}

// hole is a part of a text that is filled in at run time.
var hole = lazyregexp.New(`%[-+# 0-9.]*[a-zA-Z]|\$\{?[A-Za-z_]|\{\{|<[A-Za-z_]+>`)

// goVersion is the language version whose defaults are in force: the go line,
// unless a //go:debug line of the main package says otherwise.
func (u *Unit) goVersion() string {
	for _, f := range u.Files {
		for _, g := range f.Comments {
			if g.Pos() > f.Package {
				break
			}
			for _, c := range g.List {
				m := debugDirective.FindStringSubmatch(c.Text)
				if m == nil {
					continue
				}
				if m[1] == "default" {
					return m[2]
				}
				if m[1] == "tls10server" && m[2] == "0" {
					return "go1.22"
				}
			}
		}
	}
	return u.GoVersion
}
