package javascript

import (
	"path"
	"strings"

	"github.com/tlslint/tlslint/languages/syntax"
)

const maxDepth = 40

// name is the canonical dotted name of what an expression denotes: "https.Agent",
// "https.Agent()" for one that was made or for what a call gives; "" when it is
// not known.
func (m *module) name(n *syntax.Node) string {
	if n == nil {
		return ""
	}
	if s, ok := m.names[n]; ok {
		return s
	}
	ask := question{n, askName}
	if m.busy[ask] || m.depth > maxDepth || m.proj.steps > maxSteps {
		m.proj.cuts++
		return ""
	}
	m.busy[ask] = true
	m.depth++
	m.proj.steps++
	before := m.proj.cuts
	s := m.set.Canonical(m.nameNew(n))
	if len(s) > 300 {
		s = ""
	}
	m.depth--
	delete(m.busy, ask)
	if m.proj.cuts == before {
		m.names[n] = s
	}
	return s
}

// wrapsModule are helpers of transpilers around what require returns.
var wrapsModule = map[string]bool{
	"_interopRequireDefault": true, "__importDefault": true, "__importStar": true, "_interopRequireWildcard": true, "__toESM": true,
	"promisifyAll": true, "freeze": true, "default": true,
}

func (m *module) nameNew(n *syntax.Node) string {
	switch n.Kind {
	case "identifier", "shorthand_property_identifier":
		return m.nameOf(n, m.text(n))
	case "member_expression", "subscript_expression":
		key := m.memberKey(n)
		if key == "" {
			return ""
		}
		obj := n.Child("object")
		if obj.Is("this") {
			if class := m.thisClass(obj); class != nil {
				for _, b := range m.fields[class][key] {
					if s := m.nameOfBinding(b); s != "" {
						return s
					}
				}
			}
			return ""
		}
		if mod, v := m.memberOfModule(obj, key); v != nil {
			return mod.name(v)
		}
		base := m.name(obj)
		switch {
		case base == "":
			return ""
		case key == "default":
			return base
		}
		return base + "." + key
	case "call_expression":
		pos, _ := args(n)
		fn := n.Child("function")
		word := m.text(last(fn))
		switch {
		case (word == "require" && fn.Is("identifier") || fn.Is("import")) && len(pos) == 1:
			if s, ok := m.literal(pos[0]); ok {
				return m.moduleName(s)
			}
			return ""
		case wrapsModule[word] && len(pos) > 0:
			return m.name(pos[0])
		}
		if f := m.local(fn); f != nil {
			return m.resultName(f)
		}
		if s := m.name(fn); s != "" {
			return s + "()"
		}
	case "new_expression":
		if s := m.name(n.Child("constructor")); s != "" {
			return s + "()"
		}
	case "ternary_expression":
		if s := m.name(n.Child("consequence")); s != "" {
			return s
		}
		return m.name(n.Child("alternative"))
	case "binary_expression":
		switch m.text(n.Child("operator")) {
		case "||", "??", "&&":
			if s := m.name(n.Child("left")); s != "" && m.text(n.Child("operator")) != "&&" {
				return s
			}
			return m.name(n.Child("right"))
		}
	case "assignment_expression":
		return m.name(n.Child("right"))
	case "class", "class_declaration", "abstract_class_declaration":
		for _, k := range n.Kids {
			if k.Is("class_heritage") && len(k.Kids) > 0 {
				base := k.Kids[0]
				if base.Is("extends_clause") {
					base = base.Child("value")
				}
				return m.name(base)
			}
		}
	case "import":
		return "import"
	case "meta_property":
		return "import.meta"
	}
	return ""
}

// nameOf is what a name denotes as seen from a node.
func (m *module) nameOf(n *syntax.Node, text string) string {
	if text == "undefined" {
		return ""
	}
	s := m.lookup(n, text)
	if s == nil {
		return text
	}
	for _, b := range s.binds[text] {
		if name := m.nameOfBinding(b); name != "" {
			return name
		}
	}
	return ""
}

func (m *module) nameOfBinding(b *binding) string {
	name := ""
	switch b.kind {
	case bindImport:
		if mod, v := m.proj.resolve(m, b.source, b.imported, 0); v != nil {
			if mod.name(v) != "" {
				return mod.name(v)
			}
			return ""
		}
		name = m.moduleName(b.source)
		if name != "" && b.imported != "*" && b.imported != "default" {
			name += "." + b.imported
		}
		return name
	case bindAssign:
		if b.value == nil {
			break
		}
		if len(b.path) == 1 {
			if mod, v := m.memberOfModule(b.value, b.path[0]); v != nil {
				return mod.name(v)
			}
		}
		name = m.name(b.value)
	case bindClass:
		return m.name(b.value)
	case bindParam:
		if b.def != nil && len(b.path) == 0 {
			name = m.name(b.def)
		}
	}
	if name != "" {
		for _, p := range b.path {
			if p != "default" {
				name += "." + p
			}
		}
		return name
	}
	if t := m.typeName(b.typ); t != "" && len(b.path) == 0 {
		return t + "()"
	}
	return ""
}

// typeName is the name of an annotated type that an import brings.
func (m *module) typeName(t *syntax.Node) string {
	if !t.Is("type_annotation") || len(t.Kids) == 0 {
		return ""
	}
	switch t = t.Kids[0]; t.Kind {
	case "generic_type":
		if t = t.Child("name"); t == nil {
			return ""
		}
	case "type_identifier", "nested_type_identifier":
	default:
		return ""
	}
	if t.Is("nested_type_identifier") {
		if base := m.nameOf(t, m.text(t.Child("module"))); base != "" && m.lookup(t, m.text(t.Child("module"))) != nil {
			return base + "." + m.text(t.Child("name"))
		}
		return ""
	}
	if s := m.lookup(t, m.text(t)); s != nil && s.binds[m.text(t)][0].kind == bindImport {
		return m.nameOf(t, m.text(t))
	}
	return ""
}

// moduleName is the name of a library; modules of this program have none.
func (m *module) moduleName(spec string) string {
	if isRelative(spec) {
		return ""
	}
	spec = strings.TrimPrefix(strings.TrimPrefix(spec, "node:"), "npm:")
	if i := strings.LastIndexByte(spec, '@'); i > 0 && !strings.Contains(spec[i:], "/") {
		spec = spec[:i] // npm:axios@1
	}
	switch ext := path.Ext(spec); ext {
	case ".js", ".mjs", ".cjs":
		if strings.Contains(spec, "/") {
			spec = strings.TrimSuffix(spec, ext)
		}
	}
	return spec
}

func isRelative(spec string) bool {
	return strings.HasPrefix(spec, ".") || strings.HasPrefix(spec, "/") || strings.HasPrefix(spec, "~/") || strings.HasPrefix(spec, "@/")
}

// local is the function of this module that an expression calls, nil when it is
// another.
func (m *module) local(fn *syntax.Node) *syntax.Node {
	switch {
	case isFunction(fn):
		return fn
	case fn.Is("identifier"):
		s := m.lookup(fn, m.text(fn))
		if s == nil {
			return nil
		}
		for _, b := range s.binds[m.text(fn)] {
			if (b.kind == bindDef || b.kind == bindAssign && len(b.path) == 0) && isFunction(b.value) {
				return b.value
			}
		}
	case fn.Is("member_expression") && fn.Child("object").Is("this"):
		if class := m.thisClass(fn.Child("object")); class != nil {
			return m.method(class, m.text(fn.Child("property")))
		}
	}
	return nil
}

func (m *module) method(class *syntax.Node, name string) *syntax.Node {
	body := class.Child("body")
	if body == nil {
		return nil
	}
	for _, k := range body.Kids {
		if k.Is("method_definition") && m.text(k.Child("name")) == name {
			return k
		}
	}
	return nil
}

// results are the expressions that a function returns.
func (m *module) results(fn *syntax.Node) []*syntax.Node {
	out, ok := m.returns[fn]
	if !ok {
		out = results(fn)
		if m.returns == nil {
			m.returns = map[*syntax.Node][]*syntax.Node{}
		}
		m.returns[fn] = out
	}
	return out
}

func results(fn *syntax.Node) []*syntax.Node {
	body := fn.Child("body")
	if body == nil {
		return nil
	}
	if !body.Is("statement_block") {
		return []*syntax.Node{body}
	}
	var out []*syntax.Node
	body.Walk(func(n *syntax.Node) bool {
		if n != fn && isFunction(n) || isClass(n) {
			return false
		}
		if n.Is("return_statement") {
			for _, k := range n.Kids {
				if !k.Is("comment") {
					out = append(out, k)
					break
				}
			}
			return false
		}
		return len(out) < 16
	})
	return out
}

func (m *module) resultName(fn *syntax.Node) string {
	for _, r := range m.results(fn) {
		if s := m.name(r); s != "" {
			return s
		}
	}
	return ""
}

// memberOfModule is the member of a module of this program that an expression
// denotes, or of an object literal.
func (m *module) memberOfModule(obj *syntax.Node, key string) (*module, *syntax.Node) {
	switch {
	case obj.Is("identifier"):
		s := m.lookup(obj, m.text(obj))
		if s == nil || len(s.binds[m.text(obj)]) != 1 {
			return nil, nil
		}
		b := s.binds[m.text(obj)][0]
		switch {
		case b.kind == bindImport && b.imported == "*":
			return m.proj.resolve(m, b.source, key, 0)
		case b.kind == bindImport:
			if mod, v := m.proj.resolve(m, b.source, b.imported, 0); v != nil {
				if x := mod.pairOf(mod.literalOf(v), key); x != nil {
					return mod, x
				}
			}
		case b.kind == bindAssign && len(b.path) == 0 && b.value != nil && b.value != obj && !b.value.Is("identifier", "object"):
			return m.memberOfModule(b.value, key)
		}
	case obj.Is("call_expression"):
		pos, _ := args(obj)
		if word := m.text(obj.Child("function")); len(pos) == 1 {
			if wrapsModule[word] {
				return m.memberOfModule(pos[0], key)
			}
			if spec, ok := m.literal(pos[0]); ok && (word == "require" || obj.Child("function").Is("import")) {
				return m.proj.resolve(m, spec, key, 0)
			}
		}
	}
	return nil, nil
}

// literalOf is the object literal that an expression or a declared name stands for.
func (m *module) literalOf(n *syntax.Node) *syntax.Node {
	for range 6 {
		switch {
		case n.Is("object"):
			return n
		case n.Is("identifier"):
			s := m.lookup(n, m.text(n))
			if s == nil || len(s.binds[m.text(n)]) != 1 || len(s.binds[m.text(n)][0].path) > 0 {
				return nil
			}
			n = s.binds[m.text(n)][0].value
		case n.Is("call_expression") && m.text(last(n.Child("function"))) == "freeze":
			pos, _ := args(n)
			if len(pos) != 1 {
				return nil
			}
			n = pos[0]
		default:
			return nil
		}
	}
	return nil
}
