package lowering

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
)

// maxDepth bounds how many definitions and calls one value is followed through.
const maxDepth = 8

// maxSteps bounds the work for one value: branches multiply, and hostile source
// must not hold up a run.
const maxSteps = 4000

// evaluator resolves "is this true, false, or decided by somebody?". bind holds
// the arguments of the calls that it has entered, busy the objects on the way.
type evaluator struct {
	u     *Unit
	depth int
	steps int
	bind  map[types.Object]ir.Value
	busy  map[types.Object]bool
	// parseErrors: see parsing.
	parseErrors bool
}

func (u *Unit) eval(x ast.Expr) ir.Value {
	e := &evaluator{u: u, busy: map[types.Object]bool{}}
	v := e.value(x)
	if fi := u.at(x); fi != nil {
		v.Span = fi.span(x)
	}
	return v
}

func known(c ir.Const) ir.Value { return ir.Value{Known: true, Const: c} }

func boolConst(b bool, at ir.Place) ir.Const {
	return ir.Const{Kind: ir.Bool, Bool: b, At: at}
}

func option(kind, name string, def *ir.Const) ir.Value {
	return ir.Value{Options: []ir.Option{{Kind: kind, Name: name}}, Default: def}
}

func (e *evaluator) value(x ast.Expr) ir.Value {
	if e.steps++; e.depth > maxDepth || e.steps > maxSteps {
		return ir.Value{}
	}
	e.depth++
	defer func() { e.depth-- }()
	x = ast.Unparen(x)
	if v, ok := e.constant(x); ok {
		return v
	}
	switch x := x.(type) {
	case *ast.Ident:
		return e.ident(x)
	case *ast.SelectorExpr:
		return e.selector(x)
	case *ast.UnaryExpr:
		switch x.Op {
		case token.NOT:
			return negate(e.value(x.X))
		case token.AND: // a pointer to a switch means what it points to
			return e.value(x.X)
		}
		return ir.Value{}
	case *ast.StarExpr:
		return e.value(x.X)
	case *ast.BinaryExpr:
		return e.binary(x)
	case *ast.CallExpr:
		return e.call(x)
	case *ast.IndexExpr:
		return e.index(x)
	case *ast.TypeAssertExpr:
		return e.value(x.X)
	case *ast.CompositeLit:
		return e.list(x)
	case *ast.FuncLit:
		fi := e.u.at(x)
		if fi == nil {
			return ir.Value{}
		}
		c := ir.Const{Kind: ir.Function, At: fi.place(x)}
		c.Verdict, c.Options = e.u.verdictOf(x)
		return known(c)
	}
	return ir.Value{}
}

// constant resolves what the type checker already knows. A constant of this
// package is followed to the literal that decides it.
func (e *evaluator) constant(x ast.Expr) (ir.Value, bool) {
	tv := e.u.Info.Types[x]
	if tv.IsNil() {
		fi := e.u.at(x)
		c := ir.Const{Kind: ir.Null}
		if fi != nil {
			c.At = fi.place(x)
		}
		return known(c), true
	}
	if tv.Value == nil {
		return ir.Value{}, false
	}
	if e.u.platformDependent(x, 4) {
		return ir.Value{}, true
	}
	name := e.u.symbolName(x)
	c := constOf(tv.Value)
	if c.Kind == ir.Unknown {
		return ir.Value{}, false
	}
	c.Sym = name
	if fi := e.u.at(x); fi != nil {
		c.At = fi.place(x)
	}
	switch x := x.(type) {
	case *ast.Ident:
		if obj, ok := e.u.Info.Uses[x].(*types.Const); ok {
			if lit := e.u.constLiteral(obj); lit != nil && lit != ast.Expr(x) {
				c.At = e.u.at(lit).place(lit)
				c.Sym = e.symbolOf(lit, name)
			}
		}
	case *ast.CallExpr: // a conversion
		if len(x.Args) == 1 {
			c.Sym = e.symbolOf(x.Args[0], name)
		}
	}
	return known(c), true
}

// symbolOf is the symbol of the constant that an expression stands for: a
// constant of this program that is declared by a library's means that one.
func (e *evaluator) symbolOf(x ast.Expr, name string) string {
	if v, ok := e.constant(ast.Unparen(x)); ok && v.Const.Sym != "" {
		return v.Const.Sym
	}
	return name
}

// platform are constants of the machine that compiles, not of the program.
var platform = map[string]bool{"runtime.GOOS": true, "runtime.GOARCH": true, "runtime.Compiler": true}

// platformDependent reports whether a constant expression has another value on
// another machine, itself or through constants of this unit.
func (u *Unit) platformDependent(x ast.Expr, depth int) bool {
	if _, lit := x.(*ast.BasicLit); lit || depth == 0 {
		return false
	}
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			found = found || platform[u.symbolName(n)]
			return false
		case *ast.Ident:
			if c, ok := u.Info.Uses[n].(*types.Const); ok {
				if init := u.constLiteral(c); init != nil && init != x {
					found = found || u.platformDependent(init, depth-1)
				}
			}
		}
		return !found
	})
	return found
}

func constOf(v constant.Value) ir.Const {
	switch v.Kind() {
	case constant.Bool:
		return ir.Const{Kind: ir.Bool, Bool: constant.BoolVal(v)}
	case constant.String:
		return ir.Const{Kind: ir.String, Str: constant.StringVal(v)}
	case constant.Int:
		if i, exact := constant.Int64Val(v); exact {
			return ir.Const{Kind: ir.Int, Int: i}
		}
	}
	return ir.Const{}
}

// constLiteral finds the expression that a constant of this unit is declared by.
func (u *Unit) constLiteral(obj types.Object) ast.Expr {
	spec, i := u.valueSpec(obj)
	if spec == nil || i >= len(spec.Values) {
		return nil
	}
	return spec.Values[i]
}

// valueSpec finds the var or const declaration of an object of this unit.
func (u *Unit) valueSpec(obj types.Object) (*ast.ValueSpec, int) {
	fi := u.declFile(obj)
	if fi == nil {
		return nil, 0
	}
	id := u.identAt(obj)
	if spec, ok := fi.parents[id].(*ast.ValueSpec); ok {
		return spec, slices.Index(spec.Names, id)
	}
	return nil, 0
}

func (u *Unit) declFile(obj types.Object) *fileInfo {
	if obj == nil || !obj.Pos().IsValid() {
		return nil
	}
	tok := u.Fset.File(obj.Pos())
	if tok == nil || u.fileOf[tok.Name()] == nil {
		return nil
	}
	fi := u.info(u.fileOf[tok.Name()])
	fi.cover(obj.Pos())
	return fi
}

// identAt is the identifier that declares obj.
func (u *Unit) identAt(obj types.Object) *ast.Ident {
	if u.decls == nil {
		u.decls = make(map[types.Object]*ast.Ident, len(u.Info.Defs))
		for id, o := range u.Info.Defs {
			if o != nil {
				u.decls[o] = id
			}
		}
	}
	return u.decls[obj]
}

func negate(v ir.Value) ir.Value {
	flip := func(c ir.Const) ir.Const {
		if c.Kind == ir.Bool {
			c.Bool = !c.Bool
			c.Sym = ""
		}
		return c
	}
	v.Const = flip(v.Const)
	if v.Default != nil {
		d := flip(*v.Default)
		v.Default = &d
	}
	may := make([]ir.Const, len(v.May))
	for i, c := range v.May {
		may[i] = flip(c)
	}
	v.May = may
	return v
}

// truth is a value's truth while nobody sets its options.
func truth(v ir.Value) ir.Tri {
	if v.Known {
		return v.Const.Truth()
	}
	if v.Default != nil {
		return v.Default.Truth()
	}
	return ir.Maybe
}

func (e *evaluator) binary(x *ast.BinaryExpr) ir.Value {
	switch x.Op {
	case token.LAND, token.LOR:
		return logic(x.Op, e.value(x.X), e.value(x.Y))
	case token.EQL, token.NEQ:
		v := e.equal(x.X, x.Y)
		if x.Op == token.NEQ {
			return negate(v)
		}
		return v
	case token.ADD:
		a, b := e.value(x.X), e.value(x.Y)
		if a.Known && b.Known && a.Const.Kind == ir.String && b.Const.Kind == ir.String {
			return known(ir.Const{Kind: ir.String, Str: a.Const.Str + b.Const.Str})
		}
		return ir.Value{Options: join(a.Options, b.Options)}
	}
	return ir.Value{}
}

func logic(op token.Token, a, b ir.Value) ir.Value {
	if a.Known && a.Const.Kind == ir.Bool {
		// true && b is b; false && b is false; and the other way round for ||.
		if a.Const.Bool == (op == token.LAND) {
			return b
		}
		return a
	}
	if b.Known && b.Const.Kind == ir.Bool {
		if b.Const.Bool == (op == token.LAND) {
			return a
		}
		return b
	}
	v := ir.Value{Options: join(a.Options, b.Options)}
	ta, tb := truth(a), truth(b)
	if op == token.LOR {
		ta, tb = ta.Not(), tb.Not()
	}
	t := ir.Maybe
	switch {
	case ta == ir.No || tb == ir.No:
		t = ir.No
	case ta == ir.Yes && tb == ir.Yes:
		t = ir.Yes
	case ta == ir.Yes && len(b.Options) == 0, tb == ir.Yes && len(a.Options) == 0:
		// The other side is no option: the option alone decides.
		t = ir.Yes
	}
	if op == token.LOR {
		t = t.Not()
	}
	if t != ir.Maybe {
		d := boolConst(t == ir.Yes, ir.Place{})
		v.Default = &d
	}
	return v
}

func join(a, b []ir.Option) []ir.Option {
	out := slices.Clone(a)
	for _, o := range b {
		if !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out
}

// equal is the value of a == b.
func (e *evaluator) equal(ax, bx ast.Expr) ir.Value {
	if e.u.Info.Types[ast.Unparen(ax)].IsNil() {
		return e.isNil(bx)
	}
	if e.u.Info.Types[ast.Unparen(bx)].IsNil() {
		return e.isNil(ax)
	}
	a, b := e.value(ax), e.value(bx)
	if a.Known && !b.Known {
		a, b, ax, bx = b, a, bx, ax
	}
	if a.Known && b.Known {
		if same, ok := sameConst(a.Const, b.Const); ok {
			return known(boolConst(same, ir.Place{}))
		}
		return ir.Value{}
	}
	v := ir.Value{Options: join(a.Options, b.Options)}
	if len(v.Options) == 0 || !b.Known {
		return v
	}
	def := a.Default
	if def == nil && b.Const.Kind == ir.String && !allParameters(v.Options) {
		// A string option that nobody sets is empty; a parameter always has a caller.
		def = &ir.Const{Kind: ir.String}
	}
	if def == nil {
		return v
	}
	if same, ok := sameConst(*def, b.Const); ok {
		d := boolConst(same, ir.Place{})
		v.Default = &d
	}
	return v
}

func allParameters(opts []ir.Option) bool {
	return !slices.ContainsFunc(opts, func(o ir.Option) bool { return o.Kind != "parameter" })
}

// parsers turn the text of an option into a value, and fail on an empty one.
var parsers = map[string]bool{"strconv.ParseBool": true, "strconv.Atoi": true, "strconv.ParseInt": true, "strconv.ParseUint": true}

// isNil is the value of x == nil. It decides nothing, unless x is the error of
// parsing an option that is empty while nobody sets it.
func (e *evaluator) isNil(x ast.Expr) ir.Value {
	id, ok := ast.Unparen(x).(*ast.Ident)
	if !ok || !e.parseErrors {
		return ir.Value{}
	}
	v, ok := e.u.Info.Uses[id].(*types.Var)
	if !ok || !isError(v.Type()) || len(e.u.writes(v)) > 0 {
		return ir.Value{}
	}
	call, ok := ast.Unparen(orNil(e.u.initOf(v))).(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return ir.Value{}
	}
	if name, _ := e.u.callee(call); !parsers[name] {
		return ir.Value{}
	}
	text := e.value(call.Args[0])
	if len(text.Options) == 0 || text.Default == nil || text.Default.Kind != ir.String || text.Default.Str != "" {
		return ir.Value{}
	}
	fails := boolConst(false, ir.Place{})
	return ir.Value{Options: text.Options, Default: &fails}
}

func sameConst(a, b ir.Const) (same, ok bool) {
	if a.Kind != b.Kind {
		if a.Sym != "" && a.Sym == b.Sym {
			return true, true
		}
		return false, false
	}
	switch a.Kind {
	case ir.Bool:
		return a.Bool == b.Bool, true
	case ir.Int:
		return a.Int == b.Int, true
	case ir.String:
		return a.Str == b.Str, true
	case ir.Symbol:
		return a.Sym == b.Sym, a.Sym != ""
	}
	return false, false
}

func (e *evaluator) ident(id *ast.Ident) ir.Value {
	obj := e.u.Info.Uses[id]
	if obj == nil {
		obj = e.u.Info.Defs[id]
	}
	if v, ok := e.bind[obj]; ok {
		return v
	}
	switch obj := obj.(type) {
	case *types.Var:
		return e.variable(obj, id)
	case *types.Func:
		return e.function(obj)
	}
	return ir.Value{}
}

func (e *evaluator) function(f *types.Func) ir.Value {
	c := ir.Const{Kind: ir.Function, Sym: e.u.funcName(f), Verdict: ir.Delegates}
	if decl := e.u.funcDecl(f); decl != nil && decl.Body != nil {
		c.Verdict, c.Options = e.u.verdictOf(decl)
	}
	return known(c)
}

// funcDecl finds the declaration of a function of this unit.
func (u *Unit) funcDecl(f *types.Func) *ast.FuncDecl {
	fi := u.declFile(f.Origin())
	if fi == nil {
		return nil
	}
	for _, d := range fi.file.Decls {
		if d, ok := d.(*ast.FuncDecl); ok && d.Name.Pos() == f.Origin().Pos() {
			return d
		}
	}
	return nil
}

// notOptions are names of parameters and fields that say where or what, never
// how safely: a condition on them is no option.
var notOptions = lazyregexp.New(`(?i)^(scheme|network|proto|protocol|host|hostname|addr|address|port|method|name|path|url|uri|endpoint|target|id|key|kind|data|body|code|status|version|ip|domain|err|error|ok|found|exists?|i|j|n|count|size|len|length|idx|index|platform|os|goos|arch)$`)

func (e *evaluator) variable(v *types.Var, id *ast.Ident) ir.Value {
	if e.busy[v] || isError(v.Type()) {
		return ir.Value{}
	}
	e.busy[v] = true
	defer delete(e.busy, v)
	fi := e.u.declFile(v)
	if fi == nil {
		return ir.Value{}
	}
	decl := e.u.identAt(v)
	if decl == nil {
		return ir.Value{}
	}
	if v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
		return e.packageVar(v, fi, decl)
	}
	if field, ok := fi.parents[decl].(*ast.Field); ok {
		return e.param(v, fi, field, id)
	}
	val := e.local(v, fi, decl, id)
	if !val.Known && len(val.Options) == 0 && len(val.May) == 0 && !val.Closed && mayBeBool(v.Type()) && saysSo.MatchString(v.Name()) {
		// Where it comes from cannot be seen, but its name says what it decides.
		return option("variable", v.Name(), nil)
	}
	return val
}

func mayBeBool(t types.Type) bool { return t == types.Typ[types.Invalid] || isBool(t) }

func (e *evaluator) param(v *types.Var, fi *fileInfo, field *ast.Field, id *ast.Ident) ir.Value {
	if c, ok := e.u.assumed[v]; ok {
		return known(c)
	}
	if notOptions.MatchString(v.Name()) {
		return ir.Value{}
	}
	if b, ok := v.Type().Underlying().(*types.Basic); ok && b.Kind() != types.Invalid && b.Info()&(types.IsBoolean|types.IsString|types.IsInteger) == 0 {
		return ir.Value{}
	}
	if isError(v.Type()) {
		return ir.Value{}
	}
	val := option("parameter", v.Name(), nil)
	ws := e.u.writes(v)
	if len(ws) > 0 {
		// Written before use: only a plain constant at the top is followed.
		return e.combine(val, ws, fi, id)
	}
	return val
}

func isError(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() == nil && n.Obj().Name() == "error"
}

// write is one place where a variable or field gets a value. rhs is nil where
// the value comes from somewhere we cannot see; opt is what a flag library will
// put there.
type write struct {
	at    ast.Node
	rhs   ast.Expr
	index int // of a tuple result, -1 when rhs is the value itself
	opt   *ir.Value
	elem  bool // rhs is ranged over
}

// writes lists the writes of a variable behind its declaration, in source order.
func (u *Unit) writes(v *types.Var) []write {
	var out []write
	for _, id := range u.usesOf(v) {
		fi := u.at(id)
		if fi == nil {
			continue
		}
		if w, ok := u.writeAt(fi, id); ok {
			out = append(out, w)
		}
	}
	return out
}

// writeAt tells whether the expression x (a variable or a field selector) is
// written where it stands.
func (u *Unit) writeAt(fi *fileInfo, x ast.Expr) (write, bool) {
	child, parent := ast.Node(x), fi.parents[x]
	if call, ok := parent.(*ast.CallExpr); ok {
		// A pointer that a flag library is given as it is.
		if v, ok := u.flagTarget(call, x); ok {
			return write{at: call, opt: &v, index: -1}, true
		}
	}
	for {
		if p, ok := parent.(*ast.ParenExpr); ok {
			child, parent = p, fi.parents[p]
			continue
		}
		break
	}
	switch p := parent.(type) {
	case *ast.StarExpr:
		// *p = v writes what p points to, which is what a flag variable means.
		if as, ok := fi.parents[p].(*ast.AssignStmt); ok {
			return assignWrite(as, p)
		}
	case *ast.AssignStmt:
		return assignWrite(p, child)
	case *ast.RangeStmt:
		if p.Key == child {
			return write{at: p, index: -1}, true
		}
		if p.Value == child {
			return write{at: p, rhs: p.X, index: -1, elem: true}, true
		}
	case *ast.IncDecStmt:
		return write{at: p, index: -1}, true
	case *ast.UnaryExpr:
		if p.Op != token.AND {
			break
		}
		if call, ok := fi.parents[p].(*ast.CallExpr); ok && slices.Contains(call.Args, ast.Expr(p)) {
			if v, ok := u.flagTarget(call, p); ok {
				return write{at: call, opt: &v, index: -1}, true
			}
			v := option("setting", u.text(x), nil)
			return write{at: call, opt: &v, index: -1}, true
		}
	}
	return write{}, false
}

func assignWrite(as *ast.AssignStmt, lhs ast.Node) (write, bool) {
	for i, l := range as.Lhs {
		if ast.Node(l) != lhs {
			continue
		}
		if as.Tok != token.ASSIGN && as.Tok != token.DEFINE {
			return write{at: as, index: -1}, true
		}
		if len(as.Rhs) == len(as.Lhs) {
			return write{at: as, rhs: as.Rhs[i], index: -1}, true
		}
		return write{at: as, rhs: as.Rhs[0], index: i}, true
	}
	return write{}, false
}

func (e *evaluator) written(w write) ir.Value {
	switch {
	case w.opt != nil:
		return *w.opt
	case w.rhs == nil:
		return ir.Value{}
	case w.elem:
		v := e.value(w.rhs)
		if v.Known && v.Const.Sym != "" {
			return known(ir.Const{Kind: ir.Symbol, Sym: strings.TrimSuffix(v.Const.Sym, "()")})
		}
		return ir.Value{}
	case w.index >= 0:
		return e.tuple(w.rhs, w.index)
	}
	return e.value(w.rhs)
}

func zeroOf(t types.Type) *ir.Const {
	b, ok := t.Underlying().(*types.Basic)
	if !ok {
		if _, isSlice := t.Underlying().(*types.Slice); isSlice {
			return &ir.Const{Kind: ir.List}
		}
		return nil
	}
	switch {
	case b.Info()&types.IsBoolean != 0:
		return &ir.Const{Kind: ir.Bool}
	case b.Info()&types.IsString != 0:
		return &ir.Const{Kind: ir.String}
	case b.Info()&types.IsInteger != 0:
		return &ir.Const{Kind: ir.Int}
	}
	return nil
}

// declared is the value that a declaration gives a variable.
func (e *evaluator) declared(v *types.Var, fi *fileInfo, decl *ast.Ident) ir.Value {
	switch p := fi.parents[decl].(type) {
	case *ast.ValueSpec:
		i := slices.Index(p.Names, decl)
		switch {
		case len(p.Values) == len(p.Names):
			return e.value(p.Values[i])
		case len(p.Values) == 1:
			return e.tuple(p.Values[0], i)
		}
		if z := zeroOf(v.Type()); z != nil {
			return known(*z)
		}
	case *ast.AssignStmt:
		if w, ok := assignWrite(p, decl); ok {
			return e.written(w)
		}
	case *ast.RangeStmt:
		if p.Value == ast.Expr(decl) {
			return e.written(write{rhs: p.X, elem: true})
		}
	}
	return ir.Value{}
}

func (e *evaluator) local(v *types.Var, fi *fileInfo, decl, use *ast.Ident) ir.Value {
	return e.combine(e.declared(v, fi, decl), e.u.writes(v), fi, use)
}

// combine runs the writes that stand before the use over the first value.
// Unconditional ones replace it; those under an option join their options to it;
// those under any other condition happen sooner or later.
func (e *evaluator) combine(cur ir.Value, ws []write, fi *fileInfo, use ast.Node) ir.Value {
	for _, w := range ws {
		if use != nil && w.at.Pos() > use.Pos() && !inLoopWith(fi, w.at, use) {
			continue
		}
		next := e.written(w)
		if next.Known && next.Const.Kind == ir.List && cur.Known && cur.Const.Kind == ir.List {
			next.Const.Elems = slices.Concat(cur.Const.Elems, next.Const.Elems)
			cur = next
			continue
		}
		p := e.pathBetween(fi, w.at, use)
		switch {
		case p.never:
		case !p.conditional:
			cur = next
		default:
			opts, taken := p.decides()
			cur = merge(cur, next, opts, taken)
		}
	}
	return cur
}

func inLoopWith(fi *fileInfo, a, b ast.Node) bool {
	for n := fi.parents[b]; n != nil; n = fi.parents[n] {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			if n.Pos() <= a.Pos() && a.End() <= n.End() {
				return true
			}
		}
	}
	return false
}

// merge joins the value before a conditional write with the value written.
// taken says whether the write happens while nobody sets the options.
func merge(cur, next ir.Value, opts []ir.Option, taken ir.Tri) ir.Value {
	if cur.Known && next.Known {
		if same, ok := sameConst(cur.Const, next.Const); ok && same {
			return cur
		}
	}
	out := ir.Value{Options: join(join(cur.Options, next.Options), opts), Closed: closed(cur) && closed(next)}
	out.May = append(mayOf(cur), mayOf(next)...)
	switch taken {
	case ir.Yes:
		out.Default = defaultOf(next)
	case ir.No:
		out.Default = defaultOf(cur)
	}
	return out
}

func closed(v ir.Value) bool { return v.Known && v.Const.Kind != ir.Unknown || v.Closed }

func mayOf(v ir.Value) []ir.Const {
	if v.Known {
		return []ir.Const{v.Const}
	}
	return slices.Clone(v.May)
}

func defaultOf(v ir.Value) *ir.Const {
	if v.Known {
		c := v.Const
		return &c
	}
	return v.Default
}

func (e *evaluator) packageVar(v *types.Var, fi *fileInfo, decl *ast.Ident) ir.Value {
	init := e.declared(v, fi, decl)
	var out *ir.Value
	for _, w := range e.u.writes(v) {
		next := e.written(w)
		if w.opt != nil {
			return next // a flag owns the variable
		}
		m := merge(init, next, []ir.Option{{Kind: "variable", Name: v.Name()}}, ir.No)
		if out != nil {
			m = merge(*out, next, nil, ir.No)
		}
		out = &m
	}
	switch {
	case out != nil:
		return *out
	case !v.Exported() || !init.Known || init.Const.Kind == ir.List || init.Const.Kind == ir.Function:
		return init
	}
	// Anybody may write an exported variable; what stands there is its default.
	c := init.Const
	return option("variable", v.Name(), &c)
}

func (e *evaluator) selector(x *ast.SelectorExpr) ir.Value {
	if p := e.u.pkgOf(x.X); p != nil {
		return e.qualified(x, p)
	}
	sel := e.u.Info.Selections[x]
	if sel == nil {
		if notOptions.MatchString(x.Sel.Name) {
			return ir.Value{}
		}
		return option("setting", e.u.text(x), nil)
	}
	switch obj := sel.Obj().(type) {
	case *types.Func:
		return e.function(obj)
	case *types.Var:
		return e.field(x, sel, obj)
	}
	return ir.Value{}
}

func (e *evaluator) qualified(x *ast.SelectorExpr, p *types.PkgName) ir.Value {
	name := CanonicalPath(p.Imported().Path()) + "." + x.Sel.Name
	if platform[name] {
		return ir.Value{}
	}
	obj := e.u.Info.Uses[x.Sel]
	if f, ok := obj.(*types.Func); ok {
		return e.function(f)
	}
	v := known(ir.Const{Kind: ir.Symbol, Sym: name})
	if fi := e.u.at(x); fi != nil {
		v.Const.At = fi.place(x)
	}
	if obj == nil || isBool(obj.Type()) {
		// A variable of another package that nobody here can see: a setting.
		v.Const.Kind = ir.Unknown
		if !isStd(name) && !notOptions.MatchString(x.Sel.Name) {
			v.Options = []ir.Option{{Kind: "setting", Name: e.u.text(x)}}
		}
	}
	return v
}

func isBool(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

func (e *evaluator) field(x *ast.SelectorExpr, sel *types.Selection, f *types.Var) ir.Value {
	owner := fieldOwner(sel)
	name := owner + "." + f.Name()
	if owner != "" && isStd(owner) && !e.u.inModule(owner) {
		if e.u.Set.HasExactly(ir.Member, name) {
			// The switch of another object is copied: it was thrown, and found,
			// there. In a condition it still is an option.
			return ir.Value{Closed: true, Options: []ir.Option{{Kind: "field", Name: e.u.text(x)}}}
		}
		return known(ir.Const{Kind: ir.Unknown, Sym: name})
	}
	if notOptions.MatchString(f.Name()) {
		return ir.Value{}
	}
	switch t := f.Type().Underlying().(type) {
	case *types.Basic:
		if t.Info()&(types.IsBoolean|types.IsString|types.IsInteger) == 0 && t.Kind() != types.Invalid {
			return ir.Value{}
		}
	case *types.Pointer:
		if b, ok := t.Elem().Underlying().(*types.Basic); !ok || b.Kind() == types.Invalid {
			return ir.Value{}
		}
	default:
		return ir.Value{}
	}
	if owner != "" && !e.u.inModule(owner) && e.u.declFile(f) == nil {
		// A library's own option object.
		return option("field", e.u.text(x), nil)
	}
	f = f.Origin()
	if e.u.fields[f] == nil {
		// A field whose default is read from itself ends here.
		e.u.fields[f] = &ir.Value{Options: []ir.Option{{Kind: "field"}}}
		v := e.u.fieldOption(f, "")
		e.u.fields[f] = &v
	}
	v := *e.u.fields[f]
	if len(v.Options) == 1 && v.Options[0].Name == "" {
		v.Options = []ir.Option{{Kind: "field", Name: e.u.text(x)}}
	}
	return v
}

// fieldOption says who decides a field of the program's own: a flag that writes
// it, a constructor that sets a constant, or a file that it is decoded from.
func (u *Unit) fieldOption(f *types.Var, text string) ir.Value {
	v := option("field", text, nil)
	var consts []ir.Const
	fromDefault := -1
	for _, id := range u.usesOf(f.Origin()) {
		fi := u.at(id)
		if fi == nil || strings.HasSuffix(fi.name, "_test.go") {
			continue // what a test sets decides nothing for the program
		}
		if kv, ok := fi.parents[id].(*ast.KeyValueExpr); ok && kv.Key == ast.Expr(id) {
			if tv := u.Info.Types[kv.Value]; tv.Value != nil {
				if u.setsDefault(fi, kv) {
					fromDefault = len(consts)
				}
				consts = append(consts, constOf(tv.Value))
			}
			continue
		}
		sel, ok := fi.parents[id].(*ast.SelectorExpr)
		if !ok || sel.Sel != id {
			continue
		}
		w, ok := u.writeAt(fi, sel)
		if !ok {
			continue
		}
		if w.opt != nil && w.opt.Options[0].Kind == "flag" {
			return *w.opt
		}
		if w.rhs != nil && w.index < 0 {
			if tv := u.Info.Types[w.rhs]; tv.Value != nil {
				if u.setsDefault(fi, w.at) {
					fromDefault = len(consts)
				}
				consts = append(consts, constOf(tv.Value))
			}
		}
	}
	switch {
	case fromDefault >= 0:
		v.Default = &consts[fromDefault]
	case len(consts) == 0:
		if def := u.tagDefault(f); def != nil {
			v.Default = def
		} else if u.decoded(f) {
			v.Default = zeroOf(f.Type())
		}
	}
	return v
}

// setsDefault reports whether a write stands in a function that makes defaults,
// and always happens there.
func (u *Unit) setsDefault(fi *fileInfo, at ast.Node) bool {
	d := fi.enclosingDecl(at)
	if d == nil || !makesDefaults.MatchString(d.Name.Name) {
		return false
	}
	e := &evaluator{u: u, busy: map[types.Object]bool{}}
	p := e.pathTo(fi, at, d)
	return !p.conditional && !p.never
}

var makesDefaults = lazyregexp.New(`^(New|new|init$|setDefaults?$)|[Dd]efault`)

// tagDefault reads a default from a struct tag, as envconfig, caarlos0/env,
// creasty/defaults and their peers do.
func (u *Unit) tagDefault(f *types.Var) *ir.Const {
	fi := u.declFile(f)
	if fi == nil {
		return nil
	}
	id := u.identAt(f)
	field, ok := fi.parents[id].(*ast.Field)
	if !ok || field.Tag == nil {
		return nil
	}
	m := tagDefaultRE.FindStringSubmatch(field.Tag.Value)
	if m == nil {
		return nil
	}
	if isBool(f.Type()) {
		switch (ir.Const{Kind: ir.String, Str: m[1]}).Truth() {
		case ir.Yes:
			return &ir.Const{Kind: ir.Bool, Bool: true}
		case ir.No:
			return &ir.Const{Kind: ir.Bool}
		}
		return nil
	}
	return &ir.Const{Kind: ir.String, Str: m[1]}
}

var tagDefaultRE = lazyregexp.New(`\b(?:default|envDefault|env-default):"([^"]*)"`)

var decodes = lazyregexp.New(`(?i)(unmarshal|decode|parse|process|load|bind|scan|unpack|read)`)

// decoded reports whether a value of the struct that has field f, or of one
// around it, is filled from a file or the environment in this package.
func (u *Unit) decoded(f *types.Var) bool {
	for _, t := range u.decodedTypes() {
		if holdsField(t, f, 4) {
			return true
		}
	}
	return false
}

// decodedTypes are the types of the arguments of every decoding call.
func (u *Unit) decodedTypes() []types.Type {
	if u.decodes != nil {
		return *u.decodes
	}
	var out []types.Type
	for _, file := range u.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			id := calledIdent(call)
			if id == nil || !decodes.MatchString(id.Name) {
				return true
			}
			for _, a := range call.Args {
				if t := u.Info.TypeOf(a); t != nil && structBelow(t) && !slices.Contains(out, t) {
					out = append(out, t)
				}
			}
			return true
		})
	}
	u.decodes = &out
	return out
}

// structBelow reports whether a type leads to a struct at all.
func structBelow(t types.Type) bool {
	switch u := types.Unalias(t).Underlying().(type) {
	case *types.Pointer:
		return structBelow(u.Elem())
	case *types.Slice, *types.Map, *types.Struct:
		return true
	}
	return false
}

func holdsField(t types.Type, f *types.Var, depth int) bool {
	if depth == 0 {
		return false
	}
	switch u := types.Unalias(t).Underlying().(type) {
	case *types.Pointer:
		return holdsField(u.Elem(), f, depth)
	case *types.Slice:
		return holdsField(u.Elem(), f, depth-1)
	case *types.Map:
		return holdsField(u.Elem(), f, depth-1)
	case *types.Struct:
		for i := range u.NumFields() {
			if u.Field(i) == f || holdsField(u.Field(i).Type(), f, depth-1) {
				return true
			}
		}
	}
	return false
}

func (e *evaluator) list(x *ast.CompositeLit) ir.Value {
	t := e.u.Info.TypeOf(x)
	if t == nil {
		return ir.Value{}
	}
	switch t.Underlying().(type) {
	case *types.Slice, *types.Array:
	default:
		return ir.Value{}
	}
	fi := e.u.at(x)
	if fi == nil {
		return ir.Value{}
	}
	c := ir.Const{Kind: ir.List, At: fi.place(x)}
	for _, el := range x.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			el = kv.Value
		}
		v := e.value(el)
		c.Elems = append(c.Elems, ir.Elem{Const: v.Const, Span: fi.span(el)})
	}
	return known(c)
}

func (e *evaluator) index(x *ast.IndexExpr) ir.Value {
	key := e.value(x.Index)
	lit := e.literalOf(x.X)
	if lit == nil || !key.Known {
		if t := e.u.Info.TypeOf(x.X); key.Known && key.Const.Kind == ir.String && t != nil && !notOptions.MatchString(key.Const.Str) {
			if m, ok := t.Underlying().(*types.Map); ok {
				// A table of settings, read by a name that is written here.
				return option("setting", key.Const.Str, zeroOf(m.Elem()))
			}
		}
		if b := e.u.Info.TypeOf(x); b != nil && isBool(b) {
			return option("setting", e.u.text(x), nil)
		}
		return ir.Value{}
	}
	for i, el := range lit.Elts {
		kv, ok := el.(*ast.KeyValueExpr)
		if !ok {
			if key.Const.Kind == ir.Int && int64(i) == key.Const.Int {
				return e.value(el)
			}
			continue
		}
		k := e.value(kv.Key)
		if same, ok := sameConst(k.Const, key.Const); ok && same && k.Known {
			return e.value(kv.Value)
		}
	}
	return ir.Value{}
}

// literalOf finds the composite literal that an expression stands for: itself,
// or the only value of a variable that nobody writes.
func (e *evaluator) literalOf(x ast.Expr) *ast.CompositeLit {
	switch x := ast.Unparen(x).(type) {
	case *ast.CompositeLit:
		return x
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			return e.literalOf(x.X)
		}
	case *ast.Ident:
		v, ok := e.u.Info.Uses[x].(*types.Var)
		if !ok || len(e.u.writes(v)) > 0 {
			return nil
		}
		init := e.u.initOf(v)
		if init == nil || ast.Expr(x) == init {
			return nil
		}
		return e.literalOf(init)
	}
	return nil
}

// initOf is the expression that a variable of this unit is declared with.
func (u *Unit) initOf(v types.Object) ast.Expr {
	fi := u.declFile(v)
	if fi == nil {
		return nil
	}
	id := u.identAt(v)
	if id == nil {
		return nil
	}
	switch p := fi.parents[id].(type) {
	case *ast.ValueSpec:
		if i := slices.Index(p.Names, id); i >= 0 && i < len(p.Values) {
			return p.Values[i]
		}
	case *ast.AssignStmt:
		if w, ok := assignWrite(p, id); ok {
			return w.rhs
		}
	}
	return nil
}
