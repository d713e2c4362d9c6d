package lowering

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

// editor collects the edits of one fix. They are all in the node's own file.
type editor struct {
	u       *Unit
	fi      *fileInfo
	hit     pattern.Hit
	vars    languages.Vars
	edits   []finding.Edit
	removed []ir.Span // what no longer counts as a use
	imports []string  // canonical or real paths that the new text needs
	decl    string
}

// Edit makes the edits of operations on one object. ok is false when one of
// them cannot be right there: it would leave a variable unused, or the text that
// it needs is not in scope.
func Edit(ops []languages.Op, vars languages.Vars) (edits []finding.Edit, ok bool) {
	var e *editor
	for _, op := range ops {
		syn, _ := op.Hit.Node.Syntax.(*Syntax)
		if syn == nil {
			return nil, false
		}
		if e == nil {
			e = &editor{u: syn.unit, fi: syn.file, vars: vars}
		}
		e.hit = op.Hit
		e.imports = append(e.imports, op.Fix.Imports...)
		if op.Fix.Decl != "" {
			e.decl = op.Fix.Decl
		}
		if syn.file != e.fi || !e.do(syn, op.Fix) {
			return nil, false
		}
	}
	if e == nil || !e.finish() {
		return nil, false
	}
	return e.edits, true
}

func (e *editor) do(syn *Syntax, fix pattern.Fix) bool {
	switch fix.Op() {
	case "drop":
		return e.drop(syn, fix.Drop)
	case "value":
		text, ok := e.template(fix.Value)
		return ok && e.value(text)
	case "symbol":
		return e.value(e.symbol(fix.Symbol))
	case "replace":
		text, ok := e.template(fix.Replace)
		return ok && e.replace(syn, text)
	case "add":
		text, ok := e.template(fix.Add)
		return ok && e.add(syn, text)
	}
	return false
}

// Flip turns the boolean literal at a place of the node's file into its opposite.
func Flip(hit pattern.Hit, at ir.Place) ([]finding.Edit, bool) {
	syn, _ := hit.Node.Syntax.(*Syntax)
	if syn == nil {
		return nil, false
	}
	e := &editor{u: syn.unit, fi: syn.file, hit: hit}
	if !e.flip(at) || !e.finish() {
		return nil, false
	}
	return e.edits, true
}

func (e *editor) flip(at ir.Place) bool {
	if at.Path != e.fi.name || at.Span.IsZero() || at.Span.End > len(e.fi.src) {
		return false
	}
	switch string(e.fi.src[at.Span.Start:at.Span.End]) {
	case "true":
		e.put(at.Span, "false")
	case "false":
		e.put(at.Span, "true")
	case "!false":
		e.put(at.Span, "false")
	case "!true":
		e.put(at.Span, "true")
	default:
		return false
	}
	return true
}

func (e *editor) put(s ir.Span, text string) {
	e.edits = append(e.edits, finding.Edit{Path: e.fi.name, Start: s.Start, End: s.End, New: text})
}

func (e *editor) remove(s ir.Span) {
	e.removed = append(e.removed, s)
}

var templateName = lazyregexp.New(`\{(ca_env|ca_bundle|host|sym:[^}]+)\}`)

// template fills in a fix's text; a host that is not in scope makes it unusable.
func (e *editor) template(text string) (string, bool) {
	ok := true
	out := templateName.ReplaceAllStringFunc(text, func(name string) string {
		switch name = name[1 : len(name)-1]; name {
		case "ca_env":
			return e.vars.CAEnv
		case "ca_bundle":
			// Inside a string literal of the row's text.
			q := strconv.Quote(e.vars.CABundle)
			return q[1 : len(q)-1]
		case "host":
			ok = ok && e.hit.Node.HostExpr != ""
			return e.hit.Node.HostExpr
		default:
			return e.symbol(strings.TrimPrefix(name, "sym:"))
		}
	})
	return out, ok
}

// symbol renders a canonical symbol by the file's import style, and notes the
// import when the file has none.
func (e *editor) symbol(name string) string {
	if sym, ok := strings.CutPrefix(name, "."); ok {
		// A neighbour of the symbol that is replaced: the qualifier stays.
		at := e.hit.Value.Span
		if away, ok := e.elsewhere(); ok && e.onlyUse() {
			at = away.Span
		}
		if sel, isSel := e.exprAt(at).(*ast.SelectorExpr); isSel {
			return e.fi.text(sel.X) + "." + sym
		}
		return sym
	}
	i := strings.LastIndexByte(name, '/') + 1
	pkg, sym, _ := strings.Cut(name[i:], ".")
	path := name[:i] + pkg
	if local, ok := e.imported(path); ok {
		if local == "." {
			return sym
		}
		return local + "." + sym
	}
	e.imports = append(e.imports, path)
	return pkg + "." + sym
}

// imported returns the name by which the file knows a canonical import path.
func (e *editor) imported(canon string) (string, bool) {
	for _, spec := range e.fi.file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil || CanonicalPath(path) != CanonicalPath(canon) {
			continue
		}
		if spec.Name != nil {
			if spec.Name.Name == "_" {
				continue
			}
			return spec.Name.Name, true
		}
		if p, ok := e.u.Info.Implicits[spec].(*types.PkgName); ok {
			return p.Name(), true
		}
	}
	return "", false
}

// elsewhere is the literal that decides the value when it stands away from the
// sink and only this sink uses it: the repair belongs there.
func (e *editor) elsewhere() (ir.Place, bool) {
	v := e.hit.Value
	if v == nil {
		return ir.Place{}, false
	}
	at := e.hit.Bad.At
	if at.Span.IsZero() || at.Path != e.fi.name || v.Span.Contains(at.Span) || v.Pair.Contains(at.Span) {
		return ir.Place{}, false
	}
	return at, true
}

// onlyUse reports whether the value at the sink is a plain variable or constant
// that nothing else reads.
func (e *editor) onlyUse() bool {
	x := e.exprAt(e.hit.Value.Span)
	if u, ok := x.(*ast.UnaryExpr); ok {
		x = ast.Unparen(u.X)
	}
	id, ok := x.(*ast.Ident)
	if !ok {
		return false
	}
	obj := e.u.Info.Uses[id]
	if v, isVar := obj.(*types.Var); isVar && v.Exported() && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
		return false
	}
	return obj != nil && len(e.u.usesOf(obj)) == 1
}

// exprAt finds the expression with exactly this span.
func (e *editor) exprAt(s ir.Span) ast.Expr {
	var found ast.Expr
	ast.Inspect(e.fi.file, func(n ast.Node) bool {
		if n == nil || found != nil {
			return false
		}
		ns := e.fi.span(n)
		if !ns.Contains(s) {
			return false
		}
		if x, ok := n.(ast.Expr); ok && ns == s {
			found = x
		}
		return true
	})
	return ast.Unparen(found)
}

func (e *editor) value(text string) bool {
	v := e.hit.Value
	if v == nil || e.hit.Bad.Kind == ir.Absent {
		return false
	}
	if at, ok := e.elsewhere(); ok && e.onlyUse() {
		e.put(at.Span, text)
		return true
	}
	s := v.Span
	if e.hit.Node.Kind == ir.Text {
		e.put(s, text)
		return true
	}
	if s.IsZero() {
		return false
	}
	if at, ok := e.within(s); ok {
		s = at // the literal that a helper makes a pointer of
	}
	e.remove(s)
	e.put(s, text)
	return true
}

// within is the boolean literal inside a call that the value is made by.
func (e *editor) within(s ir.Span) (ir.Span, bool) {
	at := e.hit.Bad.At
	if _, call := e.exprAt(s).(*ast.CallExpr); !call || e.hit.Bad.Kind != ir.Bool || at.Path != e.fi.name || at.Span.IsZero() || !s.Contains(at.Span) {
		return s, false
	}
	return at.Span, true
}

func (e *editor) drop(syn *Syntax, what string) bool {
	switch what {
	case "member":
		return e.dropMember(syn)
	case "elements":
		return e.dropElements(syn)
	case "arg":
		return e.dropArg(syn)
	case "call":
		return e.dropCall(syn)
	case "param":
		return e.dropParam()
	case "statement":
		return e.dropStatement(syn.node)
	case "line":
		return e.dropLine(e.fi.span(syn.node))
	}
	return false
}

func (e *editor) dropMember(syn *Syntax) bool {
	switch n := syn.node.(type) {
	case *ast.KeyValueExpr:
		if at, ok := e.elsewhere(); ok && e.onlyUse() && e.flip(at) {
			return true
		}
		lit, ok := e.fi.parents[n].(*ast.CompositeLit)
		if !ok {
			return false
		}
		return e.dropElement(lit.Lbrace, lit.Rbrace, exprNodes(lit.Elts), slices.Index(lit.Elts, ast.Expr(n)))
	case *ast.AssignStmt:
		if at, ok := e.elsewhere(); ok && e.onlyUse() && e.flip(at) {
			return true
		}
		if len(n.Lhs) == 1 && e.fresh(syn.lhs) && e.dropStatement(n) {
			return true
		}
		return e.switchOff(n, syn.lhs)
	}
	return false
}

// switchOff writes the safe boolean where the statement must stay: what stands
// in the object already may be insecure, so it is said out loud.
func (e *editor) switchOff(n *ast.AssignStmt, lhs ast.Expr) bool {
	i := slices.Index(n.Lhs, lhs)
	if i < 0 || len(n.Rhs) != len(n.Lhs) || e.hit.Bad.Kind != ir.Bool {
		return false
	}
	s := e.fi.span(n.Rhs[i])
	if _, ok := e.within(s); ok {
		return e.flip(e.hit.Bad.At)
	}
	if t := e.u.Info.TypeOf(lhs); t != nil && !mayBeBool(t) && !types.IsInterface(t) {
		return false // a pointer or an own type: false is no value of it
	}
	e.remove(s)
	e.put(s, strconv.FormatBool(!e.hit.Bad.Bool))
	return true
}

// fresh reports whether the object of an assignment was made in this function
// from a literal, so that the member is at its zero value without the statement.
func (e *editor) fresh(lhs ast.Expr) bool {
	sel, ok := ast.Unparen(lhs).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	id, ok := ast.Unparen(sel.X).(*ast.Ident)
	if !ok {
		return false
	}
	obj := e.u.Info.Uses[id]
	fi := e.u.declFile(obj)
	if obj == nil || fi != e.fi {
		return false
	}
	decl := e.u.identAt(obj)
	switch p := fi.parents[decl].(type) {
	case *ast.ValueSpec:
		if len(p.Values) == 0 {
			_, ptr := obj.Type().Underlying().(*types.Pointer)
			return !ptr
		}
	case *ast.AssignStmt:
	default:
		return false
	}
	init := e.u.initOf(obj)
	if call, ok := ast.Unparen(orNil(init)).(*ast.CallExpr); ok {
		f, _ := call.Fun.(*ast.Ident)
		return f != nil && f.Name == "new"
	}
	lit := literalIn(orNil(init))
	if lit == nil {
		return false
	}
	for _, el := range lit.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); !ok || keyText(kv.Key) == sel.Sel.Name {
			return false
		}
	}
	return true
}

func exprNodes(xs []ast.Expr) []ast.Node {
	out := make([]ast.Node, len(xs))
	for i, x := range xs {
		out[i] = x
	}
	return out
}

// dropElement removes one element of a list between two brackets, with its
// comma, and with its line where it stands alone on it.
func (e *editor) dropElement(open, closing token.Pos, list []ast.Node, i int) bool {
	if i < 0 {
		return false
	}
	src := e.fi.src
	s := e.fi.span(list[i])
	e.remove(s)
	inner := e.fi.posSpan(open+1, closing)
	if len(list) == 1 {
		rest := string(src[inner.Start:s.Start]) + strings.Replace(string(src[s.End:inner.End]), ",", "", 1)
		if strings.TrimSpace(rest) == "" || onlyDirectives(rest) {
			e.put(inner, "")
			return true
		}
	}
	from, to, alone := lineOf(src, s)
	end := s.End
	if j := skipBlank(src, end); j < len(src) && src[j] == ',' {
		end = j + 1
	}
	tail := string(src[end:to])
	before := string(src[from:s.Start])
	if alone && strings.TrimSpace(before) == "" && commentOnly(tail) {
		keep := keptComment(tail)
		if keep != "" {
			e.put(ir.Span{Start: from, End: to}, before+keep+newline(src, to))
		} else {
			e.put(ir.Span{Start: from, End: to}, "")
		}
		return true
	}
	if i+1 < len(list) {
		e.put(e.cutBefore(s, end, to, e.fi.span(list[i+1]).Start), "")
		return true
	}
	if i > 0 {
		e.put(ir.Span{Start: e.fi.span(list[i-1]).End, End: s.End}, "")
		return true
	}
	e.put(ir.Span{Start: s.Start, End: end}, "")
	return true
}

// cutBefore is what goes with an element s that shares its line with the one
// before it: up to the next element, or, where that stands on another line, the
// blanks before s and its comma, which ends at end; the line ends at to.
func (e *editor) cutBefore(s ir.Span, end, to, next int) ir.Span {
	if next < to || !commentOnly(string(e.fi.src[end:to])) {
		return ir.Span{Start: s.Start, End: next}
	}
	from := s.Start
	for from > 0 && (e.fi.src[from-1] == ' ' || e.fi.src[from-1] == '\t') {
		from--
	}
	return ir.Span{Start: from, End: end}
}

// lineOf is the range of the lines that a span covers, the final newline
// included; alone says that nothing else starts before it on its first line.
func lineOf(src []byte, s ir.Span) (from, to int, alone bool) {
	from = bytes.LastIndexByte(src[:s.Start], '\n') + 1
	to = len(src)
	if i := bytes.IndexByte(src[s.End:], '\n'); i >= 0 {
		to = s.End + i + 1
	}
	return from, to, len(bytes.TrimSpace(src[from:s.Start])) == 0
}

func newline(src []byte, to int) string {
	switch {
	case to >= 2 && string(src[to-2:to]) == "\r\n":
		return "\r\n"
	case to >= 1 && src[to-1] == '\n':
		return "\n"
	}
	return ""
}

func skipBlank(src []byte, i int) int {
	for i < len(src) && (src[i] == ' ' || src[i] == '\t') {
		i++
	}
	return i
}

func commentOnly(s string) bool {
	s = strings.TrimSpace(s)
	return s == "" || strings.HasPrefix(s, "//") || strings.HasPrefix(s, "/*") && strings.HasSuffix(s, "*/")
}

// directive is a comment that silences a linter about the switch: it goes with it.
var directive = lazyregexp.New(`^//\s*(nolint|#\s*nosec|nosec|tlslint:|lgtm|codeql\[|nosemgrep|NOSONAR)`)

func onlyDirectives(s string) bool {
	s = strings.TrimSpace(s)
	return directive.MatchString(s) && !strings.Contains(s, "\n")
}

// keptComment is what remains of a dropped line: a comment that says something
// stays, a directive that only silenced the switch does not.
func keptComment(tail string) string {
	tail = strings.TrimSpace(tail)
	if tail == "" || directive.MatchString(tail) {
		return ""
	}
	return tail
}

func (e *editor) dropStatement(n ast.Node) bool {
	switch p := e.fi.parents[n].(type) {
	case *ast.BlockStmt:
		if len(p.List) == 1 {
			if _, fn := e.fi.parents[p].(*ast.FuncDecl); !fn {
				if _, lit := e.fi.parents[p].(*ast.FuncLit); !lit {
					return false // an empty branch would be left
				}
			}
		}
	case *ast.CaseClause:
	default:
		return false
	}
	s := e.fi.span(n)
	from, to, alone := lineOf(e.fi.src, s)
	tail := string(e.fi.src[s.End:to])
	before := len(e.removed)
	e.remove(s)
	if e.orphans() {
		e.removed = e.removed[:before]
		return false
	}
	if alone && commentOnly(tail) {
		if keep := keptComment(tail); keep != "" {
			e.put(ir.Span{Start: from, End: to}, string(e.fi.src[from:s.Start])+keep+newline(e.fi.src, to))
		} else {
			e.put(ir.Span{Start: from, End: to}, "")
		}
		return true
	}
	if j := skipBlank(e.fi.src, s.End); j < len(e.fi.src) && e.fi.src[j] == ';' {
		s.End = skipBlank(e.fi.src, j+1)
	}
	e.put(s, "")
	return true
}

func (e *editor) dropLine(s ir.Span) bool {
	from, to, _ := lineOf(e.fi.src, s)
	// A blank line behind the last directive only stood for it.
	if from == 0 && bytes.HasPrefix(e.fi.src[to:], []byte("\n")) {
		to++
	}
	e.put(ir.Span{Start: from, End: to}, "")
	return true
}

// dropElements removes the weak elements of a list, or the member when none
// would be left: an empty list is not the default list.
func (e *editor) dropElements(syn *Syntax) bool {
	x := e.exprAt(e.hit.Bad.At.Span)
	lit, ok := x.(*ast.CompositeLit)
	if !ok || e.hit.Bad.At.Path != e.fi.name {
		return false
	}
	weak := pattern.WeakCiphers(e.hit.Bad)
	if len(weak) == 0 {
		return false
	}
	if len(weak) == len(lit.Elts) {
		return e.dropMember(syn)
	}
	nodes := exprNodes(lit.Elts)
	for _, i := range weak {
		e.remove(e.fi.span(nodes[i]))
	}
	return e.keepElements(lit, weak)
}

// keepElements deletes several elements of one literal: each with what separates
// it from the next one, or from the one before it at the end.
func (e *editor) keepElements(lit *ast.CompositeLit, weak []int) bool {
	src := e.fi.src
	for _, i := range weak {
		s := e.fi.span(lit.Elts[i])
		from, to, alone := lineOf(src, s)
		end := s.End
		if j := skipBlank(src, end); j < len(src) && src[j] == ',' {
			end = j + 1
		}
		if alone && commentOnly(string(src[end:to])) {
			e.put(ir.Span{Start: from, End: to}, "")
			continue
		}
		if i+1 < len(lit.Elts) {
			e.put(e.cutBefore(s, end, to, e.fi.span(lit.Elts[i+1]).Start), "")
			continue
		}
		// The last one: from the end of the last that stays.
		last := i - 1
		for last >= 0 && slices.Contains(weak, last) {
			last--
		}
		for len(e.edits) > 0 && last >= 0 && e.edits[len(e.edits)-1].Start >= e.fi.span(lit.Elts[last]).End {
			e.edits = e.edits[:len(e.edits)-1]
		}
		if last < 0 {
			return false
		}
		e.put(ir.Span{Start: e.fi.span(lit.Elts[last]).End, End: s.End}, "")
	}
	return true
}

// dropArg removes the call or reference itself from the list that it stands in,
// or, for a sink with an argument, that argument.
func (e *editor) dropArg(syn *Syntax) bool {
	if e.hit.Sink.Arg != nil && e.hit.Sink.Key != "" {
		return e.dropEntry()
	}
	x, ok := syn.node.(ast.Expr)
	if !ok {
		return false
	}
	child := ast.Node(x)
	for {
		p, ok := e.fi.parents[child].(*ast.ParenExpr)
		if !ok {
			break
		}
		child = p
	}
	switch p := e.fi.parents[child].(type) {
	case *ast.CallExpr:
		i := slices.IndexFunc(p.Args, func(a ast.Expr) bool { return ast.Node(a) == child })
		if i < 0 || !e.variadic(p, i) {
			return false
		}
		if id, ok := p.Fun.(*ast.Ident); ok && id.Name == "append" && len(p.Args) == 2 && i == 1 {
			// append(x, y) without y is x.
			s := e.fi.span(p)
			e.remove(e.fi.span(p.Args[1]))
			e.put(ir.Span{Start: s.Start, End: e.fi.span(p.Args[0]).Start}, "")
			e.put(ir.Span{Start: e.fi.span(p.Args[0]).End, End: s.End}, "")
			return true
		}
		return e.dropElement(p.Lparen, p.Rparen, exprNodes(p.Args), i)
	case *ast.CompositeLit:
		return e.dropElement(p.Lbrace, p.Rbrace, exprNodes(p.Elts), slices.Index(p.Elts, ast.Expr(child.(ast.Expr))))
	}
	return false
}

// variadic reports whether argument i of a call may be left out.
func (e *editor) variadic(call *ast.CallExpr, i int) bool {
	if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "append" {
		return i > 0
	}
	sig, ok := e.u.Info.TypeOf(call.Fun).(*types.Signature)
	if !ok {
		// Unknown signature: options stand at the end, behind what is needed.
		return i > 0
	}
	return sig.Variadic() && i >= sig.Params().Len()-1
}

// dropEntry removes an entry of a map literal that is an argument.
func (e *editor) dropEntry() bool {
	kv, ok := e.nodeAt(e.hit.Value.Pair).(*ast.KeyValueExpr)
	if !ok {
		return false
	}
	lit, ok := e.fi.parents[kv].(*ast.CompositeLit)
	if !ok {
		return false
	}
	return e.dropElement(lit.Lbrace, lit.Rbrace, exprNodes(lit.Elts), slices.Index(lit.Elts, ast.Expr(kv)))
}

func (e *editor) nodeAt(s ir.Span) ast.Node {
	x := e.exprAt(s)
	return x
}

// dropCall removes a link of a method chain, or the statement that it is.
func (e *editor) dropCall(syn *Syntax) bool {
	call, ok := syn.node.(*ast.CallExpr)
	if !ok {
		return false
	}
	if stmt, ok := e.fi.parents[call].(*ast.ExprStmt); ok {
		if e.dropStatement(stmt) {
			return true
		}
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || e.u.pkgOf(sel.X) != nil {
		return false
	}
	if _, chain := ast.Unparen(sel.X).(*ast.CallExpr); !chain {
		if _, stmt := e.fi.parents[call].(*ast.ExprStmt); stmt {
			return false // a bare variable is no statement
		}
	}
	// The receiver must be of the type that the call returns.
	if rt, ct := e.u.Info.TypeOf(sel.X), e.u.Info.TypeOf(call); rt != nil && ct != nil && !types.Identical(rt, ct) {
		return false
	}
	cut := ir.Span{Start: e.fi.span(sel.X).End, End: e.fi.span(call).End}
	e.remove(cut)
	e.put(cut, "")
	return true
}

// dropParam removes a parameter of a connection string with one separator.
func (e *editor) dropParam() bool {
	s, src := e.hit.Value.Pair, e.fi.src
	if s.Start < 1 || s.End >= len(src) {
		return false
	}
	before, after := src[s.Start-1], src[s.End]
	switch {
	case before == '&' || before == ';' || before == ' ':
		s.Start--
	case after == '&' || after == ';' || after == ' ':
		s.End++
	case before == '?':
		s.Start--
		if s.Start > 0 && src[s.Start-1] == '/' && strings.Contains(e.hit.Node.Name, "mongodb") {
			break // the slash before the options belongs to the URI's form
		}
	default:
		return false
	}
	e.put(s, "")
	return true
}

// replace writes text instead of the whole member, argument or call.
func (e *editor) replace(syn *Syntax, text string) bool {
	switch n := syn.node.(type) {
	case *ast.KeyValueExpr:
		key, _, ok := strings.Cut(text, ":")
		if !ok {
			return false
		}
		lit, _ := e.fi.parents[n].(*ast.CompositeLit)
		if lit == nil {
			return false
		}
		for _, el := range lit.Elts {
			if kv, ok := el.(*ast.KeyValueExpr); ok && kv != n && keyText(kv.Key) == strings.TrimSpace(key) {
				if tv := e.u.Info.Types[kv.Value]; tv.Value == nil || constOf(tv.Value).Str != "" {
					return false // the literal already has it
				}
				// An empty one is written over.
				e.put(e.fi.span(kv), text)
				e.dropElement(lit.Lbrace, lit.Rbrace, exprNodes(lit.Elts), slices.Index(lit.Elts, ast.Expr(n)))
				return e.disjoint()
			}
		}
		s := e.fi.span(n)
		e.remove(s)
		e.put(s, text)
		return true
	case *ast.AssignStmt:
		key, value, ok := strings.Cut(text, ":")
		sel, isSel := ast.Unparen(syn.lhs).(*ast.SelectorExpr)
		if !ok || !isSel || len(n.Lhs) != len(n.Rhs) {
			return false
		}
		i := slices.Index(n.Lhs, syn.lhs)
		rhs := e.fi.span(n.Rhs[i])
		e.remove(rhs)
		e.put(e.fi.span(sel.Sel), strings.TrimSpace(key))
		e.put(rhs, strings.TrimSpace(value))
		return true
	case *ast.CallExpr:
		s := e.fi.span(n)
		if e.hit.Sink.Arg != nil {
			s = e.hit.Value.Span
		}
		e.remove(s)
		e.put(s, text)
		return true
	case ast.Expr:
		s := e.fi.span(n)
		e.remove(s)
		e.put(s, text)
		return true
	}
	return false
}

// byPlace orders edits; an insertion comes before what is replaced behind it.
func byPlace(a, b finding.Edit) int {
	if a.Start != b.Start {
		return a.Start - b.Start
	}
	return a.End - b.End
}

func (e *editor) disjoint() bool {
	sorted := slices.Clone(e.edits)
	slices.SortStableFunc(sorted, byPlace)
	for i := 1; i < len(sorted); i++ {
		if sorted[i].Start < sorted[i-1].End {
			return false
		}
	}
	return true
}

// add writes a further member behind the opening brace of a literal.
func (e *editor) add(syn *Syntax, text string) bool {
	lit, ok := syn.node.(*ast.CompositeLit)
	if !ok {
		if kv, isKV := syn.node.(*ast.KeyValueExpr); isKV {
			lit, ok = e.fi.parents[kv].(*ast.CompositeLit)
		}
	}
	if !ok || lit == nil {
		return false
	}
	at := e.fi.span(lit)
	if len(lit.Elts) == 0 {
		e.put(ir.Span{Start: at.End - 1, End: at.End - 1}, text)
		return true
	}
	last := e.fi.span(lit.Elts[len(lit.Elts)-1])
	from, to, alone := lineOf(e.fi.src, last)
	if alone && bytes.Contains(e.fi.src[at.Start:last.Start], []byte("\n")) {
		indent := string(e.fi.src[from:skipBlank(e.fi.src, from)])
		end := last.End
		if j := skipBlank(e.fi.src, end); j < len(e.fi.src) && e.fi.src[j] == ',' {
			end = j + 1
			nl := newline(e.fi.src, to)
			if commentOnly(string(e.fi.src[end:to])) {
				end = to - len(nl) // a comment belongs to what stands before it
			}
			e.put(ir.Span{Start: end, End: end}, nl+indent+text+",")
			return true
		}
	}
	e.put(ir.Span{Start: last.End, End: last.End}, ", "+text)
	return true
}

// orphans reports whether what was removed holds the last use of a local
// variable: the program would no longer compile.
func (e *editor) orphans() bool {
	for obj, n := range e.removedUses() {
		v, ok := obj.(*types.Var)
		if !ok || v.IsField() || v.Pkg() == nil || v.Parent() == v.Pkg().Scope() {
			continue
		}
		fi := e.u.declFile(v)
		if fi == nil {
			continue
		}
		if _, param := fi.parents[e.u.identAt(v)].(*ast.Field); param {
			continue
		}
		if reads := e.reads(v); reads <= n {
			return true
		}
	}
	return false
}

// reads counts the uses of a variable that make the compiler call it used: all
// but plain assignments to it.
func (e *editor) reads(v *types.Var) int {
	n := 0
	for _, id := range e.u.usesOf(v) {
		fi := e.u.at(id)
		if as, ok := fi.parents[id].(*ast.AssignStmt); ok && slices.Contains(as.Lhs, ast.Expr(id)) {
			continue
		}
		n++
	}
	return n
}

func (e *editor) removedUses() map[types.Object]int {
	out := map[types.Object]int{}
	ast.Inspect(e.fi.file, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || e.u.Info.Uses[id] == nil {
			return true
		}
		s := e.fi.span(id)
		if slices.ContainsFunc(e.removed, func(r ir.Span) bool { return r.Contains(s) }) {
			out[e.u.Info.Uses[id]]++
		}
		return true
	})
	return out
}

// finish repairs the imports, declares helpers, and keeps a file that gofmt has
// formatted in gofmt's format.
func (e *editor) finish() bool {
	if e.orphans() || !e.disjoint() {
		return false
	}
	e.dropImports()
	for _, path := range e.imports {
		if _, ok := e.imported(path); !ok {
			e.addImport(path)
		}
	}
	if e.decl != "" {
		e.declare()
	}
	e.merge()
	if !e.disjoint() {
		return false
	}
	slices.SortStableFunc(e.edits, byPlace)
	return e.tidy()
}

// merge joins insertions at the same place: two imports behind one line.
func (e *editor) merge() {
	slices.SortStableFunc(e.edits, byPlace)
	out := e.edits[:0]
	for _, ed := range e.edits {
		if n := len(out); n > 0 && out[n-1].Start == ed.Start && out[n-1].End == ed.End && ed.Start == ed.End {
			out[n-1].New += ed.New
			continue
		}
		out = append(out, ed)
	}
	e.edits = out
}

// dropImports removes the imports whose last use goes.
func (e *editor) dropImports() {
	removed := e.removedUses()
	for _, spec := range e.fi.file.Imports {
		var p *types.PkgName
		if spec.Name != nil {
			p, _ = e.u.Info.Defs[spec.Name].(*types.PkgName)
		} else {
			p, _ = e.u.Info.Implicits[spec].(*types.PkgName)
		}
		if p == nil || removed[p] == 0 || e.needed(spec) {
			continue
		}
		uses := 0
		for _, id := range e.u.usesOf(p) {
			if e.u.at(id) == e.fi {
				uses++
			}
		}
		if uses > removed[p] || e.written(p.Name()) {
			continue
		}
		gen, _ := e.fi.parents[spec].(*ast.GenDecl)
		var node ast.Node = spec
		if gen != nil && (!gen.Lparen.IsValid() || len(gen.Specs) == 1) {
			node = gen
		}
		from, to, _ := lineOf(e.fi.src, e.fi.span(node))
		if gen != nil && node == ast.Node(gen) && bytes.HasPrefix(e.fi.src[to:], []byte("\n")) {
			to++
		}
		e.put(ir.Span{Start: from, End: to}, "")
	}
}

func (e *editor) needed(spec *ast.ImportSpec) bool {
	path, _ := strconv.Unquote(spec.Path.Value)
	return slices.ContainsFunc(e.imports, func(p string) bool { return CanonicalPath(p) == CanonicalPath(path) })
}

// written reports whether new text uses a package name.
func (e *editor) written(name string) bool {
	re := lazyregexp.New(`\b` + regexp.QuoteMeta(name) + `\.`)
	return slices.ContainsFunc(e.edits, func(ed finding.Edit) bool { return re.MatchString(ed.New) })
}

// addImport inserts an import where gofmt would sort it: into the group of its
// kind, standard library or not.
func (e *editor) addImport(path string) {
	std := !strings.Contains(strings.Split(path, "/")[0], ".")
	quoted := strconv.Quote(path)
	nl := "\n"
	if bytes.Contains(e.fi.src, []byte("\r\n")) {
		nl = "\r\n"
	}
	var block *ast.GenDecl
	var single *ast.GenDecl
	for _, d := range e.fi.file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			if g.Lparen.IsValid() {
				block = g
				break
			}
			single = g
		}
	}
	switch {
	case block != nil:
		var before ast.Spec
		for _, s := range block.Specs {
			p, _ := strconv.Unquote(s.(*ast.ImportSpec).Path.Value)
			if !strings.Contains(strings.Split(p, "/")[0], ".") == std && p < path {
				before = s
			}
		}
		if before == nil {
			// First of its kind: in front of the group, or a new group.
			for _, s := range block.Specs {
				p, _ := strconv.Unquote(s.(*ast.ImportSpec).Path.Value)
				if !strings.Contains(strings.Split(p, "/")[0], ".") == std {
					from, _, _ := lineOf(e.fi.src, e.fi.span(s))
					e.put(ir.Span{Start: from, End: from}, "\t"+quoted+nl)
					return
				}
			}
			if std {
				_, to, _ := lineOf(e.fi.src, e.fi.posSpan(block.Lparen, block.Lparen+1))
				e.put(ir.Span{Start: to, End: to}, "\t"+quoted+nl+nl)
				return
			}
			from, _, _ := lineOf(e.fi.src, e.fi.posSpan(block.Rparen, block.Rparen+1))
			e.put(ir.Span{Start: from, End: from}, nl+"\t"+quoted+nl)
			return
		}
		_, to, _ := lineOf(e.fi.src, e.fi.span(before))
		e.put(ir.Span{Start: to, End: to}, "\t"+quoted+nl)
	case single != nil:
		s := e.fi.span(single)
		e.put(ir.Span{Start: s.End, End: s.End}, nl+"import "+quoted)
	default:
		s := e.fi.span(e.fi.file.Name)
		e.put(ir.Span{Start: s.End, End: s.End}, nl+nl+"import "+quoted)
	}
}

// declare appends a helper once a package.
func (e *editor) declare() {
	f, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+e.decl, 0)
	if err != nil || len(f.Decls) == 0 {
		return
	}
	fn, ok := f.Decls[0].(*ast.FuncDecl)
	if ok && e.u.Pkg != nil && e.u.Pkg.Scope().Lookup(fn.Name.Name) != nil {
		return
	}
	end := len(e.fi.src)
	text := "\n" + strings.TrimSpace(e.decl) + "\n"
	if end > 0 && e.fi.src[end-1] != '\n' {
		text = "\n" + text
	}
	if bytes.Contains(e.fi.src, []byte("\r\n")) {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	e.put(ir.Span{Start: end, End: end}, text)
}

func apply(src []byte, edits []finding.Edit) []byte {
	var out []byte
	at := 0
	for _, ed := range edits {
		out = append(out, src[at:ed.Start]...)
		out = append(out, ed.New...)
		at = ed.End
	}
	return append(out, src[at:]...)
}
