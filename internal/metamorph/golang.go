package metamorph

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// Go rewrites Go. Importer gives it types, which tell a constant from a variable
// and a package from a local; it must not fail.
type Go struct{ Importer types.Importer }

// Name implements Language.
func (Go) Name() string { return "go" }

// Parses implements Language.
func (Go) Parses(src []byte) error {
	_, err := parser.ParseFile(token.NewFileSet(), "main.go", src, parser.SkipObjectResolution)
	return err
}

// Transforms implements Language.
func (g Go) Transforms() []Transform {
	with := func(f func(*program) bool) func([]byte, []Span) ([]byte, bool) {
		return func(src []byte, sinks []Span) ([]byte, bool) {
			p := g.load(src, sinks)
			if p == nil || !f(p) {
				return nil, false
			}
			return p.apply(), true
		}
	}
	guard := func(open, closing string) func([]byte, []Span) ([]byte, bool) {
		return with(func(p *program) bool { return p.guard(open, closing) })
	}
	return []Transform{
		{"rename-locals", Same, with((*program).renameLocals)},
		{"comments-between-tokens", Same, between(func(token.Token) string { return " /* c */ " })},
		{"newlines-between-tokens", Same, between(func(t token.Token) string {
			if continues[t] {
				return "\n\n"
			}
			return ""
		})},
		{"no-indentation", Same, noIndentation},
		{"crlf", Same, func(src []byte, _ []Span) ([]byte, bool) {
			return bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n")), !bytes.Contains(src, []byte("`"))
		}},
		{"value-in-local", Same, with((*program).valueInLocal)},
		{"value-in-constant", Same, with((*program).valueInConstant)},
		{"reverse-members", Same, with((*program).reverseMembers)},
		{"reverse-declarations", Same, with((*program).reverseDeclarations)},
		{"parentheses-around-values", Same, with((*program).parenthesiseValues)},
		{"parentheses-around-variables", Same, with((*program).parenthesiseVariables)},
		{"block-in-body", Same, with((*program).blockInBody)},
		{"block-around-statement", Same, with((*program).blockAroundStatement)},
		{"import-alias", Same, with((*program).aliasImports)},
		{"negated-opposite", Same, with((*program).negatedOpposite)},
		{"value-from-function", Same, with((*program).valueFromFunction)},
		{"type-alias", Same, with((*program).aliasTypes)},
		{"literal-in-local", Same, with((*program).literalInLocal)},
		{"members-by-assignment", Same, with((*program).membersByAssignment)},
		{"closure-around-statement", Same, with((*program).closureAroundStatement)},
		{"panic-on-error", Same, guard("if err := metaProbe(); err != nil { panic(err) }", "")},
		{"if-error", Same, guard("if err := metaProbe(); err != nil {", "}")},
		{"if-length", Same, guard("if len(metaWords) > 0 {", "}")},
		{"loop", Same, guard("for range metaWords {", "}")},
		{"if-option", Optional, guard("if metaOpt.Insecure {", "}")},
		{"if-not-option", Optional, guard("if !metaOpt.Verify {", "}")},
		{"else-of-option", Optional, guard("if metaOpt.Verify {\n} else {", "}")},
		{"case-of-option", Optional, guard("switch {\ncase metaOpt.Insecure:", "}")},
		{"panic-unless-option", Optional, guard("if metaOpt.Verify { panic(1) }", "")},
		{"value-by-option", Optional, with((*program).valueByOption)},
		{"if-mode", Optional, guard(`if metaOpt.Mode == "insecure" {`, "}")},
	}
}

// program is a parsed snippet and the edits to make in it.
type program struct {
	src     []byte
	sinks   []Span
	fset    *token.FileSet
	file    *ast.File
	info    *types.Info
	pkg     *types.Package
	parents map[ast.Node]ast.Node
	edits   []edit
	tail    string // appended to the file
}

type edit struct {
	start, end int
	text       string
}

func (g Go) load(src []byte, sinks []Span) *program {
	p := &program{src: src, sinks: sinks, fset: token.NewFileSet(), parents: map[ast.Node]ast.Node{}}
	f, err := parser.ParseFile(p.fset, "main.go", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	p.file = f
	p.info = &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: g.Importer, FakeImportC: true, Error: func(error) {}}
	p.pkg, _ = conf.Check("meta", p.fset, []*ast.File{f}, p.info)
	var stack []ast.Node
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		if len(stack) > 0 {
			p.parents[n] = stack[len(stack)-1]
		}
		stack = append(stack, n)
		return true
	})
	return p
}

func (p *program) offset(pos token.Pos) int { return p.fset.File(p.file.FileStart).Offset(pos) }

func (p *program) span(n ast.Node) (start, end int) { return p.offset(n.Pos()), p.offset(n.End()) }

func (p *program) text(n ast.Node) string {
	start, end := p.span(n)
	return string(p.src[start:end])
}

func (p *program) replace(n ast.Node, text string) {
	start, end := p.span(n)
	p.edits = append(p.edits, edit{start, end, text})
}

func (p *program) insert(at int, text string) { p.edits = append(p.edits, edit{at, at, text}) }

func (p *program) apply() []byte {
	slices.SortStableFunc(p.edits, func(a, b edit) int { return a.start - b.start })
	var out []byte
	at := 0
	for _, e := range p.edits {
		out = append(out, p.src[at:e.start]...)
		out = append(out, e.text...)
		at = e.end
	}
	out = append(out, p.src[at:]...)
	if p.tail != "" {
		out = append(bytes.TrimRight(out, "\n"), "\n\n"+p.tail...)
	}
	return out
}

// sinkNodes are the smallest nodes around the findings.
func (p *program) sinkNodes() []ast.Node {
	var out []ast.Node
	for _, s := range p.sinks {
		var best ast.Node
		ast.Inspect(p.file, func(n ast.Node) bool {
			if n == nil {
				return false
			}
			if start, end := p.span(n); start > s.Start || end < s.End {
				return false
			}
			if _, file := n.(*ast.File); !file {
				best = n
			}
			return true
		})
		if best != nil && !slices.Contains(out, best) {
			out = append(out, best)
		}
	}
	return out
}

// isLocal reports whether an object lives in a function's body. Parameters and
// results do not count: their names are part of what a function says.
func (p *program) isLocal(obj types.Object) bool {
	v, ok := obj.(*types.Var)
	if !ok || v.IsField() || v.Parent() == nil || p.pkg != nil && v.Parent() == p.pkg.Scope() || v.Name() == "_" {
		return false
	}
	for id, o := range p.info.Defs {
		if o == obj {
			_, param := p.parents[id].(*ast.Field)
			return !param
		}
	}
	return false
}

func (p *program) renameLocals() bool {
	rename := func(id *ast.Ident, obj types.Object) {
		if p.isLocal(obj) {
			p.replace(id, id.Name+"Renamed")
		}
	}
	for id, obj := range p.info.Defs {
		rename(id, obj)
	}
	for id, obj := range p.info.Uses {
		rename(id, obj)
	}
	return len(p.edits) > 0
}

// continues are tokens behind which a newline ends nothing.
var continues = map[token.Token]bool{
	token.LPAREN: true, token.LBRACE: true, token.COMMA: true, token.LAND: true, token.LOR: true, token.ASSIGN: true,
	token.DEFINE: true, token.PERIOD: true, token.LBRACK: true, token.EQL: true, token.NEQ: true, token.NOT: true,
	token.AND: true, token.ADD: true,
}

// between puts text behind every token.
func between(text func(token.Token) string) func([]byte, []Span) ([]byte, bool) {
	return func(src []byte, _ []Span) ([]byte, bool) {
		var s scanner.Scanner
		fset := token.NewFileSet()
		file := fset.AddFile("", fset.Base(), len(src))
		s.Init(file, src, nil, 0)
		var out []byte
		last := 0
		for {
			pos, tok, lit := s.Scan()
			if tok == token.EOF {
				break
			}
			if tok == token.SEMICOLON && lit == "\n" {
				continue
			}
			if lit == "" || tok.IsOperator() {
				lit = tok.String()
			}
			end := file.Offset(pos) + len(lit)
			if tok == token.STRING && lit[0] == '`' {
				// The scanner drops carriage returns from raw strings.
				end = file.Offset(pos) + 2 + bytes.IndexByte(src[file.Offset(pos)+1:], '`')
			}
			out = append(out, src[last:end]...)
			out = append(out, text(tok)...)
			last = end
		}
		return append(out, src[last:]...), true
	}
}

// noIndentation is what a file looks like that gofmt never saw.
func noIndentation(src []byte, _ []Span) ([]byte, bool) {
	if bytes.Contains(src, []byte("`")) {
		return nil, false // the lines of a raw string are its value
	}
	lines := strings.Split(string(src), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimLeft(l, " \t")
		if strings.HasSuffix(l, "{") || strings.HasSuffix(l, ",") {
			lines[i] += "\n"
		}
	}
	return []byte(strings.Join(lines, "\n")), true
}

// constants are the outermost constant expressions at a sink that may be named.
func (p *program) constants(sink ast.Node) []ast.Expr {
	var out []ast.Expr
	var visit func(ast.Node)
	value := func(x ast.Expr) {
		if x == nil {
			return
		}
		if tv := p.info.Types[x]; tv.Value != nil || isTrueFalse(x) {
			out = append(out, x)
			return
		}
		visit(x)
	}
	visit = func(n ast.Node) {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			value(n.Value)
		case *ast.AssignStmt:
			for _, r := range n.Rhs {
				value(r)
			}
		case *ast.CallExpr:
			for _, a := range n.Args {
				value(a)
			}
		case *ast.CompositeLit:
			for _, el := range n.Elts {
				if kv, ok := el.(*ast.KeyValueExpr); ok {
					value(kv.Value)
				} else {
					value(el)
				}
			}
		case *ast.ParenExpr:
			value(n.X)
		case *ast.BasicLit:
			if _, tag := p.parents[n].(*ast.Field); !tag {
				out = append(out, n)
			}
		}
	}
	visit(sink)
	return out
}

func isTrueFalse(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	return ok && (id.Name == "true" || id.Name == "false")
}

// valueInConstant names the constants at the sinks, at the end of the file.
func (p *program) valueInConstant() bool {
	n := 0
	for _, sink := range p.sinkNodes() {
		for _, x := range p.constants(sink) {
			if p.usesLocals(x) || p.edited(x) {
				continue
			}
			name := "metaConst" + strconv.Itoa(n)
			n++
			p.tail += fmt.Sprintf("const %s = %s\n", name, p.text(x))
			p.replace(x, name)
		}
	}
	return n > 0
}

// valueInLocal names the constants at the sinks right before their statement.
func (p *program) valueInLocal() bool {
	n := 0
	for _, sink := range p.sinkNodes() {
		for _, x := range p.constants(sink) {
			at := p.statement(x)
			if at == nil || p.edited(x) || at.Pos() <= x.Pos() && p.usesLocalsOf(x, at) {
				continue
			}
			name := "metaLocal" + strconv.Itoa(n)
			n++
			p.insert(p.offset(at.Pos()), fmt.Sprintf("%s := %s\n", name, p.typed(x)))
			p.replace(x, name)
		}
	}
	return n > 0
}

// typed is a constant as a value of the type that its place wants.
func (p *program) typed(x ast.Expr) string {
	t := p.info.Types[x].Type
	if b, ok := t.(*types.Basic); ok && b.Kind() != types.Invalid && b.Info()&types.IsUntyped == 0 && !isTrueFalse(x) && b.Info()&types.IsInteger != 0 {
		return b.Name() + "(" + p.text(x) + ")"
	}
	return p.text(x)
}

// edited reports whether an expression lies in one that is replaced already.
func (p *program) edited(x ast.Node) bool {
	start, end := p.span(x)
	return slices.ContainsFunc(p.edits, func(e edit) bool { return e.start <= start && end <= e.end && e.start < e.end })
}

func (p *program) usesLocals(x ast.Expr) bool { return p.usesLocalsOf(x, nil) }

// usesLocalsOf reports whether an expression uses names that are declared in a
// function, and, where at is given, behind it.
func (p *program) usesLocalsOf(x ast.Expr, at ast.Node) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if v := p.info.Uses[id]; v != nil && p.inFunction(v) {
				found = found || at == nil || v.Pos() >= at.Pos()
			}
		}
		return !found
	})
	return found
}

// inFunction reports whether an object of this file is declared in a function.
func (p *program) inFunction(obj types.Object) bool {
	if obj.Pkg() != p.pkg || obj.Parent() == nil || obj.Parent() == types.Universe || p.pkg != nil && obj.Parent() == p.pkg.Scope() {
		return false
	}
	_, pkg := obj.(*types.PkgName)
	return !pkg
}

// statement is the innermost statement around n that stands in a list.
func (p *program) statement(n ast.Node) ast.Stmt {
	for ; n != nil; n = p.parents[n] {
		s, ok := n.(ast.Stmt)
		if !ok {
			continue
		}
		switch p.parents[n].(type) {
		case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
			if _, clause := n.(*ast.CaseClause); clause {
				continue
			}
			if _, clause := n.(*ast.CommClause); clause {
				continue
			}
			return s
		}
	}
	return nil
}

// reverseMembers turns the order of the members of every literal with keys round.
func (p *program) reverseMembers() bool {
	changed := false
	var render func(n ast.Node) string
	render = func(n ast.Node) string {
		start, end := p.span(n)
		var out strings.Builder
		at := start
		ast.Inspect(n, func(x ast.Node) bool {
			lit, ok := x.(*ast.CompositeLit)
			if !ok || !keyed(lit) {
				return true
			}
			if s, _ := p.span(lit); s < at {
				return false
			}
			changed = true
			for i, el := range lit.Elts {
				s, e := p.span(el)
				out.Write(p.src[at:s])
				out.WriteString(render(lit.Elts[len(lit.Elts)-1-i]))
				at = e
			}
			return false
		})
		out.Write(p.src[at:end])
		return out.String()
	}
	for _, d := range p.file.Decls {
		if text := render(d); text != p.text(d) {
			p.replace(d, text)
		}
	}
	return changed
}

func keyed(lit *ast.CompositeLit) bool {
	for _, el := range lit.Elts {
		kv, ok := el.(*ast.KeyValueExpr)
		if !ok {
			return false
		}
		if _, ok := kv.Key.(*ast.Ident); !ok {
			return false
		}
	}
	return len(lit.Elts) > 1
}

// reverseDeclarations turns the order of the declarations behind the imports
// round, comments and all.
func (p *program) reverseDeclarations() bool {
	var chunks []string
	first, last := -1, len(p.src)
	var starts []int
	for _, d := range p.file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			continue
		}
		pos := d.Pos()
		switch d := d.(type) {
		case *ast.GenDecl:
			if d.Doc != nil {
				pos = d.Doc.Pos()
			}
		case *ast.FuncDecl:
			if d.Doc != nil {
				pos = d.Doc.Pos()
			}
		}
		start := bytes.LastIndexByte(p.src[:p.offset(pos)], '\n') + 1
		if len(starts) > 0 && start <= starts[len(starts)-1] {
			return false // two on one line
		}
		starts = append(starts, start)
	}
	if len(starts) < 2 {
		return false
	}
	first = starts[0]
	for i, s := range starts {
		end := last
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		chunks = append(chunks, strings.TrimRight(string(p.src[s:end]), "\n")+"\n")
	}
	slices.Reverse(chunks)
	p.edits = append(p.edits, edit{first, last, strings.Join(chunks, "\n")})
	return true
}

func (p *program) parenthesiseValues() bool {
	for _, sink := range p.sinkNodes() {
		for _, x := range p.constants(sink) {
			if !p.edited(x) {
				p.replace(x, "("+p.text(x)+")")
			}
		}
	}
	return len(p.edits) > 0
}

// parenthesiseVariables puts parentheses around the variables that members and
// methods are selected from.
func (p *program) parenthesiseVariables() bool {
	ast.Inspect(p.file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok {
				if _, isVar := p.info.Uses[id].(*types.Var); isVar {
					p.replace(id, "("+id.Name+")")
				}
			}
		}
		return true
	})
	return len(p.edits) > 0
}

// blockInBody puts a block around everything that a function does.
func (p *program) blockInBody() bool {
	for _, d := range p.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil && len(f.Body.List) > 0 {
			p.insert(p.offset(f.Body.Lbrace)+1, "{")
			p.insert(p.offset(f.Body.Rbrace), "}")
		}
	}
	return len(p.edits) > 0
}

func (p *program) blockAroundStatement() bool {
	for _, sink := range p.sinkNodes() {
		s := p.statement(sink)
		if s == nil || declares(s) {
			continue
		}
		p.insert(p.offset(s.Pos()), "{ ")
		p.insert(p.offset(s.End()), " }")
		return true
	}
	return false
}

// closureAroundStatement calls a function that holds the statement of a sink.
func (p *program) closureAroundStatement() bool {
	for _, sink := range p.sinkNodes() {
		s := p.statement(sink)
		switch s.(type) {
		case *ast.ExprStmt, *ast.AssignStmt:
		default:
			continue
		}
		if declares(s) {
			continue
		}
		p.insert(p.offset(s.Pos()), "func() { ")
		p.insert(p.offset(s.End()), " }()")
		return true
	}
	return false
}

// booleans are the literals true and false that are a member's value at a sink.
func (p *program) booleans() []*ast.Ident {
	var out []*ast.Ident
	for _, sink := range p.sinkNodes() {
		switch sink.(type) {
		case *ast.KeyValueExpr, *ast.AssignStmt:
			for _, x := range p.constants(sink) {
				if isTrueFalse(x) && !slices.Contains(out, x.(*ast.Ident)) {
					out = append(out, x.(*ast.Ident))
				}
			}
		}
	}
	return out
}

func (p *program) negatedOpposite() bool {
	for _, id := range p.booleans() {
		p.replace(id, "!"+strconv.FormatBool(id.Name == "false"))
	}
	return len(p.edits) > 0
}

func (p *program) valueFromFunction() bool {
	for _, id := range p.booleans() {
		p.replace(id, "meta"+strings.ToUpper(id.Name[:1])+id.Name[1:]+"()")
	}
	if len(p.edits) > 0 {
		p.tail = "func metaTrue() bool { return true }\n\nfunc metaFalse() bool { return false }\n"
	}
	return len(p.edits) > 0
}

// valueByOption lets an option decide: on means the insecure side.
func (p *program) valueByOption() bool {
	for _, id := range p.booleans() {
		fn := p.function(id)
		if fn == nil || fn.Recv == nil && fn.Name.Name == "init" || !p.parameter(fn) {
			continue
		}
		p.replace(id, map[string]string{"true": "metaOpt.Insecure", "false": "!metaOpt.Insecure"}[id.Name])
		p.tail = helpers + p.tail
		return true
	}
	return false
}

// aliasTypes gives the types of other packages in literals a name of this one.
func (p *program) aliasTypes() bool {
	names := map[string]string{}
	ast.Inspect(p.file, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		sel, ok := lit.Type.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if id, ok := sel.X.(*ast.Ident); !ok || p.usesLocals(id) {
			return true
		}
		text := p.text(sel)
		if names[text] == "" {
			names[text] = "metaType" + strconv.Itoa(len(names))
			p.tail += fmt.Sprintf("type %s = %s\n", names[text], text)
		}
		p.replace(sel, names[text])
		return true
	})
	return len(names) > 0
}

// literalInLocal gives the literal around a sink a name before it is used.
func (p *program) literalInLocal() bool {
	for _, sink := range p.sinkNodes() {
		var lit ast.Expr
		for n := sink; n != nil; n = p.parents[n] {
			if l, ok := n.(*ast.CompositeLit); ok && l.Type != nil {
				lit = l
				break
			}
		}
		if lit == nil {
			continue
		}
		if u, ok := p.parents[lit].(*ast.UnaryExpr); ok && u.Op == token.AND {
			lit = u
		}
		at := p.statement(lit)
		if at == nil || p.usesLocalsOf(lit, at) || p.function(lit) == nil {
			continue
		}
		switch p.parents[lit].(type) {
		case *ast.CallExpr, *ast.KeyValueExpr, *ast.ReturnStmt:
		default:
			continue
		}
		p.insert(p.offset(at.Pos()), "metaObject := "+p.text(lit)+"\n")
		p.replace(lit, "metaObject")
		return true
	}
	return false
}

// membersByAssignment sets the members of a literal one by one behind it.
func (p *program) membersByAssignment() bool {
	for _, sink := range p.sinkNodes() {
		as, ok := p.statement(sink).(*ast.AssignStmt)
		if !ok || as.Tok != token.DEFINE || len(as.Lhs) != 1 || len(as.Rhs) != 1 {
			continue
		}
		x := as.Rhs[0]
		if u, ok := x.(*ast.UnaryExpr); ok && u.Op == token.AND {
			x = u.X
		}
		lit, ok := x.(*ast.CompositeLit)
		if !ok || len(lit.Elts) == 0 || len(lit.Elts) > 1 && !keyed(lit) {
			continue
		}
		var text strings.Builder
		for _, el := range lit.Elts {
			kv, ok := el.(*ast.KeyValueExpr)
			if !ok {
				return false
			}
			if _, ok := kv.Key.(*ast.Ident); !ok {
				return false
			}
			fmt.Fprintf(&text, "\n%s.%s = %s", p.text(as.Lhs[0]), p.text(kv.Key), p.text(kv.Value))
		}
		start, end := p.offset(lit.Lbrace)+1, p.offset(lit.Rbrace)
		p.edits = append(p.edits, edit{start, end, ""})
		p.insert(p.offset(as.End()), text.String())
		return true
	}
	return false
}

// declares reports whether what stands behind a statement may need it.
func declares(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.DeclStmt, *ast.LabeledStmt:
		return true
	case *ast.AssignStmt:
		return s.Tok == token.DEFINE
	}
	return false
}

// aliasImports gives every package that is used by its name another one.
func (p *program) aliasImports() bool {
	n := 0
	for _, spec := range p.file.Imports {
		if spec.Name != nil && (spec.Name.Name == "_" || spec.Name.Name == ".") {
			continue
		}
		var uses []*ast.Ident
		for id, obj := range p.info.Uses {
			if pkg, ok := obj.(*types.PkgName); ok && p.imports(spec, pkg) {
				uses = append(uses, id)
			}
		}
		if len(uses) == 0 {
			continue
		}
		name := "meta" + strconv.Itoa(n)
		n++
		p.replace(spec, name+" "+spec.Path.Value)
		for _, id := range uses {
			p.replace(id, name)
		}
	}
	return n > 0
}

func (p *program) imports(spec *ast.ImportSpec, pkg *types.PkgName) bool {
	path, err := strconv.Unquote(spec.Path.Value)
	return err == nil && pkg.Imported().Path() == path && pkg.Pos() >= spec.Pos() && pkg.Pos() <= spec.End()
}

// helpers are what the guards need.
const helpers = `type metaOptions struct {
	Insecure, Verify bool
	Mode             string
}

var metaWords []string

func metaProbe() error { return nil }
`

// guard puts a condition around the statement of a sink and what follows from
// it: where the statement declares something, the rest of its list. Options
// arrive as a further parameter of the function around it.
func (p *program) guard(open, closing string) bool {
	for _, sink := range p.sinkNodes() {
		stmt := p.statement(sink)
		fn := p.function(sink)
		if stmt == nil || fn == nil || fn.Recv == nil && fn.Name.Name == "init" {
			continue
		}
		if _, labelled := stmt.(*ast.LabeledStmt); labelled {
			continue
		}
		if strings.Contains(open, "metaOpt") && !p.parameter(fn) {
			continue
		}
		end := stmt.End()
		rest := declares(stmt) && closing != ""
		if rest {
			list := p.list(stmt)
			end = list[len(list)-1].End()
		}
		text := closing
		if closing != "" && fn.Type.Results != nil && (rest || returns(stmt)) {
			text += "\npanic(\"unreachable\")"
		}
		p.insert(p.offset(stmt.Pos()), open+"\n")
		p.insert(p.offset(end), "\n"+text)
		p.tail = helpers + p.tail
		return true
	}
	return false
}

func returns(s ast.Stmt) bool {
	_, ok := s.(*ast.ReturnStmt)
	return ok
}

func (p *program) list(s ast.Stmt) []ast.Stmt {
	switch b := p.parents[s].(type) {
	case *ast.BlockStmt:
		return b.List
	case *ast.CaseClause:
		return b.Body
	case *ast.CommClause:
		return b.Body
	}
	return []ast.Stmt{s}
}

func (p *program) function(n ast.Node) *ast.FuncDecl {
	for ; n != nil; n = p.parents[n] {
		if f, ok := n.(*ast.FuncDecl); ok {
			return f
		}
	}
	return nil
}

// parameter gives a function the options as its last parameter. A main gets a
// new name, and a main of its own that calls it.
func (p *program) parameter(fn *ast.FuncDecl) bool {
	params := fn.Type.Params
	if n := len(params.List); n > 0 {
		last := params.List[n-1]
		if _, variadic := last.Type.(*ast.Ellipsis); variadic || len(last.Names) == 0 {
			return false
		}
		p.insert(p.offset(last.End()), ", metaOpt metaOptions")
	} else {
		p.insert(p.offset(params.Closing), "metaOpt metaOptions")
	}
	if fn.Recv == nil && fn.Name.Name == "main" {
		p.replace(fn.Name, "metaMain")
		p.tail += "\nfunc main() { metaMain(metaRead()) }\n\nfunc metaRead() (opt metaOptions) { return opt }\n"
	}
	return true
}
