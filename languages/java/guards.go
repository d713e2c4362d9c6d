package java

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// maxConditions bounds how many conditions in front of a node are looked at.
const maxConditions = 32

// condition is one condition on the way to a node.
type condition struct {
	expr   *syntax.Node
	branch bool // the node runs when it holds
}

// conditions are those around a node up to its method, outermost first, with those
// whose branch left before it. A lambda that is handed on at once runs where it
// stands.
func (m *module) conditions(n *syntax.Node) []condition {
	if n == nil {
		return nil
	}
	if out, ok := m.conds[n]; ok {
		return out
	}
	var out []condition
	for child, p := n, n.Up; p != nil && len(out) < maxConditions; child, p = p, p.Up {
		switch p.Kind {
		case "if_statement":
			switch child.Field {
			case "consequence":
				out = append(out, condition{unwrapValue(p.Child("condition")), true})
			case "alternative":
				out = append(out, condition{unwrapValue(p.Child("condition")), false})
			}
		case "ternary_expression":
			if child.Field != "condition" {
				out = append(out, condition{p.Child("condition"), child.Field == "consequence"})
			}
		case "binary_expression":
			if op := m.text(p.Child("operator")); child.Field == "right" && (op == "&&" || op == "||") {
				out = append(out, condition{p.Child("left"), op == "&&"})
			}
		case "block", "constructor_body", "switch_block_statement_group":
			out = append(out, m.early(p, child)...)
		case "method_declaration", "constructor_declaration", "static_initializer", "class_body":
			if p.Is("class_body") && p.Up.Is("object_creation_expression") {
				continue // the object is made where the expression stands
			}
			if p.Is("method_declaration") && p.Up.Is("class_body") && p.Up.Up.Is("object_creation_expression") {
				continue
			}
			slices.Reverse(out)
			m.conds[n] = out
			return out
		}
	}
	slices.Reverse(out)
	m.conds[n] = out
	return out
}

// early are the conditions whose branch left the block before child.
func (m *module) early(block, child *syntax.Node) []condition {
	i := slices.Index(block.Kids, child)
	var out []condition
	for j := i - 1; j >= 0 && j >= i-4*maxConditions && len(out) < maxConditions; j-- {
		s := block.Kids[j]
		if s.Is("if_statement") && s.Child("alternative") == nil && leaves(s.Child("consequence"), m) {
			out = append(out, condition{unwrapValue(s.Child("condition")), false})
		}
	}
	return out
}

// leaves reports whether a statement never reaches its end.
func leaves(s *syntax.Node, m *module) bool {
	if s.Is("block") {
		for i := len(s.Kids) - 1; i >= 0; i-- {
			if !s.Kids[i].Is("line_comment", "block_comment") {
				return leaves(s.Kids[i], m)
			}
		}
		return false
	}
	if s.Is("expression_statement") && len(s.Kids) == 1 && s.Kids[0].Is("method_invocation") {
		return squeeze(m.text(s.Kids[0].Child("object"))) == "System" && m.text(s.Kids[0].Child("name")) == "exit"
	}
	return s.Is("return_statement", "throw_statement", "continue_statement", "break_statement")
}

// guards are the option conditions around a node; dead says that a constant one
// keeps it from ever running.
func (m *module) guards(n *syntax.Node) (gs []ir.Guard, dead bool) {
	for _, c := range m.conditions(n) {
		m.steps = 0
		v := m.eval(c.expr)
		if v.Known && v.Const.Kind == ir.Bool {
			if v.Const.Bool != c.branch {
				return nil, true
			}
			continue
		}
		text := strings.Join(strings.Fields(m.plain(c.expr)), " ")
		g := ir.Guard{Cond: m.path + "@" + strconv.Itoa(c.expr.Start), Branch: c.branch, Text: text}
		if !c.branch {
			g.Text = "not (" + text + ")"
		}
		g.Local = c.branch && asksLocal.MatchString(text) && !strings.Contains(text, "!")
		g.Options = v.Options
		if len(g.Options) == 0 && saysSo.MatchString(text) && !nullTest.MatchString(text) {
			g.Options = []ir.Option{{Kind: "setting", Name: saysSo.FindString(text)}}
		} else if len(g.Options) > 0 {
			g.Default = truthOf(v)
			if !c.branch {
				g.Default = g.Default.Not()
			}
		}
		if len(g.Options) > 0 || g.Local {
			gs = append(gs, g)
		}
	}
	return gs, false
}

var (
	asksLocal = regexp.MustCompile(`(?i)"localhost"|127\.0\.0\.1|is_?local|loopback`)
	nullTest  = regexp.MustCompile(`==\s*null|!=\s*null|instanceof|\.length|isEmpty\(\)|\.size\(\)`)
)

// selfOption is the name of the method around a node that does nothing but throw
// the switch: calling it is the option.
func (m *module) selfOption(n *syntax.Node) string {
	fn := n.Above("method_declaration", "lambda_expression", "constructor_declaration")
	if !fn.Is("method_declaration") {
		return ""
	}
	name := m.text(fn.Child("name"))
	body := fn.Child("body")
	if !throws.MatchString(name) || body == nil || hasModifier(m.modifiers(fn), "private") {
		return ""
	}
	count := 0
	for _, s := range body.Kids {
		switch s.Kind {
		case "line_comment", "block_comment":
		case "expression_statement", "return_statement":
			count++
		default:
			return ""
		}
	}
	if count > 2 {
		return ""
	}
	// Who calls it whatever happens has decided for everybody.
	for _, use := range m.methods[name] {
		if gs, _ := m.guards(use); len(gs) == 0 {
			return ""
		}
	}
	return name
}

var throws = regexp.MustCompile(`(?i)^(with|set|use|allow|enable)?_?(insecure|unverif|no_?verif|verify_?(off|none)|skip|disable|ignore|trust_?(all|any|every|self)|accept_?(all|any|every|self)|allow_?(all|any|insecure|self|unver)|without|unsafe|lax|relaxed?|lenient)`)

// callerGuards are the option conditions around every use of what decides: all
// uses of a class, all calls of a private method.
func (m *module) callerGuards(n *syntax.Node) []ir.Guard {
	fn := n.Above("method_declaration", "class_body")
	if !fn.Is("method_declaration") {
		return nil
	}
	if gs, ok := m.guarded[fn]; ok {
		return gs
	}
	m.guarded[fn] = nil
	name := m.text(fn.Child("name"))
	if !hasModifier(m.modifiers(fn), "private") {
		return nil
	}
	gs := m.guardsOfUses(m.methods[name])
	m.guarded[fn] = gs
	return gs
}

// guardsOfUses are the guards of places that are all guarded, nil when one is not.
func (m *module) guardsOfUses(uses []*syntax.Node) []ir.Guard {
	if len(uses) == 0 || len(uses) > 8 {
		return nil
	}
	var out []ir.Guard
	for _, u := range uses {
		gs, dead := m.guards(u)
		if dead {
			continue
		}
		gs = slices.DeleteFunc(gs, func(g ir.Guard) bool { return len(g.Options) == 0 })
		if len(gs) == 0 {
			return nil
		}
		out = append(out, gs...)
	}
	return out
}

// classGuards are the guards around the uses of the class whose method decides: a
// named class where it is made, an anonymous one where its variable is used.
func (m *module) classGuards(c *class) []ir.Guard {
	if c.node.Is("object_creation_expression") {
		d := m.heldBy(c.node)
		if d == nil {
			return nil
		}
		uses, ok := m.usesOf(d)
		if !ok || d.kind == field && !hasModifier(m.modifiers(d.stmt), "private") && len(uses) == 0 {
			return nil
		}
		return m.guardsOfUses(uses)
	}
	if c.name == "" {
		return nil
	}
	var uses []*syntax.Node
	for _, u := range m.uses[c.name] {
		if u == c.node.Child("name") || u.Within(c.node) {
			continue
		}
		if d := u.Above("variable_declarator", "field_declaration", "local_variable_declaration"); d != nil && u.Field == "type" {
			continue // the type of a variable, not a use of the class
		}
		uses = append(uses, u)
	}
	return m.guardsOfUses(uses)
}

// heldBy is the variable that an expression is the first value of, alone or in an
// array.
func (m *module) heldBy(n *syntax.Node) *decl {
	for n.Up.Is("parenthesized_expression", "cast_expression", "array_initializer", "array_creation_expression") {
		n = n.Up
	}
	if !n.Up.Is("variable_declarator") || n.Field != "value" {
		return nil
	}
	id := n.Up.Child("name")
	for p := id.Up; p != nil; p = p.Up {
		if d := m.scopes[p][m.text(id)]; d != nil && d.id == id {
			return d
		}
	}
	return nil
}
