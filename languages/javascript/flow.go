package javascript

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tlslint/tlslint/internal/hosts"
	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// object is what a switch belongs to: where it flows, and which calls it meets.
type object struct {
	m *module
	// key is the member at hand: where a later entry of that name replaces it, the
	// object does not flow on.
	key  string
	into []string
	// direct are the entries of into that take the object itself, with the path
	// below them that it stands at.
	direct   []string
	calls    []*syntax.Node
	seen     map[step]bool
	role     string
	replaced bool // the member was overwritten on some way
	said     bool // the object is printed or compared on some way
	steps    int
}

type step struct {
	n    *syntax.Node
	path string
}

func (m *module) newObject(key string) *object {
	return &object{m: m, key: key, seen: map[step]bool{}}
}

const maxFlow = 400

func (o *object) flows(name string, path []string) {
	if name == "" {
		return
	}
	add := func(list *[]string, s string) {
		if !slices.Contains(*list, s) {
			*list = append(*list, s)
		}
	}
	full := name
	if len(path) > 0 {
		full += "." + strings.Join(path, ".")
	}
	add(&o.into, full)
	add(&o.direct, full)
	add(&o.into, name)
}

// mergers are callees that give back what they take.
var mergers = lazyregexp.New(`^(defineConfig|assign|freeze|seal|merge|mergeConfig|extend|defaults|defaultsDeep|mergeDeep|cloneDeep|structuredClone|createConfig|withDefaults)$`)

var serverCallee = lazyregexp.New(`(?i)^(createServer|createSecureServer|Server|HTTPSServer|HttpsServer|WebSocketServer|SecureServer|TLSServer|fastify|Fastify|hapi|SMTPServer|listen|restify|createSecurePair)$`)

// climb walks outwards from an expression to where its value ends up; path are the
// members below which the object stands there.
func (o *object) climb(n *syntax.Node, path []string) {
	m := o.m
	o.steps++
	if n == nil || n.Up == nil || len(path) > 8 || o.steps > maxFlow {
		return
	}
	at := step{n, strings.Join(path, ".")}
	if o.seen[at] {
		return
	}
	o.seen[at] = true
	p := n.Up
	below := func(key string) []string { return append([]string{key}, path...) }
	switch p.Kind {
	case "pair":
		if n.Field == "value" && p.Up.Is("object") {
			key, ok := m.key(p.Child("key"))
			if !ok {
				key = "?"
			}
			o.climb(p.Up, below(key))
		}
	case "object": // a shorthand entry
		if n.Is("shorthand_property_identifier") {
			o.climb(p, below(m.text(n)))
		}
	case "array", "ternary_expression":
		if n.Field != "condition" {
			o.climb(p, path)
		}
	case "sequence_expression", "arrow_function", "yield_expression":
		if !p.Is("arrow_function") {
			o.climb(p, path)
		} else if n.Field == "body" {
			o.returned(p, path)
		}
	case "binary_expression":
		switch m.text(p.Child("operator")) {
		case "||", "??", "&&":
			o.climb(p, path)
		}
	case "spread_element":
		list := p.Up
		if !list.Is("object") {
			o.climb(p, path)
			return
		}
		if len(path) == 0 && o.key != "" {
			behind := false
			for _, k := range list.Kids {
				if behind && m.entryKey(k) == o.key {
					o.replaced = true
					return
				}
				behind = behind || k == p
			}
		}
		o.climb(list, path)
	case "arguments":
		if isCall(p.Up) {
			o.passed(p.Up, n, path)
		}
	case "variable_declarator":
		if n.Field == "value" {
			if t := m.typeName(p.Child("type")); t != "" {
				o.flows(t, path)
			}
			o.follow(p.Child("name"), path)
		}
	case "assignment_expression", "augmented_assignment_expression":
		if n.Field == "right" {
			o.assigned(p.Child("left"), path)
			if p.Is("assignment_expression") {
				o.climb(p, path)
			}
		}
	case "field_definition", "public_field_definition":
		id := p.Child("property")
		if id == nil {
			id = p.Child("name")
		}
		o.fieldUses(p, m.text(id), path)
	case "return_statement":
		if fn := function(p); fn != nil {
			o.returned(fn, path)
		}
	case "export_statement":
		o.flows("module.exports", path)
	case "assignment_pattern", "required_parameter", "object_assignment_pattern":
		if id := p.Child("left"); n.Field == "right" && id.Is("identifier") {
			o.follow(id, path)
		} else if id := p.Child("pattern"); n.Field == "value" && id.Is("identifier") {
			o.follow(id, path)
		}
	case "member_expression", "subscript_expression":
		// x.y: what stands below y goes on.
		if n.Field == "object" && len(path) > 0 && m.memberKey(p) == path[0] {
			o.climb(p, path[1:])
		}
	}
}

func (m *module) entryKey(k *syntax.Node) string {
	switch {
	case k.Is("pair"):
		key, _ := m.key(k.Child("key"))
		return key
	case k.Is("shorthand_property_identifier"):
		return m.text(k)
	case k.Is("method_definition"):
		return m.text(k.Child("name"))
	}
	return ""
}

var (
	sayers  = lazyregexp.New(`^(console|assert|chai\.assert|util\.inspect|winston|pino|debug)\b`)
	compare = lazyregexp.New(`^(toEqual|toStrictEqual|toMatchObject|toHaveBeenCalledWith|toHaveBeenLastCalledWith|toHaveBeenNthCalledWith|objectContaining|deepEqual|deepStrictEqual|eql|calledWith|calledWithMatch|calledOnceWith)$`)
)

// onlySays reports whether a call prints or compares what it takes.
func onlySays(name, word string) bool { return sayers.MatchString(name) || compare.MatchString(word) }

// returned goes on at the calls of a function of this module.
func (o *object) returned(fn *syntax.Node, path []string) {
	m := o.m
	name := m.functionName(fn)
	for i, c := range m.callsOf[name] {
		if i > maxBindings {
			break
		}
		if m.local(callee(c)) == fn {
			o.climb(c, path)
		}
	}
	if fn.Up.Is("arguments") && isCall(fn.Up.Up) {
		if mergers.MatchString(m.text(last(callee(fn.Up.Up)))) {
			o.climb(fn.Up.Up, path)
		}
		return
	}
	if fn.Up.Is("export_statement") || fn.Up.Is("assignment_expression") && m.path2(fn.Up.Child("left")) == "module.exports" {
		o.flows("module.exports", path)
	}
}

// passed records that the object is an argument of a call.
func (o *object) passed(call, arg *syntax.Node, path []string) {
	m := o.m
	fn := callee(call)
	word := m.text(last(fn))
	if f := m.local(fn); f != nil && !call.Is("new_expression") {
		// A parameter of a function of this module.
		pos, _ := args(call)
		if i := slices.Index(pos, arg); i >= 0 {
			if ps := params(f); i < len(ps) {
				id := ps[i]
				if id.Is("assignment_pattern") {
					id = id.Child("left")
				} else if id.Is("required_parameter", "optional_parameter") {
					id = id.Child("pattern")
				}
				if id.Is("identifier") {
					o.follow(id, path)
				}
			}
		}
	}
	if mergers.MatchString(word) {
		pos, _ := args(call)
		if o.key != "" && len(path) == 0 {
			// A later argument may write the same member.
			if i := slices.Index(pos, arg); i >= 0 {
				for _, later := range pos[i+1:] {
					if later.Is("object") && slices.ContainsFunc(later.Kids, func(k *syntax.Node) bool { return m.entryKey(k) == o.key }) {
						o.replaced = true
						return
					}
				}
			}
		}
		if len(pos) > 1 && pos[0] != arg && word == "assign" {
			o.assignedInto(pos[0], path)
		}
		if name := m.name(fn); !strings.HasPrefix(name, "Object.") {
			o.flows(name, path)
		}
		o.climb(call, path)
		return
	}
	name := m.name(fn)
	if onlySays(name, word) {
		o.said = true
		return
	}
	if name == "" {
		name = "?." + word
	}
	if fn.Is("super") {
		if class := m.thisClass(fn); class != nil {
			name = m.name(class)
		}
	}
	o.flows(name, path)
	if len(path) == 0 {
		if pos, _ := args(call); slices.Contains(pos, arg) {
			o.into = append(o.into, name+"."+strconv.Itoa(slices.Index(pos, arg)))
		}
	}
	o.calls = append(o.calls, call)
	if serverCallee.MatchString(word) {
		o.role = "server"
	}
	o.climb(call, nil)
}

// assignedInto is Object.assign(x, object).
func (o *object) assignedInto(target *syntax.Node, path []string) {
	if name := o.m.name(target); name != "" {
		o.flows(name, path)
	}
	switch {
	case target.Is("identifier"):
		o.follow(target, path)
	case isMember(target):
		o.assigned(target, path)
	}
}

// assigned goes on at what is assigned.
func (o *object) assigned(left *syntax.Node, path []string) {
	m := o.m
	switch {
	case left.Is("identifier"):
		o.follow(left, path)
	case isMember(left):
		d := m.path2(left)
		switch {
		case d == "module.exports" || d == "exports":
			o.flows("module.exports", path)
			return
		case strings.HasPrefix(d, "module.exports."):
			o.flows("module.exports", append([]string{d[len("module.exports."):]}, path...))
			return
		case strings.HasPrefix(d, "exports."):
			o.flows("module.exports", append([]string{d[len("exports."):]}, path...))
			return
		}
		if name := m.name(left); name != "" {
			o.flows(name, path)
		}
		key := m.memberKey(left)
		obj := left.Child("object")
		if obj.Is("this") {
			o.fieldUses(left, key, path)
			return
		}
		if key == "" {
			return
		}
		if obj.Is("identifier") {
			o.follow(obj, append([]string{key}, path...))
		} else if isMember(obj) {
			o.assigned(obj, append([]string{key}, path...))
		}
	}
}

// fieldUses goes on at the uses of this.key.
func (o *object) fieldUses(at *syntax.Node, key string, path []string) {
	m := o.m
	class := at.Above("class_declaration", "class", "abstract_class_declaration")
	for i, use := range m.dotted["this."+key] {
		if i > 4*maxBindings {
			break
		}
		if use != at && use.Field != "left" && use.Within(class) {
			o.climb(use, path)
		}
	}
}

// follow goes on at the uses of a variable.
func (o *object) follow(id *syntax.Node, path []string) {
	m := o.m
	if id.Is("object_pattern") || !id.Is("identifier") {
		return
	}
	name := m.text(id)
	s := m.lookup(id, name)
	if s == nil {
		return
	}
	for i, use := range m.usesOf(name, s) {
		if i > 4*maxBindings {
			break
		}
		if use != id {
			o.climb(use, path)
		}
	}
	if e, ok := m.exports[name]; ok && s == m.scopes[m.root()] && e.value != nil && m.text(e.value) == name {
		o.flows("module.exports", append([]string{name}, path...))
	}
}

// hostWord is the name of a member that holds an address.
var hostWord = lazyregexp.New(`(?i)^(host|hostname|url|uri|base_?url|prefix_?url|server|servername|node|nodes|endpoint|target|address|origin|brokers|servers|contact_?points|connection_?string|socket_?path|wsdl)$`)

// hostsIn adds the hosts that an object literal names.
func (m *module) hostsIn(obj *syntax.Node, n *ir.Node, depth int) {
	if !obj.Is("object") || depth > 3 {
		return
	}
	for _, k := range obj.Kids {
		if k.Is("pair") && hostWord.MatchString(m.entryKey(k)) {
			m.hostText(k.Child("value"), n)
		} else if k.Is("shorthand_property_identifier") && hostWord.MatchString(m.text(k)) {
			m.hostText(k, n)
		} else if k.Is("pair") && k.Child("value").Is("object") {
			m.hostsIn(k.Child("value"), n, depth+1)
		}
	}
}

func (m *module) hostText(x *syntax.Node, n *ir.Node) {
	if x.Is("array") {
		for i, k := range x.Kids {
			if i < 8 {
				m.hostText(k, n)
			}
		}
		return
	}
	if v := m.eval(x); v.Known && v.Const.Kind == ir.String {
		hosts.Add(n, v.Const.Str, true, "literal", x.Start)
	} else if t := m.address(x); t != "" {
		hosts.Add(n, t, false, "literal", x.Start)
	}
}

// address is the part of an address that is known up to the end of its host:
// "https://localhost" of proto + '://localhost:' + port; "" when there is none.
func (m *module) address(x *syntax.Node) string {
	if x.Is("identifier") {
		_, bs := m.reaching(x, m.text(x))
		if len(bs) == 0 || bs[0].kind != bindAssign || bs[0].value == nil || len(bs[0].path) > 0 || bs[0].augmented != "" {
			return ""
		}
		for _, b := range bs[1:] {
			if b.augmented != "+=" { // more text behind the host
				return ""
			}
		}
		x = bs[0].value
	}
	if !x.Is("binary_expression", "template_string") {
		return ""
	}
	var text strings.Builder
	for i, part := range m.pieces(nil, x, 0) {
		v := m.eval(part)
		switch {
		case part.Is("string_fragment"):
			text.WriteString(m.text(part))
		case v.Known && v.Const.Kind == ir.String:
			text.WriteString(v.Const.Str)
		case i == 0:
			text.WriteString("https") // the scheme, or else there is none behind it
		default:
			return ""
		}
		scheme, rest, ok := strings.Cut(text.String(), "://")
		if end := strings.IndexAny(rest, ":/?#"); ok && end > 0 && !strings.ContainsAny(scheme, "/?= ") {
			return scheme + "://" + rest[:end]
		}
	}
	return ""
}

// pieces are the texts and expressions that a text is put together from.
func (m *module) pieces(out []*syntax.Node, x *syntax.Node, depth int) []*syntax.Node {
	switch {
	case depth > 16:
	case x.Is("parenthesized_expression") && len(x.Kids) == 1:
		return m.pieces(out, x.Kids[0], depth+1)
	case x.Is("template_string"):
		for _, k := range x.Kids {
			if k.Is("template_substitution") && len(k.Kids) == 1 {
				k = k.Kids[0]
			}
			out = append(out, k)
		}
		return out
	case x.Is("binary_expression") && m.text(x.Child("operator")) == "+":
		return m.pieces(m.pieces(out, x.Child("left"), depth+1), x.Child("right"), depth+1)
	}
	return append(out, x)
}

// hostsOf adds the hosts that the arguments of a call name.
func (m *module) hostsOf(c *syntax.Node, n *ir.Node) {
	pos, _ := args(c)
	for _, a := range pos {
		switch {
		case a.Is("object"):
			m.hostsIn(a, n, 0)
		case a.Is("string", "template_string", "identifier", "member_expression"):
			if v := m.eval(a); v.Known && v.Const.Kind == ir.String && strings.ContainsAny(v.Const.Str, ".:") || v.Known && v.Const.Str == "localhost" {
				hosts.Add(n, v.Const.Str, false, "literal", a.Start)
			} else if t := m.address(a); t != "" {
				hosts.Add(n, t, false, "literal", a.Start)
			}
		case a.Is("binary_expression"):
			if t := m.address(a); t != "" {
				hosts.Add(n, t, false, "literal", a.Start)
			}
		}
	}
}
