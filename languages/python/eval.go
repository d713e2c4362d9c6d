package python

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// value is what an expression gives, and who decides it.
func (m *module) value(n *syntax.Node) ir.Value {
	v := m.eval(n)
	if n != nil {
		v.Span = m.span(n)
	}
	return v
}

// nothing is a value of which nothing is known and which no option decides:
// no ground for any statement.
func nothing() ir.Value { return ir.Value{Closed: true} }

func known(c ir.Const) ir.Value { return ir.Value{Known: true, Const: c, Closed: true} }

func (m *module) boolean(n *syntax.Node, b bool) ir.Const {
	return ir.Const{Kind: ir.Bool, Bool: b, At: m.place(n)}
}

// option is a value that somebody outside this code decides; def is what it is
// while nobody does, nil when that is not known.
func option(kind, name string, def *ir.Const) ir.Value {
	return ir.Value{Default: def, Options: []ir.Option{{Kind: kind, Name: name}}}
}

// maxSteps bounds how many expressions of a file are evaluated: seconds are much,
// and source may be made to take longer.
const maxSteps = 200_000

func (m *module) eval(n *syntax.Node) ir.Value {
	n = unwrap(n)
	if n == nil {
		return nothing()
	}
	if v, ok := m.values[n]; ok {
		return v
	}
	ask := question{n, askValue}
	if m.busy[ask] || m.depth > 40 || m.proj.steps > maxSteps {
		m.proj.cuts++
		return nothing()
	}
	m.busy[ask] = true
	m.depth++
	m.proj.steps++
	before := m.proj.cuts
	v := m.evalNew(n)
	m.depth--
	delete(m.busy, ask)
	if m.settled(before) {
		m.values[n] = v
	}
	return v
}

func (m *module) evalNew(n *syntax.Node) ir.Value {
	switch n.Kind {
	case "true", "false":
		return known(m.boolean(n, n.Kind == "true"))
	case "none":
		return known(ir.Const{Kind: ir.Null, At: m.place(n)})
	case "integer", "float":
		text := strings.ReplaceAll(strings.ToLower(m.text(n)), "_", "")
		if i, err := strconv.ParseInt(strings.TrimRight(text, "l"), 0, 64); err == nil {
			return known(ir.Const{Kind: ir.Int, Int: i, At: m.place(n)})
		}
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return known(ir.Const{Kind: ir.Int, Int: int64(f), At: m.place(n)})
		}
	case "string", "concatenated_string":
		if s, ok := m.literal(n); ok {
			return known(ir.Const{Kind: ir.String, Str: s, At: m.place(n)})
		}
	case "identifier":
		return m.evalName(n)
	case "attribute":
		return m.evalAttr(n)
	case "call":
		return m.evalCall(n)
	case "subscript":
		return m.evalEntry(n)
	case "named_expression":
		return m.eval(n.Child("value"))
	case "not_operator":
		return m.invert(m.eval(n.Child("argument")), n)
	case "boolean_operator":
		return m.logic(n)
	case "comparison_operator":
		return m.compare(n)
	case "conditional_expression":
		if len(n.Kids) == 3 {
			return choose(m.eval(n.Kids[1]), m.eval(n.Kids[0]), m.eval(n.Kids[2]))
		}
	case "unary_operator":
		if v := m.eval(n.Child("argument")); v.Known && v.Const.Kind == ir.Int && m.text(n.Child("operator")) == "-" {
			v.Const.Int, v.Const.At = -v.Const.Int, m.place(n)
			return v
		}
	case "binary_operator":
		return m.binary(n)
	case "lambda":
		return known(ir.Const{Kind: ir.Function, Verdict: m.verdict(n), At: m.place(n)})
	case "list", "tuple", "set":
		c := ir.Const{Kind: ir.List, At: m.place(n)}
		for _, k := range n.Kids {
			if v := m.eval(k); v.Known {
				c.Elems = append(c.Elems, ir.Elem{Const: v.Const, Span: m.span(k)})
			}
		}
		return known(c)
	case "dictionary":
		return known(ir.Const{Kind: ir.List, At: m.place(n)})
	}
	return nothing()
}

// truth is Python's.
func truth(c ir.Const) ir.Tri {
	switch c.Kind {
	case ir.String:
		return ir.TriOf(c.Str != "")
	case ir.Function:
		return ir.Yes
	case ir.Symbol:
		return ir.Maybe
	}
	return c.Truth()
}

func truthOf(v ir.Value) ir.Tri {
	if v.Known {
		return truth(v.Const)
	}
	if v.Default != nil {
		return truth(*v.Default)
	}
	return ir.Maybe
}

// consts are the constants that a value may be.
func consts(v ir.Value) []ir.Const {
	if v.Known {
		return []ir.Const{v.Const}
	}
	out := slices.Clone(v.May)
	if v.Default != nil {
		out = append(out, *v.Default)
	}
	return out
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

// each applies a function to every constant of a value.
func each(v ir.Value, f func(ir.Const) (ir.Const, bool)) ir.Value {
	out := ir.Value{Options: v.Options, Closed: v.Closed}
	if v.Known {
		if c, ok := f(v.Const); ok {
			return known(c)
		}
		return nothing()
	}
	if v.Default != nil {
		if c, ok := f(*v.Default); ok {
			out.Default = &c
		}
	}
	for _, c := range v.May {
		if c, ok := f(c); ok {
			out.May = append(out.May, c)
		}
	}
	return out
}

func (m *module) invert(v ir.Value, n *syntax.Node) ir.Value {
	out := each(v, func(c ir.Const) (ir.Const, bool) {
		t := truth(c)
		return ir.Const{Kind: ir.Bool, Bool: t == ir.No, At: c.At}, t != ir.Maybe
	})
	if !v.Known && out.Default == nil && len(out.May) == 0 && len(v.Options) > 0 {
		// Whoever decides decides both ways.
		out.May = []ir.Const{m.boolean(n, true), m.boolean(n, false)}
		out.Closed = true
	}
	return out
}

// maxMay is how many constants that a place may hold are kept: nothing is asked of
// more than a few.
const maxMay = 16

// choose is "a if cond else b".
func choose(cond, a, b ir.Value) ir.Value {
	if cond.Known {
		switch truth(cond.Const) {
		case ir.Yes:
			return a
		case ir.No:
			return b
		}
	}
	out := ir.Value{Options: join(cond.Options, join(a.Options, b.Options)), Closed: (a.Closed || a.Known) && (b.Closed || b.Known)}
	for _, c := range append(consts(a), consts(b)...) {
		if len(out.May) < maxMay && !slices.ContainsFunc(out.May, func(o ir.Const) bool { return same(o, c) }) {
			out.May = append(out.May, c)
		}
	}
	if a.Known && b.Known && same(a.Const, b.Const) {
		return a
	}
	switch truthOf(cond) {
	case ir.Yes:
		out.Default = defaultOf(a)
	case ir.No:
		out.Default = defaultOf(b)
	}
	if len(cond.Options) == 0 && len(out.Options) > 0 && out.Default == nil {
		// A condition that nobody decides: each side may come.
		switch d, e := defaultOf(a), defaultOf(b); {
		case d != nil && (e != nil && same(*d, *e) || len(b.Options)+len(consts(b)) == 0):
			out.Default = d
		case e != nil && len(a.Options)+len(consts(a)) == 0:
			out.Default = e
		}
	}
	return out
}

func defaultOf(v ir.Value) *ir.Const {
	if v.Known {
		return &v.Const
	}
	return v.Default
}

func same(a, b ir.Const) bool {
	return a.At == b.At && a.Kind == b.Kind && a.Kind == ir.List || a.Kind == b.Kind && a.Bool == b.Bool && a.Int == b.Int && a.Str == b.Str && a.Sym == b.Sym && a.Verdict == b.Verdict && a.Kind != ir.List
}

// logic is "a or b" and "a and b", which give one of their operands.
func (m *module) logic(n *syntax.Node) ir.Value {
	a, b := m.eval(n.Child("left")), m.eval(n.Child("right"))
	or := m.text(n.Child("operator")) == "or"
	stops := ir.Yes // the left operand is the result
	if !or {
		stops = ir.No
	}
	if a.Known {
		switch t := truth(a.Const); {
		case t == stops:
			return a
		case t != ir.Maybe:
			return b
		}
	}
	if !or && len(a.Options) > 0 && len(b.Options)+len(consts(b)) == 0 {
		return a // what else is asked for decides nothing that we know
	}
	out := ir.Value{Options: join(a.Options, b.Options), Closed: b.Closed || b.Known}
	if !or && !a.Closed && !a.Known {
		out.Closed = false // what is false on the left may come out
	}
	for _, c := range consts(a) {
		if truth(c) != stops.Not() {
			out.May = append(out.May, c)
		}
	}
	out.May = append(out.May, consts(b)...)
	switch truthOf(a) {
	case stops:
		out.Default = defaultOf(a)
	case stops.Not():
		out.Default = defaultOf(b)
	}
	if len(out.Options) == 0 && out.Default == nil && len(out.May) == 0 {
		return nothing()
	}
	return out
}

// compare is a comparison with a constant.
func (m *module) compare(n *syntax.Node) ir.Value {
	op := n.Child("operators")
	if len(n.Kids) != 3 || op == nil {
		return nothing()
	}
	left, right := m.eval(n.Kids[0]), m.eval(n.Kids[2])
	if v, ok := m.given(n, left, m.text(op)); ok {
		return v
	}
	if left.Known && !right.Known {
		left, right = right, left
	}
	negate := false
	var test func(c ir.Const) ir.Tri
	switch m.text(op) {
	case "!=", "<>", "is not", "not in":
		negate = true
		fallthrough
	case "==", "is", "in":
		if !right.Known {
			return ir.Value{Options: join(left.Options, right.Options), Closed: len(left.Options)+len(right.Options) == 0}
		}
		test = func(c ir.Const) ir.Tri { return equal(c, right.Const) }
		if strings.HasSuffix(m.text(op), "in") && right.Const.Kind == ir.List {
			test = func(c ir.Const) ir.Tri {
				out := ir.No
				for _, e := range right.Const.Elems {
					switch equal(c, e.Const) {
					case ir.Yes:
						return ir.Yes
					case ir.Maybe:
						out = ir.Maybe
					}
				}
				return out
			}
		}
	default:
		return ir.Value{Options: left.Options, Closed: len(left.Options) == 0}
	}
	out := each(left, func(c ir.Const) (ir.Const, bool) {
		t := test(c)
		if negate {
			t = t.Not()
		}
		return ir.Const{Kind: ir.Bool, Bool: t == ir.Yes, At: c.At}, t != ir.Maybe
	})
	if !left.Known && len(left.Options) > 0 {
		out.May = []ir.Const{m.boolean(n, true), m.boolean(n, false)}
		out.Closed = true
	}
	return out
}

// given is whether an option or a variable was given at all: "--insecure" in
// sys.argv, "NAME" in os.environ.
func (m *module) given(n *syntax.Node, left ir.Value, op string) (ir.Value, bool) {
	if op != "in" && op != "not in" || !left.Known || left.Const.Kind != ir.String {
		return ir.Value{}, false
	}
	kind := map[string]string{"sys.argv": "flag", "os.environ": "environment variable"}[m.name(n.Kids[2])]
	if kind == "" {
		return ir.Value{}, false
	}
	no := m.boolean(n, op == "not in")
	out := option(kind, left.Const.Str, &no)
	out.May, out.Closed = []ir.Const{m.boolean(n, op == "in")}, true
	return out, true
}

func equal(a, b ir.Const) ir.Tri {
	if a.Kind == ir.Symbol && b.Kind == ir.Symbol && a.Sym != "" {
		if a.Sym == b.Sym {
			return ir.Yes
		}
		return ir.Maybe
	}
	if a.Kind == ir.Symbol || b.Kind == ir.Symbol || a.Kind == ir.Unknown || b.Kind == ir.Unknown || a.Kind == ir.List || b.Kind == ir.List {
		return ir.Maybe
	}
	if (a.Kind == ir.Bool || a.Kind == ir.Int) && (b.Kind == ir.Bool || b.Kind == ir.Int) {
		return ir.TriOf(number(a) == number(b))
	}
	return ir.TriOf(same(a, b))
}

func number(c ir.Const) int64 {
	if c.Kind == ir.Bool && c.Bool {
		return 1
	}
	return c.Int
}

// binary knows sums of text, and flags that are or-ed together.
func (m *module) binary(n *syntax.Node) ir.Value {
	a, b := m.eval(n.Child("left")), m.eval(n.Child("right"))
	if a.Known && b.Known && a.Const.Kind == ir.String && b.Const.Kind == ir.String && m.text(n.Child("operator")) == "+" {
		return known(ir.Const{Kind: ir.String, Str: a.Const.Str + b.Const.Str, At: m.place(n)})
	}
	if m.text(n.Child("operator")) == "|" && (a.Known || b.Known) {
		return known(ir.Const{Kind: ir.List, At: m.place(n), Elems: []ir.Elem{{Const: a.Const}, {Const: b.Const}}})
	}
	return nothing()
}

// saysSo is a name that says what it is about: whether the other side is checked.
var saysSo = lazyregexp.New(`(?i)verif|insecure|unsafe|trust|validat|self_?signed|ssl|tls|cert|secure|debug|dev|prod|check|https|skip|ignore|allow|strict`)

// isPath is a name that holds where certificates are, not whether they count.
var isPath = lazyregexp.New(`(?i)bundle|ca_?(file|path|cert|pem|dir)|_ca$|^ca$|ca_?certs?|cert_?(file|path)|pem|path$|context|ctx`)

// evalName is the value of a name at its use.
func (m *module) evalName(n *syntax.Node) ir.Value {
	name := m.text(n)
	s, bs := m.reaching(n, name)
	if s == nil {
		if full := m.wildcard(name); full != "" {
			return m.symbol(n, full)
		}
		return nothing()
	}
	v := m.flow(s, bs, n)
	return m.refused(n, name, v)
}

func (m *module) symbol(n *syntax.Node, name string) ir.Value {
	name = m.set.Canonical(name)
	return known(ir.Const{Kind: ir.Symbol, Sym: name, At: m.place(n)})
}

// flow joins the bindings that reach a use.
func (m *module) flow(s *scope, bs []*binding, use *syntax.Node) ir.Value {
	if len(bs) == 0 || len(bs) > maxBindings {
		return nothing()
	}
	v := nothing()
	first := true
	for i, b := range bs {
		w := m.bound(b, use)
		conds, sure := m.between(b.stmt, use, s)
		switch {
		case first || sure:
			v = w
			if !sure {
				v = underAll(conds, w, nothing())
			}
		case otherSide(bs, i):
			v = underElse(b.stmt.Above("else_clause"), conds, w, m.without(bs, i, use, s, v), v)
		default:
			v = underAll(conds, w, v)
		}
		first = false
	}
	if s.node.Is("module") && m.writtenElsewhere(s, bs) {
		v.Options = join(v.Options, []ir.Option{{Kind: "variable", Name: bs[0].name}})
		if v.Known {
			c := v.Const
			v = ir.Value{Default: &c, Options: v.Options}
		}
	}
	return v
}

// maxBindings is how many bindings of one name are joined.
const maxBindings = 32

// underAll is what reaches behind conditional code: then where every condition
// held, otherwise what was before.
func underAll(conds []test, then, before ir.Value) ir.Value {
	if len(conds) == 0 {
		// Loops and try decide nothing: either may come.
		return choose(ir.Value{}, then, before)
	}
	v := then
	for i := len(conds) - 1; i >= 0; i-- {
		v = choose(conds[i].value, v, before)
	}
	return v
}

// underElse is underAll for a binding in the else of an if whose other branches
// bind the name too: beside is what they bind it to.
func underElse(clause *syntax.Node, conds []test, then, beside, before ir.Value) ir.Value {
	i := len(conds)
	for i > 0 && conds[i-1].expr.Within(clause.Up) {
		i--
	}
	then = underAll(conds[i:], then, beside)
	if i == 0 {
		return then
	}
	return underAll(conds[:i], then, before)
}

// otherSide reports whether binding i stands in the else of an if whose other
// branches bind the name too: what was before does not come through.
func otherSide(bs []*binding, i int) bool {
	clause := bs[i].stmt.Above("else_clause", "block_end", "function_definition")
	if !clause.Is("else_clause") || !clause.Up.Is("if_statement") {
		return false
	}
	then := clause.Up.Child("consequence")
	return slices.ContainsFunc(bs[:i], func(b *binding) bool { return b.stmt.Within(then) })
}

// without is what reaches if the name was bound by the first branch of the if
// whose else binding i stands in.
func (m *module) without(bs []*binding, i int, use *syntax.Node, s *scope, before ir.Value) ir.Value {
	clause := bs[i].stmt.Above("else_clause")
	then := clause.Up.Child("consequence")
	v := before
	for _, b := range bs[:i] {
		if b.stmt.Within(clause.Up) {
			w := m.bound(b, use)
			if b.stmt.Within(then) {
				v = w
			} else {
				v = choose(ir.Value{}, w, v)
			}
		}
	}
	return v
}

// writtenElsewhere reports whether a function of the module sets a variable of
// the module: then it is a setting.
func (m *module) writtenElsewhere(s *scope, bs []*binding) bool {
	for _, b := range s.binds[bs[0].name] {
		if b.kind == bindAssign && b.id.Above("function_definition") != nil {
			return true
		}
	}
	return false
}

// bound is the value that a binding gives.
func (m *module) bound(b *binding, use *syntax.Node) ir.Value {
	switch b.kind {
	case bindImport:
		return m.evalImport(b.target, use)
	case bindParam:
		return m.parameter(b)
	case bindAssign:
		if b.augmented || b.index >= 0 {
			return nothing()
		}
		return m.eval(b.value)
	case bindDef:
		return known(ir.Const{Kind: ir.Function, Verdict: m.verdict(b.stmt), Sym: m.resultSymbol(b), At: m.place(b.id)})
	case bindClass, bindWith:
		if s := m.bindingName(b); s != "" {
			return known(ir.Const{Kind: ir.Symbol, Sym: m.set.Canonical(s), At: m.place(use)})
		}
	}
	return nothing()
}

func (m *module) resultSymbol(b *binding) string { return b.name }

// evalImport is the value of an imported name: a constant of a module of this
// program, or a symbol.
func (m *module) evalImport(target string, use *syntax.Node) ir.Value {
	if strings.HasPrefix(target, "./") || m.imports(target) {
		return m.evalElsewhere(target)
	}
	return m.symbol(use, target)
}

func (m *module) evalElsewhere(target string) ir.Value {
	if m.importing[target] || m.depth > 20 {
		m.proj.cuts++
		return nothing()
	}
	m.importing[target] = true
	defer delete(m.importing, target)
	other, rest := m.proj.find(m, target)
	if other == nil || rest == "" {
		return nothing()
	}
	owner, bs := m.proj.exported(other, rest, 0)
	if owner == nil {
		return nothing()
	}
	v := owner.flow(owner.scopes[owner.root()], bs, owner.root())
	if name := rest[strings.LastIndexByte(rest, '.')+1:]; v.Known && strings.ToUpper(name) != name && v.Const.Kind != ir.Symbol && v.Const.Kind != ir.Function {
		// By its name it is no constant: somebody sets it.
		c := v.Const
		v = option("setting", name, &c)
	}
	return v
}

// evalAttr is the value of obj.attr.
func (m *module) evalAttr(n *syntax.Node) ir.Value {
	obj, attr := n.Child("object"), m.text(n.Child("attribute"))
	if v, ok := m.flag(obj, attr); ok {
		return v
	}
	if class := m.classOf(obj); class != nil {
		if bs := m.attributes(class, attr); len(bs) > 0 {
			return m.refused(n, m.text(n), m.field(class, attr, bs, n))
		}
		if fn := m.method(class, attr); fn != nil {
			if m.property(fn) {
				return m.result(fn)
			}
			return known(ir.Const{Kind: ir.Function, Verdict: m.verdict(fn), At: m.place(n)})
		}
		return m.unknownField(attr)
	}
	if target, ok := m.importedModule(obj); ok {
		if v := m.evalElsewhere(target + "." + attr); v.Known || len(v.Options) > 0 || len(v.May) > 0 {
			return v
		}
		return m.unknownField(attr)
	}
	if name := m.name(n); name != "" && (!strings.Contains(name, "()") || m.knows(name) && m.rooted(obj)) {
		return m.symbol(n, name)
	}
	return m.unknownField(attr)
}

// rooted reports whether an expression is a name of an import, or below one.
func (m *module) rooted(n *syntax.Node) bool {
	for n.Is("attribute") {
		n = n.Child("object")
	}
	if !n.Is("identifier") {
		return false
	}
	s := m.lookup(n, m.text(n))
	if s == nil {
		return m.wildcard(m.text(n)) != ""
	}
	for _, b := range s.binds[m.text(n)] {
		if b.kind == bindImport || b.kind == bindClass || strings.Contains(m.name(n), "()") {
			return true
		}
	}
	return false
}

func (m *module) unknownField(attr string) ir.Value {
	if isPath.MatchString(attr) {
		return nothing()
	}
	return option("field", attr, nil)
}

// field is what an attribute of a class of this file holds.
func (m *module) field(class *syntax.Node, attr string, bs []*binding, use *syntax.Node) ir.Value {
	var init, later []*binding
	declared := false
	for _, b := range bs {
		fn := b.stmt.Above("function_definition", "class_definition")
		switch {
		case fn.Is("class_definition"):
			declared = declared || annotation(b.stmt) != nil
			init = append(init, b)
		case fn != nil && slices.Contains([]string{"__init__", "__new__", "__attrs_post_init__", "__post_init__", "setUp"}, m.text(fn.Child("name"))):
			init = append(init, b)
		case use.Above("function_definition") == fn && b.stmt.Start < use.Start:
			init = append(init, b)
		default:
			later = append(later, b)
		}
	}
	v := nothing()
	for i, b := range init {
		w := m.bound(b, use)
		if b.kind == bindOther {
			w = option("field", attr, nil)
		}
		switch conds, sure := m.between(b.stmt, use, m.scopes[class]); {
		case sure:
			v = w
		case i == 0:
			v = underAll(conds, w, nothing())
		case otherSide(init, i):
			v = underElse(b.stmt.Above("else_clause"), conds, w, m.without(init, i, use, m.scopes[class], v), v)
		default:
			v = underAll(conds, w, v)
		}
	}
	if declared && m.settings(class) {
		kind := "field"
		if strings.Contains(strings.ToLower(m.text(class.Child("superclasses"))), "settings") {
			kind = "setting"
		}
		d := defaultOf(v)
		v = option(kind, attr, d)
	}
	for _, b := range later {
		w := m.bound(b, use)
		v.May = append(v.May, consts(w)...)
		v.Options = join(v.Options, w.Options)
	}
	if len(later) > 0 {
		v.Options = join(v.Options, []ir.Option{{Kind: "field", Name: attr}})
		if v.Known {
			c := v.Const
			v.Known, v.Default = false, &c
		}
	}
	return v
}

// settings reports whether a class is one whose annotated fields its users fill:
// a dataclass, a pydantic model, a named tuple and their like.
func (m *module) settings(class *syntax.Node) bool {
	for _, d := range decorators(class) {
		text := m.text(d)
		if strings.Contains(text, "dataclass") || strings.Contains(text, "attr") || strings.Contains(text, "define") || strings.Contains(text, "frozen") {
			return true
		}
	}
	supers := class.Child("superclasses")
	return supers != nil && len(supers.Kids) > 0
}

// parameter is what a parameter holds: what the caller gives, or its default.
func (m *module) parameter(b *binding) ir.Value {
	if c, ok := m.assumed[b]; ok {
		return known(c)
	}
	fn := b.stmt.Above("function_definition", "lambda")
	if b.stmt.Is("list_splat_pattern", "dictionary_splat_pattern") {
		return nothing()
	}
	if fn.Is("function_definition") {
		if v, ok := m.decorated(fn, b.name); ok {
			return v
		}
	}
	def := b.stmt.Child("value")
	if def == nil {
		if m.text(b.id) == "self" || isPath.MatchString(b.name) {
			return nothing()
		}
		return option("parameter", b.name, nil)
	}
	v := m.eval(def)
	if def.Is("call") {
		if len(v.Options) > 0 {
			return v // typer.Option(True, "--verify/--no-verify")
		}
		return option("parameter", b.name, nil)
	}
	if v.Known && v.Const.Kind == ir.Null && isPath.MatchString(b.name) {
		return ir.Value{Default: &v.Const, Closed: true, Options: []ir.Option{{Kind: "parameter", Name: b.name}}}
	}
	d := defaultOf(v)
	out := option("parameter", b.name, d)
	out.Options = join(out.Options, v.Options)
	return out
}

// result is what a function of this file gives back, where that does not depend
// on its arguments.
func (m *module) result(def *syntax.Node) ir.Value {
	if m.busy[question{def, askResult}] {
		m.proj.cuts++
		return nothing()
	}
	m.busy[question{def, askResult}] = true
	defer delete(m.busy, question{def, askResult})
	v := nothing()
	rs := m.returns(def)
	if len(rs) > maxReturns {
		return nothing()
	}
	for i, r := range rs {
		w := m.eval(r)
		conds, _ := m.between(statement(r), nil, m.scopes[def])
		if i == 0 {
			v = w
		}
		if len(conds) > 0 || i > 0 {
			v = underAll(conds, w, v)
		}
	}
	if slices.ContainsFunc(v.Options, func(o ir.Option) bool {
		return o.Kind == "parameter" && len(m.scopes[def].binds[o.Name]) > 0
	}) {
		return nothing()
	}
	return v
}

// maxReturns is how many returns a function may have whose result is looked at.
const maxReturns = 8

// verdict is what a callback decides.
func (m *module) verdict(fn *syntax.Node) ir.Verdict {
	var results []*syntax.Node
	if fn.Is("lambda") {
		results = []*syntax.Node{fn.Child("body")}
	} else {
		results = m.returns(fn)
	}
	if len(results) == 0 {
		return ir.VerdictUnknown
	}
	accepts := 0
	for _, r := range results {
		v := m.eval(r)
		if v.Known && truth(v.Const) == ir.Yes && v.Const.Kind != ir.List {
			accepts++
		}
	}
	switch {
	case accepts == len(results) && (fn.Is("lambda") || len(results) == 1 || m.onlyReturns(fn)):
		return ir.AcceptsAlways
	case accepts == len(results):
		return ir.AcceptsInBranch
	}
	return ir.Delegates
}

// onlyReturns reports whether nothing in a function raises.
func (m *module) onlyReturns(fn *syntax.Node) bool {
	raises := false
	fn.Walk(func(n *syntax.Node) bool {
		raises = raises || n.Is("raise_statement")
		return !raises
	})
	return !raises
}
