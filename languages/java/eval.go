package java

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// maxSteps bounds the work of one question.
const maxSteps = 4000

func nothing() ir.Value { return ir.Value{} }

func known(c ir.Const) ir.Value { return ir.Value{Known: true, Closed: true, Const: c} }

func option(kind, name string, def *ir.Const) ir.Value {
	return ir.Value{Options: []ir.Option{{Kind: kind, Name: name}}, Default: def}
}

// value is eval for an argument: with the place of the expression.
func (m *module) value(n *syntax.Node) ir.Value {
	m.steps = 0
	v := m.eval(n)
	v.Span, v.Pair = m.span(n), m.span(n)
	return v
}

// eval is what an expression is, and who decides it.
func (m *module) eval(n *syntax.Node) ir.Value {
	if n == nil {
		return nothing()
	}
	if v, ok := m.values[n]; ok {
		if v == nil {
			return nothing()
		}
		return *v
	}
	if m.steps++; m.steps > maxSteps || m.depth > maxDepth {
		return nothing() // not remembered: another question may get further
	}
	m.values[n] = nil
	m.depth++
	v := m.evalOnce(n)
	m.depth--
	m.values[n] = &v
	if m.steps > maxSteps {
		delete(m.values, n)
	}
	return v
}

func (m *module) boolean(n *syntax.Node, b bool) ir.Const {
	return ir.Const{Kind: ir.Bool, Bool: b, At: m.place(n)}
}

func (m *module) evalOnce(n *syntax.Node) ir.Value {
	switch n.Kind {
	case "true", "false":
		return known(m.boolean(n, n.Is("true")))
	case "null_literal":
		return known(ir.Const{Kind: ir.Null, At: m.place(n)})
	case "decimal_integer_literal", "hex_integer_literal":
		i, err := strconv.ParseInt(strings.TrimRight(strings.ReplaceAll(m.text(n), "_", ""), "lL"), 0, 64)
		if err == nil {
			return known(ir.Const{Kind: ir.Int, Int: i, At: m.place(n)})
		}
	case "string_literal", "character_literal":
		if s, ok := m.literal(n); ok {
			return known(ir.Const{Kind: ir.String, Str: s, At: m.place(n)})
		}
	case "parenthesized_expression":
		if len(n.Kids) > 0 {
			return m.eval(n.Kids[len(n.Kids)-1])
		}
	case "cast_expression":
		return m.eval(n.Child("value"))
	case "unary_expression":
		if m.text(n.Child("operator")) == "!" {
			return m.invert(m.eval(n.Child("operand")), n)
		}
	case "binary_expression":
		return m.binary(n)
	case "ternary_expression":
		return m.choose(m.eval(n.Child("condition")), m.eval(n.Child("consequence")), m.eval(n.Child("alternative")))
	case "assignment_expression":
		return m.eval(n.Child("right"))
	case "identifier":
		if d := m.lookup(n, m.text(n)); d != nil {
			return m.variableValue(d, n)
		}
		return m.symbolValue(n)
	case "field_access":
		if d := m.variable(n); d != nil {
			return m.variableValue(d, n)
		}
		return m.symbolValue(n)
	case "method_invocation":
		return m.call(n)
	case "object_creation_expression":
		name := m.typeOf(n)
		if a := args(n); name == "java.lang.String()" && len(a) == 1 {
			return m.eval(a[0])
		}
		return known(ir.Const{Kind: ir.Symbol, Sym: name, At: m.place(n)})
	case "array_creation_expression":
		if init := n.Child("value"); init != nil {
			return m.eval(init)
		}
		for _, k := range n.Kids {
			if k.Is("array_initializer") {
				return m.eval(k)
			}
		}
	case "array_initializer":
		return m.list(n, n.Kids)
	case "lambda_expression", "method_reference":
		return m.function(n)
	case "switch_label":
		// case X: what is switched on is X.
		if sw := n.Above("switch_expression", "switch_statement"); sw != nil && len(n.Kids) == 1 {
			return m.compare(n, m.eval(sw.Child("condition")), m.eval(n.Kids[0]))
		}
	}
	return nothing()
}

// function is a lambda or a method reference with what it decides.
func (m *module) function(n *syntax.Node) ir.Value {
	d := m.decide(n)
	c := ir.Const{Kind: ir.Function, Verdict: d.verdict, Why: d.why, At: m.place(n)}
	if len(d.options) > 0 && d.verdict == ir.AcceptsInBranch {
		return ir.Value{Closed: true, May: []ir.Const{c}, Options: d.options}
	}
	return known(c)
}

func (m *module) list(n *syntax.Node, kids []*syntax.Node) ir.Value {
	c := ir.Const{Kind: ir.List, At: m.place(n)}
	if len(kids) > 256 {
		return nothing()
	}
	for _, k := range kids {
		if k.Is("line_comment", "block_comment") {
			continue
		}
		v := m.eval(k)
		e := ir.Elem{Span: m.span(k)}
		if v.Known {
			e.Const = v.Const
		}
		if e.Const.At.Span.IsZero() {
			e.Const.At = m.place(k)
		}
		c.Elems = append(c.Elems, e)
	}
	return known(c)
}

// literal is the text of a string literal.
func (m *module) literal(n *syntax.Node) (string, bool) {
	raw := m.text(n)
	if n.Is("character_literal") {
		if len(raw) >= 3 && raw[0] == '\'' {
			s, err := strconv.Unquote(raw)
			return s, err == nil
		}
		return "", false
	}
	if !n.Is("string_literal") || len(raw) < 2 {
		return "", false
	}
	if strings.HasPrefix(raw, `"""`) && len(raw) >= 6 {
		return strings.TrimSpace(raw[3 : len(raw)-3]), true
	}
	if !strings.Contains(raw, `\`) {
		return raw[1 : len(raw)-1], true
	}
	s, err := strconv.Unquote(raw)
	return s, err == nil
}

func truthOf(v ir.Value) ir.Tri {
	switch {
	case v.Known:
		return v.Const.Truth()
	case v.Default != nil:
		return v.Default.Truth()
	}
	return ir.Maybe
}

// each maps the constants of a value; those that f refuses are lost.
func each(v ir.Value, f func(ir.Const) (ir.Const, bool)) ir.Value {
	out := ir.Value{Options: v.Options, Closed: v.Closed}
	if v.Known {
		c, ok := f(v.Const)
		if !ok {
			return ir.Value{}
		}
		out.Known, out.Const = true, c
		return out
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

func (m *module) invert(v ir.Value, _ *syntax.Node) ir.Value {
	return each(v, func(c ir.Const) (ir.Const, bool) {
		t := c.Truth()
		return ir.Const{Kind: ir.Bool, Bool: t == ir.No, At: c.At}, t != ir.Maybe
	})
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

// consts are all constants that a value may be.
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

// defaultOf is what a value is while nobody decides anything.
func defaultOf(v ir.Value) *ir.Const {
	if v.Known {
		c := v.Const
		if c.Kind == ir.Unknown {
			return nil
		}
		return &c
	}
	return v.Default
}

// choose is a value that a condition picks.
func (m *module) choose(cond, yes, no ir.Value) ir.Value {
	if cond.Known {
		switch cond.Const.Truth() {
		case ir.Yes:
			return yes
		case ir.No:
			return no
		}
	}
	out := ir.Value{Options: join(cond.Options, join(yes.Options, no.Options))}
	out.May = append(consts(yes), consts(no)...)
	out.Closed = (yes.Known || yes.Closed) && (no.Known || no.Closed)
	switch truthOf(cond) {
	case ir.Yes:
		out.Default = defaultOf(yes)
	case ir.No:
		out.Default = defaultOf(no)
	}
	if len(out.Options) == 0 && len(out.May) == 0 {
		return nothing()
	}
	return out
}

func (m *module) binary(n *syntax.Node) ir.Value {
	op := m.text(n.Child("operator"))
	if op == "+" {
		return m.concat(n)
	}
	a, b := m.eval(n.Child("left")), m.eval(n.Child("right"))
	switch op {
	case "&&":
		return m.logic(n, a, b, ir.No)
	case "||":
		return m.logic(n, a, b, ir.Yes)
	case "==":
		return m.compare(n, a, b)
	case "!=":
		return m.invert(m.compare(n, a, b), n)
	}
	return nothing()
}

// logic is a && b (strong: No) or a || b (strong: Yes).
func (m *module) logic(n *syntax.Node, a, b ir.Value, strong ir.Tri) ir.Value {
	ta, tb := ir.Maybe, ir.Maybe
	if a.Known {
		ta = a.Const.Truth()
	}
	if b.Known {
		tb = b.Const.Truth()
	}
	switch {
	case ta == strong:
		return a
	case tb == strong:
		return b
	case ta == strong.Not():
		return b
	case tb == strong.Not():
		return a
	}
	out := ir.Value{Options: join(a.Options, b.Options)}
	if len(out.Options) == 0 {
		return nothing()
	}
	out.Closed = true
	out.May = []ir.Const{m.boolean(n, true), m.boolean(n, false)}
	da, db := truthOf(a), truthOf(b)
	switch {
	case da == strong || db == strong:
		c := m.boolean(n, strong == ir.Yes)
		out.Default = &c
	case da == strong.Not() && db == strong.Not():
		c := m.boolean(n, strong == ir.No)
		out.Default = &c
	}
	return out
}

func equalConst(a, b ir.Const, fold bool) ir.Tri {
	switch {
	case a.Kind == ir.Unknown || b.Kind == ir.Unknown:
		return ir.Maybe
	case a.Kind == ir.String && b.Kind == ir.String:
		return ir.TriOf(a.Str == b.Str || fold && strings.EqualFold(a.Str, b.Str))
	case a.Kind == ir.Bool && b.Kind == ir.Bool:
		return ir.TriOf(a.Bool == b.Bool)
	case a.Kind == ir.Int && b.Kind == ir.Int:
		return ir.TriOf(a.Int == b.Int)
	case a.Kind == ir.Null || b.Kind == ir.Null:
		return ir.TriOf(a.Kind == b.Kind)
	case a.Kind == ir.Symbol && b.Kind == ir.Symbol && a.Sym != "":
		return ir.TriOf(a.Sym == b.Sym)
	}
	return ir.Maybe
}

// compare is a == b. Whether something is null decides nothing.
func (m *module) compare(n *syntax.Node, a, b ir.Value) ir.Value { return m.comparing(n, a, b, false) }

func (m *module) comparing(n *syntax.Node, a, b ir.Value, fold bool) ir.Value {
	if !b.Known && a.Known {
		a, b = b, a
	}
	if !b.Known || b.Const.Kind == ir.Null {
		if len(a.Options) > 0 && len(b.Options) > 0 {
			return ir.Value{Options: join(a.Options, b.Options), Closed: true, May: []ir.Const{m.boolean(n, true), m.boolean(n, false)}}
		}
		return nothing()
	}
	if a.Known {
		t := equalConst(a.Const, b.Const, fold)
		if t == ir.Maybe {
			return nothing()
		}
		return known(m.boolean(n, t == ir.Yes))
	}
	if len(a.Options) == 0 {
		return nothing()
	}
	out := ir.Value{Options: a.Options, Closed: true, May: []ir.Const{m.boolean(n, true), m.boolean(n, false)}}
	def := a.Default
	if def == nil && b.Const.Kind == ir.String && b.Const.Str != "" && !allParameters(a.Options) {
		// Nobody has set it: it is not that text.
		def = &ir.Const{Kind: ir.Null}
	}
	if def != nil {
		if t := equalConst(*def, b.Const, fold); t != ir.Maybe {
			c := m.boolean(n, t == ir.Yes)
			if def.At.Path != "" && (def.Kind == ir.String || def.Kind == ir.Bool) {
				c.At = def.At
			}
			out.Default = &c
		}
	}
	return out
}

func allParameters(opts []ir.Option) bool {
	return !slices.ContainsFunc(opts, func(o ir.Option) bool { return o.Kind != "parameter" && o.Kind != "field" })
}

// concat joins texts.
func (m *module) concat(n *syntax.Node) ir.Value {
	a, b := m.eval(n.Child("left")), m.eval(n.Child("right"))
	text := func(v ir.Value) (string, bool) {
		if !v.Known {
			return "", false
		}
		switch v.Const.Kind {
		case ir.String:
			return v.Const.Str, true
		case ir.Int:
			return strconv.FormatInt(v.Const.Int, 10), true
		case ir.Bool:
			return strconv.FormatBool(v.Const.Bool), true
		}
		return "", false
	}
	s, ok := text(a)
	t, ok2 := text(b)
	if !ok || !ok2 || len(s)+len(t) > 1<<16 {
		return nothing()
	}
	return known(ir.Const{Kind: ir.String, Str: s + t, At: m.place(n)})
}

// symbolValue is a constant of a class.
func (m *module) symbolValue(n *syntax.Node) ir.Value {
	name := m.symbol(n)
	switch name {
	case "java.lang.Boolean.TRUE":
		return known(m.boolean(n, true))
	case "java.lang.Boolean.FALSE":
		return known(m.boolean(n, false))
	}
	text := squeeze(m.text(n))
	last := simpleName(text)
	if strings.HasSuffix(name, "BuildConfig.DEBUG") || strings.HasPrefix(simpleName(strings.TrimSuffix(text, "."+last)), "BuildConfig") {
		return option("setting", text, nil)
	}
	if name == "" || n.Is("field_access") && m.rooted(n) {
		// opts.insecure: a field of an object that somebody filled.
		if n.Is("field_access") && last != "length" && !m.sent(n) {
			return option("field", text, nil)
		}
		return nothing()
	}
	if _, imported := m.imports[simpleName(strings.TrimSuffix(text, "."+last))]; saysSo.MatchString(last) && !m.knows(name) && (!imported && capital(text) || configClass.MatchString(text)) {
		return option("setting", text, nil)
	}
	return known(ir.Const{Kind: ir.Symbol, Sym: name, At: m.place(n)})
}

// saysSo is a name that says that verification is meant.
var saysSo = lazyregexp.New(`(?i)insecure|verif|trust_?(all|any|every)|self_?signed|no_?ssl|skip_?(tls|ssl|cert|host)|lenient|accept_?all|allow_?all|(check|validate)_?(ssl|tls|cert|host)|(ssl|tls)_?check|strict_?(ssl|tls|host)|debug|disable_?(ssl|tls|cert|host|trust)|(ssl|tls|cert\w*|host\w*|trust_?manager)_?disabled|ignore_?(ssl|tls|cert|host)|unsafe`)

// configClass is a class of constants that somebody sets.
var configClass = lazyregexp.New(`(Config|Configuration|Settings?|Flags?|Features?|Constants?|Env)\.\w+$`)

// sent reports whether an expression begins with what a callback is given, or with
// a variable that changes from turn to turn.
func (m *module) sent(n *syntax.Node) bool {
	for {
		switch {
		case n.Is("field_access", "method_invocation") && n.Child("object") != nil:
			n = n.Child("object")
			continue
		case n.Is("array_access"):
			n = n.Child("array")
			continue
		}
		break
	}
	d := m.variable(n)
	if d == nil {
		return false
	}
	if d.kind == param {
		fn := d.stmt.Above("method_declaration", "constructor_declaration")
		return fn.Is("method_declaration") && callbacks.MatchString(m.text(fn.Child("name")))
	}
	return d.kind == lambdaParam || d.kind == other
}

// callbacks are methods whose parameters are what the other side sent.
var callbacks = lazyregexp.New(`^(verify|isTrusted|checkServerTrusted|checkClientTrusted|onReceivedSslError|test|apply|accept)$`)

// variableValue is what a variable holds where it is used.
func (m *module) variableValue(d *decl, use *syntax.Node) ir.Value {
	switch d.kind {
	case lambdaParam, other:
		return nothing()
	case param:
		if c, ok := m.assumed[d]; ok {
			return known(c)
		}
		fn := d.stmt.Above("method_declaration", "constructor_declaration", "record_declaration")
		if fn.Is("record_declaration") {
			return option("field", d.name, nil)
		}
		if callbacks.MatchString(m.text(fn.Child("name"))) && fn.Is("method_declaration") {
			return nothing()
		}
		return m.paramValue(d, fn)
	case field:
		return m.fieldValue(d, use)
	}
	writes, ok := m.writesOf(d)
	if !ok {
		return nothing()
	}
	if len(writes) == 0 {
		return m.eval(d.init)
	}
	return m.reaching(d, writes, use)
}

// reaching joins the writes to a local variable that reach its use.
func (m *module) reaching(d *decl, writes []*syntax.Node, use *syntax.Node) ir.Value {
	v, have := nothing(), false
	if d.init != nil {
		v, have = m.eval(d.init), true
	}
	around := map[condition]bool{}
	for _, c := range m.conditions(use) {
		around[c] = true
	}
	for _, w := range writes {
		if w.Start > use.Start {
			if w.Above("for_statement", "while_statement", "enhanced_for_statement", "do_statement") != nil {
				return nothing()
			}
			continue
		}
		if !w.Is("assignment_expression") || w.Child("operator") != nil && m.text(w.Child("operator")) != "=" {
			return nothing()
		}
		next := m.eval(w.Child("right"))
		sure := true
		for _, c := range m.conditions(w) {
			if around[c] {
				continue
			}
			sure = false
			cond := m.eval(c.expr)
			if c.cases != "" {
				cond = m.inCase(c, cond)
			}
			if !c.branch {
				cond = m.invert(cond, c.expr)
			}
			if !have {
				v = nothing()
			}
			next = m.choose(cond, next, v)
		}
		if sure && w.Above("catch_clause", "for_statement", "while_statement", "enhanced_for_statement", "switch_block") != nil && !use.Within(scopeAbove(w)) {
			next = m.choose(nothing(), next, v)
		}
		v, have = next, true
	}
	return v
}

// paramValue is a parameter: of a private method what its callers give, else an
// option of the method.
func (m *module) paramValue(d *decl, fn *syntax.Node) ir.Value {
	mods := m.modifiers(fn)
	if fn.Is("method_declaration") && hasModifier(mods, "private") {
		i := slices.Index(formals(fn), d.stmt)
		calls := m.methods[m.text(fn.Child("name"))]
		if i >= 0 && len(calls) > 0 && len(calls) <= 8 {
			out, all := ir.Value{Closed: true}, true
			for k, c := range calls {
				a := args(c)
				if i >= len(a) {
					all = false
					break
				}
				v := m.eval(a[i])
				if k == 0 {
					out = v
				} else {
					out = m.choose(nothing(), out, v)
				}
				all = all && (v.Known || len(v.Options) > 0 || v.Closed && len(v.May) > 0)
			}
			if all {
				return out
			}
		}
	}
	if a := m.annotation(d.stmt, "Value", "RequestParam", "ConfigProperty", "Named"); a != nil {
		return m.setting(a, d.name, nil)
	}
	return option("parameter", d.name, nil)
}

var placeholder = lazyregexp.New(`^[$#]\{([^:}]+)(?::([^}]*))?\}$`)

// setting is what an annotation injects: @Value("${name:default}") and its like.
func (m *module) setting(a *syntax.Node, name string, def *ir.Const) ir.Value {
	list := a.Child("arguments")
	if list == nil {
		return option("setting", name, def)
	}
	for _, k := range list.Kids {
		key, val := "value", k
		if k.Is("element_value_pair") {
			key, val = m.text(k.Child("key")), k.Child("value")
		}
		s, ok := m.literal(unwrap(val))
		switch {
		case ok && key == "value":
			g := placeholder.FindStringSubmatch(strings.TrimSpace(s))
			if g == nil {
				break
			}
			name = g[1]
			if strings.Contains(s, ":") {
				def = &ir.Const{Kind: ir.String, Str: g[2]}
			}
		case ok && (key == "name" || key == "names" || key == "property"):
			name = s
		case ok && key == "defaultValue":
			def = &ir.Const{Kind: ir.String, Str: s, At: m.place(unwrap(val))}
		}
	}
	return option("setting", name, def)
}

// fieldValue is a field: a constant, or an option that constructors, setters or a
// framework fill.
func (m *module) fieldValue(d *decl, use *syntax.Node) ir.Value {
	mods := m.modifiers(d.stmt)
	zero := func() *ir.Const {
		if d.init != nil {
			return defaultOf(m.eval(d.init))
		}
		if d.typ.Is("boolean_type") {
			return &ir.Const{Kind: ir.Bool, At: ir.Place{}}
		}
		return nil
	}
	if a := m.annotation(d.stmt, "Value", "ConfigProperty", "Parameter", "Option", "Argument", "Property", "ConfigItem"); a != nil {
		return m.setting(a, d.name, zero())
	}
	if d.class != nil && m.annotation(d.class.node, "ConfigurationProperties", "ConfigMapping", "Data", "Setter", "Builder") != nil && !hasModifier(mods, "static") {
		return option("setting", d.name, zero())
	}
	writes, ok := m.writesOf(d)
	if !ok {
		return nothing()
	}
	if len(writes) == 0 {
		switch {
		case d.init != nil && (hasModifier(mods, "final") || hasModifier(mods, "private") || d.class != nil && d.class.node.Is("interface_declaration")):
			return m.eval(d.init)
		case hasModifier(mods, "private") && d.typ.Is("boolean_type"):
			return known(ir.Const{Kind: ir.Bool})
		case hasModifier(mods, "private"):
			return nothing()
		}
		return option("field", d.name, zero())
	}
	// A write in the same method before the use decides there.
	fn := method(use)
	var inside []*syntax.Node
	for _, w := range writes {
		if fn != nil && w.Within(fn) {
			inside = append(inside, w)
		}
	}
	if len(inside) == 1 && inside[0].Start < use.Start && len(m.conditions(inside[0])) == 0 && inside[0].Is("assignment_expression") {
		return m.eval(inside[0].Child("right"))
	}
	out := ir.Value{Default: zero(), Closed: true}
	outside := false
	for _, w := range writes {
		if !w.Is("assignment_expression") || w.Child("operator") != nil && m.text(w.Child("operator")) != "=" {
			return option("field", d.name, zero())
		}
		v := m.eval(w.Child("right"))
		out.May = append(out.May, consts(v)...)
		out.Closed = out.Closed && (v.Known || v.Closed)
		if at := w.Above("method_declaration", "constructor_declaration", "lambda_expression"); at.Is("constructor_declaration") {
			out.Options = join(out.Options, v.Options)
			if len(m.conditions(w)) == 0 {
				out.Default = defaultOf(v)
			}
		} else {
			outside = true
		}
	}
	if outside {
		// A field that starts as null is one that nobody has set.
		isNull := func(c ir.Const) bool { return c.Kind == ir.Null }
		out.May = slices.DeleteFunc(out.May, isNull)
		if out.Default != nil && isNull(*out.Default) {
			out.Default = nil
		}
		out.Options = join([]ir.Option{{Kind: "field", Name: d.name}}, out.Options)
	}
	if len(out.Options) == 0 && len(out.May) == 1 && out.Closed {
		return known(out.May[0])
	}
	return out
}

var (
	getter = lazyregexp.New(`(?i)^(get(Boolean|Bool|Property|String|Config|Optional\w*|OrDefault|Value|Setting|Flag)?|opt(Boolean|String)?|hasOption|hasArg|isSet|isEnabled|containsOption|property|boolean|bool|containsKey|has|asBoolean|getParsedOptionValue|lookup|env|getRequiredProperty|getInitParameter|getParameter|getHeader|getAttribute)$`)
	asks   = lazyregexp.New(`^(is|get|has|should|use|allow|trust|verify|skip|ignore|disable|enable|accept|validate|check)[A-Z]\w*$`)
	shape  = lazyregexp.New(`^(isEmpty|isPresent|isBlank|isOpen|isConnected|isNull|isArray|isInstance|hasNext|isInterrupted|isDone|isWindows|isAlive|isClosed|isReady|isFile|isDirectory|exists|isAssignableFrom|isAnnotationPresent|isEnabledFor|isDebugEnabled|isInfoEnabled|isTraceEnabled|getClass|hasMoreElements|isMatched|isSecure|isHttps|isSsl|getName|getHost|getPort|hasText|hasLength|getScheme|getProtocol)$`)
	// configLike is the receiver of a read of configuration.
	configLike = lazyregexp.New(`(?i)(^|[._])(this|my|the)?\w*(conf|config|configuration|props|properties|prop|settings?|opts?|options?|env|environment|cmd|cli|commandline|args|params?|prefs|preferences|flags?|parameters)(\(\))?$`)
)

// call is the value of a method invocation.
func (m *module) call(n *syntax.Node) ir.Value {
	method, obj, as := m.text(n.Child("name")), n.Child("object"), args(n)
	name := m.callee(n)
	switch name {
	case "java.lang.Boolean.parseBoolean", "java.lang.Boolean.valueOf", "java.lang.Boolean.toString", "java.lang.String.valueOf":
		if len(as) == 1 {
			return m.cast(m.eval(as[0]), n, name == "java.lang.Boolean.parseBoolean" || name == "java.lang.Boolean.valueOf")
		}
	case "java.lang.Boolean.getBoolean":
		if len(as) == 1 {
			no := m.boolean(n, false)
			no.At = ir.Place{}
			v := option("system property", m.keyText(as[0]), &no)
			v.May, v.Closed = []ir.Const{m.boolean(n, true)}, true
			return v
		}
	case "java.lang.System.getProperty":
		return m.read("system property", as)
	case "java.lang.System.getenv":
		if len(as) == 1 {
			return m.read("environment variable", as)
		}
	case "java.util.Objects.equals":
		if len(as) == 2 {
			return m.compare(n, m.eval(as[0]), m.eval(as[1]))
		}
	case "java.util.Arrays.asList", "java.util.List.of", "java.util.Set.of", "java.util.Collections.singletonList":
		if len(as) == 1 && m.eval(as[0]).Const.Kind == ir.List {
			return m.eval(as[0])
		}
		return m.list(n, as)
	}
	switch method {
	case "equals", "equalsIgnoreCase", "contentEquals":
		if obj != nil && len(as) == 1 {
			return m.comparing(n, m.eval(obj), m.eval(as[0]), method == "equalsIgnoreCase")
		}
	case "booleanValue", "toString", "trim", "strip", "toLowerCase", "toUpperCase", "intern", "get", "orElse", "toArray":
		if obj != nil && (len(as) == 0 || method != "get") {
			v := m.eval(obj)
			if method == "orElse" && len(as) == 1 && !v.Known {
				v.Default = defaultOf(m.eval(as[0]))
				if len(v.Options) == 0 {
					return nothing()
				}
			}
			if v.Known && v.Const.Kind == ir.Bool && method == "toString" || v.Known && v.Const.Kind != ir.Symbol || len(v.Options) > 0 {
				return v
			}
		}
	case "findAny", "isPresent":
		return nothing()
	}
	if rest, ok := strings.CutPrefix(name, "./"); ok {
		own, _, _ := strings.Cut(rest, ".")
		if c := m.classes[strings.TrimSuffix(own, "()")]; c != nil || own == "" {
			if own == "" {
				c = m.classAround(n)
			}
			if v, ok := m.own(c, method, n); ok {
				return v
			}
		}
	}
	if shape.MatchString(method) {
		return m.result(name, n)
	}
	text := ""
	if obj != nil {
		text = squeeze(m.text(obj))
	}
	if len(as) > 0 && getter.MatchString(method) && !m.set.Knows(name) {
		if key := m.keyText(as[0]); key != "" && (configLike.MatchString(text) || method == "getAttribute" || as[0].Is("string_literal") || saysSo.MatchString(key)) {
			kind := "setting"
			if strings.Contains(name, "getenv") || strings.HasSuffix(text, "getenv()") {
				kind = "environment variable"
			}
			v := m.read(kind, as)
			if strings.Contains(strings.ToLower(method), "bool") || method == "hasOption" || method == "containsKey" {
				if v.Default == nil && (method == "hasOption" || method == "containsKey") {
					v.Default = &ir.Const{Kind: ir.Bool}
				}
				v = m.cast(v, n, true)
			}
			return v
		}
	}
	if len(as) == 0 && obj != nil && !m.set.Knows(name) && !m.sent(n) && (asks.MatchString(method) && (saysSo.MatchString(method) || configLike.MatchString(text)) || saysSo.MatchString(method) || configLike.MatchString(text) && obj.Is("identifier")) {
		return option("setting", text+"."+method+"()", nil)
	}
	return m.result(name, n)
}

// result is a call of something that rows name.
func (m *module) result(name string, n *syntax.Node) ir.Value {
	if name == "" || strings.HasPrefix(name, "./") {
		return nothing()
	}
	if t := m.typeOf(n); m.set.Knows(t) {
		return known(ir.Const{Kind: ir.Symbol, Sym: t, At: m.place(n)})
	}
	if owner := name[:max(0, strings.LastIndexByte(name, '.'))]; m.set.Knows(name) || m.set.Knows(owner) {
		return known(ir.Const{Kind: ir.Symbol, Sym: name + "()", At: m.place(n)})
	}
	return nothing()
}

// own is the result of a method of the file that only returns something.
func (m *module) own(c *class, name string, call *syntax.Node) (ir.Value, bool) {
	if c == nil || len(c.methods[name]) != 1 {
		return ir.Value{}, false
	}
	body := c.methods[name][0].Child("body")
	if body == nil || len(body.Kids) != 1 || !body.Kids[0].Is("return_statement") || len(body.Kids[0].Kids) != 1 {
		return ir.Value{}, false
	}
	v := m.eval(body.Kids[0].Kids[0])
	if len(args(call)) > 0 && (len(v.Options) == 0 || slices.ContainsFunc(v.Options, func(o ir.Option) bool { return o.Kind == "parameter" })) {
		return ir.Value{}, false // what it is given may be the peer's
	}
	return v, true
}

// keyText is the name of what a call reads.
func (m *module) keyText(n *syntax.Node) string {
	v := m.eval(n)
	if v.Known && v.Const.Kind == ir.String {
		return v.Const.Str
	}
	if n.Is("identifier", "field_access") {
		return simpleName(squeeze(m.text(n)))
	}
	if n.Is("binary_expression") {
		return squeezeText(m.text(n))
	}
	return ""
}

// read is the read of a setting; a further argument is its default.
func (m *module) read(kind string, as []*syntax.Node) ir.Value {
	if len(as) == 0 {
		return nothing()
	}
	v := option(kind, m.keyText(as[0]), nil)
	if len(as) > 1 {
		last := as[len(as)-1]
		if last.Is("class_literal") {
			return v
		}
		def := m.eval(last)
		v.Default = defaultOf(def)
		v.Options = join(v.Options, def.Options)
	} else if kind != "setting" {
		v.Default = &ir.Const{Kind: ir.Null}
	}
	return v
}

// cast reads a boolean out of text, as Boolean.parseBoolean does: only "true" is.
func (m *module) cast(v ir.Value, n *syntax.Node, parse bool) ir.Value {
	if !parse {
		return v
	}
	out := each(v, func(c ir.Const) (ir.Const, bool) {
		switch c.Kind {
		case ir.Bool:
			return c, true
		case ir.String:
			return ir.Const{Kind: ir.Bool, Bool: strings.EqualFold(c.Str, "true"), At: c.At}, true
		case ir.Null:
			return ir.Const{Kind: ir.Bool}, true
		}
		return c, false
	})
	if !v.Known && len(v.Options) > 0 {
		out.May, out.Closed = []ir.Const{m.boolean(n, true), m.boolean(n, false)}, true
	}
	return out
}
