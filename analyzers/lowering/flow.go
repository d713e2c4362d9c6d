package lowering

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/tlslint/tlslint/internal/hosts"
	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/pattern"
)

// object is what a member belongs to: where it flows, and what else is set on it.
type object struct {
	u        *Unit
	fi       *fileInfo
	at       ast.Node // the member, literal or call that was asked about
	into     []string
	calls    []*ast.CallExpr     // calls that it is an argument of, innermost first
	around   []*ast.CompositeLit // literals that it is a member of
	roots    []types.Object      // variables that hold it, or hold what holds it
	siblings map[string]*ir.Value
	written  map[string]bool // members that some statement sets
	seen     map[types.Object]bool
	base     string // text of the expression that an assignment selects from
}

func (u *Unit) newObject(fi *fileInfo, at ast.Node) *object {
	return &object{u: u, fi: fi, at: at, siblings: map[string]*ir.Value{}, written: map[string]bool{}, seen: map[types.Object]bool{}}
}

// objectOf follows a composite literal, call or reference to what it flows into.
func (u *Unit) objectOf(fi *fileInfo, x ast.Expr) *object {
	o := u.newObject(fi, x)
	if lit, ok := x.(*ast.CompositeLit); ok {
		o.members(lit)
	}
	o.climb(x, 0)
	return o
}

// objectOfMember finds the object whose field or entry x selects.
func (u *Unit) objectOfMember(fi *fileInfo, x ast.Expr) *object {
	o := u.newObject(fi, x)
	var owner ast.Expr
	switch x := x.(type) {
	case *ast.SelectorExpr:
		owner = x.X
	case *ast.IndexExpr:
		owner = x.X
	default:
		return o
	}
	o.base = u.text(owner)
	switch owner := ast.Unparen(owner).(type) {
	case *ast.Ident:
		if obj := u.Info.Uses[owner]; obj != nil {
			o.follow(obj, 0)
		}
	case *ast.SelectorExpr:
		// tr.TLSClientConfig.X: the object is what tr.TLSClientConfig holds.
		if name := u.symbolName(owner); name != "" {
			o.into = append(o.into, name)
		}
		o.rooted(owner)
		o.baseSiblings(owner)
	}
	return o
}

// members records the keys of a literal.
func (o *object) members(lit *ast.CompositeLit) {
	for _, el := range lit.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			o.set(keyText(kv.Key), kv.Value)
		}
	}
}

func (o *object) set(key string, x ast.Expr) {
	if key == "" {
		return
	}
	o.written[key] = true
	v := o.u.eval(x)
	if old := o.siblings[key]; old != nil && v.Known && v.Const.Kind == ir.Null {
		return
	}
	o.siblings[key] = &v
}

// climb walks outwards from an expression to where its value ends up.
func (o *object) climb(x ast.Node, depth int) {
	if depth > 12 {
		return
	}
	switch p := o.fi.parents[x].(type) {
	case *ast.ParenExpr:
		o.climb(p, depth+1)
	case *ast.UnaryExpr:
		if p.Op == token.AND {
			o.climb(p, depth+1)
		}
	case *ast.KeyValueExpr:
		if p.Value != x {
			return
		}
		lit, ok := o.fi.parents[p].(*ast.CompositeLit)
		if !ok {
			return
		}
		if owner := o.u.literalOwner(lit); owner != "" {
			o.into = append(o.into, owner+"."+keyText(p.Key))
		}
		o.around = append(o.around, lit)
		o.climb(lit, depth+1)
	case *ast.CompositeLit:
		o.climb(p, depth+1)
	case *ast.CallExpr:
		if p.Fun == x {
			return
		}
		if name, _ := o.u.callee(p); name != "" {
			o.into = append(o.into, name)
		}
		o.calls = append(o.calls, p)
		o.receiver(p)
		o.climb(p, depth+1)
	case *ast.SelectorExpr:
		// f(x).Method(): a call on the result; what it is an argument of matters.
		if call, ok := o.fi.parents[p].(*ast.CallExpr); ok && call.Fun == ast.Expr(p) {
			o.calls = append(o.calls, call)
			o.climb(call, depth+1)
		}
	case *ast.AssignStmt:
		for i, r := range p.Rhs {
			if ast.Node(r) == x && len(p.Lhs) == len(p.Rhs) {
				o.assigned(p.Lhs[i], depth)
			}
		}
	case *ast.ValueSpec:
		for i, v := range p.Values {
			if ast.Node(v) == x && i < len(p.Names) {
				o.follow(o.u.Info.Defs[p.Names[i]], depth+1)
			}
		}
	}
}

func (u *Unit) literalOwner(lit *ast.CompositeLit) string {
	if owner := typeName(u.Info.TypeOf(lit)); owner != "" {
		return owner
	}
	if sel, ok := lit.Type.(*ast.SelectorExpr); ok {
		if p := u.pkgOf(sel.X); p != nil {
			return CanonicalPath(p.Imported().Path()) + "." + sel.Sel.Name
		}
	}
	return ""
}

func (o *object) assigned(lhs ast.Expr, depth int) {
	switch l := ast.Unparen(lhs).(type) {
	case *ast.Ident:
		obj := o.u.Info.Defs[l]
		if obj == nil {
			obj = o.u.Info.Uses[l]
		}
		o.follow(obj, depth+1)
	case *ast.SelectorExpr:
		if name := o.u.symbolName(l); name != "" {
			o.into = append(o.into, name)
		}
		o.rooted(l)
	case *ast.StarExpr, *ast.IndexExpr:
		o.rooted(l)
	}
}

// rooted records the variable at the root of a chain of selectors, by name where
// it is a package's: http.DefaultTransport.(*http.Transport).TLSClientConfig.
func (o *object) rooted(x ast.Expr) {
	for depth := 0; depth < 16; depth++ {
		switch e := ast.Unparen(x).(type) {
		case *ast.SelectorExpr:
			if p := o.u.pkgOf(e.X); p != nil {
				o.into = append(o.into, CanonicalPath(p.Imported().Path())+"."+e.Sel.Name)
				return
			}
			x = e.X
		case *ast.TypeAssertExpr:
			x = e.X
		case *ast.StarExpr:
			x = e.X
		case *ast.IndexExpr:
			x = e.X
		case *ast.Ident:
			obj := o.u.Info.Uses[e]
			if obj == nil {
				return
			}
			if name := o.u.objName(obj); name != "" {
				o.into = append(o.into, name)
			}
			if !slices.Contains(o.roots, obj) {
				o.roots = append(o.roots, obj)
			}
			init := o.u.initOf(obj)
			switch ast.Unparen(orNil(init)).(type) {
			case *ast.TypeAssertExpr, *ast.SelectorExpr:
				x = init
				continue
			}
			// tr.X = cfg: what tr itself flows into says who uses it.
			if !o.seen[obj] {
				o.seen[obj] = true
				for _, id := range o.u.usesOf(obj) {
					if o.u.at(id) == o.fi {
						o.climb(id, 8)
					}
				}
			}
			return
		default:
			return
		}
	}
}

// follow records what happens to a variable that holds the object.
func (o *object) follow(obj types.Object, depth int) {
	v, ok := obj.(*types.Var)
	if !ok || o.seen[obj] || depth > 12 {
		return
	}
	o.seen[obj] = true
	o.roots = append(o.roots, obj)
	if name := o.u.objName(obj); name != "" {
		o.into = append(o.into, name)
	}
	if init := o.u.initOf(obj); init != nil {
		if lit := literalIn(init); lit != nil && o.at != ast.Node(lit) {
			o.members(lit)
		}
	}
	for _, id := range o.u.usesOf(v) {
		if o.u.at(id) != o.fi {
			continue
		}
		if sel, ok := o.fi.parents[id].(*ast.SelectorExpr); ok && sel.X == ast.Expr(id) {
			if w, ok := o.u.writeAt(o.fi, sel); ok && w.rhs != nil && w.index < 0 {
				o.set(sel.Sel.Name, w.rhs)
			} else if ok {
				o.written[sel.Sel.Name] = true
			}
			continue
		}
		o.climb(id, depth+1)
	}
}

func literalIn(x ast.Expr) *ast.CompositeLit {
	switch x := ast.Unparen(x).(type) {
	case *ast.CompositeLit:
		return x
	case *ast.UnaryExpr:
		return literalIn(x.X)
	}
	return nil
}

// baseSiblings finds the other assignments to members of the same expression in
// the same function, and the literal that was put there.
func (o *object) baseSiblings(owner *ast.SelectorExpr) {
	fn := o.fi.enclosingFunc(owner)
	body := funcBody(fn)
	if body == nil {
		return
	}
	ast.Inspect(body, func(n ast.Node) bool {
		as, ok := n.(*ast.AssignStmt)
		if !ok || len(as.Lhs) != len(as.Rhs) {
			return true
		}
		for i, l := range as.Lhs {
			if sel, ok := ast.Unparen(l).(*ast.SelectorExpr); ok && o.u.text(sel.X) == o.base {
				o.set(sel.Sel.Name, as.Rhs[i])
			}
			if o.u.text(l) == o.base {
				if lit := literalIn(as.Rhs[i]); lit != nil {
					o.members(lit)
				}
			}
		}
		return true
	})
}

// receiver records the variable on which a method gets the object.
func (o *object) receiver(call *ast.CallExpr) {
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		if id, ok := ast.Unparen(sel.X).(*ast.Ident); ok {
			if obj, ok := o.u.Info.Uses[id].(*types.Var); ok && !slices.Contains(o.roots, types.Object(obj)) {
				o.roots = append(o.roots, obj)
			}
		}
	}
}

// servers and clients are where crypto/tls configurations go in the standard
// library, by who speaks.
var servers = map[string]bool{
	"net/http.Server.TLSConfig": true, "crypto/tls.Listen": true, "crypto/tls.NewListener": true,
	"crypto/tls.Server": true, "crypto/tls.QUICServer": true, "net/http/httptest.Server.TLS": true,
	"github.com/quic-go/quic-go.Listen": true, "github.com/quic-go/quic-go.ListenAddr": true,
	"github.com/quic-go/quic-go/http3.Server.TLSConfig": true,
}

var clients = map[string]bool{
	"net/http.Transport.TLSClientConfig": true, "crypto/tls.Dial": true, "crypto/tls.DialWithDialer": true,
	"crypto/tls.Client": true, "crypto/tls.Dialer.Config": true, "net/smtp.Client.StartTLS": true,
}

// describe gives a node what its object knows.
func (o *object) describe(n *ir.Node) {
	n.Into = dedupe(o.into)
	n.Object = o.id()
	n.Siblings = o.siblings
	server, client := false, false
	for _, name := range n.Into {
		server = server || servers[name]
		client = client || clients[name]
	}
	switch {
	case server && !client:
		n.Role = "server"
	case client && !server:
		n.Role = "client"
	}
	o.hosts(n)
	n.HostExpr = o.hostExpr()
}

// id names the object by the variable that holds it, else by its literal.
func (o *object) id() string {
	switch {
	case o.base != "" && strings.Contains(o.base, "."):
		return o.fi.symbolOf(o.at) + ":" + o.base
	case len(o.roots) > 0:
		return strconv.Itoa(int(o.roots[0].Pos()))
	}
	return o.fi.name + "@" + strconv.Itoa(int(o.at.Pos()))
}

func dedupe(in []string) []string {
	var out []string
	for _, s := range in {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// hostKeys are members whose text is an address.
var hostKeys = lazyregexp.New(`(?i)^(host|hosts|addr|addrs|address|addresses|endpoint|endpoints|url|urls|server|serveraddr|initaddress|brokers|src|base_?url|target|registry|bootstrap\.servers)$`)

// hosts collects the literal hosts near by: arguments of the calls that the
// object goes to, and address members of the literals around it. Failing that,
// the only host that the function names at all.
func (o *object) hosts(n *ir.Node) {
	for _, call := range o.calls {
		o.u.hostsOfCall(o.fi, call, n)
		o.chainHosts(call, n)
	}
	for p := o.fi.parents[o.at]; p != nil; p = o.fi.parents[p] {
		lit, ok := p.(*ast.CompositeLit)
		if !ok {
			if _, stmt := p.(ast.Stmt); stmt {
				break
			}
			continue
		}
		o.addressMembers(lit, n)
	}
	if lit, ok := o.at.(*ast.CompositeLit); ok {
		o.addressMembers(lit, n)
	}
	// Where a variable takes it there, its literals do not stand around it.
	for _, lit := range o.around {
		o.addressMembers(lit, n)
	}
	for _, root := range o.roots {
		if call, ok := ast.Unparen(orNil(o.u.initOf(root))).(*ast.CallExpr); ok && o.u.at(call) == o.fi {
			o.u.hostsOfCall(o.fi, call, n)
		}
	}
	// server.Host = "smtp.example.org", in the order of the text.
	var keys []string
	for key, v := range o.siblings {
		if hostKeys.MatchString(key) && v.Known && v.Const.Kind == ir.String {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		hosts.Add(n, o.siblings[key].Const.Str, true, "literal", o.siblings[key].Span.Start)
	}
	if len(n.Hosts) == 0 {
		o.onlyHost(n)
	}
}

// addressMembers reads hosts out of the members of a literal that are addresses.
func (o *object) addressMembers(lit *ast.CompositeLit, n *ir.Node) {
	for _, el := range lit.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok && hostKeys.MatchString(keyText(kv.Key)) {
			o.u.hostsIn(o.fi, kv.Value, n, true)
		}
	}
}

// chainHosts looks at the calls of a method chain that a call belongs to:
// NewClientOptions().AddBroker("ssl://host").SetTLSConfig(cfg).
func (o *object) chainHosts(call *ast.CallExpr, n *ir.Node) {
	for x := ast.Unparen(call.Fun); ; {
		sel, ok := x.(*ast.SelectorExpr)
		if !ok {
			return
		}
		inner, ok := ast.Unparen(sel.X).(*ast.CallExpr)
		if !ok {
			return
		}
		o.u.hostsOfCall(o.fi, inner, n)
		x = ast.Unparen(inner.Fun)
	}
}

func (u *Unit) hostsOfCall(fi *fileInfo, call *ast.CallExpr, n *ir.Node) {
	for _, a := range call.Args {
		u.hostsIn(fi, a, n, false)
		// Options that carry the address: WithEndpoint("localhost:4317").
		if inner, ok := ast.Unparen(a).(*ast.CallExpr); ok {
			for _, b := range inner.Args {
				u.hostsIn(fi, b, n, false)
			}
		}
	}
}

// hostsIn reads hosts out of an expression: text, or a list of texts. bare
// accepts a name without a port or scheme, where the place says that it is one.
func (u *Unit) hostsIn(fi *fileInfo, x ast.Expr, n *ir.Node, bare bool) {
	if lit, ok := ast.Unparen(x).(*ast.CompositeLit); ok {
		for _, el := range lit.Elts {
			if _, kv := el.(*ast.KeyValueExpr); !kv {
				u.hostsIn(fi, el, n, bare)
			}
		}
		return
	}
	v := u.eval(x)
	if !v.Known || v.Const.Kind != ir.String || v.Const.Str == "" {
		return
	}
	how := "literal"
	if _, lit := ast.Unparen(x).(*ast.BasicLit); !lit {
		how = "constant"
	}
	hosts.Add(n, v.Const.Str, bare, how, fi.span(x).Start)
}

// onlyHost takes the host that a function's calls name, when there is just one.
func (o *object) onlyHost(n *ir.Node) {
	fn := o.fi.enclosingFunc(o.at)
	body := funcBody(fn)
	if body == nil {
		return
	}
	probe := &ir.Node{}
	ast.Inspect(body, func(x ast.Node) bool {
		lit, ok := x.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		if _, isArg := o.fi.parents[lit].(*ast.CallExpr); !isArg {
			if _, isSum := o.fi.parents[lit].(*ast.BinaryExpr); !isSum {
				return true
			}
		}
		if strings.Contains(lit.Value, "://") {
			o.u.hostsIn(o.fi, lit, probe, false)
		}
		return true
	})
	if len(probe.Hosts) == 1 {
		probe.Hosts[0].How = "only address in the function"
		n.Hosts = probe.Hosts
	}
}

var hostNames = lazyregexp.New(`^(host|hostname|hostName|serverName|servername|sni|Host|Hostname|ServerName)$`)

// hostExpr is source text in scope that evaluates to the name of the host that
// the object talks to, "" when there is none that we can be sure of.
func (o *object) hostExpr() string {
	for _, call := range o.calls {
		if x := o.hostArg(call); x != "" {
			return x
		}
	}
	for _, root := range o.roots {
		init := ast.Unparen(orNil(o.u.initOf(root)))
		if call, ok := init.(*ast.CallExpr); ok && o.u.at(call) == o.fi {
			if x := o.hostArg(call); x != "" {
				return x
			}
		}
		if s := structOf(root.Type()); s != nil && root.Parent() != nil {
			if f, _, _ := types.LookupFieldOrMethod(root.Type(), true, root.Pkg(), "Host"); f != nil {
				if b, ok := f.Type().Underlying().(*types.Basic); ok && b.Kind() == types.String && f.Pkg() != root.Pkg() {
					return root.Name() + ".Host"
				}
			}
		}
	}
	fn := o.fi.enclosingFunc(o.at)
	for fn != nil {
		for _, f := range funcType(fn).Params.List {
			for _, name := range f.Names {
				obj := o.u.Info.Defs[name]
				if hostNames.MatchString(name.Name) && obj != nil && isString(obj.Type()) {
					return name.Name
				}
			}
		}
		fn = o.fi.enclosingFunc(fn)
	}
	return ""
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// hostArg finds an argument that is the host, or a text that holds it.
func (o *object) hostArg(call *ast.CallExpr) string {
	for _, a := range call.Args {
		switch a := ast.Unparen(a).(type) {
		case *ast.Ident:
			if t := o.u.Info.TypeOf(a); hostNames.MatchString(a.Name) && t != nil && isString(t) && o.visible(a) {
				return a.Name
			}
		case *ast.BinaryExpr:
			if id, ok := a.X.(*ast.Ident); ok && a.Op == token.ADD && hostNames.MatchString(id.Name) && o.visible(id) {
				if v := o.u.constArg(a.Y); v != nil && strings.HasPrefix(v.Str, ":") {
					return id.Name
				}
			}
		case *ast.BasicLit:
			probe := &ir.Node{}
			o.u.hostsIn(o.fi, a, probe, false)
			if len(probe.Hosts) == 1 && !strings.ContainsAny(probe.Hosts[0].Name, `"\`) && !pattern.IsLocal(probe.Hosts[0].Name) {
				return `"` + probe.Hosts[0].Name + `"`
			}
		}
	}
	return ""
}

// visible reports whether a name means the same thing where the object stands.
func (o *object) visible(id *ast.Ident) bool {
	obj := o.u.Info.Uses[id]
	if obj == nil || obj.Parent() == nil {
		return false
	}
	scope := obj.Parent()
	if o.u.Pkg != nil && scope == o.u.Pkg.Scope() {
		return true
	}
	return scope.Contains(o.at.Pos()) && obj.Pos() < o.at.Pos()
}

// undone reports whether a later statement of the same block sets the member
// again before anybody uses the object: the later write is judged by itself.
func (u *Unit) undone(fi *fileInfo, o *object, member string, at ast.Node) bool {
	if len(o.roots) == 0 {
		return false
	}
	var stmt ast.Node = at
	var list []ast.Stmt
	for stmt != nil {
		p := fi.parents[stmt]
		if b, ok := p.(*ast.BlockStmt); ok {
			list = b.List
			break
		}
		if c, ok := p.(*ast.CaseClause); ok {
			list = c.Body
			break
		}
		if _, ok := p.(*ast.FuncLit); ok {
			return false
		}
		stmt = p
	}
	i := slices.IndexFunc(list, func(s ast.Stmt) bool { return ast.Node(s) == stmt })
	if i < 0 {
		return false
	}
	root := o.roots[0]
	for _, s := range list[i+1:] {
		as, ok := s.(*ast.AssignStmt)
		if !ok {
			if u.mentions(s, root) {
				return false
			}
			continue
		}
		wrote := false
		for k, l := range as.Lhs {
			sel, ok := ast.Unparen(l).(*ast.SelectorExpr)
			if !ok {
				continue
			}
			id, ok := ast.Unparen(sel.X).(*ast.Ident)
			if !ok || u.Info.Uses[id] != root {
				continue
			}
			wrote = true
			if sel.Sel.Name == member && len(as.Lhs) == len(as.Rhs) && as.Tok == token.ASSIGN {
				return !u.mentions(as.Rhs[k], root)
			}
		}
		if !wrote && u.mentions(as, root) {
			return false
		}
	}
	return false
}

func (u *Unit) mentions(n ast.Node, obj types.Object) bool {
	found := false
	ast.Inspect(n, func(x ast.Node) bool {
		if id, ok := x.(*ast.Ident); ok && u.Info.Uses[id] == obj {
			found = true
		}
		return !found
	})
	return found
}

var saysSo = lazyregexp.New(`(?i)insecure|skip|verif|trust|unsafe|selfsigned|untrusted|ignore.*(tls|ssl|cert)|(disable|without|no|allow|accept).*(tls|ssl|cert|check)`)

// selfOption recognises a function that does nothing but throw this switch and
// whose name says so: whoever calls it has asked for it.
func (u *Unit) selfOption(fi *fileInfo, as *ast.AssignStmt) string {
	decl := fi.enclosingDecl(as)
	if decl == nil || !saysSo.MatchString(decl.Name.Name) {
		return ""
	}
	if optionByName(decl) {
		return decl.Name.Name
	}
	body := decl.Body.List
	if fn := fi.enclosingFunc(as); fn != ast.Node(decl) {
		// return func(c *T) { ... }
		if len(body) != 1 {
			return ""
		}
		r, ok := body[0].(*ast.ReturnStmt)
		if !ok || len(r.Results) != 1 {
			return ""
		}
		if lit := closureIn(r.Results[0]); lit != fn {
			return ""
		}
		body = funcBody(fn).List
	}
	if len(body) > 3 || !slices.Contains(body, ast.Stmt(as)) {
		return ""
	}
	for _, s := range body {
		switch s := s.(type) {
		case *ast.AssignStmt, *ast.ReturnStmt:
		case *ast.IfStmt:
			if !mentionsNil(s.Cond) {
				return ""
			}
		default:
			return ""
		}
	}
	return decl.Name.Name
}

// namedSwitch are names that say nothing but that verification goes off.
var namedSwitch = lazyregexp.New(`(?i)insecure_?skip_?(tls_?)?verif|^(with|set|enable|use|allow)?_?insecure(tls|ssl)?$|(with(out)?|disable|skip|no|ignore)_?((tls|ssl|cert(ificate)?s?|host(name)?)_?)+(verif\w*|check\w*|errors?|validation)$|trust_?all|accept_?(any|all|invalid)`)

// optionByName reports whether an exported function is an option by its whole
// name, however much it does besides: it sets something of its caller's, or
// returns what will.
func optionByName(decl *ast.FuncDecl) bool {
	return decl.Name.IsExported() && namedSwitch.MatchString(decl.Name.Name) &&
		(decl.Recv != nil || decl.Type.Params.NumFields() > 0 || decl.Type.Results.NumFields() > 0)
}

// closureIn sees through a conversion or an adapter call: optionFunc(func() {...}).
func closureIn(x ast.Expr) ast.Node {
	switch x := ast.Unparen(x).(type) {
	case *ast.FuncLit:
		return x
	case *ast.CallExpr:
		if len(x.Args) == 1 {
			return closureIn(x.Args[0])
		}
	}
	return nil
}
