package java

import (
	"slices"
	"strings"

	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// decision is what a body decides, and from what that follows.
type decision struct {
	verdict ir.Verdict
	why     string
	options []ir.Option  // that an acceptance in a branch asks
	at      *syntax.Node // the statement that lets everything pass, nil where none does
	swallow *syntax.Node // the catch clause that ignores what the real check throws
	empty   bool
}

// decide reads what a method, a lambda or a method reference decides.
func (m *module) decide(fn *syntax.Node) *decision {
	if d, ok := m.verdicts[fn]; ok {
		if d == nil {
			return &decision{verdict: ir.Delegates}
		}
		return d
	}
	m.verdicts[fn] = nil
	d := m.decideOnce(fn)
	m.verdicts[fn] = d
	return d
}

func (m *module) decideOnce(fn *syntax.Node) *decision {
	unknown := &decision{verdict: ir.Delegates}
	switch fn.Kind {
	case "method_reference":
		return m.referred(fn)
	case "lambda_expression":
		body := fn.Child("body")
		switch {
		case body == nil:
			return unknown
		case !body.Is("block"):
			r := &reader{m: m, fn: fn}
			r.result(body, nil)
			return r.boolean()
		case hasResult(body):
			return m.readBoolean(fn, body)
		}
		return m.readThrowing(fn, body)
	case "method_declaration":
		body := fn.Child("body")
		if body == nil {
			return unknown // abstract
		}
		if m.text(fn.Child("name")) == "onReceivedSslError" {
			return m.readProceed(fn, body)
		}
		if fn.Child("type").Is("boolean_type") || m.text(fn.Child("type")) == "Boolean" {
			return m.readBoolean(fn, body)
		}
		if fn.Child("type").Is("void_type") {
			return m.readThrowing(fn, body)
		}
	}
	return unknown
}

// referred is what the method decides that a reference such as X::ok names.
func (m *module) referred(n *syntax.Node) *decision {
	unknown := &decision{verdict: ir.Delegates}
	if len(n.Kids) != 2 {
		return unknown
	}
	c := m.classAround(n)
	if owner := n.Kids[0]; !owner.Is("this") {
		c = m.classes[m.text(owner)]
	}
	if c == nil {
		return unknown
	}
	if ms := c.methods[m.text(n.Kids[1])]; len(ms) == 1 {
		return m.decide(ms[0])
	}
	return unknown
}

// hasResult reports whether a block returns a value, not counting those of nested
// functions.
func hasResult(body *syntax.Node) bool {
	found := false
	walkBody(body, func(n *syntax.Node) {
		if n.Is("return_statement") && len(n.Kids) > 0 {
			found = true
		}
	})
	return found
}

// walkBody calls f for what stands in a body itself, not in nested functions.
func walkBody(body *syntax.Node, f func(*syntax.Node)) {
	body.Walk(func(n *syntax.Node) bool {
		if n != body && n.Is("lambda_expression", "class_body") {
			return false
		}
		f(n)
		return true
	})
}

// reader judges the ways out of one body.
type reader struct {
	m  *module
	fn *syntax.Node

	accepts []*syntax.Node // ways out that let the peer pass
	real    int            // ways out that depend on who answers
	expiry  int            // or on dates alone
	checked int            // ways out that a real check decides
	why     []string
	options []ir.Option
	branch  bool // an acceptance stands under a condition that is no check
	swallow *syntax.Node
	single  bool
}

// readBoolean judges a method that says true to accept.
func (m *module) readBoolean(fn, body *syntax.Node) *decision {
	r := &reader{m: m, fn: fn}
	walkBody(body, func(n *syntax.Node) {
		switch n.Kind {
		case "return_statement":
			if len(n.Kids) > 0 {
				r.result(n.Kids[len(n.Kids)-1], n)
			}
		case "throw_statement":
			r.throwing(n)
		case "expression_statement":
			// verify(host, certificate); return true: it throws to refuse.
			if len(n.Kids) == 1 && n.Kids[0].Is("method_invocation") && r.refuses(n.Kids[0]) && !r.caught(n.Kids[0]) {
				r.real++
			}
		}
	})
	return r.boolean()
}

// refuses reports whether a call whose result nobody looks at is a check that throws.
func (r *reader) refuses(call *syntax.Node) bool {
	name := r.m.text(call.Child("name"))
	if !checkName.MatchString(name) || expiryName.MatchString(name) || shape.MatchString(name) {
		return false
	}
	if d := r.called(call); d != nil && (d.verdict == ir.AcceptsAlways || d.verdict == ir.ExpiryOnly) {
		return false
	}
	// HostnameVerifier.verify only answers.
	return !r.m.set.HasExactly(ir.Call, r.m.callee(call))
}

// throwing judges a throw in a method that returns: another way to refuse.
func (r *reader) throwing(n *syntax.Node) {
	if r.reason(n) == "" {
		r.real++
	}
}

// result judges one returned expression.
func (r *reader) result(x, ret *syntax.Node) {
	m := r.m
	x = unwrap(x)
	if x.Is("binary_expression") && m.text(x.Child("operator")) == "||" {
		// Either side accepts.
		r.result(x.Child("left"), ret)
		r.result(x.Child("right"), ret)
		return
	}
	if x.Is("ternary_expression") {
		m.steps = 0
		if v := m.eval(x.Child("condition")); len(v.Options) > 0 {
			for i, side := range []string{"consequence", "alternative"} {
				if y := m.eval(x.Child(side)); y.Known && y.Const.Truth() == ir.Yes {
					r.options = join(r.options, v.Options)
					r.branch = true
					r.why = append(r.why, "it accepts everything if "+branchText(m.plain(x.Child("condition")), i == 0))
				} else {
					r.result(x.Child(side), ret)
				}
			}
			return
		}
		r.result(x.Child("consequence"), ret)
		r.result(x.Child("alternative"), ret)
		return
	}
	if x.Is("identifier") {
		if d := m.lookup(x, m.text(x)); d != nil && d.kind == local {
			if writes, ok := m.writesOf(d); ok && len(writes) > 0 {
				// boolean ok = true; try { ok = real.verify(...) } ...
				if v := m.eval(x); !v.Known {
					r.real++
					return
				}
			} else if d.init != nil {
				r.result(d.init, ret)
				return
			}
		}
	}
	m.steps = 0
	v := m.eval(x)
	if v.Known {
		switch v.Const.Truth() {
		case ir.Yes:
			if ret == nil || r.acceptance(ret) {
				r.accepts = append(r.accepts, x)
			}
			return
		case ir.No:
			if ret == nil {
				r.real++
				return
			}
			switch r.reason(ret) {
			case "":
				r.real++
			case "expiry":
				r.expiry++
			}
			return
		}
	}
	if len(v.Options) > 0 && v.Const.Kind != ir.Function {
		// return allowAll || real.verify(...)
		r.options = join(r.options, v.Options)
		r.branch = true
		r.why = append(r.why, "it accepts everything if "+squeezeText(m.plain(x)))
		return
	}
	switch {
	case shapeOnly(m.plain(x)):
		r.accepts = append(r.accepts, x)
		r.why = append(r.why, "any answer of that shape passes")
	case singleChain.MatchString(m.plain(x)):
		r.branch = true
		r.single = true
		r.why = append(r.why, "any single certificate passes")
	case m.anyAddress(x) && !x.Is("unary_expression") && !(x.Is("method_invocation") && compares.MatchString(m.text(x.Child("name")))):
		r.branch = true
		r.why = append(r.why, "any IP address passes")
	default:
		if d := r.called(x); d != nil {
			switch d.verdict {
			case ir.AcceptsAlways:
				r.accepts = append(r.accepts, x)
				return
			case ir.AcceptsInBranch:
				r.branch = true
				r.options = join(r.options, d.options)
				r.why = append(r.why, d.why)
			}
		}
		r.real++
	}
}

// called is the decision of the method of the file that an expression calls.
func (r *reader) called(x *syntax.Node) *decision {
	if !x.Is("method_invocation") {
		return nil
	}
	obj := x.Child("object")
	if obj != nil && !obj.Is("this") {
		return nil
	}
	for c := r.m.classAround(x); c != nil; c = c.outer {
		if ms := c.methods[r.m.text(x.Child("name"))]; len(ms) == 1 && ms[0] != r.fn {
			return r.m.decide(ms[0])
		}
	}
	return nil
}

var (
	singleChain = lazyregexp.New(`\.length\s*==\s*1$|^1\s*==\s*\w+\.length$`)
	anyAddress  = lazyregexp.New(`(?i)\bis_?(valid_?)?(ip|inet)_?(v?[46])?(_?addr(ess)?)?\w*\(|InetAddressValidator|InetAddresses|IPAddressUtil|(?-i:\b\w*IPV?[46]?_?(ADDR\w*|PATTERN|REGEX))`)
	compares    = lazyregexp.New(`^(verify|check|validate|match[A-Z])`)
	shapeWords  = lazyregexp.New(`^[\w\s.()!&|<>=\[\]]*$`)
	dateWords   = lazyregexp.New(`\b(getNotAfter|getNotBefore|checkValidity|NotAfter|NotBefore)\b`)
	called      = lazyregexp.New(`[A-Za-z_]\w*\(`)
	expired     = lazyregexp.New(`^(final\s+)?(CertificateExpiredException|CertificateNotYetValidException)(\s*\|\s*(CertificateExpiredException|CertificateNotYetValidException))?\s+\w+$`)
	dateOnly    = lazyregexp.New(`^[\w\s.()!&|<>=\[\]]*$`)
)

// anyAddress reports whether a condition asks whether the host is an IP address.
func (m *module) anyAddress(n *syntax.Node) bool {
	if anyAddress.MatchString(m.plain(n)) {
		return true
	}
	found := false
	n.Walk(func(k *syntax.Node) bool {
		if k.Is("method_invocation") && m.text(k.Child("name")) == "matches" {
			for _, a := range args(k) {
				if v := m.eval(a); v.Known && v.Const.Kind == ir.String && numbers.MatchString(v.Const.Str) {
					found = true
				}
			}
		}
		return !found
	})
	return found
}

// numbers is a regular expression for digits and dots.
var numbers = lazyregexp.New(`^[^a-zA-Z]*(0|\\d)[^g-zG-Z]*$`)

// shapeOnly reports whether a condition asks only whether there is an answer.
func shapeOnly(text string) bool {
	if !strings.Contains(text, "null") && !strings.Contains(text, ".length") && !strings.Contains(text, "isEmpty()") && !strings.Contains(text, ".size()") {
		return false
	}
	if !shapeWords.MatchString(text) || singleChain.MatchString(text) {
		return false
	}
	for _, w := range called.FindAllString(text, -1) {
		switch w {
		case "isEmpty(", "length(", "size(":
		default:
			return false
		}
	}
	return true
}

func squeezeText(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 60 {
		s = s[:60] + "..."
	}
	return s
}

// acceptance looks at the conditions around a way out that accepts: nil and length
// tests decide nothing, options and addresses make it a branch, what else asks is a
// check.
func (r *reader) acceptance(ret *syntax.Node) bool {
	m := r.m
	for _, c := range m.conditions(ret) {
		if !c.expr.Within(r.fn) {
			continue
		}
		m.steps = 0
		v := m.eval(c.expr)
		text := m.plain(c.expr)
		switch {
		case v.Known:
			if v.Const.Truth() == ir.TriOf(!c.branch) {
				return false // never
			}
		case len(v.Options) > 0:
			r.options = join(r.options, v.Options)
			r.branch = true
			r.why = append(r.why, "it accepts everything if "+branchText(text, c.branch))
			return false
		case m.anyAddress(c.expr) && c.branch && !strings.HasPrefix(strings.TrimSpace(text), "!"):
			r.branch = true
			r.why = append(r.why, "any IP address passes")
			return false
		case singleChain.MatchString(text) && c.branch:
			r.branch, r.single = true, true
			r.why = append(r.why, "any single certificate passes")
			return false
		case dateWords.MatchString(text):
			r.expiry++
			return false
		case shapeOnly(text):
		case !c.branch && leavesBefore(c.expr) && (r.rejected(c) || !ret.Within(c.expr.Above("if_statement"))):
			// The ways out above are counted by themselves.
		default:
			r.checked++
			return false
		}
	}
	for p := ret.Up; p != nil && p != r.fn; p = p.Up {
		if p.Is("catch_clause") {
			if r.tries(p.Up.Child("body")) {
				r.branch = true
				r.why = append(r.why, "it accepts when the real check fails")
				return false
			}
		}
	}
	return true
}

func branchText(text string, branch bool) string {
	if branch {
		return squeezeText(text)
	}
	return "not (" + squeezeText(text) + ")"
}

func leavesBefore(expr *syntax.Node) bool { return expr.Above("if_statement") != nil }

// rejected reports whether a condition's branch refuses.
func (r *reader) rejected(c condition) bool {
	found := false
	s := c.expr.Above("if_statement")
	if cons := s.Child("consequence"); cons != nil {
		walkBody(cons, func(n *syntax.Node) {
			if n.Is("throw_statement") || n.Is("return_statement") && len(n.Kids) > 0 && r.m.text(n.Kids[0]) != "true" {
				found = true
			}
		})
	}
	return found
}

// tries reports whether a block makes the real check.
func (r *reader) tries(body *syntax.Node) bool {
	found := false
	if body != nil {
		walkBody(body, func(n *syntax.Node) {
			if n.Is("method_invocation") && checkName.MatchString(r.m.text(n.Child("name"))) && !expiryName.MatchString(r.m.text(n.Child("name"))) {
				found = true
			}
		})
	}
	return found
}

// boolean sums up a method that says true to accept.
func (r *reader) boolean() *decision {
	d := &decision{options: r.options, why: strings.Join(slices.Compact(r.why), "; ")}
	if len(r.accepts) > 0 {
		d.at = r.accepts[0]
	}
	switch {
	case r.branch && (r.real > 0 || r.checked > 0 || len(r.options) > 0 || len(r.accepts) == 0):
		d.verdict = ir.AcceptsInBranch
	case len(r.accepts) > 0 && r.real > 0:
		// "return true" at the end, behind refusals.
		d.verdict = ir.Checks
	case len(r.accepts) > 0 && r.expiry > 0:
		d.verdict = ir.ExpiryOnly
		d.why = "it looks at dates only"
	case len(r.accepts) > 0 && r.checked > 0:
		d.verdict = ir.AcceptsAlways
		d.why = "every way out returns true"
	case len(r.accepts) > 0:
		d.verdict = ir.AcceptsAlways
		if d.why == "" {
			d.why = "it always returns true"
		}
	case r.expiry > 0 && r.real == 0 && r.checked == 0:
		d.verdict, d.why = ir.ExpiryOnly, "it looks at dates only"
	default:
		d.verdict = ir.Checks
	}
	return d
}

var (
	// checkName are methods that verify and throw, or say, what they find.
	checkName  = lazyregexp.New(`(?i)^(checkServerTrusted|checkClientTrusted|checkTrusted|verify|validate|check|isTrusted|assert|ensure|match|require|evaluate|enforce|examine|inspect)\w*$|Trust|Verif|Valid|Pin`)
	expiryName = lazyregexp.New(`^checkValidity$`)
	// talks are calls that only tell somebody, or keep something.
	talks = lazyregexp.New(`(?i)^(log|logp|info|warn|warning|debug|trace|error|fine|finer|finest|severe|print|println|printf|printStackTrace|add|put|set\w*|append|format|asList|of|copyOf|clone|get\w*|toString|valueOf|length|size|isEmpty|arraycopy|stream|map|collect|accept|offer|push|hashCode|equals|i|w|d|e|v|name|trim|checkArgument|requireNonNull|notNull|addAll|isLoggable|is\w*Enabled|join|toArray|fill|encode\w*|encodeToString|digest|update|record\w*|store\w*|save\w*|remember\w*|capture\w*|on\w+)$`)
)

// readThrowing judges a method that throws to refuse.
func (m *module) readThrowing(fn, body *syntax.Node) *decision {
	r := &reader{m: m, fn: fn}
	empty := true
	names := map[string]bool{}
	for _, p := range formals(fn) {
		names[m.text(p.Child("name"))] = true
	}
	for _, k := range body.Kids {
		if !k.Is("line_comment", "block_comment", "return_statement") && k.Kind != ";" {
			empty = false
		}
	}
	if empty {
		return &decision{verdict: ir.AcceptsAlways, why: "its body is empty", at: body, empty: true}
	}
	dates := false
	walkBody(body, func(n *syntax.Node) {
		switch n.Kind {
		case "throw_statement":
			if r.caught(n) {
				return
			}
			switch r.reason(n) {
			case "":
				r.real++
			case "expiry":
				r.expiry++
			}
		case "method_invocation":
			name := m.text(n.Child("name"))
			switch {
			case expiryName.MatchString(name):
				dates = true
				if !r.caught(n) {
					r.expiry++
				}
			case talks.MatchString(name) && !checkName.MatchString(name):
			case checkName.MatchString(name) || r.passes(n, names) || r.own(n):
				if d := r.called(n); d != nil && d.verdict != ir.Delegates {
					switch d.verdict {
					case ir.AcceptsAlways, ir.ReturnsConstant:
						r.why = append(r.why, d.why)
						return
					case ir.ExpiryOnly:
						r.expiry++
						return
					case ir.AcceptsInBranch:
						r.branch = true
						r.options = join(r.options, d.options)
						r.why = append(r.why, d.why)
					}
				}
				if r.caught(n) {
					return
				}
				if c := r.partOfCondition(n); c != nil {
					return // the throw behind it counts
				}
				if x := r.enough(n); x == "branch" {
					r.branch = true
				}
				r.real++
			}
		case "return_statement":
			r.early(n)
		}
	})
	d := &decision{options: r.options, why: strings.Join(slices.Compact(r.why), "; "), swallow: r.swallow}
	switch {
	case r.real > 0 && r.branch:
		d.verdict = ir.AcceptsInBranch
	case r.real > 0:
		d.verdict = ir.Checks
	case r.expiry > 0 || dates && r.swallow == nil:
		d.verdict, d.why = ir.ExpiryOnly, "it looks at dates only"
	case r.swallow != nil:
		d.verdict, d.why = ir.AcceptsAlways, "what the real check throws is caught and ignored"
	default:
		d.verdict = ir.AcceptsAlways
		if d.why == "" {
			d.why = "nothing in its body refuses"
		}
	}
	return d
}

// own reports whether a call is of a method of the file itself.
func (r *reader) own(call *syntax.Node) bool {
	if obj := call.Child("object"); obj != nil && !obj.Is("this") {
		return false
	}
	for c := r.m.classAround(call); c != nil; c = c.outer {
		if len(c.methods[r.m.text(call.Child("name"))]) > 0 {
			return true
		}
	}
	return true // inherited, or imported statically: it may throw
}

// passes reports whether a call is given what the peer sent.
func (r *reader) passes(call *syntax.Node, params map[string]bool) bool {
	for _, a := range args(call) {
		found := false
		a.Walk(func(n *syntax.Node) bool {
			if n.Is("identifier") && params[r.m.text(n)] {
				found = true
			}
			return !found
		})
		if found {
			return true
		}
	}
	return false
}

// partOfCondition is the if statement whose condition a call stands in.
func (r *reader) partOfCondition(n *syntax.Node) *syntax.Node {
	for p := n; p != nil && p != r.fn; p = p.Up {
		if p.Field == "condition" && p.Up.Is("if_statement", "while_statement") {
			return p.Up
		}
	}
	return nil
}

// enough looks at the conditions around a real check: "branch" when an option, or
// the shape of what the peer sent, can keep it from running.
func (r *reader) enough(n *syntax.Node) string {
	m := r.m
	for _, c := range m.conditions(n) {
		if !c.expr.Within(r.fn) {
			continue
		}
		text := m.plain(c.expr)
		m.steps = 0
		v := m.eval(c.expr)
		switch {
		case v.Known:
		case len(v.Options) > 0:
			r.options = join(r.options, v.Options)
			r.why = append(r.why, "it accepts everything if "+branchText(text, !c.branch))
			return "branch"
		case oneCertificate.MatchString(text) && !c.branch && !refusesIn(c.expr, m):
			r.why = append(r.why, "any single certificate passes")
			return "branch"
		}
	}
	return ""
}

// oneCertificate asks whether the peer sent exactly one certificate, as one that
// signed its own does.
var oneCertificate = lazyregexp.New(`\.length\s*==\s*1\b|\b1\s*==\s*\w+\.length|getIssuer\w+\(\)\s*\.equals\(\s*\w+(\[0\])?\.getSubject`)

// refusesIn reports whether the branch that a condition opens throws.
func refusesIn(expr *syntax.Node, m *module) bool {
	s := expr.Above("if_statement")
	if s == nil {
		return false
	}
	found := false
	if cons := s.Child("consequence"); cons != nil {
		walkBody(cons, func(n *syntax.Node) {
			if n.Is("throw_statement") || n.Is("method_invocation") && checkName.MatchString(m.text(n.Child("name"))) && !expiryName.MatchString(m.text(n.Child("name"))) {
				found = true
			}
		})
	}
	return found
}

// early judges "return;" before the end: under an option it is an acceptance.
func (r *reader) early(ret *syntax.Node) {
	m := r.m
	for _, c := range m.conditions(ret) {
		if !c.expr.Within(r.fn) {
			continue
		}
		m.steps = 0
		if v := m.eval(c.expr); !v.Known && len(v.Options) > 0 {
			r.options = join(r.options, v.Options)
			r.branch = true
			r.why = append(r.why, "it accepts everything if "+branchText(m.plain(c.expr), c.branch))
			return
		}
	}
}

// caught reports whether what a statement throws is caught in the same body by a
// clause that does not throw on.
func (r *reader) caught(n *syntax.Node) bool {
	for child, p := n, n.Up; p != nil && p != r.fn; child, p = p, p.Up {
		if !p.Is("try_statement", "try_with_resources_statement") || child.Field != "body" {
			continue
		}
		for _, c := range p.Kids {
			if !c.Is("catch_clause") || !r.catches(c) {
				continue
			}
			throws := false
			if body := c.Child("body"); body != nil {
				walkBody(body, func(x *syntax.Node) {
					if x.Is("throw_statement") || x.Is("return_statement") && len(x.Kids) > 0 && !x.Kids[0].Is("true") {
						throws = true
					}
					if x.Is("method_invocation") && (checkName.MatchString(r.m.text(x.Child("name"))) || !talks.MatchString(r.m.text(x.Child("name")))) {
						throws = true // somebody else is asked
					}
					if x.Is("assignment_expression") {
						throws = true // it is kept, and may be thrown later
					}
				})
			}
			if throws {
				return false
			}
			if n.Is("method_invocation") && !expiryName.MatchString(r.m.text(n.Child("name"))) {
				r.swallow = c
			}
			return true
		}
	}
	return false
}

// catches reports whether a clause catches what a refusal throws.
func (r *reader) catches(c *syntax.Node) bool {
	found := false
	for _, k := range c.Kids {
		if k.Is("catch_formal_parameter") {
			k.Walk(func(n *syntax.Node) bool {
				found = found || n.Is("type_identifier") && refusals[r.m.text(n)]
				return true
			})
		}
	}
	return found
}

// refusals are the exceptions by which a check refuses, and their superclasses.
var refusals = map[string]bool{
	"CertificateException": true, "CertificateExpiredException": true, "CertificateNotYetValidException": true, "CertPathValidatorException": true,
	"GeneralSecurityException": true, "SSLException": true, "SSLPeerUnverifiedException": true, "IOException": true, "Exception": true, "Throwable": true,
}

// reason says on what a refusal depends: "expiry", "shape", or "" for a real check.
func (r *reader) reason(n *syntax.Node) string {
	for p := n.Up; p != nil && p != r.fn; p = p.Up {
		if p.Is("catch_clause") {
			for _, k := range p.Kids {
				if k.Is("catch_formal_parameter") && expired.MatchString(r.m.text(k)) {
					return "expiry"
				}
			}
		}
	}
	reason := ""
	first := true
	for _, c := range r.m.conditions(n) {
		if !c.expr.Within(r.fn) || n.Above("if_statement") == nil {
			continue
		}
		text := r.m.plain(c.expr)
		switch {
		case !c.branch && !n.Within(c.expr.Above("if_statement")):
			continue // it only comes behind an earlier refusal
		case dateWords.MatchString(text) && dateOnly.MatchString(text):
			reason = "expiry"
		case shapeOnly(text):
			if reason == "" {
				reason = "shape"
			}
		default:
			return ""
		}
		first = false
	}
	if first {
		// In a catch clause it depends on what was tried.
		for p := n.Up; p != nil && p != r.fn; p = p.Up {
			if p.Is("catch_clause") {
				return "shape" // what is tried counts by itself
			}
		}
		return ""
	}
	return reason
}

// readProceed judges a WebView's handler: proceed() accepts, cancel() refuses.
func (m *module) readProceed(fn, body *syntax.Node) *decision {
	var calls []*syntax.Node
	cancels := false
	walkBody(body, func(n *syntax.Node) {
		if n.Is("method_invocation") {
			switch m.text(n.Child("name")) {
			case "proceed":
				calls = append(calls, n)
			case "cancel":
				cancels = true
			}
		}
	})
	if len(calls) == 0 {
		return &decision{verdict: ir.Checks}
	}
	for _, c := range calls {
		var opts []ir.Option
		checked := false
		for _, cond := range m.conditions(c) {
			if !cond.expr.Within(fn) {
				continue
			}
			m.steps = 0
			v := m.eval(cond.expr)
			switch {
			case v.Known, shapeOnly(m.plain(cond.expr)):
			case len(v.Options) > 0:
				opts = join(opts, v.Options)
			default:
				checked = true
			}
		}
		switch {
		case checked:
			continue
		case len(opts) > 0:
			return &decision{verdict: ir.AcceptsInBranch, options: opts, at: c.Child("name"), why: "it proceeds under an option"}
		}
		return &decision{verdict: ir.AcceptsAlways, at: c.Child("name"), why: "it always proceeds", empty: !cancels}
	}
	return &decision{verdict: ir.Checks}
}
