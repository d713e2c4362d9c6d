package python

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/internal/hosts"
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
}

func (m *module) newObject() *object { return &object{m: m, seen: map[*syntax.Node]bool{}} }

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
	case "parenthesized_expression", "await", "named_expression", "boolean_operator", "list", "tuple", "set", "expression_list", "dictionary", "as_pattern", "list_splat":
		if p.Is("as_pattern") {
			if alias := p.Child("alias"); alias != nil && len(alias.Kids) > 0 && alias.Kids[0].Is("identifier") {
				o.follow(alias.Kids[0], depth+1)
			}
			return
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
		for _, c := range m.calls {
			if f := c.Child("function"); m.text(last(f)) == m.text(fn.Child("name")) && m.local(f) == fn {
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
	if arg != "" {
		o.flows(name + "." + arg)
	}
	o.flows(name)
	o.calls = append(o.calls, call)
	if serverCall.MatchString(m.text(last(fn))) || m.keyword(call.Child("arguments"), "server_side").Is("true") {
		o.role = "server"
	}
	// What a method takes belongs to its object as well.
	if fn.Is("attribute") && m.keyword(call.Child("arguments"), "server_side").Is("true") {
		o.role = "server"
	}
}

var serverCall = regexp.MustCompile(`^(start_server|start_unix_server|create_server|create_unix_server|run_app|run_simple|serve|serve_forever|listen|listenSSL|HTTPServer|HTTPSServer|WSGIServer|TCPServer|TCPSite|SockSite|StreamServer|SimpleWebSocketServer|AppRunner|run|wrap_ssl|SSLServer|ThreadedFTPServer|SMTPServer|Controller|ForkingSSLServer|ThreadingSSLServer|accept_ssl|makeServer)$`)

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
	configObject = regexp.MustCompile(`(?i)^(conf|config|settings|cfg|custom_settings|app_settings)$`)
	serverAttr   = regexp.MustCompile(`(?i)ssl|tls|socket`)
)

// follow looks at every use of a variable.
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
	for _, use := range m.uses[name] {
		if m.lookup(use, name) == s && !o.seen[use] {
			o.used(use, depth)
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

// madeFor is the role that the making of a context says.
func (m *module) madeFor(n *syntax.Node) string {
	n = unwrap(n)
	if n.Is("identifier", "attribute") {
		var bs []*binding
		if n.Is("identifier") {
			_, bs = m.reaching(n, m.text(n))
		} else if class := m.classOf(n.Child("object")); class != nil {
			bs = m.attributes(class, m.text(n.Child("attribute")))
		}
		for i := len(bs) - 1; i >= 0; i-- {
			if bs[i].value.Is("call") {
				return m.madeFor(bs[i].value)
			}
		}
		return ""
	}
	if !n.Is("call") {
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

var hostWord = regexp.MustCompile(`(?i)^(host|hostname|server|servername|server_hostname|address|addr|url|base_url|endpoint|endpoint_url|hosts|uri|target|broker|bootstrap_servers|location)$`)

// hostsOf reads the addresses among the arguments of a call.
func (m *module) hostsOf(call *syntax.Node, n *ir.Node) {
	args := call.Child("arguments")
	if !args.Is("argument_list") {
		return
	}
	for _, a := range args.Kids {
		x, bare := a, false
		if a.Is("keyword_argument") {
			x, bare = a.Child("value"), hostWord.MatchString(m.text(a.Child("name")))
		}
		m.hostsIn(x, n, bare, 0)
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
