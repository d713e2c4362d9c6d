package javascript

import (
	"slices"
	"sort"
	"strconv"
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
}

type lowerer struct {
	m    *module
	out  []*ir.Node
	test string // why the whole file is test code
	// owners are the last segments of objects in which some row misses a member.
	owners map[string]bool
}

// answered is the argument that holds what a callback answers with.
const answered = "answer"

// lower turns a module into nodes.
func (m *module) lower() []*ir.Node {
	out := m.nodes()
	m.wrapped(out)
	return out
}

func (m *module) lowerer() *lowerer {
	l := &lowerer{m: m, owners: map[string]bool{}}
	for _, r := range m.set.Rows {
		if !slices.Contains(r.Bad, "absent") {
			continue
		}
		for _, k := range r.At {
			if i := strings.LastIndexByte(k.Member, '.'); i > 0 {
				l.owners[strings.TrimSuffix(last2(k.Member[:i]), "()")] = true
			}
		}
	}
	for _, name := range []string{"describe", "it", "test"} {
		for _, c := range m.callsOf[name] {
			if pos, _ := args(c); len(pos) > 1 && pos[0].Is("string", "template_string") && isFunction(pos[1]) {
				l.test = "calls " + name + "()"
			}
		}
	}
	return l
}

// nodes is lower as far as the module alone goes.
func (m *module) nodes() []*ir.Node {
	l := m.lowerer()
	for _, c := range m.calls {
		l.call(c)
		l.commands(c)
	}
	for i := range m.writes {
		l.write(&m.writes[i])
	}
	m.root().Walk(func(n *syntax.Node) bool {
		switch n.Kind {
		case "import_statement", "comment", "interface_declaration", "type_alias_declaration", "type_annotation":
			return false
		case "object":
			l.missing(n)
		case "pair", "shorthand_property_identifier":
			if n.Up.Is("object") {
				l.pair(n)
			}
		case "method_definition":
			if n.Up.Is("object") {
				l.pair(n)
			}
		case "field_definition", "public_field_definition":
			l.classField(n)
		case "string", "template_string":
			l.connection(n)
		case "identifier", "member_expression":
			l.ref(n)
		case "array":
			l.commandList(n)
		}
		return true
	})
	return l.out
}

// add fills in what every node has.
func (l *lowerer) add(n *ir.Node, at *syntax.Node, syn *node) {
	m := l.m
	n.Path, n.Strict = m.path, n.Kind == ir.Member || n.Kind == ir.Call || n.Kind == ir.Func
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
	n.TestCode = l.test
	var dead bool
	n.Guards, dead = m.guards(at)
	n.Dead = n.Dead || dead
	n.SelfOption = m.selfOption(at)
	l.out = append(l.out, n)
}

func (l *lowerer) lines(s ir.Span, at *syntax.Node) [4]int {
	line := l.m.lineAt
	first, end := line(s.Start), line(s.End)
	out := [4]int{first, end, first, end}
	if stmt := statement(at); stmt.Is("expression_statement", "lexical_declaration", "variable_declaration", "return_statement", "public_field_definition", "field_definition") {
		out[2], out[3] = line(stmt.Start), line(stmt.End)
	}
	return out
}

func (m *module) symbolAround(n *syntax.Node) string {
	var parts []string
	for p := n.Up; p != nil; p = p.Up {
		if isFunction(p) {
			if s := m.functionName(p); s != "" && len(s) < 80 {
				parts = append(parts, s)
			}
		} else if isClass(p) && p.Child("name") != nil {
			parts = append(parts, m.text(p.Child("name")))
		}
	}
	slices.Reverse(parts)
	return strings.Join(parts, ".")
}

// matters reports whether rows look for a member of this name.
func (l *lowerer) matters(key string) bool {
	return l.m.set.HasWild(ir.Member, key) || len(l.m.set.Ending(ir.Member, key)) > 0
}

// pair lowers one entry of an object literal.
func (l *lowerer) pair(p *syntax.Node) {
	m := l.m
	key := m.entryKey(p)
	if key == "" {
		return
	}
	value := p
	if p.Is("pair") {
		value = p.Child("value")
	}
	if m.set.Has(ir.Env, key) {
		l.envEntry(p, key, value)
	}
	if !l.matters(key) || value.Is("object") && !l.owners[key] {
		return
	}
	o := m.newObject(key)
	o.climb(p.Up, nil)
	if (o.replaced || o.said) && len(o.into) == 0 {
		return
	}
	l.entry(p, key, value, o, p.Up)
}

// entry lowers a member of an object that flows somewhere.
func (l *lowerer) entry(at *syntax.Node, key string, value *syntax.Node, o *object, container *syntax.Node) {
	m := l.m
	n := &ir.Node{Kind: ir.Member, Name: "?." + key, Resolved: true}
	for _, into := range o.direct {
		if full := m.set.Canonical(into + "." + key); m.set.HasExactly(ir.Member, full) && !slices.Contains(n.Alt, full) {
			n.Alt = append(n.Alt, full)
		}
	}
	if len(n.Alt) == 0 && !m.set.HasWild(ir.Member, key) {
		return
	}
	if len(o.direct) > 0 && !strings.HasPrefix(o.direct[0], "?") {
		n.Name = m.set.Canonical(o.direct[0] + "." + key)
	}
	v := m.value(value)
	if c := v.Const; v.Known && m.overridden(at, container, key) {
		// What somebody gives later replaces it.
		v = ir.Value{Default: &c, Options: []ir.Option{{Kind: "field", Name: key}}, Span: v.Span}
	}
	v.Pair = m.span(at)
	n.Value, n.Span = &v, v.Pair
	l.describe(n, o, container)
	if container.Is("object") {
		for up := container; up != nil; {
			m.hostsIn(up, n, 0)
			if up.Up.Is("pair") && up.Up.Up.Is("object") && len(n.Hosts) == 0 {
				up = up.Up.Up
				continue
			}
			break
		}
	}
	n.Dead = m.undone(at, container, key) || l.inspected(n, at)
	l.add(n, at, &node{at: at})
}

// overridden reports whether options that callers or a configuration give are laid
// over an entry of an object: { key: value, ...options }, assign({ key: value }, options).
func (m *module) overridden(at, container *syntax.Node, key string) bool {
	over := func(x *syntax.Node) bool {
		if d := m.memberOf(x, at, key); d != nil && !d.open && d.entries[key].at == nil {
			return false
		}
		return m.optionsOf(x) || m.optionsRoot(x) != "" || isMember(x) && configObject.MatchString(m.text(last(x)))
	}
	if !container.Is("object") {
		return false
	}
	behind := false
	for _, k := range container.Kids {
		if behind && k.Is("spread_element") && len(k.Kids) > 0 && over(k.Kids[0]) {
			return true
		}
		behind = behind || k == at
	}
	call := container.Up.Up
	if !container.Up.Is("arguments") || !call.Is("call_expression") || !mergers.MatchString(m.text(last(callee(call)))) {
		return false
	}
	pos, _ := args(call)
	if i := slices.Index(pos, container); i >= 0 {
		return slices.ContainsFunc(pos[i+1:], over)
	}
	return false
}

// describe fills in what else is known of the object around a member.
func (l *lowerer) describe(n *ir.Node, o *object, container *syntax.Node) {
	m := l.m
	n.Into, n.Role = o.into, o.role
	n.Object = m.path + "@" + strconv.Itoa(container.Start)
	n.Siblings = map[string]*ir.Value{}
	for container.Up.Is("spread_element") && container.Up.Up.Is("object") {
		container = container.Up.Up // what it is spread into is the object
	}
	d := m.dictOf(container, nil)
	if container.Is("object") {
		// What is written later to the variable that holds it belongs to it.
		if decl := container.Up; decl.Is("variable_declarator") && decl.Child("name").Is("identifier") {
			d = m.written(d, m.text(decl.Child("name")), nil)
		} else if decl.Is("assignment_expression") {
			d = m.written(d, m.path2(decl.Child("left")), nil)
		}
	}
	if d != nil {
		for _, k := range d.order {
			v := d.entries[k].value
			n.Siblings[k] = &v
		}
		if d.open {
			n.Siblings["..."] = &ir.Value{}
		}
	}
	server := n.Siblings["requestCert"] != nil
	if v := n.Siblings["isServer"]; v != nil && v.Known {
		server = truth(v.Const) == ir.Yes
	}
	if server {
		n.Role = "server"
	}
	for _, c := range o.calls {
		m.hostsOf(c, n)
	}
	n.Inspects = n.Inspects || m.onlyInspect(o.calls)
}

// onlyInspect reports whether the connections that an object goes into are made to
// read the peer's certificate: their callbacks do.
func (m *module) onlyInspect(calls []*syntax.Node) bool {
	reads := false
	for _, c := range calls {
		fn := callee(c)
		if c.End-c.Start < 1<<12 && peerRead.MatchString(m.text(c)) {
			reads = true
		} else if !fn.Is("identifier") || !m.ownFunction(fn) {
			return false
		}
	}
	return reads
}

// ownFunction reports whether a name is that of a function of this module.
func (m *module) ownFunction(id *syntax.Node) bool {
	_, bs := m.reaching(id, m.text(id))
	return len(bs) == 1 && bs[0].kind == bindDef
}

// undone reports whether a later statement of the same block writes the member
// again before anything else looks at the object.
func (m *module) undone(at, container *syntax.Node, key string) bool {
	var name string
	if container.Is("object") {
		switch p := container.Up; {
		case p.Is("variable_declarator") && p.Child("name").Is("identifier"):
			name = m.text(p.Child("name"))
		case p.Is("assignment_expression"):
			name = m.path2(p.Child("left"))
		}
	} else {
		name = m.path2(container)
	}
	if name == "" {
		return false
	}
	stmt := statement(at)
	if stmt.Up == nil {
		return false
	}
	next := sort.Search(len(stmt.Up.Kids), func(i int) bool { return stmt.Up.Kids[i].Start > stmt.Start })
	for i, s := range stmt.Up.Kids[min(next, len(stmt.Up.Kids)):] {
		if i > maxBindings {
			return false // whoever comes so late has used it before
		}
		if s.Is("comment") {
			continue
		}
		if s.Is("expression_statement") && len(s.Kids) > 0 && s.Kids[0].Is("assignment_expression") {
			left, right := s.Kids[0].Child("left"), s.Kids[0].Child("right")
			if isMember(left) && m.path2(left.Child("object")) == name && !mentions(m.text(right), name) {
				if m.memberKey(left) == key {
					return true
				}
				continue
			}
		}
		if mentions(m.text(s), name) {
			return false
		}
	}
	return false
}

func mentions(text, name string) bool {
	first, _, _ := strings.Cut(name, ".")
	return strings.Contains(text, first)
}

var (
	fingerprint = lazyregexp.New(`\b(fingerprint(256|512)?|pubkey|serialNumber)\b`)
	peerRead    = lazyregexp.New(`getPeer(X509)?Certificate\s*\(|\.authorized\b|\.authorizationError\b`)
	comparison  = lazyregexp.New(`[!=]==?|timingSafeEqual|\.includes\(|\.equals\(|\.has\(|\.test\(`)
)

// inspected reports whether the code around looks at the peer's certificate itself
// and compares its fingerprint; where it only looks, the node says so.
func (l *lowerer) inspected(n *ir.Node, at *syntax.Node) bool {
	m := l.m
	around := m.root()
	if f := function(at); f != nil {
		around = f
		for f.Up.Is("arguments", "new_expression") && function(f) != nil {
			f = function(f)
			around = f
		}
	}
	if around.End-around.Start > 1<<14 {
		return false
	}
	text := m.text(around)
	if !peerRead.MatchString(text) {
		return false
	}
	if fingerprint.MatchString(text) {
		for _, line := range strings.Split(text, "\n") {
			if fingerprint.MatchString(line) && comparison.MatchString(line) {
				return true
			}
		}
	}
	n.Inspects = true
	return false
}

// missing lowers the members that an object lacks.
func (l *lowerer) missing(obj *syntax.Node) {
	m := l.m
	if len(l.owners) == 0 {
		return
	}
	owner := ""
	switch p := obj.Up; {
	case p.Is("pair") && p.Field != "key":
		owner = m.entryKey(p)
	case p.Is("arguments") && isCall(p.Up):
		owner = m.text(last(callee(p.Up)))
	case p.Is("variable_declarator", "assignment_expression"):
	default:
		return
	}
	if owner != "" && !l.owners[owner] {
		return
	}
	if owner == "" && len(obj.Kids) > 40 {
		return
	}
	o := m.newObject("")
	o.climb(obj, nil)
	var d *dict
	for _, into := range o.direct {
		for _, key := range m.set.AbsentMembers(m.set.Canonical(into)) {
			if d == nil {
				if d = m.dictOf(obj, nil); d == nil {
					return
				}
				if p := obj.Up; p.Is("variable_declarator") {
					d = m.written(d, m.text(p.Child("name")), nil)
				}
			}
			if _, there := d.entries[key]; there || d.open {
				continue
			}
			n := &ir.Node{Kind: ir.Member, Name: m.set.Canonical(into + "." + key), Resolved: true, Span: m.span(obj)}
			n.Value = &ir.Value{Known: true, Const: ir.Const{Kind: ir.Absent}, Span: m.span(obj), Pair: m.span(obj)}
			l.describe(n, o, obj)
			m.hostsIn(obj, n, 0)
			l.add(n, obj, &node{at: obj})
		}
	}
}

// classField lowers "verify = false" in a class, for classes of libraries.
func (l *lowerer) classField(f *syntax.Node) {
	m := l.m
	id, value := f.Child("property"), f.Child("value")
	if id == nil {
		id = f.Child("name")
	}
	key := m.text(id)
	if value == nil || !l.matters(key) || value.Is("object") {
		return
	}
	v := m.value(value)
	v.Pair = m.span(f)
	n := &ir.Node{Kind: ir.Member, Name: "?." + key, Resolved: true, Value: &v}
	if base := m.name(f.Above("class_declaration", "class", "abstract_class_declaration")); base != "" {
		n.Alt = []string{base + "()." + key, base + "." + key}
	}
	l.add(n, f, &node{at: f})
}

// write lowers an assignment to a member.
func (l *lowerer) write(w *write) {
	m := l.m
	key := m.memberKey(w.target)
	if key == "" || w.augmented {
		return
	}
	obj := w.target.Child("object")
	if m.set.Has(ir.Env, key) && environments[m.name(obj)] {
		l.env(w.stmt, key, w.value)
		return
	}
	if !l.matters(key) || w.value.Is("object") {
		return
	}
	o := m.newObject(key)
	switch {
	case obj.Is("identifier"):
		o.follow(obj, nil)
		if s := m.lookup(obj, m.text(obj)); s != nil {
			for _, b := range s.binds[m.text(obj)] {
				if t := m.typeName(b.typ); t != "" {
					o.flows(t, nil)
				}
			}
		}
	case isMember(obj):
		o.assigned(obj, nil)
	}
	n := &ir.Node{Kind: ir.Member, Name: "?." + key, Resolved: true}
	if base := m.name(obj); base != "" {
		n.Name = m.set.Canonical(base + "." + key)
		if made, ok := strings.CutSuffix(base, "()"); ok {
			// What an object is made with may be written to it later.
			n.Alt = append(n.Alt, m.set.Canonical(made+"."+key))
		}
	}
	for _, into := range o.direct {
		if full := m.set.Canonical(into + "." + key); m.set.HasExactly(ir.Member, full) {
			n.Alt = append(n.Alt, full)
		}
	}
	if !m.set.HasExactly(ir.Member, n.Name) && !slices.ContainsFunc(n.Alt, func(s string) bool { return m.set.HasExactly(ir.Member, s) }) && !m.set.HasWild(ir.Member, key) {
		return
	}
	v := m.value(w.value)
	v.Pair = m.span(w.stmt)
	n.Value, n.Span = &v, v.Pair
	l.describe(n, o, obj)
	if m.name(obj) == "https.createServer()" {
		n.Role = "server"
	}
	n.Dead = m.undone(w.stmt, obj, key) || l.inspected(n, w.stmt)
	l.add(n, w.stmt, &node{at: w.stmt})
}

// env lowers an environment variable being set for this process.
func (l *lowerer) env(at *syntax.Node, name string, value *syntax.Node) {
	v := l.m.value(value)
	v.Pair = l.m.span(at)
	l.add(&ir.Node{Kind: ir.Env, Name: name, Resolved: true, Value: &v, Span: v.Pair}, at, &node{at: at})
}

var envName = lazyregexp.New(`(?i)^(env|environment|env_\w+|vars|extra_?env|\w*env)$`)

// envEntry lowers an entry of an object that holds an environment.
func (l *lowerer) envEntry(p *syntax.Node, key string, value *syntax.Node) {
	m := l.m
	o := m.newObject(key)
	o.climb(p.Up, nil)
	if o.replaced && len(o.into) == 0 {
		return
	}
	is := envName.MatchString(m.holder(p.Up))
	for _, into := range o.into {
		if environments[into] || envName.MatchString(last2(into)) {
			is = true
		}
	}
	if is {
		l.env(p, key, value)
	}
}

// holder is the name of the entry or variable that an object literal is given to.
func (m *module) holder(obj *syntax.Node) string {
	switch p := obj.Up; {
	case p.Is("pair"):
		return m.entryKey(p)
	case p.Is("variable_declarator"):
		return m.text(p.Child("name"))
	case p.Is("assignment_expression"):
		return m.text(last(p.Child("left")))
	}
	return ""
}

// relevant reports whether rows look for calls of a name.
func (l *lowerer) relevant(word string) bool {
	return l.m.set.HasWild(ir.Call, word) || len(l.m.set.Ending(ir.Call, word)) > 0 || l.m.set.Renamed(word)
}

func (l *lowerer) call(c *syntax.Node) {
	m := l.m
	if l.learnedCall(c) {
		return
	}
	fn := callee(c)
	word := m.text(last(fn))
	if fn.Is("identifier") {
		if s := m.lookup(fn, word); s != nil {
			switch b := s.binds[word][0]; {
			case b.kind == bindImport && b.imported != "default" && b.imported != "*":
				word = b.imported
			case b.kind == bindImport:
				word = last2(m.moduleName(b.source))
			case len(b.path) > 0:
				word = b.path[len(b.path)-1]
			}
		}
	} else if fn.Is("subscript_expression") {
		word = m.memberKey(fn)
	}
	if !l.relevant(word) {
		return
	}
	name := m.name(fn)
	n := &ir.Node{Kind: ir.Call, Name: name, Resolved: true}
	if name == "" {
		n.Name = "?." + word
	}
	if !m.set.Has(ir.Call, n.Name) {
		return
	}
	pos, open := args(c)
	n.Open = open
	for i, a := range pos {
		v := m.value(a)
		v.Pair = m.span(a)
		arg := ir.Arg{Value: &v, Span: m.span(a)}
		if d := m.dictOf(a, c); d != nil && a.Is("object", "identifier") {
			arg.Keys = map[string]*ir.Value{}
			for _, k := range d.order {
				v := d.entries[k].value
				arg.Keys[k] = &v
			}
		}
		n.Args = append(n.Args, arg)
		f := a
		if !isFunction(f) && f.Is("identifier") {
			f = m.local(f)
		}
		if f != nil && isFunction(f) && i == len(pos)-1 {
			if v, ok := m.answer(f, len(params(f))-1); ok {
				n.Args = append(n.Args, ir.Arg{Name: answered, Value: &v, Span: m.span(a)})
			}
		}
	}
	n.Unused = c.Up.Is("expression_statement")
	o := m.newObject("")
	o.climb(c, nil)
	n.Into, n.Role = o.into, o.role
	m.hostsOf(c, n)
	for _, u := range o.calls {
		m.hostsOf(u, n)
	}
	for x := fn; x.Is("member_expression") && len(n.Hosts) == 0; {
		if x = x.Child("object"); isCall(x) {
			m.hostsOf(x, n)
			x = callee(x)
		}
	}
	n.Object = m.path + "@" + strconv.Itoa(c.Start)
	at := c
	n.Span = m.span(c)
	if fn.Is("member_expression") && isCall(fn.Child("object")) {
		// In a chain only the call itself is meant.
		n.Span = ir.Span{Start: fn.Child("property").Start, End: c.End}
	}
	l.add(n, at, &node{at: c})
}

// ref lowers a symbol that is used as a value.
func (l *lowerer) ref(n *syntax.Node) {
	m := l.m
	word := m.text(last(n))
	if len(m.set.Ending(ir.Ref, word)) == 0 {
		return
	}
	if n.Up.Is("member_expression") && n.Field == "object" || n.Field == "left" && n.Up.Is("assignment_expression") || n.Is("identifier") && !reads(n) {
		return
	}
	name := m.name(n)
	if name == "" || !m.set.HasExactly(ir.Ref, name) {
		return
	}
	o := m.newObject("")
	o.climb(n, nil)
	l.add(&ir.Node{Kind: ir.Ref, Name: name, Resolved: true, Into: o.into, Role: o.role}, n, &node{at: n})
}

// hole is what stands in a text for a part that is filled in at run time.
var hole = lazyregexp.New(`\$\{?[A-Za-z_]|\{[^}]*\}|<[A-Za-z_]+>|%[sdo]`)

// connection lowers a connection string.
func (l *lowerer) connection(n *syntax.Node) {
	m := l.m
	size := n.End - n.Start
	if size > 4096 || size < 8 || n.Up.Is("import_statement", "export_statement") || n.Up.Is("call_expression") && n.Field == "arguments" {
		return
	}
	raw := string(m.src[n.Start+1 : n.End-1])
	if !strings.Contains(raw, "=") {
		return
	}
	d, ok := dsn.Parse(raw)
	if !ok {
		// ${user} may hold anything, also a blank.
		var masked strings.Builder
		at := 0
		for _, k := range n.Kids {
			if k.Is("template_substitution") {
				masked.WriteString(raw[at:max(at, k.Start-n.Start-1)])
				masked.WriteString("${" + strings.Repeat("x", max(0, k.End-k.Start-3)) + "}")
				at = k.End - n.Start - 1
			}
		}
		if at == 0 {
			return
		}
		masked.WriteString(raw[min(at, len(raw)):])
		if len(masked.String()) != len(raw) {
			return
		}
		if d, ok = dsn.Parse(masked.String()); !ok {
			return
		}
	}
	for _, p := range d.Params {
		name := d.Driver + ":" + p.Name
		if !m.set.Has(ir.Text, strings.ToLower(name)) {
			continue
		}
		at := ir.Span{Start: n.Start + 1 + p.ValueStart, End: n.Start + 1 + p.ValueEnd}
		v := ir.Value{
			Known: !hole.MatchString(p.Value),
			Const: ir.Const{Kind: ir.String, Str: p.Value, At: ir.Place{Path: m.path, Span: at}},
			Span:  at, Pair: ir.Span{Start: n.Start + 1 + p.Start, End: n.Start + 1 + p.End},
		}
		v.Closed = !v.Known
		x := &ir.Node{Kind: ir.Text, Name: name, Resolved: true, Value: &v, Fold: true, Span: v.Pair}
		x.Siblings = map[string]*ir.Value{}
		for _, q := range d.Params {
			x.Siblings[q.Name] = &ir.Value{Known: true, Const: ir.Const{Kind: ir.String, Str: q.Value}}
		}
		for _, h := range d.Hosts {
			if h.Name != "" && !hole.MatchString(h.Name) {
				x.Hosts = append(x.Hosts, ir.Host{Name: h.Name, Port: h.Port, How: "literal", Offset: n.Start})
			}
		}
		o := m.newObject("")
		o.climb(n, nil)
		x.Into = o.into
		l.add(x, n, &node{at: n})
	}
}
