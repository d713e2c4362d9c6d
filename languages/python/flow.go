package python

import (
	"slices"
	"sort"
	"strings"

	"github.com/tlslint/tlslint/internal/hosts"
	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// object is what a switch belongs to: where it flows, and what calls it meets.
type object struct {
	m     *module
	into  []string
	calls []*syntax.Node
	seen  map[*syntax.Node]bool
	role  string
	// callees are the entries of into that are what takes the object, not what
	// holds it.
	callees map[string]bool
}

func (m *module) newObject() *object {
	return &object{m: m, seen: map[*syntax.Node]bool{}, callees: map[string]bool{}}
}

func (o *object) flows(name string) {
	if name != "" && !slices.Contains(o.into, name) {
		o.into = append(o.into, name)
	}
}

// climb walks outwards from an expression to where its value ends up.
func (o *object) climb(n *syntax.Node, depth int) {
	m := o.m
	if n == nil || n.Up == nil || depth > 14 || o.seen[n] {
		return
	}
	o.seen[n] = true
	p := n.Up
	switch p.Kind {
	case "binary_operator":
		if m.text(p.Child("operator")) == "|" {
			o.climb(p, depth+1)
		}
	case "subscript":
		if n.Field == "value" {
			o.climb(p, depth+1)
		}
	case "named_expression":
		if n.Field == "value" && p.Child("name").Is("identifier") {
			o.follow(p.Child("name"), depth+1)
		}
		o.climb(p, depth+1)
	case "parenthesized_expression", "await", "boolean_operator", "list", "tuple", "set", "expression_list", "dictionary", "as_pattern", "list_splat":
		if p.Is("as_pattern") {
			if alias := p.Child("alias"); alias != nil && len(alias.Kids) > 0 && alias.Kids[0].Is("identifier") {
				o.follow(alias.Kids[0], depth+1)
			}
			return
		}
		if a := p.Up; p.Is("expression_list", "tuple", "list") && a.Is("assignment") && p.Field == "right" {
			// a, b = x, y
			if left := a.Child("left"); left.Is("pattern_list", "tuple_pattern", "list_pattern") && len(left.Kids) == len(p.Kids) {
				if i := slices.Index(p.Kids, n); i >= 0 {
					o.assigned(left.Kids[i], depth)
				}
				return
			}
		}
		o.climb(p, depth+1)
	case "conditional_expression":
		if len(p.Kids) == 3 && n != p.Kids[1] {
			o.climb(p, depth+1)
		}
	case "pair":
		if n.Field == "value" {
			o.climb(p, depth+1)
		}
	case "dictionary_splat":
		if call := p.Up.Up; p.Up.Is("argument_list") && call.Is("call") {
			// Its entries are arguments of their own.
			o.passed(call, "**")
			return
		}
		o.climb(p, depth+1)
	case "keyword_argument":
		if call := p.Up.Up; call.Is("call") {
			o.passed(call, m.text(p.Child("name")))
			o.climb(call, depth+1)
		}
	case "argument_list":
		call := p.Up
		if !call.Is("call") {
			return
		}
		i := slices.Index(m.positional(p), n)
		pos := ""
		if i >= 0 {
			pos = itoa(i)
		}
		o.passed(call, pos)
		if m.name(call.Child("function")) != "super" {
			o.climb(call, depth+1)
		}
	case "assignment":
		if n.Field == "right" {
			o.assigned(p.Child("left"), depth)
			for q := p.Up; q.Is("assignment"); q = q.Up {
				o.assigned(q.Child("left"), depth)
			}
		}
	case "return_statement":
		fn := p.Above("function_definition", "lambda")
		if !fn.Is("function_definition") {
			return
		}
		for _, c := range m.callsOf[m.text(fn.Child("name"))] {
			if f := c.Child("function"); m.local(f) == fn {
				o.climb(c, depth+1)
			}
		}
	}
}

// last is the last identifier of a dotted expression.
func last(n *syntax.Node) *syntax.Node {
	if n.Is("attribute") {
		return n.Child("attribute")
	}
	return n
}

// passed records that the object is an argument of a call.
func (o *object) passed(call *syntax.Node, arg string) {
	m := o.m
	fn := call.Child("function")
	name := m.name(fn)
	if name == "" {
		name = "?." + m.text(last(fn))
	}
	if pos := m.positional(call.Child("arguments")); name == "setattr" && arg == "2" && len(pos) == 3 {
		if attr, ok := m.literal(pos[1]); ok && m.name(pos[0]) != "" {
			o.flows(m.set.Canonical(m.name(pos[0]) + "." + attr))
		}
		return
	}
	if arg != "" {
		o.flows(name + "." + arg)
	}
	o.flows(name)
	o.callees[name] = true
	o.calls = append(o.calls, call)
	if serverCall.MatchString(m.text(last(fn))) || m.keyword(call.Child("arguments"), "server_side").Is("true") {
		o.role = "server"
	}
	// What a method takes belongs to its object as well.
	if fn.Is("attribute") && m.keyword(call.Child("arguments"), "server_side").Is("true") {
		o.role = "server"
	}
}

var serverCall = lazyregexp.New(`^(start_server|start_unix_server|create_server|create_unix_server|run_app|run_simple|serve|serve_forever|listen|listenSSL|HTTPServer|HTTPSServer|WSGIServer|TCPServer|TCPSite|SockSite|StreamServer|SimpleWebSocketServer|AppRunner|run|wrap_ssl|SSLServer|ThreadedFTPServer|SMTPServer|Controller|ForkingSSLServer|ThreadingSSLServer|accept_ssl|makeServer)$`)

func (o *object) assigned(left *syntax.Node, depth int) {
	m := o.m
	switch {
	case left.Is("identifier"):
		o.follow(left, depth+1)
	case left.Is("attribute"):
		if name := m.name(left); name != "" {
			o.flows(name)
		}
		obj, attr := left.Child("object"), m.text(left.Child("attribute"))
		if configObject.MatchString(m.text(last(obj))) {
			o.flows("settings." + attr)
		}
		if serverAttr.MatchString(attr) && strings.Contains(strings.ToLower(m.text(obj)), "serv") {
			o.role = "server"
		}
		for _, use := range m.uses[m.text(obj)] {
			if a := use.Up; a.Is("attribute") && a != left && m.text(a.Child("attribute")) == attr && a.Field != "left" {
				o.used(a, depth)
			}
		}
	case left.Is("subscript"):
		if key := m.key(left.Child("subscript")); key != "" && configObject.MatchString(m.text(last(left.Child("value")))) {
			o.flows("settings." + key)
		}
		o.climb(left.Child("value"), depth+1)
		v := left.Child("value")
		for v.Is("subscript") {
			v = v.Child("value")
		}
		if v.Is("identifier") {
			o.follow(v, depth+1)
		}
	}
}

// serverMethod is what only the side that waits for connections does.
var serverMethod = map[string]bool{"accept": true, "accept_ssl": true, "listen": true, "serve_forever": true, "bind": true, "set_accept_state": true, "do_handshake_server": true}

var (
	configObject = lazyregexp.New(`(?i)^(conf|config|settings|cfg|custom_settings|app_settings)$`)
	serverAttr   = lazyregexp.New(`(?i)ssl|tls|socket`)
)

// maxUses bounds the uses of one variable that an object is followed to.
const maxUses = 200

// follow looks at the uses of a variable.
func (o *object) follow(id *syntax.Node, depth int) {
	m := o.m
	name := m.text(id)
	s := m.lookup(id, name)
	if s == nil {
		return
	}
	if s.node.Is("module", "class_definition") {
		o.flows("settings." + name)
	}
	uses := m.usesIn(name, s)
	if len(uses) > maxUses {
		// The ones that come next tell most.
		next := sort.Search(len(uses), func(i int) bool { return uses[i].Start > id.Start })
		uses = uses[min(next, len(uses)-maxUses):][:maxUses]
	}
	for _, use := range uses {
		if !o.seen[use] {
			o.used(use, depth)
		}
	}
	if class := s.node; class.Is("class_definition") {
		for _, use := range m.uses[m.text(class.Child("name"))] {
			if a := use.Up; a.Is("attribute") && m.text(a.Child("attribute")) == name && a.Field != "left" {
				o.used(a, depth)
			}
		}
	}
}

// used looks at one use of what holds the object.
func (o *object) used(use *syntax.Node, depth int) {
	m := o.m
	p := use.Up
	if p.Is("attribute") && p.Field == "function" && p.Up.Is("call") {
		call := p.Up
		o.calls = append(o.calls, call)
		if m.keyword(call.Child("arguments"), "server_side").Is("true") || serverMethod[m.text(p.Child("attribute"))] {
			o.role = "server"
		}
		return
	}
	o.climb(use, depth+1)
}

// makers are the calls that an expression may come from: through variables,
// attributes, functions of this file, "given or make()".
func (m *module) makers(n *syntax.Node, depth int) []*syntax.Node {
	n = unwrap(n)
	if n == nil || depth > 6 {
		return nil
	}
	var from []*syntax.Node
	switch {
	case n.Is("call"):
		def := m.local(n.Child("function"))
		if def == nil {
			return []*syntax.Node{n}
		}
		if from = m.returns(def); len(from) > maxReturns {
			return nil
		}
	case n.Is("boolean_operator"):
		from = []*syntax.Node{n.Child("right"), n.Child("left")}
	case n.Is("conditional_expression") && len(n.Kids) == 3:
		from = []*syntax.Node{n.Kids[0], n.Kids[2]}
	case n.Is("named_expression"):
		from = []*syntax.Node{n.Child("value")}
	case n.Is("identifier", "attribute"):
		var bs []*binding
		if n.Is("identifier") {
			_, bs = m.reaching(n, m.text(n))
		} else if class := m.classOf(n.Child("object")); class != nil {
			bs = m.attributes(class, m.text(n.Child("attribute")))
		}
		if len(bs) > maxBindings {
			return nil
		}
		for i := len(bs) - 1; i >= 0; i-- {
			if b := bs[i]; b.value != nil && b.index < 0 && b.kind != bindDef && b.kind != bindClass {
				from = append(from, b.value)
			}
		}
	}
	var out []*syntax.Node
	for _, x := range from {
		if x != n {
			out = append(out, m.makers(x, depth+1)...)
		}
		if len(out) > 4 {
			break
		}
	}
	return out
}

// madeFor is the role that the making of a context says.
func (m *module) madeFor(n *syntax.Node) string {
	for _, call := range m.makers(n, 0) {
		if role := m.roleOf(call); role != "" {
			return role
		}
	}
	return ""
}

func (m *module) roleOf(n *syntax.Node) string {
	if !n.Child("arguments").Is("argument_list") {
		return ""
	}
	args := n.Child("arguments")
	for _, a := range args.Kids {
		x := a
		if a.Is("keyword_argument") {
			x = a.Child("value")
		}
		switch text := m.text(x); {
		case strings.Contains(text, "PROTOCOL_TLS_SERVER"), strings.Contains(text, "CLIENT_AUTH"), strings.HasSuffix(text, "TLS_SERVER_METHOD"):
			return "server"
		case strings.Contains(text, "PROTOCOL_TLS_CLIENT"), strings.Contains(text, "SERVER_AUTH"):
			return "client"
		}
	}
	return ""
}

var hostWord = lazyregexp.New(`(?i)^(host|hostname|server|servername|server_hostname|address|addr|url|base_url|endpoint|endpoint_url|hosts|uri|target|broker|bootstrap_servers|location)$`)

// hostsOf reads the addresses among the arguments of a call.
func (m *module) hostsOf(call *syntax.Node, n *ir.Node) {
	args := call.Child("arguments")
	if !args.Is("argument_list") {
		return
	}
	for _, a := range args.Kids {
		if a.Is("dictionary_splat") {
			m.hostsOfEntries(a.Kids[0], call, n)
			continue
		}
		x, bare := a, false
		if a.Is("keyword_argument") {
			x, bare = a.Child("value"), hostWord.MatchString(m.text(a.Child("name")))
		}
		m.hostsIn(x, n, bare, 0)
	}
}

// hostsOfEntries reads the addresses in a dictionary that becomes arguments.
func (m *module) hostsOfEntries(d, call *syntax.Node, n *ir.Node) {
	dict := m.dictOf(d, call)
	if dict == nil {
		return
	}
	for _, key := range dict.order {
		v := dict.entries[key].value
		if hostWord.MatchString(key) && v.Known && v.Const.Kind == ir.String {
			hosts.Add(n, v.Const.Str, true, "constant", v.Span.Start)
		}
	}
}

func (m *module) hostsIn(x *syntax.Node, n *ir.Node, bare bool, depth int) {
	x = unwrap(x)
	switch {
	case x == nil || depth > 3:
	case x.Is("list", "tuple", "set"):
		for _, k := range x.Kids {
			m.hostsIn(k, n, bare, depth+1)
		}
	case x.Is("dictionary"):
		for _, k := range x.Kids {
			if k.Is("pair") {
				if key := m.key(k.Child("key")); hostWord.MatchString(key) {
					m.hostsIn(k.Child("value"), n, true, depth+1)
				}
			}
		}
	case x.Is("binary_operator"):
		m.hostsIn(x.Child("left"), n, bare, depth+1)
	case x.Is("string") && len(x.Kids) > 1 && x.Kids[1].Is("string_content") && !strings.HasPrefix(m.text(x.Kids[1]), "/"):
		text := m.text(x.Kids[1])
		if _, whole := m.literal(x); !whole {
			// Up to the first hole; the host must end before it.
			scheme := strings.Index(text, "://")
			if scheme < 0 || !strings.ContainsAny(text[scheme+3:], "/?") {
				return
			}
		}
		hosts.Add(n, text, bare, "literal", x.Start)
	default:
		v := m.eval(x)
		if v.Known && bare && strings.HasPrefix(v.Const.Str, "/") {
			n.Hosts = append(n.Hosts, ir.Host{Name: v.Const.Str, How: "literal", Offset: x.Start}) // a unix socket
		} else if v.Known && v.Const.Kind == ir.String && v.Const.Str != "" {
			hosts.Add(n, v.Const.Str, bare, "constant", x.Start)
		}
	}
}

// onlyHost takes the address that a function names, when there is just one.
func (m *module) onlyHost(at *syntax.Node, n *ir.Node) {
	around := at.Above("function_definition")
	if around == nil {
		return
	}
	probe := &ir.Node{}
	around.Walk(func(x *syntax.Node) bool {
		if x.Is("string") && x.Up.Is("argument_list", "keyword_argument", "binary_operator", "assignment") && strings.Contains(m.text(x), "://") {
			m.hostsIn(x, probe, false, 0)
		}
		return true
	})
	if len(probe.Hosts) == 1 {
		probe.Hosts[0].How = "only address in the function"
		n.Hosts = probe.Hosts
	}
}
