package shell

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/pattern"
)

// guardList is what the conditions around a scope amount to.
type guardList struct{ list []ir.Guard }

// guardsOf are the conditions around a scope that somebody decides, outermost first.
func (l *lowerer) guardsOf(s *scope) []ir.Guard {
	if s == nil {
		return l.outer
	}
	if s.guards != nil {
		return s.guards.list
	}
	s.guards = &guardList{} // a question that leads back here has no answer
	// Scopes nest as deeply as the script does.
	var chain []*scope
	top := s
	for ; top != nil && (top == s || top.guards == nil); top = top.up {
		chain = append(chain, top)
	}
	list := l.outer
	if top != nil {
		list = top.guards.list
	}
	for i := len(chain) - 1; i >= 0; i-- {
		x := chain[i]
		if x.fn != nil && (x.up == nil || x.up.fn != x.fn) {
			list = join(list, l.callGuards(x.fn))
		}
		if x.cond != nil && len(list) < 32 {
			if g, ok := l.guard(x.cond, x.branch); ok {
				list = join(list, []ir.Guard{g})
			}
		}
		x.guards = &guardList{list}
	}
	return s.guards.list
}

// join adds guards that are not there yet.
func join(list, more []ir.Guard) []ir.Guard {
	for _, g := range more {
		if !slices.ContainsFunc(list, func(o ir.Guard) bool { return o.Cond == g.Cond && o.Branch == g.Branch }) {
			list = append(list[:len(list):len(list)], g)
		}
	}
	return list
}

// callGuards are the conditions under which a function is called, where every call
// of it has one.
func (l *lowerer) callGuards(fn *function) []ir.Guard {
	if fn.busy || len(fn.calls) == 0 {
		return nil
	}
	fn.busy = true
	defer func() { fn.busy = false }()
	var first []ir.Guard
	for i, sc := range fn.calls {
		g := l.guardsOf(sc)
		if len(g) == 0 {
			return nil
		}
		if i == 0 {
			first = g
		}
	}
	return first
}

// guard says who decides a condition; ok is false where nobody does.
func (l *lowerer) guard(c *condition, branch bool) (ir.Guard, bool) {
	g := ir.Guard{Cond: fmt.Sprintf("%d", c.order), Branch: branch}
	var v verdict
	if c.word != nil {
		v = l.caseVerdict(c)
		var pats []string
		for _, p := range c.arm {
			pats = append(pats, rawOf(p, c.src, c.base))
		}
		g.Text = rawOf(c.word, c.src, c.base) + " is " + strings.Join(pats, " or ")
	} else {
		if len(c.stmts) == 0 {
			return g, false
		}
		last := c.stmts[len(c.stmts)-1]
		v = l.stmtVerdict(last, c, 0)
		if c.leaves && asksPresence(last) {
			return g, false // what a script needs is no option of it
		}
		g.Text = strings.TrimRight(clip(rawOf(last, c.src, c.base)), "; ")
	}
	if len(v.options) == 0 {
		g.Local = v.local && branch
		return g, g.Local
	}
	g.Options, g.Default, g.Local = v.options, v.holds, v.local && branch
	if !branch {
		g.Default = g.Default.Not()
		g.Text = "not " + g.Text
	}
	return g, true
}

// asksPresence reports whether a condition only asks if something is given.
func asksPresence(s *syntax.Stmt) bool {
	switch cmd := s.Cmd.(type) {
	case *syntax.CallExpr:
		for _, w := range cmd.Args {
			if v := w.Lit(); v == "-z" || v == "-n" {
				return true
			}
		}
		return len(cmd.Args) == 3 && cmd.Args[2].Lit() == "]"
	case *syntax.TestClause:
		switch x := cmd.X.(type) {
		case *syntax.UnaryTest:
			return x.Op == syntax.TsEmpStr || x.Op == syntax.TsNempStr || x.Op == syntax.TsVarSet || x.Op == syntax.TsNot
		case *syntax.Word:
			return true
		case *syntax.BinaryTest:
			return x.Op == syntax.OrTest || x.Op == syntax.AndTest
		}
	case *syntax.BinaryCmd:
		return asksPresence(cmd.X) || asksPresence(cmd.Y)
	}
	return false
}

func clip(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 80 {
		s = s[:77] + "..."
	}
	return s
}

// verdict is what a condition asks, and whether it holds while nobody sets anything.
type verdict struct {
	options []ir.Option
	holds   ir.Tri
	local   bool
}

func (v verdict) not() verdict { v.holds = v.holds.Not(); v.local = false; return v }

func (l *lowerer) stmtVerdict(s *syntax.Stmt, c *condition, depth int) verdict {
	if s == nil || depth > 8 {
		return verdict{}
	}
	var v verdict
	switch cmd := s.Cmd.(type) {
	case *syntax.CallExpr:
		v = l.callVerdict(cmd, c)
	case *syntax.TestClause:
		v = l.testVerdict(cmd.X, c, depth)
	case *syntax.ArithmCmd:
		v = l.arithVerdict(cmd.X, c, depth)
	case *syntax.Block:
		if len(cmd.Stmts) > 0 {
			v = l.stmtVerdict(cmd.Stmts[len(cmd.Stmts)-1], c, depth+1)
		}
	case *syntax.Subshell:
		if len(cmd.Stmts) > 0 {
			v = l.stmtVerdict(cmd.Stmts[len(cmd.Stmts)-1], c, depth+1)
		}
	case *syntax.BinaryCmd:
		switch cmd.Op {
		case syntax.AndStmt:
			v = both(l.stmtVerdict(cmd.X, c, depth+1), l.stmtVerdict(cmd.Y, c, depth+1))
		case syntax.OrStmt:
			v = either(l.stmtVerdict(cmd.X, c, depth+1), l.stmtVerdict(cmd.Y, c, depth+1))
		case syntax.Pipe:
			// echo "$X" | grep -q y
			if x, ok := cmd.X.Cmd.(*syntax.CallExpr); ok && len(x.Args) == 2 && (x.Args[0].Lit() == "echo" || x.Args[0].Lit() == "printf") {
				if opts, _, _ := l.word(x.Args[1], c); len(opts) > 0 {
					v = verdict{options: opts, holds: ir.No}
				}
			}
		}
	}
	if s.Negated {
		v = v.not()
	}
	return v
}

func both(a, b verdict) verdict {
	v := verdict{options: union(a.options, b.options), local: a.local || b.local}
	switch {
	case len(a.options) > 0 && a.holds == ir.No || len(b.options) > 0 && b.holds == ir.No:
		v.holds = ir.No
	case (len(a.options) == 0 || a.holds == ir.Yes) && (len(b.options) == 0 || b.holds == ir.Yes):
		v.holds = ir.Yes
	}
	return v
}

func either(a, b verdict) verdict {
	v := verdict{options: union(a.options, b.options)}
	switch {
	case len(a.options) > 0 && a.holds == ir.Yes || len(b.options) > 0 && b.holds == ir.Yes:
		v.holds = ir.Yes
	case len(a.options) > 0 && a.holds == ir.No && len(b.options) > 0 && b.holds == ir.No:
		v.holds = ir.No
	case len(a.options) == 0 || len(b.options) == 0:
		return verdict{} // it runs without the option, too
	}
	return v
}

func union(a, b []ir.Option) []ir.Option {
	for _, o := range b {
		if !slices.Contains(a, o) {
			a = append(a[:len(a):len(a)], o)
		}
	}
	return a
}

// callVerdict reads [ … ], test …, $FLAG and true.
func (l *lowerer) callVerdict(call *syntax.CallExpr, c *condition) verdict {
	if len(call.Args) == 0 {
		return verdict{}
	}
	args := call.Args
	switch args[0].Lit() {
	case "[":
		args = args[1:]
		if n := len(args); n > 0 && args[n-1].Lit() == "]" {
			args = args[:n-1]
		}
	case "test":
		args = args[1:]
	case "":
		if opts, val, known := l.word(args[0], c); len(args) == 1 && len(opts) > 0 {
			return verdict{options: opts, holds: ir.TriOf(known && (val == "true" || val == ":"))}
		}
		return verdict{}
	default:
		return l.functionVerdict(args, c)
	}
	return l.testWords(args, c, 0)
}

// functionVerdict is about functions that only ask: is_insecure && …
func (l *lowerer) functionVerdict(args []*syntax.Word, c *condition) verdict {
	fn := l.funcs[args[0].Lit()]
	if fn == nil || fn.busy || len(fn.commands) != 1 || len(args) > 1 {
		return verdict{}
	}
	fn.busy = true
	defer func() { fn.busy = false }()
	cmd := fn.commands[0]
	if name := cmd.call.Args[0].Lit(); name != "[" && name != "test" {
		return verdict{}
	}
	return l.callVerdict(cmd.call, &condition{src: cmd.src, base: cmd.base, scope: cmd.scope, order: c.order})
}

func (l *lowerer) testWords(args []*syntax.Word, c *condition, depth int) verdict {
	if depth > 8 {
		return verdict{}
	}
	for i, a := range args {
		switch a.Lit() {
		case "-o":
			if i > 0 && i+1 < len(args) && (i != 1 || len(args) > 3) {
				return either(l.testWords(args[:i], c, depth+1), l.testWords(args[i+1:], c, depth+1))
			}
		}
	}
	for i, a := range args {
		if a.Lit() == "-a" && i > 0 && i+1 < len(args) {
			return both(l.testWords(args[:i], c, depth+1), l.testWords(args[i+1:], c, depth+1))
		}
	}
	if len(args) > 0 && args[0].Lit() == "!" {
		return l.testWords(args[1:], c, depth+1).not()
	}
	switch len(args) {
	case 1:
		return l.unary("-n", args[0], c)
	case 2:
		return l.unary(args[0].Lit(), args[1], c)
	case 3:
		return l.binary(args[1].Lit(), args[0], args[2], c)
	}
	return verdict{}
}

func (l *lowerer) unary(op string, w *syntax.Word, c *condition) verdict {
	opts, val, known := l.word(w, c)
	if op == "-v" {
		opts, val, known = l.variable(w.Lit(), c.scope, c.order)
		op = "-n"
	}
	if len(opts) == 0 {
		return verdict{}
	}
	v := verdict{options: opts}
	switch op {
	case "-n":
		v.holds = triIf(known, val != "")
	case "-z":
		v.holds = triIf(known, val == "")
	default:
		return verdict{} // files, terminals
	}
	return v
}

func triIf(known, holds bool) ir.Tri {
	if !known {
		return ir.Maybe
	}
	return ir.TriOf(holds)
}

func (l *lowerer) binary(op string, x, y *syntax.Word, c *condition) verdict {
	xo, xv, xk := l.word(x, c)
	yo, yv, yk := l.word(y, c)
	if len(yo) > 0 && len(xo) == 0 {
		xo, xv, xk, yo, yv, yk = yo, yv, yk, xo, xv, xk
	}
	v := verdict{local: (op == "=" || op == "==") && yk && yv != "" && !strings.HasPrefix(yv, "/") && pattern.IsLocal(yv)}
	if len(xo) == 0 {
		return v
	}
	if yk && len(xo) == 1 && xo[0].Kind == "parameter" && !strings.HasPrefix(yv, "-") && !boolish(yv) && !insecureWord(yv) {
		return v // which of its tasks a script does is no option
	}
	v.options = union(xo, yo)
	if !xk || !yk {
		if op == "=~" || op == "-eq" || op == "=" || op == "==" {
			v.holds = ir.Maybe
		}
		return v
	}
	switch op {
	case "=", "==":
		v.holds = ir.TriOf(globMatch(yv, xv))
	case "!=":
		v.holds = ir.TriOf(!globMatch(yv, xv))
	case "=~":
		v.holds = ir.TriOf(xv != "" && strings.Contains(yv, xv))
	case "-eq":
		v.holds = ir.TriOf(number(xv) == number(yv))
	case "-ne":
		v.holds = ir.TriOf(number(xv) != number(yv))
	case "-gt":
		v.holds = ir.TriOf(number(xv) > number(yv))
	case "-ge":
		v.holds = ir.TriOf(number(xv) >= number(yv))
	case "-lt":
		v.holds = ir.TriOf(number(xv) < number(yv))
	case "-le":
		v.holds = ir.TriOf(number(xv) <= number(yv))
	default:
		return verdict{}
	}
	return v
}

func boolish(s string) bool {
	switch strings.ToLower(s) {
	case "", "0", "1", "true", "false", "yes", "no", "y", "n", "on", "off":
		return true
	}
	return false
}

// insecureWord reports whether a word names what is switched off.
func insecureWord(s string) bool {
	s = strings.ToLower(s)
	return containsAny(s, "insecure", "unsafe", "noverify", "no-verify", "skip", "selfsigned", "self-signed", "no-check", "nossl")
}

func number(s string) int {
	n := 0
	for _, r := range strings.TrimSpace(s) {
		if r < '0' || r > '9' || n > 1<<20 {
			return n
		}
		n = n*10 + int(r-'0')
	}
	return n
}

func globMatch(glob, s string) bool {
	if glob == s {
		return true
	}
	if !strings.ContainsAny(glob, "*?[") || len(glob) > 256 {
		return false
	}
	ok, err := path.Match(strings.ReplaceAll(glob, "/", "_"), strings.ReplaceAll(s, "/", "_"))
	return err == nil && ok
}

func (l *lowerer) testVerdict(x syntax.TestExpr, c *condition, depth int) verdict {
	if depth > 16 {
		return verdict{}
	}
	switch x := x.(type) {
	case *syntax.ParenTest:
		return l.testVerdict(x.X, c, depth+1)
	case *syntax.Word:
		return l.unary("-n", x, c)
	case *syntax.UnaryTest:
		if x.Op == syntax.TsNot {
			return l.testVerdict(x.X, c, depth+1).not()
		}
		if w, ok := x.X.(*syntax.Word); ok {
			return l.unary(x.Op.String(), w, c)
		}
	case *syntax.BinaryTest:
		switch x.Op {
		case syntax.AndTest:
			return both(l.testVerdict(x.X, c, depth+1), l.testVerdict(x.Y, c, depth+1))
		case syntax.OrTest:
			return either(l.testVerdict(x.X, c, depth+1), l.testVerdict(x.Y, c, depth+1))
		}
		a, okA := x.X.(*syntax.Word)
		b, okB := x.Y.(*syntax.Word)
		if okA && okB {
			return l.binary(x.Op.String(), a, b, c)
		}
	}
	return verdict{}
}

func (l *lowerer) arithVerdict(x syntax.ArithmExpr, c *condition, depth int) verdict {
	if depth > 16 {
		return verdict{}
	}
	switch x := x.(type) {
	case *syntax.ParenArithm:
		return l.arithVerdict(x.X, c, depth+1)
	case *syntax.Word:
		opts, val, known := l.arithWord(x, c)
		if len(opts) == 0 {
			return verdict{}
		}
		return verdict{options: opts, holds: triIf(known, number(val) != 0)}
	case *syntax.UnaryArithm:
		if x.Op == syntax.Not {
			return l.arithVerdict(x.X, c, depth+1).not()
		}
	case *syntax.BinaryArithm:
		a, okA := x.X.(*syntax.Word)
		b, okB := x.Y.(*syntax.Word)
		switch x.Op {
		case syntax.AndArit:
			return both(l.arithVerdict(x.X, c, depth+1), l.arithVerdict(x.Y, c, depth+1))
		case syntax.OrArit:
			return either(l.arithVerdict(x.X, c, depth+1), l.arithVerdict(x.Y, c, depth+1))
		}
		if !okA || !okB {
			return verdict{}
		}
		ao, av, ak := l.arithWord(a, c)
		bo, bv, bk := l.arithWord(b, c)
		if len(ao)+len(bo) == 0 {
			return verdict{}
		}
		v := verdict{options: union(ao, bo)}
		if ak && bk {
			m, n := number(av), number(bv)
			switch x.Op {
			case syntax.Eql:
				v.holds = ir.TriOf(m == n)
			case syntax.Neq:
				v.holds = ir.TriOf(m != n)
			case syntax.Gtr:
				v.holds = ir.TriOf(m > n)
			case syntax.Lss:
				v.holds = ir.TriOf(m < n)
			case syntax.Geq:
				v.holds = ir.TriOf(m >= n)
			case syntax.Leq:
				v.holds = ir.TriOf(m <= n)
			}
		}
		return v
	}
	return verdict{}
}

// arithWord: in arithmetic a bare name is a variable.
func (l *lowerer) arithWord(w *syntax.Word, c *condition) ([]ir.Option, string, bool) {
	if name := w.Lit(); syntax.ValidName(name) {
		return l.variable(name, c.scope, c.order)
	}
	return l.word(w, c)
}

// caseVerdict says who decides which arm of a case runs.
func (l *lowerer) caseVerdict(c *condition) verdict {
	opts, val, known := l.word(c.word, c)
	if len(opts) == 0 {
		return verdict{}
	}
	pats := func(list []*syntax.Word) (out []string) {
		for _, p := range list {
			_, s, ok := l.word(p, c)
			if !ok {
				s = strings.Trim(rawOf(p, c.src, c.base), `"'`)
			}
			out = append(out, s)
		}
		return out
	}
	arm := pats(c.arm)
	matches := func(list []string) bool {
		return slices.ContainsFunc(list, func(p string) bool { return globMatch(p, val) })
	}
	only := func(kind string) bool {
		return !slices.ContainsFunc(opts, func(o ir.Option) bool { return o.Kind != kind })
	}
	if only("flag") {
		v := verdict{options: opts, holds: ir.No}
		for i, p := range arm {
			if i < 4 && !strings.Contains(p, "*") {
				v.options = union(v.options, []ir.Option{{Kind: "flag", Name: p}})
			}
		}
		return v
	}
	if only("parameter") && !slices.ContainsFunc(append(slices.Clone(arm), pats(c.before)...), func(p string) bool {
		return strings.HasPrefix(p, "-") || boolish(p) && p != "" || insecureWord(p)
	}) {
		return verdict{} // which of its tasks a script does
	}
	v := verdict{options: opts}
	if known {
		v.holds = ir.TriOf(matches(arm) && !matches(pats(c.before)))
	}
	return v
}

// word says which options a word of a condition reads, and what it is while nobody
// sets them.
func (l *lowerer) word(w *syntax.Word, c *condition) (opts []ir.Option, value string, known bool) {
	known = true
	var sb strings.Builder
	var walk func(parts []syntax.WordPart)
	walk = func(parts []syntax.WordPart) {
		for _, p := range parts {
			switch p := p.(type) {
			case *syntax.Lit:
				sb.WriteString(p.Value)
			case *syntax.SglQuoted:
				sb.WriteString(p.Value)
			case *syntax.DblQuoted:
				walk(p.Parts)
			case *syntax.ParamExp:
				o, v, k := l.paramValue(p, c)
				opts, known = union(opts, o), known && k
				sb.WriteString(v)
			case *syntax.ArithmExp, *syntax.CmdSubst:
				known = false
			default:
				known = false
			}
		}
	}
	if w == nil {
		return nil, "", false
	}
	walk(w.Parts)
	return opts, sb.String(), known
}

func (l *lowerer) paramValue(p *syntax.ParamExp, c *condition) ([]ir.Option, string, bool) {
	if p.Param == nil || p.Length || p.Excl || p.NestedParam != nil {
		return nil, "", false
	}
	opts, val, known := l.variable(p.Param.Value, c.scope, c.order)
	if p.Exp != nil && p.Exp.Word != nil {
		_, def, defKnown := l.word(p.Exp.Word, c)
		switch p.Exp.Op {
		case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull:
			if known && val == "" {
				val, known = def, defKnown
			}
		case syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
			if known && val != "" {
				val, known = def, defKnown
			}
		case syntax.LowerAll, syntax.LowerFirst:
			val = strings.ToLower(val)
		case syntax.UpperAll, syntax.UpperFirst:
			val = strings.ToUpper(val)
		}
	}
	return opts, val, known
}

// platform are variables that say where a script runs, not what somebody wants.
var platform = map[string]bool{
	"HOME": true, "PWD": true, "OLDPWD": true, "UID": true, "EUID": true, "USER": true, "SHELL": true, "OSTYPE": true, "HOSTTYPE": true, "MACHTYPE": true,
	"HOSTNAME": true, "RANDOM": true, "SECONDS": true, "LINENO": true, "PATH": true, "TERM": true, "IFS": true, "PPID": true, "SHLVL": true, "OPTIND": true,
	"BASH": true, "BASH_VERSION": true, "BASH_SOURCE": true, "BASH_VERSINFO": true, "ZSH_VERSION": true, "FUNCNAME": true, "PIPESTATUS": true, "REPLY": true, "OPTARG": true,
	"?": true, "#": true, "$": true, "!": true, "-": true, "_": true, "0": true, "ARCH": true, "TARGETARCH": true, "TARGETPLATFORM": true, "LANG": true, "TMPDIR": true, "DISPLAY": true,
}

// maxAsked bounds how deep the question for a variable may lead.
const maxAsked = 8

// variable says who decides a variable at a place, and its value while nobody does.
func (l *lowerer) variable(name string, sc *scope, order int) (opts []ir.Option, value string, known bool) {
	if l.steps++; l.asked > maxAsked || l.steps > maxSteps {
		return nil, "", false
	}
	l.asked++
	defer func() { l.asked-- }()
	if name == "" || platform[name] {
		return nil, "", false
	}
	if name[0] >= '1' && name[0] <= '9' || name == "@" || name == "*" {
		return []ir.Option{{Kind: "parameter", Name: "$" + name}}, "", true
	}
	reach := l.reaching(name, sc, order)
	if len(reach) == 0 {
		return []ir.Option{{Kind: "environment variable", Name: name}}, "", true
	}
	known = true
	if len(reach) > 32 {
		reach = reach[:32]
	}
	set := false
	for _, a := range reach {
		l.steps++
		guards := l.guardsOfWrite(a, sc)
		switch {
		case a.busy:
			continue
		case a.flag:
			return []ir.Option{{Kind: "flag", Name: "$" + name}}, "", true
		case a.input:
			return nil, "", false
		case a.option != nil:
			opts = union(opts, []ir.Option{*a.option})
			value = string(a.raw.b)
			continue
		case a.assign == nil:
			value = string(a.raw.b)
			continue
		}
		for _, g := range guards {
			opts = union(opts, g.Options)
		}
		o, v, k := l.assigned(a)
		opts = union(opts, o)
		runs := true
		for _, g := range guards {
			runs = runs && g.Default == ir.Yes
		}
		switch {
		case len(guards) == 0 && a.scope.within(sc):
			value, known, set = v, k, true
		case runs && len(guards) > 0:
			value, known = v, k
		case len(guards) == 0 && !set:
			known = false // written somewhere, sometimes
		}
	}
	if len(opts) == 0 && known && set {
		// Nobody but an editor changes it: a setting at the head of the script.
		if strings.ToUpper(name) == name && boolish(value) {
			return []ir.Option{{Kind: "setting", Name: name}}, value, true
		}
	}
	if !known {
		value = ""
	}
	return opts, value, known
}

// guardsOfWrite are the conditions of a write that do not hold at the use anyhow.
func (l *lowerer) guardsOfWrite(a *assignment, sc *scope) []ir.Guard {
	if a.order < 0 || a.scope.within(sc) {
		return nil
	}
	a.busy = true
	defer func() { a.busy = false }()
	return l.guardsOf(a.scope)
}

// assigned says what a write writes.
func (l *lowerer) assigned(a *assignment) ([]ir.Option, string, bool) {
	if a.assign.Array != nil || a.assign.Index != nil {
		return nil, "", false
	}
	if a.assign.Value == nil {
		return nil, "", true
	}
	if a.said == nil {
		a.busy = true
		defer func() { a.busy = false }()
		opts, value, known := l.word(a.assign.Value, &condition{src: a.src, base: a.base, scope: a.scope, order: a.order})
		a.said = &answer{opts, value, known}
	}
	return a.said.options, a.said.value, a.said.known
}

// answer is what is known of a variable.
type answer struct {
	options []ir.Option
	value   string
	known   bool
}

// maxSteps bounds how many writes are looked at to answer the questions of a script.
const maxSteps = 2_000_000
