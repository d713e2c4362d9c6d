package python

import (
	"path/filepath"
	"strings"

	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
	"github.com/tlslint/tlslint/languages/wrappers"
)

// A function of the program whose parameter throws a switch is a way to that
// switch. Which value throws it is found out by lowering the file again with the
// parameter set.

// maxParams bounds the parameters of a file that are tried.
const maxParams = 12

// wrapped says of nodes that a parameter decides what they are when it is given.
func (m *module) wrapped(nodes []*ir.Node) {
	wrappers.Finder[*binding]{
		Most: maxParams, Param: m.paramOf,
		Giver: func(n *ir.Node, o ir.Option) (*binding, bool) {
			syn, _ := n.Syntax.(*node)
			if syn == nil || syn.at == nil || o.Kind != "parameter" {
				return nil, false
			}
			b := m.parameterAround(syn.at, o.Name)
			return b, b != nil
		},
		Again: func(b *binding, c ir.Const, _ []*ir.Node) []*ir.Node { return m.assuming(b, c) },
	}.Fill(nodes)
}

// parameterAround is the parameter of a function around a node.
func (m *module) parameterAround(at *syntax.Node, name string) *binding {
	for fn := at.Above("function_definition"); fn != nil; fn = fn.Above("function_definition") {
		if s := m.scopes[fn]; s != nil {
			for _, b := range s.binds[name] {
				if b.kind == bindParam {
					return b
				}
			}
		}
	}
	return nil
}

// paramOf says how callers give a parameter. ok is false where they cannot be told:
// the function is inside another one.
func (m *module) paramOf(b *binding) (p ir.Param, ok bool) {
	fn := b.stmt.Above("function_definition", "lambda")
	if !fn.Is("function_definition") || b.stmt.Is("list_splat_pattern", "dictionary_splat_pattern") {
		return p, false
	}
	name, ok := m.ownName(fn)
	if !ok {
		return p, false
	}
	p = ir.Param{Func: name, Name: b.name, Index: -1, At: m.place(fn.Child("name"))}
	p.Title = m.text(fn.Child("name")) + "()"
	if class := fn.Above("function_definition", "class_definition"); class.Is("class_definition") {
		p.Title = m.text(class.Child("name")) + "." + p.Title
		if m.text(fn.Child("name")) == "__init__" {
			p.Title = m.text(class.Child("name")) + "()"
		}
	}
	i := 0
	for _, k := range fn.Child("parameters").Kids {
		switch {
		case k == b.stmt:
			p.Index = i
			return p, true
		case k.Is("list_splat_pattern", "keyword_separator"), k.Is("typed_parameter") && len(k.Kids) > 0 && k.Kids[0].Is("list_splat_pattern"):
			return p, true // what follows can only be named
		case k.Is("identifier", "default_parameter", "typed_parameter", "typed_default_parameter"):
			if i == 0 && m.bound0(fn) && m.receiver(k) {
				continue
			}
			i++
		}
	}
	return p, true
}

// bound0 reports whether the first argument of a function is given by the call's
// object.
func (m *module) bound0(fn *syntax.Node) bool {
	class := fn.Above("function_definition", "class_definition")
	if !class.Is("class_definition") {
		return false
	}
	for _, d := range decorators(fn) {
		if strings.Contains(m.text(d), "staticmethod") {
			return false
		}
	}
	return true
}

func (m *module) receiver(param *syntax.Node) bool {
	fn := param.Above("function_definition")
	for _, k := range fn.Child("parameters").Kids {
		if !k.Is("comment") {
			return k == param
		}
	}
	return false
}

// ownName is the name under which calls of a function of the program are nodes: the
// module's path, and the function's name in it. Constructors have the class's.
func (m *module) ownName(fn *syntax.Node) (string, bool) {
	name := m.text(fn.Child("name"))
	switch outer := fn.Above("function_definition", "class_definition", "lambda"); {
	case outer == nil:
	case outer.Is("class_definition") && outer.Above("function_definition", "class_definition") == nil:
		class := m.text(outer.Child("name"))
		if name == "__init__" {
			name = class
		} else {
			name = class + "." + name
		}
	default:
		return "", false
	}
	return modulePrefix(m.path) + name, name != ""
}

// modulePrefix begins the names of a module's own functions. No library has one
// like it.
func modulePrefix(path string) string {
	return "@" + strings.ReplaceAll(filepath.ToSlash(strings.TrimSuffix(path, ".py")), ".", "_") + "."
}

// assuming lowers the file again with a parameter set.
func (m *module) assuming(b *binding, c ir.Const) []*ir.Node {
	names, values, conds, leaving := m.names, m.values, m.conds, m.leaving
	defer func() { m.names, m.values, m.conds, m.leaving, m.assumed = names, values, conds, leaving, nil }()
	m.names, m.values, m.conds, m.leaving = map[*syntax.Node]string{}, map[*syntax.Node]ir.Value{}, map[*syntax.Node][]condition{}, map[*syntax.Node][]condition{}
	m.assumed = map[*binding]ir.Const{b: c}
	return m.nodes()
}

// learnedCallee is the name of the function of the program that a call calls, "" when it is
// none that was learned.
func (m *module) learnedCallee(fn *syntax.Node) string {
	fn = unwrap(fn)
	word := m.text(last(fn))
	if fn.Is("identifier") {
		// It may be imported under another name.
		if s := m.lookup(fn, word); s != nil {
			for _, b := range s.binds[word] {
				if b.kind == bindImport {
					word = b.target[strings.LastIndexByte(b.target, '.')+1:]
				}
			}
		}
	}
	if !m.set.Learned(word) {
		return ""
	}
	return m.definition(fn)
}

// definition is the own name of the function or class of the program that an
// expression denotes, "" for none.
func (m *module) definition(fn *syntax.Node) string {
	fn = unwrap(fn)
	switch {
	case fn.Is("identifier"):
		s, bs := m.reaching(fn, m.text(fn))
		if s == nil || len(bs) == 0 {
			return ""
		}
		return m.definitionOf(bs[len(bs)-1])
	case fn.Is("attribute"):
		obj, attr := fn.Child("object"), m.text(fn.Child("attribute"))
		if target, ok := m.importedModule(obj); ok {
			return m.elsewhere(target + "." + attr)
		}
		if class := m.classOf(obj); class != nil {
			if def := m.method(class, attr); def != nil {
				name, _ := m.ownName(def)
				return name
			}
			return ""
		}
		if class := m.instanceOf(obj); class != "" {
			return class + "." + attr
		}
	}
	return ""
}

// definitionOf is the own name of what a binding binds.
func (m *module) definitionOf(b *binding) string {
	switch b.kind {
	case bindDef, bindClass:
		name, _ := m.ownName(b.stmt)
		return name
	case bindImport:
		return m.elsewhere(b.target)
	case bindAssign:
		if b.index < 0 && unwrap(b.value).Is("identifier", "attribute") && m.depth < 20 {
			m.depth++
			defer func() { m.depth-- }()
			return m.definition(b.value)
		}
	}
	return ""
}

// elsewhere is the own name of what another module of the program binds.
func (m *module) elsewhere(target string) string {
	other, rest := m.proj.find(m, target)
	if other == nil || rest == "" {
		return ""
	}
	owner, bs := m.proj.exported(other, rest, 0)
	if owner == nil {
		// A method by way of its class.
		class, method, ok := strings.Cut(rest, ".")
		if owner, bs = m.proj.exported(other, class, 0); !ok || owner == nil || bs[len(bs)-1].kind != bindClass {
			return ""
		}
		return modulePrefix(owner.path) + class + "." + method
	}
	b := bs[len(bs)-1]
	if b.kind != bindDef && b.kind != bindClass {
		return ""
	}
	name, _ := owner.ownName(b.stmt)
	return name
}

// instanceOf is the own name of the class of another module that an object was made
// from, "" for none.
func (m *module) instanceOf(obj *syntax.Node) string {
	obj = unwrap(obj)
	if obj.Is("call") {
		if name := m.definition(obj.Child("function")); strings.HasPrefix(name, "@") && capital(name[strings.LastIndexByte(name, '.')+1:]) {
			return name
		}
		return ""
	}
	var bs []*binding
	switch {
	case obj.Is("identifier"):
		_, bs = m.reaching(obj, m.text(obj))
	case obj.Is("attribute") && m.text(obj.Child("object")) == "self":
		if class := m.classOf(obj.Child("object")); class != nil {
			bs = m.attributes(class, m.text(obj.Child("attribute")))
		}
	}
	if len(bs) == 0 || bs[len(bs)-1].index >= 0 || !unwrap(bs[len(bs)-1].value).Is("call") || m.depth > 20 {
		return ""
	}
	m.depth++
	defer func() { m.depth-- }()
	return m.instanceOf(bs[len(bs)-1].value)
}
