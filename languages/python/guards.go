package python

import (
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// maxConditions bounds how many conditions in front of a node are looked at.
const maxConditions = 32

// condition is one condition on the way to a node.
type condition struct {
	expr   *syntax.Node
	branch bool // the node runs when it holds
}

// conditions are those around a node up to its function, outermost first, with
// those whose branch left before it.
func (m *module) conditions(n *syntax.Node) []condition {
	if n == nil {
		return nil
	}
	out, ok := m.conds[n]
	if !ok {
		out = m.conditionsOf(n)
		m.conds[n] = out
	}
	return out
}

func (m *module) conditionsOf(n *syntax.Node) []condition {
	var out []condition
	for child, p := n, n.Up; p != nil; child, p = p, p.Up {
		switch p.Kind {
		case "if_statement", "elif_clause":
			switch child.Field {
			case "consequence":
				out = append(out, condition{p.Child("condition"), true})
			case "alternative":
				// Every test above this branch failed.
				i := slices.Index(p.Kids, child)
				for _, alt := range p.Kids[max(0, i-maxConditions):i] {
					if alt.Field == "alternative" && alt.Is("elif_clause") {
						out = append(out, condition{alt.Child("condition"), false})
					}
				}
				out = append(out, condition{p.Child("condition"), false})
			}
		case "conditional_expression":
			if len(p.Kids) == 3 && child != p.Kids[1] {
				out = append(out, condition{p.Kids[1], child == p.Kids[0]})
			}
		case "boolean_operator":
			if child.Field == "right" {
				out = append(out, condition{p.Child("left"), m.text(p.Child("operator")) == "and"})
			}
		case "block", "module":
			out = append(out, m.early(p, child)...)
		case "function_definition":
			slices.Reverse(out)
			return out
		}
	}
	slices.Reverse(out)
	return out
}

// early are the conditions whose branch left the block before child.
func (m *module) early(block, child *syntax.Node) []condition {
	all, ok := m.leaving[block]
	if !ok {
		for _, s := range block.Kids {
			if s.Is("if_statement") && s.Child("alternative") == nil && s.Child("condition") != nil && leaves(s.Child("consequence"), m) {
				all = append(all, condition{s.Child("condition"), false})
			}
		}
		m.leaving[block] = all
	}
	n := sort.Search(len(all), func(i int) bool { return all[i].expr.Up.Start >= child.Start })
	out := slices.Clone(all[max(0, n-maxConditions):n])
	slices.Reverse(out)
	return out
}

// leaves reports whether a block never reaches its end.
func leaves(block *syntax.Node, m *module) bool {
	if block == nil {
		return false
	}
	for i := len(block.Kids) - 1; i >= 0; i-- {
		s := block.Kids[i]
		switch s.Kind {
		case "comment":
			continue
		case "return_statement", "raise_statement", "continue_statement", "break_statement":
			return true
		case "expression_statement":
			if len(s.Kids) == 1 && s.Kids[0].Is("call") {
				switch fn := m.text(s.Kids[0].Child("function")); fn {
				case "sys.exit", "exit", "quit", "os._exit", "os.abort", "pytest.skip", "module.fail_json", "self.fail", "parser.error":
					return true
				}
			}
		}
		return false
	}
	return false
}

// test is a condition and its value where the branch is taken.
type test struct {
	expr  *syntax.Node
	value ir.Value
}

// between are the conditions on the way to a binding that do not also hold at
// its use. sure says that nothing stands between: whoever gets to the use has
// come past it.
func (m *module) between(stmt, use *syntax.Node, s *scope) (conds []test, sure bool) {
	around := map[condition]bool{}
	if use != nil {
		for _, c := range m.conditions(use) {
			around[c] = true
		}
	}
	sure = true
	for _, c := range m.conditions(stmt) {
		if around[c] {
			continue
		}
		v := m.eval(c.expr)
		if !c.branch {
			v = m.invert(v, c.expr)
		}
		conds = append(conds, test{c.expr, v})
		sure = false
	}
	// A loop or an except clause may never run.
	for p := stmt.Up; p != nil && p != s.node; p = p.Up {
		if p.Is("for_statement", "while_statement", "except_clause", "except_group_clause", "case_clause") && (use == nil || !use.Within(p)) {
			sure = false
		}
		if p.Is("function_definition", "lambda") {
			break
		}
	}
	return conds, sure
}

// refused takes the values away that code before the use refuses or replaces:
// "if verify is False: raise".
func (m *module) refused(use *syntax.Node, name string, v ir.Value) ir.Value {
	if v.Known || len(v.Options) == 0 {
		return v
	}
	for _, c := range m.conditions(use) {
		if !m.mentions(c.expr, name) {
			continue
		}
		test := m.testOf(c.expr, name)
		if test == nil {
			continue
		}
		out := func(x ir.Const) bool {
			t := test(x)
			return t != ir.Maybe && (t == ir.Yes) != c.branch
		}
		no := ir.Const{Kind: ir.Bool}
		if out(no) {
			v.Closed = true // False cannot come, and nothing else is insecure by itself
			v.May = slices.DeleteFunc(slices.Clone(v.May), out)
			if v.Default != nil && out(*v.Default) {
				v.Default = nil
			}
		}
	}
	return v
}

func (m *module) mentions(n *syntax.Node, name string) bool {
	return strings.Contains(m.text(n), name)
}

// testOf is a condition as a function of what one name in it holds.
func (m *module) testOf(n *syntax.Node, name string) func(ir.Const) ir.Tri {
	n = unwrap(n)
	switch {
	case m.text(n) == name:
		return truth
	case n.Is("not_operator"):
		if f := m.testOf(n.Child("argument"), name); f != nil {
			return func(c ir.Const) ir.Tri { return f(c).Not() }
		}
	case n.Is("comparison_operator") && len(n.Kids) == 3 && m.text(n.Kids[0]) == name:
		right := m.eval(n.Kids[2])
		if !right.Known {
			return nil
		}
		switch m.text(n.Kids[1]) {
		case "==":
			return func(c ir.Const) ir.Tri { return equal(c, right.Const) }
		case "is":
			return func(c ir.Const) ir.Tri { return ir.TriOf(same(c, right.Const)) }
		case "!=":
			return func(c ir.Const) ir.Tri { return equal(c, right.Const).Not() }
		case "is not":
			return func(c ir.Const) ir.Tri { return ir.TriOf(!same(c, right.Const)) }
		}
	}
	return nil
}

// guards are the option conditions around a node; dead says that a constant one
// keeps it from ever running.
func (m *module) guards(n *syntax.Node) (gs []ir.Guard, dead bool) {
	for _, c := range m.conditions(n) {
		g, settled, never := m.guard(c)
		if never {
			return nil, true
		}
		if !settled && (len(g.Options) > 0 || g.Local || g.Unsure) {
			gs = append(gs, g)
		}
	}
	return gs, false
}

func (m *module) guard(c condition) (g ir.Guard, settled, never bool) {
	text := strings.Join(strings.Fields(m.text(c.expr)), " ")
	g = ir.Guard{Cond: m.path + "@" + strconv.Itoa(c.expr.Start), Branch: c.branch, Text: text}
	if !c.branch {
		g.Text = "not (" + text + ")"
	}
	if c.branch && asksLocal.MatchString(text) && !strings.Contains(text, " not ") && !strings.Contains(text, "!=") {
		g.Local = true
	}
	v := m.eval(c.expr)
	if v.Known && v.Const.Kind == ir.Bool {
		return g, true, v.Const.Bool != c.branch
	}
	for _, o := range v.Options {
		if m.decides(c.expr, o) {
			g.Options = append(g.Options, o)
		}
	}
	if len(g.Options) == 0 {
		if key := saysKey.FindString(text); key != "" && len(v.Options) == 0 && !nilTest.MatchString(text) {
			g.Options = []ir.Option{{Kind: "setting", Name: strings.Trim(key, `'"`)}}
		}
		return g, false, false
	}
	g.Default = truthOf(v)
	if !c.branch {
		g.Default = g.Default.Not()
	}
	return g, false, false
}

var (
	asksLocal = lazyregexp.New(`(?i)localhost|127\.0\.0\.1|is_?local|loopback`)
	// saysKey is a text or a name in a condition that says what is decided.
	saysKey = lazyregexp.New(`(?i)['"]?[a-z_.-]*(insecure|verify|unverified|self_?signed|no_?ssl|skip_?(tls|ssl)|(ssl|tls)_?check|check_?(ssl|tls|cert))[a-z_.-]*['"]?`)
	// nilTest compares with None or asks for a type, a length, a platform.
	nilTest = lazyregexp.New(`^(not\s+)?\(?\s*(isinstance|hasattr|len|callable|issubclass)\(|\bis (not )?None\b|sys\.version|platform|six\.PY|PY[23]|os\.name|TYPE_CHECKING|__name__`)
)

// decides reports whether an option in a condition is one that somebody sets to
// get this branch, rather than an object that is there or not.
func (m *module) decides(expr *syntax.Node, o ir.Option) bool {
	text := m.text(expr)
	if saysSo.MatchString(o.Name) {
		return true
	}
	if nilTest.MatchString(text) {
		return false
	}
	switch o.Kind {
	case "variable", "field":
		return false
	case "parameter":
		x := unwrap(expr)
		for x.Is("not_operator") {
			x = unwrap(x.Child("argument"))
		}
		if !x.Is("identifier") {
			return true
		}
		// "if session:" asks whether an object was given, unless it is a flag.
		_, bs := m.reaching(x, m.text(x))
		for _, b := range bs {
			if b.kind == bindParam {
				if def := b.stmt.Child("value"); def.Is("true", "false", "integer", "string") {
					return true
				}
				if t := annotation(b.stmt); t != nil {
					return strings.Contains(m.text(t), "bool") || strings.Contains(m.text(t), "str")
				}
				return b.stmt.Is("identifier") && !m.object(b)
			}
		}
	}
	return true
}

// object reports whether a parameter is used as an object: something is asked of
// it, or it is called.
func (m *module) object(b *binding) bool {
	fn := b.stmt.Above("function_definition", "lambda")
	return slices.ContainsFunc(m.uses[b.name], func(u *syntax.Node) bool {
		return u.Within(fn) && (u.Up.Is("attribute") || u.Up.Is("call") && u.Field == "function" || u.Up.Is("subscript") && u.Field == "value")
	})
}

// selfOption is the name of the function around a node that does nothing but
// throw the switch: calling it is the option.
func (m *module) selfOption(n *syntax.Node) string {
	fn := n.Above("function_definition", "lambda", "class_definition")
	if !fn.Is("function_definition") {
		return ""
	}
	name := m.text(fn.Child("name"))
	if !throws.MatchString(name) {
		return ""
	}
	for _, s := range fn.Child("body").Kids {
		switch s.Kind {
		case "comment", "return_statement", "pass_statement", "import_statement", "import_from_statement":
			continue
		case "expression_statement":
			if len(s.Kids) == 1 && (s.Kids[0].Is("assignment", "string") || s.Kids[0].Is("call")) {
				continue
			}
		}
		return ""
	}
	// Who calls it whatever happens has decided for everybody.
	for _, use := range m.uses[name] {
		if gs, _ := m.guards(use); len(gs) == 0 && use.Above("function_definition") == nil {
			return ""
		}
	}
	return name
}

var throws = lazyregexp.New(`(?i)insecure|unverif|no_?verif|verify_?(off|none)|skip|disable|ignore|trust_?(all|any|every)|accept_?(all|any)|allow_?(all|any|insecure|self|unver)|without|unsafe|lax_`)

// callerGuards are the option conditions around every call of the private
// function or factory that a node stands in: whoever gets there asked for it.
func (m *module) callerGuards(n *syntax.Node) []ir.Guard {
	fn := n.Above("function_definition", "class_definition")
	if !fn.Is("function_definition") {
		return nil
	}
	name := m.text(fn.Child("name"))
	if !throws.MatchString(name) && !strings.HasPrefix(name, "_") || strings.HasPrefix(name, "__") {
		return nil
	}
	var out []ir.Guard
	count := 0
	check := func(use *syntax.Node) bool {
		if use.Within(fn) {
			return true
		}
		count++
		gs, dead := m.guards(use)
		if dead {
			return true
		}
		gs = slices.DeleteFunc(gs, func(g ir.Guard) bool {
			return len(g.Options) == 0 || !throws.MatchString(name) && !saysKey.MatchString(g.Text)
		})
		out = append(out, gs...)
		return len(gs) > 0
	}
	for _, use := range m.uses[name] {
		if !check(use) {
			return nil
		}
	}
	for _, c := range m.calls {
		if f := c.Child("function"); f.Is("attribute") && m.text(f.Child("attribute")) == name && m.local(f) == fn && !check(c) {
			return nil
		}
	}
	if count == 0 || count > 8 {
		return nil
	}
	return out
}
