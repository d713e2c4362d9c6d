package lowering

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/tlslint/tlslint/ir"
)

// guards are the option conditions around a node, outermost first, up to its
// function declaration. dead says that some condition is a constant that keeps
// the node from ever running.
func (u *Unit) guards(fi *fileInfo, n ast.Node) (gs []ir.Guard, dead bool) {
	e := &evaluator{u: u, busy: map[types.Object]bool{}}
	all := e.conditions(fi, n, nil)
	for _, c := range all {
		if c.never {
			return nil, true
		}
		if len(c.guard.Options) > 0 || c.guard.Unsure || c.guard.Local {
			gs = append(gs, c.guard)
		}
	}
	return gs, false
}

// path is what the conditions on the way to a statement say together.
type path struct {
	guards      []ir.Guard
	conditional bool // some condition, option or not, decides whether it runs
	never       bool // some condition is a constant that keeps it from running
}

func (p *path) add(c condition) {
	p.never = p.never || c.never
	if c.settled {
		return
	}
	p.conditional = true
	if len(c.guard.Options) > 0 {
		p.guards = append(p.guards, c.guard)
	}
}

// decides joins the options of a path; taken says whether it is walked while
// nobody sets them.
func (p *path) decides() (opts []ir.Option, taken ir.Tri) {
	if len(p.guards) == 0 {
		return nil, ir.Maybe
	}
	taken = ir.Yes
	for _, g := range p.guards {
		opts = join(opts, g.Options)
		if g.Default == ir.No {
			taken = ir.No
		} else if g.Default == ir.Maybe && taken == ir.Yes {
			taken = ir.Maybe
		}
	}
	return opts, taken
}

// pathTo is the way from the start of the function fn to n.
func (e *evaluator) pathTo(fi *fileInfo, n, fn ast.Node) path {
	var p path
	for _, c := range e.parsing().conditions(fi, n, fn) {
		p.add(c)
	}
	return p
}

// pathBetween is the way to a write, less the conditions that also hold where
// the value is used.
func (e *evaluator) pathBetween(fi *fileInfo, n, use ast.Node) path {
	around := map[string]bool{}
	id := func(c condition) string { return c.guard.Cond + strconv.FormatBool(c.guard.Branch) }
	if use != nil {
		if uf := e.u.at(use); uf != nil {
			for _, c := range e.conditions(uf, use, nil) {
				around[id(c)] = true
			}
		}
	}
	var p path
	for _, c := range e.parsing().conditions(fi, n, nil) {
		if !around[id(c)] {
			p.add(c)
		}
	}
	return p
}

// parsing is the evaluator for conditions that choose a value, where an error of
// parsing an option means that nobody set it. Around a switch itself an error
// decides nothing.
func (e *evaluator) parsing() *evaluator {
	p := *e
	p.parseErrors = true
	return &p
}

// condition is one condition on the way to a node. settled: it is a constant;
// never: one that keeps the node from running.
type condition struct {
	guard          ir.Guard
	settled, never bool
}

// conditions climbs from n to fn (or the enclosing declaration) and collects
// every condition on the way, outermost first.
func (e *evaluator) conditions(fi *fileInfo, n, fn ast.Node) []condition {
	var out []condition
	add := func(c condition) { out = append(out, c) }
	for child, p := n, fi.parents[n]; p != nil && child != fn; child, p = p, fi.parents[p] {
		switch p := p.(type) {
		case *ast.IfStmt:
			if child == ast.Node(p.Body) {
				add(e.cond(fi, p.Cond, true))
			} else if child == p.Else {
				add(e.cond(fi, p.Cond, false))
			}
		case *ast.BinaryExpr:
			// The right side of && and || runs under the left one.
			if child == ast.Node(p.Y) && (p.Op == token.LAND || p.Op == token.LOR) {
				add(e.cond(fi, p.X, p.Op == token.LAND))
			}
		case *ast.BlockStmt:
			e.early(fi, p.List, child, add)
		case *ast.CaseClause:
			e.early(fi, p.Body, child, add)
			if c, ok := e.caseCond(fi, p, child); ok {
				add(c)
			}
		case *ast.CommClause:
			e.early(fi, p.Body, child, add)
			add(condition{guard: ir.Guard{Cond: "select@" + strconv.Itoa(int(p.Pos()))}})
		case *ast.ForStmt, *ast.RangeStmt:
			add(condition{guard: ir.Guard{Cond: "loop@" + strconv.Itoa(int(p.Pos()))}})
		case *ast.FuncDecl:
			reverse(out)
			return out
		}
	}
	reverse(out)
	return out
}

func reverse(cs []condition) {
	for i, j := 0, len(cs)-1; i < j; i, j = i+1, j-1 {
		cs[i], cs[j] = cs[j], cs[i]
	}
}

// early adds the conditions whose branch left the block before child: what
// stands behind "if c { return }" runs only when c is false.
func (e *evaluator) early(fi *fileInfo, list []ast.Stmt, child ast.Node, add func(condition)) {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Pos() >= child.Pos() {
			continue
		}
		s, ok := list[i].(*ast.IfStmt)
		if !ok {
			if sw, ok := list[i].(*ast.SwitchStmt); ok {
				e.earlySwitch(fi, sw, add)
			}
			continue
		}
		thenLeaves := leaves(s.Body.List)
		elseLeaves := false
		if b, ok := s.Else.(*ast.BlockStmt); ok {
			elseLeaves = leaves(b.List)
		}
		if thenLeaves && !elseLeaves {
			add(e.cond(fi, s.Cond, false))
		} else if elseLeaves && !thenLeaves {
			add(e.cond(fi, s.Cond, true))
		}
	}
}

// earlySwitch treats a switch whose clauses return like a chain of
// early returns.
func (e *evaluator) earlySwitch(fi *fileInfo, sw *ast.SwitchStmt, add func(condition)) {
	for _, s := range sw.Body.List {
		cc := s.(*ast.CaseClause)
		if !leaves(cc.Body) || leavesOnlySwitch(cc.Body) {
			continue
		}
		if c, ok := e.caseCond(fi, cc, nil); ok {
			c.guard.Branch = !c.guard.Branch
			c.guard.Default = c.guard.Default.Not()
			c.never = c.settled && !c.never
			c.guard.Text = "not " + c.guard.Text
			add(c)
		}
	}
}

// leaves reports whether a list of statements never reaches its end.
func leaves(list []ast.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	switch s := list[len(list)-1].(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	case *ast.BlockStmt:
		return leaves(s.List)
	case *ast.IfStmt:
		b, ok := s.Else.(*ast.BlockStmt)
		return ok && leaves(s.Body.List) && leaves(b.List)
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		switch f := call.Fun.(type) {
		case *ast.Ident:
			return f.Name == "panic" || strings.HasPrefix(strings.ToLower(f.Name), "fatal") || strings.HasPrefix(strings.ToLower(f.Name), "die")
		case *ast.SelectorExpr:
			switch f.Sel.Name {
			case "Exit", "Goexit", "Panic", "Panicf", "Panicln", "Fatal", "Fatalf", "Fatalln", "FailNow", "Skip", "Skipf", "SkipNow":
				return true
			}
		}
	}
	return false
}

// leavesOnlySwitch reports whether a clause ends in a break or fallthrough of its
// own switch: what stands behind the switch runs nevertheless.
func leavesOnlySwitch(body []ast.Stmt) bool {
	b, ok := body[len(body)-1].(*ast.BranchStmt)
	return ok && (b.Tok == token.FALLTHROUGH || b.Tok == token.BREAK && b.Label == nil)
}

// cond lowers a condition; branch false means that the node runs when it fails.
func (e *evaluator) cond(fi *fileInfo, x ast.Expr, branch bool) condition {
	text := strings.Join(strings.Fields(fi.text(x)), " ")
	c := condition{guard: ir.Guard{
		Cond: fi.name + "@" + strconv.Itoa(int(x.Pos())) + ":" + strconv.Itoa(int(x.End())), Branch: branch, Text: text,
	}}
	if !branch {
		c.guard.Text = "!(" + text + ")"
	}
	v := e.value(x)
	if len(v.Options) == 0 && !v.Known {
		// A text in it that names the switch: q.Has("skip_verify").
		if key := e.namesSwitch(x); key != "" {
			v.Options = []ir.Option{{Kind: "setting", Name: key}}
		}
	}
	e.fill(&c, v, branch)
	if branch && asksLocal(x) {
		c.guard.Local = true
	} else if len(v.Options) == 0 && !c.settled {
		c.guard.Unsure = e.unsure(x)
	}
	return c
}

// namesSwitch is the first text in an expression that names such a switch.
func (e *evaluator) namesSwitch(x ast.Expr) string {
	key := ""
	ast.Inspect(x, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && key == "" {
			if s, err := strconv.Unquote(lit.Value); err == nil && saysSo.MatchString(s) && !strings.ContainsAny(s, " \n") {
				key = s
			}
		}
		return key == ""
	})
	return key
}

// asksLocal reports whether a condition that holds says that the other side is
// this machine. A negation inside it says the opposite.
func asksLocal(x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.UnaryExpr:
			return n.Op != token.NOT
		case *ast.BinaryExpr:
			return n.Op != token.NEQ && n.Op != token.LOR
		case *ast.Ident:
			found = found || localNames.MatchString(n.Name)
		case *ast.BasicLit:
			found = found || n.Value == `"localhost"` || n.Value == `"127.0.0.1"`
		}
		return !found
	})
	return found
}

// callerGuards are the option conditions around every call of the unexported
// function that a node stands in: whoever gets there has asked for it. None when
// some call is unconditional, when the function is used otherwise, or when
// neither its name nor a condition says that it is about verification: an option
// that only chooses whether to connect at all excuses nothing.
func (u *Unit) callerGuards(fi *fileInfo, at ast.Node) []ir.Guard {
	decl := fi.enclosingDecl(at)
	if decl == nil || ast.IsExported(decl.Name.Name) || decl.Name.Name == "init" || decl.Name.Name == "main" {
		return nil
	}
	obj := u.Info.Defs[decl.Name]
	uses := u.usesOf(obj)
	if obj == nil || len(uses) == 0 || len(uses) > 8 {
		return nil
	}
	var out []ir.Guard
	for _, id := range uses {
		uf := u.at(id)
		if uf == nil {
			return nil
		}
		if strings.HasSuffix(uf.name, "_test.go") && !strings.HasSuffix(fi.name, "_test.go") {
			continue
		}
		call := ast.Node(id)
		if sel, ok := uf.parents[id].(*ast.SelectorExpr); ok {
			call = sel
		}
		c, ok := uf.parents[call].(*ast.CallExpr)
		if !ok || ast.Node(c.Fun) != call || uf.enclosingDecl(c) == decl {
			return nil
		}
		gs, dead := u.guards(uf, c)
		if dead {
			continue
		}
		named := saysSo.MatchString(decl.Name.Name)
		gs = slices.DeleteFunc(gs, func(g ir.Guard) bool { return len(g.Options) == 0 || !named && !saysSo.MatchString(g.Text) })
		if len(gs) == 0 {
			return nil
		}
		out = append(out, gs...)
	}
	return out
}

func (e *evaluator) fill(c *condition, v ir.Value, branch bool) {
	if v.Known && v.Const.Kind == ir.Bool {
		c.settled, c.never = true, v.Const.Bool != branch
		return
	}
	c.guard.Options = v.Options
	c.guard.Default = truth(v)
	if !branch {
		c.guard.Default = c.guard.Default.Not()
	}
}

// unsure reports whether a condition without options might hide one: anything
// but the kinds that are known to decide nothing (nil, error, length, type,
// platform, loop).
func (e *evaluator) unsure(x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.UnaryExpr:
		return e.unsure(x.X)
	case *ast.BinaryExpr:
		switch x.Op {
		case token.LAND, token.LOR:
			return e.unsure(x.X) && e.unsure(x.Y)
		case token.EQL, token.NEQ, token.LSS, token.GTR, token.LEQ, token.GEQ:
			return false
		}
	case *ast.CallExpr:
		// A call whose body is elsewhere and that reads nothing we know.
		_, builtin := e.u.Info.Uses[calledIdent(x)].(*types.Builtin)
		name, _ := e.u.callee(x)
		return !builtin && !isStd(name)
	case *ast.Ident:
		v, ok := e.u.Info.Uses[x].(*types.Var)
		return ok && !notOptions.MatchString(x.Name) && v.Pkg() != nil && mayBeBool(v.Type())
	}
	return false
}

// calledIdent is the name of what is called, seen through instantiation.
func calledIdent(x *ast.CallExpr) *ast.Ident {
	switch f := generic(ast.Unparen(x.Fun)).(type) {
	case *ast.Ident:
		return f
	case *ast.SelectorExpr:
		return f.Sel
	}
	return nil
}

func generic(fun ast.Expr) ast.Expr {
	switch f := fun.(type) {
	case *ast.IndexExpr:
		return f.X
	case *ast.IndexListExpr:
		return f.X
	}
	return fun
}

// caseCond is the condition under which a switch clause runs.
func (e *evaluator) caseCond(fi *fileInfo, cc *ast.CaseClause, child ast.Node) (condition, bool) {
	if child != nil {
		inBody := false
		for _, s := range cc.Body {
			inBody = inBody || ast.Node(s) == child
		}
		if !inBody {
			return condition{}, false
		}
	}
	body, _ := fi.parents[cc].(*ast.BlockStmt)
	sw, ok := fi.parents[body].(*ast.SwitchStmt)
	at := fi.name + "@" + strconv.Itoa(int(cc.Pos()))
	if !ok {
		return condition{guard: ir.Guard{Cond: at}}, true // a type switch
	}
	c := condition{guard: ir.Guard{Cond: at, Branch: true}}
	if len(cc.List) == 0 {
		// default: none of the others.
		var v ir.Value
		none := ir.Yes
		for _, s := range sw.Body.List {
			other := s.(*ast.CaseClause)
			if other == cc {
				continue
			}
			o := e.clause(sw, other)
			v.Options = join(v.Options, o.Options)
			switch truth(o) {
			case ir.Yes:
				none = ir.No
			case ir.Maybe:
				if none == ir.Yes {
					none = ir.Maybe
				}
			}
		}
		c.guard.Options, c.guard.Default, c.guard.Text = v.Options, none, "default"
		return c, true
	}
	v := e.clause(sw, cc)
	e.fill(&c, v, true)
	var parts []string
	for _, x := range cc.List {
		parts = append(parts, strings.Join(strings.Fields(fi.text(x)), " "))
	}
	c.guard.Text = strings.Join(parts, ", ")
	if sw.Tag != nil {
		c.guard.Text = strings.Join(strings.Fields(fi.text(sw.Tag)), " ") + " == " + c.guard.Text
	}
	return c, true
}

func (e *evaluator) clause(sw *ast.SwitchStmt, cc *ast.CaseClause) ir.Value {
	var v ir.Value
	for i, x := range cc.List {
		var one ir.Value
		if sw.Tag == nil {
			one = e.value(x)
		} else {
			one = e.equal(sw.Tag, x)
			if key := e.namesSwitch(x); key != "" && len(one.Options) == 0 && !one.Known {
				no := boolConst(false, ir.Place{})
				one = option("setting", key, &no)
			}
		}
		if i == 0 {
			v = one
		} else {
			v = logic(token.LOR, v, one)
		}
	}
	return v
}
