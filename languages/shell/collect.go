package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// scope is a part of a script that runs or does not as a whole.
type scope struct {
	up *scope
	// cond must hold (branch true) or not hold for the scope to run; nil = none.
	cond   *condition
	branch bool
	fn     *function
	loop   bool
	guards *guardList
}

// within reports whether o is s or a part of it.
func (s *scope) within(o *scope) bool {
	for ; o != nil; o = o.up {
		if o == s {
			return true
		}
	}
	return false
}

// inLoop reports whether s and o share a loop.
func (s *scope) inLoop(o *scope) bool {
	for x := s; x != nil; x = x.up {
		if x.loop && x.within(o) {
			return true
		}
	}
	return false
}

// condition is what decides whether a scope runs.
type condition struct {
	stmts []*syntax.Stmt // a list of commands; the last one decides
	// A case: the word, the patterns of this arm and those of the arms before.
	word   *syntax.Word
	arm    []*syntax.Word
	before []*syntax.Word

	src   *source
	base  int
	scope *scope
	order int
	// leaves says that the script ends where the other side of the condition holds.
	leaves bool
}

// function is a function of the script and where it is called.
type function struct {
	name     string
	commands []*command
	shifts   []int // orders of shift statements
	calls    []*scope
	busy     bool
}

// assignment is a write to a variable.
type assignment struct {
	name   string
	assign *syntax.Assign
	append bool
	src    *source
	base   int
	scope  *scope
	order  int
	// raw is the value where there is no syntax: a variable of the document.
	raw word
	// words are what set -- writes; fallback is the text of ${X:=text}, which is
	// written where nothing else was.
	words    []*syntax.Word
	fallback *syntax.Word
	// flag says that the variable is one of getopts, or of a loop over "$@".
	flag bool
	// input says that nobody can tell the value: read, mapfile, a loop variable.
	input  bool
	option *option
	busy   bool
	// said and holds remember what was found out about the value.
	keeps *bool // whether it keeps what was there
	said  *answer
	holds *candidate
}

// command is a simple command with what stands around it.
type command struct {
	call   *syntax.CallExpr
	src    *source
	base   int
	scope  *scope
	order  int
	redirs []*syntax.Redirect
	// to is the command that reads its output, nil when none does.
	to *command
	// stmt is the statement that it is.
	stmt *syntax.Stmt
}

// export is a variable that a command exports.
type export struct {
	name   string
	assign *syntax.Assign // nil when only the name is given
	src    *source
	base   int
	scope  *scope
	order  int
	alone  bool // the statement does nothing else
	stmt   *syntax.Stmt
}

type collector struct {
	*lowerer
	src  *source
	base int
}

// script collects the statements of a script.
func (l *lowerer) script(src *source, up *scope) {
	if src.depth > 4 || len(src.text.S) == 0 {
		return
	}
	chunks, faults, err := parse(src.text.S, src.dialect)
	if err != nil {
		if l.err == nil && src.depth == 0 {
			l.err = err
		}
		return
	}
	l.faults += faults
	if up == nil {
		up = &scope{}
	}
	for _, c := range chunks {
		w := &collector{lowerer: l, src: src, base: c.base}
		w.stmts(c.stmts, up)
		if src.depth == 0 && l.keepComments {
			l.chunks = append(l.chunks, c)
		}
	}
}

// stmts collects a list of statements. What stands behind an exit that a condition
// guards runs only where the condition does not hold.
func (c *collector) stmts(list []*syntax.Stmt, sc *scope) {
	for _, s := range list {
		c.stmt(s, sc)
		if cond, branch := c.leaves(s, sc); cond != nil {
			sc = &scope{up: sc, cond: cond, branch: branch, fn: sc.fn}
		}
	}
}

// leaves reports on which side of a condition what follows a statement runs, when
// the other side leaves: "[ -n "$X" ] || exit".
func (c *collector) leaves(s *syntax.Stmt, sc *scope) (*condition, bool) {
	switch cmd := s.Cmd.(type) {
	case *syntax.IfClause:
		if cmd.Else == nil && exits(cmd.Then) {
			cond := c.condOf(cmd.Cond, sc)
			cond.leaves = true
			return cond, false
		}
	case *syntax.BinaryCmd:
		if (cmd.Op == syntax.AndStmt || cmd.Op == syntax.OrStmt) && exits([]*syntax.Stmt{cmd.Y}) {
			cond := c.condOf([]*syntax.Stmt{cmd.X}, sc)
			cond.leaves = true
			return cond, cmd.Op == syntax.OrStmt
		}
	}
	return nil, false
}

// exits reports whether a list always leaves the script or function.
func exits(list []*syntax.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	switch cmd := list[len(list)-1].Cmd.(type) {
	case *syntax.CallExpr:
		if len(cmd.Args) > 0 {
			switch cmd.Args[0].Lit() {
			case "exit", "return", "die", "fatal", "abort", "continue", "break":
				return true
			}
		}
	case *syntax.Block:
		return exits(cmd.Stmts)
	}
	return false
}

func (c *collector) condOf(list []*syntax.Stmt, sc *scope) *condition {
	c.order++
	return &condition{stmts: list, src: c.src, base: c.base, scope: sc, order: c.order}
}

func (c *collector) stmt(s *syntax.Stmt, sc *scope) *command {
	if s == nil {
		return nil
	}
	c.order++
	for _, r := range s.Redirs {
		c.inner(r.Word, sc)
		c.inner(r.Hdoc, sc)
	}
	switch cmd := s.Cmd.(type) {
	case *syntax.CallExpr:
		return c.call(cmd, s, sc)
	case *syntax.DeclClause:
		c.decl(cmd, s, sc)
	case *syntax.Block:
		c.redirected(s, sc)
		c.stmts(cmd.Stmts, sc)
	case *syntax.Subshell:
		c.stmts(cmd.Stmts, &scope{up: sc, fn: sc.fn})
	case *syntax.IfClause:
		c.ifClause(cmd, sc)
	case *syntax.WhileClause:
		in := &scope{up: sc, fn: sc.fn, loop: true}
		c.stmts(cmd.Cond, in)
		if !cmd.Until {
			in = &scope{up: in, fn: sc.fn, cond: c.condOf(cmd.Cond, sc), branch: true}
		}
		c.stmts(cmd.Do, in)
	case *syntax.ForClause:
		in := &scope{up: sc, fn: sc.fn, loop: true}
		if it, ok := cmd.Loop.(*syntax.WordIter); ok && it.Name != nil {
			a := &assignment{name: it.Name.Value, src: c.src, base: c.base, scope: in, order: c.order, input: true}
			a.flag = !it.InPos.IsValid()
			for _, w := range it.Items {
				c.inner(w, sc)
				a.flag = a.flag || len(w.Parts) == 1 && strings.Contains(c.raw(w), "$@")
			}
			c.vars[a.name] = append(c.vars[a.name], a)
		}
		c.stmts(cmd.Do, in)
	case *syntax.CaseClause:
		c.inner(cmd.Word, sc)
		var before []*syntax.Word
		for _, item := range cmd.Items {
			c.order++
			cond := &condition{word: cmd.Word, arm: item.Patterns, before: before[:len(before):len(before)], src: c.src, base: c.base, scope: sc, order: c.order}
			c.stmts(item.Stmts, &scope{up: sc, fn: sc.fn, cond: cond, branch: true})
			if len(before) < 256 {
				before = append(before, item.Patterns...)
			}
		}
	case *syntax.BinaryCmd:
		x := c.stmt(cmd.X, sc)
		switch cmd.Op {
		case syntax.AndStmt, syntax.OrStmt:
			in := &scope{up: sc, fn: sc.fn, cond: c.condOf([]*syntax.Stmt{cmd.X}, sc), branch: cmd.Op == syntax.AndStmt}
			c.stmt(cmd.Y, in)
			return nil
		}
		y := c.stmt(cmd.Y, sc)
		if x != nil {
			x.to = y
		}
		return y
	case *syntax.FuncDecl:
		fn := &function{}
		if cmd.Name != nil {
			fn.name = cmd.Name.Value
		} else if len(cmd.Names) > 0 {
			fn.name = cmd.Names[0].Value
		}
		c.funcs[fn.name] = fn
		c.stmt(cmd.Body, &scope{up: sc, fn: fn})
	case *syntax.TimeClause:
		return c.stmt(cmd.Stmt, sc)
	case *syntax.CoprocClause:
		return c.stmt(cmd.Stmt, sc)
	case *syntax.TestDecl:
		c.stmt(cmd.Body, &scope{up: sc, fn: sc.fn})
	case *syntax.TestClause, *syntax.ArithmCmd, *syntax.LetClause:
		c.inner(cmd, sc)
	}
	return nil
}

// redirected keeps "{ echo …; echo …; } > file": each echo writes to the file.
func (c *collector) redirected(s *syntax.Stmt, _ *scope) {
	if len(s.Redirs) == 0 {
		return
	}
	if b, ok := s.Cmd.(*syntax.Block); ok {
		for _, x := range b.Stmts {
			if _, ok := x.Cmd.(*syntax.CallExpr); ok && len(x.Redirs) == 0 {
				x.Redirs = s.Redirs
			}
		}
	}
}

func (c *collector) ifClause(cmd *syntax.IfClause, sc *scope) {
	for cmd != nil {
		if len(cmd.Cond) == 0 { // else
			c.stmts(cmd.Then, &scope{up: sc, fn: sc.fn})
			return
		}
		c.stmts(cmd.Cond, sc)
		cond := c.condOf(cmd.Cond, sc)
		c.stmts(cmd.Then, &scope{up: sc, fn: sc.fn, cond: cond, branch: true})
		sc = &scope{up: sc, fn: sc.fn, cond: cond, branch: false}
		cmd = cmd.Else
	}
}

// inner collects the commands that stand in words.
func (c *collector) inner(n syntax.Node, sc *scope) {
	if n == nil {
		return
	}
	if w, ok := n.(*syntax.Word); ok {
		if w == nil || len(w.Parts) == 1 && isLit(w.Parts[0]) {
			return
		}
	}
	syntax.Walk(n, func(x syntax.Node) bool {
		switch x := x.(type) {
		case *syntax.CmdSubst:
			c.stmts(x.Stmts, &scope{up: sc, fn: sc.fn})
			return false
		case *syntax.ProcSubst:
			c.stmts(x.Stmts, &scope{up: sc, fn: sc.fn})
			return false
		case *syntax.ParamExp:
			if x.Exp != nil && x.Param != nil && x.Exp.Word != nil && (x.Exp.Op == syntax.AssignUnset || x.Exp.Op == syntax.AssignUnsetOrNull) && len(c.vars[x.Param.Value]) < 512 {
				c.vars[x.Param.Value] = append(c.vars[x.Param.Value], &assignment{
					name: x.Param.Value, fallback: x.Exp.Word, append: true, src: c.src, base: c.base, scope: sc, order: c.order,
				})
			}
		}
		return true
	})
}

func isLit(p syntax.WordPart) bool {
	_, ok := p.(*syntax.Lit)
	return ok
}

// raw is the text of a node.
func (c *collector) raw(n syntax.Node) string { return rawOf(n, c.src, c.base) }

func rawOf(n syntax.Node, src *source, base int) string {
	s, e := offset(n.Pos(), src, base), offset(n.End(), src, base)
	if s > e {
		return ""
	}
	return src.text.S[s:e]
}

// offset is where a position stands in its source's text.
func offset(p syntax.Pos, src *source, base int) int {
	if !p.IsValid() {
		return len(src.text.S)
	}
	return min(base+int(p.Offset()), len(src.text.S))
}

func (c *collector) assigns(list []*syntax.Assign, sc *scope) {
	for _, a := range list {
		if a == nil || a.Name == nil {
			continue
		}
		c.inner(a.Value, sc)
		if a.Array != nil {
			for _, e := range a.Array.Elems {
				c.inner(e.Value, sc)
			}
		}
		if a.Naked && a.Value == nil && a.Array == nil {
			continue
		}
		x := &assignment{name: a.Name.Value, assign: a, append: a.Append, src: c.src, base: c.base, scope: sc, order: c.order}
		if len(c.vars[x.name]) < 512 {
			c.vars[x.name] = append(c.vars[x.name], x)
		}
	}
}

func (c *collector) decl(d *syntax.DeclClause, s *syntax.Stmt, sc *scope) {
	c.assigns(d.Args, sc)
	exported := d.Variant != nil && d.Variant.Value == "export"
	for _, a := range d.Args {
		if a != nil && a.Name == nil && a.Value != nil {
			if f := a.Value.Lit(); strings.HasPrefix(f, "-") && strings.Contains(f, "x") && d.Variant != nil && d.Variant.Value != "local" {
				exported = true
			} else if d.Variant != nil && d.Variant.Value == "export" && strings.HasPrefix(f, "-") && strings.Contains(f, "n") {
				return
			}
		}
	}
	if !exported {
		return
	}
	n := 0
	for _, a := range d.Args {
		if a != nil && a.Name != nil {
			n++
		}
	}
	for _, a := range d.Args {
		if a == nil || a.Name == nil {
			continue
		}
		e := &export{name: a.Name.Value, src: c.src, base: c.base, scope: sc, order: c.order, alone: n == 1, stmt: s}
		if !a.Naked {
			e.assign = a
		}
		c.exports = append(c.exports, e)
	}
}

func (c *collector) call(call *syntax.CallExpr, s *syntax.Stmt, sc *scope) *command {
	for _, w := range call.Args {
		c.inner(w, sc)
	}
	if len(call.Args) == 0 {
		c.assigns(call.Assigns, sc)
		for _, a := range call.Assigns {
			if a.Name != nil && a.Array == nil && c.setOf(a.Name.Value) {
				c.bare = append(c.bare, &export{name: a.Name.Value, assign: a, src: c.src, base: c.base, scope: sc, order: c.order, alone: len(call.Assigns) == 1, stmt: s})
			}
		}
		return nil
	}
	for _, a := range call.Assigns {
		c.inner(a.Value, sc)
	}
	cmd := &command{call: call, src: c.src, base: c.base, scope: sc, order: c.order, redirs: s.Redirs, stmt: s}
	c.commands = append(c.commands, cmd)
	name := call.Args[0].Lit()
	if sc.fn != nil {
		if name == "shift" {
			n := 1
			if len(call.Args) > 1 {
				if v := call.Args[1].Lit(); len(v) == 1 && v[0] >= '1' && v[0] <= '9' {
					n = int(v[0] - '0')
				}
			}
			for range n {
				sc.fn.shifts = append(sc.fn.shifts, c.order)
			}
		}
		if len(sc.fn.commands) < 64 {
			sc.fn.commands = append(sc.fn.commands, cmd)
		}
	}
	switch name {
	case "getopts", "read":
		for i, w := range call.Args[1:] {
			if v := w.Lit(); syntax.ValidName(v) && (name == "read" || i == 1) {
				c.vars[v] = append(c.vars[v], &assignment{name: v, src: c.src, base: c.base, scope: sc, order: c.order, input: true, flag: name == "getopts"})
			}
		}
	case ":", "true":
		// ": ${X:=text}" is X="${X:-text}".
		for _, w := range call.Args[1:] {
			syntax.Walk(w, func(n syntax.Node) bool {
				p, ok := n.(*syntax.ParamExp)
				if ok && p.Param != nil && p.Exp != nil && (p.Exp.Op == syntax.AssignUnset || p.Exp.Op == syntax.AssignUnsetOrNull) && len(c.vars[p.Param.Value]) < 512 {
					a := &syntax.Assign{Name: p.Param, Value: &syntax.Word{Parts: []syntax.WordPart{p}}}
					c.vars[p.Param.Value] = append(c.vars[p.Param.Value], &assignment{name: p.Param.Value, assign: a, src: c.src, base: c.base, scope: sc, order: c.order})
				}
				return true
			})
		}
	case "export":
		// Only where something stands before it: "command export".
	case "set":
		if len(call.Args) > 1 && call.Args[1].Lit() == "--" && len(c.vars["@"]) < 512 {
			c.vars["@"] = append(c.vars["@"], &assignment{name: "@", words: call.Args[2:], src: c.src, base: c.base, scope: sc, order: c.order})
			return cmd
		}
		for i, w := range call.Args[1:] {
			if v := w.Lit(); strings.HasPrefix(v, "-") && strings.Contains(v, "a") && !strings.HasPrefix(v, "--") || v == "allexport" && i > 0 {
				c.exported = true
			}
		}
	}
	return cmd
}
