package javascript

import (
	"strings"

	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// verdict is what a function decides that is called to check a name: what it
// returns is the error, and undefined is none (Node's tls.checkServerIdentity).
func (m *module) verdict(fn *syntax.Node) ir.Const {
	c := ir.Const{Kind: ir.Function, At: m.place(fn)}
	if s := m.functionName(fn); s != "" {
		c.Sym = s
	}
	body := fn.Child("body")
	if body == nil {
		return c
	}
	checks, delegates := false, false
	body.Walk(func(n *syntax.Node) bool {
		switch {
		case n.Is("throw_statement"):
			checks = true
		case isCall(n):
			if w := m.text(last(callee(n))); strings.Contains(w, "checkServerIdentity") {
				delegates = true
			} else if asserts.MatchString(w) {
				checks = true
			}
		}
		return true
	})
	var accepts []*syntax.Node
	refuses := false
	for _, r := range m.results(fn) {
		if v := m.eval(r); v.Known && truth(v.Const) == ir.No {
			accepts = append(accepts, r)
		} else if v.Known && v.Const.Kind == ir.Bool && v.Const.Bool && len(m.results(fn)) == 1 {
			// "true" is an error to Node, and meant as consent by whoever writes it.
			c.Verdict = ir.ReturnsConstant
			return c
		} else {
			refuses = true
		}
	}
	switch {
	case checks && !delegates:
		c.Verdict = ir.Checks
	case !refuses && !checks:
		// Also where a real check is made whose result nobody looks at.
		c.Verdict = ir.AcceptsAlways
		if options, bad := m.branchOptions(accepts); bad {
			c.Options = options
		}
	case delegates || refuses:
		c.Verdict = ir.Checks
		if delegates && m.skipsByHost(accepts, fn) {
			c.Verdict = ir.AcceptsInBranch
		}
	}
	return c
}

var asserts = lazyregexp.New(`(?i)^(ok|equal|strictEqual|assert|expect|timingSafeEqual|verify\w*|check\w*|validate\w*)$`)

func (m *module) branchOptions(accepts []*syntax.Node) ([]ir.Option, bool) {
	var out []ir.Option
	for _, a := range accepts {
		for _, c := range m.conditions(a) {
			out = join(out, m.eval(c.expr).Options)
		}
	}
	return out, len(out) > 0
}

// skipsByHost reports whether a real check is skipped in a branch that does not
// look at the certificate: the check is not made for those names.
func (m *module) skipsByHost(accepts []*syntax.Node, fn *syntax.Node) bool {
	ps := params(fn)
	if len(ps) < 2 {
		return false
	}
	cert := m.text(ps[1])
	for _, a := range accepts {
		for _, c := range m.conditions(a) {
			text := m.text(c.expr)
			if c.branch && c.expr.Within(fn) && !strings.Contains(text, cert) && !strings.Contains(text, "err") && text != "" {
				return true
			}
		}
	}
	return false
}

// answer is what a callback that gets a function to answer with says: the only
// constant that it is called with, and where that stands. ok is false when it says
// different things, or nothing that we see.
func (m *module) answer(fn *syntax.Node, param int) (v ir.Value, ok bool) {
	ps := params(fn)
	if param < 0 || param >= len(ps) {
		return v, false
	}
	id := ps[param]
	if id.Is("required_parameter") {
		id = id.Child("pattern")
	}
	if !id.Is("identifier") {
		return v, false
	}
	var said []*syntax.Node
	for _, u := range m.usesOf(m.text(id), m.scopes[fn]) {
		if u.Field != "function" || !u.Up.Is("call_expression") {
			return v, false
		}
		pos, _ := args(u.Up)
		if len(pos) == 0 {
			return v, false
		}
		said = append(said, pos[0])
	}
	if len(said) == 0 {
		return v, false
	}
	for i, s := range said {
		w := m.eval(s)
		var own []condition
		for _, c := range m.conditions(s) {
			if c.expr.Within(fn) {
				own = append(own, c)
			}
		}
		if len(own) > 0 {
			// Only what an option decides is somebody's choice; a look at the request
			// or the certificate is a check.
			for _, c := range own {
				cv := m.condValue(c)
				if len(cv.Options) == 0 {
					return v, false
				}
				w = choose(cv, w, ir.Value{Closed: true})
			}
		}
		if i == 0 {
			v = w
			v.Span = m.span(s)
		} else {
			v = ir.Value{May: append(consts(v), consts(w)...), Options: join(v.Options, w.Options), Closed: true}
			if len(v.Options) == 0 {
				return v, false
			}
		}
	}
	return v, true
}
