package javascript

import (
	"sort"
	"strconv"
	"strings"

	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
	"github.com/tlslint/tlslint/pattern"
)

// module is one parsed file and what its names mean.
type module struct {
	path string
	src  []byte
	tree *syntax.Tree
	set  *pattern.Set
	proj *project

	scopes map[*syntax.Node]*scope
	// writes are the assignments to members, in source order; writesOn are those to
	// members of an object, by the dotted text of the object.
	writes   []write
	writesOn map[string][]int
	calls    []*syntax.Node
	// callsOf are the calls by the last name of what they call.
	callsOf map[string][]*syntax.Node
	// uses are the reads of a name, within those by the scope that binds it.
	uses   map[string][]*syntax.Node
	within map[string]map[*scope][]*syntax.Node
	// dotted are the member expressions by their dotted text.
	dotted map[string][]*syntax.Node
	// fields are what the methods and the body of a class set on its objects.
	fields map[*syntax.Node]map[string][]*binding
	// flags are the options that a program's command line declares, by name.
	flags   map[string]flag
	exports map[string]exported
	// stars are the modules that are exported again as a whole.
	stars []string

	leaving  map[*syntax.Node][]condition
	returns  map[*syntax.Node][]*syntax.Node // what functions return
	newlines []int

	names  map[*syntax.Node]string
	values map[*syntax.Node]ir.Value
	conds  map[*syntax.Node][]condition
	busy   map[question]bool
	depth  int
	// only is the entry of an object that is asked for, "" for all.
	only string
	// assumed are parameters, and members of those that are objects, that are taken to
	// be given.
	assumed      map[*binding]ir.Const
	assumedField map[string]ir.Const

	// What the editor has found out: the sign of strings, how the file writes members
	// of modules ("" = not at all), where it imports.
	quoted    string
	spelled   map[string]string
	importing *importSite
}

type importSite struct {
	after *syntax.Node
	esm   bool
}

// question is what is being asked about a node: one that leads back to itself has
// no answer.
type question struct {
	n    *syntax.Node
	what byte
}

const (
	askName byte = iota
	askValue
	askDict
)

// scope is a program, a function or a block.
type scope struct {
	node  *syntax.Node
	up    *scope
	binds map[string][]*binding
}

type bindKind uint8

const (
	bindAssign bindKind = iota
	bindParam
	bindImport
	bindDef
	bindClass
	bindOther // a loop, a catch, a rest: nothing is known of the value
)

// binding is one place that gives a name a value.
type binding struct {
	kind bindKind
	name string
	id   *syntax.Node // where the name stands
	stmt *syntax.Node // the declarator, assignment or parameter
	// value is the expression that is bound; path where in it the name's value
	// stands, when it is taken apart; def what it is when nothing is there.
	value *syntax.Node
	path  []string
	def   *syntax.Node
	// augmented is the operator of an assignment that changes what was there.
	augmented string
	// source and imported say what an import brings: "*" for the module itself.
	source, imported string
	typ              *syntax.Node
}

// write is one assignment to a member.
type write struct {
	target, value, stmt *syntax.Node
	augmented           bool
}

// flag is an option of the command line; def is its default, nil for undefined.
type flag struct {
	def *syntax.Node
	yes bool // --no-x: on unless it is switched off
}

// exported is what a module exports under a name: an expression of its own, or a
// name of another module.
type exported struct {
	value        *syntax.Node
	source, name string
}

var functions = []string{"function_declaration", "function_expression", "function", "arrow_function", "method_definition", "generator_function", "generator_function_declaration"}

func isFunction(n *syntax.Node) bool { return n.Is(functions...) }

func isClass(n *syntax.Node) bool {
	return n.Is("class_declaration", "class", "abstract_class_declaration")
}

func isCall(n *syntax.Node) bool { return n.Is("call_expression", "new_expression") }

func isMember(n *syntax.Node) bool { return n.Is("member_expression", "subscript_expression") }

func callee(c *syntax.Node) *syntax.Node {
	if f := c.Child("function"); f != nil {
		return f
	}
	return c.Child("constructor")
}

func newModule(path string, tree *syntax.Tree, set *pattern.Set, proj *project) *module {
	m := &module{
		path: path, src: tree.Source, tree: tree, set: set, proj: proj,
		scopes: map[*syntax.Node]*scope{}, writesOn: map[string][]int{}, callsOf: map[string][]*syntax.Node{},
		uses: map[string][]*syntax.Node{}, within: map[string]map[*scope][]*syntax.Node{}, dotted: map[string][]*syntax.Node{},
		fields: map[*syntax.Node]map[string][]*binding{}, flags: map[string]flag{}, exports: map[string]exported{},
		leaving: map[*syntax.Node][]condition{}, names: map[*syntax.Node]string{}, values: map[*syntax.Node]ir.Value{},
		conds: map[*syntax.Node][]condition{}, busy: map[question]bool{},
	}
	flatten(tree.Root)
	m.index()
	return m
}

// flatten takes parentheses, casts and await out of a tree: they say nothing about
// a value, and everything that looks at a node would have to look through them.
func flatten(root *syntax.Node) {
	root.Walk(func(n *syntax.Node) bool {
		for i, k := range n.Kids {
			for k.Is("parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression", "type_assertion", "await_expression") {
				var inner *syntax.Node
				for _, x := range k.Kids {
					if x.Is("comment", "type_arguments") {
						continue
					}
					inner = x
					if !k.Is("type_assertion") {
						break
					}
				}
				if inner == nil {
					break
				}
				inner.Up, inner.Field = n, k.Field
				n.Kids[i], k = inner, inner
			}
		}
		return true
	})
}

func (m *module) text(n *syntax.Node) string { return m.tree.Text(n) }

func (m *module) span(n *syntax.Node) ir.Span { return ir.Span{Start: n.Start, End: n.End} }

func (m *module) place(n *syntax.Node) ir.Place { return ir.Place{Path: m.path, Span: m.span(n)} }

func (m *module) root() *syntax.Node { return m.tree.Root }

// index finds every scope, binding, write, call and use in one walk.
func (m *module) index() {
	m.scopes[m.root()] = &scope{node: m.root(), binds: map[string][]*binding{}}
	var later []*binding // assignments, bound once all declarations are known
	m.root().Walk(func(n *syntax.Node) bool {
		switch n.Kind {
		case "statement_block", "for_statement", "for_in_statement", "catch_clause", "switch_body", "class_static_block":
			m.open(n)
			if p := n.Child("parameter"); p != nil && n.Is("catch_clause") {
				m.pattern(p, n, nil, nil, nil, bindOther, m.declare)
			}
			if l := n.Child("left"); l != nil && n.Is("for_in_statement") {
				m.pattern(l, n, nil, nil, nil, bindOther, m.declare)
			}
		case "import_statement":
			m.imported(n)
			return false
		case "export_statement":
			m.exported(n)
		case "variable_declarator":
			m.pattern(n.Child("name"), n, n.Child("value"), nil, nil, bindAssign, m.declare)
		case "class_declaration", "class", "abstract_class_declaration":
			if id := n.Child("name"); id != nil {
				m.declare(&binding{kind: bindClass, name: m.text(id), id: id, stmt: n, value: n})
			}
		case "field_definition", "public_field_definition":
			id := n.Child("property")
			if id == nil {
				id = n.Child("name")
			}
			if id != nil {
				m.field(n.Above("class_declaration", "class", "abstract_class_declaration"), &binding{kind: bindAssign, name: m.text(id), id: id, stmt: n, value: n.Child("value"), typ: n.Child("type")})
			}
		case "assignment_expression", "augmented_assignment_expression":
			later = append(later, m.assigned(n)...)
		case "call_expression", "new_expression":
			m.calls = append(m.calls, n)
			word := m.text(last(callee(n)))
			m.callsOf[word] = append(m.callsOf[word], n)
			m.called(n, word)
		case "member_expression", "subscript_expression":
			if d := m.path2(n); d != "" {
				m.dotted[d] = append(m.dotted[d], n)
			}
		case "identifier", "shorthand_property_identifier":
			if reads(n) {
				m.uses[m.text(n)] = append(m.uses[m.text(n)], n)
			}
		}
		if isFunction(n) {
			m.open(n)
			m.parameters(n)
		}
		return true
	})
	for _, b := range later {
		s := m.lookup(b.id, b.name)
		if s == nil {
			s = m.scopes[m.root()]
		}
		s.binds[b.name] = append(s.binds[b.name], b)
	}
	for i := range m.writes {
		t := m.writes[i].target
		if obj := m.path2(t.Child("object")); obj != "" {
			m.writesOn[obj] = append(m.writesOn[obj], i)
		}
	}
	m.commonExports()
}

func (m *module) open(n *syntax.Node) {
	m.scopes[n] = &scope{node: n, up: m.scopeOf(n), binds: map[string][]*binding{}}
}

// scopeOf is the scope that a node stands in.
func (m *module) scopeOf(n *syntax.Node) *scope {
	for p := n.Up; p != nil; p = p.Up {
		if s := m.scopes[p]; s != nil {
			return s
		}
	}
	return m.scopes[m.root()]
}

// lookup is the scope that binds a name as seen from a node, nil when none does.
func (m *module) lookup(n *syntax.Node, name string) *scope {
	for s := m.scopeOf(n); s != nil; s = s.up {
		if len(s.binds[name]) > 0 {
			return s
		}
	}
	return nil
}

// declare binds a name in the block, or the function for var.
func (m *module) declare(b *binding) {
	s := m.scopeOf(b.stmt)
	if b.stmt.Is("for_in_statement", "catch_clause") {
		s = m.scopes[b.stmt]
	}
	if b.kind == bindParam {
		fn := b.stmt
		for fn != nil && !isFunction(fn) {
			fn = fn.Up
		}
		s = m.scopes[fn]
	}
	if b.stmt.Up.Is("variable_declaration") {
		for s.up != nil && !isFunction(s.node) {
			s = s.up
		}
	}
	s.binds[b.name] = append(s.binds[b.name], b)
}

// pattern binds what stands on the left of a value: a name, or what takes it apart.
func (m *module) pattern(p, stmt, value *syntax.Node, path []string, def *syntax.Node, kind bindKind, put func(*binding)) {
	if p == nil || len(path) > 8 {
		return
	}
	below := func(key string) []string { return append(path[:len(path):len(path)], key) }
	switch p.Kind {
	case "identifier", "shorthand_property_identifier_pattern":
		b := &binding{kind: kind, name: m.text(p), id: p, stmt: stmt, value: value, path: path, def: def}
		if p.Up.Is("variable_declarator", "required_parameter", "optional_parameter") {
			b.typ = p.Up.Child("type")
		}
		put(b)
	case "object_pattern":
		for _, k := range p.Kids {
			switch k.Kind {
			case "shorthand_property_identifier_pattern":
				m.pattern(k, stmt, value, below(m.text(k)), nil, kind, put)
			case "object_assignment_pattern":
				m.pattern(k.Child("left"), stmt, value, below(m.text(k.Child("left"))), k.Child("right"), kind, put)
			case "pair_pattern":
				if key, ok := m.key(k.Child("key")); ok {
					m.pattern(k.Child("value"), stmt, value, below(key), nil, kind, put)
				}
			case "rest_pattern":
				if len(k.Kids) > 0 {
					m.pattern(k.Kids[0], stmt, value, path, nil, kind, put)
				}
			}
		}
	case "array_pattern":
		for i, k := range p.Kids {
			m.pattern(k, stmt, value, below(strconv.Itoa(i)), nil, kind, put)
		}
	case "assignment_pattern":
		m.pattern(p.Child("left"), stmt, value, path, p.Child("right"), kind, put)
	case "rest_pattern":
		if len(p.Kids) > 0 {
			m.pattern(p.Kids[0], stmt, nil, nil, nil, bindOther, put)
		}
	case "required_parameter", "optional_parameter":
		m.pattern(p.Child("pattern"), stmt, value, path, p.Child("value"), kind, put)
	}
}

func (m *module) parameters(fn *syntax.Node) {
	if id := fn.Child("name"); fn.Is("function_declaration", "generator_function_declaration") && id != nil {
		m.scopeOf(fn).binds[m.text(id)] = append(m.scopeOf(fn).binds[m.text(id)], &binding{kind: bindDef, name: m.text(id), id: id, stmt: fn, value: fn})
	}
	for _, p := range params(fn) {
		m.pattern(p, p, nil, nil, nil, bindParam, func(b *binding) {
			m.scopes[fn].binds[b.name] = append(m.scopes[fn].binds[b.name], b)
			// constructor(private verify = false) is a field too.
			for _, k := range p.Kids {
				if k.Is("accessibility_modifier") || m.text(k) == "readonly" {
					m.field(fn.Above("class_declaration", "class", "abstract_class_declaration"), b)
					break
				}
			}
		})
	}
}

// params are the parameters of a function.
func params(fn *syntax.Node) []*syntax.Node {
	if p := fn.Child("parameter"); p != nil {
		return []*syntax.Node{p}
	}
	var out []*syntax.Node
	if list := fn.Child("parameters"); list != nil {
		for _, k := range list.Kids {
			if !k.Is("comment", "decorator") {
				out = append(out, k)
			}
		}
	}
	return out
}

func (m *module) field(class *syntax.Node, b *binding) {
	if class == nil {
		return
	}
	if m.fields[class] == nil {
		m.fields[class] = map[string][]*binding{}
	}
	m.fields[class][b.name] = append(m.fields[class][b.name], b)
}

func (m *module) imported(n *syntax.Node) {
	src, _ := m.literal(n.Child("source"))
	add := func(id *syntax.Node, name string) {
		if id != nil && id.Is("identifier") {
			s := m.scopes[m.root()]
			s.binds[m.text(id)] = append(s.binds[m.text(id)], &binding{kind: bindImport, name: m.text(id), id: id, stmt: n, source: src, imported: name})
		}
	}
	for _, c := range n.Kids {
		switch c.Kind {
		case "import_require_clause":
			src, _ = m.literal(c.Child("source"))
			add(c.Kids[0], "*")
		case "import_clause":
			for _, k := range c.Kids {
				switch k.Kind {
				case "identifier":
					add(k, "default")
				case "namespace_import":
					if len(k.Kids) > 0 {
						add(k.Kids[0], "*")
					}
				case "named_imports":
					for _, s := range k.Kids {
						name := s.Child("name")
						id := s.Child("alias")
						if id == nil {
							id = name
						}
						add(id, m.text(name))
					}
				}
			}
		}
	}
}

// exported records what a statement exports.
func (m *module) exported(n *syntax.Node) {
	src, again := m.literal(n.Child("source"))
	if v := n.Child("value"); v != nil {
		m.exports["default"] = exported{value: v}
	}
	if d := n.Child("declaration"); d != nil {
		if name := d.Child("name"); name != nil {
			m.exports[m.text(name)] = exported{value: d}
			if strings.HasPrefix(m.text(n), "export default") {
				m.exports["default"] = exported{value: d}
			}
		}
		for _, v := range d.Kids {
			if v.Is("variable_declarator") && v.Child("name").Is("identifier") && v.Child("value") != nil {
				m.exports[m.text(v.Child("name"))] = exported{value: v.Child("name")}
			}
		}
	}
	some := false
	for _, c := range n.Kids {
		switch c.Kind {
		case "export_clause":
			some = true
			for _, s := range c.Kids {
				name, as := s.Child("name"), s.Child("alias")
				if as == nil {
					as = name
				}
				if name == nil {
					continue
				}
				e := exported{value: name}
				if again {
					e = exported{source: src, name: m.text(name)}
				}
				m.exports[m.text(as)] = e
			}
		case "namespace_export":
			some = true
			if len(c.Kids) > 0 {
				m.exports[m.text(c.Kids[0])] = exported{source: src, name: "*"}
			}
		case "identifier":
			if n.Child("value") == nil && !again { // export = x
				m.exports["*"] = exported{value: c}
			}
		}
	}
	if again && !some {
		m.stars = append(m.stars, src)
	}
}

// commonExports records module.exports = x and exports.x = y.
func (m *module) commonExports() {
	for _, w := range m.writes {
		switch d := m.path2(w.target); {
		case d == "module.exports":
			m.exports["*"] = exported{value: w.value}
		case strings.HasPrefix(d, "exports."):
			m.exports[d[len("exports."):]] = exported{value: w.value}
		case strings.HasPrefix(d, "module.exports."):
			m.exports[d[len("module.exports."):]] = exported{value: w.value}
		}
	}
}

func (m *module) assigned(n *syntax.Node) []*binding {
	left, right := n.Child("left"), n.Child("right")
	op := ""
	if n.Is("augmented_assignment_expression") {
		op = m.text(n.Child("operator"))
	}
	var out []*binding
	if isMember(left) {
		m.writes = append(m.writes, write{target: left, value: right, stmt: n, augmented: op != ""})
		if obj := left.Child("object"); obj.Is("this") {
			if class := m.thisClass(obj); class != nil && op != "+=" {
				if key := m.memberKey(left); key != "" {
					m.field(class, &binding{kind: bindAssign, name: key, id: left, stmt: n, value: right, augmented: op})
				}
			}
		}
		return nil
	}
	m.pattern(left, n, right, nil, nil, bindAssign, func(b *binding) {
		b.augmented = op
		out = append(out, b)
	})
	return out
}

// thisClass is the class whose object "this" is, nil when it is something else.
func (m *module) thisClass(n *syntax.Node) *syntax.Node {
	for p := n.Up; p != nil; p = p.Up {
		switch {
		case p.Is("function_declaration", "function_expression", "function", "generator_function"):
			return nil
		case isClass(p):
			return p
		case p.Is("method_definition") && p.Up.Is("object"):
			return nil
		}
	}
	return nil
}

// reads reports whether an identifier stands for a value that is read.
func reads(n *syntax.Node) bool {
	p := n.Up
	switch p.Kind {
	case "variable_declarator", "function_declaration", "function_expression", "function", "class_declaration", "class", "generator_function_declaration", "enum_declaration":
		return n.Field != "name"
	case "formal_parameters", "rest_pattern", "array_pattern", "object_pattern", "import_specifier", "import_clause", "namespace_import", "catch_clause", "labeled_statement":
		return false
	case "required_parameter", "optional_parameter":
		return n.Field != "pattern"
	case "arrow_function":
		return n.Field != "parameter"
	case "assignment_pattern", "object_assignment_pattern", "for_in_statement", "assignment_expression":
		return n.Field != "left"
	case "pair_pattern":
		return n.Field != "value"
	case "nested_type_identifier", "type_annotation":
		return false
	}
	return true
}

// last is the last identifier of a dotted expression.
func last(n *syntax.Node) *syntax.Node {
	if n.Is("member_expression") {
		return n.Child("property")
	}
	return n
}

// memberKey is the name of the member that an expression is about, "" when it is
// computed.
func (m *module) memberKey(n *syntax.Node) string {
	if n.Is("member_expression") {
		return m.text(n.Child("property"))
	}
	if n.Is("subscript_expression") {
		if i := n.Child("index"); i.Is("string", "template_string", "number") {
			s, ok := m.literal(i)
			if !ok {
				s = m.text(i)
			}
			return s
		}
		if v := m.eval(n.Child("index")); v.Known && v.Const.Kind == ir.String {
			return v.Const.Str
		}
	}
	return ""
}

// key is the name of an entry of an object.
func (m *module) key(n *syntax.Node) (string, bool) {
	switch {
	case n.Is("property_identifier", "private_property_identifier", "number", "shorthand_property_identifier"):
		return m.text(n), true
	case n.Is("string"):
		return m.literal(n)
	case n.Is("computed_property_name") && len(n.Kids) > 0:
		if v := m.eval(n.Kids[0]); v.Known && v.Const.Kind == ir.String {
			return v.Const.Str, true
		}
	}
	return "", false
}

// path2 is the dotted text of names and members, "" for anything else: what
// identifies an object within its scope.
func (m *module) path2(n *syntax.Node) string {
	var parts []string
	for range 12 {
		switch {
		case n.Is("identifier", "this"):
			text := m.text(n)
			for i := len(parts) - 1; i >= 0; i-- {
				text += "." + parts[i]
			}
			return text
		case n.Is("member_expression"):
			parts = append(parts, m.text(n.Child("property")))
		case n.Is("subscript_expression") && n.Child("index").Is("string"):
			s, ok := m.literal(n.Child("index"))
			if !ok {
				return ""
			}
			parts = append(parts, s)
		default:
			return ""
		}
		n = n.Child("object")
	}
	return ""
}

// literal is the text of a string without holes.
func (m *module) literal(n *syntax.Node) (string, bool) {
	if !n.Is("string", "template_string") {
		return "", false
	}
	var sb strings.Builder
	for _, k := range n.Kids {
		switch k.Kind {
		case "string_fragment":
			sb.WriteString(m.text(k))
		case "escape_sequence":
			sb.WriteString(unescape(m.text(k)))
		case "template_substitution":
			return "", false
		}
	}
	return sb.String(), true
}

// unescape resolves the escapes that turn up in names, addresses and commands.
func unescape(s string) string {
	if len(s) < 2 {
		return s
	}
	switch s[1] {
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 'r':
		return "\r"
	case '\n', '\r':
		return ""
	case 'x', 'u':
		if i, err := strconv.ParseUint(strings.Trim(s[2:], "{}"), 16, 32); err == nil {
			return string(rune(i))
		}
	}
	return s[1:]
}

// args are the arguments of a call up to the first spread; open says that there
// is one.
func args(c *syntax.Node) (out []*syntax.Node, open bool) {
	list := c.Child("arguments")
	if !list.Is("arguments") {
		return nil, false
	}
	for _, k := range list.Kids {
		switch {
		case k.Is("comment"):
		case k.Is("spread_element"):
			return out, true
		default:
			out = append(out, k)
		}
	}
	return out, false
}

// called records the options that a program's command line declares.
func (m *module) called(c *syntax.Node, word string) {
	switch word {
	case "option", "requiredOption", "addOption", "boolean", "flag":
		pos, _ := args(c)
		if len(pos) == 0 {
			return
		}
		if word == "addOption" {
			if pos, _ = args(pos[0]); len(pos) == 0 {
				return
			}
		}
		text, ok := m.literal(pos[0])
		if !ok {
			return
		}
		f := flag{}
		if !strings.HasPrefix(text, "-") { // yargs: .option("insecure", {default: true})
			if len(pos) > 1 && pos[1].Is("object") {
				f.def = m.pairOf(pos[1], "default")
				m.flags[camel(text)], m.flags[text] = f, f
			}
			return
		}
		for _, w := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == '|' }) {
			if name, ok := strings.CutPrefix(w, "--"); ok {
				if len(pos) > 2 && !isFunction(pos[len(pos)-1]) {
					f.def = pos[len(pos)-1]
				}
				if plain, no := strings.CutPrefix(name, "no-"); no {
					name, f.yes = plain, true
				}
				m.flags[camel(name)] = f
			}
		}
	case "parseArgs", "meow", "options", "minimist", "defineCommand":
		pos, _ := args(c)
		if len(pos) == 0 {
			return
		}
		obj := pos[len(pos)-1]
		if !obj.Is("object") {
			return
		}
		for _, key := range []string{"options", "flags", "args", ""} {
			in := obj
			if key != "" {
				in = m.pairOf(obj, key)
			} else if word != "options" {
				continue
			}
			if !in.Is("object") {
				continue
			}
			for _, p := range in.Kids {
				if name, ok := m.key(p.Child("key")); ok && p.Child("value").Is("object") {
					f := flag{def: m.pairOf(p.Child("value"), "default")}
					m.flags[name], m.flags[camel(name)] = f, f
				}
			}
		}
		if def := m.pairOf(obj, "default"); def.Is("object") && word == "minimist" {
			for _, p := range def.Kids {
				if name, ok := m.key(p.Child("key")); ok {
					m.flags[name] = flag{def: p.Child("value")}
				}
			}
		}
	}
}

// pairOf is the value of an entry that an object literal writes, nil without one.
func (m *module) pairOf(obj *syntax.Node, key string) *syntax.Node {
	if !obj.Is("object") {
		return nil
	}
	for _, p := range obj.Kids {
		if p.Is("pair") {
			if k := p.Child("key"); k.Is("property_identifier", "string") && strings.Trim(m.text(k), `"'`) == key {
				return p.Child("value")
			}
		}
	}
	return nil
}

// camel is a name of the command line as the libraries store it.
func camel(s string) string {
	parts := strings.Split(s, "-")
	for i := 1; i < len(parts); i++ {
		if parts[i] != "" {
			parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
		}
	}
	return strings.Join(parts, "")
}

// statement is the statement that a node stands in.
func statement(n *syntax.Node) *syntax.Node {
	for n.Up != nil && !isBlock(n.Up) {
		n = n.Up
	}
	return n
}

func isBlock(n *syntax.Node) bool {
	return n.Is("statement_block", "program", "ERROR", "class_body", "switch_case", "switch_default", "class_static_block")
}

// function is the function that a node stands in, nil at the top.
func function(n *syntax.Node) *syntax.Node { return n.Above(functions...) }

// lineAt is the 1-based line of an offset.
func (m *module) lineAt(offset int) int {
	if m.newlines == nil {
		m.newlines = []int{0}
		for i, b := range m.src {
			if b == '\n' {
				m.newlines = append(m.newlines, i+1)
			}
		}
	}
	return sort.SearchInts(m.newlines, offset+1)
}

// usesOf are the reads of a name that mean what a scope binds.
func (m *module) usesOf(name string, s *scope) []*syntax.Node {
	by, ok := m.within[name]
	if !ok {
		by = map[*scope][]*syntax.Node{}
		for _, use := range m.uses[name] {
			s := m.lookup(use, name)
			by[s] = append(by[s], use)
		}
		m.within[name] = by
	}
	return by[s]
}
