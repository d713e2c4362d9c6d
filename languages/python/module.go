package python

import (
	"sort"
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
	// writes are the assignments to attributes and entries, in source order.
	writes []write
	// attrs are the attributes that methods and bodies of a class set.
	attrs map[*syntax.Node]map[string][]*binding
	calls []*syntax.Node
	// callsOf are the calls by the last name of what they call.
	callsOf map[string][]*syntax.Node
	// uses are the identifiers of a name that stand as expressions.
	uses  map[string][]*syntax.Node
	flags map[string][]*syntax.Node // add_argument and add_option calls by destination

	// within are the uses of a name by the scope that it is looked up in.
	within map[string]map[*scope][]*syntax.Node
	// writesOn are writes by the text of their object, writtenAt by their target.
	writesOn  map[string][]int
	writtenAt map[*syntax.Node]int
	leaving   map[*syntax.Node][]condition // what early returns of a block say
	newlines  []int                        // where the lines begin

	names  map[*syntax.Node]string
	values map[*syntax.Node]ir.Value
	conds  map[*syntax.Node][]condition
	ours   map[string]bool // whether an import names a module of this program
	busy   map[question]bool
	depth  int
	// assumed are parameters that are taken to be given.
	assumed map[*binding]ir.Const
	// importing guards against modules that import each other.
	importing map[string]bool
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
	askResult
)

// scope is a module, function, lambda, class body or comprehension.
type scope struct {
	node   *syntax.Node
	up     *scope
	binds  map[string][]*binding
	global map[string]bool // declared global or nonlocal here
}

type bindKind uint8

const (
	bindAssign bindKind = iota
	bindParam
	bindImport
	bindDef
	bindClass
	bindWith
	bindOther // a loop, a deletion, a pattern: nothing is known of the value
)

// binding is one place that gives a name a value.
type binding struct {
	kind bindKind
	name string
	id   *syntax.Node // where the name stands
	stmt *syntax.Node // the statement or parameter
	// value is the expression that is bound, nil when unknown; index is the place
	// in a tuple that the value returns, -1 for the value itself.
	value *syntax.Node
	index int
	// augmented says that the value only changes what was there before.
	augmented bool
	// target is what an import brings: a dotted name.
	target string
}

// write is one assignment to an attribute or an entry.
type write struct {
	target    *syntax.Node // attribute or subscript
	value     *syntax.Node
	stmt      *syntax.Node
	augmented string // "&=" and its like
}

func newModule(path string, tree *syntax.Tree, set *pattern.Set, proj *project) *module {
	m := &module{
		path: path, src: tree.Source, tree: tree, set: set, proj: proj,
		scopes: map[*syntax.Node]*scope{}, attrs: map[*syntax.Node]map[string][]*binding{},
		uses: map[string][]*syntax.Node{}, flags: map[string][]*syntax.Node{},
		names: map[*syntax.Node]string{}, values: map[*syntax.Node]ir.Value{}, conds: map[*syntax.Node][]condition{}, ours: map[string]bool{}, busy: map[question]bool{}, importing: map[string]bool{},
	}
	flatten(tree.Root)
	m.index()
	m.callsOf = map[string][]*syntax.Node{}
	for _, c := range m.calls {
		name := m.text(last(c.Child("function")))
		m.callsOf[name] = append(m.callsOf[name], c)
	}
	m.writesOn, m.writtenAt = map[string][]int{}, map[*syntax.Node]int{}
	for i := range m.writes {
		t := m.writes[i].target
		if len(t.Kids) > 0 {
			obj := m.text(t.Kids[0])
			m.writesOn[obj] = append(m.writesOn[obj], i)
		}
		m.writtenAt[t] = i
	}
	m.within, m.leaving = map[string]map[*scope][]*syntax.Node{}, map[*syntax.Node][]condition{}
	return m
}

// flatten takes parentheses out of a tree: they say nothing, and everything that
// looks at a node would have to look through them.
func flatten(root *syntax.Node) {
	root.Walk(func(n *syntax.Node) bool {
		for i, k := range n.Kids {
			for k.Is("parenthesized_expression") {
				var inner *syntax.Node
				for _, x := range k.Kids {
					if !x.Is("comment") {
						inner = x
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

// index finds every scope, binding, write, call and use in one walk.
func (m *module) index() {
	m.scopes[m.tree.Root] = &scope{node: m.tree.Root, binds: map[string][]*binding{}, global: map[string]bool{}}
	m.tree.Root.Walk(func(n *syntax.Node) bool {
		switch n.Kind {
		case "function_definition", "class_definition", "lambda", "list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression":
			m.scopes[n] = &scope{node: n, up: m.scopeOf(n), binds: map[string][]*binding{}, global: map[string]bool{}}
			m.defined(n)
		case "global_statement", "nonlocal_statement":
			for _, id := range n.Kids {
				m.scopeOf(n).global[m.text(id)] = true
			}
		case "import_statement", "import_from_statement", "future_import_statement":
			m.imported(n)
			return false
		case "assignment":
			m.assigned(n)
		case "augmented_assignment":
			m.augmented(n)
		case "named_expression":
			m.bind(n.Child("name"), n, n.Child("value"), -1, bindAssign)
		case "as_pattern":
			m.asPattern(n)
		case "for_statement", "for_in_clause":
			m.target(n.Child("left"), n, nil, -1, bindOther)
		case "delete_statement":
			for _, k := range n.Kids {
				m.target(k, n, nil, -1, bindOther)
			}
		case "except_clause", "case_clause":
			for _, k := range n.Kids {
				if k.Is("identifier") {
					m.bind(k, n, nil, -1, bindOther)
				}
			}
		case "call":
			m.calls = append(m.calls, n)
			m.called(n)
		case "identifier":
			if m.expression(n) {
				m.uses[m.text(n)] = append(m.uses[m.text(n)], n)
			}
		}
		return true
	})
}

// expression reports whether an identifier stands for a value that is read.
func (m *module) expression(n *syntax.Node) bool {
	switch n.Up.Kind {
	case "attribute":
		return n.Field == "object"
	case "keyword_argument":
		return n.Field == "value"
	case "parameters", "lambda_parameters", "typed_parameter", "list_splat_pattern", "dictionary_splat_pattern", "global_statement", "nonlocal_statement", "dotted_name", "aliased_import", "as_pattern_target":
		return false
	case "default_parameter", "typed_default_parameter", "function_definition", "class_definition", "named_expression":
		return n.Field != "name"
	case "assignment":
		return n.Field != "left"
	case "pattern_list", "tuple_pattern":
		return false
	}
	return true
}

// scopeOf is the scope that a node stands in. What belongs to the head of a
// function (defaults, decorators) stands in the scope around it.
func (m *module) scopeOf(n *syntax.Node) *scope {
	for child, p := n, n.Up; p != nil; child, p = p, p.Up {
		s := m.scopes[p]
		if s == nil {
			continue
		}
		switch p.Kind {
		case "function_definition", "lambda":
			if child.Field == "body" || child.Field == "parameters" && n != child && !defaultValue(n, child) {
				return s
			}
			continue
		case "class_definition":
			if child.Field == "body" {
				return s
			}
			continue
		}
		return s
	}
	return m.scopes[m.tree.Root]
}

// defaultValue reports whether n stands in the default or the annotation of a
// parameter.
func defaultValue(n, params *syntax.Node) bool {
	for ; n != nil && n != params; n = n.Up {
		if n.Field == "value" || n.Field == "type" {
			return true
		}
	}
	return false
}

func (m *module) bind(id, stmt, value *syntax.Node, index int, kind bindKind) *binding {
	if id == nil {
		return nil
	}
	b := &binding{kind: kind, name: m.text(id), id: id, stmt: stmt, value: value, index: index}
	s := m.scopeOf(id)
	if kind == bindParam {
		s = m.scopes[stmt.Above("function_definition", "lambda")]
	}
	for s.global[b.name] && s.up != nil {
		s = s.up
	}
	s.binds[b.name] = append(s.binds[b.name], b)
	return b
}

func (m *module) defined(n *syntax.Node) {
	outer := m.scopes[n].up
	if name := n.Child("name"); name != nil {
		kind := bindDef
		if n.Kind == "class_definition" {
			kind = bindClass
		}
		b := &binding{kind: kind, name: m.text(name), id: name, stmt: n, value: n, index: -1}
		outer.binds[b.name] = append(outer.binds[b.name], b)
	}
	params := n.Child("parameters")
	if params == nil {
		return
	}
	for _, p := range params.Kids {
		id := p
		switch p.Kind {
		case "identifier":
		case "default_parameter", "typed_default_parameter":
			id = p.Child("name")
		case "typed_parameter", "list_splat_pattern", "dictionary_splat_pattern":
			for id.Is("typed_parameter", "list_splat_pattern", "dictionary_splat_pattern") && len(id.Kids) > 0 {
				id = id.Kids[0]
			}
		}
		if id.Is("identifier") {
			b := &binding{kind: bindParam, name: m.text(id), id: id, stmt: p, value: p.Child("value"), index: -1}
			s := m.scopes[n]
			s.binds[b.name] = append(s.binds[b.name], b)
		}
	}
}

// imported binds what an import statement brings.
func (m *module) imported(n *syntax.Node) {
	add := func(id *syntax.Node, name, target string) {
		b := &binding{kind: bindImport, name: name, id: id, stmt: n, index: -1, target: target}
		s := m.scopeOf(n)
		for s.global[name] && s.up != nil {
			s = s.up
		}
		s.binds[name] = append(s.binds[name], b)
	}
	from := ""
	if mod := n.Child("module_name"); mod != nil {
		from = m.proj.absolute(m.path, squeeze(m.text(mod)))
	}
	for _, k := range n.Kids {
		if k.Field != "name" {
			if k.Is("wildcard_import") {
				add(k, "*", from)
			}
			continue
		}
		name, id := squeeze(m.text(k)), k
		local, _, _ := strings.Cut(name, ".")
		target := local
		if k.Is("aliased_import") {
			name, id = squeeze(m.text(k.Child("name"))), k.Child("alias")
			local, target = m.text(id), name
		}
		if from != "" {
			target = from + "." + name
		}
		add(id, local, target)
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func (m *module) assigned(n *syntax.Node) {
	right := n.Child("right")
	if right == nil {
		// "x: int" declares and binds nothing, but a class keeps it as a field.
		if id := n.Child("left"); id.Is("identifier") && n.Child("type") != nil && n.Above("class_definition", "function_definition").Is("class_definition") {
			m.classAttr(n.Above("class_definition"), &binding{kind: bindOther, name: m.text(id), id: id, stmt: n, index: -1})
		}
		return
	}
	// a = b = value
	for right.Is("assignment") && right.Child("right") != nil {
		right = right.Child("right")
	}
	m.target(n.Child("left"), n, right, -1, bindAssign)
}

func (m *module) target(left, stmt, value *syntax.Node, index int, kind bindKind) {
	switch {
	case left == nil:
	case left.Is("identifier"):
		b := m.bind(left, stmt, value, index, kind)
		if c := m.scopeOf(left); b != nil && c.node.Is("class_definition") {
			m.classAttr(c.node, b)
		}
	case left.Is("attribute", "subscript"):
		if kind == bindAssign {
			m.writes = append(m.writes, write{target: left, value: valueAt(value, index), stmt: stmt})
		}
		m.selfAttr(left, stmt, value, index, kind)
	case left.Is("pattern_list", "tuple_pattern", "list_pattern", "expression_list", "tuple", "list"):
		for i, k := range left.Kids {
			if value.Is("expression_list", "tuple", "list") && len(value.Kids) == len(left.Kids) {
				m.target(k, stmt, value.Kids[i], -1, kind)
			} else {
				m.target(k, stmt, value, i, kind)
			}
		}
	case left.Is("list_splat_pattern"):
		m.target(left.Kids[0], stmt, nil, -1, bindOther)
	}
}

func valueAt(value *syntax.Node, index int) *syntax.Node {
	if index >= 0 {
		return nil
	}
	return value
}

// selfAttr keeps what methods assign to an attribute of their own object.
func (m *module) selfAttr(left, stmt, value *syntax.Node, index int, kind bindKind) {
	if !left.Is("attribute") || !left.Child("object").Is("identifier") {
		return
	}
	if class := m.selfClass(left.Child("object")); class != nil {
		m.classAttr(class, &binding{kind: kind, name: m.text(left.Child("attribute")), id: left, stmt: stmt, value: valueAt(value, index), index: index})
	}
}

func (m *module) classAttr(class *syntax.Node, b *binding) {
	if m.attrs[class] == nil {
		m.attrs[class] = map[string][]*binding{}
	}
	m.attrs[class][b.name] = append(m.attrs[class][b.name], b)
}

// selfClass is the class whose object or class an identifier is, as the first
// parameter of a method; nil when it is something else.
func (m *module) selfClass(id *syntax.Node) *syntax.Node {
	name := m.text(id)
	if name != "self" && name != "cls" && name != "klass" && name != "this" {
		return nil
	}
	for fn := id.Above("function_definition"); fn != nil; fn = fn.Above("function_definition") {
		params := fn.Child("parameters")
		if params == nil || len(params.Kids) == 0 || !strings.HasPrefix(m.text(params.Kids[0]), name) {
			continue
		}
		up := fn.Up
		if up.Is("decorated_definition") {
			up = up.Up
		}
		if up.Is("block") && up.Up.Is("class_definition") {
			return up.Up
		}
		return nil
	}
	return nil
}

func (m *module) augmented(n *syntax.Node) {
	left, right := n.Child("left"), n.Child("right")
	switch {
	case left.Is("identifier"):
		if b := m.bind(left, n, right, -1, bindAssign); b != nil {
			b.augmented = true
		}
	case left.Is("attribute", "subscript"):
		m.writes = append(m.writes, write{target: left, value: right, stmt: n, augmented: m.text(n.Child("operator"))})
	}
}

// asPattern binds "with VALUE as NAME" and "except E as NAME".
func (m *module) asPattern(n *syntax.Node) {
	alias := n.Child("alias")
	if alias == nil || len(alias.Kids) == 0 || len(n.Kids) == 0 {
		return
	}
	kind, value := bindOther, (*syntax.Node)(nil)
	if n.Up.Is("with_item") {
		kind, value = bindWith, n.Kids[0]
	}
	m.target(alias.Kids[0], n.Up, value, -1, kind)
}

// called indexes the options that a program's command line declares, and setattr.
func (m *module) called(n *syntax.Node) {
	fn := n.Child("function")
	args := n.Child("arguments")
	if !args.Is("argument_list") {
		return
	}
	switch {
	case fn.Is("attribute"):
		switch m.text(fn.Child("attribute")) {
		case "add_argument", "add_option":
			if dest := m.destination(args); dest != "" {
				m.flags[dest] = append(m.flags[dest], n)
			}
		}
	}
}

// destination is the attribute under which argparse or optparse stores an
// option: dest, else the first long name, else the short one.
func (m *module) destination(args *syntax.Node) string {
	short, long := "", ""
	for _, a := range args.Kids {
		if a.Is("keyword_argument") {
			if m.text(a.Child("name")) == "dest" {
				if s, ok := m.literal(a.Child("value")); ok {
					return s
				}
			}
			continue
		}
		s, ok := m.literal(a)
		if !ok {
			continue
		}
		switch {
		case strings.HasPrefix(s, "--") && long == "":
			long = s[2:]
		case strings.HasPrefix(s, "-") && short == "":
			short = s[1:]
		case !strings.HasPrefix(s, "-") && long == "":
			long = s
		}
	}
	if long == "" {
		long = short
	}
	return strings.ReplaceAll(long, "-", "_")
}

// keyword is the value of a keyword argument, nil if it is not given.
func (m *module) keyword(args *syntax.Node, name string) *syntax.Node {
	if args == nil {
		return nil
	}
	for _, a := range args.Kids {
		if a.Is("keyword_argument") && m.text(a.Child("name")) == name {
			return a.Child("value")
		}
	}
	return nil
}

// positional are the positional arguments up to the first spread.
func (m *module) positional(args *syntax.Node) []*syntax.Node {
	var out []*syntax.Node
	if args == nil {
		return nil
	}
	for _, a := range args.Kids {
		switch a.Kind {
		case "keyword_argument", "comment", "dictionary_splat":
			continue
		case "list_splat":
			return out
		}
		out = append(out, a)
	}
	return out
}

// unwrap takes parentheses, await and type hints away.
func unwrap(n *syntax.Node) *syntax.Node {
	for n.Is("parenthesized_expression", "await", "type") && len(n.Kids) > 0 {
		i := 0
		for i < len(n.Kids)-1 && n.Kids[i].Is("comment") {
			i++
		}
		n = n.Kids[i]
	}
	return n
}

// literal is the text of a string without holes.
func (m *module) literal(n *syntax.Node) (string, bool) {
	n = unwrap(n)
	switch {
	case n.Is("concatenated_string"):
		var sb strings.Builder
		for _, k := range n.Kids {
			s, ok := m.literal(k)
			if !ok {
				return "", false
			}
			sb.WriteString(s)
		}
		return sb.String(), true
	case n.Is("string"):
		var sb strings.Builder
		for _, k := range n.Kids {
			switch k.Kind {
			case "interpolation":
				return "", false
			case "string_content":
				sb.WriteString(m.unescape(n, k))
			}
		}
		return sb.String(), true
	}
	return "", false
}

// unescape resolves the escapes that turn up in names and addresses; others stay
// as they are written.
func (m *module) unescape(str, content *syntax.Node) string {
	text := m.text(content)
	if !strings.Contains(text, `\`) || strings.ContainsAny(strings.ToLower(m.text(str.Kids[0])), "r") {
		return text
	}
	return strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t", `\"`, `"`, `\'`, `'`, "\\\n", "").Replace(text)
}

// statement is the statement that a node stands in.
func statement(n *syntax.Node) *syntax.Node {
	for n.Up != nil && !n.Up.Is("block", "module") {
		n = n.Up
	}
	return n
}

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

// usesIn are the uses of a name that mean what a scope binds.
func (m *module) usesIn(name string, s *scope) []*syntax.Node {
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
