package java

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tlslint/tlslint/internal/dsn"
	"github.com/tlslint/tlslint/internal/hosts"
	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// node is what an ir node was lowered from: the editor needs it.
type node struct {
	m  *module
	at *syntax.Node
	// by is the decision of a function that decides.
	by *decision
}

type lowerer struct {
	m    *module
	out  []*ir.Node
	test string // why the whole file is test code
}

// lower turns a module into nodes.
func (m *module) lower() []*ir.Node {
	out := m.nodes()
	m.wrapped(out)
	return out
}

// nodes is lower as far as the file alone goes.
func (m *module) nodes() []*ir.Node {
	l := &lowerer{m: m}
	for _, i := range m.imports {
		if testLibrary.MatchString(i.name) {
			l.test = "imports " + testLibrary.FindString(i.name)
		}
	}
	for _, w := range m.wild {
		if testLibrary.MatchString(w + ".") {
			l.test = "imports " + testLibrary.FindString(w+".")
		}
	}
	m.tree.Root.Walk(func(n *syntax.Node) bool {
		switch n.Kind {
		case "import_declaration", "package_declaration", "line_comment", "block_comment":
			return false
		case "method_invocation", "object_creation_expression":
			l.call(n)
			l.entry(n)
			l.commands(n)
			if c := m.byNode[n]; c != nil {
				l.class(c)
			}
		case "class_declaration", "enum_declaration", "record_declaration":
			if c := m.byNode[n]; c != nil {
				l.class(c)
			}
		case "lambda_expression", "method_reference":
			l.function(n)
		case "field_access":
			l.ref(n)
		case "identifier":
			l.ref(n)
		case "binary_expression":
			if m.text(n.Child("operator")) == "+" && !(n.Up.Is("binary_expression") && m.text(n.Up.Child("operator")) == "+") {
				l.connection(n)
			}
		case "string_literal":
			if !(n.Up.Is("binary_expression") && m.text(n.Up.Child("operator")) == "+") {
				l.connection(n)
			}
			return false
		}
		return true
	})
	return l.out
}

var testLibrary = lazyregexp.New(`^(org\.junit|org\.testng|junit\.framework|org\.mockito|org\.assertj|org\.hamcrest|spock\.lang|org\.springframework\.boot\.test|org\.springframework\.test)\.`)

var testClass = lazyregexp.New(`(^Test[A-Z]\w*|\w(Tests?|TestCase|TestUtils?|TestHelper|TestSupport|ITCase|IT|Spec|Benchmark))$`)

// add fills in what every node has.
func (l *lowerer) add(n *ir.Node, at *syntax.Node, syn *node) {
	m := l.m
	n.Path = m.path
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
	if n.TestCode == "" {
		for c := m.classAround(at); c != nil; c = c.outer {
			if testClass.MatchString(c.name) {
				n.TestCode = "in the test class " + c.name
			}
		}
	}
	gs, dead := m.guards(at)
	n.Dead = n.Dead || dead
	n.Guards = append(append(n.Guards, gs...), m.callerGuards(at)...)
	if n.SelfOption == "" {
		n.SelfOption = m.selfOption(at)
	}
	l.out = append(l.out, n)
}

func (l *lowerer) lines(s ir.Span, at *syntax.Node) [4]int {
	line := l.m.lineAt
	first, end := line(s.Start), line(s.End)
	out := [4]int{first, end, first, end}
	if stmt := statement(at); !stmt.Is("method_declaration", "if_statement", "for_statement", "try_statement", "while_statement", "class_declaration", "try_with_resources_statement") && stmt.Start <= s.Start {
		out[2], out[3] = line(stmt.Start), line(stmt.End)
	}
	return out
}

func (m *module) symbolAround(n *syntax.Node) string {
	var parts []string
	for p := n; p != nil; p = p.Up {
		if p.Is("method_declaration", "constructor_declaration", "class_declaration", "enum_declaration", "record_declaration", "interface_declaration") {
			parts = append(parts, m.text(p.Child("name")))
		}
	}
	slices.Reverse(parts)
	return strings.Join(parts, ".")
}

// relevant reports whether rows know a method or class by its last segment.
func (l *lowerer) relevant(word string) bool {
	s := l.m.set
	return len(s.Ending(ir.Call, word)) > 0 || s.HasWild(ir.Call, word) || s.Renamed(word)
}

// call lowers a call that rows may know.
func (l *lowerer) call(c *syntax.Node) {
	n := l.callNode(c)
	if n == nil {
		return
	}
	if n.Kind == ir.Env {
		l.add(n, c, &node{at: c})
		return
	}
	l.hosts(n, c)
	l.add(n, c, &node{at: c})
}

// callNode is the node of a call without its surroundings, nil when no row is about it.
func (l *lowerer) callNode(c *syntax.Node) *ir.Node {
	m := l.m
	word := m.text(c.Child("name"))
	if c.Is("object_creation_expression") {
		word = simpleName(m.text(c.Child("type")))
	}
	if e := l.property(c, word); e != nil {
		return e
	}
	if !l.relevant(word) {
		if i, ok := m.imports[word]; !ok || !l.relevant(simpleName(i.name)) {
			return nil
		}
	}
	name := m.callee(c)
	if m.set.Learned(word) {
		name = m.ours(name)
	}
	n := &ir.Node{Kind: ir.Call, Name: name, Resolved: name != "" && !strings.HasPrefix(name, "./")}
	if name == "" {
		n.Name = "?." + word
	}
	if !m.set.Has(ir.Call, n.Name) {
		return nil
	}
	for _, a := range args(c) {
		v := m.value(a)
		if !unwrap(a).Is("lambda_expression", "method_reference") && slices.ContainsFunc(consts(v), func(c ir.Const) bool { return c.Kind == ir.Function }) {
			v = ir.Value{Span: v.Span, Pair: v.Pair} // the finding is where the function stands
		}
		n.Args = append(n.Args, ir.Arg{Value: &v, Span: m.span(a), Own: true})
	}
	n.Unused = c.Up.Is("expression_statement")
	if n.Unused && m.insideVerifier(c) {
		n.Unused = false // what the verifier decides is the finding
	}
	n.Object = l.object(c)
	n.Siblings = l.siblings(c)
	n.Role = m.role(c)
	n.Into = m.into(c)
	n.Inspects = word == "setEndpointIdentificationAlgorithm" && m.comparesNames(c)
	if obj := c.Child("object"); obj != nil && c.Is("method_invocation") {
		// The finding stands on the method's own words, not on the chain before it.
		n.Span = ir.Span{Start: c.Child("name").Start, End: c.End}
	}
	return n
}

// comparesNames reports whether the outermost class around a call asks a verifier of
// its own about the host's name and throws when that says no.
func (m *module) comparesNames(c *syntax.Node) bool {
	root := m.classAround(c)
	for root != nil && root.outer != nil {
		root = root.outer
	}
	if root == nil {
		return false
	}
	for _, call := range m.methods["verify"] {
		if call.Up.Is("unary_expression") && call.Child("object") != nil && len(args(call)) == 2 && call.Within(root.node) {
			if s := call.Above("if_statement", "block"); s.Is("if_statement") && call.Within(s.Child("condition")) && refusesIn(call, m) {
				return true
			}
		}
	}
	return false
}

// insideVerifier reports whether a call is made by a callback that decides itself.
func (m *module) insideVerifier(n *syntax.Node) bool {
	fn := n.Above("method_declaration", "lambda_expression")
	return fn.Is("method_declaration") && callbacks.MatchString(m.text(fn.Child("name")))
}

// into says "handshake" of a socket that a method opens and uses by itself, without
// telling it anything and without looking at who answered.
func (m *module) into(c *syntax.Node) []string {
	d := m.heldBy(c)
	if d == nil || d.kind != local {
		return nil
	}
	uses, ok := m.usesOf(d)
	if !ok || len(uses) == 0 {
		return nil
	}
	for _, u := range uses {
		if !u.Up.Is("method_invocation") || u.Field != "object" {
			return nil
		}
		switch name := m.text(u.Up.Child("name")); {
		case strings.HasSuffix(name, "SSLParameters"), strings.Contains(name, "Session"), strings.Contains(name, "Listener"), name == "setHost":
			return nil
		}
	}
	return []string{"handshake"}
}

// role is the side that an object speaks for, as its class or chain says.
func (m *module) role(c *syntax.Node) string {
	for o := c; o.Is("method_invocation"); {
		switch m.text(o.Child("name")) {
		case "forServer", "serverSocket", "createServerSocket":
			return "server"
		case "forClient":
			return "client"
		}
		next := o.Child("object")
		if next == nil {
			return ""
		}
		if next.Is("identifier") {
			if d := m.lookup(next, m.text(next)); d != nil {
				if t := simpleName(m.text(d.typ)); strings.Contains(t, "Server") {
					return "server"
				}
				if d.init.Is("method_invocation") && d.init.End < o.Start {
					o = d.init
					continue
				}
			}
		}
		o = next
	}
	return ""
}

// object identifies the builder, or the variable, that a call sets something on.
func (l *lowerer) object(c *syntax.Node) string {
	o := c
	for o.Is("method_invocation") && o.Child("object") != nil {
		o = o.Child("object")
	}
	if d := l.m.variable(o); d != nil {
		return l.m.path + "#" + strconv.Itoa(d.id.Start)
	}
	return l.m.path + "@" + strconv.Itoa(o.Start)
}

// siblings are the other calls of the same chain, by name; the value is the first
// argument.
func (l *lowerer) siblings(c *syntax.Node) map[string]*ir.Value {
	out := map[string]*ir.Value{}
	if !c.Is("method_invocation") {
		return out
	}
	take := func(o *syntax.Node) {
		v := &ir.Value{Known: true, Const: ir.Const{Kind: ir.Bool, Bool: true}}
		if as := args(o); len(as) > 0 {
			x := l.m.value(as[0])
			v = &x
		}
		out[l.m.text(o.Child("name"))] = v
	}
	count := 0
	for o := c.Child("object"); o.Is("method_invocation") && count < 64; o = o.Child("object") {
		take(o)
		count++
	}
	for o := c; o.Up.Is("method_invocation") && o.Field == "object" && count < 128; o = o.Up {
		take(o.Up)
		count++
	}
	// Calls on the same variable, in statements of their own.
	root := c
	for root.Is("method_invocation") && root.Child("object") != nil {
		root = root.Child("object")
	}
	if d := l.m.variable(root); d != nil {
		if uses, ok := l.m.usesOf(d); ok {
			for _, u := range uses {
				for o := u; o.Up.Is("method_invocation") && o.Field == "object" && count < 256; o = o.Up {
					if out[l.m.text(o.Up.Child("name"))] == nil && o.Up != c {
						take(o.Up)
					}
					count++
				}
			}
		}
	}
	return out
}

// hosts are literal hosts among the arguments of the chain around a call.
func (l *lowerer) hosts(n *ir.Node, c *syntax.Node) {
	top := c
	for range 64 {
		if top.Up.Is("method_invocation") && top.Field == "object" || top.Up.Is("parenthesized_expression", "cast_expression") {
			top = top.Up
			continue
		}
		break
	}
	count := 0
	var walk func(o *syntax.Node, depth int)
	walk = func(o *syntax.Node, depth int) {
		if o == nil || count > 64 || depth > 64 {
			return
		}
		for _, a := range args(o) {
			count++
			if v := l.m.value(a); v.Known && v.Const.Kind == ir.String {
				bare := hostMethod.MatchString(l.m.text(o.Child("name")))
				hosts.Add(n, v.Const.Str, bare, "literal", a.Start)
			}
			if a.Is("method_invocation", "object_creation_expression") && depth < 3 {
				walk(a, depth+1)
			}
		}
		if o.Is("method_invocation") && o.Child("object").Is("method_invocation", "object_creation_expression") {
			walk(o.Child("object"), depth+1)
		}
	}
	walk(top, 0)
	// A variable that the call is on may have got its host elsewhere.
	root := c
	for root.Is("method_invocation") && root.Child("object") != nil {
		root = root.Child("object")
	}
	if d := l.m.variable(root); d != nil && d.kind == local {
		if init := unwrap(d.init); init.Is("method_invocation", "object_creation_expression") {
			walk(init, 1)
		}
		if uses, ok := l.m.usesOf(d); ok {
			for _, u := range uses {
				if o := u.Up; o.Is("method_invocation") && u.Field == "object" && hostMethod.MatchString(l.m.text(o.Child("name"))) {
					walk(o, 1)
				}
			}
		}
	}
}

var hostMethod = lazyregexp.New(`(?i)^(withHost|setHost|host|setHostName|setServer\w*|forAddress|setAddress|withAddress|connect|setDefaultHost|useInetAddress)$`)

// property lowers a system property that is set, and a variable of a child's
// environment.
func (l *lowerer) property(c *syntax.Node, word string) *ir.Node {
	m := l.m
	switch word {
	case "setProperty", "put", "putIfAbsent", "set":
	default:
		return nil
	}
	as := args(c)
	if len(as) != 2 || !c.Is("method_invocation") {
		return nil
	}
	v := m.value(as[0])
	if !v.Known || v.Const.Kind != ir.String || !m.set.Has(ir.Env, v.Const.Str) {
		return nil
	}
	role := ""
	switch name := m.callee(c); {
	case name == "java.lang.System.setProperty", strings.HasPrefix(name, "java.lang.System.getProperties()."):
		role = "process"
	case strings.HasPrefix(name, "java.lang.ProcessBuilder().environment()."):
		role = "command"
	default:
		obj := c.Child("object")
		if d := m.variable(obj); d != nil && d.init != nil {
			switch m.callee(unwrap(d.init)) {
			case "java.lang.System.getProperties":
				role = "process"
			case "java.lang.ProcessBuilder().environment":
				role = "command"
			}
		}
	}
	if role == "" {
		return nil
	}
	val := m.value(as[1])
	n := &ir.Node{Kind: ir.Env, Name: v.Const.Str, Resolved: true, Role: role, Value: &val, Fold: true}
	return n
}

// puts are methods that store an entry: key, value.
var puts = map[string]bool{"put": true, "setProperty": true, "putIfAbsent": true, "add": true, "set": true, "setting": true, "addSetting": true, "option": true, "with": true, "property": true, "of": true, "entry": true, "putConfig": true, "addProperty": true, "addPropertiesData": true, "setParameter": true, "setConfig": true, "setOption": true, "addEntry": true, "addDataSourceProperty": true, "addConnectionProperty": true, "withProperty": true, "setCapability": true, "capability": true, "replace": true}

// entry lowers what is put into a map, into properties or into a builder of them.
func (l *lowerer) entry(c *syntax.Node) {
	m := l.m
	word := m.text(c.Child("name"))
	if c.Is("object_creation_expression") {
		if !strings.Contains(m.text(c.Child("type")), "Entry") {
			return
		}
	} else if !puts[word] {
		return
	}
	as := args(c)
	if len(as) < 2 || len(as) > 20 || len(as)%2 == 1 {
		return
	}
	if len(as) > 2 && word != "of" {
		return
	}
	for i := 0; i+1 < len(as); i += 2 {
		name := ""
		m.steps = 0
		switch v := m.eval(as[i]); {
		case v.Known && v.Const.Kind == ir.String:
			name = v.Const.Str
		case v.Known && v.Const.Kind == ir.Symbol:
			name = v.Const.Sym
		}
		if name == "" {
			continue
		}
		key := ""
		for _, k := range []string{name, trimPrefix(name)} {
			if k != "" && m.set.HasWild(ir.Member, k) {
				key = k
				break
			}
		}
		if key == "" {
			continue
		}
		v := m.value(as[i+1])
		v.Pair = ir.Span{Start: as[i].Start, End: as[i+1].End}
		if !v.Known && len(v.Options) == 0 && len(v.May) == 0 {
			v.Known = true // nothing is known but that it is there
		}
		n := &ir.Node{Kind: ir.Member, Name: "?." + key, Resolved: true, Value: &v, Object: l.object(c)}
		n.Siblings = l.puts(c)
		n.Span = v.Pair
		l.add(n, c, &node{at: c})
	}
}

// trimPrefix takes the prefix of a framework away: spring.kafka.properties.X is X.
func trimPrefix(name string) string {
	for _, p := range []string{"spring.kafka.properties.", "spring.mail.properties.", "spring.kafka.", "kafka.", "consumer.", "producer.", "admin.", "sasl_ssl."} {
		if rest, ok := strings.CutPrefix(name, p); ok {
			return rest
		}
	}
	return ""
}

// puts are the other entries of the same map, by key.
func (l *lowerer) puts(c *syntax.Node) map[string]*ir.Value {
	out := map[string]*ir.Value{}
	d := l.m.variable(c.Child("object"))
	if d == nil {
		return out
	}
	uses, ok := l.m.usesOf(d)
	if !ok {
		return out
	}
	for _, u := range uses {
		if o := u.Up; o != c && o.Is("method_invocation") && u.Field == "object" && puts[l.m.text(o.Child("name"))] {
			if as := args(o); len(as) == 2 {
				if k := l.m.value(as[0]); k.Known && k.Const.Kind == ir.String {
					v := l.m.value(as[1])
					out[k.Const.Str] = &v
				}
			}
		}
	}
	return out
}

// ref lowers a symbol that is used as a value.
func (l *lowerer) ref(n *syntax.Node) {
	m := l.m
	word := m.text(n)
	if n.Is("field_access") {
		word = m.text(n.Child("field"))
	}
	if len(m.set.Ending(ir.Ref, word)) == 0 {
		return
	}
	switch {
	case n.Up.Is("method_invocation") && n.Field == "name", n.Up.Is("variable_declarator", "formal_parameter") && n.Field == "name",
		n.Up.Is("field_access") && n.Field == "field", n.Up.Is("scoped_identifier", "annotation", "marker_annotation", "method_declaration", "class_declaration"):
		return
	}
	name := m.symbol(n)
	if name == "" || !m.set.HasExactly(ir.Ref, name) {
		return
	}
	if m.comparedWith(n) {
		return
	}
	r := &ir.Node{Kind: ir.Ref, Name: name, Resolved: true}
	r.Role = m.role(outermost(n).Up.Up)
	l.add(r, n, &node{at: n})
}

// comparedWith reports whether a symbol is only compared with something, or stands
// in for one that is read by name.
func (m *module) comparedWith(n *syntax.Node) bool {
	if n.Up.Is("binary_expression", "switch_label") {
		return true
	}
	if t := n.Up; t.Is("ternary_expression") && n.Is("field_access") {
		// known ? Version.of(text) : Version.OLD only says what was meant.
		for _, k := range t.Kids {
			if k != n && k.Is("method_invocation") && k.Field != "condition" && len(args(k)) > 0 && squeeze(m.text(k.Child("object"))) == squeeze(m.text(n.Child("object"))) {
				return true
			}
		}
	}
	return n.Up.Is("argument_list") && n.Up.Up.Is("method_invocation") && m.text(n.Up.Up.Child("name")) == "equals"
}

// class lowers what the methods of a class decide that implements something.
func (l *lowerer) class(c *class) {
	m := l.m
	for _, typ := range m.supers(c) {
		for name, decls := range c.methods {
			full := typ + "." + name
			if !m.set.HasExactly(ir.Func, full) {
				continue
			}
			l.decides(c, full, decls)
			break // of the methods that rows know a class has one
		}
	}
}

// decides lowers the worst of the overloads of a method.
func (l *lowerer) decides(c *class, name string, decls []*syntax.Node) {
	m := l.m
	var worst *decision
	var at *syntax.Node
	for _, fn := range decls {
		m.steps = 0
		d := m.decide(fn)
		if worst == nil || badness(d.verdict) > badness(worst.verdict) {
			worst, at = d, fn
		}
	}
	if worst == nil {
		return
	}
	if slices.ContainsFunc(l.out, func(n *ir.Node) bool { s, _ := n.Syntax.(*node); return n.Kind == ir.Func && s.at == at }) {
		return
	}
	n := l.funcNode(name, at, worst)
	if worst.empty && strings.HasSuffix(name, ".checkServerTrusted") {
		for _, other := range c.methods["checkClientTrusted"] {
			if m.decide(other).verdict == ir.Checks && strings.Contains(m.text(other), "checkClientTrusted(") && !strings.Contains(m.text(other), "next.") {
				n.Role = "server"
			}
		}
	}
	n.Span = ir.Span{Start: at.Child("name").Start, End: at.Child("name").End}
	n.Guards = m.classGuards(c)
	l.add(n, at, &node{at: at, by: worst})
	if gs, dead := m.guards(c.node); c.node.Is("object_creation_expression") && !dead {
		for _, g := range append(gs, m.callerGuards(c.node)...) {
			if !slices.ContainsFunc(n.Guards, func(o ir.Guard) bool { return o.Cond == g.Cond }) {
				n.Guards = append(n.Guards, g)
			}
		}
		if n.SelfOption == "" {
			n.SelfOption = m.selfOption(c.node)
		}
	}
}

func badness(v ir.Verdict) int {
	switch v {
	case ir.AcceptsAlways:
		return 4
	case ir.ExpiryOnly:
		return 3
	case ir.AcceptsInBranch:
		return 2
	}
	return 0
}

func (l *lowerer) funcNode(name string, at *syntax.Node, d *decision) *ir.Node {
	c := ir.Const{Kind: ir.Function, Verdict: d.verdict, Why: d.why, At: l.m.place(at)}
	if d.at != nil {
		c.At = l.m.place(d.at)
	}
	v := ir.Value{Known: true, Closed: true, Const: c}
	if d.verdict == ir.AcceptsInBranch && len(d.options) > 0 {
		v = ir.Value{Closed: true, May: []ir.Const{c}, Options: d.options}
	}
	return &ir.Node{Kind: ir.Func, Name: name, Resolved: true, Value: &v}
}

// functional are the methods of the interfaces that a lambda can be.
func (m *module) functional(typ string) string {
	for _, method := range []string{"verify", "isTrusted", "test", "checkServerTrusted"} {
		if m.set.HasExactly(ir.Func, typ+"."+method) {
			return typ + "." + method
		}
	}
	return ""
}

// function lowers a lambda or a method reference where a verifier is asked for.
func (l *lowerer) function(n *syntax.Node) {
	m := l.m
	typ := m.targetType(n)
	if typ == "" {
		return
	}
	name := m.functional(typ)
	if name == "" {
		return
	}
	m.steps = 0
	d := m.decide(n)
	node0 := l.funcNode(name, n, d)
	if decl := m.heldBy(n); decl != nil {
		if uses, ok := m.usesOf(decl); ok && (decl.kind == local || hasModifier(m.modifiers(decl.stmt), "private")) {
			node0.Guards = m.guardsOfUses(uses, 0)
		}
	}
	if a := outermost(n); a.Up.Is("argument_list") {
		l.hosts(node0, a.Up.Up)
	}
	node0.Object = m.path + "@" + strconv.Itoa(n.Start)
	l.add(node0, n, &node{at: n, by: d})
}

// placeholderText is the beginning of a placeholder with a default that ends with it.
var placeholderText = lazyregexp.New(`^\$\{([\w.-]+):`)

// connection lowers the parameters of a connection string.
func (l *lowerer) connection(n *syntax.Node) {
	m := l.m
	text, from := m.flat(n)
	if len(text) < 8 {
		return
	}
	setting := ""
	if g := placeholderText.FindStringSubmatch(text); g != nil && strings.HasSuffix(text, "}") {
		// @Value("${db.url:jdbc:...}"): what follows the name is the default.
		setting = g[1]
		skip := len(g[0])
		text, from = text[skip:len(text)-1], from[skip:]
	}
	d, ok := dsn.Parse(text)
	if !ok {
		return
	}
	for _, p := range d.Params {
		name := d.Driver + ":" + p.Name
		if !m.set.Has(ir.Text, strings.ToLower(name)) {
			continue
		}
		start, end := from[p.ValueStart], from[p.ValueEnd]
		v := ir.Value{Known: true, Closed: true, Const: ir.Const{Kind: ir.String, Str: p.Value}}
		if strings.ContainsRune(p.Value, hole) {
			continue
		}
		if end-start == len(p.Value) {
			v.Const.At = ir.Place{Path: m.path, Span: ir.Span{Start: start, End: end}}
			v.Span = v.Const.At.Span
		}
		if from[p.End]-from[p.Start] == p.End-p.Start {
			v.Pair = ir.Span{Start: from[p.Start], End: from[p.End]}
		}
		if setting != "" {
			def := v.Const
			v = ir.Value{Default: &def, Closed: true, Options: []ir.Option{{Kind: "setting", Name: setting}}, Span: v.Span, Pair: v.Pair}
		}
		t := &ir.Node{Kind: ir.Text, Name: name, Resolved: true, Value: &v, Fold: true, Driver: d.Scheme, Siblings: map[string]*ir.Value{}}
		for _, q := range d.Params {
			t.Siblings[strings.ToLower(q.Name)] = &ir.Value{Known: true, Const: ir.Const{Kind: ir.String, Str: q.Value}}
		}
		for _, h := range d.Hosts {
			if !strings.ContainsRune(h.Name, hole) && h.Name != "" {
				t.Hosts = append(t.Hosts, ir.Host{Name: h.Name, Port: h.Port, How: "connection string", Offset: n.Start})
			}
		}
		t.Span = v.Pair
		t.Object = m.path + "@" + strconv.Itoa(n.Start)
		l.add(t, n, &node{at: n})
	}
}

// hole stands for a part of a text that is only known when the program runs.
const hole = '\x01'

// flat is the text of a literal or of a sum of them, with holes for what is not
// constant; from gives for every byte, and the end, its place in the file.
func (m *module) flat(n *syntax.Node) (string, []int) {
	var b []byte
	var from []int
	var walk func(n *syntax.Node, depth int)
	walk = func(n *syntax.Node, depth int) {
		switch {
		case len(b) > 1<<14 || depth > maxDepth:
		case n.Is("parenthesized_expression") && len(n.Kids) > 0:
			walk(n.Kids[len(n.Kids)-1], depth+1)
		case n.Is("binary_expression") && m.text(n.Child("operator")) == "+":
			walk(n.Child("left"), depth+1)
			walk(n.Child("right"), depth+1)
		case n.Is("string_literal") && !strings.HasPrefix(m.text(n), `"""`) && !strings.Contains(m.text(n), `\`) && n.End-n.Start >= 2:
			for i := n.Start + 1; i < n.End-1; i++ {
				b, from = append(b, m.src[i]), append(from, i)
			}
			if len(from) == 0 {
				return
			}
		default:
			m.steps = 0
			if v := m.eval(n); v.Known && v.Const.Kind == ir.String && len(v.Const.Str) < 1<<12 {
				for i := range len(v.Const.Str) {
					b, from = append(b, v.Const.Str[i]), append(from, n.Start)
				}
				return
			}
			b, from = append(b, hole), append(from, n.Start)
		}
	}
	walk(n, 0)
	last := n.End - 1
	if len(from) > 0 {
		last = from[len(from)-1] + 1
	}
	return string(b), append(from, last)
}
