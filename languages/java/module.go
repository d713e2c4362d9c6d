package java

import (
	"sort"
	"strings"

	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
	"github.com/tlslint/tlslint/pattern"
)

// module is one source file and what stands where in it.
type module struct {
	path    string
	src     []byte
	tree    *syntax.Tree
	set     *pattern.Set
	overlay map[string][]byte
	lines   []int

	pkg     string
	imports map[string]importDecl // by simple name, static ones too
	wild    []string              // packages (and classes) imported with an asterisk

	scopes  map[*syntax.Node]map[string]*decl
	classes map[string]*class // by simple name
	byNode  map[*syntax.Node]*class
	uses    map[string][]*syntax.Node // identifiers by their text, outside imports
	assigns map[string][]*syntax.Node // assignments by the name that they write
	methods map[string][]*syntax.Node // invocations by name
	news    map[string][]*syntax.Node // object creations by the class's simple name

	values   map[*syntax.Node]*ir.Value
	types    map[*syntax.Node]*string
	verdicts map[*syntax.Node]*decision
	conds    map[*syntax.Node][]condition
	guarded  map[*syntax.Node][]ir.Guard
	steps    int
	depth    int
	// assumed are parameters that are taken to be given.
	assumed map[*decl]ir.Const
}

type importDecl struct {
	name string // canonical
	node *syntax.Node
}

type declKind uint8

const (
	local declKind = iota
	param
	lambdaParam
	other // of a catch, a loop, a resource or a pattern
	field
)

// decl is a variable, a parameter or a field.
type decl struct {
	kind  declKind
	name  string
	id    *syntax.Node
	typ   *syntax.Node // nil where it is inferred
	init  *syntax.Node
	stmt  *syntax.Node // the declaration, parameter or field around it
	scope *syntax.Node // what it is visible in
	class *class       // of a field
}

// class is a class, interface, enum, record or anonymous class.
type class struct {
	node    *syntax.Node
	name    string // "" for an anonymous one
	body    *syntax.Node
	methods map[string][]*syntax.Node
	fields  map[string]*decl
	outer   *class
}

func newModule(path string, tree *syntax.Tree, set *pattern.Set) *module {
	m := &module{
		path: path, src: tree.Source, tree: tree, set: set,
		imports: map[string]importDecl{}, scopes: map[*syntax.Node]map[string]*decl{},
		classes: map[string]*class{}, byNode: map[*syntax.Node]*class{}, uses: map[string][]*syntax.Node{},
		assigns: map[string][]*syntax.Node{}, methods: map[string][]*syntax.Node{}, news: map[string][]*syntax.Node{},
		values: map[*syntax.Node]*ir.Value{}, types: map[*syntax.Node]*string{}, verdicts: map[*syntax.Node]*decision{},
		conds: map[*syntax.Node][]condition{}, guarded: map[*syntax.Node][]ir.Guard{},
	}
	m.lines = append(m.lines, 0)
	for i, b := range m.src {
		if b == '\n' {
			m.lines = append(m.lines, i+1)
		}
	}
	m.index()
	return m
}

func (m *module) text(n *syntax.Node) string { return m.tree.Text(n) }

// plain is the source of a node without comments.
func (m *module) plain(n *syntax.Node) string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	at := n.Start
	n.Walk(func(k *syntax.Node) bool {
		if k.Is("line_comment", "block_comment") {
			b.Write(m.src[at:k.Start])
			at = k.End
			return false
		}
		return true
	})
	b.Write(m.src[at:n.End])
	return b.String()
}

func (m *module) span(n *syntax.Node) ir.Span { return ir.Span{Start: n.Start, End: n.End} }

func (m *module) place(n *syntax.Node) ir.Place { return ir.Place{Path: m.path, Span: m.span(n)} }

// lineAt is the 1-based line of an offset.
func (m *module) lineAt(offset int) int {
	return sort.Search(len(m.lines), func(i int) bool { return m.lines[i] > offset })
}

// index walks the file once.
func (m *module) index() {
	m.tree.Root.Walk(func(n *syntax.Node) bool {
		switch n.Kind {
		case "line_comment", "block_comment":
			return false
		case "package_declaration":
			if len(n.Kids) > 0 {
				m.pkg = squeeze(m.text(n.Kids[len(n.Kids)-1]))
			}
			return false
		case "import_declaration":
			m.imported(n)
			return false
		case "class_declaration", "interface_declaration", "enum_declaration", "record_declaration", "annotation_type_declaration":
			m.addClass(n, m.text(n.Child("name")), n.Child("body"))
			if n.Is("record_declaration") {
				m.params(n, n.Child("body"))
			}
		case "object_creation_expression":
			if t := n.Child("type"); t != nil {
				name := simpleName(m.text(t))
				m.news[name] = append(m.news[name], n)
			}
			for _, k := range n.Kids {
				if k.Is("class_body") {
					m.addClass(n, "", k)
				}
			}
		case "field_declaration", "constant_declaration":
			c := m.classAround(n)
			for _, d := range n.Children("declarator") {
				m.declare(&decl{kind: field, id: d.Child("name"), typ: n.Child("type"), init: d.Child("value"), stmt: n, class: c}, n.Up)
				if f := m.scopes[n.Up][m.text(d.Child("name"))]; c != nil && f != nil {
					c.fields[f.name] = f
				}
			}
		case "method_declaration", "constructor_declaration", "compact_constructor_declaration":
			if c := m.classAround(n); c != nil {
				name := m.text(n.Child("name"))
				if !n.Is("method_declaration") {
					name = "<init>"
				}
				c.methods[name] = append(c.methods[name], n)
			}
			m.params(n, n)
		case "lambda_expression":
			m.params(n, n)
		case "local_variable_declaration":
			scope := scopeAbove(n)
			for _, d := range n.Children("declarator") {
				m.declare(&decl{kind: local, id: d.Child("name"), typ: n.Child("type"), init: d.Child("value"), stmt: n}, scope)
			}
		case "enhanced_for_statement":
			m.declare(&decl{kind: other, id: n.Child("name"), typ: n.Child("type"), stmt: n}, n)
		case "resource":
			m.declare(&decl{kind: local, id: n.Child("name"), typ: n.Child("type"), init: n.Child("value"), stmt: n}, n.Above("try_with_resources_statement"))
		case "catch_formal_parameter":
			m.declare(&decl{kind: other, id: n.Child("name"), stmt: n}, n.Up)
		case "instanceof_expression":
			if name := n.Child("name"); name != nil {
				m.declare(&decl{kind: other, id: name, typ: n.Child("right"), stmt: n}, scopeAbove(n))
			}
		case "assignment_expression":
			left := unwrap(n.Child("left"))
			if left.Is("field_access") {
				left = left.Child("field")
			}
			if left.Is("identifier") {
				m.assigns[m.text(left)] = append(m.assigns[m.text(left)], n)
			}
		case "update_expression":
			if len(n.Kids) > 0 {
				name := m.text(unwrap(n.Kids[0]))
				m.assigns[name] = append(m.assigns[name], n)
			}
		case "method_invocation":
			name := m.text(n.Child("name"))
			m.methods[name] = append(m.methods[name], n)
		case "identifier", "type_identifier":
			m.uses[m.text(n)] = append(m.uses[m.text(n)], n)
		}
		return true
	})
}

func (m *module) imported(n *syntax.Node) {
	if len(n.Kids) == 0 {
		return
	}
	name := squeeze(m.text(n.Kids[0]))
	for _, k := range n.Kids {
		if k.Is("asterisk") {
			m.wild = append(m.wild, name)
			return
		}
	}
	m.imports[simpleName(name)] = importDecl{name, n}
}

func (m *module) addClass(n *syntax.Node, name string, body *syntax.Node) {
	c := &class{node: n, name: name, body: body, methods: map[string][]*syntax.Node{}, fields: map[string]*decl{}, outer: m.classAround(n)}
	m.byNode[n] = c
	if body != nil {
		m.byNode[body] = c
	}
	if name != "" && m.classes[name] == nil {
		m.classes[name] = c
	}
}

// classAround is the innermost class that a node stands in.
func (m *module) classAround(n *syntax.Node) *class {
	for p := n.Up; p != nil; p = p.Up {
		if p.Is("class_body", "interface_body", "enum_body", "record_declaration", "annotation_type_body") {
			if c := m.byNode[p]; c != nil {
				return c
			}
		}
	}
	return nil
}

func (m *module) params(fn, scope *syntax.Node) {
	kind := param
	if fn.Is("lambda_expression") {
		kind = lambdaParam
	}
	ps := fn.Child("parameters")
	if ps.Is("identifier") {
		m.declare(&decl{kind: kind, id: ps, stmt: ps}, scope)
		return
	}
	if ps == nil {
		return
	}
	for _, p := range ps.Kids {
		switch p.Kind {
		case "formal_parameter":
			m.declare(&decl{kind: kind, id: p.Child("name"), typ: p.Child("type"), stmt: p}, scope)
		case "identifier":
			m.declare(&decl{kind: kind, id: p, stmt: p}, scope)
		case "spread_parameter":
			for _, k := range p.Kids {
				if k.Is("variable_declarator") {
					m.declare(&decl{kind: kind, id: k.Child("name"), stmt: p}, scope)
				}
			}
		}
	}
}

func (m *module) declare(d *decl, scope *syntax.Node) {
	if d.id == nil || scope == nil {
		return
	}
	d.name, d.scope = m.text(d.id), scope
	if d.typ.Is("type_identifier") && m.text(d.typ) == "var" {
		d.typ = nil
	}
	if m.scopes[scope] == nil {
		m.scopes[scope] = map[string]*decl{}
	}
	if old := m.scopes[scope][d.name]; old == nil || d.kind != field {
		m.scopes[scope][d.name] = d
	}
}

var scopeKinds = []string{
	"block", "constructor_body", "for_statement", "enhanced_for_statement", "try_with_resources_statement", "catch_clause",
	"switch_block", "switch_block_statement_group", "lambda_expression", "method_declaration", "constructor_declaration", "class_body", "interface_body", "enum_body", "program",
}

func scopeAbove(n *syntax.Node) *syntax.Node { return n.Above(scopeKinds...) }

// lookup is the declaration that a name stands for, nil for a name from elsewhere.
func (m *module) lookup(n *syntax.Node, name string) *decl {
	for p := n.Up; p != nil; p = p.Up {
		if d := m.scopes[p][name]; d != nil && (d.kind == field || d.id.Start <= n.Start) {
			return d
		}
	}
	return nil
}

// target is the declaration that an assignment writes.
func (m *module) target(assign *syntax.Node) *decl {
	left := assign.Child("left")
	if left == nil && len(assign.Kids) > 0 {
		left = assign.Kids[0]
	}
	return m.variable(unwrap(left))
}

// variable is the declaration that an expression names: x, this.x, Outer.this.x.
func (m *module) variable(n *syntax.Node) *decl {
	switch {
	case n.Is("identifier"):
		return m.lookup(n, m.text(n))
	case n.Is("field_access"):
		obj := n.Child("object")
		name := m.text(n.Child("field"))
		switch {
		case obj.Is("this"):
			for c := m.classAround(n); c != nil; c = c.outer {
				if f := c.fields[name]; f != nil {
					return f
				}
			}
		case obj.Is("identifier"):
			if m.lookup(obj, m.text(obj)) != nil {
				return nil
			}
			if c := m.classes[m.text(obj)]; c != nil {
				return c.fields[name]
			}
		}
	}
	return nil
}

// maxUses bounds how many uses of one name are looked at.
const maxUses = 200

// usesOf are the places that read or write a variable, without its declaration; ok
// is false when there are too many.
func (m *module) usesOf(d *decl) (out []*syntax.Node, ok bool) {
	all := m.uses[d.name]
	if len(all) > maxUses {
		return nil, false
	}
	for _, u := range all {
		if u == d.id || u.Is("type_identifier") {
			continue
		}
		whole := u
		if u.Field == "field" && u.Up.Is("field_access") {
			whole = u.Up
		} else if u.Up.Is("method_invocation") && u.Field == "name" {
			continue
		}
		if m.variable(whole) == d {
			out = append(out, whole)
		}
	}
	return out, true
}

// writesOf are the assignments to a variable.
func (m *module) writesOf(d *decl) (out []*syntax.Node, ok bool) {
	all := m.assigns[d.name]
	if len(all) > maxUses {
		return nil, false
	}
	for _, a := range all {
		if m.target(a) == d {
			out = append(out, a)
		}
	}
	return out, true
}

// modifiers is the text of the modifiers of a declaration, annotations included.
func (m *module) modifiers(n *syntax.Node) string {
	if n == nil {
		return ""
	}
	for _, k := range n.Kids {
		if k.Is("modifiers") {
			return m.text(k)
		}
	}
	return ""
}

func hasModifier(text, word string) bool {
	for _, w := range strings.Fields(text) {
		if w == word {
			return true
		}
	}
	return false
}

// annotation is the annotation of a declaration by its simple name.
func (m *module) annotation(n *syntax.Node, names ...string) *syntax.Node {
	if n == nil {
		return nil
	}
	for _, k := range n.Kids {
		if !k.Is("modifiers") {
			continue
		}
		for _, a := range k.Kids {
			if a.Is("annotation", "marker_annotation") {
				for _, name := range names {
					if simpleName(m.text(a.Child("name"))) == name {
						return a
					}
				}
			}
		}
	}
	return nil
}

// method is the method, constructor or lambda around a node.
func method(n *syntax.Node) *syntax.Node {
	return n.Above("method_declaration", "constructor_declaration", "lambda_expression", "static_initializer")
}

// unwrap takes brackets and casts away.
func unwrap(n *syntax.Node) *syntax.Node {
	for n != nil {
		switch {
		case n.Is("parenthesized_expression") && len(n.Kids) > 0:
			n = n.Kids[len(n.Kids)-1]
		case n.Is("cast_expression") && n.Child("value") != nil:
			n = n.Child("value")
		default:
			return n
		}
	}
	return n
}

// outermost climbs out of brackets, casts and branches of conditional expressions.
func outermost(n *syntax.Node) *syntax.Node {
	for n.Up != nil {
		switch {
		case n.Up.Is("parenthesized_expression") && !n.Up.Up.Is("if_statement", "while_statement", "do_statement"), n.Up.Is("cast_expression") && n.Field == "value":
			n = n.Up
		default:
			return n
		}
	}
	return n
}

// args are the arguments of a call, without comments.
func args(call *syntax.Node) []*syntax.Node {
	var out []*syntax.Node
	if list := call.Child("arguments"); list != nil {
		for _, k := range list.Kids {
			if !k.Is("line_comment", "block_comment") {
				out = append(out, k)
			}
		}
	}
	return out
}

// statement is the innermost statement around a node.
func statement(n *syntax.Node) *syntax.Node {
	for p := n; p != nil; p = p.Up {
		if strings.HasSuffix(p.Kind, "_statement") || p.Is("local_variable_declaration", "field_declaration", "constant_declaration", "method_declaration", "explicit_constructor_invocation") {
			return p
		}
		if p.Up.Is("block", "constructor_body", "class_body", "program") {
			return p
		}
	}
	return n
}

func simpleName(name string) string {
	if i := strings.IndexByte(name, '<'); i >= 0 {
		name = name[:i]
	}
	name = strings.TrimSpace(name)
	return name[strings.LastIndexByte(name, '.')+1:]
}

// squeeze takes white space out of a dotted name.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func capital(s string) bool { return s != "" && s[0] >= 'A' && s[0] <= 'Z' }
