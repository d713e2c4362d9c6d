package lowering

import (
	"go/ast"
	"go/token"
	"go/types"
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
		if len(c.guard.Options) > 0 || c.guard.Unsure {
			gs = append(gs, c.guard)
		}
	}
	return gs, false
}

// guardsOf is guards up to the function fn, and whether any condition at all,
// option or not, stands between.
func (e *evaluator) guardsOf(fi *fileInfo, n, fn ast.Node) (gs []ir.Guard, conditional bool) {
	for _, c := range e.conditions(fi, n, fn) {
		conditional = true
		if len(c.guard.Options) > 0 {
			gs = append(gs, c.guard)
		}
	}
	return gs, conditional
}

// guardsBetween is guardsOf for a write, less the conditions that also hold
// where the value is used.
func (e *evaluator) guardsBetween(fi *fileInfo, n, use ast.Node) (gs []ir.Guard, conditional bool) {
	around := map[string]bool{}
	if use != nil {
		if uf := e.u.at(use); uf != nil {
			for _, c := range e.conditions(uf, use, nil) {
				around[c.guard.Cond+strconv.FormatBool(c.guard.Branch)] = true
			}
		}
	}
	for _, c := range e.conditions(fi, n, nil) {
		if around[c.guard.Cond+strconv.FormatBool(c.guard.Branch)] {
			continue
		}
		conditional = true
		if len(c.guard.Options) > 0 {
			gs = append(gs, c.guard)
		}
	}
	return gs, conditional
}

type condition struct {
	guard ir.Guard
	never bool
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

// earlySwitch treats a switch without a tag whose clauses return like a chain of
// early returns.
func (e *evaluator) earlySwitch(fi *fileInfo, sw *ast.SwitchStmt, add func(condition)) {
	for _, s := range sw.Body.List {
		cc := s.(*ast.CaseClause)
		if !leaves(cc.Body) || len(cc.List) == 0 || leavesOnlySwitch(cc.Body) {
			continue
		}
		if c, ok := e.caseCond(fi, cc, nil); ok {
			c.guard.Branch = !c.guard.Branch
			c.guard.Default = c.guard.Default.Not()
			c.never = false
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
	e.fill(&c, v, branch)
	if len(v.Options) == 0 && !c.never {
		c.guard.Unsure = e.unsure(x)
	}
	return c
}

func (e *evaluator) fill(c *condition, v ir.Value, branch bool) {
	if v.Known && v.Const.Kind == ir.Bool {
		c.never = v.Const.Bool != branch
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

func calledIdent(x *ast.CallExpr) *ast.Ident {
	switch f := ast.Unparen(x.Fun).(type) {
	case *ast.Ident:
		return f
	case *ast.SelectorExpr:
		return f.Sel
	}
	return nil
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
		}
		if i == 0 {
			v = one
		} else {
			v = logic(token.LOR, v, one)
		}
	}
	return v
}
