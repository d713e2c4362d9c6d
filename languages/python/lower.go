package python

import (
	"slices"
	"strings"

	"github.com/tlslint/tlslint/internal/dsn"
	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// node is what an ir node was lowered from: the editor needs it.
type node struct {
	m  *module
	at *syntax.Node
	// pairs are the entries or keyword arguments that the arguments of a call stand
	// in, by name.
	pairs map[string]*syntax.Node
}

type lowerer struct {
	m    *module
	out  []*ir.Node
	libs map[string]bool // first segments of what the file imports
	test string          // why the whole file is test code
	// renamed are the last segments of what is imported under another name.
	renamed map[string]string
}

// lower turns a module into nodes.
func (m *module) lower() []*ir.Node {
	out := m.nodes()
	m.wrapped(out)
	return out
}

// nodes is lower as far as the module alone goes.
func (m *module) nodes() []*ir.Node {
	l := &lowerer{m: m, libs: map[string]bool{}, renamed: map[string]string{}}
	l.imports()
	l.commandLists()
	for _, c := range m.calls {
		l.call(c)
	}
	for i := range m.writes {
		l.write(&m.writes[i])
	}
	l.settings()
	m.root().Walk(func(n *syntax.Node) bool {
		switch n.Kind {
		case "import_statement", "import_from_statement", "future_import_statement", "comment":
			return false
		case "pair":
			l.pair(n)
		case "tuple":
			// ("key", value) among others of its kind.
			if len(n.Kids) == 2 && n.Up.Is("list", "tuple") && n.Kids[0].Is("string") {
				if key, ok := m.literal(n.Kids[0]); ok {
					l.entry(n, key, n.Kids[1], n.Up)
				}
			}
		case "identifier", "attribute":
			l.ref(n)
		case "string", "concatenated_string":
			l.connection(n)
			return true
		case "binary_operator":
			// A sum of texts is one text; what follows are its pieces.
			if m.text(n.Child("operator")) == "+" && l.connection(n) {
				return false
			}
		}
		return true
	})
	return l.out
}

func (l *lowerer) imports() {
	for _, s := range l.m.scopes {
		for _, bs := range s.binds {
			for _, b := range bs {
				if b.kind == bindImport {
					first, _, _ := strings.Cut(l.m.set.Canonical(b.target), ".")
					l.libs[first] = true
					if word := b.target[strings.LastIndexByte(b.target, '.')+1:]; word != b.name {
						l.renamed[b.name] = word
					}
					if first == "unittest" || first == "pytest" || first == "nose" {
						l.test = "imports " + first
					}
				}
			}
		}
	}
}

// add fills in what every node has.
func (l *lowerer) add(n *ir.Node, at *syntax.Node, syn *node) {
	m := l.m
	n.Path, n.Strict = m.path, n.Kind != ir.Text
	if n.Span.IsZero() {
		n.Span = m.span(at)
	}
	syn.m = m
	if syn.at == nil {
		syn.at = at
	}
	n.Syntax = syn
	n.Symbol = m.symbolAround(at)
	n.Lines = l.lines(n.Span, at)
	n.TestCode = l.testCode(at)
	var dead bool
	n.Guards, dead = m.guards(at)
	n.Dead = n.Dead || dead
	n.Guards = append(n.Guards, m.callerGuards(at)...)
	n.SelfOption = m.selfOption(at)
	l.out = append(l.out, n)
}

func (l *lowerer) lines(s ir.Span, at *syntax.Node) [4]int {
	stmt := statement(at)
	line := l.m.lineAt
	first, end := line(s.Start), line(s.End)
	out := [4]int{first, end, first, end}
	if !stmt.Is("function_definition", "class_definition", "decorated_definition", "if_statement", "with_statement", "for_statement", "try_statement", "while_statement") {
		out[2], out[3] = line(stmt.Start), line(stmt.End)
	}
	return out
}

func (m *module) symbolAround(n *syntax.Node) string {
	var parts []string
	for p := n.Above("function_definition", "class_definition"); p != nil; p = p.Above("function_definition", "class_definition") {
		parts = append(parts, m.text(p.Child("name")))
	}
	slices.Reverse(parts)
	return strings.Join(parts, ".")
}

func (l *lowerer) testCode(at *syntax.Node) string {
	if l.test != "" {
		return l.test
	}
	for p := at.Above("class_definition"); p != nil; p = p.Above("class_definition") {
		if strings.Contains(l.m.text(p.Child("superclasses")), "TestCase") {
			return "in a TestCase"
		}
	}
	return ""
}

// args are the arguments of a call with what spreads bring.
func (m *module) args(call *syntax.Node) (args []ir.Arg, open bool, pairs map[string]*syntax.Node) {
	list := call.Child("arguments")
	pairs = map[string]*syntax.Node{}
	if !list.Is("argument_list") {
		return nil, true, pairs
	}
	for _, a := range list.Kids {
		switch a.Kind {
		case "comment":
		case "list_splat":
			open = true
		case "keyword_argument", "dictionary_splat":
			d := newDict()
			if a.Is("keyword_argument") {
				d.set(m.text(a.Child("name")), entry{m.value(a.Child("value")), a})
			} else {
				d.merge(m.dictOf(a.Kids[0], call))
			}
			open = open || d.open
			for _, k := range d.order {
				e := d.entries[k]
				if pairs[k] != nil {
					args = slices.DeleteFunc(args, func(x ir.Arg) bool { return x.Name == k })
				}
				v := e.value
				v.Pair = m.span(e.at)
				if v.Known && v.Const.Kind == ir.Absent {
					continue
				}
				args = append(args, ir.Arg{Name: k, Value: &v, Span: m.span(e.at), Own: true})
				pairs[k] = e.at
			}
		default:
			v := m.value(a)
			if i := slices.IndexFunc(args, func(x ir.Arg) bool { return x.Name != "" }); i >= 0 {
				args = slices.Insert(args, i, ir.Arg{Value: &v, Span: m.span(a), Own: true})
			} else {
				args = append(args, ir.Arg{Value: &v, Span: m.span(a), Own: true})
			}
		}
	}
	return args, open, pairs
}

func (l *lowerer) call(c *syntax.Node) {
	m := l.m
	fn := c.Child("function")
	list := c.Child("arguments")
	l.processEnv(c)
	defer l.commands(c)
	if own := m.learnedCallee(fn); own != "" && m.set.HasExactly(ir.Call, own) {
		l.callOf(c, own, false, 0)
		return
	}
	if !l.relevant(c) {
		return
	}
	name := m.name(fn)
	if class, ok := strings.CutSuffix(name, ".__init__"); ok {
		// The constructor of a base class: super().__init__(...), Base.__init__(self, ...).
		if made, ok := strings.CutSuffix(class, "()"); ok {
			l.callOf(c, made, false, 0)
		} else {
			l.callOf(c, class, false, 1)
		}
		return
	}
	switch name {
	case "os.environ.update", "os.environ.setdefault", "os.putenv":
		l.environ(c, name)
		return
	case "setattr":
		l.setattr(c)
		return
	case "getattr":
		if full := m.name(c); full != "" && m.set.HasExactly(ir.Ref, full) {
			r := &ir.Node{Kind: ir.Ref, Name: full, Resolved: true}
			o := m.newObject()
			o.climb(c, 0)
			r.Into, r.Role = o.into, o.role
			l.add(r, c, &node{at: c})
		}
		return
	case "dict":
		for _, a := range list.Kids {
			if a.Is("keyword_argument") {
				l.entry(a, m.text(a.Child("name")), a.Child("value"), c)
			}
		}
		return
	case "functools.partial", "functools.partialmethod":
		if pos := m.positional(list); len(pos) > 0 && !m.calledLater(c) {
			of := m.name(pos[0])
			if i := strings.LastIndexByte(of, '.'); i > 0 && !m.set.HasExactly(ir.Call, of) && !strings.HasSuffix(of[:i], ")") {
				of = of[:i] + "()" + of[i:] // a method that is not bound yet
			}
			l.callOf(c, of, true, 1)
		}
		return
	}
	if fn.Is("attribute") && list.Is("argument_list") {
		switch m.text(fn.Child("attribute")) {
		case "update", "setdefault":
			l.updated(c)
		}
	}
	l.callOf(c, name, false, 0)
}

// relevant reports whether a call can matter: naming what it calls may cost the
// reading of another file.
func (l *lowerer) relevant(c *syntax.Node) bool {
	m := l.m
	fn, list := c.Child("function"), c.Child("arguments")
	word := m.text(last(fn))
	switch word {
	case "setattr", "getattr", "dict", "partial", "partialmethod", "update", "setdefault", "putenv", "__init__":
		return true
	}
	if fn.Is("identifier") {
		if s := m.lookup(fn, word); s != nil {
			for _, b := range s.binds[word] {
				switch {
				case b.kind == bindImport:
					word = b.target[strings.LastIndexByte(b.target, '.')+1:]
				case b.kind == bindAssign && (b.value.Is("attribute", "identifier", "call", "conditional_expression", "boolean_operator") || b.index >= 0), b.kind == bindClass:
					return true
				}
			}
		}
	}
	if m.set.Positional(word) || m.set.Renamed(word) || fn.Is("call", "subscript") {
		return true
	}
	// Others are tested by a keyword argument: of a known function, or of a class.
	known, class := len(m.set.Ending(ir.Call, word)) > 0, word != "" && (capital(word) || capital(strings.TrimLeft(word, "_")))
	if !known && !class || !list.Is("argument_list") {
		return false
	}
	for _, a := range list.Kids {
		if a.Is("dictionary_splat") {
			return true
		}
		if kw := a.Child("name"); a.Is("keyword_argument") {
			if word := m.text(kw); m.set.Keyword(word) || class && len(m.set.Ending(ir.Member, word)) > 0 {
				return true
			}
		}
	}
	return false
}

// callOf lowers a call of name; skip positional arguments belong to a partial.
func (l *lowerer) callOf(c *syntax.Node, name string, open bool, skip int) {
	m := l.m
	fn := c.Child("function")
	n := &ir.Node{Kind: ir.Call, Name: name, Resolved: name != ""}
	if name == "" || !m.set.HasExactly(ir.Call, name) {
		method := m.calleeWord(fn)
		if name == "" && fn.Is("attribute") {
			l.guess(n, ir.Call, fn.Child("object"), method)
		}
		if name == "" {
			n.Name = "?." + method
		}
		if len(n.Alt) == 0 && !m.set.Has(ir.Call, n.Name) && !l.constructs(c, name) {
			return
		}
	}
	args, more, pairs := m.args(c)
	made := m.partialOf(fn)
	if made != nil {
		args, more = m.joined(made, args, more, pairs)
	}
	if skip > 0 && len(args) >= skip {
		args = args[skip:]
	}
	n.Args, n.Open = args, more || open
	l.handedOn(c, args)
	if len(n.Alt) > 0 && !n.Likely && !slices.ContainsFunc(args, func(a ir.Arg) bool { return a.Name != "" }) {
		return
	}
	n.Unused = c.Up.Is("expression_statement")
	n.Siblings = map[string]*ir.Value{}
	for i := range args {
		if args[i].Name != "" {
			n.Siblings[args[i].Name] = args[i].Value
		}
	}
	l.madeInto(c, n.Siblings)
	n.Object = m.path + "@" + itoa(c.Start)
	if held := m.holders(c); len(held) > 0 {
		n.Object, _ = m.objectKey(held[len(held)-1])
	}
	o := m.newObject()
	o.climb(c, 0)
	n.Into, n.Role = o.into, o.role
	if r := m.madeFor(c); r != "" {
		n.Role = r
	}
	m.hostsOf(c, n)
	if made != nil {
		m.hostsOf(made, n)
	}
	if fn.Is("attribute") && len(n.Hosts) == 0 {
		// The object that it is called on may have been made for an address.
		l.hostsOfObject(fn.Child("object"), n)
	}
	if len(n.Hosts) == 0 {
		for _, call := range o.calls {
			m.hostsOf(call, n)
		}
	}
	n.HostExpr = m.hostExpr(append([]*syntax.Node{c}, o.calls...))
	l.add(n, c, &node{pairs: pairs})
	if name != "" {
		l.constructed(n, name, pairs)
	}
}

// handedOn leaves out the parameters that an override of a library's method hands
// on to the method that it overrides: nobody but the library fills them.
func (l *lowerer) handedOn(c *syntax.Node, args []ir.Arg) {
	m := l.m
	fn := c.Child("function")
	def := c.Above("function_definition")
	if def == nil || !fn.Is("attribute") || m.text(fn.Child("attribute")) != m.text(def.Child("name")) || !m.overrides(fn.Child("object")) {
		return
	}
	for i := range args {
		v := args[i].Value
		if v.Known || len(v.May) > 0 || v.Default != nil {
			continue
		}
		if !slices.ContainsFunc(v.Options, func(o ir.Option) bool { return o.Kind != "parameter" }) {
			v.Closed = true
		}
	}
}

// overrides reports whether an expression is the base of the class around it.
func (m *module) overrides(obj *syntax.Node) bool {
	obj = unwrap(obj)
	if obj.Is("call") {
		return m.text(obj.Child("function")) == "super"
	}
	class := obj.Above("class_definition")
	return class != nil && m.name(obj) != "" && m.name(obj) == m.className(class)
}

// madeInto adds what is set later on the object that a call makes.
func (l *lowerer) madeInto(c *syntax.Node, siblings map[string]*ir.Value) {
	m := l.m
	for _, left := range m.holders(c) {
		text, fn := m.text(left), left.Above("function_definition")
		for i := range m.writes {
			w := &m.writes[i]
			t := w.target
			if t.Start < c.Start || m.text(t.Kids[0]) != text || !left.Is("attribute") && t.Above("function_definition") != fn {
				continue
			}
			v := m.value(w.value)
			if t.Is("attribute") {
				siblings[m.text(t.Child("attribute"))] = &v
			} else if key, ok := m.literal(t.Child("subscript")); ok {
				siblings[key] = &v
			}
		}
	}
}

// holders are the variables and attributes that the result of a call is assigned
// to: a = b = call(), (a := call()), a = call(); b = a.
func (m *module) holders(c *syntax.Node) []*syntax.Node {
	var out []*syntax.Node
	for p, child := c.Up, c; p != nil; p, child = p.Up, p {
		switch {
		case p.Is("await", "boolean_operator"):
			continue
		case p.Is("named_expression"):
			out = append(out, p.Child("name"))
			continue
		case p.Is("assignment") && child.Field == "right":
			out = append(out, p.Child("left"))
			continue
		}
		break
	}
	for _, left := range out[:len(out):len(out)] {
		if !left.Is("identifier") {
			continue
		}
		for _, use := range m.uses[m.text(left)] {
			if a := use.Up; use.Field == "right" && a.Is("assignment") && m.lookup(use, m.text(use)) == m.lookup(left, m.text(left)) {
				out = append(out, a.Child("left"))
			}
		}
	}
	return out
}

// calleeWord is the last part of the name of what is called, seen through a local
// variable and getattr.
func (m *module) calleeWord(fn *syntax.Node) string {
	fn = unwrap(fn)
	switch {
	case fn.Is("identifier"):
		if p := m.partialOf(fn); p != nil {
			if pos := m.positional(p.Child("arguments")); len(pos) > 0 && unwrap(pos[0]).Is("attribute") {
				return m.text(last(unwrap(pos[0])))
			}
		}
		if _, bs := m.reaching(fn, m.text(fn)); len(bs) == 1 && bs[0].kind == bindAssign && bs[0].index < 0 && unwrap(bs[0].value).Is("attribute") {
			return m.text(last(unwrap(bs[0].value)))
		}
	case fn.Is("call") && m.text(fn.Child("function")) == "getattr":
		if pos := m.positional(fn.Child("arguments")); len(pos) > 1 {
			word, _ := m.literal(pos[1])
			return word
		}
	}
	return m.text(last(fn))
}

// calledLater reports whether a partial goes into a variable that is called: then
// the calls are looked at, with the arguments of both.
func (m *module) calledLater(c *syntax.Node) bool {
	left := c.Up.Child("left")
	if !c.Up.Is("assignment") || !left.Is("identifier") {
		return false
	}
	return slices.ContainsFunc(m.uses[m.text(left)], func(u *syntax.Node) bool {
		return u.Field == "function" && m.partialOf(u) == c
	})
}

// partialOf is the functools.partial that a variable holds which is called.
func (m *module) partialOf(fn *syntax.Node) *syntax.Node {
	if !fn.Is("identifier") {
		return nil
	}
	_, bs := m.reaching(fn, m.text(fn))
	for _, b := range bs {
		if b.kind == bindAssign && b.value.Is("call") && strings.HasSuffix(m.text(b.value.Child("function")), "partial") {
			return b.value
		}
	}
	return nil
}

// joined are the arguments that a partial fixed, and those of the call itself.
func (m *module) joined(partial *syntax.Node, own []ir.Arg, open bool, pairs map[string]*syntax.Node) ([]ir.Arg, bool) {
	fixed, more, at := m.args(partial)
	var out, named []ir.Arg
	for i, a := range append(fixed, own...) {
		switch {
		case i == 0 && len(fixed) > 0: // the function itself
		case a.Name == "":
			out = append(out, a)
		default:
			named = slices.DeleteFunc(named, func(x ir.Arg) bool { return x.Name == a.Name })
			named = append(named, a)
		}
	}
	for name, n := range at {
		if pairs[name] == nil {
			pairs[name] = n
		}
	}
	return append(out, named...), open || more
}

// constructs reports whether a keyword of a call is a member of what it makes.
func (l *lowerer) constructs(c *syntax.Node, name string) bool {
	list := c.Child("arguments")
	if name == "" || !list.Is("argument_list") {
		return false
	}
	for _, a := range list.Kids {
		if a.Is("keyword_argument") && l.m.set.HasExactly(ir.Member, name+"()."+l.m.text(a.Child("name"))) {
			return true
		}
	}
	return false
}

// constructed lowers the keywords of a constructor as members of the object.
func (l *lowerer) constructed(call *ir.Node, name string, pairs map[string]*syntax.Node) {
	for i := range call.Args {
		a := &call.Args[i]
		full := name + "()." + a.Name
		if a.Name == "" || !l.m.set.HasExactly(ir.Member, full) {
			continue
		}
		n := *call
		n.Kind, n.Name, n.Value, n.Span, n.Args = ir.Member, full, a.Value, a.Span, nil
		n.Syntax = &node{m: l.m, at: pairs[a.Name]}
		l.out = append(l.out, &n)
	}
}

// guess names what a method or attribute of an unknown object may be, by what
// the file imports.
func (l *lowerer) guess(n *ir.Node, kind ir.Kind, obj *syntax.Node, attr string) {
	m := l.m
	if v := unwrap(obj); v.Is("identifier") {
		if s := m.lookup(v, m.text(v)); s != nil {
			for _, b := range s.binds[m.text(v)] {
				// A module, a class of this program, a literal: known to be something else.
				if b.kind == bindImport || b.kind == bindClass || b.value.Is("dictionary", "list", "string", "true", "false", "integer") {
					return
				}
			}
		}
		if m.selfClass(v) != nil {
			return
		}
	} else if !v.Is("attribute", "subscript", "call") || m.classOf(v) != nil {
		return
	}
	word := strings.ToLower(m.text(last(unwrap(obj))))
	for _, full := range m.set.Ending(kind, attr) {
		head, _, _ := strings.Cut(full, ".")
		if !strings.Contains(full, "().") || !l.libs[strings.TrimSuffix(head, "()")] {
			continue
		}
		n.Alt = append(n.Alt, full)
		if likely(word, full) {
			n.Likely = true
		}
	}
	if kind == ir.Member && !n.Likely {
		n.Alt = nil
	}
}

// likely reports whether a variable is called what the class of a name is:
// session, sess, s for a Session, ctx for an SSLContext, client for a Client.
func likely(word, full string) bool {
	owner := full[:strings.LastIndex(full, "().")]
	class := strings.ToLower(owner[strings.LastIndexByte(owner, '.')+1:])
	word = strings.Trim(word, "_")
	if word == "" {
		return false
	}
	for _, w := range []string{"session", "context", "client", "connection", "adapter", "config", "options", "pool", "http", "server", "smtp", "imap", "ftp"} {
		if strings.Contains(class, w) {
			if strings.Contains(word, w) || len(word) > 2 && strings.HasPrefix(w, word) {
				return true
			}
		}
	}
	switch word {
	case "ctx", "context", "sslcontext", "ssl_context", "ssl_ctx", "sslctx":
		return strings.Contains(class, "context")
	case "sess", "session", "s", "http", "client", "conn", "req_session":
		return strings.Contains(class, "session") || strings.Contains(class, "client")
	}
	return strings.Contains(word, class)
}

// write lowers an assignment to an attribute or an entry.
func (l *lowerer) write(w *write) {
	t := w.target
	if t.Is("subscript") {
		l.writeEntry(w)
		return
	}
	if !l.m.matters(l.m.text(t.Child("attribute"))) {
		return
	}
	l.member(t, t.Child("object"), l.m.text(t.Child("attribute")), w.value, w.stmt, w)
}

func (l *lowerer) member(at, obj *syntax.Node, attr string, value, stmt *syntax.Node, w *write) {
	m := l.m
	n := &ir.Node{Kind: ir.Member}
	base := m.name(obj)
	if base != "" {
		n.Name, n.Resolved = m.set.Canonical(base+"."+attr), true
	} else {
		n.Name = "?." + attr
		l.guess(n, ir.Member, obj, attr)
	}
	if configObject.MatchString(m.text(last(unwrap(obj)))) {
		n.Alt = append(n.Alt, "settings."+attr)
		n.Likely = n.Likely || base == ""
	}
	if !m.set.Has(ir.Member, n.Name) && !slices.ContainsFunc(n.Alt, func(s string) bool { return m.set.HasExactly(ir.Member, s) }) {
		return
	}
	v := m.value(value)
	if w != nil && w.augmented != "" {
		v = m.augment(w)
	}
	n.Value = &v
	span := at
	if stmt.Is("assignment", "augmented_assignment") && (stmt.Child("left") == at) {
		span = stmt
	}
	n.Span = m.span(span)
	v.Pair = n.Span
	o := m.newObject()
	if unwrap(obj).Is("identifier") {
		o.follow(unwrap(obj), 0)
	} else if unwrap(obj).Is("attribute") {
		o.assigned(unwrap(obj), 0)
	}
	l.describe(n, o, obj)
	if w != nil {
		n.Dead = m.undone(w)
	}
	l.add(n, at, &node{at: stmt})
}

// augment is the value of "x &= ~Y", "x |= Y", "x += Y": the symbol with its sign.
func (m *module) augment(w *write) ir.Value {
	sign := strings.TrimSuffix(w.augmented, "=")
	x := unwrap(w.value)
	if x.Is("unary_operator") && m.text(x.Child("operator")) == "~" {
		sign = "~"
		x = unwrap(x.Child("argument"))
	}
	v := m.value(x)
	if sign == "~" {
		v.Const.Sym = "~" + v.Const.Sym
		for i := range v.Const.Elems {
			v.Const.Elems[i].Const.Sym = "~" + v.Const.Elems[i].Const.Sym
		}
	}
	v.Const.At = m.place(w.stmt)
	return v
}

// describe says what a member's object is: where it flows, what else is set on
// it, which hosts it meets.
func (l *lowerer) describe(n *ir.Node, o *object, obj *syntax.Node) {
	m := l.m
	obj = unwrap(obj)
	n.Into, n.Role = o.into, o.role
	if r := m.madeFor(obj); r != "" {
		n.Role = r
	}
	text := m.text(obj)
	var where *syntax.Node
	n.Object, where = m.objectKey(obj)
	n.Siblings = map[string]*ir.Value{}
	if made := l.makerOf(obj); made != nil {
		args, _, _ := m.args(made)
		for i := range args {
			if args[i].Name != "" {
				n.Siblings[args[i].Name] = args[i].Value
			}
		}
		m.hostsOf(made, n)
	}
	for _, i := range m.writesOn[text] {
		w := &m.writes[i]
		if t := w.target; t.Is("attribute") && t.Within(where) {
			v := m.value(w.value)
			n.Siblings[m.text(t.Child("attribute"))] = &v
			if hostWord.MatchString(m.text(t.Child("attribute"))) {
				m.hostsIn(w.value, n, true, 0)
			}
		}
	}
	for _, c := range o.calls {
		m.hostsOf(c, n)
		n.Siblings[m.text(last(c.Child("function")))] = &ir.Value{Known: true, Const: ir.Const{Kind: ir.Bool, Bool: true}}
	}
	if len(n.Hosts) == 0 {
		m.onlyHost(obj, n)
	}
}

// objectKey identifies what a variable or an attribute holds, within the scope or
// class that it belongs to.
func (m *module) objectKey(obj *syntax.Node) (string, *syntax.Node) {
	where, text := m.root(), m.text(obj)
	if obj.Is("identifier") {
		if s := m.lookup(obj, text); s != nil {
			where = s.node
		}
	} else if class := obj.Above("class_definition"); class != nil {
		where = class
	}
	return m.path + "@" + itoa(where.Start) + ":" + text, where
}

// makerOf is the call that an object comes from.
func (l *lowerer) makerOf(obj *syntax.Node) *syntax.Node {
	if calls := l.m.makers(obj, 0); len(calls) > 0 {
		return calls[0]
	}
	return nil
}

func (l *lowerer) hostsOfObject(obj *syntax.Node, n *ir.Node) {
	if made := l.makerOf(obj); made != nil {
		l.m.hostsOf(made, n)
	}
}

// undone reports whether a later statement of the same block writes the member
// again before anything else looks at the object.
func (m *module) undone(w *write) bool {
	stmt := statement(w.stmt)
	block := stmt.Up
	if block == nil {
		return false
	}
	target := m.text(w.target)
	obj := m.text(w.target.Kids[0])
	behind := false
	for _, s := range block.Kids {
		if s == stmt {
			behind = true
			continue
		}
		if !behind || s.Is("comment") {
			continue
		}
		if s.Is("expression_statement") && len(s.Kids) == 1 && s.Kids[0].Is("assignment") {
			left := s.Kids[0].Child("left")
			if m.text(left) == target {
				return true
			}
			if left.Is("attribute") && m.text(left.Child("object")) == obj && !strings.Contains(m.text(s.Kids[0].Child("right")), obj) {
				continue
			}
		}
		if strings.Contains(m.text(s), obj) {
			return false
		}
	}
	return false
}

// writeEntry lowers x["key"] = value.
func (l *lowerer) writeEntry(w *write) {
	m := l.m
	key := m.key(w.target.Child("subscript"))
	obj := w.target.Child("value")
	if key == "" {
		return
	}
	if !m.matters(key) {
		return
	}
	base := m.name(obj)
	if base == "os.environ" {
		l.env(key, w.value, w.stmt)
		return
	}
	if base != "" && m.set.HasExactly(ir.Member, m.set.Canonical(base+"."+key)) {
		l.member(w.target, obj, key, w.value, w.stmt, w)
		return
	}
	l.entryOf(w.stmt, w.target, key, w.value, obj)
}

// entry lowers one entry of a dictionary that container builds.
func (l *lowerer) entry(at *syntax.Node, key string, value, container *syntax.Node) {
	if !l.m.matters(key) {
		return
	}
	o := l.m.newObject()
	o.climb(container, 0)
	l.dictEntry(at, at, key, value, o, container)
}

// entryOf lowers an entry that is written into a variable.
func (l *lowerer) entryOf(stmt, target *syntax.Node, key string, value, obj *syntax.Node) {
	if !l.m.matters(key) {
		return
	}
	if base := l.m.name(obj); base != "" && l.m.set.HasExactly(ir.Member, l.m.set.Canonical(base+"."+key)) {
		l.member(target, obj, key, value, stmt, nil)
		return
	}
	o := l.m.newObject()
	switch obj = unwrap(obj); {
	case obj.Is("identifier"):
		o.follow(obj, 0)
	case obj.Is("attribute", "subscript"):
		o.assigned(obj, 0)
	}
	if configObject.MatchString(l.m.text(last(obj))) {
		o.flows("settings." + l.m.text(last(obj)))
	}
	l.dictEntry(stmt, target, key, value, o, obj)
}

func (l *lowerer) dictEntry(at, guarded *syntax.Node, key string, value *syntax.Node, o *object, container *syntax.Node) {
	m := l.m
	n := &ir.Node{Kind: ir.Member, Name: "?." + key, Resolved: true}
	for _, into := range o.into {
		if name, ok := strings.CutPrefix(into, "settings."); ok && configObject.MatchString(name) {
			n.Alt = append(n.Alt, "settings."+key)
		}
		if full := into + "." + key; !o.callees[into] && m.set.HasExactly(ir.Member, full) {
			n.Alt = append(n.Alt, full)
		}
	}
	if len(o.into) == 0 && container.Is("identifier", "attribute") && configObject.MatchString(m.text(last(container))) {
		n.Alt = append(n.Alt, "settings."+key)
	}
	if !m.set.Has(ir.Member, n.Name) && !m.set.HasWild(ir.Member, key) && !slices.ContainsFunc(n.Alt, func(s string) bool { return m.set.HasExactly(ir.Member, s) }) {
		return
	}
	v := m.value(value)
	v.Pair = m.span(at)
	n.Value = &v
	n.Span = v.Pair
	n.Into, n.Role = o.into, o.role
	n.Object = m.path + "@" + itoa(container.Start)
	n.Siblings = map[string]*ir.Value{}
	if d := m.dictOf(container, at); d != nil {
		for _, k := range d.order {
			v := d.entries[k].value
			n.Siblings[k] = &v
		}
	}
	m.hostsIn(container, n, false, 0)
	for _, c := range o.calls {
		m.hostsOf(c, n)
	}
	n.HostExpr = m.hostExpr(o.calls)
	l.add(n, guarded, &node{at: at})
}

func (l *lowerer) pair(p *syntax.Node) {
	m := l.m
	k := p.Child("key")
	if k == nil || !p.Up.Is("dictionary") {
		return
	}
	if key := m.key(k); key != "" {
		l.entry(p, key, p.Child("value"), p.Up)
	}
}

// updated lowers d.update({...}), d.update(k=v) and d.setdefault(k, v).
func (l *lowerer) updated(c *syntax.Node) {
	m := l.m
	fn, list := c.Child("function"), c.Child("arguments")
	obj := fn.Child("object")
	switch m.text(fn.Child("attribute")) {
	case "setdefault":
		if pos := m.positional(list); len(pos) == 2 {
			if key := m.key(pos[0]); key != "" {
				l.entryOf(c, c, key, pos[1], obj)
			}
		}
	case "update":
		for _, a := range list.Kids {
			switch a.Kind {
			case "keyword_argument":
				l.entryOf(a, a, m.text(a.Child("name")), a.Child("value"), obj)
			case "dictionary":
				for _, p := range a.Kids {
					if p.Is("pair") {
						if key := m.key(p.Child("key")); key != "" {
							l.entryOf(p, p, key, p.Child("value"), obj)
						}
					}
				}
			}
		}
	}
}

func (l *lowerer) setattr(c *syntax.Node) {
	m := l.m
	pos := m.positional(c.Child("arguments"))
	if len(pos) != 3 {
		return
	}
	if attr, ok := m.literal(pos[1]); ok {
		l.member(c, pos[0], attr, pos[2], c, nil)
	}
}

// env lowers an environment variable being set for this process.
func (l *lowerer) env(name string, value, at *syntax.Node) {
	if !l.m.set.Has(ir.Env, name) {
		return
	}
	v := l.m.value(value)
	v.Pair = l.m.span(at)
	l.add(&ir.Node{Kind: ir.Env, Name: name, Resolved: true, Value: &v, Span: v.Pair}, at, &node{at: at})
}

func (l *lowerer) environ(c *syntax.Node, name string) {
	m := l.m
	list := c.Child("arguments")
	pos := m.positional(list)
	if strings.HasSuffix(name, "update") {
		d := newDict()
		for _, p := range pos {
			d.merge(m.dictOf(p, c))
		}
		if list.Is("argument_list") {
			m.keywordsOf(list, d, c)
		}
		for _, k := range d.order {
			switch at := d.entries[k].at; {
			case at.Is("pair", "keyword_argument"):
				l.env(k, at.Child("value"), at)
			case at.Is("assignment"):
				l.env(k, at.Child("right"), at)
			}
		}
		return
	}
	if len(pos) > 1 {
		if key, ok := m.literal(pos[0]); ok {
			l.env(key, pos[1], c)
		}
	}
}

// processEnv lowers the env= of a child process.
func (l *lowerer) processEnv(c *syntax.Node) {
	m := l.m
	env := m.keyword(c.Child("arguments"), "env")
	if env == nil {
		return
	}
	if d := m.dictOf(env, c); d != nil {
		for _, k := range d.order {
			at := d.entries[k].at
			switch {
			case at.Is("pair", "keyword_argument"):
				l.env(k, at.Child("value"), at)
			case at.Is("assignment"):
				l.env(k, at.Child("right"), at)
			}
		}
	}
}

// settings lowers variables of the module and of class bodies, which is how many
// frameworks are configured.
func (l *lowerer) settings() {
	m := l.m
	for _, s := range m.scopes {
		class := s.node.Is("class_definition")
		if !class && s.node != m.root() {
			continue
		}
		for name, bs := range s.binds {
			var names []string
			if m.set.HasExactly(ir.Member, "settings."+name) {
				names = append(names, "settings."+name)
			}
			if class {
				if base := m.className(s.node); base != "" {
					for _, full := range []string{base + "()." + name, base + "." + name} {
						if m.set.HasExactly(ir.Member, full) {
							names = append(names, full)
						}
					}
				}
			}
			if len(names) == 0 {
				continue
			}
			for _, b := range bs {
				if b.kind != bindAssign || b.value == nil || b.index >= 0 || !b.stmt.Is("assignment") {
					continue
				}
				v := m.value(b.value)
				n := &ir.Node{Kind: ir.Member, Name: names[0], Alt: names[1:], Resolved: true, Value: &v, Span: m.span(b.stmt)}
				v.Pair = n.Span
				l.add(n, b.id, &node{at: b.stmt})
			}
		}
	}
	slices.SortStableFunc(l.out, func(a, b *ir.Node) int { return a.Span.Start - b.Span.Start })
}

// refers reports whether a name may be one that rows look for.
func (l *lowerer) refers(n *syntax.Node) bool {
	m := l.m
	word := m.text(last(n))
	if len(m.set.Ending(ir.Ref, word)) > 0 {
		return true
	}
	return n.Is("identifier") && len(m.set.Ending(ir.Ref, l.renamed[word])) > 0
}

// ref lowers a symbol that is used as a value.
func (l *lowerer) ref(n *syntax.Node) {
	m := l.m
	if !l.refers(n) {
		return
	}
	if n.Is("identifier") {
		switch n.Up.Kind {
		case "attribute", "parameters", "default_parameter", "typed_parameter", "typed_default_parameter", "lambda_parameters":
			if n.Field != "value" {
				return
			}
		case "keyword_argument":
			if n.Field == "name" {
				return
			}
		case "function_definition", "class_definition", "global_statement", "nonlocal_statement":
			return
		}
		if !m.imported1(n) {
			return
		}
	} else if !m.rooted(n.Child("object")) {
		return
	}
	if n.Field == "left" && n.Up.Is("assignment", "augmented_assignment") || n.Up.Is("attribute") && n.Field == "object" && m.set.HasExactly(ir.Ref, m.name(n.Up)) {
		return
	}
	name := m.name(n)
	if name == "" || !m.set.HasExactly(ir.Ref, name) {
		return
	}
	x := n
	r := &ir.Node{Kind: ir.Ref, Name: name, Resolved: true}
	o := m.newObject()
	if n.Up.Is("call") && n.Field == "function" {
		x = n.Up
		r.Unused = x.Up.Is("expression_statement")
		r.Siblings = map[string]*ir.Value{}
		args, _, _ := m.args(x)
		for i := range args {
			if args[i].Name != "" {
				r.Siblings[args[i].Name] = args[i].Value
			}
		}
	}
	o.climb(x, 0)
	r.Into, r.Role = o.into, o.role
	if role := m.madeFor(x); role != "" {
		r.Role = role
	}
	for _, c := range o.calls {
		m.hostsOf(c, r)
	}
	if len(r.Hosts) == 0 {
		m.onlyHost(x, r)
	}
	r.HostExpr = m.hostExpr(o.calls)
	l.add(r, n, &node{at: n})
}

// imported1 reports whether an identifier is bound by an import.
func (m *module) imported1(n *syntax.Node) bool {
	s := m.lookup(n, m.text(n))
	if s == nil {
		return false
	}
	return slices.ContainsFunc(s.binds[m.text(n)], func(b *binding) bool { return b.kind == bindImport })
}

// hole is what stands in a text for a part that is filled in at run time;
// percentHole is how a text does that is formatted with the % operator.
var (
	hole        = lazyregexp.New(`\$\{?[A-Za-z_]|\{[^}]*\}|<[A-Za-z_]+>`)
	percentHole = lazyregexp.New(`%[-+# 0-9.]*[a-zA-Z]|%\([a-z_]+\)s`)
)

// segment is a piece of a text and where it stands in the file.
type segment struct{ text, src, size int }

// written is the text of a string as it stands between its quotes, pieces that
// are written side by side joined.
func (m *module) written(n *syntax.Node) (text string, segs []segment) {
	var sb strings.Builder
	for _, p := range pieces(n) {
		if !p.Is("string") || len(p.Kids) < 2 {
			sb.WriteString("{}") // known at run time
			continue
		}
		start, end := p.Kids[0].End, p.Kids[len(p.Kids)-1].Start
		if start < end {
			segs = append(segs, segment{sb.Len(), start, end - start})
			sb.Write(m.src[start:end])
		}
	}
	return sb.String(), segs
}

// pieces are the strings that a text is put together from, and what stands
// between them.
func pieces(n *syntax.Node) []*syntax.Node {
	switch n = unwrap(n); {
	case n.Is("concatenated_string"):
		return n.Kids
	case n.Is("binary_operator"):
		return append(pieces(n.Child("left")), pieces(n.Child("right"))...)
	}
	return []*syntax.Node{n}
}

// source is where a piece of such a text stands in the file; ok is false when it
// is broken over several.
func source(segs []segment, start, end int) (ir.Span, bool) {
	for _, s := range segs {
		if s.text <= start && end <= s.text+s.size {
			return ir.Span{Start: s.src + start - s.text, End: s.src + end - s.text}, true
		}
	}
	return ir.Span{}, false
}

// connection lowers a connection string; it reports whether the text is one.
func (l *lowerer) connection(n *syntax.Node) bool {
	m := l.m
	if n.Up.Is("expression_statement", "concatenated_string") {
		return false
	}
	raw, segs := m.written(n)
	if len(raw) > 4096 || !strings.Contains(raw, "=") {
		return false
	}
	d, ok := dsn.Parse(raw)
	if !ok {
		return false
	}
	open := func(s string) bool {
		return hole.MatchString(s) || n.Up.Is("binary_operator") && m.text(n.Up.Child("operator")) == "%" && percentHole.MatchString(s)
	}
	for _, p := range d.Params {
		name := d.Driver + ":" + p.Name
		if !m.set.Has(ir.Text, strings.ToLower(name)) {
			continue
		}
		at, ok := source(segs, p.ValueStart, p.ValueEnd)
		pair, whole := source(segs, p.Start, p.End)
		if !ok || !whole {
			continue
		}
		v := ir.Value{
			Known: !open(p.Value),
			Const: ir.Const{Kind: ir.String, Str: p.Value, At: ir.Place{Path: m.path, Span: at}},
			Span:  at, Pair: pair,
		}
		v.Closed = !v.Known
		x := &ir.Node{Kind: ir.Text, Name: name, Resolved: true, Value: &v, Driver: d.Library(), Fold: true, Span: v.Pair}
		x.Siblings = map[string]*ir.Value{}
		for _, q := range d.Params {
			x.Siblings[q.Name] = &ir.Value{Known: true, Const: ir.Const{Kind: ir.String, Str: q.Value}}
		}
		for _, h := range d.Hosts {
			if h.Name != "" && !open(h.Name) {
				x.Hosts = append(x.Hosts, ir.Host{Name: h.Name, Port: h.Port, How: "literal", Offset: n.Start})
			}
		}
		o := m.newObject()
		o.climb(n, 0)
		x.Into = o.into
		l.add(x, n, &node{at: n})
	}
	return true
}

// hostExpr is source text in scope that gives the name of the host of some call.
func (m *module) hostExpr(calls []*syntax.Node) string {
	for _, c := range calls {
		probe := &ir.Node{}
		m.hostsOf(c, probe)
		if len(probe.Hosts) == 1 && !strings.ContainsAny(probe.Hosts[0].Name, `"\/`) {
			return `"` + probe.Hosts[0].Name + `"`
		}
	}
	return ""
}
