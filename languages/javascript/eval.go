package javascript

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

// nothing is a value of which nothing is known and which no option decides: no
// ground for any statement.
func nothing() ir.Value { return ir.Value{Closed: true} }

func known(c ir.Const) ir.Value { return ir.Value{Known: true, Const: c, Closed: true} }

func (m *module) boolean(n *syntax.Node, b bool) ir.Const {
	return ir.Const{Kind: ir.Bool, Bool: b, At: m.place(n)}
}

// undefined is what is not there.
var undefined = ir.Const{Kind: ir.Null}

// option is a value that somebody outside this code decides; def is what it is
// while nobody does, nil when that is not known.
func option(kind, name string, def *ir.Const) ir.Value {
	return ir.Value{Default: def, Options: []ir.Option{{Kind: kind, Name: name}}}
}

func (m *module) eval(n *syntax.Node) ir.Value {
	if n == nil {
		return nothing()
	}
	if v, ok := m.values[n]; ok {
		return v
	}
	ask := question{n, askValue}
	if m.busy[ask] || m.depth > maxDepth || m.proj.steps > maxSteps {
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
	if m.proj.cuts == before {
		m.values[n] = v
	}
	return v
}

func (m *module) evalNew(n *syntax.Node) ir.Value {
	switch n.Kind {
	case "true", "false":
		return known(m.boolean(n, n.Kind == "true"))
	case "null", "undefined":
		return known(ir.Const{Kind: ir.Null, At: m.place(n)})
	case "number":
		text := strings.ToLower(strings.ReplaceAll(strings.TrimSuffix(m.text(n), "n"), "_", ""))
		if i, err := strconv.ParseInt(text, 0, 64); err == nil {
			return known(ir.Const{Kind: ir.Int, Int: i, At: m.place(n)})
		}
	case "string", "template_string":
		if s, ok := m.literal(n); ok {
			return known(ir.Const{Kind: ir.String, Str: s, At: m.place(n)})
		}
		if len(n.Kids) == 1 && len(n.Kids[0].Kids) == 1 && n.End-n.Start == n.Kids[0].End-n.Kids[0].Start+2 {
			return m.eval(n.Kids[0].Kids[0]) // `${x}`
		}
	case "identifier", "shorthand_property_identifier":
		return m.evalName(n)
	case "member_expression", "subscript_expression":
		return m.evalMember(n)
	case "call_expression":
		return m.evalCall(n)
	case "new_expression":
		if s := m.name(n); s != "" {
			return m.symbol(n, s)
		}
	case "unary_expression":
		return m.unary(n)
	case "binary_expression":
		return m.binary(n)
	case "ternary_expression":
		cond := m.eval(n.Child("condition"))
		if !cond.Known && len(cond.Options) == 0 {
			cond.Options = saidBy(m.text(n.Child("condition")))
		}
		return choose(cond, m.eval(n.Child("consequence")), m.eval(n.Child("alternative")))
	case "assignment_expression":
		return m.eval(n.Child("right"))
	case "sequence_expression":
		if len(n.Kids) > 0 {
			return m.eval(n.Kids[len(n.Kids)-1])
		}
	case "array":
		c := ir.Const{Kind: ir.List, At: m.place(n)}
		for _, k := range n.Kids {
			if v := m.eval(k); v.Known {
				c.Elems = append(c.Elems, ir.Elem{Const: v.Const, Span: m.span(k)})
			}
		}
		return known(c)
	case "object":
		return known(ir.Const{Kind: ir.List, At: m.place(n)})
	case "variable_declarator":
		return m.eval(n.Child("value"))
	}
	if isFunction(n) {
		return known(m.verdict(n))
	}
	return nothing()
}

// truth is JavaScript's.
func truth(c ir.Const) ir.Tri {
	switch c.Kind {
	case ir.Bool:
		return ir.TriOf(c.Bool)
	case ir.Int:
		return ir.TriOf(c.Int != 0)
	case ir.String:
		return ir.TriOf(c.Str != "")
	case ir.Null, ir.Absent:
		return ir.No
	case ir.Function, ir.List:
		return ir.Yes
	}
	return ir.Maybe
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
		if len(out) < maxMay && !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out
}

// maxMay is how many constants that a place may hold are kept: nothing is asked of
// more than a few.
const maxMay = 16

// decided applies a question with the answer yes or no to a value.
func (m *module) decided(v ir.Value, n *syntax.Node, f func(ir.Const) ir.Tri) ir.Value {
	ask := func(c ir.Const) (ir.Const, bool) {
		t := f(c)
		at := c.At
		if at.Span.IsZero() {
			at = m.place(n)
		}
		return ir.Const{Kind: ir.Bool, Bool: t == ir.Yes, At: at}, t != ir.Maybe
	}
	if v.Known {
		if c, ok := ask(v.Const); ok {
			c.At = m.place(n) // what is written there would be turned round again
			return known(c)
		}
		return nothing()
	}
	out := ir.Value{Options: v.Options, Closed: true}
	if v.Default != nil {
		if c, ok := ask(*v.Default); ok {
			out.Default = &c
		}
	}
	if v.Closed && len(v.May) > 0 {
		for _, c := range v.May {
			if c, ok := ask(c); ok {
				out.May = append(out.May, c)
			}
		}
	} else if len(v.Options) > 0 {
		// Whoever decides decides both ways.
		out.May = []ir.Const{m.boolean(n, true), m.boolean(n, false)}
	}
	return out
}

// choose is "cond ? a : b".
func choose(cond, a, b ir.Value) ir.Value {
	if cond.Known {
		switch truth(cond.Const) {
		case ir.Yes:
			return a
		case ir.No:
			return b
		}
	}
	if a.Known && b.Known && same(a.Const, b.Const) {
		return a
	}
	out := ir.Value{Options: join(cond.Options, join(a.Options, b.Options)), Closed: (a.Closed || a.Known) && (b.Closed || b.Known)}
	for _, c := range append(consts(a), consts(b)...) {
		if len(out.May) < maxMay && !slices.ContainsFunc(out.May, func(o ir.Const) bool { return same(o, c) }) {
			out.May = append(out.May, c)
		}
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
	if a.Kind == ir.List || b.Kind == ir.List {
		return a.Kind == b.Kind && a.At == b.At
	}
	return a.Kind == b.Kind && a.Bool == b.Bool && a.Int == b.Int && a.Str == b.Str && a.Sym == b.Sym && a.Verdict == b.Verdict
}

func (m *module) unary(n *syntax.Node) ir.Value {
	v := m.eval(n.Child("argument"))
	switch m.text(n.Child("operator")) {
	case "!":
		return m.decided(v, n, func(c ir.Const) ir.Tri { return truth(c).Not() })
	case "-":
		if v.Known && v.Const.Kind == ir.Int {
			v.Const.Int, v.Const.At = -v.Const.Int, m.place(n)
			return v
		}
	case "void":
		return known(ir.Const{Kind: ir.Null, At: m.place(n)})
	}
	return nothing()
}

func (m *module) binary(n *syntax.Node) ir.Value {
	op := m.text(n.Child("operator"))
	a, b := m.eval(n.Child("left")), m.eval(n.Child("right"))
	switch op {
	case "||", "&&", "??":
		return logic(op, a, b)
	case "===", "==", "!==", "!=":
		if a.Known && !b.Known {
			a, b = b, a
		}
		if !b.Known {
			if len(a.Options)+len(b.Options) == 0 {
				return nothing()
			}
			return ir.Value{Options: join(a.Options, b.Options), Closed: true}
		}
		return m.decided(a, n, func(c ir.Const) ir.Tri {
			t := equal(c, b.Const)
			if op[0] == '!' {
				t = t.Not()
			}
			return t
		})
	case "+":
		if a.Known && b.Known && a.Const.Kind == ir.String && b.Const.Kind == ir.String {
			return known(ir.Const{Kind: ir.String, Str: a.Const.Str + b.Const.Str, At: m.place(n)})
		}
	case "|":
		if a.Known || b.Known {
			return known(ir.Const{Kind: ir.List, At: m.place(n), Elems: []ir.Elem{{Const: a.Const}, {Const: b.Const}}})
		}
	case "in":
		if a.Known && a.Const.Kind == ir.String && m.name(n.Child("right")) == "process.env" {
			no := m.boolean(n, false)
			v := option("environment variable", a.Const.Str, &no)
			v.May, v.Closed = []ir.Const{m.boolean(n, true)}, true
			return v
		}
	}
	return nothing()
}

// logic is "a || b", "a && b" and "a ?? b", which give one of their operands.
func logic(op string, a, b ir.Value) ir.Value {
	// takes is whether the left operand is the result.
	takes := func(c ir.Const) ir.Tri {
		switch op {
		case "||":
			return truth(c)
		case "&&":
			return truth(c).Not()
		}
		if c.Kind == ir.Unknown {
			return ir.Maybe
		}
		return ir.TriOf(c.Kind != ir.Null && c.Kind != ir.Absent)
	}
	if a.Known {
		switch takes(a.Const) {
		case ir.Yes:
			return a
		case ir.No:
			return b
		}
	}
	if op == "&&" && len(a.Options) > 0 && len(b.Options)+len(consts(b)) == 0 {
		return a // what else is asked for decides nothing that we know
	}
	if !a.Known && op != "&&" && len(a.Options)+len(consts(a)) == 0 {
		if len(b.Options) == 0 {
			return nothing() // what is not known stays so
		}
		// What is asked first is nothing that anybody decides.
		return ir.Value{Options: b.Options, Default: b.Default, May: consts(b), Closed: b.Closed}
	}
	out := ir.Value{Options: join(a.Options, b.Options), Closed: (a.Closed || a.Known) && (b.Closed || b.Known)}
	if op == "||" && (b.Closed || b.Known) {
		out.Closed = true // what is false on the left does not come out
	}
	for _, c := range consts(a) {
		if takes(c) != ir.No {
			out.May = append(out.May, c)
		}
	}
	out.May = append(out.May, consts(b)...)
	if len(out.May) > maxMay {
		out.May = out.May[:maxMay]
	}
	if d := defaultOf(a); d != nil {
		switch takes(*d) {
		case ir.Yes:
			out.Default = d
		case ir.No:
			out.Default = defaultOf(b)
		}
	}
	if len(out.Options) == 0 && out.Default == nil && len(out.May) == 0 {
		return nothing()
	}
	return out
}

func equal(a, b ir.Const) ir.Tri {
	unsure := func(c ir.Const) bool {
		return c.Kind == ir.Symbol || c.Kind == ir.Unknown || c.Kind == ir.List || c.Kind == ir.Function
	}
	if unsure(a) || unsure(b) {
		return ir.Maybe
	}
	if a.Kind == ir.Absent {
		a.Kind = ir.Null
	}
	return ir.TriOf(same(a, b))
}

// saysSo is a name that says what it is about: whether the other side is checked.
var saysSo = lazyregexp.New(`(?i)verif|insecure|unsafe|trust|validat|self_?signed|ssl|tls|cert|secure|debug|dev|prod|check|https|skip|ignore|allow|strict|reject|env$|mode$`)

// maxBindings is how many bindings of one name are joined.
const maxBindings = 32

// reaching are the bindings of a name that may come to a use.
func (m *module) reaching(n *syntax.Node, name string) (*scope, []*binding) {
	s := m.lookup(n, name)
	if s == nil {
		return nil, nil
	}
	all := s.binds[name]
	if len(all) == 1 {
		return s, all
	}
	var out []*binding
	fn := function(n)
	for _, b := range all {
		// What another function writes may come at any time.
		if b.kind == bindDef || b.kind == bindImport || b.id.Start < n.Start && !n.Within(b.stmt) || function(b.id) != fn {
			out = append(out, b)
		}
	}
	return s, out
}

func (m *module) evalName(n *syntax.Node) ir.Value {
	name := m.text(n)
	s, bs := m.reaching(n, name)
	if s == nil {
		return m.symbol(n, name)
	}
	if len(bs) == 0 || len(bs) > maxBindings {
		return nothing()
	}
	v, first, elsewhere := nothing(), true, false
	for _, b := range bs {
		w := m.bound(b, n)
		if b.augmented != "" {
			op := strings.TrimSuffix(b.augmented, "=")
			if w = logic(op, v, w); op == "+" || len(op) != 2 {
				w = nothing()
			}
		}
		conds, sure := m.between(b.stmt, n)
		if b.kind == bindAssign && b.stmt.Is("assignment_expression") && function(b.id) != function(n) && function(b.id) != nil {
			elsewhere, sure = true, false
		}
		switch {
		case first || sure:
			v = w
			if !sure && len(conds) > 0 {
				v = underAll(conds, w, nothing())
			}
		case elsewhere:
			v = choose(ir.Value{Default: &ir.Const{Kind: ir.Null}}, w, v)
		default:
			v = underAll(conds, w, v)
		}
		first = false
	}
	if elsewhere {
		v.Options = join(v.Options, []ir.Option{{Kind: "variable", Name: name}})
		if v.Known {
			c := v.Const
			v = ir.Value{Default: &c, Options: v.Options}
		}
	}
	return m.refused(n, name, v)
}

// underAll is what reaches behind conditional code: then where every condition
// held, otherwise what was before.
func underAll(conds []test, then, before ir.Value) ir.Value {
	if len(conds) == 0 {
		return choose(ir.Value{}, then, before) // loops and try: either may come
	}
	v := then
	for i := len(conds) - 1; i >= 0; i-- {
		v = choose(conds[i].value, v, before)
	}
	return v
}

func (m *module) symbol(n *syntax.Node, name string) ir.Value {
	return known(ir.Const{Kind: ir.Symbol, Sym: m.set.Canonical(name), At: m.place(n)})
}

// bound is the value that a binding gives.
func (m *module) bound(b *binding, use *syntax.Node) ir.Value {
	switch b.kind {
	case bindImport:
		if mod, v := m.proj.resolve(m, b.source, b.imported, 0); v != nil {
			return mod.eval(v)
		}
		if s := m.nameOfBinding(b); s != "" {
			return m.symbol(use, s)
		}
		return m.fromConfig(b.source, b.imported)
	case bindParam:
		return m.parameter(b)
	case bindAssign:
		var v ir.Value
		switch {
		case b.value == nil && b.stmt.Is("variable_declarator"):
			v = known(ir.Const{Kind: ir.Null, At: m.place(b.id)})
		case len(b.path) > 0:
			v = m.below(b.value, b.path, use)
		default:
			v = m.eval(b.value)
		}
		return m.orDefault(v, b.def)
	case bindDef:
		return m.eval(b.value)
	case bindClass:
		if s := m.nameOfBinding(b); s != "" {
			return m.symbol(use, s)
		}
	}
	return nothing()
}

// orDefault is a value with what it is when there is none.
func (m *module) orDefault(v ir.Value, def *syntax.Node) ir.Value {
	if def == nil {
		return v
	}
	d := m.eval(def)
	if v.Known && v.Const.Kind != ir.Null && v.Const.Kind != ir.Absent {
		return v
	}
	out := ir.Value{Default: defaultOf(d), Options: join(v.Options, d.Options), May: consts(d), Closed: v.Closed}
	if len(v.Options) == 0 {
		return d
	}
	for _, c := range v.May {
		if c.Kind != ir.Null {
			out.May = append(out.May, c)
		}
	}
	out.May = slices.DeleteFunc(out.May, func(c ir.Const) bool { return out.Default != nil && same(c, *out.Default) })
	return out
}

// callback reports whether a function is given to a call as it stands: what its
// parameters get is the callee's business.
func callback(fn *syntax.Node) bool {
	return fn.Up.Is("arguments") || fn.Up.Is("pair", "method_definition") && fn.Up.Up.Is("object") || fn.Up.Is("object")
}

// parameter is what the callers of a function decide.
func (m *module) parameter(b *binding) ir.Value {
	if c, ok := m.assumed[b]; ok {
		return known(c)
	}
	fn := b.stmt
	for fn != nil && !isFunction(fn) {
		fn = fn.Up
	}
	if fn == nil {
		return nothing()
	}
	name := b.name
	if len(b.path) > 0 {
		name = b.path[len(b.path)-1]
		if f, ok := m.flags[name]; ok {
			return m.orDefault(m.flagValue(name, f), b.def)
		}
	}
	if callback(fn) {
		if fn.Up.Is("arguments") && !decidesArgs.MatchString(m.text(last(callee(fn.Up.Up)))) && b.def == nil {
			return nothing()
		}
	}
	v := option("parameter", name, nil)
	if len(b.path) > 0 {
		v = option("field", name, &undefined)
	}
	if b.def != nil {
		d := m.eval(b.def)
		v.Default = defaultOf(d)
		v.Options = join(v.Options, d.Options)
	}
	return v
}

// decidesArgs are callees whose callbacks get what the user asked for.
var decidesArgs = lazyregexp.New(`(?i)^(action|command|handler|main|task|define\w*|create\w*|make\w*)$`)

func (m *module) flagValue(name string, f flag) ir.Value {
	def := &undefined
	switch {
	case f.def != nil:
		def = defaultOf(m.eval(f.def))
	case f.yes:
		def = &ir.Const{Kind: ir.Bool, Bool: true}
	}
	return option("flag", name, def)
}

// below is the value of a member of what an expression gives.
func (m *module) below(n *syntax.Node, path []string, use *syntax.Node) ir.Value {
	if len(path) == 0 {
		return m.eval(n)
	}
	key := path[0]
	if len(path) == 1 {
		return m.member(n, key, use)
	}
	if d := m.memberOf(n, use, key); d != nil {
		if e, ok := d.entries[key]; ok && e.expr != nil {
			return m.below(e.expr, path[1:], use)
		}
	}
	// Deeper inside of what a caller or a configuration gives.
	v := m.member(n, key, use)
	if len(v.Options) > 0 {
		return option("field", path[len(path)-1], &undefined)
	}
	return nothing()
}

func (m *module) evalMember(n *syntax.Node) ir.Value {
	key := m.memberKey(n)
	if key == "" {
		return nothing()
	}
	v := m.member(n.Child("object"), key, n)
	if d := m.path2(n); d != "" {
		v = m.refused(n, d, v)
	}
	return v
}

// environments are the objects that hold the variables of the environment.
var environments = map[string]bool{"process.env": true, "import.meta.env": true, "Bun.env": true, "process.default.env": true}

// configured is a library or a module that gives what somebody configured.
var configured = lazyregexp.New(`(?i)(^|[/._-])(config|configs|configuration|settings|conf|nconf|convict|env|environment|options|params|flags|cfg|rc)(\.[jt]s)?$`)

func (m *module) fromConfig(source, name string) ir.Value {
	if configured.MatchString(source) && name != "*" && name != "default" {
		return option("setting", name, nil)
	}
	return nothing()
}

// member is the value of obj.key as it is read at use.
func (m *module) member(obj *syntax.Node, key string, use *syntax.Node) ir.Value {
	base := m.name(obj)
	if environments[base] {
		v := option("environment variable", key, &undefined)
		v.Closed = true // it is text, whatever it says
		return v
	}
	if obj.Is("this") {
		return m.fieldValue(obj, key)
	}
	if mod, x := m.memberOfModule(obj, key); x != nil {
		return mod.eval(x)
	}
	if d := m.memberOf(obj, use, key); d != nil {
		if e, ok := d.entries[key]; ok {
			return e.value
		}
		if !d.open {
			return known(ir.Const{Kind: ir.Null, At: m.place(use)})
		}
	}
	if root := m.optionsRoot(obj); root != "" {
		if c, ok := m.assumedField[key]; ok {
			return known(c)
		}
		if f, ok := m.flags[key]; ok {
			return m.flagValue(key, f)
		}
		return option(root, key, &undefined)
	}
	if base != "" && !strings.HasPrefix(base, "?") {
		return m.symbol(use, base+"."+key)
	}
	if saysKey.MatchString(key) {
		return option("setting", key, nil) // whose object it is cannot be seen
	}
	return nothing()
}

// commandLine are the names of what holds the options of the command line.
var commandLine = lazyregexp.New(`^(commander|yargs|minimist|meow|util\.parseArgs|arg|command-line-args|optimist|getopts|mri|cac|sade|caporal|citty|@oclif/core|nopt|process\.argv)\b`)

// optionsRoot is the kind of option that the members of an expression are: those
// of a parameter, a flag, a field or a setting; "" when nobody decides them.
func (m *module) optionsRoot(n *syntax.Node) string {
	for range 10 {
		if commandLine.MatchString(m.name(n)) {
			return "flag"
		}
		switch {
		case n.Is("member_expression", "subscript_expression"):
			if n.Child("object").Is("this") {
				class := m.thisClass(n.Child("object"))
				if class == nil {
					return ""
				}
				for _, b := range m.fields[class][m.memberKey(n)] {
					if b.kind == bindParam || b.kind == bindAssign && b.value != nil && m.optionsOf(b.value) {
						return "field"
					}
				}
				return ""
			}
			n = n.Child("object")
		case n.Is("call_expression"):
			fn := n.Child("function")
			if w := m.text(last(fn)); w == "opts" || w == "optsWithGlobals" || w == "parse" || w == "parseSync" {
				if fn.Is("member_expression") {
					n = fn.Child("object")
					continue
				}
			}
			if pos, _ := args(n); len(pos) == 1 && m.text(fn) == "require" {
				if s, ok := m.literal(pos[0]); ok && configured.MatchString(s) {
					return "setting"
				}
			}
			return ""
		case n.Is("identifier"):
			s := m.lookup(n, m.text(n))
			if s == nil {
				return ""
			}
			b := s.binds[m.text(n)][0]
			switch b.kind {
			case bindParam:
				v := m.parameter(b)
				if len(v.Options) == 0 {
					return ""
				}
				return "field"
			case bindImport:
				if configured.MatchString(b.source) {
					return "setting"
				}
				return ""
			case bindAssign:
				if b.value == nil {
					return ""
				}
				if b.value.Is("binary_expression") {
					if m.optionsOf(b.value) {
						return "field"
					}
					return ""
				}
				n = b.value
			default:
				return ""
			}
		case n.Is("binary_expression"):
			if !m.optionsOf(n) {
				return ""
			}
			n = n.Child("left")
		case n.Is("object"):
			for _, k := range n.Kids {
				if k.Is("spread_element") && len(k.Kids) > 0 && m.optionsOf(k.Kids[0]) {
					return "field"
				}
			}
			return ""
		default:
			return ""
		}
	}
	return ""
}

// optionsOf reports whether an expression is an object that callers fill.
func (m *module) optionsOf(n *syntax.Node) bool {
	switch {
	case n.Is("identifier"):
		s := m.lookup(n, m.text(n))
		return s != nil && s.binds[m.text(n)][0].kind == bindParam && len(m.parameter(s.binds[m.text(n)][0]).Options) > 0
	case n.Is("binary_expression"):
		return m.optionsOf(n.Child("left")) || m.optionsOf(n.Child("right"))
	case n.Is("ternary_expression"):
		return m.optionsOf(n.Child("consequence")) || m.optionsOf(n.Child("alternative"))
	case n.Is("member_expression"):
		return m.optionsOf(n.Child("object"))
	case n.Is("object"):
		return slices.ContainsFunc(n.Kids, func(k *syntax.Node) bool {
			return k.Is("spread_element") && len(k.Kids) > 0 && m.optionsOf(k.Kids[0])
		})
	case n.Is("call_expression"):
		pos, _ := args(n)
		w := m.text(last(n.Child("function")))
		return (w == "assign" || w == "merge" || w == "defaults" || w == "extend") && slices.ContainsFunc(pos, m.optionsOf)
	}
	return false
}

// fieldValue is what this.key holds.
func (m *module) fieldValue(this *syntax.Node, key string) ir.Value {
	class := m.thisClass(this)
	if class == nil {
		return nothing()
	}
	bs := m.fields[class][key]
	if len(bs) == 0 || len(bs) > maxBindings {
		return nothing()
	}
	var v ir.Value
	outside := false
	for i, b := range bs {
		w := ir.Value{}
		switch {
		case b.kind == bindParam:
			w = m.parameter(b)
		case b.value == nil:
			w = option("field", key, &undefined)
		default:
			w = m.eval(b.value)
		}
		fn := function(b.id)
		if fn.Is("method_definition") && m.text(fn.Child("name")) != "constructor" {
			outside = true
		}
		switch {
		case i == 0:
			v = w
		case function(bs[i-1].id) == nil && fn.Is("method_definition") && !outside:
			conds, sure := m.between(b.stmt, nil)
			if sure {
				v = w
			} else {
				v = underAll(conds, w, v)
			}
		default:
			conds, _ := m.between(b.stmt, nil)
			v = underAll(conds, w, v)
		}
	}
	if outside {
		v.Options = join(v.Options, []ir.Option{{Kind: "field", Name: key}})
		if v.Known {
			c := v.Const
			v = ir.Value{Default: &c, Options: v.Options}
		}
	}
	return v
}

// asksConfig is a method by which configurations are read.
var asksConfig = lazyregexp.New(`^(get|getBoolean|getBool|getOrThrow|bool|boolean|env|value|has|is|isEnabled|getConfig|getSetting)$`)

var configObject = lazyregexp.New(`(?i)(config|conf|settings|options|env|flags|params|cfg|store|args|argv)(\(\))?$`)

func (m *module) evalCall(n *syntax.Node) ir.Value {
	fn := n.Child("function")
	pos, _ := args(n)
	word := m.text(last(fn))
	switch word {
	case "Boolean":
		if len(pos) == 1 {
			return m.decided(m.eval(pos[0]), n, truth)
		}
	case "String", "freeze", "Number", "parseInt":
		if len(pos) > 0 {
			return m.eval(pos[0])
		}
	case "parse": // JSON.parse(process.env.X || "true")
		if m.text(fn) == "JSON.parse" && len(pos) == 1 {
			v := m.eval(pos[0])
			json := func(c ir.Const) ir.Const {
				if c.Kind == ir.String && (c.Str == "true" || c.Str == "false") {
					return ir.Const{Kind: ir.Bool, Bool: c.Str == "true", At: c.At}
				}
				return c
			}
			out := ir.Value{Options: v.Options, Known: v.Known, Const: json(v.Const)}
			if v.Default != nil {
				d := json(*v.Default)
				out.Default = &d
			}
			return out
		}
	case "toLowerCase", "toUpperCase", "trim", "toString", "valueOf":
		if fn.Is("member_expression") {
			return m.eval(fn.Child("object"))
		}
	case "includes", "indexOf", "has", "test":
		if !fn.Is("member_expression") || len(pos) == 0 {
			break
		}
		if m.name(fn.Child("object")) == "process.argv" || strings.HasPrefix(m.name(fn.Child("object")), "process.argv.slice") {
			if v := m.eval(pos[0]); v.Known && v.Const.Kind == ir.String {
				no := m.boolean(n, false)
				out := option("flag", v.Const.Str, &no)
				out.May, out.Closed = []ir.Const{m.boolean(n, true)}, true
				return out
			}
		}
		list, v := m.eval(fn.Child("object")), m.eval(pos[0])
		if list.Known && list.Const.Kind == ir.List {
			return m.decided(v, n, func(c ir.Const) ir.Tri {
				for _, e := range list.Const.Elems {
					if equal(c, e.Const) == ir.Yes {
						return ir.Yes
					}
				}
				return ir.No
			})
		}
		if len(v.Options)+len(list.Options) > 0 {
			return ir.Value{Options: join(list.Options, v.Options), May: []ir.Const{m.boolean(n, true), m.boolean(n, false)}, Closed: true}
		}
	}
	if fn.Is("member_expression") && asksConfig.MatchString(word) && len(pos) > 0 && pos[0].Is("string", "template_string") {
		if obj := fn.Child("object"); configObject.MatchString(m.text(last(obj))) || configObject.MatchString(m.name(obj)) {
			if s, ok := m.literal(pos[0]); ok {
				v := option("setting", s, nil)
				if m.text(obj) == "Deno.env" {
					v = option("environment variable", s, &undefined)
					v.Closed = true
				}
				if len(pos) > 1 {
					v = m.orDefault(v, pos[1])
				}
				return v
			}
		}
	}
	if f := m.local(fn); f != nil {
		v, first := nothing(), true
		for _, r := range m.results(f) {
			w := m.eval(r)
			if slices.ContainsFunc(w.Options, func(o ir.Option) bool { return o.Kind == "parameter" }) {
				return nothing()
			}
			if first {
				v, first = w, false
				continue
			}
			conds, _ := m.between(r, nil)
			v = underAll(conds, w, v)
		}
		return v
	}
	if s := m.name(n); s != "" {
		return m.symbol(n, s)
	}
	return nothing()
}
