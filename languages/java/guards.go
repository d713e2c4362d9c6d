package java

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// maxConditions bounds how many conditions in front of a node are looked at.
const maxConditions = 32

// maxCallers bounds how far the callers of private methods are followed.
const maxCallers = 2

// condition is one condition on the way to a node.
type condition struct {
	expr   *syntax.Node
	branch bool   // the node runs when it holds
	cases  string // of a switch: the constants for which the node runs
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
				out = append(out, condition{expr: unwrapValue(p.Child("condition")), branch: true})
			case "alternative":
				out = append(out, condition{expr: unwrapValue(p.Child("condition"))})
			}
		case "ternary_expression":
			if child.Field != "condition" {
				out = append(out, condition{expr: p.Child("condition"), branch: child.Field == "consequence"})
			}
		case "binary_expression":
			if op := m.text(p.Child("operator")); child.Field == "right" && (op == "&&" || op == "||") {
				out = append(out, condition{expr: p.Child("left"), branch: op == "&&"})
			}
		case "switch_rule":
			out = append(out, m.early(p, child)...)
			out = append(out, m.chosen(p)...)
		case "block", "constructor_body", "switch_block_statement_group":
			out = append(out, m.early(p, child)...)
			if p.Is("switch_block_statement_group") {
				out = append(out, m.chosen(p)...)
			}
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

// chosen is the condition of a case of a switch; its default decides nothing.
func (m *module) chosen(group *syntax.Node) []condition {
	s := group.Above("switch_expression", "switch_statement")
	if s == nil || s.Child("condition") == nil {
		return nil
	}
	var cases []string
	for _, k := range group.Kids {
		if k.Is("switch_label") {
			if !strings.HasPrefix(m.text(k), "case") {
				return nil
			}
			for _, c := range k.Kids {
				cases = append(cases, simpleName(m.text(c)))
			}
		}
	}
	return []condition{{expr: unwrapValue(s.Child("condition")), branch: true, cases: strings.Join(cases, ",")}}
}

// inCase is whether a switch on a value gets to the cases of a condition.
func (m *module) inCase(c condition, v ir.Value) ir.Value {
	out := ir.Value{Options: v.Options}
	if d := defaultOf(v); len(v.Options) > 0 && d != nil && (d.Kind == ir.Symbol || d.Kind == ir.String) {
		name := simpleName(d.Sym)
		if d.Kind == ir.String {
			name = strconv.Quote(d.Str)
		}
		def := m.boolean(c.expr, slices.Contains(strings.Split(c.cases, ","), name))
		out.Default = &def
	}
	return out
}

// early are the conditions whose branch left the block before child.
func (m *module) early(block, child *syntax.Node) []condition {
	i := slices.Index(block.Kids, child)
	var out []condition
	for j := i - 1; j >= 0 && j >= i-4*maxConditions && len(out) < maxConditions; j-- {
		s := block.Kids[j]
		if s.Is("if_statement") && s.Child("alternative") == nil && leaves(s.Child("consequence"), m) {
			out = append(out, condition{expr: unwrapValue(s.Child("condition"))})
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
		if c.cases != "" {
			v = m.inCase(c, v)
		}
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
	asksLocal = lazyregexp.New(`(?i)"localhost"|127\.0\.0\.1|is_?local|loopback`)
	nullTest  = lazyregexp.New(`==\s*null|!=\s*null|instanceof|\.length|isEmpty\(\)|\.size\(\)`)
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

var throws = lazyregexp.New(`(?i)^(with|set|use|allow|enable)?_?(insecure|unverif|no_?verif|verify_?(off|none)|skip|disable|ignore|trust_?(all|any|every|self)|accept_?(all|any|every|self)|allow_?(all|any|insecure|self|unver)|without|unsafe|lax|relaxed?|lenient)`)

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
	gs := m.guardsOfUses(m.methods[name], 0)
	m.guarded[fn] = gs
	return gs
}

// guardsOfUses are the guards of places that are all guarded, nil when one is not:
// at the place itself, or wherever the private method or class around it is used.
func (m *module) guardsOfUses(uses []*syntax.Node, depth int) []ir.Guard {
	if len(uses) == 0 || len(uses) > 8 || depth > maxCallers {
		return nil
	}
	var out []ir.Guard
	for _, u := range uses {
		gs, dead := m.guards(u)
		if dead {
			continue
		}
		if m.depth < maxDepth {
			m.depth++
			gs = append(gs, m.callerGuards(u)...)
			m.depth--
		}
		gs = slices.DeleteFunc(gs, func(g ir.Guard) bool { return len(g.Options) == 0 })
		if fn := u.Above("method_declaration", "class_body"); len(gs) == 0 && fn.Is("method_declaration") && hasModifier(m.modifiers(fn), "private") {
			gs = m.guardsOfUses(m.methods[m.text(fn.Child("name"))], depth+1)
		}
		if c := m.classAround(u); len(gs) == 0 && c != nil && c.name != "" && c.node.Is("class_declaration") && hasModifier(m.modifiers(c.node), "private") {
			gs = m.guardsOfUses(m.usesOfClass(c), depth+1)
		}
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
		return m.guardsOfUses(uses, 0)
	}
	if c.name == "" {
		return nil
	}
	return m.guardsOfUses(m.usesOfClass(c), 0)
}

// usesOfClass are the places at which a class is made, or asked for something.
func (m *module) usesOfClass(c *class) []*syntax.Node {
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
	return uses
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
