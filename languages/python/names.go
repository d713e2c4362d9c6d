package python

import (
	"strings"

	"github.com/tlslint/tlslint/languages/syntax"
)

// name is the canonical name of what an expression denotes, "" when unknown:
// "requests.get" for a symbol, "requests.Session()" for an instance of a class
// or the result of a function.
func (m *module) name(n *syntax.Node) string {
	n = unwrap(n)
	if n == nil {
		return ""
	}
	if s, ok := m.names[n]; ok {
		return s
	}
	if m.busy[question{n, askName}] || m.depth > 40 {
		m.proj.cuts++
		return ""
	}
	m.busy[question{n, askName}] = true
	m.depth++
	before := m.proj.cuts
	s := m.set.Canonical(m.nameOf(n))
	m.depth--
	delete(m.busy, question{n, askName})
	if m.settled(before) {
		m.names[n] = s
	}
	return s
}

// settled reports whether an answer may be kept: one that was cut short, because it
// led back to a question that is still open, is good only for who asked first.
func (m *module) settled(cutsBefore int) bool {
	return m.proj.cuts == cutsBefore || m.depth == 0 && len(m.importing) == 0
}

func (m *module) nameOf(n *syntax.Node) string {
	switch n.Kind {
	case "identifier":
		return m.identName(n)
	case "attribute":
		return m.attrName(n)
	case "call":
		return m.callName(n)
	case "subscript":
		if base := m.name(n.Child("value")); base != "" {
			if key, ok := m.literal(n.Child("subscript")); ok {
				return base + "." + key
			}
		}
	case "conditional_expression":
		if s := m.name(n.Kids[0]); s != "" {
			return s
		}
		if len(n.Kids) == 3 {
			return m.name(n.Kids[2])
		}
	case "boolean_operator":
		if s := m.name(n.Child("left")); s != "" && m.text(n.Child("operator")) == "or" {
			return s
		}
		return m.name(n.Child("right"))
	case "named_expression":
		return m.name(n.Child("value"))
	case "class_definition":
		return m.className(n)
	}
	return ""
}

// lookup finds the scope that a name used at n is bound in.
func (m *module) lookup(n *syntax.Node, name string) *scope {
	s := m.scopeOf(n)
	for first := true; s != nil; s, first = s.up, false {
		// The body of a class is seen from nowhere but itself.
		if s.node.Is("class_definition") && !first {
			continue
		}
		if len(s.binds[name]) > 0 {
			return s
		}
	}
	return nil
}

// reaching are the bindings of a name that may be in force at a use, in source
// order. In the scope of the use itself those behind it count only within a loop.
func (m *module) reaching(n *syntax.Node, name string) (*scope, []*binding) {
	s := m.lookup(n, name)
	if s == nil {
		return nil, nil
	}
	all := s.binds[name]
	if s != m.scopeOf(n) {
		return s, all
	}
	loop := n.Above("for_statement", "while_statement", "function_definition", "class_definition", "lambda")
	var out []*binding
	for _, b := range all {
		inLoop := loop.Is("for_statement", "while_statement") && b.stmt.Within(loop)
		if b.id.Start < n.Start && !n.Within(b.stmt) || b.kind == bindParam || inLoop && !n.Within(b.stmt) {
			out = append(out, b)
		}
	}
	if len(out) == 0 && s.up != nil {
		// A comprehension's own variable stands behind its use.
		for _, b := range all {
			if b.stmt.Is("for_in_clause") {
				out = append(out, b)
			}
		}
	}
	return s, out
}

func (m *module) identName(n *syntax.Node) string {
	name := m.text(n)
	if class := m.selfClass(n); class != nil {
		base := m.className(class)
		if base == "" || name == "cls" || name == "klass" {
			return base
		}
		return base + "()"
	}
	_, bs := m.reaching(n, name)
	if len(bs) == 0 {
		return m.wildcard(name)
	}
	// The last one that is known: "session = None" says nothing.
	for i := len(bs) - 1; i >= 0; i-- {
		if s := m.bindingName(bs[i]); s != "" {
			return s
		}
	}
	return ""
}

// wildcard resolves a name that "from library import *" may have brought.
func (m *module) wildcard(name string) string {
	if builtins[name] {
		return name
	}
	stars := m.scopes[m.root()].binds["*"]
	for _, b := range stars {
		full := m.set.Canonical(b.target + "." + name)
		if m.knows(full) || len(stars) == 1 && m.knows(b.target) {
			return full
		}
	}
	return ""
}

var builtins = map[string]bool{
	"bool": true, "int": true, "str": true, "dict": true, "len": true, "getattr": true, "setattr": true, "super": true,
	"isinstance": true, "hasattr": true, "open": true, "vars": true, "type": true, "list": true, "tuple": true, "any": true, "all": true,
}

// knows reports whether some row is about a name or what is below it.
func (m *module) knows(name string) bool {
	return m.set.Knows(name)
}

func (m *module) bindingName(b *binding) string {
	switch b.kind {
	case bindImport:
		if strings.HasPrefix(b.target, "./") {
			return m.projectName(b.target)
		}
		if m.imports(b.target) {
			return m.projectName(b.target)
		}
		return b.target
	case bindParam:
		if t := annotation(b.stmt); t != nil {
			if s := m.typeName(t); s != "" {
				return s + "()"
			}
		}
		if b.value != nil {
			return m.name(b.value)
		}
	case bindAssign, bindWith:
		if b.augmented {
			return ""
		}
		if t := annotation(b.stmt); t != nil && b.index < 0 {
			if s := m.typeName(t); s != "" && m.knows(s) {
				return s + "()"
			}
		}
		s := m.name(b.value)
		if s != "" && b.index >= 0 {
			return s + "." + itoa(b.index)
		}
		return s
	case bindClass:
		return m.className(b.stmt)
	case bindOther:
		if t := annotation(b.stmt); t != nil {
			if s := m.typeName(t); s != "" {
				return s + "()"
			}
		}
	}
	return ""
}

// imports reports whether an absolute import names a module of this program
// rather than a library that rows know.
func (m *module) imports(target string) bool {
	if is, ok := m.ours[target]; ok {
		return is
	}
	is := false
	if first, _, _ := strings.Cut(target, "."); !m.knows(m.set.Canonical(target)) && !m.knows(first) && !standard[first] {
		path, _ := m.proj.locate(m, target)
		is = path != ""
	}
	m.ours[target] = is
	return is
}

// projectName is what a name of another module of the program denotes.
func (m *module) projectName(target string) string {
	if m.importing[target] || m.depth > 20 {
		m.proj.cuts++
		return ""
	}
	m.importing[target] = true
	defer delete(m.importing, target)
	other, rest := m.proj.find(m, target)
	if other == nil || rest == "" {
		return ""
	}
	owner, bs := m.proj.exported(other, rest, 0)
	if owner == nil {
		return ""
	}
	for i := len(bs) - 1; i >= 0; i-- {
		if s := owner.bindingName(bs[i]); s != "" {
			return s
		}
	}
	return ""
}

func annotation(n *syntax.Node) *syntax.Node {
	if n == nil {
		return nil
	}
	return n.Child("type")
}

// typeName is the class that an annotation names: X, "X", Optional[X], X | None.
func (m *module) typeName(t *syntax.Node) string {
	t = unwrap(t)
	switch {
	case t == nil:
		return ""
	case t.Is("string"):
		text, ok := m.literal(t)
		if !ok {
			return ""
		}
		return m.dotted(t, text)
	case t.Is("identifier", "attribute"):
		return m.name(t)
	case t.Is("generic_type", "subscript"):
		head := m.text(t.Kids[0])
		if i := strings.LastIndexByte(head, '.'); i >= 0 {
			head = head[i+1:]
		}
		switch head {
		case "Optional", "Union", "Annotated", "Final", "ClassVar":
			for _, k := range t.Kids[1:] {
				for _, x := range append([]*syntax.Node{k}, k.Kids...) {
					if s := m.typeName(x); s != "" {
						return s
					}
				}
			}
			return ""
		}
		return m.name(t.Kids[0])
	case t.Is("binary_operator", "union_type"):
		for _, k := range t.Kids {
			if s := m.typeName(k); s != "" {
				return s
			}
		}
	}
	return ""
}

// dotted resolves a dotted name that stands in text.
func (m *module) dotted(at *syntax.Node, text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "[")
	first, rest, more := strings.Cut(text, ".")
	s := m.lookup(at, first)
	if s == nil {
		return ""
	}
	bs := s.binds[first]
	name := m.bindingName(bs[len(bs)-1])
	if name != "" && more {
		name += "." + rest
	}
	return m.set.Canonical(name)
}

func (m *module) attrName(n *syntax.Node) string {
	obj, attr := n.Child("object"), m.text(n.Child("attribute"))
	if class := m.classOf(obj); class != nil {
		for _, b := range m.attributes(class, attr) {
			if s := m.bindingName(b); s != "" {
				return s
			}
		}
		if fn := m.method(class, attr); fn != nil {
			if m.property(fn) {
				return m.resultName(fn)
			}
			return ""
		}
	}
	if base := m.name(obj); base != "" {
		return base + "." + attr
	}
	if target, ok := m.importedModule(obj); ok {
		return m.projectName(target + "." + attr)
	}
	return ""
}

// importedModule is the dotted name of a module of the program that an
// expression denotes.
func (m *module) importedModule(n *syntax.Node) (string, bool) {
	switch n = unwrap(n); {
	case n.Is("identifier"):
		s := m.lookup(n, m.text(n))
		if s == nil {
			return "", false
		}
		for _, b := range s.binds[m.text(n)] {
			if b.kind == bindImport && (strings.HasPrefix(b.target, "./") || m.imports(b.target)) {
				return b.target, true
			}
		}
	case n.Is("attribute"):
		if base, ok := m.importedModule(n.Child("object")); ok {
			return base + "." + m.text(n.Child("attribute")), true
		}
	}
	return "", false
}

// attributes are what a class of this file, or a base of it, sets an attribute to.
func (m *module) attributes(class *syntax.Node, attr string) []*binding {
	for range 6 {
		if bs := m.attrs[class][attr]; len(bs) > 0 {
			return bs
		}
		if class = m.localBase(class); class == nil {
			break
		}
	}
	return nil
}

// method is a method of a class of this file or of a base of it.
func (m *module) method(class *syntax.Node, name string) *syntax.Node {
	for range 6 {
		if s := m.scopes[class]; s != nil {
			for _, b := range s.binds[name] {
				if b.kind == bindDef {
					return b.stmt
				}
			}
		}
		if class = m.localBase(class); class == nil {
			break
		}
	}
	return nil
}

func (m *module) property(fn *syntax.Node) bool {
	for _, d := range decorators(fn) {
		if strings.Contains(m.text(d), "property") {
			return true
		}
	}
	return false
}

func decorators(fn *syntax.Node) []*syntax.Node {
	var out []*syntax.Node
	if fn.Up.Is("decorated_definition") {
		for _, k := range fn.Up.Kids {
			if k.Is("decorator") {
				out = append(out, k)
			}
		}
	}
	return out
}

// classOf is the class of this file whose instance or which itself an expression
// denotes.
func (m *module) classOf(n *syntax.Node) *syntax.Node {
	n = unwrap(n)
	switch {
	case n.Is("identifier"):
		if class := m.selfClass(n); class != nil {
			return class
		}
		_, bs := m.reaching(n, m.text(n))
		for i := len(bs) - 1; i >= 0 && i >= len(bs)-3; i-- {
			b := bs[i]
			if b.kind == bindClass {
				return b.stmt
			}
			if t := annotation(b.stmt); t != nil && unwrap(t).Is("identifier") && b.kind == bindParam {
				return m.classNamed(t, m.text(unwrap(t)))
			}
			if b.index < 0 && b.value.Is("call") && (b.kind == bindAssign || b.kind == bindWith) {
				return m.classOf(b.value)
			}
		}
	case n.Is("call"):
		if fn := n.Child("function"); fn.Is("identifier") {
			if m.text(fn) == "super" {
				if class := n.Above("class_definition"); class != nil {
					return m.localBase(class)
				}
				return nil
			}
			return m.classNamed(fn, m.text(fn))
		}
	}
	return nil
}

func (m *module) classNamed(at *syntax.Node, name string) *syntax.Node {
	s := m.lookup(at, name)
	if s == nil {
		return nil
	}
	for _, b := range s.binds[name] {
		if b.kind == bindClass {
			return b.stmt
		}
	}
	return nil
}

// localBase is a base class that this file defines.
func (m *module) localBase(class *syntax.Node) *syntax.Node {
	supers := class.Child("superclasses")
	if supers == nil {
		return nil
	}
	for _, b := range supers.Kids {
		if b.Is("identifier") {
			if c := m.classNamed(class, m.text(b)); c != nil && c != class {
				return c
			}
		}
	}
	return nil
}

// className is the library class that a class of this file inherits from: its
// objects are used as such.
func (m *module) className(class *syntax.Node) string {
	if s, ok := m.names[class]; ok {
		return s
	}
	if m.busy[question{class, askName}] {
		m.proj.cuts++
		return ""
	}
	m.busy[question{class, askName}] = true
	defer delete(m.busy, question{class, askName})
	before := m.proj.cuts
	out := ""
	if supers := class.Child("superclasses"); supers != nil {
		for _, b := range supers.Kids {
			if b.Is("keyword_argument", "comment") {
				continue
			}
			s := m.name(b)
			if out == "" || !m.knows(out) && m.knows(s) {
				out = s
			}
		}
	}
	if m.settled(before) {
		m.names[class] = out
	}
	return out
}

func (m *module) callName(n *syntax.Node) string {
	fn, args := n.Child("function"), n.Child("arguments")
	name := m.name(fn)
	pos := m.positional(args)
	switch name {
	case "functools.partial", "functools.partialmethod":
		if len(pos) > 0 {
			return m.name(pos[0])
		}
	case "super":
		if class := n.Above("class_definition"); class != nil {
			if base := m.className(class); base != "" {
				return base + "()"
			}
		}
		return ""
	case "getattr":
		if len(pos) > 1 {
			if attr, ok := m.literal(pos[1]); ok {
				if base := m.name(pos[0]); base != "" {
					return base + "." + attr
				}
			}
		}
		return ""
	case "importlib.import_module", "__import__":
		if len(pos) > 0 {
			if mod, ok := m.literal(pos[0]); ok {
				return mod
			}
		}
		return ""
	case "copy.copy", "copy.deepcopy", "next", "anext", "asyncio.run":
		if len(pos) > 0 {
			return m.name(pos[0])
		}
	case "type":
		if len(pos) == 1 {
			return strings.TrimSuffix(m.name(pos[0]), "()")
		}
	}
	if name == "" && m.text(fn) == "__import__" && len(pos) > 0 {
		mod, _ := m.literal(pos[0])
		return mod
	}
	if name != "" {
		return name + "()"
	}
	if def := m.local(fn); def != nil {
		return m.resultName(def)
	}
	return ""
}

// local is the function or method of this file that an expression denotes.
func (m *module) local(fn *syntax.Node) *syntax.Node {
	fn = unwrap(fn)
	switch {
	case fn.Is("identifier"):
		if s := m.lookup(fn, m.text(fn)); s != nil {
			for _, b := range s.binds[m.text(fn)] {
				if b.kind == bindDef {
					return b.stmt
				}
			}
		}
	case fn.Is("attribute"):
		if class := m.classOf(fn.Child("object")); class != nil {
			return m.method(class, m.text(fn.Child("attribute")))
		}
	}
	return nil
}

// resultName is what a function of this file returns or yields.
func (m *module) resultName(def *syntax.Node) string {
	if t := def.Child("return_type"); t != nil {
		if s := m.typeName(t); s != "" && m.knows(s) {
			return s + "()"
		}
	}
	if m.busy[question{def, askResult}] {
		m.proj.cuts++
		return ""
	}
	m.busy[question{def, askResult}] = true
	defer delete(m.busy, question{def, askResult})
	out := ""
	for _, r := range m.returns(def) {
		if s := m.name(r); s != "" && (out == "" || m.knows(s)) {
			out = s
		}
	}
	return out
}

// returns are the values that a function of this file gives back.
func (m *module) returns(def *syntax.Node) []*syntax.Node {
	var out []*syntax.Node
	b := def.Child("body")
	if b == nil {
		return nil
	}
	b.Walk(func(n *syntax.Node) bool {
		switch n.Kind {
		case "function_definition", "class_definition", "lambda":
			return false
		case "return_statement", "yield":
			for _, k := range n.Kids {
				if !k.Is("comment") {
					out = append(out, k)
				}
			}
		}
		return true
	})
	return out
}

func itoa(i int) string {
	if i < 10 {
		return string(rune('0' + i))
	}
	return itoa(i/10) + itoa(i%10)
}
