package javascript

import (
	"path/filepath"
	"strings"

	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
	"github.com/tlslint/tlslint/languages/wrappers"
)

// A function of the program whose parameter, or a member of whose options object,
// throws a switch is a way to that switch. Which value throws it is found out by
// lowering the places again with the parameter set.

// maxParams bounds the parameters of a file that are tried.
const maxParams = 12

// given is a parameter, or the member of a parameter that is an object.
type given struct {
	fn   *syntax.Node
	b    *binding // the parameter; nil when it is taken apart elsewhere
	name string
	// field says that callers write it as the member of an object.
	field bool
}

// wrapped says of nodes that a parameter decides what they are when it is given.
func (m *module) wrapped(nodes []*ir.Node) {
	wrappers.Finder[given]{
		Most: maxParams, Param: m.paramOf,
		Giver: func(n *ir.Node, o ir.Option) (given, bool) {
			syn, _ := n.Syntax.(*node)
			if syn == nil || o.Kind != "parameter" && o.Kind != "field" {
				return given{}, false
			}
			return m.giver(syn.at, o)
		},
		Again: func(g given, c ir.Const, nodes []*ir.Node) (out []*ir.Node) {
			for _, n := range nodes[:min(len(nodes), maxBindings)] {
				out = append(out, m.assuming(g, c, n.Syntax.(*node).at)...)
			}
			return out
		},
	}.Fill(nodes)
}

// giver is the parameter of a function around a node that an option is, or of the
// constructor of the class around it.
func (m *module) giver(at *syntax.Node, o ir.Option) (given, bool) {
	try := func(fn *syntax.Node) (given, bool) {
		s := m.scopes[fn]
		if s == nil {
			return given{}, false
		}
		if o.Kind == "parameter" {
			for _, b := range s.binds[o.Name] {
				if b.kind == bindParam && len(b.path) == 0 {
					return given{fn: fn, b: b, name: o.Name}, true
				}
			}
			return given{}, false
		}
		objects := false
		for _, bs := range s.binds {
			for _, b := range bs {
				if b.kind != bindParam {
					continue
				}
				if len(b.path) == 1 && b.path[0] == o.Name {
					return given{fn: fn, b: b, name: o.Name, field: true}, true
				}
				objects = objects || len(b.path) == 0
			}
		}
		return given{fn: fn, name: o.Name, field: true}, objects
	}
	for p := at.Up; p != nil; p = p.Up {
		switch {
		case isFunction(p):
			if g, ok := try(p); ok {
				return g, true
			}
		case isClass(p):
			if c := m.method(p, "constructor"); c != nil {
				if g, ok := try(c); ok {
					return g, true
				}
			}
		}
	}
	return given{}, false
}

// paramOf says how callers give a parameter. ok is false where they cannot be told.
func (m *module) paramOf(g given) (p ir.Param, ok bool) {
	name, title, id := m.ownName(g.fn)
	if name == "" {
		return p, false
	}
	p = ir.Param{Func: name, Title: title + "()", Name: g.name, Index: -1, At: m.place(id)}
	if g.field {
		return p, true
	}
	for i, x := range params(g.fn) {
		if x == g.b.stmt {
			p.Index = i
			return p, true
		}
	}
	return p, false
}

// ownName is the name under which calls of a function of the program are nodes: the
// module's path, and the function's name in it. Constructors have the class's.
func (m *module) ownName(fn *syntax.Node) (name, title string, id *syntax.Node) {
	class := fn.Above(append([]string{"class_declaration", "class"}, functions...)...)
	switch {
	case fn.Is("method_definition") && isClass(class):
		cid := class.Child("name")
		if cid == nil {
			return "", "", nil
		}
		id = fn.Child("name")
		title = m.text(cid) + "." + m.text(id)
		if m.text(id) == "constructor" {
			id, title = cid, m.text(cid)
		}
	case fn.Is("method_definition") && fn.Up.Is("object"), fn.Up.Is("pair"):
		// A function of an object is called by its own name alone: only objects that a
		// module exports are followed.
		obj := fn.Up
		if obj.Is("pair") {
			id = obj.Child("key")
			obj = obj.Up
		} else {
			id = fn.Child("name")
		}
		if !id.Is("property_identifier") || m.exports["*"].value != obj && m.exports["default"].value != obj {
			return "", "", nil
		}
		title = m.text(id)
	case fn.Is("function_declaration", "generator_function_declaration"):
		id = fn.Child("name")
		title = m.text(id)
	case fn.Up.Is("variable_declarator") && fn.Up.Child("name").Is("identifier"):
		id = fn.Up.Child("name")
		title = m.text(id)
	case fn.Up.Is("assignment_expression"):
		left := fn.Up.Child("left")
		switch d := m.path2(left); {
		case strings.HasPrefix(d, "exports."), strings.HasPrefix(d, "module.exports."):
			id = last(left)
		case d == "module.exports" && fn.Child("name") != nil:
			id = fn.Child("name")
		}
		title = m.text(id)
	}
	if id == nil || title == "" {
		return "", "", nil
	}
	return modulePrefix(m.path) + title, title, id
}

// modulePrefix begins the names of a module's own functions. No library has one
// like it.
func modulePrefix(path string) string {
	path = filepath.ToSlash(path)
	return "@" + strings.NewReplacer(".", "_", "(", "_", "{", "_", "}", "_", ",", "_").Replace(path) + "."
}

// assuming lowers a place again with a parameter set.
func (m *module) assuming(g given, c ir.Const, at *syntax.Node) []*ir.Node {
	names, values, conds := m.names, m.values, m.conds
	defer func() { m.names, m.values, m.conds, m.assumed, m.assumedField = names, values, conds, nil, nil }()
	m.names, m.values, m.conds = map[*syntax.Node]string{}, map[*syntax.Node]ir.Value{}, map[*syntax.Node][]condition{}
	if g.b != nil {
		m.assumed = map[*binding]ir.Const{g.b: c}
	} else {
		m.assumedField = map[string]ir.Const{g.name: c}
	}
	l := m.lowerer()
	l.place(at)
	return l.out
}

// place lowers what stands at one node.
func (l *lowerer) place(at *syntax.Node) {
	switch {
	case isCall(at):
		l.call(at)
	case at.Is("pair", "shorthand_property_identifier", "method_definition"):
		if at.Up.Is("object") {
			l.pair(at)
		}
	case at.Is("assignment_expression"):
		for i := range l.m.writes {
			if l.m.writes[i].stmt == at {
				l.write(&l.m.writes[i])
			}
		}
	case at.Is("object"):
		l.missing(at)
	}
}

// learnedCall lowers a call of a function of the program that leads to a switch; it
// reports whether this was one.
func (l *lowerer) learnedCall(c *syntax.Node) bool {
	m := l.m
	fn := callee(c)
	word := m.text(last(fn))
	if fn.Is("identifier") {
		if s := m.lookup(fn, word); s != nil {
			switch b := s.binds[word][0]; {
			case b.kind == bindImport && b.imported != "*" && b.imported != "default":
				word = b.imported
			case b.kind == bindImport && b.imported == "default":
				word = "" // it may be called anything
			case len(b.path) > 0:
				word = b.path[len(b.path)-1]
			}
		}
	}
	if word != "" && !m.set.Learned(word) {
		return false
	}
	name := m.definition(fn, 0)
	if name == "" || !m.set.HasExactly(ir.Call, name) {
		return false
	}
	n := &ir.Node{Kind: ir.Call, Name: name, Resolved: true}
	pos, open := args(c)
	n.Open = open
	for _, a := range pos {
		v := m.value(a)
		v.Pair = m.span(a)
		n.Args = append(n.Args, ir.Arg{Value: &v, Span: m.span(a), Own: true})
	}
	for _, a := range pos {
		d := m.dictOf(a, c)
		if d == nil {
			continue
		}
		n.Open = n.Open || d.open
		for _, k := range d.order {
			e := d.entries[k]
			v := e.value
			arg := ir.Arg{Name: k, Value: &v, Span: m.span(a), Own: true}
			if e.at != nil && e.at.Within(m.root()) {
				arg.Span = m.span(e.at)
			}
			n.Args = append(n.Args, arg)
		}
	}
	m.hostsOf(c, n)
	l.add(n, c, &node{at: c})
	return true
}

// definition is the own name of the function or class of the program that an
// expression denotes, "" for none.
func (m *module) definition(n *syntax.Node, depth int) string {
	if n == nil || depth > 6 {
		return ""
	}
	switch {
	case isFunction(n):
		name, _, _ := m.ownName(n)
		return name
	case isClass(n):
		if id := n.Child("name"); id != nil {
			return modulePrefix(m.path) + m.text(id)
		}
	case n.Is("identifier", "shorthand_property_identifier"):
		s := m.lookup(n, m.text(n))
		if s == nil {
			return ""
		}
		b := s.binds[m.text(n)][len(s.binds[m.text(n)])-1]
		switch {
		case b.kind == bindDef, b.kind == bindClass:
			return m.definition(b.value, depth+1)
		case b.kind == bindImport:
			if mod, v := m.proj.resolve(m, b.source, b.imported, 0); v != nil {
				return mod.definition(v, depth+1)
			}
		case b.kind == bindAssign && len(b.path) == 0 && b.value != nil:
			return m.definition(b.value, depth+1)
		case b.kind == bindAssign && len(b.path) == 1 && b.value != nil:
			if mod, v := m.memberOfModule(b.value, b.path[0]); v != nil {
				return mod.definition(v, depth+1)
			}
		}
	case n.Is("member_expression"):
		obj, key := n.Child("object"), m.text(n.Child("property"))
		if obj.Is("this") {
			if class := m.thisClass(obj); class != nil {
				if f := m.method(class, key); f != nil {
					return m.definition(f, depth+1)
				}
			}
			return ""
		}
		if mod, v := m.memberOfModule(obj, key); v != nil {
			return mod.definition(v, depth+1)
		}
		if class := m.instanceOf(obj, depth+1); class != "" {
			return class + "." + key
		}
		// A static method.
		if class := m.definition(obj, depth+1); class != "" {
			return class + "." + key
		}
	case n.Is("call_expression"):
		pos, _ := args(n)
		if len(pos) == 1 && (m.text(n.Child("function")) == "require" || n.Child("function").Is("import")) {
			if spec, ok := m.literal(pos[0]); ok {
				if mod, v := m.proj.resolve(m, spec, "*", 0); v != nil {
					return mod.definition(v, depth+1)
				}
			}
		}
	}
	return ""
}

// instanceOf is the own name of the class that an object was made from.
func (m *module) instanceOf(obj *syntax.Node, depth int) string {
	if obj == nil || depth > 6 {
		return ""
	}
	switch {
	case obj.Is("new_expression"):
		return m.definition(obj.Child("constructor"), depth+1)
	case obj.Is("identifier"):
		if s := m.lookup(obj, m.text(obj)); s != nil {
			if b := s.binds[m.text(obj)][0]; b.kind == bindAssign && len(b.path) == 0 && b.value.Is("new_expression") {
				return m.instanceOf(b.value, depth+1)
			}
		}
	case obj.Is("member_expression") && obj.Child("object").Is("this"):
		if class := m.thisClass(obj.Child("object")); class != nil {
			for _, b := range m.fields[class][m.text(obj.Child("property"))] {
				if b.value.Is("new_expression") {
					return m.instanceOf(b.value, depth+1)
				}
			}
		}
	}
	return ""
}
