package lowering

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
)

// verdict reads what a verification callback decides from its body. A callback
// whose body is not here, or that hands over to somebody else's code, delegates:
// that is no finding.
func (u *Unit) verdict(fn ast.Node) ir.Verdict {
	v, _ := u.verdictOf(fn)
	return v
}

// verdictOf is verdict with the options that an acceptance in a branch asks.
func (u *Unit) verdictOf(fn ast.Node) (ir.Verdict, []ir.Option) {
	body, ftype := funcBody(fn), funcType(fn)
	fi := u.at(fn)
	if body == nil || fi == nil || ftype.Results == nil || len(ftype.Results.List) == 0 {
		return ir.Delegates, nil
	}
	if !returnsError(u, ftype) {
		return u.constantVerdict(body), nil
	}
	c := callback{u: u, fi: fi, fn: fn, chains: u.chainsParam(ftype)}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			c.ret(n)
		}
		return true
	})
	v := c.result(body)
	return v, c.options
}

func returnsError(u *Unit, t *ast.FuncType) bool {
	last := t.Results.List[len(t.Results.List)-1].Type
	if id, ok := last.(*ast.Ident); ok && id.Name == "error" {
		return true
	}
	rt := u.Info.TypeOf(last)
	return rt != nil && isError(rt)
}

// constantVerdict tells a function that always returns the same instant, such as
// a clock that stands still, from one that computes something.
func (u *Unit) constantVerdict(body *ast.BlockStmt) ir.Verdict {
	if len(body.List) != 1 {
		return ir.Delegates
	}
	r, ok := body.List[0].(*ast.ReturnStmt)
	if !ok || len(r.Results) != 1 {
		return ir.Delegates
	}
	if u.constantExpr(r.Results[0]) {
		return ir.ReturnsConstant
	}
	return ir.Delegates
}

func (u *Unit) constantExpr(x ast.Expr) bool {
	if tv := u.Info.Types[x]; tv.Value != nil {
		return true
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.CompositeLit:
		return len(x.Elts) == 0
	case *ast.SelectorExpr:
		name := u.symbolName(x)
		return name == "time.UTC" || name == "time.Local"
	case *ast.CallExpr:
		switch name, _ := u.callee(x); name {
		case "time.Date", "time.Unix", "time.UnixMilli":
			for _, a := range x.Args {
				if !u.constantExpr(a) {
					return false
				}
			}
			return true
		}
	}
	return false
}

// chainsParam is the verifiedChains parameter of a VerifyPeerCertificate callback.
func (u *Unit) chainsParam(t *ast.FuncType) types.Object {
	i := 0
	for _, f := range t.Params.List {
		names := len(f.Names)
		if names == 0 {
			names = 1
		}
		if outer, ok := f.Type.(*ast.ArrayType); ok && i+names > 1 {
			if inner, ok := outer.Elt.(*ast.ArrayType); ok {
				if _, ptr := inner.Elt.(*ast.StarExpr); ptr && len(f.Names) > 0 {
					return u.Info.Defs[f.Names[len(f.Names)-1]]
				}
			}
		}
		i += names
	}
	return nil
}

type callback struct {
	u      *Unit
	fi     *fileInfo
	fn     ast.Node
	chains types.Object

	rejects    int // returns that may be an error
	real       int // of those, the ones that depend on who answers
	expiry     int
	chainsOnly int
	delegated  bool
	noHost     bool
	options    []ir.Option // that an early acceptance asks
}

// ret judges one return statement.
func (c *callback) ret(r *ast.ReturnStmt) {
	if len(r.Results) == 0 {
		c.rejects++
		c.real++ // a named result: we cannot see what it holds
		return
	}
	x := ast.Unparen(r.Results[len(r.Results)-1])
	if c.u.Info.Types[x].IsNil() {
		return
	}
	c.rejects++
	if call, ok := x.(*ast.CallExpr); ok && !c.makesError(call) {
		// return verify(...): somebody else decides.
		if c.verifyCall(call) {
			c.real++
			return
		}
		if decl := c.u.calledDecl(call); decl != nil && ast.Node(decl) != c.fn {
			switch c.u.verdict(decl) {
			case ir.AcceptsAlways:
				c.rejects--
				return
			case ir.ExpiryOnly:
				c.expiry++
				return
			}
		}
		c.delegated = true
		c.real++
		return
	}
	switch c.why(r, x) {
	case "expiry":
		c.expiry++
	case "chains":
		c.chainsOnly++
	case "shape":
		// An empty list or a certificate that does not parse: whoever answers
		// with any certificate at all is accepted.
	default:
		c.real++
	}
}

var errorMakers = lazyregexp.New(`(^|\.)(errors\.New|fmt\.Errorf|errors\.(Wrap|Wrapf|Errorf|WithStack|WithMessage|Join)|xerrors\.\w+|status\.Errorf?)$`)

func (c *callback) makesError(call *ast.CallExpr) bool {
	name, _ := c.u.callee(call)
	return errorMakers.MatchString(strings.ReplaceAll(name, "/", "."))
}

// verifyCall recognises x509's own verification, and notes a missing host name.
func (c *callback) verifyCall(call *ast.CallExpr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	name, _ := c.u.callee(call)
	if name != "crypto/x509.Certificate.Verify" && !(sel.Sel.Name == "Verify" && len(call.Args) == 1) {
		return false
	}
	if len(call.Args) == 1 && !c.namesHost(call.Args[0]) && !c.mentionsHost() {
		c.noHost = true
	}
	return true
}

// namesHost reports whether a VerifyOptions argument says which host is meant;
// one that we cannot see does.
func (c *callback) namesHost(x ast.Expr) bool {
	lit, ok := ast.Unparen(x).(*ast.CompositeLit)
	if !ok {
		id, ok := ast.Unparen(x).(*ast.Ident)
		if !ok {
			return true
		}
		obj := c.u.Info.Uses[id]
		init, _ := ast.Unparen(orNil(c.u.initOf(obj))).(*ast.CompositeLit)
		if init == nil {
			return true
		}
		for _, use := range c.u.usesOf(obj) {
			if sel, ok := c.fi.parents[use].(*ast.SelectorExpr); ok && sel.Sel.Name == "DNSName" {
				return true
			}
		}
		lit = init
	}
	for _, el := range lit.Elts {
		kv, ok := el.(*ast.KeyValueExpr)
		if !ok {
			return true
		}
		if id, ok := kv.Key.(*ast.Ident); ok && id.Name == "DNSName" {
			tv := c.u.Info.Types[kv.Value]
			return tv.Value == nil || constOf(tv.Value).Str != ""
		}
	}
	return false
}

func orNil(x ast.Expr) ast.Expr {
	if x == nil {
		return &ast.BadExpr{}
	}
	return x
}

// identityWords are members of a certificate, or calls, by which a callback can
// know who answers without a DNSName.
var identityWords = lazyregexp.New(`^(VerifyHostname|DNSNames|IPAddresses|URIs|CommonName|Subject|EmailAddresses|Raw|RawSubjectPublicKeyInfo|RawTBSCertificate|PublicKey|Signature|SerialNumber|Equal|CheckSignature|CheckSignatureFrom|Sum256|Sum1|Sum512|SubjectKeyId|Issuer|AuthorityKeyId|Extensions)$`)

// identityNames are names of things that say who answers: SPIFFE ids, pins.
var identityNames = lazyregexp.New(`(?i)spiffe|svid|fingerprint|pinned|hostname|authoriz|trustdomain|identit`)

func (c *callback) mentionsHost() bool {
	found := false
	ast.Inspect(funcBody(c.fn), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			found = found || identityWords.MatchString(n.Sel.Name)
		case *ast.Ident:
			found = found || identityNames.MatchString(n.Name)
		}
		return !found
	})
	return found
}

// why says what an error return depends on: "expiry", "shape" (emptiness or
// parsing), "chains" (only the verified chains), or "" for a real check.
func (c *callback) why(r *ast.ReturnStmt, x ast.Expr) string {
	onlyChains := c.chains != nil && c.insideRangeOver(r, c.chains)
	reason := ""
	for n := ast.Node(r); n != nil && n != c.fn; n = c.fi.parents[n] {
		s, ok := c.fi.parents[n].(*ast.IfStmt)
		if !ok || ast.Node(s.Body) != n && s.Else != n {
			continue
		}
		k := c.kindOf(s, x)
		if k == "" {
			if onlyChains {
				return "chains"
			}
			return ""
		}
		reason = k
	}
	if onlyChains {
		return "chains"
	}
	if reason == "" {
		// return err at the end, or an unconditional error.
		return c.origin(x)
	}
	return reason
}

func (c *callback) insideRangeOver(n ast.Node, obj types.Object) bool {
	for p := n; p != nil && p != c.fn; p = c.fi.parents[p] {
		if r, ok := p.(*ast.RangeStmt); ok {
			if id, ok := ast.Unparen(r.X).(*ast.Ident); ok && c.u.Info.Uses[id] == obj {
				return true
			}
		}
	}
	return false
}

// kindOf classifies the condition of an if statement around an error return.
func (c *callback) kindOf(s *ast.IfStmt, result ast.Expr) string {
	expiry, length, errCheck, other := false, false, false, false
	ast.Inspect(s.Cond, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			switch n.Sel.Name {
			case "NotAfter", "NotBefore":
				expiry = true
			case "Now", "After", "Before", "Since", "Until", "Add", "PeerCertificates", "IsZero", "Sub":
			default:
				other = true
			}
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "len" {
				length = true
				return false
			}
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok {
				switch sel.Sel.Name {
				case "Now", "After", "Before", "Since", "Until", "Add", "IsZero", "Sub":
					return true
				}
			}
			other = true
		case *ast.Ident:
			if c.mayBeError(n) {
				errCheck = true
			}
		}
		return true
	})
	switch {
	case other:
		return ""
	case expiry:
		return "expiry"
	case length:
		return "shape"
	case errCheck:
		return c.errOrigin(s)
	}
	if mentionsNil(s.Cond) {
		return "shape"
	}
	return ""
}

// mayBeError reports whether a variable holds an error, or something whose type
// is unknown: what we cannot see is a check, never an accident of shape.
func (c *callback) mayBeError(id *ast.Ident) bool {
	v, ok := c.u.Info.Uses[id].(*types.Var)
	return ok && v.Type() != nil && (isError(v.Type()) || v.Type() == types.Typ[types.Invalid])
}

func mentionsNil(x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == "nil" {
			found = true
		}
		return !found
	})
	return found
}

// errOrigin looks at where the error of "if err != nil" comes from.
func (c *callback) errOrigin(s *ast.IfStmt) string {
	if as, ok := s.Init.(*ast.AssignStmt); ok && len(as.Rhs) == 1 {
		return c.callKind(as.Rhs[0])
	}
	var id *ast.Ident
	ast.Inspect(s.Cond, func(n ast.Node) bool {
		if x, ok := n.(*ast.Ident); ok && id == nil {
			if c.mayBeError(x) {
				id = x
			}
		}
		return true
	})
	if id == nil {
		return ""
	}
	return c.lastAssigned(id)
}

// lastAssigned classifies the call that last gave an error variable its value
// before it is read.
func (c *callback) lastAssigned(id *ast.Ident) string {
	obj := c.u.Info.Uses[id]
	var last ast.Expr
	ast.Inspect(funcBody(c.fn), func(n ast.Node) bool {
		as, ok := n.(*ast.AssignStmt)
		if !ok || as.Pos() >= id.Pos() || len(as.Rhs) != 1 {
			return true
		}
		for _, l := range as.Lhs {
			if x, ok := l.(*ast.Ident); ok && (c.u.Info.Uses[x] == obj || c.u.Info.Defs[x] == obj) {
				last = as.Rhs[0]
			}
		}
		return true
	})
	if last == nil {
		return ""
	}
	return c.callKind(last)
}

func (c *callback) callKind(x ast.Expr) string {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return ""
	}
	name, _ := c.u.callee(call)
	switch name {
	case "crypto/x509.ParseCertificate", "crypto/x509.ParseCertificates":
		return "shape"
	}
	c.verifyCall(call)
	return ""
}

// origin classifies an error that is returned as it is.
func (c *callback) origin(x ast.Expr) string {
	if id, ok := x.(*ast.Ident); ok {
		return c.lastAssigned(id)
	}
	return ""
}

func (c *callback) result(body *ast.BlockStmt) ir.Verdict {
	switch {
	case c.real > 0 && c.delegated:
		return ir.Delegates
	case c.real > 0 && c.noHost:
		return ir.NoHost
	case c.real > 0 && c.acceptsInBranch(body):
		return ir.AcceptsInBranch
	case c.real > 0:
		return ir.Checks
	case c.chainsOnly > 0:
		return ir.VerifiedChains
	case c.expiry > 0:
		return ir.ExpiryOnly
	}
	return ir.AcceptsAlways
}

// acceptsInBranch reports whether "return nil" stands directly under an option.
func (c *callback) acceptsInBranch(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		r, ok := n.(*ast.ReturnStmt)
		if _, lit := n.(*ast.FuncLit); lit || found {
			return false
		}
		if !ok || len(r.Results) == 0 || !c.u.Info.Types[r.Results[len(r.Results)-1]].IsNil() {
			return true
		}
		if s, ok := c.fi.parents[c.fi.parents[r]].(*ast.IfStmt); ok && c.fi.parents[r] == ast.Node(s.Body) && len(s.Body.List) == 1 {
			e := &evaluator{u: c.u, busy: map[types.Object]bool{}}
			if v := e.value(s.Cond); len(v.Options) > 0 && c.outside(v) {
				found = true
				c.options = v.Options
			}
		}
		return true
	})
	return found
}

// outside reports whether an option is not one of the callback's own parameters:
// a condition on what the peer sent is no option.
func (c *callback) outside(v ir.Value) bool {
	for _, o := range v.Options {
		if o.Kind == "parameter" {
			for _, f := range funcType(c.fn).Params.List {
				for _, n := range f.Names {
					if n.Name == o.Name {
						return false
					}
				}
			}
		}
	}
	return true
}
