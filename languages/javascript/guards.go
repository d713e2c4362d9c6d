package javascript

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

// condition is one condition on the way to a node; is is the value that a switch
// compares it with, nil for a plain condition.
type condition struct {
	expr, is *syntax.Node
	branch   bool // the node runs when it holds
}

// conditions are those around a node, outermost first, with those whose branch left
// before it. A function or class inside of another one is there under what stands
// around it.
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
	for child, p := n, n.Up; p != nil && len(out) < 4*maxConditions; child, p = p, p.Up {
		switch p.Kind {
		case "if_statement", "ternary_expression":
			switch child.Field {
			case "consequence":
				out = m.terms(out, p.Child("condition"), true)
			case "alternative":
				out = m.terms(out, p.Child("condition"), false)
			}
		case "binary_expression":
			if op := m.text(p.Child("operator")); child.Field == "right" && (op == "&&" || op == "||") {
				out = m.terms(out, p.Child("left"), op == "&&")
			}
		case "switch_case":
			if child.Field == "body" && p.Up.Up.Is("switch_statement") {
				out = append(out, condition{expr: p.Up.Up.Child("value"), is: p.Child("value"), branch: true})
			}
		case "statement_block", "program":
			out = append(out, m.early(p, child)...)
		}
	}
	slices.Reverse(out)
	return out
}

// terms appends a condition; what must hold together is several.
func (m *module) terms(out []condition, expr *syntax.Node, branch bool) []condition {
	var all []*syntax.Node
	for expr.Is("binary_expression") && len(all) < maxConditions {
		if op := m.text(expr.Child("operator")); op != "&&" || !branch {
			if op != "||" || branch {
				break
			}
		}
		all = append(all, expr.Child("right"))
		expr = expr.Child("left")
	}
	for _, e := range append(all, expr) {
		if e != nil {
			out = append(out, condition{expr: e, branch: branch})
		}
	}
	return out
}

// early are the conditions whose branch left the block before child.
func (m *module) early(block, child *syntax.Node) []condition {
	all, ok := m.leaving[block]
	if !ok {
		for _, s := range block.Kids {
			if s.Is("if_statement") && s.Child("alternative") == nil && s.Child("condition") != nil && m.leaves(s.Child("consequence")) {
				all = append(all, condition{expr: s.Child("condition")})
			}
		}
		m.leaving[block] = all
	}
	n := sort.Search(len(all), func(i int) bool { return all[i].expr.Up.Start >= child.Start })
	out := slices.Clone(all[max(0, n-maxConditions):n])
	slices.Reverse(out)
	return out
}

// leaves reports whether a statement never reaches its end.
func (m *module) leaves(s *syntax.Node) bool {
	switch {
	case s == nil:
		return false
	case s.Is("return_statement", "throw_statement", "continue_statement", "break_statement"):
		return true
	case s.Is("statement_block"):
		for i := len(s.Kids) - 1; i >= 0; i-- {
			if !s.Kids[i].Is("comment", "empty_statement") {
				return m.leaves(s.Kids[i])
			}
		}
	case s.Is("expression_statement") && len(s.Kids) > 0 && s.Kids[0].Is("call_expression"):
		fn := m.text(s.Kids[0].Child("function"))
		return fn == "process.exit" || fn == "Deno.exit"
	}
	return false
}

// test is a condition and its value where the branch is taken.
type test struct {
	expr  *syntax.Node
	value ir.Value
}

func (m *module) condValue(c condition) ir.Value {
	v := m.eval(c.expr)
	if c.is != nil {
		is := m.eval(c.is)
		if !is.Known {
			return ir.Value{Options: v.Options, Closed: true}
		}
		v = m.decided(v, c.expr, func(x ir.Const) ir.Tri { return equal(x, is.Const) })
	}
	if !c.branch {
		v = m.decided(v, c.expr, func(x ir.Const) ir.Tri { return truth(x).Not() })
	}
	return v
}

// between are the conditions on the way to a binding that do not also hold at its
// use. sure says that whoever gets to the use has come past it.
func (m *module) between(stmt, use *syntax.Node) (conds []test, sure bool) {
	around := map[condition]bool{}
	for _, c := range m.conditions(use) {
		around[c] = true
	}
	sure = true
	for _, c := range m.conditions(stmt) {
		if !around[c] {
			conds = append(conds, test{c.expr, m.condValue(c)})
			sure = false
		}
	}
	for p := stmt.Up; p != nil; p = p.Up {
		if p.Is("for_statement", "for_in_statement", "while_statement", "catch_clause") && (use == nil || !use.Within(p)) {
			sure = false
		}
		if isFunction(p) {
			break
		}
	}
	return conds, sure
}

// refused takes the values away that code before the use refuses or replaces:
// "if (verify === false) throw".
func (m *module) refused(use *syntax.Node, name string, v ir.Value) ir.Value {
	if v.Known || len(v.Options) == 0 {
		return v
	}
	for _, c := range m.conditions(use) {
		if c.is != nil || !strings.Contains(m.text(c.expr), last2(name)) {
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
		if out(ir.Const{Kind: ir.Bool}) {
			v.Closed = true // false cannot come, and nothing else is insecure by itself
			v.May = slices.DeleteFunc(slices.Clone(v.May), out)
			if v.Default != nil && out(*v.Default) {
				v.Default = nil
			}
		}
	}
	return v
}

func last2(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// testOf is a condition as a function of what one name in it holds.
func (m *module) testOf(n *syntax.Node, name string) func(ir.Const) ir.Tri {
	switch {
	case m.path2(n) == name:
		return truth
	case n.Is("unary_expression") && m.text(n.Child("operator")) == "!":
		if f := m.testOf(n.Child("argument"), name); f != nil {
			return func(c ir.Const) ir.Tri { return f(c).Not() }
		}
	case n.Is("binary_expression") && m.path2(n.Child("left")) == name:
		right := m.eval(n.Child("right"))
		if !right.Known {
			return nil
		}
		switch m.text(n.Child("operator")) {
		case "===", "==":
			return func(c ir.Const) ir.Tri { return equal(c, right.Const) }
		case "!==", "!=":
			return func(c ir.Const) ir.Tri { return equal(c, right.Const).Not() }
		}
	}
	return nil
}

// guards are the option conditions around a node; dead says that a constant one
// keeps it from ever running.
func (m *module) guards(n *syntax.Node) (gs []ir.Guard, dead bool) {
	if m.unusedDefault(n) {
		return nil, true
	}
	for _, c := range m.conditions(n) {
		g, settled, never := m.guard(c)
		if never {
			return nil, true
		}
		if !settled && (len(g.Options) > 0 || g.Local) {
			gs = append(gs, g)
		}
	}
	return gs, false
}

// unusedDefault reports whether a node stands in the default of a private method's
// parameter that every call gives.
func (m *module) unusedDefault(n *syntax.Node) bool {
	for child, p := n, n.Up; p != nil && !p.Is("statement_block", "program"); child, p = p, p.Up {
		if !p.Is("formal_parameters") {
			continue
		}
		name := m.text(p.Up.Child("name"))
		calls := m.callsOf[name]
		if !strings.HasPrefix(name, "#") || len(calls) == 0 {
			return false
		}
		at := slices.Index(p.Kids, child)
		for _, c := range calls {
			pos, _ := args(c)
			if at >= len(pos) {
				return false
			}
			if v := m.eval(pos[at]); pos[at].Is("undefined") || v.Known && v.Const.Kind == ir.Absent {
				return false
			}
		}
		return true
	}
	return false
}

func (m *module) guard(c condition) (g ir.Guard, settled, never bool) {
	text := strings.Join(strings.Fields(m.text(c.expr)), " ")
	if c.is != nil {
		text += " is " + m.text(c.is)
	}
	if len(text) > 120 {
		text = text[:120]
	}
	g = ir.Guard{Cond: m.path + "@" + strconv.Itoa(c.expr.Start), Branch: c.branch, Text: text}
	if c.is != nil {
		g.Cond += "=" + strconv.Itoa(c.is.Start)
	}
	if !c.branch {
		g.Text = "not (" + text + ")"
	}
	if c.branch && asksLocal.MatchString(text) && !strings.Contains(text, "!") {
		g.Local = true
	}
	v := m.condValue(c)
	if v.Known && v.Const.Kind == ir.Bool {
		return g, true, !v.Const.Bool
	}
	if v.Known && v.Const.Kind != ir.Symbol {
		return g, true, truth(v.Const) == ir.No
	}
	for _, o := range v.Options {
		if m.decides(c.expr, o) {
			g.Options = append(g.Options, o)
		}
	}
	if len(g.Options) == 0 {
		if len(v.Options) == 0 {
			g.Options = saidBy(text)
		}
		if c.is == nil && len(g.Options) == 0 && plainChosen(text, c.branch) || c.is != nil && c.branch && plainName.MatchString(m.text(c.is)) {
			g.Options = []ir.Option{{Kind: "setting", Name: text}}
		}
		return g, false, false
	}
	g.Default = truthOf(v)
	return g, false, false
}

// saidBy is the option that a condition names, where nothing is known of its value.
func saidBy(text string) []ir.Option {
	key := saysKey.FindString(text)
	if key == "" || nilTest.MatchString(text) {
		return nil
	}
	return []ir.Option{{Kind: "setting", Name: strings.Trim(key, "'\"`.")}}
}

// plainChosen reports whether a branch is for those who asked for no TLS at all: by
// a scheme in their address, or because what says "secure" is not so.
func plainChosen(text string, branch bool) bool {
	if strings.Contains(text, "||") || strings.Contains(text, "&&") {
		return false
	}
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(text, "("), ")"))
	if no := strings.TrimPrefix(text, "!"); isSecure.MatchString(no) {
		return (no == text) != branch
	}
	eq := saidText.FindStringSubmatch(text)
	if eq == nil {
		return false
	}
	same := (eq[1] != "!") == branch
	return same && plainName.MatchString(eq[2]) || !same && secureName.MatchString(eq[2])
}

var (
	// saidText compares with a text, or asks what a text begins with.
	saidText   = lazyregexp.New("(?:([!=])==?|\\.startsWith\\()\\s*(['\"`][a-z0-9]+:?/{0,2}['\"`])\\)?$")
	plainName  = lazyregexp.New("^['\"`](http|grpc|h2c|ws|ldap|amqp|mqtt|redis|ftp|smtp|tcp|stomp|nats)(:|://)?['\"`]$")
	secureName = lazyregexp.New("^['\"`](https|grpcs|h2|wss|ldaps|amqps|mqtts|rediss|ftps|smtps|tls|ssl)(:|://)?['\"`]$")
	isSecure   = lazyregexp.New(`(?i)^[\w$.?]*(secure|tls|ssl)(_?(connection|enabled|transport|channel))?$`)
)

var (
	asksLocal = lazyregexp.New(`(?i)localhost|127\.0\.0\.1|is_?local|loopback`)
	// saysKey is a text or a name in a condition that says what is decided.
	saysKey = lazyregexp.New("(?i)['\"`]?[a-z_.-]*(insecure|verify|unverified|unauthorized|self_?signed|allow_?invalid|accept_?(all|any|invalid)|trust_?(all|any|server|self)|(validat\\w*|verif\\w*)_?cert|cert\\w*_?(validation|check)|no_?ssl|skip_?(tls|ssl)|ignore_?(tls|ssl|cert|https)|strict_?(ssl|tls|https?)|tls_?v?1(_?only)?\\b|(ssl|tls)_?check|check_?(ssl|tls|cert)|is_?(dev|prod|debug)|dev_?mode)[a-z_.-]*['\"`]?")
	// nilTest compares with nothing, or asks for a type, a length, a platform.
	nilTest = lazyregexp.New(`^!*\s*\(?\s*typeof\b|[!=]==?\s*(null|undefined)\b|\.length\b|process\.(platform|version|arch)|instanceof|isArray\(|hasOwnProperty|require\.main|\.(code|errno|statusCode)\b`)
	// objectName is a name of something that is there or not, rather than chosen.
	objectName = lazyregexp.New(`(?i)^(e|ev|cb|err|id|url|uri|host|port|path|name|user|auth|token|body|data|res|req|key|fn|el|item|index)$|(agent|callback|error|socket|response|request|result|client|server|logger|event|hostname|username|password|headers|timeout|listener|handler|stream|buffer)$`)
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
	case "variable":
		return false
	case "parameter", "field":
		return !objectName.MatchString(o.Name)
	}
	return true
}

var throws = lazyregexp.New(`(?i)insecure|unverif|no_?verif|verify_?(off|none)|skip|disable|ignore|trust_?(all|any|every|self)|accept_?(all|any)|allow_?(all|any|insecure|self|unver)|without|unsafe|lax`)

// selfOption is the name of the function around a node that does nothing but throw
// the switch: calling it is the option.
func (m *module) selfOption(n *syntax.Node) string {
	fn := function(n)
	if fn == nil {
		return ""
	}
	name := m.functionName(fn)
	if class := fn.Above("class_declaration", "class"); name == "constructor" && fn.Is("method_definition") && class != nil {
		name = m.text(class.Child("name"))
	}
	if !throws.MatchString(name) {
		return ""
	}
	body := fn.Child("body")
	if body.Is("statement_block") {
		for _, s := range body.Kids {
			switch {
			case s.Is("comment", "return_statement", "empty_statement", "lexical_declaration"):
				continue
			case s.Is("expression_statement") && len(s.Kids) > 0 && s.Kids[0].Is("assignment_expression", "call_expression"):
				continue
			}
			return ""
		}
	}
	// Who calls it whatever happens has decided for everybody.
	for _, use := range m.callsOf[name] {
		if gs, _ := m.guards(use); len(gs) == 0 && function(use) == nil {
			return ""
		}
	}
	return name
}

// functionName is what a function is called: by itself, or by where it is kept.
func (m *module) functionName(fn *syntax.Node) string {
	if id := fn.Child("name"); id != nil {
		return m.text(id)
	}
	switch p := fn.Up; {
	case p.Is("variable_declarator"):
		return m.text(p.Child("name"))
	case p.Is("pair"):
		name, _ := m.key(p.Child("key"))
		return name
	case p.Is("assignment_expression"):
		return m.text(last(p.Child("left")))
	case p.Is("field_definition", "public_field_definition"):
		if id := p.Child("property"); id != nil {
			return m.text(id)
		}
		return m.text(p.Child("name"))
	}
	return ""
}
