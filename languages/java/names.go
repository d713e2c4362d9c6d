package java

import (
	"strconv"
	"strings"
	"sync"

	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/languages/syntax"
	"github.com/tlslint/tlslint/pattern"
)

// maxDepth bounds how deep one question leads to others.
const maxDepth = 120

// javaLang are the classes of java.lang that matter here: they need no import.
var javaLang = map[string]bool{
	"System": true, "Boolean": true, "String": true, "Integer": true, "Long": true, "Runtime": true, "ProcessBuilder": true, "Object": true, "Process": true, "Thread": true,
}

// named are the symbols that rows compare with, the keys that are symbols and the
// interfaces that they are about, with everything that these are part of, by set.
var named sync.Map // *pattern.Set -> map[string]bool

// knows reports whether rows name something, or what belongs to it.
func (m *module) knows(name string) bool {
	if m.set.Knows(name) {
		return true
	}
	heads, ok := named.Load(m.set)
	if !ok {
		all := map[string]bool{}
		add := func(name string) {
			for i := range name {
				if name[i] == '.' {
					all[name[:i]] = true
				}
			}
			all[name] = true
		}
		for _, r := range m.set.Rows {
			for _, b := range r.Bad {
				if sym, ok := strings.CutPrefix(b, "="); ok && strings.Contains(sym, ".") {
					add(sym)
				}
			}
			for _, k := range r.At {
				for _, n := range pattern.Expand(strings.TrimPrefix(k.Member, "*.")) {
					add(n)
				}
				for _, n := range pattern.Expand(k.Impl) {
					add(n)
				}
			}
		}
		heads, _ = named.LoadOrStore(m.set, all)
	}
	return heads.(map[string]bool)[name]
}

// typeName is the canonical name of a type as it is written; what belongs to the
// file itself begins with "./".
func (m *module) typeName(n *syntax.Node) string {
	switch {
	case n == nil:
		return ""
	case n.Is("type_identifier", "identifier"):
		return m.resolve(m.text(n))
	case n.Is("scoped_type_identifier", "scoped_identifier", "field_access"):
		return m.resolveDotted(squeeze(m.text(n)))
	case n.Is("generic_type", "annotated_type"):
		for _, k := range n.Kids {
			if k.Is("type_identifier", "scoped_type_identifier") {
				return m.typeName(k)
			}
		}
	case n.Is("array_type"):
		if e := m.typeName(n.Child("element")); e != "" {
			return e + "[]"
		}
	case n.Is("boolean_type", "integral_type", "floating_point_type", "void_type"):
		return m.text(n)
	}
	return ""
}

func (m *module) resolveDotted(name string) string {
	name = stripArgs(name)
	first, rest, _ := strings.Cut(name, ".")
	if capital(first) {
		base := m.resolve(first)
		if rest != "" {
			base += "." + rest
		}
		return m.set.Canonical(base)
	}
	return m.set.Canonical(name)
}

// stripArgs takes type arguments away.
func stripArgs(name string) string {
	if !strings.ContainsRune(name, '<') {
		return name
	}
	var b strings.Builder
	depth := 0
	for _, r := range name {
		switch r {
		case '<':
			depth++
		case '>':
			depth--
		default:
			if depth == 0 {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

// resolve is the canonical name of a simple type name.
func (m *module) resolve(name string) string {
	if m.classes[name] != nil {
		return "./" + name
	}
	if i, ok := m.imports[name]; ok {
		return m.set.Canonical(i.name)
	}
	for _, w := range m.wild {
		full := m.set.Canonical(w + "." + name)
		if m.knows(full) {
			return full
		}
	}
	if javaLang[name] {
		return "java.lang." + name
	}
	if m.pkg != "" {
		return m.set.Canonical(m.pkg + "." + name)
	}
	return name
}

// supers are the library types that a class is, by its own words and those of its
// superclasses in the same file.
func (m *module) supers(c *class) []string {
	var out []string
	seen := map[*class]bool{}
	var add func(c *class)
	add = func(c *class) {
		if c == nil || seen[c] || len(seen) > 16 {
			return
		}
		seen[c] = true
		take := func(t *syntax.Node) {
			name := m.typeName(t)
			if own, ok := strings.CutPrefix(name, "./"); ok {
				add(m.classes[own])
			} else if name != "" {
				out = append(out, name)
			}
		}
		if c.node.Is("object_creation_expression") {
			take(c.node.Child("type"))
			return
		}
		for _, k := range c.node.Kids {
			switch k.Kind {
			case "superclass":
				for _, t := range k.Kids {
					take(t)
				}
			case "super_interfaces", "extends_interfaces":
				for _, l := range k.Kids {
					if l.Is("type_list", "interface_type_list") {
						for _, t := range l.Kids {
							take(t)
						}
					} else {
						take(l)
					}
				}
			}
		}
	}
	add(c)
	return out
}

// instance is the name of an object of a type: of the file's own classes the
// library class that they extend.
func (m *module) instance(typ string) string {
	own, ok := strings.CutPrefix(typ, "./")
	if !ok {
		if typ == "" {
			return ""
		}
		return m.set.Canonical(typ + "()")
	}
	for _, s := range m.supers(m.classes[own]) {
		if m.set.Knows(s) {
			return m.set.Canonical(s + "()")
		}
	}
	return typ + "()"
}

// typeOf names what an expression is: "okhttp3.OkHttpClient.Builder()" for an
// instance, the name of a symbol for a constant of a class, "" when unknown.
func (m *module) typeOf(n *syntax.Node) string {
	if n == nil {
		return ""
	}
	n = unwrapValue(n)
	if t, ok := m.types[n]; ok {
		if t == nil {
			return "" // the question led back to itself
		}
		return *t
	}
	if m.depth > maxDepth {
		return ""
	}
	m.types[n] = nil
	m.depth++
	t := m.typeOfOnce(n)
	m.depth--
	m.types[n] = &t
	return t
}

// unwrapValue takes brackets away, but not casts: they say a type.
func unwrapValue(n *syntax.Node) *syntax.Node {
	for n.Is("parenthesized_expression") && len(n.Kids) > 0 {
		n = n.Kids[len(n.Kids)-1]
	}
	return n
}

func (m *module) typeOfOnce(n *syntax.Node) string {
	switch n.Kind {
	case "cast_expression":
		if t := m.typeName(n.Child("type")); t != "" {
			return m.instance(t)
		}
		return m.typeOf(n.Child("value"))
	case "object_creation_expression":
		if q := n.Child("object"); q != nil {
			return ""
		}
		return m.instance(m.typeName(n.Child("type")))
	case "identifier":
		if d := m.lookup(n, m.text(n)); d != nil {
			return m.declared(d)
		}
		if i, ok := m.imports[m.text(n)]; ok && !capital(m.text(n)) || ok && strings.ToUpper(m.text(n)) == m.text(n) {
			return m.set.Canonical(i.name)
		}
	case "field_access":
		if d := m.variable(n); d != nil {
			return m.declared(d)
		}
		return m.symbol(n)
	case "this":
		if c := m.classAround(n); c != nil {
			for _, s := range m.supers(c) {
				if m.set.Knows(s) {
					return m.set.Canonical(s + "()")
				}
			}
			return "./" + c.name + "()"
		}
	case "super":
		if c := m.classAround(n); c != nil {
			for _, s := range m.supers(c) {
				if m.set.Knows(s) {
					return m.set.Canonical(s + "()")
				}
			}
		}
	case "ternary_expression":
		if t := m.typeOf(n.Child("consequence")); t != "" {
			return t
		}
		return m.typeOf(n.Child("alternative"))
	case "assignment_expression":
		return m.typeOf(n.Child("right"))
	case "array_access":
		t := m.typeOf(n.Child("array"))
		return strings.Replace(t, "[]()", "()", 1)
	case "method_invocation":
		return m.resultOf(n)
	}
	return ""
}

// declared is what a variable holds: by its declared type, unless its first value
// says more.
func (m *module) declared(d *decl) string {
	t := m.typeName(d.typ)
	for _, k := range d.stmt.Kids {
		if k.Is("dimensions") && t != "" {
			t += "[]"
		}
	}
	full := m.instance(t)
	if t != "" && m.set.Knows(full) {
		return full
	}
	if d.init != nil {
		if init := m.typeOf(d.init); init != "" && (t == "" || m.set.Knows(init)) {
			return init
		}
	}
	if t == "" && d.kind == lambdaParam {
		return m.handed(d)
	}
	if t == "" {
		return ""
	}
	return full
}

// handed names the parameter of a lambda that is an argument of a call: what that
// call hands over is an [[alias]] of "CALL.lambda()".
func (m *module) handed(d *decl) string {
	l := d.stmt.Above("lambda_expression")
	if l == nil || !l.Up.Is("argument_list") || !l.Up.Up.Is("method_invocation") {
		return ""
	}
	name := m.callee(l.Up.Up)
	if name == "" {
		return ""
	}
	full := m.set.Canonical(name + ".lambda()")
	if strings.HasSuffix(full, ".lambda()") {
		return ""
	}
	return full
}

// symbol is the canonical name of a constant or class that an expression names.
func (m *module) symbol(n *syntax.Node) string {
	switch {
	case n.Is("identifier"):
		name := m.text(n)
		if m.lookup(n, name) != nil {
			return ""
		}
		if i, ok := m.imports[name]; ok {
			return m.set.Canonical(i.name)
		}
		if capital(name) {
			if full := m.resolve(name); full != m.pkg+"."+name || strings.ToUpper(name) != name {
				return full
			}
		}
		for _, w := range m.wild {
			if full := m.set.Canonical(w + "." + name); m.set.Knows(full) {
				return full
			}
		}
		return ""
	case n.Is("field_access"):
		obj, name := n.Child("object"), m.text(n.Child("field"))
		if o := m.symbol(obj); o != "" {
			return m.set.Canonical(o + "." + name)
		}
		if obj.Is("identifier", "field_access") && !m.rooted(obj) {
			return m.set.Canonical(squeeze(m.text(n))) // written with its package
		}
		if t := m.typeOf(obj); t != "" {
			return t + "." + name
		}
	case n.Is("scoped_identifier"):
		return m.resolveDotted(squeeze(m.text(n)))
	}
	return ""
}

// rooted reports whether a dotted expression begins with a variable or with this.
func (m *module) rooted(n *syntax.Node) bool {
	for n.Is("field_access") {
		n = n.Child("object")
	}
	return !n.Is("identifier") || m.lookup(n, m.text(n)) != nil
}

// callee is the canonical name of what a call calls, "" when the receiver is unknown.
func (m *module) callee(call *syntax.Node) string {
	if call.Is("object_creation_expression") {
		t := m.typeName(call.Child("type"))
		if own, ok := strings.CutPrefix(t, "./"); ok {
			for _, s := range m.supers(m.classes[own]) {
				if m.set.Knows(s) {
					return s
				}
			}
		}
		return t
	}
	name := m.text(call.Child("name"))
	obj := call.Child("object")
	if obj == nil {
		for c := m.classAround(call); c != nil; c = c.outer {
			if c.methods[name] != nil {
				return "./" + c.name + "." + name
			}
		}
		if i, ok := m.imports[name]; ok {
			return m.set.Canonical(i.name)
		}
		for _, w := range m.wild {
			if full := m.set.Canonical(w + "." + name); m.set.Knows(full) {
				return full
			}
		}
		for c := m.classAround(call); c != nil; c = c.outer {
			for _, s := range m.supers(c) {
				if full := m.set.Canonical(s + "()." + name); m.set.Knows(full) {
					return full
				}
			}
		}
		return ""
	}
	if obj.Is("identifier", "field_access") && m.variable(obj) == nil {
		if s := m.symbol(obj); s != "" {
			return m.set.Canonical(s + "." + name)
		}
	}
	if t := m.typeOf(obj); t != "" {
		return m.set.Canonical(t + "." + name)
	}
	return ""
}

// ends are methods whose result is something else than the object itself.
var ends = lazyregexp.New(`^(build|create|get|to|execute|is|has|size|as|open|connect|start|newCall|send|iterator|stream|values|keySet|entrySet|hashCode|equals|clone|new|environment)([A-Z]\w*)?$`)

// makes are static methods that by custom give an instance of their class.
var makes = lazyregexp.New(`^(getInstance|create|newInstance|instance|of|getDefault|custom|from|defaults|defaultConfig)$`)

// resultOf names what a call gives. Where no row says more, a method of an object
// that only sets something gives the object back, as builders do.
func (m *module) resultOf(call *syntax.Node) string {
	name := m.callee(call)
	if name == "" {
		return ""
	}
	method := m.text(call.Child("name"))
	if rest, ok := strings.CutPrefix(name, "./"); ok {
		own, _, _ := strings.Cut(rest, ".")
		if c := m.classes[strings.TrimSuffix(own, "()")]; c != nil {
			for _, decl := range c.methods[method] {
				if t := m.typeName(decl.Child("type")); t != "" {
					return m.instance(t)
				}
			}
		}
		return ""
	}
	full := m.set.Canonical(name + "()")
	if full != name+"()" || m.set.Knows(full) {
		return full
	}
	owner := strings.TrimSuffix(name, "."+method)
	switch {
	case strings.HasSuffix(owner, "()") && !ends.MatchString(method):
		return owner
	case !strings.HasSuffix(owner, "()") && makes.MatchString(method) && m.set.Knows(owner+"()"):
		return owner + "()"
	}
	return full
}

// paramType is the type of a parameter of a call, by an [[alias]] of "CALL.N".
func (m *module) paramType(call *syntax.Node, i int) string {
	name := m.callee(call)
	if name == "" {
		return ""
	}
	key := name + "." + strconv.Itoa(i)
	if t := m.set.Canonical(key); t != key {
		return t
	}
	return ""
}

// targetType is the type that the place of an expression asks for: of a variable, a
// parameter of a known call, the result of the method around it.
func (m *module) targetType(n *syntax.Node) string {
	for n.Up.Is("parenthesized_expression", "ternary_expression") {
		n = n.Up
	}
	up := n.Up
	switch {
	case up.Is("cast_expression"):
		return m.typeName(up.Child("type"))
	case up.Is("variable_declarator"):
		return m.typeName(up.Up.Child("type"))
	case up.Is("assignment_expression"):
		if d := m.variable(unwrap(up.Child("left"))); d != nil && n.Field == "right" {
			return m.typeName(d.typ)
		}
	case up.Is("array_initializer"):
		for up.Is("array_initializer") {
			up = up.Up
		}
		if up.Is("array_creation_expression") {
			return m.typeName(up.Child("type"))
		}
		if up.Is("variable_declarator") {
			return strings.TrimSuffix(m.typeName(up.Up.Child("type")), "[]")
		}
	case up.Is("return_statement"):
		if fn := method(up); fn.Is("method_declaration") {
			return m.typeName(fn.Child("type"))
		}
	case up.Is("argument_list"):
		for i, a := range args(up.Up) {
			if a == n {
				return m.argType(up.Up, i)
			}
		}
	}
	return ""
}

// argType is the type of a parameter of a call to something of the library or of
// the file itself.
func (m *module) argType(call *syntax.Node, i int) string {
	if t := m.paramType(call, i); t != "" {
		return strings.TrimSuffix(t, "()")
	}
	if !call.Is("method_invocation") {
		return ""
	}
	name := m.callee(call)
	rest, ok := strings.CutPrefix(name, "./")
	if !ok {
		return ""
	}
	own, _, _ := strings.Cut(rest, ".")
	c := m.classes[strings.TrimSuffix(own, "()")]
	if c == nil {
		return ""
	}
	for _, fn := range c.methods[m.text(call.Child("name"))] {
		if ps := formals(fn); i < len(ps) {
			return m.typeName(ps[i].Child("type"))
		}
	}
	return ""
}

// formals are the parameters of a method.
func formals(fn *syntax.Node) []*syntax.Node {
	var out []*syntax.Node
	if ps := fn.Child("parameters"); ps != nil {
		for _, p := range ps.Kids {
			if p.Is("formal_parameter", "spread_parameter") {
				out = append(out, p)
			}
		}
	}
	return out
}
